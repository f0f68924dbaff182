"""The open dates of a book as reminders, lists and calendars tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.book.computing import ID, Computed, compute, undated_lines
from kakosheet.book.noted import noted
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.records import CannotKnow, Record, attempt, known, or_blank
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles, fold
from kakosheet.files import PathLike
from kakosheet.files.state import machine
from kakosheet.formats import read
from kakosheet.notify.digests import urgency
from kakosheet.notify.ladder import Ladder, parse_days
from kakosheet.notify.model import UNDATED, Digest, OpenDate, Person, one_line
from kakosheet.notify.people import people, responsible
from kakosheet.notify.wording import Message, compose
from kakosheet.policy.loader import languages, load_titles
from kakosheet.reminders.urging import Drafts
from kakosheet.sheets.alerts import LATE, LATER, SOON
from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.pieces import Piece
from kakosheet.sheets.casework.urgency import rank, rank_of
from kakosheet.sheets.casework.verdicts import Accepted, NodeDate, NodeState, PieceState
from kakosheet.sheets.evidence import expiry

OPEN = (*LATE, *SOON, *LATER)


@dataclass(frozen=True)
class Dates:
    """The open dates of a book and all that is needed to tell them."""

    path: Path
    noted_id: str
    computed: Computed
    open: tuple[OpenDate, ...]
    people: tuple[Person, ...]
    ladder: Ladder

    @property
    def book_id(self) -> str:
        """By which calendars and the record of what was sent know the book. K212 before it has one: books would be
        taken for one another."""
        if not self.noted_id:
            raise KakosheetError(
                "K212",
                f"{self.path.name} has no id yet by which its reminders are told from those of other books",
                "run `kakosheet refresh` on it once",
            )
        return self.noted_id

    @property
    def now(self) -> datetime:
        return self.computed.moment.now

    @property
    def today(self) -> date:
        return self.computed.moment.today

    @property
    def name(self) -> str:
        return one_line(self.path.stem, 60)

    def setting(self, key: str) -> Any:
        return self.computed.policy.settings[key]

    @property
    def elsewhere(self) -> str | None:
        """The computer of the team that refreshes and sends, where that is another one than this."""
        chosen = str(self.setting("refreshing_computer") or "").strip()
        here = machine()
        return one_line(chosen, 60) if chosen and fold(chosen) not in (fold(here), fold(here.split(".")[0])) else None

    def owner(self, one: OpenDate) -> Person:
        return responsible(one.who, self.people)

    def person(self, name: str) -> Person:
        """The person of that name: of People, or with a date. KakosheetError K401 for a name that nobody has."""
        everybody = {fold(one.name): one for one in (*self.people, *map(self.owner, self.open))}
        if fold(name) not in everybody:
            known = ", ".join(one.name for one in everybody.values() if one.name)
            raise KakosheetError("K401", f'nobody is called "{name}"', f"choose from: {known}", exit_code=EXIT_USAGE)
        return everybody[fold(name)]

    def of(self, who: str | None) -> Sequence[OpenDate]:
        """The dates of one person, or of all."""
        if who is None:
            return self.open
        name = fold(self.person(who).name)
        return [one for one in self.open if fold(self.owner(one).name) == name]

    def titles(self, person: Person) -> Titles:
        """The words of the reader's language, where there is one; else those of the book."""
        here = self.computed.titles
        if person.lang == here.lang or person.lang not in languages():
            return here
        return load_titles(person.lang, self.computed.policy.profile)

    def write(self, digest: Digest) -> Message:
        return compose(digest, self.titles(digest.person), self.name, self.setting("zone"))


def read_dates(path: PathLike, *, today: date | None = None) -> Dates:
    """The open dates of a book as it was saved. KakosheetError if its structure or settings cannot be trusted."""
    computed = compute(read(files.load(path).data), today=today).trusted()
    settings = computed.policy.settings
    ladder = Ladder(
        parse_days(settings["lead_days"]),
        parse_days(settings["late_days"]),
        bool(settings["remind_on_working_days"]),
        settings["calendar"] or "",
    )
    found = sorted([*_deadlines(computed), *_evidence(computed), *_undated(computed)], key=urgency)
    book_id = str(noted(computed.book.raw).get(ID) or "")
    return Dates(Path(path), book_id, computed, tuple(found), people(computed.policy.staff), ladder)


def _deadlines(computed: Computed) -> Iterator[OpenDate]:
    rows = computed.run.lookup.rows
    zone, today = computed.moment.now.tzinfo, computed.moment.today
    drafts, soon = Drafts(computed, today), computed.policy.settings["due_soon_days"]

    def pressing(node: Node, found: NodeDate) -> int:
        return rank_of(node, found, today, soon)

    for found in known(
        partial(_open_date, zone, drafts, pressing), rows(Node), rows(NodeDate), rows(NodeState), rows(Told)
    ):
        if found is not None:
            yield found


class Told(Record, of="deadlines"):
    """What a date is about, and where it comes from."""

    item_and_seller: str | None
    where_the_date_comes_from: str | None


def _open_date(
    zone: tzinfo | None,
    drafts: Drafts,
    pressing: Callable[[Node, NodeDate], int],
    node: Node,
    found: NodeDate,
    state: NodeState,
    told: Told,
) -> OpenDate | None:
    day = last_good_day(node, found) if state.state in OPEN else None
    if day is None or node.key is None or state.state is None:
        return None
    moment = found.due or node.agreed_date
    whole_day = not isinstance(moment, datetime) or (moment.time() == time() and moment.date() == day)
    due = day if whole_day or moment is None else moment.replace(tzinfo=zone)
    texts = (
        one_line(or_blank(lambda: node.what_to_do)),
        found.acts,
        one_line(or_blank(lambda: node.who)),
        one_line(or_blank(lambda: node.dispute)),
        one_line(or_blank(lambda: told.item_and_seller)),
        one_line(or_blank(lambda: found.if_nothing_happens)),
        one_line(or_blank(lambda: told.where_the_date_comes_from)),
    )
    urged = {
        "dispute": or_blank(lambda: node.dispute),
        "node": found.node,
        "state": state.state,
        "acts": found.acts,
        "what_to_do": or_blank(lambda: node.what_to_do),
        "last_day": found.last_day,
    }
    return OpenDate(node.key, due, day, state.state, *texts, drafts.of(urged), pressing(node, found))


def _evidence(computed: Computed) -> Iterator[OpenDate]:
    """Evidence that soon is not accepted any more."""
    titles, rows = computed.titles, computed.run.lookup.rows
    cases = _assigned(computed.book.tables["disputes"])
    for one in expiry.expiries(
        rows(Piece), rows(PieceState), rows(Accepted), rows(Node), rows(NodeDate), rows(NodeState), titles
    ):
        dispute = one_line(one.dispute)
        yield OpenDate(
            f"evidence/{one.number or dispute}",
            one.day,
            one.day,
            "due_soon",
            one_line(one.text(titles.say)),
            who=cases.get(fold(dispute), ""),
            dispute=dispute,
            silence=titles.say("evidence.too_late"),
            rank=rank(
                one.day, "we", "platform", None, computed.moment.today, computed.policy.settings["due_soon_days"]
            ),
        )


def _undated(computed: Computed) -> Iterator[OpenDate]:
    """What cannot be dated or judged, told on this day; whoever the case is assigned to looks after it."""
    say, today, cases = computed.titles.say, computed.moment.today, _assigned(computed.book.tables["disputes"])
    for one in undated_lines(computed.run):
        dispute = one_line(one.dispute)
        cells = blake2b(repr(sorted(one.cells)).encode(), digest_size=4).hexdigest()
        yield OpenDate(
            f"{UNDATED}/{one.what}/{dispute}/{cells}",
            today,
            today,
            UNDATED,
            one_line(one.text(say, computed.run.context["mend"])),
            who=cases.get(fold(dispute), ""),
            dispute=dispute,
        )


def unknown_keys(computed: Computed) -> frozenset[str]:
    """The keys of the dates of which nobody knows whether they still run: a calendar keeps what it was told of them."""
    rows = computed.run.lookup.rows
    pairs = zip(rows(Node), rows(NodeState), strict=True)
    return frozenset(
        node.key
        for node, state in pairs
        if isinstance(attempt(lambda state: state.state, state), CannotKnow) and node.key
    )


def _assigned(disputes: Table) -> dict[str, str]:
    pairs = zip(disputes.columns["dispute_id"], disputes.columns["assigned_to"], strict=True)
    return {fold(case): one_line(who) for case, who in pairs if case and who}
