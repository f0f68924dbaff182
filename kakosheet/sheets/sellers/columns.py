"""Seller Scores: one row is one seller; those named in the Purchase Checklist are added by themselves."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.sheets.blocks import block

_TOOL = Owner.TOOL

_CORE = block(
    "core",
    Column("seller", "Seller", required=True, help="The shop or supplier, for example: Guangzhou Lamp Co.", width=24),
    Column("list_status", "List status", Kind.CHOICE, choices="list_status", style="list_status",
           help="Your decision: White, Watch, Black or Trial. It counts; we only propose."),
    Column("proposed", "Proposed", Kind.CHOICE, owner=_TOOL, choices="list_status", style="list_status",
           help="What the record of this seller suggests. Copy it to List status if you agree."),
    Column("because", "Because", owner=_TOOL, help="Why we propose it, for example: Lost 4 of 11 disputes; 1 would be usual.", width=44),
    Column("score", "Score", Kind.SCORE, owner=_TOOL, bar=True, style="score",
           help="0 (bad) to 100 (good), from the indicators and the weights in Settings."),
    Column("sure", "Sure?", Kind.CHOICE, owner=_TOOL, choices="sure",
           help="Few: too few orders to judge. Some: a first idea. Solid: enough to rely on."),
    Column("orders", "Orders", Kind.INTEGER, owner=_TOOL, help="Lines bought from this seller."),
    Column("disputes", "Disputes", Kind.INTEGER, owner=_TOOL, help="Cases about this seller."),
    Column("dispute_rate", "Dispute rate", Kind.PERCENT, owner=_TOOL,
           help="Disputes per order, drawn towards the average of all sellers while orders are few."),
    Column("rate_low", "between", Kind.PERCENT, owner=_TOOL,
           help="Judged by its own orders alone, the true rate most likely lies between this and the next number (Wilson, 95 %)."),
    Column("rate_high", "and", Kind.PERCENT, owner=_TOOL, help="Upper end of the range in which the true rate most likely lies."),
    Column("lost_amount", "Lost amount", Kind.MONEY, owner=_TOOL,
           help="What disputes with this seller have cost you, in the base currency."),
    collapsed=False)

_SERVICE = block(
    "service",
    Column("return_days", "Return days", Kind.NUMBER, owner=_TOOL,
           help="Mean days from sending a return to having the money back, for example 12.5."),
    Column("refund_on_time", "Refund on time", Kind.PERCENT, owner=_TOOL, help="Share of refunds that came by the promised day."),
    Column("resolution_rate", "Resolution rate", Kind.PERCENT, owner=_TOOL,
           help="Share of closed cases that ended with an agreement or money back."),
    Column("feedback", "Feedback", Kind.NUMBER, minimum=1, maximum=5,
           help="How you or others rate the after-sales service, 1 to 5, for example 4.5."),
    Column("refused_then_ruled_against", "Refused then ruled against", Kind.INTEGER, owner=_TOOL,
           help="How often the seller refused responsibility and lost the ruling."),
    Column("points", "Points", Kind.INTEGER, owner=_TOOL,
           help="Penalty points of the last 12 months: lost 1, refused and lost 2, counterfeit 3."))

_PROFILE = block(
    "profile",
    Column("authorised", "Authorised", Kind.YESNO, help="Yes if the brand itself says so."),
    Column("authorisation_proof", "Authorisation proof", Kind.LINK, width=26,
           help="File or address of the proof, for example docs/brand-letter.pdf."),
    Column("insured_shipping", "Insured shipping", Kind.YESNO, help="Yes if this seller ships insured."),
    Column("platform", "Platform", Kind.CHOICE, choices="platform", open_choices=True, help="Where the seller sells, for example Taobao."),
    Column("country", "Country", width=16, help="Where the goods come from, for example China."),
    Column("language", "Language", Kind.CHOICE, choices="language", open_choices=True, help="Language to write in, for example Chinese."),
    Column("contact", "Contact", width=28, help="How to reach them, for example lamp_support@example.com."),
    Column("also_written_as", "Also written as", width=32, help="Other spellings of the name, separated by a semicolon, for example: GZ Lamp; 广州灯具."),
    Column("last_order", "Last order", Kind.DATE, owner=_TOOL, help="Day of your newest order."),
    Column("notes", "Notes", width=40, help="Lessons and experience, for example: always ask for photos."))

SHEET = SheetSchema(
    key="sellers", title="Seller Scores", kind=SheetKind.REGISTER, tab="prevention", frozen="seller",
    intro="How sellers behaved when something went wrong. You decide who is on which list.",
    tables=(TableSchema(key="sellers", sheet="sellers", columns=_CORE + _SERVICE + _PROFILE,
                        key_column="seller", row_key="seller", alias_column="also_written_as"),))
