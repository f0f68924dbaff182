"""The policy in force: what the trade knows (templates) under what the user says (Settings and Rules), as frozen plain
data.

All words are in the language that the policy was loaded for; keys are the same in every language. The records are named
tuples: every command makes these classes, and a data class takes four times as long to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from kakosheet.policy.responsibility import Standards

NOTHING: Mapping[str, Any] = MappingProxyType({})

STAGES = ("initiation", "evidence", "negotiation", "appeal", "closure")
"""The five stages of a dispute, in order: keys of the choice list `stage`."""

ROLES = ("buyer", "seller")
"""Which side we are on: a dispute on a purchase, or on a sale."""

PARTIES = ("buyer", "seller", "platform", "carrier")
"""Who can have to act. On the sheet the side that we are on reads as "we"."""

GRADES = ("minor", "refund", "escalation", "review_risk")
"""How urgent a dispute is: minor complaint, demand for refund, escalation, risk of a bad review."""

DEMANDS = (
    "refund",
    "partial_refund",
    "refund_with_return",
    "replacement",
    "missing_parts",
    "repair",
    "compensation",
    "release",
)
"""What we want of it. `release` is a seller's: the money is to be released to us."""

BRANCHES = ("not_received", "not_as_described", "refund", "payment")
"""How platforms sort problems: the goods did not come, are not as agreed, money is not coming back, money was taken
wrongly."""

UNITS = ("natural_days", "working_days", "calendar_hours", "business_hours", "months", "end_of_month")

CATEGORIES = ("transaction", "product", "communication", "logistics")
"""The four kinds of evidence."""

EVENTS: Mapping[str, str] = {
    "noticed": "disputes.opened_on, else the order's noticed_on: the problem was seen; it ends nothing",
    "occurred": "disputes.occurred_at",
    "told": "disputes.told_on, our first message or offer to the other side, or that the platform has the case",
    "filed": "disputes.filed_on: the platform has the case; what shows that it has (a request of the platform, asking it to "
    "decide) proves it by that day, a case number from the day it was noticed",
    "filed_elsewhere": "disputes.filed_on where filed_with is not the platform: a bank, carrier or insurer has the claim",
    "asked": "disputes.asked_on: the platform asked us for something; with answer_by alone, since it was noticed",
    "answered": "the other side answered: disputes.their_answer, an offer of theirs, or what was agreed",
    "agreed": "a plan confirmed, an offer accepted, or disputes.their_answer accepts",
    "paid": "the order's bought_on or sold_on",
    "shipped": "the order's shipped",
    "warehouse": "the order's arrived_at_warehouse: the agent has the goods",
    "expected": "the day by which it was to arrive: purchases.bought_on and delivery_days later",
    "delivered": "the order's received or delivered",
    "reported": "disputes.description or disputes.customers_words has been filled (it counts from opened_on)",
    "decided": "disputes.your_decision, or answered_on: it is clear who is responsible",
    "planned": "disputes.plan, confirmed by us and, where there is one, by the customer; or an offer was accepted",
    "offer": "offers.on of an offer that is not answered: one node for each such offer",
    "offer_answered": "offers.answered_on of that offer",
    "rejected": "an offer was rejected; from silence nothing starts",
    "escalated": "the platform was asked to decide (disputes.appealed_on); in a rule book with rejection_escalates also "
    "that an offer was rejected: whichever was first",
    "appealed": "disputes.appealed_on: the platform was asked to decide",
    "evidence_complete": "every required evidence row is there or waived",
    "platform_answered": "disputes.platforms_answer has been filled, or the case was ruled",
    "return_agreed": "a return was agreed: a plan, or an offer with return",
    "return_sent": "disputes.return_sent",
    "return_received": "disputes.return_received",
    "refund_promised": "disputes.refund_promised (a date), money that was agreed, or a ruling for the buyer",
    "refund_received": "disputes.refund_received_on, or the money back covers what was asked for",
    "news": "what was agreed or promised, or the last word since of whoever has to do it: a message in the log, goods or a promise received",
    "refused": "disputes.their_answer refuses or is silent, and nothing was agreed since: disputes.answered_on, else opened_on",
    "exposed": "a refund was promised for a day after disputes.protected_until: the day of the promise",
    "closed": "disputes.closed_on",
    "ruled": "disputes.ruled_on, else closed_on, of a result that others decided",
    "ruled_against": "the same, where it was decided not (wholly) for us",
}
"""What starts and ends nodes, with the cells that tell it. A node also starts at `node:<key>`: that node's *Done
on*."""


class Setting(NamedTuple):
    """One row of Settings as shipped. `kind`: text, integer, number, percent, money, yesno, date, choice, words,
    currency, zone, calendar, hours, days_list. The value of `words` are keys of `listing`, joined by ", "; without
    `closed`, other words are fine too.

    `words` maps what can be typed for a choice or yes/no (folded, in any language) to its value. `name`, `meaning` and
    `unit` are words."""

    key: str
    group: str
    kind: str
    value: Any
    name: str
    meaning: str
    unit: str = ""
    words: Mapping[str, Any] = NOTHING
    minimum: float | None = None
    maximum: float | None = None
    listing: str = ""
    closed: bool = False


class Rate(NamedTuple):
    """What one unit of a currency is worth in `to`, on `as_of`. `own`: the user's."""

    currency: str
    rate: float
    to: str
    as_of: date | None = None
    own: bool = False


class Staff(NamedTuple):
    """A person who can be assigned; `contact` as typed, `language` a code, both may be empty."""

    name: str
    contact: str = ""
    language: str = ""


class ClockRule(NamedTuple):
    """A time limit of a platform, or of ours (platform "own"), as it is in force.

    `key` names the row in Rules (`paypal/escalate/buyer`, a version behind it where rules changed over time). `role` is
    who must act; `sides` on which side we must be for the clock to concern us. `start` and `ends` are EVENTS or
    `node:<step>`; of several starts ("paid|delivered") the latest counts, but no more than `cap` days from the first.
    `silence` is the effect (key of the choice list `silence`); `defaults` whether silence by itself executes something.
    `served`: only where somebody is served. `valid_from` to `valid_to` are the days, both inclusive, on which a problem
    must be noticed for the rule to hold.
    """

    key: str
    platform: str
    step: str
    role: str
    stage: str
    limit: float
    unit: str
    start: str
    ends: str = ""
    calendar: str = ""  # country or country-region: "CN", "GB-ENG"; "" is the one in Settings
    zone: str = ""  # IANA; "" is the book's
    roll: bool = False  # an end on a day off moves to the next working day
    cap: float = 0  # natural days from the first of several starts, beyond which it never runs
    silence: str = ""
    defaults: bool = False
    limit_setting: str = (
        ""  # the limit is the setting of this name, or of this name and the grade (promise -> promise_minor)
    )
    each_offer: bool = False  # besides `start`, every open offer of the other side starts a row of its own
    sides: tuple[str, ...] = ROLES
    branches: tuple[str, ...] = ()  # of dispute types; () is any
    types: tuple[str, ...] = ()  # dispute types; () is any
    grades: tuple[str, ...] = ()  # urgencies; () is any
    on_call: bool = False  # its row is made only once its start has happened
    after: str = ""  # a step that has to be over before it is waited for, though its clock runs from its own start
    served: bool = False  # only where somebody is served: a sale, or a case of a customer's
    accepts: tuple[str, ...] = ()  # whose evidence is taken until then: of ROLES
    title: str = ""  # what the step is called, where it is none of the shipped ones
    note: str = ""
    source: str = ""
    checked_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    own: bool = False  # the user's: the whole row, or a limit of it

    def holds(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class RuleBook(NamedTuple):
    """What holds for all rules of a platform: `rejection_escalates` whether a rejected offer by itself brings the case
    before it."""

    rejection_escalates: bool = False


class NodeSpec(NamedTuple):
    """A timed row of a dispute, as type, platform, role and grade call for it; it waits until `start` has happened.

    `acts` is we, buyer, seller, platform or carrier. `start`, `ends`: EVENTS or `node:<key>`; the node is done when
    `ends` has happened or its *Done on* is typed. `each_offer`: every open offer of the other side starts a row of its
    own, besides the one that `start` starts. `late` is "overdue" or "defaulted". `todo` and `silence_text` are names of
    sentences for `say` (places {platform}, {who}, {limit}, {amount}, {currency}). `rule` is where the limit comes from;
    `by_grade` says that there is another, or no such row, for another urgency.
    """

    key: str
    stage: str
    clock: str  # ours, platform
    acts: str
    start: str
    ends: str
    limit: float
    unit: str
    late: str
    todo: str
    silence_text: str
    rule: ClockRule
    calendar: str = ""
    zone: str = ""
    roll: bool = False
    each_offer: bool = False
    by_grade: bool = False


class EvidenceItem(NamedTuple):
    """A piece of evidence that a type asks for, due `days` natural days after the dispute was opened.

    `get_from` is a key of the choice list `provider`. `sides`: on which side we must be to need it."""

    key: str
    title: str
    category: str
    required: bool
    why: str
    how: str
    get_from: str
    days: int
    sides: tuple[str, ...] = ROLES


class StepSpec(NamedTuple):
    """A step of a type's workflow: what to do in words, the stage in which, the node that ends it ("" none)."""

    key: str
    stage: str
    title: str
    node: str = ""


class DisputeType(NamedTuple):
    """One file of templates/disputes. `crosswalk` maps a platform to its own reason words for this type."""

    key: str
    title: str
    branch: str
    grade: str
    demand: str  # a buyer's; a seller's is "release"
    steps: tuple[StepSpec, ...]
    evidence: tuple[EvidenceItem, ...]
    tips: tuple[str, ...] = ()
    root_causes: tuple[str, ...] = ()
    crosswalk: Mapping[str, tuple[str, ...]] = NOTHING


@dataclass(frozen=True)
class Policy:
    """Everything in force. `settings[key]` has the type of its kind (None for blank); `hours[country]` and the like are
    in settings too.

    `clocks[platform]` are all its rules, of every time; platform "own" is ourselves, one without rules has none but our
    own dates. `books[platform]` is what holds for all of them. `shipped_rates` and `shipped_rules` (by key) are what the
    user's own stand over. `risk` is templates/risk.toml; `vague` the words that promise nothing, by language;
    `lexicons[name]` is templates/lexicons/<name>.toml.
    """

    lang: str
    profile: str
    settings: Mapping[str, Any]
    shipped: Mapping[str, Setting]
    types: Mapping[str, DisputeType]
    clocks: Mapping[str, tuple[ClockRule, ...]]
    rates: Mapping[str, Rate]
    books: Mapping[str, RuleBook] = field(default_factory=dict)
    staff: tuple[Staff, ...] = ()
    responsibility: Standards = field(default_factory=Standards)
    risk: Mapping[str, Any] = field(default_factory=dict)
    vague: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lexicons: Mapping[str, Any] = field(default_factory=dict)
    shipped_rates: Mapping[str, Rate] = field(default_factory=dict)
    shipped_rules: Mapping[str, ClockRule] = field(default_factory=dict)
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def to_base(self, amount: float | None, currency: str | None) -> float | None:
        """The amount in the base currency, not rounded; None without an amount or a rate. A blank currency is the base
        currency."""
        rate = self.rate(currency)
        return None if amount is None or rate is None else amount * rate

    def rate(self, currency: str | None) -> float | None:
        """What one unit is worth in the base currency; None if that cannot be told. Rates over one common currency are
        joined."""
        base: str = self.settings["base_currency"]
        if currency is None or currency == base:
            return 1.0
        memo = ("rate", currency)
        if memo not in self._memo:
            self._memo[memo] = cross_rate(self.rates, currency, base)
        known: float | None = self._memo[memo]
        return known

    def platform_rules(self, platform: str | None, on: date) -> tuple[ClockRule, ...]:
        """The rules of a platform that hold for a problem noticed on that day; none where nobody knows its rules."""
        return tuple(rule for rule in self.clocks.get(platform or "", ()) if rule.holds(on))

    def era(self, platform: str | None, on: date) -> date | None:
        """The day, or None where the platform's rules are the same on every day: nodes are then worked out once."""
        key = ("era", platform)
        if key not in self._memo:
            rules = (*self.clocks.get("own", ()), *self.clocks.get(platform or "", ()))
            self._memo[key] = any(rule.valid_from or rule.valid_to for rule in rules)
        return on if self._memo[key] else None


def cross_rate(rates: Mapping[str, Rate], currency: str, base: str) -> float | None:
    """Directly, the other way round, or over a currency that both are stated in."""
    own, other = rates.get(currency), rates.get(base)
    if own is not None and own.to == base:
        return own.rate
    if other is not None and other.to == currency:
        return 1 / other.rate
    if own is not None and other is not None and own.to == other.to:
        return own.rate / other.rate
    return None
