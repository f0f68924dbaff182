"""The sample that `new --sample` writes: what a person would have typed over two years, told relative to today so that
it never ages.

Its content stands in templates/sample/*.tsv, one file a kind of row. A date is written `@-12` (twelve days ago) or
`@-12T14:30`; plain day counts stand under `bought`, `sold`, `opened` and the like. `extra` holds further cells as
`key=value; key=value`. Rows of other sheets name a dispute by its order. Only user columns are given: the rules do the
rest. `words.<lang>.tsv` has people's own words in another language; what others wrote to them stays in theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from kakosheet.core.bind import typed_by_people
from kakosheet.core.schema import Column, Kind, TableSchema
from kakosheet.core.titles import Titles
from kakosheet.policy import resources
from kakosheet.policy.loader import load_policy
from kakosheet.policy.model import Policy
from kakosheet.policy.nodes import nodes
from kakosheet.sheets import SCHEMA
from kakosheet.sheets.casework.case import DECIDED

Row = dict[str, Any]
Cells = dict[str, str]

SELLING = ("merchant", "daigou", "groupbuy")
"""Profiles that show sales: theirs has them, too."""

_NEXT_PAIR = re.compile(r";\s*(?=[a-z_]+=)")
_DAY = re.compile(r"@(-?\d+)(?:T(\d\d):(\d\d))?")
_HOW_MANY: dict[str, Callable[[int], int]] = {
    "all": lambda n: n,
    "most": lambda n: n - 1,
    "some": lambda n: min(n, 2),
    "none": lambda n: 0,
}


def sample_tables(today: date, profile: str, titles: Titles) -> dict[str, list[Row]]:
    """Rows by table key, each of user cells by column key. Rows with a `key` belong to rows that the rules make."""
    policy = load_policy(profile, titles.lang)
    selling = profile in SELLING
    cases = _cases(today, [*_lines("disputes"), *(_lines("disputes_sales") if selling else ())])
    problems = {line["id"]: line for line in _lines("problems")}
    sellers = {line["seller"]: line for line in _lines("sellers")}
    tables = {
        "purchases": [_purchase(line, sellers, cases, problems, today) for line in _numbered("purchases")],
        "sales": [_sale(line, cases, today) for line in _lines("sales")] if selling else [],
        "customers": [_row("customers", line, today) for line in _lines("customers")] if selling else [],
        "sellers": [
            _row(
                "sellers",
                {key: text for key, text in line.items() if key != "order_no" and not key.startswith("buy.")},
                today,
            )
            for line in sellers.values()
        ],
        "carriers": [_row("carriers", line, today) for line in _lines("carriers")],
        "disputes": [_row("disputes", case, today) for case in cases.values()],
        "improvements": [_row("improvements", line, today) for line in _lines("improvements")],
    }
    for name, table in (("offers", "offers"), ("log", "log"), ("evidence", "evidence"), ("reminders", "deadlines")):
        tables[table] = [
            _row(table, _of_case(line, cases), today)
            for line in _lines(name)
            if "dispute" not in line or line["dispute"] in cases
        ]
    tables["evidence"] += [row for case in cases.values() for row in _proofs(case, policy, today)]
    tables["deadlines"] += [_row("deadlines", _node(line, cases), today) for line in _lines("nodes")]
    platforms = {row["id"]: row.get("platform") for row in (*tables["purchases"], *tables["sales"])}
    tables["deadlines"] += [
        row for case in cases.values() for row in _done(case, platforms[case["order"]], policy, today)
    ]
    words = _words(titles.lang)
    return {
        key: [
            {column: words.get(value, value) if isinstance(value, str) else value for column, value in row.items()}
            for row in rows
        ]
        for key, rows in tables.items()
        if rows
    }


# -- files -------------------------------------------------------------------------------------------------------------


def _lines(name: str) -> list[Cells]:
    """The rows of one file; blank cells are left out, `extra` is spread."""
    head, *rest = resources.open_text(f"sample/{name}.tsv").splitlines()
    keys = head.split("\t")
    found = []
    for text in rest:
        cells = {key: cell for key, cell in zip(keys, text.split("\t"), strict=True) if cell}
        for pair in _NEXT_PAIR.split(cells.pop("extra", "")):
            key, _, value = pair.partition("=")
            cells[key] = value
        cells.pop("", None)
        found.append(cells)
    return found


def _words(lang: str) -> Mapping[str, str]:
    """What people with a book in that language would have written for what the files say in English."""
    name = f"words.{lang}"
    return (
        {line["text"]: line["shown"] for line in _lines(name)} if f"{name}.tsv" in resources.listing("sample") else {}
    )


def _numbered(name: str) -> Iterable[Cells]:
    """The same with the row's own number, which order and parcel numbers are made of."""
    return ({**line, "number": str(number)} for number, line in enumerate(_lines(name), 1))


# -- cells -------------------------------------------------------------------------------------------------------------


def _row(table: str, cells: Mapping[str, str], today: date) -> Row:
    """Cells as values of the table's columns; what is no column of it is left out."""
    schema: TableSchema = SCHEMA.tables[table]
    return {
        key: _value(text, column, today)
        for key, text in cells.items()
        if text and (column := schema.by_key.get(key)) and typed_by_people(column)
    }


def _value(text: str, column: Column, today: date) -> Any:
    kind = column.kind
    if kind in (Kind.DATE, Kind.DATETIME):
        return _moment(text, today, kind)
    if kind in (Kind.INTEGER, Kind.DAYS):
        return int(text)
    if kind in (Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.SCORE):
        return float(text)
    return text == "yes" if kind is Kind.YESNO else text


def _moment(text: str, today: date, kind: Kind) -> date:
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} is no day of the sample")
    day = today + timedelta(days=int(match[1]))
    return day if kind is Kind.DATE else datetime.combine(day, time(int(match[2] or 0), int(match[3] or 0)))


def _at(days: int | str) -> str:
    return f"@{days}"


# -- rows --------------------------------------------------------------------------------------------------------------


def _cases(today: date, lines: Iterable[Cells]) -> dict[str, Cells]:
    """The disputes by their order, numbered in the order in which they were opened."""
    cases: dict[str, Cells] = {}
    for number, line in enumerate(sorted(lines, key=lambda line: int(line["opened"])), 1):
        opened = int(line["opened"])
        year = (today + timedelta(days=opened)).year
        case = {**line, "dispute_id": f"D-{year}-{number:04}", "opened_on": _at(opened), **_first_steps(line, opened)}
        if "closed" in line:
            case["closed_on"] = _at(line["closed"])
            if line.get("result") in DECIDED:
                case.setdefault("ruled_on", _at(line["closed"]))
            if float(line.get("money_back", 0)):
                case.setdefault("refund_received_on", _at(line["closed"]))
        if "plan" in line:
            case.setdefault("confirmed_by_us_on", _at(min(opened + 2, -1)))
            case.setdefault("plan_due", line.get("refund_promised") or case.get("closed_on", _at(7)))
        if "your_decision" in line:
            case.setdefault("answered_on", _at(min(opened + 3, -1)))
        cases[line["order"]] = case
    return cases


def _first_steps(line: Cells, opened: int) -> Cells:
    """When the other side was told and the case was filed: at once, and on the day after, unless `so_far` says that it
    was only noticed or told. On a sale the buyer filed it."""
    so_far = line.get("so_far")
    if so_far == "noticed":
        return {}
    if line["order"].startswith("S"):
        return {"filed_on": _at(opened)}
    return {"told_on": _at(opened)} | ({} if so_far == "told" else {"filed_on": _at(min(opened + 1, 0))})


def _of_case(line: Cells, cases: Mapping[str, Cells]) -> Cells:
    """A row that names a dispute by its order names it by its number."""
    return {**line, "dispute": cases[line["dispute"]]["dispute_id"]} if "dispute" in line else line


def _node(line: Cells, cases: Mapping[str, Cells]) -> Cells:
    """What people wrote into the row of a node."""
    typed = {key: text for key, text in line.items() if key != "dispute"}
    return {**typed, "key": f"{cases[line['dispute']]['dispute_id']}/{line['node']}/1"}


def _problem(cells: Cells, cases: Mapping[str, Cells], problems: Mapping[str, Cells]) -> Cells:
    """*Problem?* and *Noticed on* of an order that a dispute hangs on, or will hang on after the first refresh."""
    if case := cases.get(cells["id"]):
        return {"problem": case["type"], "noticed_on": case["opened_on"]}
    if new := problems.get(cells["id"]):
        return {"problem": new["problem"], "noticed_on": _at(new["noticed"])}
    return {}


def _purchase(
    line: Cells, sellers: Mapping[str, Cells], cases: Mapping[str, Cells], problems: Mapping[str, Cells], today: date
) -> Row:
    """A purchase with what its seller usually promises; bought ones with order number, parcel and days."""
    seller = sellers.get(line["seller"], {})
    usual = {key.removeprefix("buy."): text for key, text in seller.items() if key.startswith("buy.")}
    if "platform" in seller:
        usual["platform"] = seller["platform"]
    if "bought" not in line:
        for key in ("carrier", "agent"):
            usual.pop(key, None)
        return _row("purchases", {**usual, **line}, today)
    bought, number = int(line["bought"]), int(line["number"])
    given = {
        "bought_on": _at(bought),
        "order_no": seller["order_no"].format(70_000 + number * 137),
        "line_no": "1",
        "quantity": "1",
    }
    sent = bought + (7 if "agent" in usual else 2)
    if sent < 0:
        given |= {"shipped": _at(sent), "tracking": f"KS{4_100_000 + number * 7919:09}"}
    if "agent" in usual and bought + 5 < 0:
        given["arrived_at_warehouse"] = _at(bought + 5)
    if "took" in line:
        given["received"] = _at(bought + int(line["took"]))
    return _row("purchases", {**usual, **given, **_problem(line, cases, problems), **line}, today)


def _sale(line: Cells, cases: Mapping[str, Cells], today: date) -> Row:
    number = int(line["id"].removeprefix("S-"))
    given = {"sold_on": _at(line["sold"]), "order_no": f"{5_200 + number}", "line_no": "1", "quantity": "1"}
    days: Cells = {key: _at(line[key]) for key in ("shipped", "delivered") if key in line}
    if "shipped" in line:
        given["tracking"] = f"KS{8_300_000 + number * 7919:09}"
        days.setdefault("last_movement", days.get("delivered") or line.get("last_movement") or days["shipped"])
    return _row("sales", {**given, **line, **days, **_problem(line, cases, {})}, today)


def _proofs(case: Cells, policy: Policy, today: date) -> list[Row]:
    """Evidence that was got for a dispute: into the rows that its type calls for."""
    side = "buyer" if case["order"].startswith("P") else "seller"
    wanted = [item for item in policy.types[case["type"]].evidence if item.required and side in item.sides]
    opened = int(case["opened"])
    return [
        {
            "key": f"{case['dispute_id']}/{item.key}",
            "provided_by": item.get_from,
            "taken_on": _moment(_at(min(opened + place % 3, 0)), today, Kind.DATETIME),
        }
        for place, item in enumerate(wanted[: _HOW_MANY[case["evidence"]](len(wanted))])
    ]


def _done(case: Cells, platform: str | None, policy: Policy, today: date) -> list[Row]:
    """Nodes of a closed dispute that only a person can call done: what was agreed, and asking afterwards."""
    if "closed" not in case:
        return []
    role = "buyer" if case["order"].startswith("P") else "seller"
    opened = today + timedelta(days=int(case["opened"]))
    known = {node.key for node in nodes(policy, case["type"], platform, role, case["grade"], opened)}
    days = {"implementation": int(case["closed"]), "feedback": int(case["closed"]) + 4}
    return [
        {"key": f"{case['dispute_id']}/{node}/1", "done_on": _moment(_at(day), today, Kind.DATETIME)}
        for node, day in days.items()
        if node in known and day <= 0
    ]
