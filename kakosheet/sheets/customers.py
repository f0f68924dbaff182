"""Customers: one row is one person we sell to; those named elsewhere are added by themselves."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.sheets.blocks import block

_TOOL = Owner.TOOL

_COLUMNS = block(
    "core",
    Column("customer", "Customer", required=True, help="Name or nickname, for example Ana Silva.", width=22),
    Column("language", "Language", Kind.CHOICE, choices="language", open_choices=True, help="Language the customer likes best, for example Portuguese."),
    Column("country", "Country", help="Where the customer lives, for example Brazil."),
    Column("contact", "Contact", help="E-mail or phone, for example ana@example.com."),
    Column("wechat", "WeChat", help="WeChat name, for example ana_silva88."),
    Column("segment", "Segment", Kind.CHOICE, owner=_TOOL, choices="segment", style="segment",
           help="High satisfaction, neutral or high risk, from feelings, satisfaction and open cases."),
    Column("risk", "Risk", Kind.CHOICE, owner=_TOOL, choices="customer_risk", style="risk", help="How likely the next trouble becomes a dispute."),
    Column("cases", "Cases", Kind.INTEGER, owner=_TOOL, help="All disputes of this customer."),
    Column("open", "Open", Kind.INTEGER, owner=_TOOL, help="Disputes of this customer that are not closed."),
    Column("last_contact", "Last contact", Kind.DATE, owner=_TOOL, help="Day of the newest line in the Conversation Log."),
    Column("feeling", "Feeling", Kind.CHOICE, owner=_TOOL, choices="feeling", style="feeling", help="Of the newest message from the customer that shows one."),
    Column("satisfaction", "Satisfaction", Kind.NUMBER, minimum=1, maximum=5, help="Answer to your survey, 1 to 5, for example 4."),
    Column("follow_up_by", "Follow up by", Kind.DATE, owner=_TOOL, help="Get in touch by this day. Blank: nothing to do."),
    Column("followed_up_on", "Followed up on", Kind.DATE, help="Day you got in touch, for example 2026-11-21."),
    Column("notes", "Notes", help="Preferences and other things to remember, for example: no parcels on Mondays."),
    collapsed=False)

SHEET = SheetSchema(
    key="customers", title="Customers", kind=SheetKind.REGISTER, tab="handling", frozen="customer",
    intro="Who you sell to and how they feel. Names from sales, messages and cases come by themselves.",
    tables=(TableSchema(key="customers", sheet="customers", columns=_COLUMNS, key_column="customer", row_key="customer"),))
