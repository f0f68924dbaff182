"""What refresh found out of a case, its dates and its evidence: the records of computed cells that several sheets
read."""

from __future__ import annotations

from datetime import date, datetime

from kakosheet.core.records import Record, cell, far


class CaseDates(Record, of="disputes"):
    """The days that a case gives its own dates."""

    refund_due: date | None
    protected_until: date | None
    still_owed: float | None
    window_ends: date | None = far("order -> purchases.return_window_ends")


class CaseDue(Record, of="disputes"):
    """The next date of a case, whichever of its dates that is."""

    due: datetime | None


class PurchaseRisk(Record, of="purchases"):
    """How risky an order is."""

    risk: str | None


class ReturnWindow(Record, of="purchases"):
    """Until when an order can be sent back."""

    ends: date | None = cell("return_window_ends")


class CaseStage(Record, of="disputes"):
    """In which of the five stages a case is."""

    stage: str | None


class CaseLoss(Record, of="disputes"):
    """What was lost in a case, in the base currency, before anything came back."""

    loss_in_base_currency: float | None


class NodeDate(Record, of="deadlines"):
    """What the chain of a case found out of one date (deadlines/dates.py)."""

    started: datetime | None
    due: datetime | None
    last_day: date | None
    phase: str | None
    when_late: str | None
    acts: str | None
    clock: str | None
    node: str | None
    if_nothing_happens: str | None
    ended: datetime | None


class NodeState(Record, of="deadlines"):
    """How urgent a date is."""

    state: str | None


class PieceState(Record, of="evidence"):
    """What became of a piece of evidence."""

    state: str | None


class Accepted(Record, of="evidence"):
    """Until when the platform takes a piece."""

    accepted_until: date | None


class Felt(Record, of="log"):
    """What a message shows: a feeling, and why somebody should read it soon."""

    feeling: str | None
    needs_a_person: str | None


class SellerRecord(Record, of="sellers"):
    """How a seller did, and what that suggests."""

    proposed: str | None
    dispute_rate: float | None
    orders: int | None


class CarrierRecord(Record, of="carriers"):
    """How a carrier did, and what that suggests."""

    proposed: str | None
    damage_rate: float | None
    parcels: int | None
