"""OpenFormula into the OOXML grammar and back (ODF 1.3 part 4, 5; ECMA-376 part 1, 18.17; function names as LibreOffice
7.4 writes them).

Both are texts without "=": `SUM([.A1:.B2];[$'My sheet'.C3])` is `SUM(A1:B2,'My sheet'!C3)`. Names and string constants
stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kakosheet.core.address import quote_sheet
from kakosheet.formats.formula import Token, TokenKind, tokenize

_SHEET = r"\$?(?:'(?:[^']|'')*'|[^.'$\[\]:\s]+)"
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"]|"")*")'
    r"|(?P<error>#(?:REF!|VALUE!|NUM!|NULL!|DIV/0!|NAME\?|N/A))"
    r"|(?P<array>\{(?:\"(?:[^\"]|\"\")*\"|[^\"{}])*\})"
    r"|(?P<structured>\w[\w.]*\[(?:[^\[\]]|\[[^\[\]]*\])*\])"
    r"|(?P<reference>\[(?:'(?:[^']|'')*'|[^'\[\]])*\])"
    r"|(?P<qualified>\$(?:'(?:[^']|'')*'|[^\W\d]\w*)\.(?:\$\$)?(?=[^\W\d]))"
    r"|(?P<label>\$\$)"
    r"|(?P<quoted>'(?:[^']|'')*')"
    r"|(?P<function>[^\W\d][\w.]*(?=\())"
    r"|(?P<separator>[;~!])"
    r"|(?P<word>\w[\w.]*)"
)
_IN_ARRAY = re.compile(r'"(?:[^"]|"")*"|[;|]')
_REFERENCE = re.compile(
    r"(?:(?P<external>'(?:[^']|'')*')#)?(?:(?P<sheet>" + _SHEET + r")?\.)?(?P<corner>[^.:\[\]'\s]+)"
    r"(?::(?:(?P<last_sheet>" + _SHEET + r")?\.)?(?P<last>[^.:\[\]'\s]+))?"
)
_SEPARATORS = {";": ",", "~": ",", "!": " "}

# Functions that both know by one name, but that OOXML marks as newer than itself.
_NEWER = frozenset(
    {
        "ACOT",
        "ACOTH",
        "ARABIC",
        "BASE",
        "BITAND",
        "BITLSHIFT",
        "BITOR",
        "BITRSHIFT",
        "BITXOR",
        "COMBINA",
        "COT",
        "COTH",
        "CSC",
        "CSCH",
        "DAYS",
        "DECIMAL",
        "GAMMA",
        "GAUSS",
        "IFNA",
        "ISFORMULA",
        "ISOWEEKNUM",
        "MUNIT",
        "NUMBERVALUE",
        "PDURATION",
        "PERMUTATIONA",
        "PHI",
        "RRI",
        "SEC",
        "SECH",
        "SHEET",
        "SHEETS",
        "UNICHAR",
        "UNICODE",
        "XOR",
    }
)
_LEGACY = frozenset({"CHIDIST", "CHIINV", "CHITEST", "FDIST", "FINV", "NORMSDIST", "NORMSINV", "TDIST"})
_VENDOR = "COM.MICROSOFT."
_VENDOR_PLAIN = frozenset({"CEILING", "FLOOR", "NETWORKDAYS.INTL", "WORKDAY.INTL", "ISO.CEILING"})
_OTHER_NAMES = {"_xlfn.FORMULATEXT": "FORMULA", "_xlfn.SKEW.P": "SKEWP", "_xlfn.F.DIST": "FDIST", "_xlfn.F.INV": "FINV"}
_OTHER_NAMES_BACK = {open_name: name for name, open_name in _OTHER_NAMES.items()}
_PREFIX = re.compile(r"(?:_xlfn\.|_xlws\.)+", re.IGNORECASE)
_WORKSHEET_FUNCTIONS = frozenset({"SORT", "FILTER"})


@lru_cache(maxsize=4096)
def to_ooxml(formula: str) -> str:
    """OpenFormula, without the prefix that names the grammar and without "=", in the OOXML grammar."""
    return _TOKEN.sub(_translated, formula)


def _translated(match: re.Match[str]) -> str:
    kind, text = match.lastgroup, match[0]
    if kind == "reference":
        return reference_to_ooxml(text[1:-1])
    if kind == "separator":
        return _SEPARATORS[text]
    if kind == "function":
        return _ooxml_function(text)
    if kind == "array":
        return _IN_ARRAY.sub(lambda mark: {";": ",", "|": ";"}.get(mark[0], mark[0]), text)
    if kind == "label":
        return ""
    if kind == "qualified":
        return quote_sheet(_sheet_name(text.removesuffix("$$").rstrip("."))) + "!"
    return text


def reference_to_ooxml(text: str) -> str:
    """What stands between the brackets of a reference: ".A1", "$Sheet1.A1:.B2"; "#REF!" if it points nowhere."""
    match = _REFERENCE.fullmatch(text)
    if match is None or "#" in text[len(match["external"] or "") + bool(match["external"]) :]:
        return "#REF!"
    corners = match["corner"] + (":" + match["last"] if match["last"] else "")
    sheet, last = _sheet_name(match["sheet"]), _sheet_name(match["last_sheet"])
    if match["external"]:
        return "'[" + match["external"][1:-1] + "]" + sheet.replace("'", "''") + "'!" + corners
    if not sheet and not last:
        return corners
    if not last or not sheet or last == sheet:
        return quote_sheet(sheet or last) + "!" + corners
    if match["last"] == match["corner"]:
        corners = match["corner"]
    span = sheet + ":" + last
    plain = quote_sheet(sheet) == sheet and quote_sheet(last) == last
    return (span if plain else "'" + span.replace("'", "''") + "'") + "!" + corners


def _sheet_name(written: str | None) -> str:
    """ "$'It''s'" → "It's"; "" for none."""
    name = (written or "").removeprefix("$")
    return name[1:-1].replace("''", "'") if name.startswith("'") and name.endswith("'") and len(name) > 1 else name


def _ooxml_function(name: str) -> str:
    upper = name.upper()
    if upper.startswith(_VENDOR):
        bare = name[len(_VENDOR) :]
        if bare.upper() in _VENDOR_PLAIN:
            return bare
        return ("_xlfn._xlws." if bare.upper() in _WORKSHEET_FUNCTIONS else "_xlfn.") + bare
    if upper.startswith("LEGACY.") and upper[7:] in _LEGACY:
        return name[7:]
    if upper in _NEWER:
        return "_xlfn." + name
    return _OTHER_NAMES_BACK.get(upper, name)


@lru_cache(maxsize=4096)
def from_ooxml(formula: str) -> str:
    """A formula in the OOXML grammar as OpenFormula, without "of:=". References to other workbooks become "#REF!"."""
    tokens = tokenize(formula)
    out: list[str] = []
    nesting: list[str] = []
    qualifier: Token | None = None
    for position, token in enumerate(tokens):
        if token.kind is TokenKind.SHEET:
            qualifier = token
            continue
        out.append(_open_token(tokens, position, qualifier, nesting))
        qualifier = None
    return "".join(out)


def _open_token(tokens: list[Token], position: int, qualifier: Token | None, nesting: list[str]) -> str:
    kind, text = tokens[position]
    if kind is TokenKind.AREA or (kind is TokenKind.ERROR and qualifier is not None):
        return _open_reference(text, qualifier)
    if kind is TokenKind.NAME:
        if text.upper() in ("TRUE", "FALSE") and qualifier is None:
            return text if nesting and nesting[-1] == "array" else text.upper() + "()"
        return text if qualifier is None or "[" in qualifier.text else f"{_open_sheet(qualifier.text[:-1])}.{text}"
    if kind is TokenKind.FUNCTION:
        return _open_function(text)
    if kind is TokenKind.SPACE:
        return "!" if _intersects(tokens, position) else text
    return _open_operator(tokens, position, text, nesting) if kind is TokenKind.OPERATOR else text


def _open_operator(tokens: list[Token], position: int, text: str, nesting: list[str]) -> str:
    """Commas separate arguments, columns of an array or the areas of a union, as what they stand in says."""
    if text == "(":
        nesting.append("call" if position and tokens[position - 1].kind is TokenKind.FUNCTION else "group")
    elif text == "{":
        nesting.append("array")
    elif text in ")}" and nesting:
        nesting.pop()
    elif text == ",":
        return ";" if nesting and nesting[-1] != "group" else "~"
    elif text == ";" and nesting and nesting[-1] == "array":
        return "|"
    return text


def _open_reference(text: str, qualifier: Token | None) -> str:
    if text.startswith("#") or (qualifier is not None and "[" in qualifier.text):
        return "#REF!"
    first, colon, last = text.partition(":")
    if qualifier is None:
        return f"[.{first}:.{last}]" if colon else f"[.{first}]"
    name = qualifier.text[:-1]
    sheets = name[1:-1].replace("''", "'") if name.startswith("'") else name
    start, span, end = sheets.partition(":")
    if span:
        return f"[{_open_sheet(quote_sheet(start))}.{first}:{_open_sheet(quote_sheet(end))}.{last or first}]"
    return f"[{_open_sheet(quote_sheet(start))}.{first}" + (f":.{last}]" if colon else "]")


def _open_sheet(quoted: str) -> str:
    return "$" + quoted


def _open_function(name: str) -> str:
    bare = _PREFIX.sub("", name)
    if bare != name:
        other = _OTHER_NAMES.get("_xlfn." + bare.upper())
        return other or (bare if bare.upper() in _NEWER else _VENDOR + bare)
    if bare.upper() in _LEGACY:
        return "LEGACY." + bare
    return _VENDOR + bare if bare.upper() in _VENDOR_PLAIN else bare


def _intersects(tokens: list[Token], position: int) -> bool:
    if not 0 < position < len(tokens) - 1:
        return False
    before, after = tokens[position - 1], tokens[position + 1]
    return (before.kind in (TokenKind.AREA, TokenKind.NAME) or before.text == ")") and (
        after.kind in (TokenKind.AREA, TokenKind.NAME, TokenKind.SHEET, TokenKind.FUNCTION) or after.text == "("
    )
