"""What to write to the other side where it is late or denies that it is responsible: drafts in its own language, to
read before they are sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kakosheet.book.computing import Computed
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles, fold
from kakosheet.notify.model import one_line
from kakosheet.policy.loader import languages, load_titles

ANSWER_DAYS = 3
"""Natural days that a draft gives for an answer."""
URGE = "urge"
"""The step that a refusal starts."""
_OTHERS = {"buyer": ("sellers", "seller"), "seller": ("customers", "customer")}
"""By our role: the register of the other side, and its key, which is also the case's column."""

_CASE = (
    "our_role",
    "seller",
    "customer",
    "item",
    "case_no",
    "dispute_id",
    "platform",
    "suggested",
    "because",
    "their_answer",
)


class Drafts:
    """The drafts of one book for one day."""

    def __init__(self, computed: Computed, today: date) -> None:
        self.computed, self.today = computed, today
        self.tables = computed.book.tables
        self.rows = {
            table: _index(self.tables[table], key) for table, key in (("disputes", "dispute_id"), *_OTHERS.values())
        }

    def _cells(self, table: str, name: str | None, keys: tuple[str, ...]) -> dict[str, Any] | None:
        """The cells of the row with that name; None if there is none."""
        at = self.rows[table].get(fold(name or ""))
        return None if at is None else {key: self.tables[table].columns[key][at] for key in keys}

    def of(self, date_row: dict[str, Any]) -> tuple[str, ...]:
        """The kind and the firm draft for a row of Deadlines; none where nobody is to be urged."""
        case = self._cells("disputes", date_row["dispute"], _CASE)
        refused = date_row["node"] == URGE
        if case is None or not (
            refused or (date_row["state"] == "overdue" and date_row["acts"] in ("seller", "buyer"))
        ):
            return ()
        role = case["our_role"] or "buyer"
        table, key = _OTHERS[role]
        who = one_line(case[key], 80)
        titles = self._titles((self._cells(table, who, ("language",)) or {}).get("language"))
        places = self._places(
            case, date_row, who or titles.choice("actor", key if role == "buyer" else "buyer") or "", titles
        )
        if refused:
            return (
                titles.say(
                    "remind.draft_silent" if case["their_answer"] == "silent" else "remind.draft_refused", **places
                ),
            )
        kind = titles.say("remind.draft_kind", **places)
        return (kind, titles.say("remind.draft_firm", **places)) if role == "buyer" else (kind,)

    def _titles(self, lang: str | None) -> Titles:
        """The words of a language, where it is shipped; else those of the book."""
        own = self.computed.titles
        return load_titles(lang, self.computed.policy.profile) if lang in languages() and lang != own.lang else own

    def _places(self, case: dict[str, Any], date_row: dict[str, Any], who: str, titles: Titles) -> dict[str, Any]:
        number = one_line(case["case_no"] or case["dispute_id"], 60)
        item, node = one_line(case["item"], 80), date_row["node"]
        because = (
            one_line(case["because"])
            if case["suggested"] not in (None, "unclear") and titles is self.computed.titles
            else ""
        )
        return {
            "who": who,
            "about": titles.say("remind.draft_about", item=item, number=number) if item else number,
            "step": titles.choices["node"].get(node) or one_line(date_row["what_to_do"], 80),
            "day": date_row["last_day"],
            "until": self.today + timedelta(ANSWER_DAYS),
            "because": because and f" {because}",
            "platform": one_line(titles.choice("platform", case["platform"]), 60)
            or titles.say("deadlines.the_platform"),
        }


def _index(table: Table, key: str) -> dict[str, int]:
    """Where each folded name stands; the first of two with one name counts."""
    found: dict[str, int] = {}
    for at, name in enumerate(table.columns[key]):
        if name is not None:
            found.setdefault(fold(str(name)), at)
    return found
