"""The sheets of prevention in a whole book: what one cell sets off elsewhere."""

import random
import tomllib
from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.core.schema import Kind, Owner
from kakosheet.core.titles import fold
from kakosheet.policy.loader import load_titles
from kakosheet.policy.resources import open_text
from kakosheet.sheets import SCHEMA, rule_set
from tests.unit.sheets.prevention import TODAY, refreshed

OURS = ("purchases", "sales", "sellers", "carriers", "customers", "log", "improvements")


def bought(number: int, **values: Any) -> dict[str, Any]:
    return {
        "id": f"P-{number:04}",
        "item": f"item {number}",
        "seller": "Lamp Co",
        "price": 50.0,
        "currency": "EUR",
        "platform": "taobao",
        "bought_on": date(2026, 9, 1),
        "order_no": str(number),
        "shipped": date(2026, 9, 3),
        "carrier": "SF",
    } | values


def test_names_typed_anywhere_reach_their_registers() -> None:
    book = refreshed(
        {
            "purchases": [bought(1)],
            "sales": [{"item": "lamp", "customer": "Ana", "price": 9.0, "carrier": "DHL"}],
            "log": [{"at": datetime(2026, 11, 1), "customer": "Bo", "what_was_said": "hello"}],
        }
    )
    assert [row["seller"] for row in book.rows("sellers")] == ["Lamp Co"]
    assert {row["carrier"] for row in book.rows("carriers")} == {"SF", "DHL"}
    assert {row["customer"] for row in book.rows("customers")} == {"Ana", "Bo"}
    assert book.rows("sales")[0]["id"] == "S-0001" and book.rows("log")[0]["id"] == "L-0001"


def test_two_cells_link_purchase_seller_and_case() -> None:
    book = refreshed({"purchases": [bought(1, problem="product_damage", noticed_on=TODAY)]})
    line, seller = book.rows("purchases")[0], book.rows("sellers")[0]
    assert line["dispute"] == book.case["dispute_id"]
    assert line["do_next"] == f"Go on in {line['dispute']}."
    assert (seller["orders"], seller["disputes"]) == (1, 1)
    assert book.rows("carriers")[0]["rate_low"] > 0


def test_a_blacklisted_seller_flags_the_planned_purchase() -> None:
    planned = bought(1, bought_on=None, order_no=None, shipped=None)
    book = refreshed({"purchases": [planned], "sellers": [{"seller": "lamp co", "list_status": "black"}]})
    assert (book.rows("purchases")[0]["risk"], book.rows("purchases")[0]["why"]) == (
        "high",
        "This seller is on your blacklist.",
    )


def test_a_sale_takes_the_kind_of_goods_from_its_supplier_purchase() -> None:
    checked = dict.fromkeys(("qc_passed", "appearance", "functions", "page_is_true"), True)
    sale = {
        "item": "lamp",
        "customer": "Ana",
        "price": 9.0,
        "supplier_purchase": "P-0001",
        "packaging": "standard",
    } | checked
    book = refreshed({"purchases": [bought(1, category="glass", fragile=True)], "sales": [sale]})
    assert book.rows("sales")[0]["missing"].startswith("stronger packaging, ")


def test_a_message_about_a_case_finds_its_customer() -> None:
    book = refreshed(
        {
            "sales": [
                {
                    "id": "S-0001",
                    "item": "lamp",
                    "customer": "Ana",
                    "price": 9.0,
                    "sold_on": date(2026, 9, 1),
                    "problem": "product_damage",
                    "noticed_on": date(2026, 11, 10),
                }
            ],
            "log": [
                {
                    "at": datetime(2026, 11, 20),
                    "order": "S-0001",
                    "direction": "in",
                    "counterpart": "customer",
                    "what_was_said": "It is broken!",
                }
            ],
        }
    )
    (customer,) = book.rows("customers")
    assert (customer["feeling"], customer["cases"], customer["last_contact"]) == ("negative", 1, date(2026, 11, 20))


def test_the_order_of_rows_changes_no_figure() -> None:
    draw = random.Random(7)
    lines = [
        bought(
            n,
            seller=f"S{n % 5}",
            price=draw.randrange(1, 999) / 7,
            carrier=f"C{n % 3}",
            category=draw.choice(["glass", "books"]),
        )
        for n in range(1, 60)
    ]
    cases = [
        {
            "dispute_id": f"D-2026-{n:04}",
            "order": f"P-{n:04}",
            "type": draw.choice(["product_damage", "counterfeit", "not_received"]),
            "opened_on": datetime(2026, 10, 1),
            "closed_on": date(2026, 11, 1),
            "result": draw.choice(["agreed", "ruled_for_us"]),
            "money_back": draw.randrange(30) / 3,
        }
        for n in range(1, 25)
    ]
    sellers = [{"seller": f"S{n}"} for n in range(5)]
    first = refreshed({"purchases": lines, "disputes": cases, "sellers": sellers})
    second = refreshed(
        {
            key: draw.sample(rows, len(rows))
            for key, rows in {"purchases": lines, "disputes": cases, "sellers": sellers}.items()
        }
    )
    for table, key in (("purchases", "id"), ("sellers", "seller"), ("carriers", "carrier")):
        assert sorted(first.rows(table), key=lambda row: row[key]) == sorted(
            second.rows(table), key=lambda row: row[key]
        )


def test_a_second_refresh_makes_no_row() -> None:
    lines = [
        bought(
            n,
            seller="Bad" if n < 9 else "Good",
            problem="product_damage" if n < 7 else None,
            noticed_on=date(2026, 10, 1) if n < 7 else None,
        )
        for n in range(1, 60)
    ]
    first = refreshed({"purchases": lines})
    assert first.rows("improvements")
    second = refreshed(first.typed())
    for table in OURS:
        assert second.rows(table) == first.rows(table)


def test_a_rejected_proposal_stays_and_is_not_made_again() -> None:
    lines = [bought(n, problem="product_damage", noticed_on=date(2026, 10, 1)) for n in range(1, 5)]
    typed = refreshed({"purchases": lines}).typed()
    proposals = len(typed["improvements"])
    typed["improvements"][0]["decision"] = "reject"
    assert len(refreshed(typed).rows("improvements")) == proposals > 0


# -- words -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("table", OURS)
def test_every_spelling_is_understood_as_what_it_means(table: str, lang: str) -> None:
    file, titles = tomllib.loads(open_text(f"titles/{lang}/{table}.toml")), load_titles(lang)
    for listing, words in file.get("choices", {}).items():
        assert list(words) == [key for key in titles.choices[listing] if key in words]
        for key, title in words.items():
            assert titles.readings[listing][fold(title)] == titles.readings[listing][fold(key)] == key
    for listing, spellings in file.get("readings", {}).items():
        for key, aliases in spellings.items():
            assert {alias: titles.readings[listing].get(fold(alias)) for alias in aliases} == dict.fromkeys(
                aliases, key
            )


@pytest.mark.parametrize("table", OURS)
def test_english_and_chinese_have_the_same_words(table: str) -> None:
    en, zh = (tomllib.loads(open_text(f"titles/{lang}/{table}.toml")) for lang in ("en", "zh"))
    columns = [column.key for column in SCHEMA.tables[table].columns]
    assert list(zh["columns"]) == list(zh["help"]) == columns
    assert en["groups"].keys() == zh["groups"].keys()
    assert [list(words) for words in en.get("choices", {}).values()] == [
        list(words) for words in zh.get("choices", {}).values()
    ]
    assert list(en.get("choices", {})) == list(zh.get("choices", {}))
    for name, text in en.get("texts", {}).items():
        assert places(text) == places(zh["texts"][name]), name
    assert en.get("texts", {}).keys() == zh.get("texts", {}).keys()


def places(text: str) -> set[str]:
    from string import Formatter

    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("table", OURS)
def test_columns_are_explained_and_their_lists_exist(table: str) -> None:
    titles = load_titles("en")
    for column in SCHEMA.tables[table].columns:
        assert 0 < len(column.help) <= 200, column.key
        assert column.kind is not Kind.CHOICE or titles.choices.get(column.choices), column.key
        assert not column.prefill or column.owner is Owner.USER


def test_every_computed_column_has_its_rule() -> None:
    written = {reference for rule in rule_set().rules for reference in rule.writes}
    for table in OURS:
        for column in SCHEMA.tables[table].columns:
            assert (f"{table}.{column.key}" in written) == (column.owner in (Owner.TOOL, Owner.FORMULA))
