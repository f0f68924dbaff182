"""The review against what `export` gives, read by pandas; its periods; and books that have nothing to tell."""

from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pytest

from kakosheet.app.export import export
from kakosheet.app.new import new_book
from kakosheet.book.computing import Computed, compute
from kakosheet.core.issues import KakosheetError
from kakosheet.formats import read
from kakosheet.reviews import build_review, period_of, review_tables
from kakosheet.reviews.page import ReviewPage

pd = pytest.importorskip("pandas")
openpyxl = pytest.importorskip("openpyxl")
TODAY = date(2026, 11, 21)


@cache
def sample() -> tuple[bytes, Computed]:
    data, _ = new_book(profile="merchant", lang="en", sample=True, today=TODAY)
    return data, compute(read(data), today=TODAY)


def pages(period: str | None, today: date = TODAY, computed: Computed | None = None) -> dict[str, ReviewPage]:
    book = computed or sample()[1]
    found = review_tables(book.book.tables, book.policy, book.titles, period_of(period, today), today)
    return {page.key: page for page in found}


def frame(page: ReviewPage, table: str) -> Any:
    """A table of a page; empty if the page says that there is nothing."""
    found = page.tables.get(f"{page.key}_{table}")
    return pd.DataFrame(found.columns if found else {})


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The sample's export as DataFrames."""
    path = tmp_path_factory.mktemp("review") / "book.xlsx"
    path.write_bytes(sample()[0])
    return {key: pd.DataFrame(rows) for key, rows in export(path).items()}


@pytest.mark.parametrize(
    ("text", "key"), [(None, "2026Q3"), ("2026Q4", "2026Q4"), ("2026-11", "2026-11"), ("2026", "2026")]
)
def test_the_last_finished_quarter_is_meant_unless_another_period_is_named(text: str | None, key: str) -> None:
    assert str(period_of(text, TODAY)) == key


@pytest.mark.parametrize("text", ["2027", "2027Q1", "2026-12", "Q3", "last quarter", ""])
def test_what_is_no_period_or_has_not_begun_is_refused_in_words(text: str) -> None:
    with pytest.raises(KakosheetError) as refused:
        period_of(text, TODAY)
    assert refused.value.exit_code == 2


def test_a_running_period_is_reviewed_up_to_today_beside_as_many_days_before() -> None:
    summary = pages("2026Q4")["summary"]
    words = " ".join(summary.words.values())
    assert "2026-10-01 to 2026-11-21, beside 2026-07-01 – 2026-08-21" in words
    assert frame(summary, "quarters")["quarter"].iloc[-1] == "2026 Q4*"


def measures(page: ReviewPage) -> dict[str, tuple[Any, Any]]:
    rows = pd.concat([frame(page, key) for key in ("counts", "shares", "days", "money")])
    return {name: (now, then) for name, now, then in zip(rows["measure"], rows["now"], rows["then"], strict=True)}


def closed_between(disputes: Any, first: str, last: str) -> Any:
    closed = pd.to_datetime(disputes["closed_on"])
    return disputes[(closed >= first) & (closed <= last) & disputes["waived"].isna()]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026Q3", "2026-07-01", "2026-09-30"),
        ("2026-08", "2026-08-01", "2026-08-31"),
        ("2025", "2025-01-01", "2025-12-31"),
    ],
)
def test_numbers_can_be_reproduced_from_the_export(
    exported: dict[str, Any], period: str, first: str, last: str
) -> None:
    numbers = measures(pages(period)["summary"])
    disputes = exported["disputes"]
    opened = pd.to_datetime(disputes["opened_on"]).dt.normalize()
    closed = closed_between(disputes, first, last)
    days = (pd.to_datetime(closed["closed_on"]) - pd.to_datetime(closed["opened_on"]).dt.normalize()).dt.days
    assert numbers["Disputes opened"][0] == ((opened >= first) & (opened <= last) & disputes["waived"].isna()).sum()
    assert numbers["Disputes closed"][0] == len(closed)
    assert numbers["Median days to result"][0] == (pytest.approx(days.median()) if len(closed) else None)
    bought, sold = pd.to_datetime(exported["purchases"]["bought_on"]), pd.to_datetime(exported["sales"]["sold_on"])
    assert numbers["Order lines"][0] == bought.between(first, last).sum() + sold.between(first, last).sum()
    policy = sample()[1].policy
    given = closed["money_back"].astype(float).fillna(0)
    back = [policy.to_base(amount, code) for amount, code in zip(given, closed["currency"], strict=True)]
    in_kind = (
        closed["demand"].isin(["replacement", "missing_parts", "repair"])
        & closed["money_back"].isna()
        & closed["result"].isin(["agreed", "ruled_for_us"])
    )
    lost = [
        paid if role == "seller" else 0 if kind else max(0, loss - paid)
        for role, kind, loss, paid in zip(
            closed["our_role"], in_kind, closed["loss_in_base_currency"], back, strict=True
        )
    ]
    assert numbers["Lost"][0] == pytest.approx(sum(lost), abs=0.01)


def test_every_sum_is_that_of_the_rows_on_the_data_page() -> None:
    found = pages("2026Q3")
    numbers, cases = measures(found["summary"]), frame(found["data"], "cases")
    closed = cases[
        (pd.to_datetime(cases["closed_on"]) >= "2026-07-01") & (pd.to_datetime(cases["closed_on"]) <= "2026-09-30")
    ]
    for name in ("claimed", "recovered", "lost"):
        assert numbers[name.capitalize()][0] == pytest.approx(closed[name].astype(float).sum()), name
        for page, table in (
            ("types", "type"),
            ("sellers", "seller"),
            ("categories", "category"),
            ("losses", "platform"),
            ("causes", "root_cause"),
        ):
            assert frame(found[page], table)[name].sum() == pytest.approx(numbers[name.capitalize()][0]), (page, name)
    dates = frame(found["data_dates"], "nodes")
    quarter = dates[pd.to_datetime(dates["last_day"]).between("2026-07-01", "2026-09-30")]
    assert numbers["Dates missed"][0] == (quarter["in_time"] == False).sum() == len(frame(found["overdue"], "missed"))  # noqa: E712
    lines = frame(found["data_orders"], "lines")
    quarter = lines[pd.to_datetime(lines["ordered_on"]).between("2026-07-01", "2026-09-30")]
    assert numbers["Order lines"][0] == len(quarter)
    assert numbers["Dispute rate"][0] == pytest.approx(quarter["disputed"].astype(bool).mean())


def test_the_dashboard_says_the_same() -> None:
    computed = sample()[1]
    blocks = computed.book.tables
    found = pages("2026Q4")
    quarters = frame(found["summary"], "quarters")
    for key, block in (
        ("opened", "quarters"),
        ("closed", "quarters"),
        ("missed", "quarters"),
        ("median_days", "quarters"),
        ("claimed", "outcomes"),
        ("recovered", "outcomes"),
        ("lost", "outcomes"),
        ("recovered_share", "outcomes"),
    ):
        shown = pd.Series(blocks[f"dashboard_{block}"].columns[key], dtype=float)
        assert shown.tolist() == pytest.approx(
            pd.Series(quarters[key], dtype=float).tolist(), abs=0.005, nan_ok=True
        ), key
    numbers = pd.concat([frame(found["handling"], "numbers"), frame(found["handling"], "urged")])["now"].tolist()
    shown = [
        blocks["dashboard_handling"].columns[key][-1]
        for key in ("first_answer", "responsible", "reminder", "reminders_open")
    ]
    assert shown == pytest.approx(numbers[:2] + numbers[3:], nan_ok=True)
    assert blocks["dashboard_ages"].columns["open"] == frame(found["handling"], "ages")["open"].tolist()
    for page, name in (("sellers", "seller"), ("categories", "category")):
        table = blocks[f"dashboard_{page}"].columns
        rates = frame(found[page], "rates").head(10)
        assert [value for value in table[name] if value is not None] == rates[name].tolist()
        assert [value for value in table["low"] if value is not None] == pytest.approx(
            rates["low"].tolist(), abs=0.0001
        )


def test_the_workbook_has_its_pages_and_native_charts() -> None:
    computed = sample()[1]
    data = build_review(computed.book.tables, computed.policy, computed.titles, period=None, today=TODAY)
    book = openpyxl.load_workbook(BytesIO(data))
    assert book.sheetnames == [
        "Summary",
        "Types",
        "Sellers",
        "Categories",
        "Resolution time",
        "Handling",
        "Losses",
        "Root causes",
        "Overdue nodes",
        "Improvements",
        "Data",
        "Data orders",
        "Data dates",
    ]
    assert sum(len(sheet._charts) for sheet in book) == 13
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert data == build_review(computed.book.tables, computed.policy, computed.titles, period="2026Q3", today=TODAY)


def test_a_review_is_never_taken_for_a_book() -> None:
    computed = sample()[1]
    data = build_review(computed.book.tables, computed.policy, computed.titles, period=None, today=TODAY)
    with pytest.raises(KakosheetError, match="not made by kakosheet"):
        compute(read(data), today=TODAY)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_book_is_reviewed_and_says_so(lang: str) -> None:
    data, _ = new_book(profile="shopper", lang=lang, today=TODAY)
    computed = compute(read(data), today=TODAY)
    found = pages(None, computed=computed)
    assert ("Nothing happened" if lang == "en" else "没有订单") in " ".join(found["summary"].words.values())
    review = build_review(computed.book.tables, computed.policy, computed.titles, period=None, today=TODAY)
    assert len(openpyxl.load_workbook(BytesIO(review)).sheetnames) == 13


def test_text_from_outside_stays_text() -> None:
    data, _ = new_book(
        profile="shopper",
        lang="en",
        today=TODAY,
        births={
            "purchases": [
                {
                    "item": "{title}",
                    "seller": "=HYPERLINK(1)",
                    "price": 5.0,
                    "bought_on": date(2026, 8, 1),
                    "problem": "product_damage",
                    "noticed_on": date(2026, 8, 5),
                }
            ]
        },
    )
    computed = compute(read(data), today=TODAY)
    review = openpyxl.load_workbook(
        BytesIO(build_review(computed.book.tables, computed.policy, computed.titles, period=None, today=TODAY))
    )
    cells = [cell for sheet in review for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"]
    assert cells and all(cell.data_type != "f" for cell in cells)


def test_how_cases_were_handled_can_be_reproduced_from_the_export(exported: dict[str, Any]) -> None:
    page = pages("2026Q3")["handling"]
    numbers, first, last = (
        frame(page, "numbers")["now"].tolist(),
        pd.Timestamp("2026-07-01"),
        pd.Timestamp("2026-09-30 23:59"),
    )
    cases = exported["disputes"]
    cases = cases[cases["waived"].isna()].assign(
        opened=pd.to_datetime(cases["opened_on"]), closed=pd.to_datetime(cases["closed_on"])
    )
    opened = cases[cases["opened"].between(first, last)]
    assert numbers[0] == pytest.approx(opened["first_answer_days"].median()) and numbers[0] is not None
    decided = opened[opened["your_decision"].notna() & opened["suggested"].notna() & (opened["suggested"] != "unclear")]
    assert numbers[2] == len(decided)
    if len(decided):
        assert frame(page, "shares")["now"][0] == pytest.approx(
            (decided["your_decision"] != decided["suggested"]).mean()
        )
    left = cases[(cases["opened"] <= last) & ~(cases["closed"] <= last)]
    ages = frame(page, "ages")
    assert ages["open"].sum() == len(left)
    assert ages["open"].tolist()[0] == ((last.normalize() - left["opened"].dt.normalize()).dt.days <= 3).sum()
    assert ages["unassigned"].sum() == left["assigned_to"].isna().sum()
    dates = exported["deadlines"].dropna(subset=["days_taken", "node"])
    done = pd.to_datetime(dates["ended"].fillna(dates["done_on"])).between(first, last)
    expected = dates[done].groupby("node")["days_taken"].agg(["count", "median"])
    steps = frame(page, "steps").set_index("step")
    assert len(expected) and steps.loc[expected.index, "done"].tolist() == expected["count"].tolist()
    assert steps.loc[expected.index, "median_days"].tolist() == pytest.approx(expected["median"].tolist())


@pytest.mark.parametrize("period", ["2026Q3", "2026Q4"])
def test_days_from_a_reminder_to_an_action_can_be_reproduced_from_the_export(
    exported: dict[str, Any], period: str
) -> None:
    """Of the sample, in which nobody is urged again before he acts, and whoever acts writes."""
    page, quarter, log = (
        pages(period)["handling"],
        pd.Period(period),
        exported["log"].assign(at=pd.to_datetime(exported["log"]["at"])),
    )
    urged = log[(log["direction"] == "out") & (log["kind"] == "follow_up") & (log["counterpart"] != "customer")]
    answers = log[log["direction"] == "in"].merge(urged, on=["dispute", "counterpart"], suffixes=("", "_urged"))
    first = answers[answers["at"] > answers["at_urged"]].groupby("id_urged")[["at", "at_urged"]].min()
    inside = first[first["at"].dt.to_period("Q") == quarter]
    days = ((inside["at"] - inside["at_urged"]) / pd.Timedelta(days=1)).round(1)
    told = dict(zip(frame(page, "urged")["measure"], frame(page, "urged")["now"], strict=True))
    assert told["Median days from reminder to action"] == pytest.approx(days.median(), nan_ok=True)
    end = min(quarter.end_time, pd.Timestamp(TODAY) + pd.Timedelta(days=1))
    closed = pd.to_datetime(urged["dispute"].map(exported["disputes"].set_index("dispute_id")["closed_on"]))
    acted = urged["id"].map(first["at"])
    assert told["Reminders not acted upon"] == ((urged["at"] < end) & ~(acted < end) & ~(closed < end)).sum()
    rows = frame(page, "reminders")
    assert ([] if rows.empty else [rows["done"].sum(), rows["reminders_open"].sum()]) == (
        [] if rows.empty else [len(days), told["Reminders not acted upon"]]
    )
    assert len(urged) and (period != "2026Q4" or len(days))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_chart_says_what_it_shows_also_to_those_who_cannot_see_it(lang: str) -> None:
    """The line above a chart is a finding with a number or a name, the line below it the measure; both are its alternative text."""
    computed = sample()[1]
    from kakosheet.policy.loader import load_titles

    made = review_tables(computed.book.tables, computed.policy, load_titles(lang), period_of(None, TODAY), TODAY)
    drawn = [(page, chart) for page in made for chart in page.charts]
    assert len(drawn) == 13
    for page, chart in drawn:
        above = {
            text.row: page.words[text.text]
            for text in page.texts
            if text.column == chart.column and chart.row - 2 <= text.row < chart.row
        }
        finding, measure = above[chart.row - 2], above[chart.row - 1]
        assert page.words[chart.alt] == f"{finding} ({measure})"
        assert " · " in measure and finding != measure
    assert any(any(sign.isdigit() for sign in page.words[chart.alt].split(" (")[0]) for page, chart in drawn)
