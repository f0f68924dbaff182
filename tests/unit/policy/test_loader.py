"""Loading templates: words of two languages, profiles, and a cache that never serves what is stale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kakosheet.core.issues import KakosheetError
from kakosheet.policy import templates
from kakosheet.policy.loader import load_policy, load_profile, load_titles, other_titles
from kakosheet.policy.resources import folder


def test_words_are_in_the_language_of_the_book() -> None:
    assert load_policy("shopper", "zh").types["counterfeit"].title == "假货"
    assert load_titles("zh").choices["dispute_type"]["counterfeit"] == "假货"
    assert load_titles("en").choices["dispute_type"]["counterfeit"] == "Fake goods"


def test_a_type_is_understood_in_any_language_and_by_its_aliases() -> None:
    for lang in ("en", "zh"):
        readings = load_titles(lang).readings["dispute_type"]
        assert {readings[word] for word in ("fake goods", "假货", "counterfeit", "高仿")} == {"counterfeit"}


def test_the_title_of_the_books_own_language_wins() -> None:
    for lang in ("en", "zh"):
        titles = load_titles(lang)
        for listing, words in titles.choices.items():
            for key, word in words.items():
                from kakosheet.core.titles import fold

                first = next(k for k, w in words.items() if fold(w) == fold(word))
                assert titles.readings[listing][fold(word)] == first, (listing, key)


def test_other_languages_titles_find_columns() -> None:
    assert "币种" in other_titles("en")["purchases"]["currency"] or other_titles("en")["purchases"]["currency"]
    assert "纠纷" in str(other_titles("en")["disputes"][""])


def test_a_profile_renames_sheets_and_sets_settings() -> None:
    assert load_titles("en", "procurement").sheets["sellers"] == "Supplier Scores"
    assert load_titles("zh", "groupbuy").sheets["customers"] == "团购成员"
    assert load_profile("shopper").sheets[:2] == ("start", "purchases") and len(load_profile("shopper").sheets) == 7
    assert "responsibility" in load_policy("procurement").settings["own_nodes"]


@pytest.mark.parametrize(("profile", "lang"), [("nobody", "en"), ("shopper", "xx"), ("../settings", "en")])
def test_an_unknown_profile_or_language_is_refused(profile: str, lang: str) -> None:
    with pytest.raises(KakosheetError) as refused:
        load_policy(profile, lang)
    assert refused.value.code == "K504"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "kakosheet"


def kept_files(cache: Path) -> list[Path]:
    return sorted(cache.glob("part-*.json"))


def test_what_was_parsed_is_kept_and_read_again(cache: Path) -> None:
    assert templates.kept("part", lambda: {"a": 1}) == {"a": 1}
    assert templates.kept("part", lambda: {"a": 2}) == {"a": 1}
    assert len(kept_files(cache)) == 1


def test_other_templates_are_parsed_anew(cache: Path) -> None:
    templates.kept("part", lambda: {"a": 1})
    path = kept_files(cache)[0]
    path.write_text("another fingerprint\n" + json.dumps({"a": 1}), "utf-8")
    assert templates.kept("part", lambda: {"a": 2}) == {"a": 2}


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"{", b"x\n{"])
def test_a_damaged_cache_is_no_harm(cache: Path, damage: bytes) -> None:
    templates.kept("part", lambda: {"a": 1})
    kept_files(cache)[0].write_bytes(damage)
    assert templates.kept("part", lambda: {"a": 2}) == {"a": 2}


def test_without_a_cache_folder_all_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(file))
    assert templates.kept("part", lambda: {"a": 1}) == {"a": 1}


def test_working_days_are_kept_between_runs(cache: Path) -> None:
    from kakosheet.policy import calendars, loader

    year = calendars.year_of("CN", 2026)
    import holidays  # noqa: F401  what was remembered is kept only where the package itself was asked

    loader.keep_calendars()
    before = calendars.known_years()
    calendars._years.clear()
    try:
        loader.remember_calendars()
        assert calendars.known_years()["CN", 2026] == year
    finally:
        calendars.remember(before)


def test_what_guides_call_a_problem_names_its_type() -> None:
    said = {
        "transportation damage": "product_damage",
        "wrong shipments": "wrong_item",
        "quality issues": "quality_defect",
        "goods do not match description": "not_as_described",
        "goods not received": "not_received",
        "delivery delays": "delayed_delivery",
        "counterfeits": "counterfeit",
        "size mismatches": "size_mismatch",
        "delayed refunds": "delayed_refund",
        "missing parts": "missing_parts",
        "packaging damage": "packaging_damage",
        "商品损坏": "product_damage",
        "尺寸不对": "size_mismatch",
        "清关扣货": "customs_seizure",
    }
    for lang in ("en", "zh"):
        readings = load_titles(lang).readings["dispute_type"]
        assert {word: readings.get(word) for word in said} == said


def test_people_add_a_type_of_their_own_without_touching_what_is_installed(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "disputes"
    own.mkdir(parents=True)
    shipped = (folder() / "disputes" / "packaging_damage.toml").read_text("utf-8")
    (own / "mould.toml").write_text(
        shipped.replace("Damaged packaging", "Mould").replace('"packaging damage", ', ""), "utf-8"
    )
    ask = "from kakosheet.policy.loader import load_policy, load_titles as t; k = t().readings['dispute_type']['mould']; print(load_policy().types[k].title)"
    env = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "KAKOSHEET_TEMPLATES": str(own.parent),
        "XDG_CACHE_HOME": str(tmp_path),
    }

    def loaded() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=False)

    assert loaded().stdout == "Mould\n", loaded().stderr
    (own / "mould.toml").write_text(shipped.replace('grade = "minor"', 'grade = "tiny"'), "utf-8")
    assert "K501" in loaded().stderr and "disputes/mould.toml" in loaded().stderr
