from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.sheets import sales
from tests.unit.sheets.prevention import row, table

DONE: dict[str, Any] = {
    "item": "lamp",
    "price": 50.0,
    "qc_passed": True,
    "appearance": True,
    "functions": True,
    "page_is_true": True,
    "packaging": "standard",
    "photo_before": "a.jpg",
    "photo_after": "b.jpg",
    "net_weight": 0.8,
    "gross_weight": 1.0,
    "declared_value": 50.0,
}


def dispatch(**values: Any) -> tuple[str | None, str | None]:
    found: tuple[str | None, str | None] = row(sales.ready_to_ship, **values)
    return found


def test_a_line_is_ready_once_nothing_is_missing() -> None:
    assert dispatch(**DONE) == ("ready", None)
    assert dispatch() == (None, None)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"qc_passed": False}, "inspection"),
        ({"photo_after": None}, "photo of the parcel"),
        ({"gross_weight": None}, "gross weight"),
        ({"packaging": None}, "packaging"),
        ({"fragile": True}, "stronger packaging"),
        ({"declared_value": None}, "declared value"),
        ({"declared_value": 20.0}, "buyer's consent to the lower value"),
        ({"gift": "cloth"}, "gift as on the page, buyer's consent to the gift"),
        ({"branded": True}, "authorisation of the brand"),
        ({"category": "electronics", "packaging": "reinforced"}, "functions on the page, instructions on the page"),
    ],
)
def test_what_is_missing_is_named(change: dict[str, Any], missing: str) -> None:
    assert dispatch(**DONE | change) == ("not_ready", missing)


def test_a_new_line_names_what_comes_first_and_counts_the_rest() -> None:
    assert dispatch(item="lamp", price=50.0) == ("not_ready", "inspection, look of it, function test (and 7 more)")


def test_after_dispatch_only_what_proves_it_counts() -> None:
    assert dispatch(**DONE | {"qc_passed": None, "photo_before": None, "shipped": date(2026, 11, 1)}) == (
        "shipped",
        "photo before packing, shipping receipt",
    )


@pytest.mark.parametrize(
    ("destination", "region"),
    [
        ("BR", "latin_america"),
        ("brazil", "latin_america"),
        ("马来西亚", "southeast_asia"),
        ("Atlantis", None),
        (None, None),
    ],
)
def test_regions_by_code_and_name(destination: str | None, region: str | None) -> None:
    assert row(sales.region, destination=destination) == region


SENT: dict[str, Any] = {
    "item": "lamp",
    "price": 50.0,
    "tracking": "RB1",
    "shipped": date(2026, 11, 1),
    "last_movement": date(2026, 11, 20),
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, None),
        ({"declared_value": 10.0, "destination": "Brazil"}, "declared too low: customs in Brazil may fine"),
        ({"declared_value": 10.0, "consent_to_lower_value": date(2026, 10, 30)}, None),
        (
            {"declared_value": 10.0, "consent_to_lower_value": date(2026, 11, 5)},
            "declared too low without consent: customs may fine",
        ),
        ({"quantity": 3, "declared_quantity": 1}, "1 pieces declared, 3 sold"),
        ({"gross_weight": 1.0, "declared_weight": 0.8}, "0.8 kg declared, 1 kg weighed"),
        ({"gross_weight": 1.0, "declared_weight": 1.05}, None),
        ({"last_movement": date(2026, 11, 10)}, "no movement since 2026-11-10, tell the buyer"),
        (
            {"last_movement": date(2026, 11, 10), "told_the_buyer_on": date(2026, 11, 15)},
            "no movement since 2026-11-10",
        ),
        ({"last_movement": date(2026, 11, 10), "delivered": date(2026, 11, 11)}, None),
        ({"exception": "customs"}, "ask the carrier for the cause, tell the buyer"),
        ({"exception": "solved"}, None),
        ({"tracking": None}, "cannot be tracked"),
        ({"carriers_list_status": "black", "carrier": "SlowPost"}, "SlowPost is on your blacklist"),
    ],
)
def test_risks_on_the_way(change: dict[str, Any], told: str | None) -> None:
    assert row(sales.risks, **SENT | change) == told


def test_many_risks_are_counted_instead_of_cut() -> None:
    trouble = {"declared_value": 1.0, "quantity": 3, "declared_quantity": 1, "exception": "customs", "tracking": None}
    told = row(sales.risks, **SENT | trouble)
    assert told == "declared too low without consent: customs may fine (and 4 more)"


def test_the_case_of_a_sale_is_linked() -> None:
    cases = [{"order": "S-0001", "dispute_id": "D-1", "opened_on": datetime(2026, 1, 1)}]
    assert table(sales.dispute, sales=[{"id": "S-0001"}], disputes=cases) == [{"dispute": "D-1"}]


def test_contradictions_are_faults() -> None:
    found = row(
        sales.contradictions,
        sold_on=date(2026, 5, 5),
        shipped=date(2026, 5, 4),
        delivered=date(2026, 5, 3),
        net_weight=2.0,
        gross_weight=1.0,
    )
    assert [(fault.column, fault.code) for fault in found] == [
        ("shipped", "K312"),
        ("delivered", "K312"),
        ("gross_weight", "K309"),
    ]
    assert (
        row(sales.contradictions, sold_on=date(2026, 5, 5), shipped=date(2026, 5, 5), net_weight=1.0, gross_weight=1.0)
        == []
    )
