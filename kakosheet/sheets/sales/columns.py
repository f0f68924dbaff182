"""Sales & Dispatch: one row is one line of an order that we sold."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.sheets.blocks import block

_CORE = block(
    "core",
    Column("id", "ID", owner=Owner.ID, help="Given by us, for example S-0001. Never changes."),
    Column("item", "Item", required=True, help="What you sold, for example: desk lamp, white.", width=28),
    Column("customer", "Customer", required=True, ref="customers.customer",
           help="Who bought it, for example Ana Silva. A new name is added to Customers.",
           width=20),
    Column("price", "Price", Kind.MONEY, required=True, minimum=0, help="What the customer paid for this line, for example 49.00."),
    Column("currency", "Cur.", Kind.CURRENCY, help="Of the price, for example USD. Blank: the base currency in Settings."),
    Column("platform", "Platform", Kind.CHOICE, choices="platform", open_choices=True, help="Where you sold it, for example Shopify."),
    Column("sold_on", "Sold on", Kind.DATE, required=True, help="Day of the order, for example 2026-11-21."),
    Column("assigned_to", "Assigned to", help="Who packs and answers, for example Li Wei."),
    Column("ready_to_ship", "Ready to ship", Kind.CHOICE, owner=Owner.TOOL, choices="readiness", style="readiness",
           help="Ready once nothing is missing; Shipped once the day is entered."),
    Column("missing", "Missing", owner=Owner.TOOL,
           help="What to do or note before it leaves, for example: photo before packing.", width=50),
    Column("problem", "Problem?", Kind.CHOICE, choices="dispute_type", open_choices=True,
           help="Something wrong? Choose it here. We start the case for you."),
    Column("noticed_on", "Noticed on", Kind.DATE,
           help="Day the problem was reported, for example 2026-11-21. With Problem? it starts the case."),
    Column("dispute", "Dispute", Kind.LINK, owner=Owner.TOOL, link_to="disputes", help="The case about this line, for example D-2026-0001.",
           width=14),
    collapsed=False)

_ORDER = block(
    "order",
    Column("order_no", "Order no.", width=21, help="As the platform writes it, for example 0012345678. Leading zeros stay."),
    Column("line_no", "Line", Kind.INTEGER, minimum=1, help="Number of the line within the order, for example 1."),
    Column("quantity", "Quantity", Kind.INTEGER, minimum=1, help="Pieces in this line, for example 2."),
    Column("supplier_purchase", "Supplier purchase", ref="purchases.id",
           help="The line of Purchase Checklist it came from, for example P-0001."),
    Column("destination", "Destination", help="Country it goes to, for example Brazil or BR."),
    Column("region", "Region", Kind.CHOICE, owner=Owner.TOOL, choices="region", help="Part of the world of the destination."))

_DISPATCH = block(
    "dispatch",
    Column("category", "Category", Kind.CHOICE, choices="category", open_choices=True, source=("supplier_purchase -> purchases.category",),
           help="Kind of goods, for example electronics. Blank: that of the supplier purchase."),
    Column("fragile", "Fragile", Kind.YESNO, source=("supplier_purchase -> purchases.fragile",),
           help="Yes for glass, screens, ceramics. Blank: as in the supplier purchase."),
    Column("branded", "Branded", Kind.YESNO, source=("supplier_purchase -> purchases.branded",),
           help="Yes if it carries a brand that is copied. Blank: as in the supplier purchase."),
    Column("page_is_true", "Page is true", Kind.YESNO, help="Yes once you compared the item with its product page."),
    Column("qc_passed", "QC passed", Kind.YESNO, help="Yes once it was inspected and found good."),
    Column("appearance", "Appearance", Kind.YESNO, help="Yes if it looks as it should."),
    Column("functions", "Functions", Kind.YESNO, help="Yes if it works as it should."),
    Column("packaging", "Packaging", Kind.CHOICE, choices="packaging", open_choices=True, help="How it is packed, for example reinforced."),
    Column("photo_before", "Photo before", Kind.LINK, width=26, help="Photo before packing, for example dispatch/S-0001-before.jpg."),
    Column("photo_after", "Photo after", Kind.LINK, width=26, help="Photo of the closed parcel, for example dispatch/S-0001-after.jpg."),
    Column("net_weight", "Net weight", Kind.NUMBER, minimum=0, help="Kilograms without packing, for example 0.85."),
    Column("gross_weight", "Gross weight", Kind.NUMBER, minimum=0, help="Kilograms with packing, for example 1.10."),
    Column("receipt", "Receipt", Kind.LINK, width=26, help="Shipping receipt: its number or file, for example dispatch/S-0001-receipt.pdf."),
    Column("declared_value", "Declared value", Kind.MONEY, minimum=0,
           help="Value on the customs form, in the currency of the price, for example 49.00."),
    Column("declared_quantity", "Declared quantity", Kind.INTEGER, minimum=0, help="Pieces on the customs form, for example 2."),
    Column("declared_weight", "Declared weight", Kind.NUMBER, minimum=0, help="Kilograms on the customs form, for example 1.10."),
    Column("consent_to_lower_value", "Consent to lower value", Kind.DATE,
           help="Day the buyer agreed to a lower declared value, for example 2026-11-20. It must be before shipping."),
    Column("gift", "Gift", help="A small gift in the parcel, for example: cleaning cloth. Blank: none."),
    Column("gift_matches_page", "Gift matches page", Kind.YESNO, help="Yes if the gift is what the product page says."),
    Column("gift_confirmed_on", "Gift confirmed on", Kind.DATE, help="Day the buyer agreed to the gift, for example 2026-11-20."),
    Column("authorisation", "Authorisation", Kind.LINK, width=26, help="Proof that you may sell the brand, for example docs/brand-licence.pdf."),
    Column("functions_text", "Functions text", Kind.YESNO, help="Electronics: yes if the page explains all functions."),
    Column("usage_text", "Usage text", Kind.YESNO, help="Electronics: yes if the page explains how to use it."))

_TRACKING = block(
    "tracking",
    Column("carrier", "Carrier", ref="carriers.carrier", help="Who brings it, for example DHL. A new name is added to Carriers."),
    Column("service", "Service", help="Product of the carrier, for example Express Worldwide."),
    Column("tracking", "Tracking", help="Number of the parcel, for example RB123456789CN."),
    Column("shipped", "Shipped", Kind.DATE, help="Day you sent it, for example 2026-11-21."),
    Column("last_movement", "Last movement", Kind.DATE, help="Day of the newest tracking event, for example 2026-11-25."),
    Column("exception", "Exception", Kind.CHOICE, choices="exception", open_choices=True,
           help="What went wrong on the way, for example: held by customs."),
    Column("carrier_cause", "Carrier's cause", width=28, help="The carrier's explanation, for example: address incomplete."),
    Column("told_the_buyer_on", "Told the buyer on", Kind.DATE,
           help="Day you last told the buyer how things stand, for example 2026-11-26."),
    Column("delivered", "Delivered", Kind.DATE, help="Day it arrived, for example 2026-12-02."),
    Column("risks", "Risks", owner=Owner.TOOL, help="What may become a dispute, for example: no movement for 9 days.", width=50))

SHEET = SheetSchema(
    key="sales", title="Sales & Dispatch", kind=SheetKind.REGISTER, tab="prevention", frozen="item",
    intro="One line for each thing you sell. Tick off what protects you before the parcel leaves.",
    tables=(TableSchema(key="sales", sheet="sales", columns=_CORE + _ORDER + _DISPATCH + _TRACKING,
                        key_column="id", id_column="id", id_format="S-{number:04}",
                        natural_key=("platform", "order_no", "line_no")),))
