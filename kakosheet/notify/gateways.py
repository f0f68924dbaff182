"""Telegram, Slack, WeCom, SMS and the like by Apprise URLs; they come from the environment or the keyring, never from the workbook.

KAKOSHEET_NOTIFY_URLS (or the keyring's, service kakosheet, user notify-urls) holds URLs with white space between them. `Li%20Wei=URL` serves
that person alone; `{phone}` stands for the reader's number in Settings. Only the schemes below are used: they carry a message over HTTP.
Addresses inside the own network are refused unless KAKOSHEET_ALLOW_PRIVATE=1, when a URL is read and again at each connection, so that
neither a redirect nor a name that changes its address leads there.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.titles import fold
from kakosheet.notify.model import Person
from kakosheet.notify.outcome import Outcome
from kakosheet.notify.secrets import from_keyring

OWN_HOST = frozenset(("json", "jsons", "form", "forms", "xml", "xmls", "ntfy", "ntfys", "gotify", "gotifys", "matrix", "matrixs", "mmost",
                      "mmosts", "rocket", "rockets", "bark", "barks", "signal", "signals", "nctalk", "nctalks", "apprise", "apprises",
                      "smseagle", "smseagles", "workflow", "workflows"))
"""Schemes whose URL names the host that is called."""
SCHEMES = OWN_HOST | {
    "slack", "discord", "tgram", "wecombot", "wechat", "dingtalk", "feishu", "lark", "gchat", "wxteams", "webex",
    "zulip", "line", "viber", "whatsapp", "threema", "pover", "pbul", "schan", "wxpusher", "pushdeer", "pushdeers", "pushplus",
    "twilio", "vonage", "nexmo", "sinch", "plivo", "msgbird", "msg91", "bulksms", "clickatell", "clicksend", "d7sms", "infobip", "seven",
    "46elks", "sns", "kavenegar", "voipms", "freemobile", "httpsms", "telnyx",
}
"""Chats, push services and SMS gateways. Mail goes by SMTP; nothing that runs a program or writes to this computer is among them."""

_BETWEEN = re.compile(r"[\s,]+(?=(?:[^\s,=/:?&#]+=)?[a-z0-9]+://)|\s+", re.IGNORECASE)
_ENTRY = re.compile(r"(?:(?P<name>[^\s=/:?&#]+)=)?(?P<url>(?P<scheme>[a-z0-9]+)://.+)", re.IGNORECASE | re.DOTALL)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_INTERNET = ipaddress.ip_network("2000::/3")
"""All global unicast addresses that are in use (RFC 4291, IANA); what lies outside is local, translated, or an old way to write an IPv4 address."""
_DOCUMENTED = ipaddress.ip_network("3fff::/20")


@dataclass(frozen=True, slots=True)
class Gateway:
    """One URL. `channel` tells it apart without showing it; `only` is the person whom it serves alone, "" for all."""

    channel: str
    scheme: str
    url: str = field(repr=False)
    only: str = ""
    private: bool = False

    def serves(self, person: Person) -> bool:
        return (not self.only or fold(self.only) == fold(person.name)) and (bool(person.phone) or "{phone}" not in self.url)


def gateways(env: Mapping[str, str]) -> list[Gateway]:
    """The gateways that the environment names. KakosheetError K802 for a scheme that is not allowed or an address of the own network."""
    text = env.get("KAKOSHEET_NOTIFY_URLS", "").strip() or from_keyring("kakosheet", "notify-urls").strip()
    private = env.get("KAKOSHEET_ALLOW_PRIVATE", "").strip() == "1"
    found = {one.channel: one for one in (_gateway(entry, private) for entry in _BETWEEN.split(text) if entry)}
    return list(found.values())


def _gateway(entry: str, private: bool) -> Gateway:
    match = _ENTRY.fullmatch(entry)
    scheme = match["scheme"].lower() if match else ""
    if match is None or scheme not in SCHEMES or not entry.isprintable():
        named = f'the scheme "{scheme}"' if scheme else "an entry without a scheme"
        raise _refused(f"KAKOSHEET_NOTIFY_URLS has {named}, which is not allowed", f"allowed are: {', '.join(sorted(SCHEMES))}")
    if scheme in OWN_HOST and not private:
        _refuse_private(match["url"], scheme)
    digest = hashlib.sha256(match["url"].encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Gateway(f"{scheme}-{digest}", scheme, match["url"], unquote(match["name"] or ""), private)


def _refuse_private(url: str, scheme: str) -> None:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)} if host else set()
    except (OSError, UnicodeError):
        found = set()  # A name that is not known now may be known when it is called: then it is looked at again.
    if any(not is_public(address) for address in found):
        raise _refused(f"a {scheme}:// gateway has an address inside the own network", "set KAKOSHEET_ALLOW_PRIVATE=1 if that is meant")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also one wrapped in IPv6 (mapped, 6to4, NAT64)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _INTERNET or ip in _DOCUMENTED:
            return False
    return ip.is_global and not ip.is_multicast


def load() -> Any:
    """The package Apprise. KakosheetError K803 if it is not installed."""
    try:
        import apprise
    except ImportError:
        raise KakosheetError("K803", "messages by gateway need the package apprise", "install it: pip install 'kakosheet[notify]'") from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # It would write URLs with their keys.
    return apprise


def deliver(gateway: Gateway, person: Person, subject: str, text: str, handing: Callable[[], None]) -> Outcome:
    """Hand one message to a gateway. `handing` is called just before the first request goes out."""
    apprise = load()
    url = gateway.url.replace("{phone}", quote(person.phone, safe=""))  # A bare + would be a space after the question mark.
    plugin = apprise.Apprise.instantiate(url, asset=apprise.AppriseAsset(app_id="kakosheet", app_desc="kakosheet"), suppress_exceptions=True)
    if not plugin or not len(plugin):
        return Outcome.failed("its URL is not complete")
    if "overflow=" not in url:  # One message: what a phone or a chat cannot hold is cut off.
        plugin.overflow_mode = apprise.OverflowMode.TRUNCATE
    with _watched(gateway.private, handing) as seen:
        try:
            done = plugin.notify(title=subject, body=text, body_format=apprise.NotifyFormat.TEXT)
        except Exception:  # A plugin of Apprise may fail in any way; what it says may hold a key.
            done = False
    if done:
        return Outcome.sent()
    if seen.refused:
        return Outcome.failed("it leads to an address inside the own network")
    return Outcome.unsure("the answer did not come") if seen.lost else Outcome.failed("the message was not taken")


@dataclass
class _Seen:
    """What happened on the wire: an address of the own network was refused; an answer never came."""

    refused: bool = False
    lost: bool = False


@contextmanager
def _watched(private: bool, handing: Callable[[], None]) -> Iterator[_Seen]:
    """While it holds, names lead to public addresses only, requests are announced and not redirected, and lost answers are noticed."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    seen, resolve, send = _Seen(), socket.getaddrinfo, requests.Session.send

    def resolved(*args: Any, **options: Any) -> Any:
        found = resolve(*args, **options)
        if not private and any(not is_public(str(info[4][0])) for info in found):
            seen.refused = True
            raise OSError("an address inside the own network")
        return found

    def sent(session: Any, request: Any, **options: Any) -> Any:
        handing()
        try:
            return send(session, request, **{**options, "allow_redirects": False})
        except (requests.exceptions.SSLError, requests.exceptions.ProxyError):
            raise
        except requests.exceptions.RequestException as error:
            cause = getattr(error.args[0], "reason", None) if error.args else None
            seen.lost = seen.lost or not (seen.refused or isinstance(cause, NewConnectionError | ConnectTimeoutError))
            raise

    socket.getaddrinfo, requests.Session.send = resolved, sent  # type: ignore[assignment, method-assign]
    try:
        yield seen
    finally:
        socket.getaddrinfo, requests.Session.send = resolve, send  # type: ignore[method-assign]


def _refused(message: str, hint: str) -> KakosheetError:
    return KakosheetError("K802", message, hint, exit_code=EXIT_USAGE)
