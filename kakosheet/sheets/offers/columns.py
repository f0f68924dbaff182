"""Offers: who proposed what, and what became of it. Its columns; the rules stand in the file beside."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema

_TOOL = Owner.TOOL

SHEET = SheetSchema(
    key="offers", title="Offers", kind=SheetKind.REGISTER, tab="handling", frozen="dispute",
    intro="Write down each offer. It brings the date of the answer; silence counts as the rules say.",
    tables=(TableSchema(
        key="offers", sheet="offers", key_column="id", id_column="id", id_format="O-{number:04}",
        columns=(
            Column("id", "ID", Kind.TEXT, owner=Owner.ID, group="offer", help="The number of the offer, such as O-0001."),
            Column("dispute", "Dispute", Kind.TEXT, required=True, ref="disputes.dispute_id", help="The case it belongs to, such as D-2026-0001."),
            Column("on", "On", Kind.DATETIME, required=True, help="When it was made; a day such as 2026-11-21 is enough."),
            Column("by", "By", Kind.CHOICE, required=True, choices="offer_by", help="Who made it: the buyer, the seller or the platform."),
            Column("kind", "Kind", Kind.CHOICE, required=True, choices="offer_kind",
                   help="What is offered or asked for, such as Full refund, no return."),
            Column("amount", "Amount", Kind.MONEY, minimum=0, help="How much, in the currency of the case, such as 60."),
            Column("currency", "Cur.", Kind.CURRENCY, owner=_TOOL, help="The currency of the case."),
            Column("percent", "Percent", Kind.PERCENT, minimum=0, maximum=1, help="Or which share of the payment, such as 50 %."),
            Column("with_return", "With return", Kind.YESNO, help="Whether the goods go back."),
            Column("answer", "Answer", Kind.CHOICE, choices="offer_answer", group="answer",
                   help="What the other side said, such as Rejected. Withdrawn and Changed are said by whoever made the offer."),
            Column("answered_on", "Answered on", Kind.DATETIME, help="When the answer came; a day is enough."),
            Column("answer_due", "Answer due", Kind.DATETIME, owner=_TOOL, style="due", help="By when it has to be answered."),
            Column("effect", "Effect", Kind.CHOICE, owner=_TOOL, choices="offer_effect", style="effect",
                   help="What follows from the answer, or from silence."),
            Column("note", "Note", Kind.TEXT, width=36, help="Anything else."),
        )),))
