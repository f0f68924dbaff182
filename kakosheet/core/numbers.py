"""Numbers and currencies as people type them."""

from __future__ import annotations

import re
from functools import cache

from kakosheet.core.text import tidy

_CURRENCIES = {
    "€": "EUR",
    "£": "GBP",
    "₩": "KRW",
    "₽": "RUB",
    "₹": "INR",
    "฿": "THB",
    "₫": "VND",
    "₴": "UAH",
    "₺": "TRY",
    "₦": "NGN",
    "₱": "PHP",
    "元": "CNY",
    "rmb": "CNY",
    "人民币": "CNY",
    "円": "JPY",
    "日元": "JPY",
    "원": "KRW",
    "港币": "HKD",
    "美元": "USD",
    "欧元": "EUR",
    "us$": "USD",
    "hk$": "HKD",
    "nt$": "TWD",
    "r$": "BRL",
    "a$": "AUD",
    "c$": "CAD",
    "s$": "SGD",
    "cn¥": "CNY",
    "块": "CNY",
    "块钱": "CNY",
}
_SHARED = {"$": "USD AUD CAD HKD SGD NZD TWD MXN ARS CLP COP", "¥": "CNY JPY", "圆": "CNY JPY", "圓": "CNY JPY TWD HKD"}
"""Signs that several currencies share."""
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNH CNY COP CRC "
    "CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD "
    "JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN "
    "NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RMB RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL "
    "THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
"""ISO 4217, and what people write for CNY. Other words of three letters beside a number are no currency: "5 lbs", "3
wks", "2 mio"."""
LONGEST = 100
"""Characters: no number that a person writes is longer."""
_UNITS = re.compile(r"(?:days?|天|日|d|pcs?|pieces?|件|个|個|只|套|kg|公斤)$", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_POINT = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?|[+-]?[1-9]\d{0,2}\.\d{3},\d+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}|[+-]?0,\d+")


@cache
def _money() -> re.Pattern[str]:
    """A number with a sign or code of a currency somewhere about it. Made when a text stands where a number belongs,
    which is rare."""
    sign = "|".join(sorted(map(re.escape, [*_CURRENCIES, *_SHARED, *_CODES.split()]), key=len, reverse=True))
    return re.compile(
        rf"(?:(?P<before>{sign})\s*)?(?P<minus>[+-]?)\s*(?:(?P<inside>{sign})\s*)?"
        rf"(?P<number>[\d.,].*?)(?:[.,]-{{1,2}})?\s*(?P<after>{sign})?",
        re.IGNORECASE,
    )


def parse_number(text: str, *, money: bool = True, share: bool = True) -> float:
    """A number from text whose meaning is beyond doubt; ValueError otherwise.

    Understood: full-width digits, a currency's sign or code (with `money`), a percent sign (with `share`), a unit of
    days or pieces, grouping by comma, point or space, a decimal comma before one or two digits. "1.299" in a text cell
    may be a thousand or a bit over one, so it is refused.
    """
    if len(text) > LONGEST:
        raise ValueError("not a number")
    plain = _plain_width(text)
    percent = share and plain.endswith("%")
    if percent:
        plain = plain[:-1].rstrip()
    if (
        money
        and (match := _money().fullmatch(plain))
        and sum(match[sign] is not None for sign in ("before", "inside", "after")) <= 1
    ):
        plain = match["minus"] + match["number"]
    plain = _UNITS.sub("", plain).strip()
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


def _plain_width(text: str) -> str:
    """Signs and digits in plain width, every dash a hyphen."""
    return tidy(text).replace("\u2212", "-").replace("\u2013", "-").replace("\u2014", "-").replace("￥", "¥")


def currencies_named(text: str) -> frozenset[str]:
    """The ISO codes that an amount's sign or code can mean ("¥199": CNY or JPY); none if it has no sign."""
    match = _money().fullmatch(_plain_width(text)) if len(text) <= LONGEST else None
    sign = (match["before"] or match["inside"] or match["after"] or "").casefold() if match else ""
    if not sign:
        return frozenset()
    return frozenset((_SHARED.get(sign) or _CURRENCIES.get(sign) or parse_currency(sign)).split())


def parse_currency(text: str) -> str:
    """An ISO 4217 code from text; ValueError for signs that several currencies share (¥, $)."""
    plain = tidy(text)
    if len(plain) == 3 and plain.isascii() and plain.isalpha():
        code = plain.upper()
        return "CNY" if code == "RMB" else code
    try:
        return _CURRENCIES[plain.casefold()]
    except KeyError:
        raise ValueError("not a currency") from None
