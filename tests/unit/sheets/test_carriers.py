from datetime import date
from typing import Any

import pytest

from kakosheet.sheets import carriers
from tests.unit.sheets.prevention import Rows, made, table


def parcels(carrier: str, count: int, first: int = 0, **values: Any) -> Rows:
    sent = {"carrier": carrier, "shipped": date(2026, 3, 1), "received": date(2026, 3, 20)}
    return [{"id": f"P-{first + at}"} | sent | values for at in range(count)]


def damage(first: int, count: int, **values: Any) -> Rows:
    return [{"order": f"P-{first + at}", "type": "product_damage"} | values for at in range(count)]


def scored(*names: str, **tables: Rows) -> Rows:
    return table(carriers.scores, carriers=[{"carrier": name} for name in names], **tables)


def test_carriers_of_purchases_and_sales_are_added_once() -> None:
    assert made(carriers.named, purchases=[{"carrier": "DHL"}], sales=[{"carrier": "dhl"}, {"carrier": "SF"}]) == [
        ("DHL", {"carrier": "DHL"}),
        ("SF", {"carrier": "SF"}),
    ]


def test_high_damage_proposes_the_blacklist_with_the_numbers() -> None:
    bad, good = scored(
        "Bad", "Good", purchases=[*parcels("Bad", 20), *parcels("Good", 200, 100)], disputes=damage(0, 8)
    )
    assert (bad["proposed"], bad["because"]) == ("black", "8 of 20 parcels damaged; 1 would be usual.")
    assert bad["rate_low"] < 0.4 < bad["rate_high"]
    assert bad["damage_rate"] < 0.4
    assert good["proposed"] == "white"


def test_damage_that_the_packing_caused_is_not_the_carriers() -> None:
    (found,) = scored("A", purchases=parcels("A", 20), disputes=damage(0, 8, root_cause="poor_packing"))
    assert found["rate_low"] == 0


def test_a_parcel_counts_once_however_many_cases_it_has() -> None:
    (found,) = scored("A", purchases=parcels("A", 20), disputes=[*damage(0, 1), *damage(0, 1)])
    assert found["rate_high"] < 0.3


def test_lost_and_late_parcels() -> None:
    late = parcels("A", 2, bought_on=date(2026, 2, 1), delivery_days=30)
    on_time = parcels("A", 2, 10, bought_on=date(2026, 3, 1), delivery_days=30)
    open_ = parcels("A", 1, 20, bought_on=date(2026, 11, 20), delivery_days=30, received=None)
    (found,) = scored(
        "A",
        purchases=[*late, *on_time, *open_],
        sales=[{"id": "S-1", "carrier": "A", "shipped": date(2026, 5, 1)}],
        disputes=[{"order": "S-1", "type": "not_received"}],
    )
    assert found["parcels"] == 6
    assert found["late_rate"] == pytest.approx(0.5)
    assert found["lost"] == 1


def test_what_was_not_shipped_is_no_parcel() -> None:
    (found,) = scored("A", purchases=[{"id": "P-1", "carrier": "A"}])
    assert (found["parcels"], found["damage_rate"]) == (0, None)
