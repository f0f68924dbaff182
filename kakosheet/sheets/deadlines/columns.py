"""Deadlines: one row is one date of one case, or a reminder of people's own. Its columns; the rules stand in the files
beside."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema

_TOOL, _FORMULA = Owner.TOOL, Owner.FORMULA

_END = (
    'IF([agreed_date]="",[last_day],'
    'IF(AND([clock]=«clock.platform»,[last_day]<>""),MIN(INT([agreed_date]),[last_day]),INT([agreed_date])))'
)
"""A day of one's own never hides an earlier one of the platform."""
_SETTLED = '[phase]=«state.done»,[phase]=«state.not_applicable»'
STATE = (
    f'IF([waived]<>"",«state.waived»,IF([done_on]<>"",«state.done»,IF(OR({_SETTLED}),[phase],IF(AND([agreed_date]="",[phase]<>""),[phase],'
    f'IF(AND([agreed_date]="",[last_day]=""),"",IF({_END}<_kako_today,IF(OR([when_late]="",[last_day]>=_kako_today),«state.overdue»,[when_late]),'
    f'IF({_END}=_kako_today,«state.due_today»,IF({_END}-_kako_today<=_kako_due_soon_days,«state.due_soon»,«state.on_track»))))))))'
)
"""As in the workbook's description, with one addition: a node that an event has ended, or that is not called for any
more, stays so even where an agreed date was typed. A last day is tested by itself, since IF over a blank cell gives
0."""
DAYS_LEFT = f'IF(OR([waived]<>"",[done_on]<>"",{_SETTLED},AND([agreed_date]="",[last_day]="")),"",{_END}-_kako_today)'
"""Blank for what is settled, so that sorting by it brings the pressing ones to the top."""

SHEET = SheetSchema(
    key="deadlines", title="Deadlines", kind=SheetKind.REGISTER, tab="handling", frozen="what_to_do",
    intro="Every date of every case. Write the day under Done on. A reminder of your own: What to do and Agreed date.",
    tables=(TableSchema(
        key="deadlines", sheet="deadlines", id_column="key", id_format="R-{number:04}", row_key="key",
        columns=(
            Column("state", "State", Kind.CHOICE, owner=_FORMULA, group="date", choices="state", formula=STATE, style="state",
                   help="How urgent it is today. Live: it changes overnight by itself."),
            Column("due", "Due", Kind.DATETIME, owner=_TOOL, style="due",
                   help="By when. A day is good until its end; a time until just before it."),
            Column("days_left", "Days left", Kind.DAYS, owner=_FORMULA, formula=DAYS_LEFT, style="days_left",
                   help="Days until then; below zero it is overdue. Live."),
            Column("what_to_do", "What to do", Kind.TEXT, prefill=True, width=42,
                   help="The step, such as: answer the offer. For a reminder of your own write what to do and an agreed date."),
            Column("acts", "Acts", Kind.CHOICE, owner=_TOOL, choices="actor",
                   help="Who has to act: you, the seller, the buyer, the platform or the carrier."),
            Column("who", "Who", Kind.TEXT, source=("dispute -> disputes.assigned_to",),
                   help="Who of you looks after it, such as Li Wei. Blank: whoever the case is assigned to."),
            Column("dispute", "Dispute", Kind.TEXT, prefill=True, ref="disputes.dispute_id", help="The case it belongs to, such as D-2026-0001."),
            Column("item_and_seller", "Item and seller", Kind.TEXT, owner=_TOOL, width=40, help="What the case is about and with whom."),
            Column("done_on", "Done on", Kind.DATETIME, group="yours",
                   help="When it was done; a day such as 2026-11-21 is enough. The next dates follow from it."),
            Column("agreed_date", "Agreed date", Kind.DATETIME,
                   help="Another date that was agreed, such as 2026-12-01. It wins over the computed one."),
            Column("evidence_of_it", "Evidence of it", Kind.TEXT, width=24, help="What proves it, such as: e-mail of 21 Nov, E-0012."),
            Column("if_nothing_happens", "If nothing happens", Kind.TEXT, owner=_TOOL, group="why", width=42,
                   help="What follows if the date is missed."),
            Column("where_the_date_comes_from", "Where the date comes from", Kind.TEXT, owner=_TOOL, width=60,
                   help="The rule, its start and its source."),
            Column("due_there", "Due there", Kind.TEXT, owner=_TOOL, width=34,
                   help="When that is in the zone of the platform, or of the seller's or customer's country, such as 2026-11-23 07:00 (Asia/Shanghai)."),
            Column("waived", "Waived", Kind.TEXT, width=24, help="Why it need not be done, such as: refund came already. It leaves the alerts."),
            Column("note", "Note", Kind.TEXT, width=36, help="Anything else."),
            Column("clock", "Clock", Kind.CHOICE, owner=_TOOL, choices="clock", help="Whose date it is: our own promise, or the platform's rule."),
            Column("node", "Node", Kind.CHOICE, owner=_TOOL, choices="node", open_choices=True,
                   help="Which step of the rules it is, such as Seller's answer."),
            Column("started", "Started", Kind.DATETIME, owner=_TOOL, style="due", help="When the clock began to run."),
            Column("days_taken", "Days taken", Kind.INTEGER, owner=_TOOL, help="Days from its start until it was done."),
            Column("last_day", "Last day", Kind.DATE, owner=_TOOL, hidden=True, help="The day of the last good moment."),
            Column("phase", "Phase", Kind.CHOICE, owner=_TOOL, choices="state", hidden=True,
                   help="Blank while the clock runs or was answered; else waiting, paused or not applicable."),
            Column("when_late", "When late", Kind.CHOICE, owner=_TOOL, choices="state", hidden=True,
                   help="The word for a missed date: overdue, or defaulted if silence itself decides."),
            Column("ended", "Ended", Kind.DATETIME, owner=_TOOL, hidden=True, help="The day on which it was done, by hand or by what happened in the case; blank where nobody wrote the day."),
            Column("key", "Key id", Kind.TEXT, owner=Owner.ID, hidden=True, help="By which refresh knows the row again."),
        )),))
