"""Numbers and currencies as people type them."""

from __future__ import annotations

import re
import unicodedata

_SYMBOLS = "¥￥€£$₩₽₹฿₫₴₺₦₱元円圆원块"
_CURRENCIES = {"€": "EUR", "£": "GBP", "₩": "KRW", "₽": "RUB", "₹": "INR", "฿": "THB", "₫": "VND", "₴": "UAH", "₺": "TRY", "₦": "NGN",
               "₱": "PHP", "元": "CNY", "rmb": "CNY", "人民币": "CNY", "円": "JPY", "日元": "JPY", "원": "KRW", "港币": "HKD",
               "美元": "USD", "欧元": "EUR", "us$": "USD", "hk$": "HKD", "nt$": "TWD", "r$": "BRL", "a$": "AUD", "c$": "CAD", "s$": "SGD"}
_UNITS = re.compile(r"(?:days?|天|日|d|pcs|件|个|kg|公斤)$", re.IGNORECASE)
_CODE = re.compile(r"^[A-Za-z]{3}\s*(?=[\d.,+-])|(?<=[\d.,])\s*[A-Za-z]{3}$")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_POINT = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|[+-]?\d{1,3}\.\d{3},\d+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}")


def parse_number(text: str) -> float:
    """A number from text whose meaning is beyond doubt; ValueError otherwise.

    Understood: full-width digits, a currency sign or code, a unit of days or pieces, grouping by comma, point or space, a decimal comma
    before one or two digits. "1.299" in a text cell may be a thousand or a bit over one, so it is refused.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    percent = plain.endswith("%")
    plain = plain.rstrip("%").strip(_SYMBOLS + unicodedata.normalize("NFKC", _SYMBOLS) + " \u00a0\u202f")
    plain = _UNITS.sub("", _CODE.sub("", plain)).strip()
    plain = re.sub(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))", "", plain)
    if re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", plain) and not plain.lstrip("+-").startswith("0"):
        raise ValueError("ambiguous")
    if _GROUPED_COMMA.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _GROUPED_POINT.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if not _PLAIN.fullmatch(plain):
        raise ValueError("not a number")
    return float(plain) / 100 if percent else float(plain)


def parse_currency(text: str) -> str:
    """An ISO 4217 code from text; ValueError for signs that several currencies share (¥, $)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) == 3 and plain.isascii() and plain.isalpha():
        code = plain.upper()
        return "CNY" if code == "RMB" else code
    try:
        return _CURRENCIES[plain.casefold()]
    except KeyError:
        raise ValueError("not a currency") from None
