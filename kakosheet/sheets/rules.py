"""Rules: every time limit that is known, with its source. A row that people change or add wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from kakosheet.core.issues import Issue, Severity
from kakosheet.core.rules import Wanted, rows, rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles, fold
from kakosheet.policy.model import ClockRule, Policy
from kakosheet.policy.overlay import Overrides, Refused, calendar_of
from kakosheet.sheets.casework.sentences import event_text

_TOOL = Owner.TOOL

SHEET = SheetSchema(
    key="rules",
    title="Rules",
    kind=SheetKind.REGISTER,
    tab="settings",
    frozen="step",
    intro="Time limits of platforms and our own. Change one in the columns Limit to Switched off, or add a row of your own: yours wins.",
    tables=(
        TableSchema(
            key="rules",
            sheet="rules",
            row_key="key",
            id_column="key",
            id_format="U-{number:04}",
            columns=(
                Column(
                    "platform",
                    "Platform",
                    Kind.CHOICE,
                    group="rule",
                    prefill=True,
                    choices="rule_book",
                    open_choices=True,
                    help="Where the limit holds, for example Taobao.",
                ),
                Column(
                    "role",
                    "Role",
                    Kind.CHOICE,
                    prefill=True,
                    choices="rule_role",
                    help="Who must act: Buyer, Seller, Platform, Carrier, or We.",
                ),
                Column(
                    "step",
                    "Step",
                    Kind.CHOICE,
                    prefill=True,
                    choices="node",
                    open_choices=True,
                    width=26,
                    help="What has to be done, for example Seller's answer.",
                ),
                Column("shipped", "Shipped", owner=_TOOL, width=70, help="The limit as it is shipped, in words."),
                Column(
                    "limit",
                    "Limit",
                    Kind.NUMBER,
                    group="yours",
                    minimum=0,
                    maximum=40_000,
                    help="How many units, for example 5. Blank: as shipped.",
                ),
                Column(
                    "unit",
                    "Unit",
                    Kind.CHOICE,
                    choices="unit",
                    width=16,
                    help="What is counted, for example working days. Blank: as shipped.",
                ),
                Column(
                    "calendar", "Calendar", help="Country of the working days, such as CN or GB-SCT. Blank: as shipped."
                ),
                Column(
                    "starts_at",
                    "Starts at",
                    Kind.CHOICE,
                    choices="event",
                    width=20,
                    help="What starts the clock, for example Case opened. Blank: as shipped.",
                ),
                Column(
                    "on_silence",
                    "On silence",
                    Kind.CHOICE,
                    choices="silence",
                    width=24,
                    help="What follows if nobody acts. Blank: as shipped.",
                ),
                Column(
                    "your_source",
                    "Your source",
                    width=26,
                    help="Where you have it from: an address, or a mail of 21 Nov 2026.",
                ),
                Column(
                    "valid_from",
                    "Valid from",
                    Kind.DATE,
                    help="For problems noticed on this day or later, such as 2026-01-01.",
                ),
                Column(
                    "valid_to",
                    "Valid to",
                    Kind.DATE,
                    help="For problems noticed on this day or before, such as 2026-12-31.",
                ),
                Column("switched_off", "Switched off", Kind.YESNO, help="Yes: this limit is not used at all."),
                Column(
                    "in_force",
                    "In force",
                    owner=_TOOL,
                    group="source",
                    width=70,
                    help="What counts, in words: yours, else as shipped.",
                ),
                Column("source", "Source", owner=_TOOL, width=52, help="Where the limit stands."),
                Column("checked_on", "Checked on", Kind.DATE, owner=_TOOL, help="When the source was last looked at."),
                Column("key", "Key id", owner=Owner.ID, hidden=True, help="By which refresh knows the row again."),
            ),
        ),
    ),
)

_YOURS = (
    "limit",
    "unit",
    "calendar",
    "starts_at",
    "on_silence",
    "your_source",
    "valid_from",
    "valid_to",
    "switched_off",
)
_NAMES = ("platform", "role", "step")


@rows("rules", reads=())
def rule_rows(*, policy: Policy) -> Iterator[Wanted]:
    """A row for every shipped rule, our own promises first."""
    for key, shipped_rule in policy.shipped_rules.items():
        yield Wanted(key, {"platform": shipped_rule.platform, "role": shipped_rule.role, "step": shipped_rule.step})


@rule("rules.shipped", "rules.in_force", "rules.source", "rules.checked_on", reads=("rules.key", "rules.switched_off"))
def described(
    key: str | None, off: bool | None, *, policy: Policy, titles: Titles, say: Callable[..., str]
) -> tuple[Any, ...]:
    """The rule as shipped and, with its note, as in force in words; its source and when that was checked (not for a
    source of people's own)."""
    shipped_rule, now = policy.shipped_rules.get(key or ""), _rules_in_force(policy).get(key or "")
    told = sentence(shipped_rule._replace(note=""), policy, titles, say) if shipped_rule else None
    if now is None:
        gone = say("rules.off") if off else say("rules.retired") if _was_shipped(key) and shipped_rule is None else None
        return told, gone, *((shipped_rule.source, shipped_rule.checked_on) if shipped_rule else (None, None))
    same_source = shipped_rule is not None and now.source == shipped_rule.source
    return told, sentence(now, policy, titles, say), now.source or None, now.checked_on if same_source else None


def sentence(clock: ClockRule, policy: Policy, titles: Titles, say: Callable[..., str]) -> str:
    """ "5 days, weekends count; from: Case opened. On silence: The buyer's choice stands." """
    unit = titles.choice("unit_one" if clock.limit == 1 else "unit", clock.unit) or clock.unit
    if clock.calendar:
        unit = say("rules.unit_in", unit=unit, calendar=clock.calendar)
    told = say("rules.limit", limit=f"{clock.limit:g}", unit=unit, start=event_text(clock.start, titles, say))
    if clock.limit_setting and (clock.limit_setting in policy.settings or clock.platform == "own"):
        told = say("rules.by_setting", unit=unit, start=event_text(clock.start, titles, say))
    if clock.silence:
        told += say("rules.silence", effect=titles.choice("silence", clock.silence) or clock.silence)
    return (
        told
        + (say("rules.roll") if clock.roll else "")
        + _valid(clock, say)
        + (say("rules.note", note=clock.note) if clock.note else "")
    )


def _valid(clock: ClockRule, say: Callable[..., str]) -> str:
    """For cases of which days it holds, if not for all."""
    ends = {"from": clock.valid_from, "to": clock.valid_to}
    return "".join(say(f"rules.valid_{end}", day=day) for end, day in ends.items() if day is not None)


def _rules_in_force(policy: Policy) -> dict[str, ClockRule]:
    """By key; of two with one key the first counts, and the other is the shipped one on the days that people left to
    it."""
    known: dict[str, ClockRule] | None = policy._memo.get("rules_by_key")
    if known is None:
        known = policy._memo["rules_by_key"] = {
            clock.key: clock for clocks in policy.clocks.values() for clock in reversed(clocks)
        }
    return known


def read_rules(table: Table, defaults: Policy, found: Overrides) -> None:
    """Add to `found` what people changed, switched off or added. A row that cannot be read is K503 and stays as
    shipped."""
    for i, key in enumerate(table.columns["key"]):
        broken = [name for name in (*_NAMES, *_YOURS) if name != "your_source" and i in table.faults(name)]
        if broken:
            found.issues.append(_issue(table, i, broken[0], "the cell cannot be read", "mend it or clear it"))
            continue
        row = {name: table.columns[name][i] for name in (*_NAMES, *_YOURS)}
        try:
            _take(key, row, defaults, found)
            if _starts_nowhere(key, row, defaults):
                found.issues.append(
                    replace(
                        _issue(
                            table,
                            i,
                            "starts_at",
                            "the clock has no start: the day the problem was noticed counts",
                            "choose under Starts at what starts it",
                        ),
                        severity=Severity.WARNING,
                    )
                )
        except _Wrong as problem:
            found.issues.append(_issue(table, i, problem.column, str(problem), problem.hint))


class _Wrong(Refused):
    def __init__(self, column: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.column = column


def _take(key: str | None, row: dict[str, Any], defaults: Policy, found: Overrides) -> None:
    if row["valid_from"] and row["valid_to"] and row["valid_to"] < row["valid_from"]:
        raise _Wrong("valid_to", "the rule ends before it begins", "exchange the two dates")
    shipped_rule = defaults.shipped_rules.get(key or "")
    if shipped_rule is not None:
        if row["switched_off"]:
            found.rules[shipped_rule.key] = None
        elif any(row[name] is not None for name in _YOURS if name != "switched_off"):
            found.rules[shipped_rule.key] = _changed(shipped_rule, row, defaults)
    elif _is_retired(key, row):
        return
    elif not row["switched_off"] and any(row[name] is not None for name in (*_NAMES, "limit")):
        found.own_rules.append(_own(key, row, defaults))


def _is_retired(key: str | None, row: dict[str, Any]) -> bool:
    """Whether the row is of a rule that an older version shipped and this one does not, with nothing of people's in
    it."""
    return _was_shipped(key) and all(row[name] is None for name in _YOURS)


def _was_shipped(key: str | None) -> bool:
    """Keys of shipped rules name platform, step and role; rows of people's own are numbered."""
    return key is not None and "/" in key


def _starts_nowhere(key: str | None, row: dict[str, Any], defaults: Policy) -> bool:
    """A rule of people's own, in force, for a step that no shipped rule has, without what starts it."""
    own = (
        key not in defaults.shipped_rules
        and not row["switched_off"]
        and row["step"] is not None
        and not _is_retired(key, row)
    )
    return own and row["starts_at"] is None and _alike(str(row["step"]).strip(), defaults) is None


def _alike(step: str, defaults: Policy) -> ClockRule | None:
    """A shipped rule for the same step."""
    return next((clock for clock in defaults.shipped_rules.values() if clock.step == step), None)


def _changed(shipped_rule: ClockRule, row: dict[str, Any], defaults: Policy) -> ClockRule:
    """A rule with what people wrote in place of what is shipped."""
    clock = shipped_rule._replace(
        own=True,
        limit_setting=shipped_rule.limit_setting if row["limit"] is None else "",
        valid_from=row["valid_from"] or shipped_rule.valid_from,
        valid_to=row["valid_to"] or shipped_rule.valid_to,
        source=row["your_source"] or shipped_rule.source,
        calendar=_calendar(row["calendar"]) or shipped_rule.calendar,
        unit=row["unit"] or shipped_rule.unit,
        start=row["starts_at"] or shipped_rule.start,
    )
    if row["limit"] is not None:
        clock = clock._replace(limit=row["limit"])
    if row["on_silence"] is not None:
        clock = clock._replace(silence=row["on_silence"], defaults=row["on_silence"] in _deciding(defaults))
    return _countable(clock)


def _own(key: str | None, row: dict[str, Any], defaults: Policy) -> ClockRule:
    """A rule that only people have; without a start it has that of the shipped step, else it counts from the day the
    problem was noticed."""
    for name, hint in (
        ("platform", "write where it holds, for example Taobao"),
        ("step", "choose or write what has to be done"),
        ("limit", "write how many days or hours"),
    ):
        if row[name] is None:
            raise _Wrong(name, f"a rule of your own needs its {name}", hint)
    step, platform = str(row["step"]).strip(), str(row["platform"]).strip()
    alike = _alike(step, defaults)
    silence = row["on_silence"] or ""
    return _countable(
        ClockRule(
            key=key or "",
            platform=platform,
            step=step if alike else f"own_{fold(step).replace('/', '-').replace(' ', '_')}",
            role=row["role"] or "we",
            stage=alike.stage if alike else "negotiation",
            limit=row["limit"],
            unit=row["unit"] or "natural_days",
            start=row["starts_at"] or (alike.start if alike else "noticed"),
            ends=alike.ends if alike else "",
            accepts=alike.accepts if alike else (),
            each_offer=row["starts_at"] == "offer",
            calendar=_calendar(row["calendar"]),
            silence=silence,
            defaults=silence in _deciding(defaults),
            title="" if alike else step,
            source=row["your_source"] or "",
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            own=True,
        )
    )


def _calendar(typed: str | None) -> str:
    if typed is None:
        return ""
    try:
        return calendar_of(typed)
    except Refused as problem:
        raise _Wrong("calendar", str(problem), problem.hint) from None


def _countable(clock: ClockRule) -> ClockRule:
    if clock.unit not in ("calendar_hours", "business_hours") and clock.limit != int(clock.limit):
        raise _Wrong(
            "limit",
            f"{clock.limit:g} is no whole number of days or months",
            "write a whole number, or choose hours as its unit",
        )
    return clock


def _deciding(defaults: Policy) -> set[str]:
    """The effects of silence that execute something by themselves."""
    return {clock.silence for clock in defaults.shipped_rules.values() if clock.defaults}


def _issue(table: Table, i: int, column: str, message: str, hint: str) -> Issue:
    return Issue("K503", message, hint, table.schema.key, f"{column}:{table.rows[i]}")
