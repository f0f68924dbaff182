"""Every shipped template is what its model says, complete in every language, with the same places in all of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from kakosheet.core.issues import KakosheetError
from kakosheet.policy import responsibility
from kakosheet.policy.calendars import check_code
from kakosheet.policy.clock_text import parse_zone
from kakosheet.policy.loader import languages, load_policy, load_titles, profiles
from kakosheet.policy.model import BRANCHES, CATEGORIES, DEMANDS, EVENTS, GRADES, PARTIES, ROLES, STAGES, UNITS
from kakosheet.policy.nodes import specs
from kakosheet.policy.overlay import parse_setting
from kakosheet.policy.resources import folder
from kakosheet.policy.types_read import checked_types
from kakosheet.sheets import SCHEMA

TOP = folder()
ISO_DAY = r"\d{4}-\d\d-\d\d"
Words = dict[Literal["en", "zh"], str]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def one_of(*values: str) -> Any:
    return Literal[values]  # type: ignore[valid-type]


class RuleModel(Strict):
    step: str = Field(pattern=r"[a-z_]+")
    role: one_of(*PARTIES, "we")
    stage: one_of(*STAGES)
    start: str
    after: str = ""
    limit: int | float
    unit: one_of(*UNITS)
    ends: str = ""
    version: str = ""
    calendar: str = ""
    zone: str = ""
    roll: bool = False
    cap: int = Field(0, ge=0)
    silence: str = ""
    defaults: bool = False
    limit_setting: str = ""
    each_offer: bool = False
    on_call: bool = False
    served: bool = False
    sides: list[one_of(*ROLES)] = []
    branches: list[one_of(*BRANCHES)] = []
    types: list[str] = []
    grades: list[one_of(*GRADES)] = []
    accepts: list[one_of(*ROLES)] = []
    note: Words | str = ""
    source: Words | str = ""
    checked_on: str = Field("", pattern=ISO_DAY)
    valid_from: str = Field("", pattern=ISO_DAY)
    valid_to: str = Field("", pattern=ISO_DAY)

    @model_validator(mode="after")
    def _events(self) -> RuleModel:
        for event in filter(None, (*self.start.split("|"), self.ends)):
            assert event in EVENTS or event.startswith("node:"), event
        assert "|" in self.start or not self.cap, "a cap counts from the first of several starts"
        assert self.silence or not self.defaults, "what silence executes must have a name"
        return self


class RuleBook(Strict):
    platform: str
    title: Words
    aliases: list[str]
    order: int = 100
    sold_on: bool = True
    rejection_escalates: bool = False
    zone: str = ""
    source: Words | str = ""
    checked_on: str = Field(pattern=ISO_DAY)
    rules: list[RuleModel] = []


class StepModel(Strict):
    key: str
    stage: one_of(*STAGES)
    title: Words
    node: str = ""


class NeedModel(Strict):
    item: str
    required: bool
    days: int = Field(ge=0, le=60)
    served: bool = False
    sides: list[one_of(*ROLES)] = []


class JudgedModel(Strict):
    key: str = Field(pattern=r"[a-z_]+")
    party: one_of(*responsibility.PARTIES)
    confidence: one_of(*responsibility.CONFIDENCE)
    because: Words
    when: dict[one_of(*responsibility.FACTS), str | list[str]] = {}
    ask: Words | None = None

    @model_validator(mode="after")
    def _asks(self) -> JudgedModel:
        assert (self.party == "unclear") == (self.ask is not None), (
            f"{self.key}: what is unclear says what would decide it"
        )
        return self


class OfTypeModel(JudgedModel):
    last: bool = False


class DerivedModel(Strict):
    when: dict[one_of(*responsibility.FACTS), str | list[str]]
    then: dict[one_of(*responsibility.FACTS), str]


class NoteModel(Strict):
    when: dict[one_of(*responsibility.FACTS), str | list[str]]
    parties: list[one_of(*responsibility.PARTIES)]
    text: Words


class StandardsModel(Strict):
    order: int
    rules: list[JudgedModel]
    derived: list[DerivedModel] = []
    notes: list[NoteModel] = []


class TypeModel(Strict):
    title: Words
    aliases: list[str]
    branch: one_of(*BRANCHES)
    grade: one_of(*GRADES)
    demand: one_of(*DEMANDS)
    root_causes: list[str]
    tips: list[Words] = Field(min_length=1)
    crosswalk: dict[str, list[str]]
    steps: list[StepModel] = Field(min_length=5)
    evidence: list[NeedModel] = Field(min_length=4)
    responsibility: list[OfTypeModel] = []


class ItemModel(Strict):
    category: one_of(*CATEGORIES)
    source: str = Field(alias="from")
    title: Words
    why: Words
    how: Words


class SettingModel(Strict):
    group: str
    kind: Literal[
        "text",
        "integer",
        "number",
        "percent",
        "money",
        "yesno",
        "date",
        "choice",
        "words",
        "currency",
        "zone",
        "calendar",
        "hours",
        "days_list",
    ]
    value: Any = None
    unit: str = ""
    choices: list[str] = []
    listing: str = Field("", alias="list")
    minimum: int | float | None = None
    maximum: int | float | None = None
    name: Words
    meaning: Words


class RatesModel(Strict):
    base: str
    as_of: str
    source: str
    one_base_is: dict[str, float]


class SettingsModel(Strict):
    groups: dict[str, Words]
    units: dict[str, Words]
    settings: dict[str, SettingModel]
    rates: RatesModel


class ProfileModel(Strict):
    sheets: list[str]
    hidden_columns: list[str] = []
    titles: dict[str, Words] = {}
    settings: dict[str, Any] = {}


def parsed(pattern: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.relative_to(TOP).as_posix(), tomllib.loads(path.read_text("utf-8"))) for path in sorted(TOP.glob(pattern))
    ]


MODELS: dict[str, Any] = {
    "clocks/*.toml": RuleBook,
    "disputes/*.toml": TypeModel,
    "evidence/items.toml": dict[str, ItemModel],
    "settings.toml": SettingsModel,
    "profiles/*.toml": ProfileModel,
    "responsibility/*.toml": StandardsModel,
}


@pytest.mark.parametrize(
    ("model", "content"),
    [pytest.param(model, content, id=name) for pattern, model in MODELS.items() for name, content in parsed(pattern)],
)
def test_a_template_is_what_its_model_says(model: Any, content: dict[str, Any]) -> None:
    TypeAdapter(model).validate_python(content)


def words_of(content: Any) -> Iterator[dict[str, str]]:
    if isinstance(content, dict):
        if content.keys() >= {"en"} and all(isinstance(value, str) for value in content.values()):
            yield content
        else:
            for value in content.values():
                yield from words_of(value)
    elif isinstance(content, list):
        for value in content:
            yield from words_of(value)


def test_every_word_of_a_template_stands_in_every_language() -> None:
    for pattern in MODELS:
        for name, content in parsed(pattern):
            for words in words_of(content):
                assert set(words) == set(languages()) and all(words.values()), (name, words)


def places(text: str) -> list[str]:
    return sorted(re.findall(r"\{([a-z_]+)", text))


def test_sentences_have_the_same_places_in_every_language() -> None:
    english = load_titles("en").texts
    for lang in languages():
        texts = load_titles(lang).texts
        assert texts.keys() == english.keys()
        different = {key for key, text in texts.items() if set(places(text)) - set(places(english[key]))}
        assert not different


def test_choices_are_the_same_in_every_language() -> None:
    english = load_titles("en").choices
    for lang in languages():
        choices = load_titles(lang).choices
        assert {name: set(words) for name, words in choices.items()} == {
            name: set(words) for name, words in english.items()
        }


def test_chinese_names_every_column_and_its_help() -> None:
    titles = load_titles("zh")
    for table in SCHEMA.tables.values():
        for column in table.columns:
            assert f"{table.key}.{column.key}" in titles.columns, (table.key, column.key)
            assert f"{table.key}.{column.key}" in titles.helps or not column.help, (table.key, column.key)


def test_every_choice_list_of_the_schema_has_words() -> None:
    choices = load_titles("en").choices
    assert {column.choices for table in SCHEMA.tables.values() for column in table.columns if column.choices} <= set(
        choices
    )


@pytest.mark.parametrize("profile", profiles())
def test_a_profile_names_sheets_and_columns_that_exist(profile: str) -> None:
    from kakosheet.policy.loader import load_profile

    shown = load_profile(profile)
    assert set(shown.sheets) <= set(SCHEMA.sheet_by_key) and "start" in shown.sheets
    for reference in shown.hidden_columns:
        assert SCHEMA.column(reference)
    assert set(shown.settings) <= set(load_policy(profile).shipped)


def test_every_shipped_setting_can_be_read_as_its_own_kind() -> None:
    for profile in profiles():
        for setting in load_policy(profile).shipped.values():
            if setting.value is not None and setting.kind not in ("yesno", "date"):
                assert parse_setting(setting, setting.value) == setting.value


def test_at_least_fourteen_types_each_with_a_workflow_and_evidence() -> None:
    types = load_policy().types
    assert len(types) >= 14
    for kind in types.values():
        assert [step.stage for step in kind.steps] == sorted((step.stage for step in kind.steps), key=STAGES.index)
        for role in ROLES:
            assert any(item.required for item in kind.evidence if role in item.sides), (kind.key, role)


def test_types_ask_for_known_things() -> None:
    choices, nodes = load_titles("en").choices, {rule.step for rule in load_policy().shipped_rules.values()}
    for kind in load_policy().types.values():
        assert set(kind.root_causes) <= set(choices["root_cause"])
        assert {item.get_from for item in kind.evidence} <= set(choices["provider"])
        assert {step.node for step in kind.steps} - {""} <= nodes
        assert kind.demand in choices["demand"] and kind.grade in choices["grade"]


def test_every_rule_has_a_source_a_date_and_words() -> None:
    titles, policy = load_titles("en"), load_policy()
    for rule in policy.shipped_rules.values():
        assert rule.source and rule.checked_on, rule.key
        assert rule.step in titles.choices["node"], rule.key
        assert set(rule.start.split("|")) <= titles.choices["event"].keys(), rule.key
        assert not rule.silence or rule.silence in titles.choices["silence"], rule.key
        assert set(rule.types) <= set(policy.types), rule.key
        if rule.calendar:
            assert check_code(rule.calendar) == rule.calendar
        assert not rule.after or rule.after in {other.step for other in policy.clocks[rule.platform]}, rule.key
        if rule.start.startswith("node:"):
            assert rule.start.removeprefix("node:") in {other.step for other in policy.clocks[rule.platform]}, rule.key


def test_every_node_has_its_sentences() -> None:
    titles, policy = load_titles("en"), load_policy("procurement")
    for platform in policy.clocks:
        for role in ROLES:
            for kind in policy.types:
                for node in specs(policy, kind, platform, role, "refund", date(2026, 11, 21), True):
                    values = dict.fromkeys(("platform", "who", "limit", "amount", "currency"), "x")
                    assert titles.say(node.todo, **values)
                    assert not node.silence_text or titles.say(node.silence_text, **values)


FACT_LISTS = {
    "type": "dispute_type",
    "packaging_agreed": "packaging",
    "packaging_used": "packaging",
    "checked": "qc_verdict",
    "carrier_chosen_by": "carrier_choice",
}
NOT_LISTED = {
    "insured": {"yes", "no"},
    "fragile": {"yes", "no"},
    "size_chart_checked": {"yes", "no"},
    "photos": {"yes"},
    "dispatch": {"late"},
    "declared": {"low", "low_agreed"},
}


def test_rules_of_responsibility_ask_for_values_that_can_be_chosen() -> None:
    standards, choices = load_policy().responsibility, load_titles("en").choices
    assert len(standards.rules) >= 20
    assert len({rule.key for rule in standards.rules}) == len(standards.rules)
    for entry in (*standards.rules, *standards.derived, *standards.notes):
        for fact, values in entry.when.items():
            known = NOT_LISTED.get(fact) or set(choices[FACT_LISTS.get(fact, fact)])
            assert values <= known | {"", "*"}, (entry, fact)


REASONS = {
    "ebay": {
        "ITEM_NOT_RECEIVED",
        "SIGNIFICANTLY_NOT_AS_DESCRIBED",
        "CREDIT_NOT_PROCESSED",
        "COUNTERFEIT",
        "DUPLICATE_AMOUNT",
        "INCORRECT_AMOUNT",
        "CANCELLATION",
        "RETURN_REFUND_NOT_PROCESSED",
        "AUTHORIZATION_FAILED",
        "FRAUD",
    },
    "paypal": {
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
        "UNAUTHORISED",
        "CREDIT_NOT_PROCESSED",
        "DUPLICATE_TRANSACTION",
        "INCORRECT_AMOUNT",
        "PAYMENT_BY_OTHER_MEANS",
        "CANCELED_RECURRING_BILLING",
        "PROBLEM_WITH_REMITTANCE",
    },
    "stripe": {
        "credit_not_processed",
        "customer_initiated",
        "debit_not_authorized",
        "duplicate",
        "fraudulent",
        "general",
        "product_not_received",
        "product_unacceptable",
        "subscription_canceled",
        "unrecognized",
    },
}
"""What buyers give as the reason: eBay's DisputeReasonEnum less TRANSACTION_ISSUE (its reason is not known), PayPal's Disputes 1.10 less OTHER,
Stripe's less what a bank does of itself (bank_cannot_process, check_returned, incorrect_account_details, insufficient_funds, noncompliant)."""


GOOD = """
title = { en = "Mould" }
branch = "not_as_described"
grade = "minor"
demand = "refund"
steps = [{ key = "confirm", stage = "evidence", title = { en = "Photograph it" } }]
evidence = [{ item = "damage_photos", required = true, days = 1 }]
responsibility = [{ key = "wet", when = { outer_box = "wet" }, party = "carrier", confidence = "medium", because = { en = "Box wet." } }]
"""


def test_a_type_that_somebody_writes_needs_little() -> None:
    types = {"mould": tomllib.loads(GOOD)}
    assert checked_types(types, {"damage_photos": {}}) is types


@pytest.mark.parametrize(
    ("was", "slip", "told"),
    [
        ('title = { en = "Mould" }', 'title = "Mould"', "it has no title"),
        ('branch = "not_as_described"', "", "branch"),
        ('grade = "minor"', 'grade = "small"', 'grade is "small"; it is one of: minor'),
        ('demand = "refund"', 'demand = "money"', "demand"),
        ('"evidence", title', '"proof", title', "steps 1: stage is one of"),
        ("damage_photos", "photos", 'evidence 1: "photos" is no item'),
        ("days = 1", 'days = "1"', "evidence 1: it needs"),
        ("outer_box", "box", "responsibility 1: when asks for"),
        ('"carrier"', '"post"', "responsibility 1: party is one of"),
        ("evidence = [", "proof = [", "it has no list of tables [[evidence]]"),
    ],
)
def test_a_slip_in_a_type_is_said_in_words(was: str, slip: str, told: str) -> None:
    assert was in GOOD
    with pytest.raises(KakosheetError) as caught:
        checked_types({"mould": tomllib.loads(GOOD.replace(was, slip))}, {"damage_photos": {}})
    assert (
        caught.value.code == "K501" and "disputes/mould.toml" in caught.value.message and told in caught.value.message
    )


def test_every_reason_of_a_platform_leads_to_a_type_and_no_type_names_a_reason_that_is_none() -> None:
    for platform, reasons in REASONS.items():
        named = {reason for kind in load_policy().types.values() for reason in kind.crosswalk.get(platform, ())}
        assert named == reasons, platform
    shopify = {reason for kind in load_policy().types.values() for reason in kind.crosswalk.get("shopify", ())}
    assert shopify == REASONS["stripe"]  # Shopify Payments is Stripe's.


def test_no_alias_of_a_type_means_two_types() -> None:
    seen: dict[str, str] = {}
    for name, content in parsed("disputes/*.toml"):
        for alias in content["aliases"]:
            assert seen.setdefault(alias.casefold(), name) == name, alias


def test_every_calendar_with_a_zone_of_its_own_is_known_and_so_is_its_zone() -> None:
    for code, zone in tomllib.loads((TOP / "lexicons/zones.toml").read_text("utf-8")).items():
        assert check_code(code) == code and parse_zone(zone).key == zone
