"""One case on one page, as Markdown and as PDF, in the letters of every language that people write in."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kakosheet.app.new import new_book
from kakosheet.app.summary import summary
from kakosheet.cli import main
from kakosheet.core.issues import KakosheetError

TODAY = date(2026, 3, 4)


def births(lines: int = 3) -> dict[str, list[dict[str, Any]]]:
    at = datetime(2026, 3, 3)
    return {
        "purchases": [
            {
                "id": "P-0001",
                "item": "Tent | blue",
                "seller": "万家小店",
                "price": 120.0,
                "currency": "EUR",
                "platform": "aliexpress",
            }
        ],
        "disputes": [
            {
                "dispute_id": "D-2026-0007",
                "order": "P-0001",
                "type": "product_damage",
                "opened_on": datetime(2026, 3, 2),
                "filed_on": datetime(2026, 3, 2),
                "description": "# not a *heading* <b>leg</b> broken",
                "demand": "refund",
                "amount": 120.0,
                "currency": "EUR",
                "grade": "refund",
                "outer_box": "crushed",
                "tracking_events": "damaged",
            }
        ],
        "offers": [
            {
                "id": "O-0001",
                "dispute": "D-2026-0007",
                "on": at,
                "by": "seller",
                "kind": "partial_refund",
                "percent": 0.5,
            }
        ],
        "log": [
            {
                "id": f"L-{n:04}",
                "dispute": "D-2026-0007",
                "at": at,
                "counterpart": "seller",
                "channel": "email",
                "direction": "in",
                "what_was_said": "箱子里只有45个，少了15个。" * (1 + n % 9),
            }
            for n in range(lines)
        ],
    }


@pytest.fixture
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / "book.xlsx"
    lines = getattr(request, "param", 3)
    path.write_bytes(new_book(profile="procurement", lang="en", births=births(lines), today=TODAY)[0])
    return path


def test_the_page_tells_the_whole_case(book: Path) -> None:
    told = summary(book, "d-2026-0007", today=TODAY)
    text = told["markdown"]
    assert told["id"] == "D-2026-0007" and told["file"] is None
    assert text.startswith("# D-2026-0007: Damaged goods, 120 EUR, 万家小店. Open since 2 Mar 2026.\n")
    for part in (
        "Next step",
        "Answer the offer of 万家小店",
        "Carrier",
        "Box crushed, tracking: damaged on the way.",
        "2026-03-07",
        "Part refund, no return",
        "50%",
        "箱子里只有45个",
    ):
        assert part in text, part


def test_what_people_typed_is_never_markup(book: Path) -> None:
    text = summary(book, "D-2026-0007", today=TODAY)["markdown"]
    assert r"\# not a \*heading\* &lt;b&gt;leg&lt;/b&gt; broken" in text and r"Tent \| blue" in text


def test_text_that_looks_like_an_entity_stays_as_typed() -> None:
    from kakosheet.app.summary import _plain

    assert _plain("&lt;b&gt; ~~no~~ $x$ <") == r"\&lt;b\&gt; \~\~no\~\~ \$x\$ &lt;"


@pytest.mark.parametrize("book", [3, 40], indirect=True)
def test_the_pdf_has_one_page_and_all_letters(book: Path, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    out = tmp_path / "case.pdf"
    try:
        summary(book, "D-2026-0007", out=out, today=TODAY)
    except KakosheetError as error:
        pytest.skip(error.message)
    told = subprocess.run(["pdftotext", "-layout", str(out), "-"], capture_output=True, text=True, check=True).stdout
    assert told.count("\f") == 1, "one page"
    assert "D-2026-0007" in told and "万家小店" in told and "箱子里只有45个" in told
    first = out.read_bytes()
    summary(book, "D-2026-0007", out=out, today=TODAY, force=True)
    assert out.read_bytes() == first, "the same case gives the same bytes"


@pytest.mark.parametrize(
    "text",
    ["words and more words " * 1500, "W" * 6000, "问题描述，" * 3000, "line\n" * 4000, "👩\u200d👧\x07🎉 " * 500],
    ids=["words", "one word", "Chinese", "lines", "no letters"],
)
@pytest.mark.filterwarnings("error")
def test_a_text_of_any_length_leaves_room_for_the_rest_of_the_page(text: str) -> None:
    from kakosheet.render.pdf import FITS, HEIGHT, MARGIN, WIDTH, Section, _cut, _length, _placed, page

    sections = [
        Section("Description", [["Description", text], ["Strategy", text]]),
        Section("Log", [["2026-03-03", "Seller", text]] * 8, ("On", "Who", "What")),
        Section("End", [["last", "word"]]),
    ]
    assert page("D-2026-0007", "foot", sections).count(b"/Type /Page\n") <= 1
    drawn = next(
        found
        for size, most in FITS
        if most and (found := _placed("D-2026-0007", _cut(sections, most), size)) is not None
    )
    assert [draw[2] for draw in drawn][-2:] == ["last", "word"], "what comes last is on the page"
    assert all(
        x + _length(words, size) <= WIDTH - MARGIN / 2 and y <= HEIGHT - MARGIN for x, y, words, _, size in drawn
    )


def test_letters_without_a_font_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from kakosheet.render import pdf as page

    monkeypatch.setattr(page, "ASIAN_FONTS", ())
    assert page.page("Plain", "foot", [page.Section("Case", [["a", "b"]])]).startswith(b"%PDF")
    with pytest.raises(KakosheetError) as caught:
        page.page("纠纷", "foot", [])
    assert caught.value.code == "K108" and "Noto Sans CJK" in caught.value.hint


def test_an_existing_file_another_suffix_and_no_such_case_are_refused(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "case.md"
    summary(book, "D-2026-0007", out=out, today=TODAY)
    for dispute, target, code in (
        ("D-2026-0007", out, "K705"),
        ("D-2026-0007", tmp_path / "case.docx", "K108"),
        ("D-2026-0099", None, "K401"),
    ):
        with pytest.raises(KakosheetError) as caught:
            summary(book, dispute, out=target, today=TODAY)
        assert caught.value.code == code


def test_the_command_prints_markdown(book: Path) -> None:
    done = CliRunner().invoke(main, ["summary", str(book), "D-2026-0007", "--today", "2026-03-04"])
    assert done.exit_code == 0 and done.output.startswith("# D-2026-0007")


def test_explain_names_the_rule_and_the_facts_that_a_suggestion_rests_on(book: Path) -> None:
    from kakosheet.app.explain import explain

    told = {value["column"]: value.get("why") for value in explain(book, "D-2026-0007", today=TODAY)["values"]}
    assert told["disputes.suggested"] == [
        "Rule carrier_event_box: Tracking events: Damaged on the way; Outer box: Crushed."
    ]
