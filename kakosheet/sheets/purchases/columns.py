"""Purchase Checklist: one row is one order line, planned or bought."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.sheets.blocks import block

_CORE = block(
    "core",
    Column("id", "ID", owner=Owner.ID, help="Given by us, for example P-0001. Never changes."),
    Column("item", "Item", required=True, help="What you buy or want to buy, for example: desk lamp, white.", width=28),
    Column("seller", "Seller", required=True, ref="sellers.seller",
           help="The shop or supplier, for example: Guangzhou Lamp Co. A new name is added to Seller Scores.", width=22),
    Column("price", "Price", Kind.MONEY, required=True, minimum=0,
           help="What this line costs in all, without shipping, for example 129.90."),
    Column("currency", "Cur.", Kind.CURRENCY, help="Of the price, for example CNY. Blank: the base currency in Settings."),
    Column("platform", "Platform", Kind.CHOICE, choices="platform", open_choices=True,
           help="Where you bought it, for example Taobao. It decides the dates of a dispute."),
    Column("bought_on", "Bought on", Kind.DATE, help="Day of payment, for example 2026-11-21. Blank: only planned."),
    Column("assigned_to", "Assigned to", help="Who looks after it, for example Li Wei."),
    Column("risk", "Risk", Kind.CHOICE, owner=Owner.TOOL, choices="risk", style="risk",
           help="High: ask before you pay. Medium: one thing to clear up. Low: nothing unusual found."),
    Column("why", "Why", owner=Owner.TOOL,
           help="The strongest reason for the risk, for example: No return promise written down.", width=44),
    Column("do_next", "Do next", owner=Owner.TOOL,
           help="The next useful step, for example: Ask the seller, then fill in Confirmed on.", width=48),
    Column("problem", "Problem?", Kind.CHOICE, choices="dispute_type", open_choices=True,
           help="Something wrong? Choose it here. We start the case for you."),
    Column("noticed_on", "Noticed on", Kind.DATE,
           help="Day you noticed the problem, for example 2026-11-21. With Problem? it starts the case."),
    Column("dispute", "Dispute", Kind.LINK, owner=Owner.TOOL, link_to="disputes", help="The case about this line, for example D-2026-0001.",
           width=14),
    collapsed=False)

_ORDER = block(
    "order",
    Column("link", "Link", Kind.LINK, help="Page of the offer, for example https://item.example/123."),
    Column("agent", "Agent", help="Who buys for you, for example Kakobuy. Blank: you buy yourself."),
    Column("order_no", "Order no.", width=21, help="As the platform writes it, for example 0012345678. Leading zeros stay."),
    Column("line_no", "Line", Kind.INTEGER, minimum=1, help="Number of the line within the order, for example 1."),
    Column("quantity", "Quantity", Kind.INTEGER, minimum=1, help="Pieces in this line, for example 2."),
    Column("arrived_at_warehouse", "Arrived at warehouse", Kind.DATE,
           help="Day it reached your agent's warehouse, for example 2026-11-21."),
    Column("qc_photos", "QC photos", Kind.LINK, width=22, help="Inspection photos of the agent: a folder or an address, for example qc/P-0001."),
    Column("qc_verdict", "QC verdict", Kind.CHOICE, choices="qc_verdict", help="What the photos show: fine, a doubt, or a fault."),
    Column("return_window_ends", "Return window ends", Kind.DATE, owner=Owner.TOOL,
           help="Last day on which it can go back to the seller, from the return policy or the agent's free days."),
    Column("carrier", "Carrier", ref="carriers.carrier", help="Who brings it, for example DHL. A new name is added to Carriers."),
    Column("tracking", "Tracking", help="Number of the parcel, for example RB123456789CN."),
    Column("shipped", "Shipped", Kind.DATE, help="Day it was sent, for example 2026-11-21."),
    Column("received", "Received", Kind.DATE, help="Day you got it, for example 2026-12-02."))

_PROMISES = block(
    "promises",
    Column("category", "Category", Kind.CHOICE, choices="category", open_choices=True,
           help="Kind of goods, for example electronics. It decides which promises you should have."),
    Column("specification", "Specification", width=30, help="What the seller promised it is, for example: 12 W, E27, cable 1.8 m."),
    Column("quality_guarantee", "Quality guarantee", width=34, help="In the seller's words, for example: 12 months, repair or replacement."),
    Column("authenticity_guarantee", "Authenticity guarantee", width=30,
           help="For brands: what the seller gives you, for example: invoice of the brand."),
    Column("delivery_days", "Delivery days", Kind.INTEGER, minimum=0,
           help="Days from payment to your door that were promised, for example 15."),
    Column("delivery_promise", "Delivery promise", width=28,
           help="In the seller's words, for example: ships within 3 days. Vague words are pointed out."),
    Column("return_policy", "Return policy", width=36, help="In the seller's words, with days, for example: 7 days, seller pays postage."),
    Column("refund_days", "Refund days", Kind.INTEGER, minimum=0, help="Days in which the seller refunds a returned item, for example 5."),
    Column("vague_words", "Vague words", owner=Owner.TOOL, width=32, help="Words in the promises that bind nobody, for example: soon, high quality."),
    Column("ask_the_seller", "Ask the seller", owner=Owner.TOOL, help="A question that you can send as it is.", width=44),
    Column("confirmed_on", "Confirmed on", Kind.DATE, help="Day the seller answered in clear words, for example 2026-11-21."),
    Column("confirmed_text", "Confirmed text", width=44, help="The seller's answer, for example: We ship on 24 November."),
    Column("checklist_percent", "Checklist %", Kind.PERCENT, owner=Owner.TOOL, bar=True,
           help="Share of the needed promises that are written down, for example 60%."))

_PROTECTION = block(
    "protection",
    Column("fragile", "Fragile", Kind.YESNO, help="Yes for glass, screens, ceramics. Blank: as its category usually is."),
    Column("branded", "Branded", Kind.YESNO, help="Yes if it carries a brand that is copied, for example sneakers."),
    Column("official_channel", "Official channel", Kind.YESNO, help="Yes if it is the brand's own or an authorised shop."),
    Column("packaging", "Packaging", Kind.CHOICE, choices="packaging", open_choices=True,
           help="What was agreed, for example reinforced."),
    Column("insured", "Insured", Kind.YESNO, help="Yes if the parcel is insured."),
    Column("insured_value", "Insured value", Kind.MONEY, minimum=0,
           help="What the insurance pays, in the currency of the price, for example 120."),
    Column("special_requirements", "Special requirements", width=30, help="What else was agreed, for example: foam corners, no folding."),
    Column("contingency_budget", "Contingency budget", Kind.MONEY, minimum=0, help="What you set aside for trouble, for example 15."),
    Column("suggested_budget", "Suggested budget", Kind.MONEY, owner=Owner.TOOL,
           help="What we would set aside, from price and risk, in the currency of the price."),
    Column("expected_loss", "Expected loss", Kind.MONEY, owner=Owner.TOOL,
           help="What lines like this one lose on average, in the currency of the price."),
    Column("risk_accepted", "Risk accepted", width=30, help="Buying anyway? Say why, for example: no other shop has it."),
    Column("size_chart_checked", "Size chart checked", Kind.YESNO, help="Yes once you have measured and compared."),
    Column("notes", "Notes", width=36, help="Anything you want to remember."))

SHEET = SheetSchema(
    key="purchases", title="Purchase Checklist", kind=SheetKind.REGISTER, tab="prevention", frozen="item",
    intro="One line for each thing you buy. Item, Seller and Price are enough for a first opinion.",
    tables=(TableSchema(key="purchases", sheet="purchases", columns=_CORE + _ORDER + _PROMISES + _PROTECTION,
                        key_column="id", id_column="id", id_format="P-{number:04}",
                        natural_key=("platform", "order_no", "line_no")),))
