"""Improvements: what to change so that it does not happen again, and whether it helped."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.sheets.blocks import block

_COLUMNS = block(
    "core",
    Column("id", "ID", owner=Owner.ID, help="Given by us, for example I-0001. Never changes."),
    Column("what", "What", required=True, prefill=True, help="What to change, for example: buy fragile things only insured.", width=44),
    Column("kind", "Kind", Kind.CHOICE, prefill=True, choices="improvement_kind",
           help="Proposal: to be decided. Measure: being done. Lesson: to remember."),
    Column("metric", "Where it aims", Kind.CHOICE, prefill=True, choices="metric",
           help="The number that should get better, for example the dispute rate."),
    Column("because", "Because", owner=Owner.TOOL,
           help="The numbers behind it, for example: 6 disputes in 20 orders; 2 would be usual.", width=44),
    Column("expected_saving", "Expected saving", Kind.MONEY, owner=Owner.TOOL, help="What it may save in a year, in the base currency."),
    Column("decision", "Decision", Kind.CHOICE, choices="decision", help="Adopt, reject or later. A rejected proposal is not made again."),
    Column("decided_on", "Decided on", Kind.DATE, help="Day of the decision, for example 2026-11-21."),
    Column("owner", "Owner", help="Who sees to it, for example Li Wei."),
    Column("started_on", "Started on", Kind.DATE, help="First day of the new way, for example 2026-12-01. Before and After count from it."),
    Column("before", "Before", Kind.PERCENT, owner=Owner.TOOL, help="The rate in the time before Started on."),
    Column("after", "After", Kind.PERCENT, owner=Owner.TOOL, help="The rate since Started on."),
    Column("effect", "Effect", Kind.PERCENT, owner=Owner.TOOL, help="Change of the rate, for example -60% (from 12% to 4.8%)."),
    Column("word", "Word", Kind.CHOICE, owner=Owner.TOOL, choices="effect_word", style="effect_word",
           help="Worked, unclear or worse: whether the change is more than chance."),
    Column("linked_to", "Linked to", prefill=True, width=20,
           help="The seller, carrier or category it is about, for example: Guangzhou Lamp Co. Blank: all."),
    Column("key", "Key id", owner=Owner.ID, hidden=True, help="How we know a proposal of ours again."),
    collapsed=False)

SHEET = SheetSchema(
    key="improvements", title="Improvements", kind=SheetKind.REGISTER, tab="review", frozen="what",
    intro="What to change so that it does not happen again. We propose; you decide and see whether it helped.",
    tables=(TableSchema(key="improvements", sheet="improvements", columns=_COLUMNS, key_column="id", id_column="id",
                        id_format="I-{number:04}", row_key="key"),))
