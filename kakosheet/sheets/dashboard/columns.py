"""The blocks of Review Dashboard: what it says, and the numbers behind each chart."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema

QUARTERS, MONTHS, TOP, GROUPS = 8, 24, 10, 6

CHARTS = ("types", "causes", "sellers", "categories", "days", "money", "months", "carriers")
"""The charts in the order of reading: two a band."""
HANDLED = ("ages", "pace")
"""The charts of how cases are handled, below the Quarterly review."""


def _tool(key: str, title: str, kind: Kind = Kind.TEXT, help: str = "", choices: str = "") -> Column:
    return Column(key, title, kind, owner=Owner.TOOL, help=help, choices=choices, open_choices=bool(choices))


def _block(key: str, slots: int, *columns: Column) -> TableSchema:
    return TableSchema(key=f"dashboard_{key}", sheet="dashboard", slots=slots, columns=columns)


def _rates(key: str, name: Column, of: str, hits: str) -> TableSchema:
    """A block behind a chart of rates with their intervals."""
    return _block(
        key, TOP, name, _tool("of", of, Kind.INTEGER, "Order lines of the last four quarters."),
        _tool("hits", hits, Kind.INTEGER, "How many of them."), _tool("rate", "Rate", Kind.PERCENT, "Their share."),
        _tool("low", "between", Kind.PERCENT, "The true rate most likely lies between this and the next number (Wilson, 95 %)."),
        _tool("high", "and", Kind.PERCENT, "Upper end of that range."),
        _tool("minus", "Bar down", Kind.PERCENT, "From the rate to the lower end."),
        _tool("plus", "Bar up", Kind.PERCENT, "From the rate to the upper end."))


PERIOD = _block("period", 1, _tool("line", "Period", help="Which days these numbers are about."))

TILES = _block(
    "tiles", 1, _tool("open", "Open disputes", Kind.INTEGER, "Cases that are open today."),
    _tool("rate", "Dispute rate", Kind.PERCENT, "Share of the order lines of the last four quarters that ended in a dispute."),
    _tool("days", "Median days to result", Kind.INTEGER, "Half of the cases closed this quarter ended within so many days."),
    _tool("lost", "Lost", Kind.INTEGER, "Money lost in cases closed this quarter, in the base currency."),
    _tool("recovered", "Recovered of claimed", Kind.PERCENT, "Share of the money asked for that came back, in cases closed this quarter."),
    _tool("on_time", "Our dates kept", Kind.PERCENT, "Share of this quarter's dates on which we had to act that we kept."))

BEFORE = _block("before", 1, *(_tool(column.key, f"{column.title}, before", help="The same days of the quarter before, and the change.")
                               for column in TILES.columns))

HEADLINES = _block("headlines", 1, *(_tool(key, f"Finding: {key}", help="What the chart below shows, or that there are too few data.")
                                     for key in CHARTS))

TYPES = _block("types", TOP, _tool("type", "What went wrong", Kind.CHOICE, "The most frequent kinds of problems.", choices="dispute_type"),
               _tool("count", "Disputes", Kind.INTEGER, "Opened in the last four quarters."))

CAUSES = _block(
    "causes", QUARTERS, _tool("quarter", "Quarter", help="Quarter of closing; * means to date."),
    *(_tool(key, title, Kind.INTEGER, "Cases closed with such a root cause.")
      for key, title in (("seller", "Seller"), ("logistics", "Logistics"), ("personal", "Ourselves"), ("other", "Other"))))

SELLERS = _rates("sellers", _tool("seller", "Seller", help="The ten whose rate is most certainly high."), "Orders", "Disputed")
CATEGORIES = _rates("categories", _tool("category", "Category", Kind.CHOICE, "The ten whose rate is most certainly high.", choices="category"),
                    "Orders", "Disputed")
CARRIERS = _rates("carriers", _tool("carrier", "Carrier", help="The ten whose rate is most certainly high."), "Parcels", "Damaged")

DAYS = _block(
    "days", QUARTERS, _tool("quarter", "Quarter", help="Quarter of closing; * means to date."),
    _tool("slowest", "Slowest tenth", Kind.NUMBER, "Nine of ten cases ended within so many days."),
    _tool("median", "Median", Kind.NUMBER, "Half of the cases ended within so many days."),
    _tool("target", "Target", Kind.INTEGER, "The aim that stands in Settings."))

MONEY = _block(
    "money", QUARTERS, _tool("quarter", "Quarter", help="Quarter of closing; * means to date."),
    _tool("recovered", "Recovered", Kind.MONEY, "Money that came back, in the base currency."),
    _tool("lost", "Lost", Kind.MONEY, "Money lost, in the base currency."))

RATES = _block(
    "months", MONTHS, _tool("month", "Month", Kind.DATE, "Month of the order, by its first day."),
    _tool("rate", "One month", Kind.PERCENT, "Share of the month's order lines that ended in a dispute."),
    _tool("mean", "Mean of three", Kind.PERCENT, "The same over this month and the two before."))

COUNTS = _block(
    "quarters", QUARTERS, _tool("quarter", "Quarter", help="* means to date."),
    _tool("opened", "Opened", Kind.INTEGER, "Disputes opened in the quarter."), _tool("closed", "Closed", Kind.INTEGER, "Disputes closed in it."),
    _tool("resolution_rate", "Settled", Kind.PERCENT, "Share of the closed ones that ended with an agreement or money back."),
    _tool("median_days", "Median days", Kind.NUMBER, "Days from opening to result of the closed ones, the middle one."),
    _tool("missed", "Dates missed", Kind.INTEGER, "Dates of that quarter that were overdue, whoever had to act."))

OUTCOMES = _block(
    "outcomes", QUARTERS, _tool("quarter", "Quarter", help="* means to date."),
    _tool("claimed", "Claimed", Kind.MONEY, "Asked for in cases closed in the quarter, in the base currency."),
    _tool("recovered", "Recovered", Kind.MONEY, "Of that, what came back."),
    _tool("lost", "Lost", Kind.MONEY, "Lost in cases closed in the quarter."),
    _tool("recovered_share", "Recovered of claimed", Kind.PERCENT, "Share of the claimed money that came back."),
    _tool("on_time", "Our dates kept", Kind.PERCENT, "Share of the dates on which we had to act that we kept."))

AGES = _block(
    "ages", GROUPS, _tool("age", "Age", help="Days since opening, as of today."),
    _tool("open", "Open", Kind.INTEGER, "Cases of that age that are open."),
    _tool("unassigned", "Without a person", Kind.INTEGER, "Of these, cases that are assigned to nobody."),
    _tool("claimed", "Claimed", Kind.MONEY, "What is asked for in them, in the base currency."))

HANDLING = _block(
    "handling", QUARTERS, _tool("quarter", "Quarter", help="* means to date."),
    _tool("first_answer", "Days to first answer", Kind.NUMBER,
          "Cases opened in the quarter: from the buyer's side's first message to the first of the seller's; the middle one."),
    _tool("responsible", "Days to responsibility", Kind.NUMBER,
          "Step Responsibility, ended in the quarter: from its start to the answer; the middle one."),
    _tool("slow_responsible", "Slowest tenth", Kind.NUMBER, "The same: nine of ten ended within so many days."),
    _tool("reminder", "Reminder to action", Kind.NUMBER,
          "Days from the first Follow-up that we sent to their next message, offer, step or refund, if it came in the quarter; the middle one."),
    _tool("reminders_open", "Not acted upon", Kind.INTEGER,
          "Reminders in open cases, at the quarter's end: who was reminded had not acted."))

FINDINGS = _block("findings", 1, *(_tool(key, f"Finding: {key}", help="What the chart below shows, or that there are too few data.")
                                   for key in HANDLED))

SHEET = SheetSchema(
    key="dashboard", title="Review Dashboard", kind=SheetKind.VIEW, tab="review",
    intro="What went wrong, why, and what it cost. Computed at each refresh.",
    tables=(PERIOD, TILES, BEFORE, HEADLINES, TYPES, CAUSES, SELLERS, CATEGORIES, DAYS, MONEY, RATES, CARRIERS, COUNTS, OUTCOMES,
            AGES, HANDLING, FINDINGS))
