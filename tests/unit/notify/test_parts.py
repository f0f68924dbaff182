"""A message in parts: nothing is lost, and a line counts only when all of it is there."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from kakosheet.notify.parts import parts

LINES = st.lists(st.text(alphabet="ab <李", min_size=1, max_size=60), min_size=1, max_size=12)


@given(LINES, st.text(alphabet="xyz", max_size=20), st.integers(4, 80))
def test_every_letter_is_in_some_part_and_every_part_fits(lines: list[str], head: str, room: int) -> None:
    found = list(parts(head, lines, lambda text: len(text.encode()) <= room))
    texts = [part.text for part in found]
    assert all(len(text.encode()) <= room for text in texts)
    said = "".join(texts).replace("\n", "")
    assert said in ("".join(lines), head + "".join(lines))
    assert said == head + "".join(lines) or len(f"{head}\n{lines[0]}".encode()) > room


@given(LINES, st.integers(4, 80))
def test_a_line_is_complete_with_the_part_that_ends_it(lines: list[str], room: int) -> None:
    found = list(parts("", lines, lambda text: len(text.encode()) <= room))
    ends = list(accumulate(len(line) for line in lines))
    there = list(accumulate(len(part.text.replace("\n", "")) for part in found))
    assert [part.lines for part in found] == [sum(end <= reached for end in ends) for reached in there]


def test_what_fits_is_one_part_below_its_head() -> None:
    assert [tuple(part) for part in parts("3 dates", ["a", "b"], lambda text: True)] == [("3 dates\na\nb", 2)]


def test_a_long_line_is_cut_between_words() -> None:
    found = [part.text for part in parts("", ["one two three four"], lambda text: len(text) <= 9)]
    assert found == ["one two ", "three ", "four"]
