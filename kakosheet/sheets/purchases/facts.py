"""What other sheets, and refresh itself, say about a line of the Purchase Checklist."""

from __future__ import annotations

from datetime import date

from kakosheet.core.records import Record, far
from kakosheet.policy.risk import CarrierFacts, SellerFacts
from kakosheet.sheets.casework.orders import Purchase


class OfSeller(Record, of="purchases"):
    """Cells of the line's seller."""

    list_status: str | None = far("seller -> sellers.list_status")
    proposed: str | None = far("seller -> sellers.proposed")
    because: str | None = far("seller -> sellers.because")
    sure: str | None = far("seller -> sellers.sure")
    orders: int | None = far("seller -> sellers.orders")
    authorised: bool | None = far("seller -> sellers.authorised")
    insured_shipping: bool | None = far("seller -> sellers.insured_shipping")

    def facts(self) -> SellerFacts:
        return SellerFacts(
            status=self.list_status,
            proposed=self.proposed,
            because=self.because,
            sure=self.sure,
            orders=self.orders,
            authorised=self.authorised,
            insured=self.insured_shipping,
        )


class PurchaseCarrier(Record, of="purchases"):
    """Cells of the line's carrier."""

    list_status: str | None = far("carrier -> carriers.list_status")
    proposed: str | None = far("carrier -> carriers.proposed")
    because: str | None = far("carrier -> carriers.because")

    def facts(self) -> CarrierFacts:
        return CarrierFacts(status=self.list_status, proposed=self.proposed, because=self.because)


class OfCase(Record, of="purchases"):
    """The line's case, and whether it has found its end."""

    dispute: str | None
    closed_on: date | None = far("dispute -> disputes.closed_on")
    waived: str | None = far("dispute -> disputes.waived")
    rest: str | None = far("dispute -> disputes.rest")

    @property
    def is_over(self) -> bool:
        """Whether the problem of the line has found its end."""
        return self.dispute is not None and self.is_settled

    @property
    def is_settled(self) -> bool:
        return self.closed_on is not None or self.waived is not None or self.rest is not None

    def is_open(self, purchase: Purchase) -> bool:
        """Whether a problem of the line still waits for its end."""
        return (self.dispute is not None or purchase.problem is not None) and not self.is_settled


class VagueWords(Record, of="purchases"):
    """What in the promises binds nobody."""

    vague_words: str | None


class Advice(Record, of="purchases"):
    """What is known before the next step is chosen."""

    return_window_ends: date | None
    risk: str | None
    ask_the_seller: str | None
