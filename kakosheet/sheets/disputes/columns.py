"""Dispute Workflow: one row is one case, from the first complaint to the money back. Its columns; the rules stand in
the files beside."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema

_TOOL, _FORMULA = Owner.TOOL, Owner.FORMULA

STATE = (
    'IF([waived]<>"",«state.waived»,IF([closed_on]<>"",«state.closed»,IF([last_day]="",«state.open»,'
    'IF([last_day]<_kako_today,IF([when_late]="",«state.overdue»,[when_late]),IF([last_day]=_kako_today,«state.due_today»,'
    'IF([last_day]-_kako_today<=_kako_due_soon_days,«state.due_soon»,«state.on_track»))))))'
)
DAYS_LEFT = 'IF(OR([waived]<>"",[closed_on]<>"",[last_day]=""),"",[last_day]-_kako_today)'
DAYS_OPEN = 'IF([opened_day]="","",IF([closed_day]="",_kako_today,[closed_day])-[opened_day])'
WAITED_DAYS = (
    'IF(AND([waits_over]="",[waiting_from]=""),"",'
    'INT(ROUND(N([waits_over])+IF([waiting_from]="",0,MAX(0,_kako_today-[waiting_from])),4)))'
)

_CORE = (
    Column("dispute_id", "Dispute", Kind.TEXT, owner=Owner.ID, group="core",
           help="The number of the case, such as D-2026-0001. Given at the next refresh; never used twice."),
    Column("state", "State", Kind.CHOICE, owner=_FORMULA, choices="state", formula=STATE, style="state",
           help="How urgent the case is today, by its next date. Live: it changes overnight by itself."),
    Column("order", "Order", Kind.TEXT, required=True, prefill=True, ref="purchases.id|sales.id",
           help="The order it hangs on: P-0001 if you bought, S-0001 if you sold. It decides whose clock runs."),
    Column("type", "What went wrong", Kind.CHOICE, required=True, prefill=True, choices="dispute_type", open_choices=True,
           help="The kind of problem, such as Damaged product. It brings the dates and the list of evidence."),
    Column("opened_on", "Opened on", Kind.DATETIME, required=True, prefill=True,
           help="When the case was opened; a day such as 2026-11-21 is enough."),
    Column("assigned_to", "Assigned to", Kind.TEXT, prefill=True, source=("order -> purchases.assigned_to", "order -> sales.assigned_to"),
           help="Who of you looks after it, such as Li Wei."),
    Column("stage", "Stage", Kind.CHOICE, owner=_TOOL, choices="stage", style="stage",
           help="Where the case stands, from 1 Initiation to 5 Closure. It follows from the dates that are done."),
    Column("next_step", "Next step", Kind.TEXT, owner=_TOOL, width=52,
           help="What comes next and who has to do it, such as: You: send the evidence."),
    Column("due", "Due", Kind.DATETIME, owner=_TOOL, style="due",
           help="The earliest open date of this case. A day is good until its end."),
    Column("days_left", "Days left", Kind.DAYS, owner=_FORMULA, formula=DAYS_LEFT, style="days_left",
           help="Days until the next date; below zero it is overdue. Live."),
    Column("demand", "You want", Kind.CHOICE, prefill=True, choices="demand",
           help="What you ask for, such as Full refund. One clear demand is heard best."),
    Column("amount", "Amount", Kind.MONEY, prefill=True, minimum=0, source=("order -> purchases.price", "order -> sales.price"),
           help="How much you ask for, such as 120. Blank: the price of the order."),
    Column("currency", "Cur.", Kind.CURRENCY, prefill=True, source=("order -> purchases.currency", "order -> sales.currency"),
           help="The currency of all amounts in this row, such as EUR."),
    Column("result", "Result", Kind.CHOICE, choices="result", help="How it ended, such as Agreed with the other side."),
    Column("closed_on", "Closed on", Kind.DATE, help="The day it ended, such as 2026-12-02. It closes the case."),
    Column("money_back", "Money back", Kind.MONEY, minimum=0, help="What you really got back (or had to pay, if you sold), such as 80."),
    Column("root_cause", "Root cause", Kind.CHOICE, choices="root_cause", open_choices=True,
           help="Why it happened, such as Poor quality. The quarterly review counts these."),
)

_CASE = (
    Column("item", "Item", Kind.TEXT, owner=_TOOL, group="case", collapsed=True, width=28, help="What was ordered; taken from the order."),
    Column("seller", "Seller", Kind.TEXT, owner=_TOOL, collapsed=True, ref="sellers.seller", help="Who sold it; taken from the purchase."),
    Column("customer", "Customer", Kind.TEXT, prefill=True, collapsed=True, ref="customers.customer", source=("order -> sales.customer",),
           help="Who complained, if you sold it; in a group buy the participant."),
    Column("platform", "Platform", Kind.CHOICE, prefill=True, collapsed=True, choices="platform", open_choices=True,
           source=("order -> purchases.platform", "order -> sales.platform"),
           help="Where it was ordered, such as AliExpress. Its rules give the platform's dates."),
    Column("case_no", "Case no.", Kind.TEXT, collapsed=True, width=18, help="The platform's own number of the case, such as PP-D-27803."),
    Column("our_role", "Our role", Kind.CHOICE, owner=_TOOL, choices="our_role", collapsed=True,
           help="Buyer if it hangs on a purchase, seller if on a sale."),
    Column("grade", "Urgency", Kind.CHOICE, prefill=True, choices="grade", collapsed=True,
           help="How serious it is. It sets our own promise: 24 hours for a small complaint, 72 for the rest."),
    Column("description", "Description", Kind.TEXT, collapsed=True, width=46,
           help="What exactly is wrong, such as: left leg of the chair broken off."),
    Column("customers_words", "Customer's words", Kind.TEXT, collapsed=True, width=46, help="What the customer said, word for word."),
    Column("occurred_at", "Occurred at", Kind.DATETIME, collapsed=True, help="When it happened or was seen first; a day is enough."),
    Column("expected_by", "Expected by", Kind.DATE, collapsed=True, help="By when it is expected to be solved, such as 2026-12-01. Blank: as the urgency says."),
    Column("parent", "Parent", Kind.TEXT, collapsed=True, ref="disputes.dispute_id",
           help="The larger case it belongs to, such as D-2026-0004 for a whole bad batch."),
    Column("linked_claim", "Linked claim", Kind.TEXT, collapsed=True, ref="disputes.dispute_id",
           help="A claim side by side, such as the one against the carrier."),
    Column("participants", "Cases under it", Kind.INTEGER, owner=_TOOL, collapsed=True,
           help="How many cases name it as their parent, also through others: the participants of a group buy."),
    Column("total_amount", "Amount of all", Kind.MONEY, owner=_TOOL, collapsed=True,
           help="What the cases under it ask for together, in your base currency."),
    Column("total_back", "Back of all", Kind.MONEY, owner=_TOOL, collapsed=True,
           help="What came back in the cases under it, in your base currency."),
    Column("side_by_side", "Side by side", Kind.TEXT, owner=_TOOL, collapsed=True,
           help="The claims that run beside it, such as D-2026-0008, Carrier: 40 of 120 EUR back."),
    Column("loss", "Loss", Kind.MONEY, prefill=True, collapsed=True, minimum=0, source=("order -> purchases.price", "order -> sales.price"),
           help="What the problem cost you so far, in the currency of this row."),
    Column("loss_in_base_currency", "Loss in base currency", Kind.MONEY, owner=_TOOL, collapsed=True,
           help="The loss in your base currency, with the rate that stands in Settings."),
)

_RESPONSIBILITY = (
    Column("outer_box", "Outer box", Kind.CHOICE, group="responsibility", choices="outer_box", collapsed=True,
           help="How the parcel looked on arrival, such as Crushed."),
    Column("packing_photo", "Packing photo", Kind.CHOICE, choices="packing_photo", collapsed=True,
           help="What the photo taken before dispatch shows, such as Well packed."),
    Column("tracking_events", "Tracking events", Kind.CHOICE, choices="tracking_events", collapsed=True,
           help="The worst that the carrier's tracking says, such as Damaged on the way."),
    Column("customs_event", "Customs event", Kind.CHOICE, choices="customs_event", collapsed=True,
           help="What customs did, such as Opened for inspection."),
    Column("incoterm", "Incoterm", Kind.CHOICE, choices="incoterm", collapsed=True,
           help="The delivery term agreed, such as DAP. It says who bears the risk on the way."),
    Column("carrier_chosen_by", "Carrier chosen by", Kind.CHOICE, choices="carrier_choice", collapsed=True,
           help="Who chose who brings it, such as Buyer. Blank: as the Incoterm says."),
    Column("when_opened", "When opened", Kind.CHOICE, choices="when_opened", collapsed=True,
           help="What the unboxing video or the first photos show, such as Other than ordered."),
    Column("suggested", "Suggested", Kind.CHOICE, owner=_TOOL, choices="party", collapsed=True,
           help="Who is probably responsible, from what this row says. You decide."),
    Column("confidence", "Confidence", Kind.CHOICE, owner=_TOOL, choices="confidence", collapsed=True,
           help="How sure the suggestion is: low, medium or high."),
    Column("because", "Because", Kind.TEXT, owner=_TOOL, collapsed=True, width=58, help="What the suggestion rests on."),
    Column("would_decide_it", "Would decide it", Kind.TEXT, owner=_TOOL, collapsed=True, width=48,
           help="Which fact would decide it, while it is unclear."),
    Column("your_decision", "Your decision", Kind.CHOICE, choices="party", collapsed=True,
           help="Who you hold responsible. It stands, whatever is suggested."),
    Column("their_answer", "Their answer", Kind.CHOICE, choices="their_answer", collapsed=True,
           help="What the other side says to that, such as Refuses."),
    Column("answered_on", "Answered on", Kind.DATE, collapsed=True, help="The day they answered."),
)

_NEGOTIATION = (
    Column("waiting_for", "Waiting for", Kind.CHOICE, group="negotiation", choices="actor", collapsed=True,
           help="Who has to move now, such as Seller. While you wait, your own clock stands still."),
    Column("waiting_since", "Waiting since", Kind.DATETIME, collapsed=True, help="Since when you have been waiting; a day is enough."),
    Column("offer_state", "Offer state", Kind.CHOICE, owner=_TOOL, choices="offer_state", collapsed=True,
           help="What became of the latest offer, such as Open."),
    Column("escalation", "Escalation", Kind.CHOICE, owner=_TOOL, choices="escalation", collapsed=True,
           help="Urge: a step of theirs is late. Escalate: they refuse or do not answer. Escalated: the platform was asked, or an offer rejected."),
    Column("plan", "Plan", Kind.CHOICE, choices="plan", collapsed=True, help="What was agreed to be done, such as Send a replacement."),
    Column("plan_percent", "Plan percent", Kind.PERCENT, collapsed=True, minimum=0, maximum=1,
           help="The agreed share of the payment, such as 50 %."),
    Column("plan_amount", "Plan amount", Kind.MONEY, owner=_TOOL, collapsed=True,
           help="What the plan comes to: 50 % of a payment of 120 is 60."),
    Column("plan_due", "Plan due", Kind.DATE, collapsed=True, help="By when it is to be done, such as 2026-12-01."),
    Column("confirmed_by_us_on", "Confirmed by us on", Kind.DATE, collapsed=True, help="The day you agreed to the plan."),
    Column("confirmed_by_customer_on", "Confirmed by customer on", Kind.DATE, collapsed=True,
           help="The day the customer agreed. The plan counts from when both have."),
    Column("appealed_on", "Appealed on", Kind.DATETIME, collapsed=True, help="When the platform was asked to decide; a day is enough."),
    Column("platforms_answer", "Platform's answer", Kind.TEXT, collapsed=True, width=36, help="What the platform said, word for word."),
    Column("strategy", "Strategy", Kind.TEXT, collapsed=True, width=46, help="What you will try next, and why."),
    Column("suggested_offer", "Suggested offer", Kind.CHOICE, owner=_TOOL, choices="offer_kind", collapsed=True,
           help="Without return where the return costs more than the goods bring. Needs Return cost, here or in Settings."),
)

_RETURN = (
    Column("return_tracking", "Return tracking", Kind.TEXT, group="return", collapsed=True, help="The number of the return parcel."),
    Column("return_cost", "Return cost", Kind.MONEY, collapsed=True, minimum=0,
           help="What sending it back costs, such as 35; blank: as in Settings."),
    Column("return_sent", "Return sent", Kind.DATE, collapsed=True, help="The day the goods went back."),
    Column("return_received", "Return received", Kind.DATE, collapsed=True, help="The day the other side had them. The refund clock starts here."),
    Column("customs_reference", "Customs reference", Kind.TEXT, collapsed=True, width=18,
           help="The number of the export or duty-refund papers of the return."),
    Column("customs_reason", "Reason for customs", Kind.CHOICE, choices="customs_reason", open_choices=True, collapsed=True,
           help="Why the goods go back, as it stands in the export papers, such as Repair."),
    Column("duty_to_reclaim", "Duty to claim back", Kind.MONEY, collapsed=True, minimum=0,
           help="Duty paid on the way in that customs owes you for the return, such as 12.50."),
    Column("duty_back_on", "Duty back on", Kind.DATE, collapsed=True, help="The day the duty came back."),
    Column("refund_promised", "Refund promised", Kind.DATE, collapsed=True, help="The day a refund was promised to you (or by you)."),
    Column("refund_method", "Refund by", Kind.TEXT, collapsed=True, help="How the money comes back, such as to the card, by PayPal, as a voucher."),
    Column("refund_due", "Refund due", Kind.DATE, owner=_TOOL, collapsed=True,
           help="By when the money has to be there: the promise plus the seller's refund days."),
    Column("paid_by", "Paid by", Kind.CHOICE, choices="rule_book", open_choices=True, collapsed=True,
           help="How you paid, such as Visa card or PayPal. Its protection counts beside the platform's."),
    Column("protected_until", "Protected until", Kind.DATE, owner=_TOOL, collapsed=True,
           help="The last day on which you can still claim the money from the platform, or from whoever you paid by."),
    Column("refund_received_on", "Refund received on", Kind.DATE, collapsed=True, help="The day the money arrived."),
    Column("still_owed", "Still owed", Kind.MONEY, owner=_TOOL, collapsed=True,
           help="What was agreed less what came back; empty once the money is there."),
)

_RECORD = (
    Column("evidence_percent", "Evidence %", Kind.PERCENT, owner=_TOOL, group="record", collapsed=True, bar=True,
           help="Share of the required evidence that is there or waived."),
    Column("still_missing", "Still missing", Kind.TEXT, owner=_TOOL, collapsed=True, width=54, help="The required evidence that is not there yet."),
    Column("files", "Files", Kind.INTEGER, owner=_TOOL, collapsed=True, help="How many files of evidence there are."),
    Column("stage_needs", "To finish this stage", Kind.TEXT, owner=_TOOL, collapsed=True,
           help="What the case lacks before its next stage, such as: a result; the day it ended."),
    Column("progress", "Progress", Kind.PERCENT, owner=_TOOL, collapsed=True, bar=True, help="Share of this case's dates that are done or waived."),
    Column("days_open", "Days open", Kind.DAYS, owner=_FORMULA, formula=DAYS_OPEN, collapsed=True, help="Days from opening to closing, or to today. Live."),
    Column("waited_days", "Waited days", Kind.DAYS, owner=_FORMULA, formula=WAITED_DAYS, collapsed=True,
           help="Days spent waiting for the other side. Live."),
    Column("first_answer_days", "Days to first answer", Kind.NUMBER, owner=_TOOL, collapsed=True,
           help="Days from the first message of the side that complains to the first answer."),
    Column("steps", "Steps", Kind.TEXT, owner=_TOOL, collapsed=True, width=60,
           help="The usual way for this kind of problem: what is behind you, and where you are."),
    Column("tips", "Tips", Kind.TEXT, owner=_TOOL, collapsed=True, width=60, help="What people of the trade watch for in such a case."),
    Column("demand_check", "Demand check", Kind.TEXT, owner=_TOOL, collapsed=True, width=40,
           help="Whether the demand fits the loss and the evidence, such as: more than the loss of 120."),
    Column("similar", "Similar", Kind.TEXT, owner=_TOOL, collapsed=True, width=60, help="Closed cases of the same kind, and how they ended."),
    Column("possible_duplicate", "Possible duplicate", Kind.TEXT, owner=_TOOL, collapsed=True,
           help="Another case that may be the same one. Nothing is ever merged by itself."),
    Column("waived", "Waived", Kind.TEXT, collapsed=True, width=24,
           help="Why you let the case rest, such as: not worth the postage. It leaves the alerts."),
    Column("notes", "Notes", Kind.TEXT, collapsed=True, width=36, help="Anything else."),
    Column("summary", "Summary", Kind.TEXT, owner=_TOOL, collapsed=True, width=72, help="The case in one line."),
    Column("top", "Top case", Kind.TEXT, owner=_TOOL, hidden=True, help="The topmost case above it; its own number in a circle of parents."),
    Column("opened_day", "Opened day", Kind.DATE, owner=_TOOL, hidden=True, help="The day of Opened on."),
    Column("closed_day", "Closed day", Kind.DATE, owner=_TOOL, hidden=True, help="The day of Closed on."),
    Column("waits_over", "Waits over", Kind.NUMBER, owner=_TOOL, hidden=True, help="Days of the waits that are over."),
    Column("waiting_from", "Waiting from", Kind.DATETIME, owner=_TOOL, hidden=True, help="When the wait that goes on began."),
    Column("last_day", "Last day", Kind.DATE, owner=_TOOL, hidden=True, help="The day of the last good moment of the next date."),
    Column("when_late", "When late", Kind.CHOICE, owner=_TOOL, choices="state", hidden=True,
           help="The word for a missed next date: overdue, or defaulted if silence itself decides."),
)

SHEET = SheetSchema(
    key="disputes", title="Dispute Workflow", kind=SheetKind.REGISTER, tab="handling", frozen="state",
    intro="Start a case in Purchase Checklist with two cells. Here you see what comes next and until when.",
    tables=(TableSchema(
        key="disputes", sheet="disputes", key_column="dispute_id", id_column="dispute_id", id_format="D-{year}-{number:04}", id_year="opened_on",
        columns=(*_CORE, *_CASE, *_RESPONSIBILITY, *_NEGOTIATION, *_RETURN, *_RECORD)),))
