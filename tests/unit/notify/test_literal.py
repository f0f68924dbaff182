"""Text of a book as a chat shows it: the same text, and nothing in it that the chat acts on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kakosheet.notify.literal import CHATS, ESCAPED, FENCED, UNSEEN, WORDS, heading, literal
from tests.notify.hostile import FRAGMENTS, NAMES

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
STILL = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak", "hardbreak"}


def tokens(text: str) -> Iterator[Token]:
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def shown(text: str) -> str:
    """What a reader of Markdown shows, if it shows nothing but text."""
    found = list(tokens(text))
    assert {token.type for token in found} <= STILL, (text, found)
    return "".join(
        "\n" if token.type.endswith("break") else token.content for token in found if token.type != "inline"
    ).replace(UNSEEN, "")


@pytest.mark.parametrize("name", FRAGMENTS)
@pytest.mark.parametrize("scheme", sorted(ESCAPED))
def test_markdown_shows_each_fragment_as_it_stands(scheme: str, name: str) -> None:
    for line in (name, f"! 2026-11-24 · {name} · x", f"a\n{name}\nb"):
        made = literal(line, scheme, "text")
        assert made.format == "text"
        assert shown(made.text) == "\n".join(part.strip() for part in line.split("\n"))


@given(st.lists(NAMES, min_size=1, max_size=4), st.sampled_from(sorted(ESCAPED)))
def test_markdown_shows_any_names_as_they_stand(names: list[str], scheme: str) -> None:
    lines = [f"! {name} ." for name in names]
    assert shown(literal("\n".join(lines), scheme, "text").text) == "\n".join(lines)


@given(NAMES)
def test_what_apprise_turns_into_markdown_shows_as_it_stands(name: str) -> None:
    from apprise.conversion import convert_between

    made = literal(f"! {name} .", "webex", "markdown")
    assert shown(convert_between(made.format, "markdown", made.text)) == f"! {name} ."


@given(st.lists(NAMES, min_size=1, max_size=4), st.sampled_from(sorted(FENCED)))
def test_a_block_of_code_is_not_left_by_what_is_in_it(names: list[str], scheme: str) -> None:
    text = "\n".join(names)
    found = list(tokens(literal(text, scheme, "markdown").text))
    assert [token.type for token in found] == ["fence"]
    assert found[0].content.replace(UNSEEN, "") == text + "\n"
    assert "```" not in found[0].content


@given(NAMES, st.sampled_from(sorted(WORDS)))
def test_marks_of_words_stand_apart_from_words(name: str, scheme: str) -> None:
    made = literal(name, scheme, "text").text
    assert made.replace(UNSEEN, "") == name
    assert not re.search(rf"[*_~`](?!{UNSEEN})|(?<!{UNSEEN})[*_~`]", made)


@given(NAMES, st.sampled_from(sorted(CHATS)), st.sampled_from(["text", "html", "markdown"]))
def test_nobody_is_called_in_any_chat(name: str, scheme: str, reads: str) -> None:
    made = literal(name, scheme, reads)
    assert not re.search(r"(?<!\w)@\w", made.text)
    assert "<@" not in made.text or scheme in ("slack", "tgram"), "those get entities"
    assert not re.search(r"@\w|<\w", heading(name))


@given(NAMES, st.sampled_from(["twilio", "json", "ntfy", "gotify", "pover", "signal"]))
def test_whoever_reads_no_marks_gets_the_text_unchanged(name: str, scheme: str) -> None:
    assert literal(name, scheme, "text").text == name
