"""One page of text as PDF, drawn by matplotlib: headings, pairs and rows, in a font that has the letters that occur."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

from kakosheet.core.issues import KakosheetError

WIDTH, HEIGHT = 8.27, 11.69
"""A4 in inches."""
MARGIN = 0.75
FITS = ((9.0, 0), (8.0, 0), (7.0, 0), (6.0, 0), (7.0, 800), (6.5, 400), (6.0, 250), (5.5, 150), (5.0, 80))
"""Sizes of type in points, each with the letters after which a text is cut (0: none), tried in order until everything
fits on the page."""
LEADING = 1.45
MOST_LETTERS = 12_000
"""More than a page can hold at the smallest size at which nothing is cut."""
ASIAN_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "Noto Sans SC",
    "WenQuanYi Zen Hei",
    "Arial Unicode MS",
)
LATIN_FONTS = ("DejaVu Sans",)
LONGEST_WORD = 20
"""Letters of a word after which it may be broken anywhere."""
MORE_FONTS = 4
"""At most so many other families are looked for, for letters of other scripts."""
NO_LETTER = "\u25af"
"""Stands for what no font has, such as an emoji."""
WIDE, NARROW = frozenset("WMmw@%&"), frozenset("ilj.,:;'|!()[]ftrI ")
BOLD = 1.15
"""How much wider bold letters are, at most."""

Line = list[str]


class Section(NamedTuple):
    """A heading and what stands below it: pairs of a name and a text, or with `heads` a table."""

    name: str
    lines: list[Line]
    heads: tuple[str, ...] = ()


Draw = tuple[float, float, str, bool, float]
"""x and y in inches from the top left, the text, whether it is bold, its size."""


def page(title: str, foot: str, sections: list[Section]) -> bytes:
    """The bytes of a PDF of one page. K108: it has letters for which no font is installed."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure

    fonts = _fonts(
        " ".join(
            [title, *(cell for name, lines, heads in sections for line in [(name,), heads, *lines] for cell in line)]
        )
    )
    known = _letters(fonts)
    title, foot = _drawn(title, known), _drawn(foot, known)
    sections = _each(sections, lambda text: _drawn(text, known))
    letters = sum(len(cell) for section in sections for line in section.lines for cell in line)
    tried = (fit for fit in FITS if fit[1] or letters <= MOST_LETTERS)
    draws = next(
        (found for size, most in tried if (found := _placed(title, _cut(sections, most), size)) is not None), None
    )
    if draws is None:
        draws = _placed(title, _cut(sections, FITS[-1][1]), FITS[-1][0], over=True) or []
    figure = Figure(figsize=(WIDTH, HEIGHT))
    FigureCanvasPdf(figure)
    with matplotlib.rc_context({"pdf.fonttype": 3, "font.family": list(fonts), "axes.unicode_minus": False}):
        for x, y, text, bold, size in [*draws, (MARGIN, HEIGHT - 0.45, foot, False, 6.5)]:
            figure.text(
                x / WIDTH,
                1 - y / HEIGHT,
                text,
                fontsize=size,
                fontweight="bold" if bold else "normal",
                va="top",
                parse_math=False,
            )
        out = io.BytesIO()
        figure.savefig(out, format="pdf", metadata={"Title": title, "CreationDate": None})
    return out.getvalue()


def _fonts(text: str) -> tuple[str, ...]:
    """The families to draw with: a font of Chinese letters where some occur, and others for letters that these lack."""
    fonts: tuple[str, ...] = LATIN_FONTS
    if any(_is_wide(letter) and unicodedata.category(letter).startswith("L") for letter in text):
        from matplotlib import font_manager

        installed = {font.name for font in font_manager.fontManager.ttflist}
        found = next((name for name in ASIAN_FONTS if name in installed), None)
        if found is None:
            raise KakosheetError(
                "K108",
                "no font with Chinese letters is installed, and the page has some",
                "install Noto Sans CJK, or write the summary as .md",
            )
        fonts = (*fonts, found)
    known = _letters(fonts)
    lacking = {letter for letter in text if ord(letter) not in known and unicodedata.category(letter).startswith("L")}
    return (*fonts, *_fonts_for(lacking)) if lacking else fonts


def _fonts_for(lacking: set[str]) -> list[str]:
    """Installed families that have letters which are lacking, as few as will do."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    found: list[str] = []
    for font in font_manager.fontManager.ttflist:
        if not lacking or len(found) == MORE_FONTS:
            break
        has = {
            letter for letter in lacking if font.style == "normal" and FT2Font(font.fname).get_char_index(ord(letter))
        }
        if has:
            found.append(font.name)
            lacking = lacking - has
    return found


def _letters(fonts: tuple[str, ...]) -> frozenset[int]:
    """All letters that these families have."""
    from matplotlib import font_manager

    return frozenset(
        code for name in fonts for code in font_manager.get_font(font_manager.findfont(name)).get_charmap()
    )


def _drawn(text: str, known: frozenset[int]) -> str:
    """The text in letters that can be drawn; marks and joiners that cannot are left out."""
    plain = " ".join(text.split())
    return "".join(c if ord(c) in known else "" if unicodedata.category(c)[0] in "CM" else NO_LETTER for c in plain)


def _cut(sections: list[Section], most: int) -> list[Section]:
    """The same, each text with at most so many letters (0: all of them)."""
    return _each(sections, lambda text: text if len(text) <= most else text[: most - 1] + "…") if most else sections


def _each(sections: list[Section], change: Callable[[str], str]) -> list[Section]:
    """The same with every text changed."""
    return [
        Section(change(name), [[change(cell) for cell in line] for line in lines], tuple(map(change, heads)))
        for name, lines, heads in sections
    ]


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _placed(title: str, sections: list[Section], size: float, *, over: bool = False) -> list[Draw] | None:
    """Where every line goes at that size of type; None if the page is too short, unless what goes over its end may be
    left out."""
    step, y = size * LEADING / 72, MARGIN
    draws: list[Draw] = []
    for text in _wrapped(title, WIDTH - 2 * MARGIN, size * 1.5):
        draws.append((MARGIN, y, text, True, size * 1.5))
        y += step * 1.5
    for name, lines, heads in sections:
        y += step * 0.7
        draws.append((MARGIN, y, name, True, size * 1.1))
        y += step * 1.25
        rows = [list(heads), *lines] if heads else lines
        widths = _widths(rows, size, bold=not heads)
        for number, line in enumerate(rows):
            columns = (
                [_wrapped(cell, width, size) for cell, width in zip(line, widths, strict=False)]
                if len(line) > 1
                else [line]
            )
            x = MARGIN
            for at, (texts, width) in enumerate(zip(columns, widths, strict=False)):
                draws += [
                    (x, y + n * step, text, (number if heads else at) == 0 and len(line) > 1, size)
                    for n, text in enumerate(texts)
                ]
                x += width
            y += step * max(map(len, columns))
    if y <= HEIGHT - MARGIN:
        return draws
    return [draw for draw in draws if draw[1] <= HEIGHT - MARGIN - step] if over else None


def _widths(lines: list[Line], size: float, *, bold: bool) -> list[float]:
    """Widths of columns in inches: each as wide as its longest text, but no more than its share of what is left.
    `bold`: the first is."""
    count, left = max(map(len, lines)), WIDTH - 2 * MARGIN
    widths: list[float] = []
    for at in range(count):
        wider = BOLD if bold and at == 0 else 1.0
        longest = max((_length(line[at], size) * wider for line in lines if len(line) > max(at, 1)), default=0.5) + 0.15
        share = left if at == count - 1 else left * (0.30 if at == 0 else 0.55)
        widths.append(min(longest, share) if at < count - 1 else left)
        left -= widths[-1]
    return widths


def _length(text: str, size: float) -> float:
    """About how wide a text is, in inches, a little more rather than less: a Chinese letter is as wide as high, others
    are narrower."""
    return sum(_width(letter) for letter in text) * size / 72


def _width(letter: str) -> float:
    """Of a letter, as a part of its size: those of DejaVu Sans, by four kinds."""
    if letter in NARROW:
        return 0.4
    return 1.0 if letter in WIDE or _is_wide(letter) else 0.72 if letter.isupper() else 0.63


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines no wider than that, broken at spaces and between Chinese letters."""
    lines, line, used = [], "", 0.0
    for word in _words(" ".join(text.split())):
        if line and used + _length(word.rstrip(), size) > width - 0.1:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + word, used + _length(word, size)
    return [*lines, line.rstrip()]


def _words(text: str) -> list[str]:
    """Pieces after which a line may end; a very long word is one that may be broken anywhere."""
    pieces: list[Any] = [""]
    for letter in text:
        if pieces[-1] and (
            _is_wide(letter) or pieces[-1][-1] == " " or _is_wide(pieces[-1][-1]) or len(pieces[-1]) > LONGEST_WORD
        ):
            pieces.append("")
        pieces[-1] += letter
    return pieces
