"""Carriers: one row is one logistics company; those named in purchases and sales are added by themselves."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.sheets.blocks import block

_COLUMNS = block(
    "core",
    Column("carrier", "Carrier", required=True, help="The logistics company, for example DHL.", width=22),
    Column("list_status", "List status", Kind.CHOICE, choices="list_status", style="list_status",
           help="Your decision: White, Watch, Black or Trial. Lines sent with a blacklisted carrier are flagged."),
    Column("proposed", "Proposed", Kind.CHOICE, owner=Owner.TOOL, choices="list_status", style="list_status",
           help="What the record of this carrier suggests. Copy it to List status if you agree."),
    Column("because", "Because", owner=Owner.TOOL, help="Why we propose it, for example: 5 of 20 parcels damaged; 1 would be usual.", width=44),
    Column("parcels", "Parcels", Kind.INTEGER, owner=Owner.TOOL, help="Lines of Purchase Checklist and Sales & Dispatch that it carried."),
    Column("damage_rate", "Damage rate", Kind.PERCENT, owner=Owner.TOOL,
           help="Damaged parcels, drawn towards the average of all carriers while parcels are few."),
    Column("rate_low", "between", Kind.PERCENT, owner=Owner.TOOL, help="The true rate most likely lies between this and the next number (Wilson, 95 %)."),
    Column("rate_high", "and", Kind.PERCENT, owner=Owner.TOOL, help="Upper end of the range in which the true rate most likely lies."),
    Column("late_rate", "Late rate", Kind.PERCENT, owner=Owner.TOOL, help="Share of the parcels with a promised day that came after it."),
    Column("lost", "Lost", Kind.INTEGER, owner=Owner.TOOL, help="Parcels that never arrived."),
    Column("tracked", "Tracked", Kind.YESNO, help="Yes if every parcel can be followed."),
    Column("insured", "Insured", Kind.YESNO, help="Yes if parcels are insured."),
    Column("notes", "Notes", help="Anything you want to remember, for example: slow in December."),
    collapsed=False)

SHEET = SheetSchema(
    key="carriers", title="Carriers", kind=SheetKind.REGISTER, tab="prevention", frozen="carrier",
    intro="How parcels arrived. You decide which carrier is on which list.",
    tables=(TableSchema(key="carriers", sheet="carriers", columns=_COLUMNS, key_column="carrier", row_key="carrier"),))
