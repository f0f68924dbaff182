"""Conversation Log: one row is one message or call, in or out."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.sheets.blocks import block

_CORE = block(
    "core",
    Column("id", "ID", owner=Owner.ID, help="Given by us, for example L-0001. Never changes."),
    Column("at", "At", Kind.DATETIME, required=True, help="When it was said, for example 2026-11-21 14:30; a day is enough."),
    Column("dispute", "Dispute", ref="disputes.dispute_id", help="The case it is about, for example D-2026-0001. Blank: none."),
    Column("order", "Order", ref="purchases.id|sales.id", source=("dispute -> disputes.order",),
           help="The line it is about, for example P-0001 or S-0001. Blank: that of the case."),
    Column("customer", "Customer", ref="customers.customer", source=("dispute -> disputes.customer", "order -> sales.customer"),
           help="Who the customer is, for example Ana Silva. Blank: that of the case or sale."),
    Column("counterpart", "With", Kind.CHOICE, required=True, choices="counterpart",
           help="Who you talked with: customer, seller, platform, carrier."),
    Column("channel", "Channel", Kind.CHOICE, required=True, choices="channel", open_choices=True,
           help="Where, for example WeChat or e-mail."),
    Column("direction", "Direction", Kind.CHOICE, required=True, choices="direction",
           help="In: they wrote to you. Out: you wrote to them."),
    Column("what_was_said", "What was said", required=True, help="The words themselves, for example: We ship on 24 November.", width=50),
    Column("kind", "Kind", Kind.CHOICE, choices="log_kind",
           help="Query, complaint, dispute, commitment, rebuttal. Follow-up, sent by you, is a reminder: the review counts the days to their action. "
                "Waiting stops our own clock, Resumed starts it."),
    Column("promised_by", "Promised by", Kind.DATE, help="For a commitment: the day it is promised for, for example 2026-11-24."),
    Column("handler", "Handler", help="Who of you dealt with it, for example Li Wei."),
    Column("result", "Result", width=22, help="What came of it, for example: refund of 20 EUR agreed."),
    collapsed=False)

_READING = block(
    "reading",
    Column("language", "Language", Kind.CHOICE, owner=Owner.TOOL, choices="language", open_choices=True,
           help="Our guess of the language it is written in."),
    Column("translation", "Translation", help="In your language, as you or a tool translated it.", width=30),
    Column("feeling", "Feeling", Kind.CHOICE, owner=Owner.TOOL, choices="feeling", style="feeling",
           help="Positive, neutral or negative, from the words of an incoming message."),
    Column("wants", "Wants", Kind.CHOICE, owner=Owner.TOOL, choices="wants",
           help="What the writer is after, for example a refund; Unclear: ask back."),
    Column("words_noticed", "Words noticed", owner=Owner.TOOL,
           help="The words behind feeling and wish, for example: delay, return.", width=24),
    Column("needs_a_person", "Needs a person", owner=Owner.TOOL,
           help="Why somebody should read it soon, for example: threatens a bad review.", width=30),
    Column("suggested_reply", "Suggested reply", owner=Owner.TOOL,
           help="A first answer in the language of the message. Read it before you send it.", width=50),
    collapsed=False)

SHEET = SheetSchema(
    key="log", title="Conversation Log", kind=SheetKind.REGISTER, tab="handling", frozen="at",
    intro="Who said what, when and where. What is written down can be proved.",
    tables=(TableSchema(key="log", sheet="log", columns=_CORE + _READING, key_column="id", id_column="id", id_format="L-{number:04}"),))
