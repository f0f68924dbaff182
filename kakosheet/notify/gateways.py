"""Telegram, Slack, WeCom, SMS and the like by Apprise URLs; they come from the environment or the keyring, never from
the workbook.

KAKOSHEET_NOTIFY_URLS (or the keyring's, service kakosheet, user notify-urls) holds URLs with white space between them.
`Li%20Wei=URL` serves that person alone; `{phone}` stands for the reader's number in Settings. Only the schemes below
are used: they carry a message over HTTP. Addresses inside the own network are refused unless KAKOSHEET_ALLOW_PRIVATE=1,
when a URL is read and again at each connection, so that neither a redirect nor a name that changes its address leads
there. Whoever reads the message sees the text of the book as it stands.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.titles import fold
from kakosheet.notify.literal import CHATS, Literal, heading, literal
from kakosheet.notify.model import Person, one_line
from kakosheet.notify.outcome import Delivery
from kakosheet.notify.parts import parts
from kakosheet.notify.secrets import from_keyring
from kakosheet.notify.wire import is_inner, watched
from kakosheet.notify.wire import is_public as is_public

OWN_HOST = frozenset(
    (
        "json",
        "jsons",
        "form",
        "forms",
        "xml",
        "xmls",
        "ntfy",
        "ntfys",
        "gotify",
        "gotifys",
        "matrix",
        "matrixs",
        "mmost",
        "mmosts",
        "rocket",
        "rockets",
        "bark",
        "barks",
        "signal",
        "signals",
        "nctalk",
        "nctalks",
        "apprise",
        "apprises",
        "smseagle",
        "smseagles",
        "workflow",
        "workflows",
    )
)
"""Schemes whose URL names the host that is called."""
SCHEMES = OWN_HOST | {
    "slack",
    "discord",
    "tgram",
    "wecombot",
    "wechat",
    "dingtalk",
    "feishu",
    "lark",
    "gchat",
    "wxteams",
    "webex",
    "zulip",
    "line",
    "viber",
    "whatsapp",
    "threema",
    "pover",
    "pbul",
    "schan",
    "wxpusher",
    "pushdeer",
    "pushdeers",
    "pushplus",
    "twilio",
    "vonage",
    "nexmo",
    "sinch",
    "plivo",
    "msgbird",
    "msg91",
    "bulksms",
    "clickatell",
    "clicksend",
    "d7sms",
    "infobip",
    "seven",
    "46elks",
    "sns",
    "kavenegar",
    "voipms",
    "freemobile",
    "httpsms",
    "telnyx",
}
"""Chats, push services and SMS gateways. Mail goes by SMTP; nothing that runs a program or writes to this computer is
among them."""

_BETWEEN = re.compile(r"[\s,]+(?=(?:[^\s,=/:?&#]+=)?[a-z0-9]+://)|\s+", re.IGNORECASE)
_ENTRY = re.compile(r"(?:(?P<name>[^\s=/:?&#]+)=)?(?P<url>(?P<scheme>[a-z0-9]+)://.+)", re.IGNORECASE | re.DOTALL)
_TITLED = frozenset(("zulip", "schan", "pushplus"))
"""Chats with a title that they do not do without; it is plain text."""
MOST_PARTS = 10
"""Messages to a person on a day: who pays for each, or is called by each, is not to be flooded."""
_ROOM = 4000
"""Octets of a part, whatever a plugin believes its service to hold: so much a chat, a phone and a push server take."""
_SECONDS = 30.0
"""How long to wait for an answer: without one nobody knows whether the message arrived."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One URL. `channel` tells it apart without showing it; `only` is the person whom it serves alone, "" for all."""

    channel: str
    scheme: str
    url: str = field(repr=False)
    only: str = ""
    private: bool = False

    def serves(self, person: Person) -> bool:
        return (not self.only or fold(self.only) == fold(person.name)) and (
            bool(person.phone) or "{phone}" not in self.url
        )


def gateways(env: Mapping[str, str]) -> list[Gateway]:
    """The gateways that the environment names. KakosheetError K802 for a scheme that is not allowed or an address of
    the own network."""
    text = env.get("KAKOSHEET_NOTIFY_URLS", "").strip() or from_keyring("kakosheet", "notify-urls").strip()
    private = env.get("KAKOSHEET_ALLOW_PRIVATE", "").strip() == "1"
    found = {one.channel: one for one in (_gateway(entry, private) for entry in _BETWEEN.split(text) if entry)}
    return list(found.values())


def _gateway(entry: str, private: bool) -> Gateway:
    match = _ENTRY.fullmatch(entry)
    scheme = match["scheme"].lower() if match else ""
    if match is None or scheme not in SCHEMES or not entry.isprintable():
        named = f'the scheme "{scheme}"' if scheme else "an entry without a scheme"
        raise _refused(
            f"KAKOSHEET_NOTIFY_URLS has {named}, which is not allowed", f"allowed are: {', '.join(sorted(SCHEMES))}"
        )
    if scheme in OWN_HOST and not private:
        _refuse_private(match["url"], scheme)
    digest = hashlib.sha256(match["url"].encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Gateway(f"{scheme}-{digest}", scheme, match["url"], unquote(match["name"] or ""), private)


def _refuse_private(url: str, scheme: str) -> None:
    if is_inner(url):  # A name that is not known now may be known when it is called: then it is looked at again.
        raise _refused(
            f"a {scheme}:// gateway has an address inside the own network",
            "set KAKOSHEET_ALLOW_PRIVATE=1 if that is meant",
        )


def load() -> Any:
    """The package Apprise. KakosheetError K803 if it is not installed."""
    try:
        import apprise
    except ImportError:
        raise KakosheetError(
            "K803", "messages by gateway need the package apprise", "install it: pip install 'kakosheet[notify]'"
        ) from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # It would write URLs with their keys.
    return apprise


def deliver(
    gateway: Gateway,
    person: Person,
    subject: str,
    text: str,
    handing: Callable[[], None],
    accepted: Callable[[int], None] = lambda lines: None,
    most: int = MOST_PARTS,
) -> Delivery:
    """Hand a message of lines to a gateway, in as many parts as its length asks for, `most` at most; it shows the text
    as it stands.

    `handing` is called just before each request goes out, `accepted` after each part that was taken, with the number of
    lines that are complete by then.
    """
    apprise = load()
    plugin = _plugin(apprise, gateway, person)
    if not plugin or not len(plugin):
        return Delivery.failed("its URL is not complete")
    channel = _channel(plugin, gateway.scheme, subject)
    for part in islice(parts("" if channel.title else subject, text.split("\n"), channel.fits), most):
        outcome = _post(apprise, plugin, gateway, channel.title, channel.write(part.text), handing)
        if outcome.state != "sent":
            return outcome
        accepted(part.lines)
    return Delivery.sent()


class _Channel(NamedTuple):
    """How a service is written to: under which title, if it has one of plain text; in which form; how much at a
    time."""

    title: str
    write: Callable[[str], Literal]
    fits: Callable[[str], bool]


def _channel(plugin: Any, scheme: str, subject: str) -> _Channel:
    from apprise import conversion

    convert: Any = conversion.convert_between
    reads = plugin.resolve_format("text").value
    plain = reads == "text" and scheme not in CHATS and plugin.title_maxlen > 0
    short = one_line(subject, max(plugin.title_maxlen, 1))
    title = short if plain else heading(short) if scheme in _TITLED else ""
    room = min(plugin.body_maxlen - plugin.overflow_buffer, _ROOM) - len(title.encode("utf-8", "replace"))

    def write(text: str) -> Literal:
        return literal(text, scheme, reads)

    def fits(text: str) -> bool:
        made = write(text)
        shown: str = plugin.dialect_convert(convert(made.format, reads, made.text), reads)
        return bool(len(shown.encode("utf-8", "replace")) <= room)

    return _Channel(title, write, fits)


def _plugin(apprise: Any, gateway: Gateway, person: Person) -> Any:
    """Apprise's plugin for a URL, None if it is not complete. What is said there of overflow, emojis and the format of
    a chat is for us to say."""
    # No time limit: with one it would work in another thread than the record is opened in, and go on there after it
    # gave up.
    url = gateway.url.replace(
        "{phone}", quote(person.phone, safe="")
    )  # A bare + would be a space after the question mark.
    ours = "overflow|emojis|format" if gateway.scheme in CHATS else "overflow|emojis"
    url = re.sub(rf"(?<=[?&])(?:{ours})=[^&]*(?:&|$)", "", url, flags=re.IGNORECASE).rstrip("?&")
    asset = apprise.AppriseAsset(
        app_id="kakosheet", app_desc="kakosheet", async_mode=False, service_timeout=0, payload_max_size=0
    )
    plugin = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if plugin:
        plugin.overflow_mode = (
            apprise.OverflowMode.UPSTREAM
        )  # It sends each part as it is: measured, and cut nowhere else.
        plugin.socket_connect_timeout, plugin.socket_read_timeout = (
            max(seconds, _SECONDS) for seconds in (plugin.socket_connect_timeout, plugin.socket_read_timeout)
        )
    return plugin


def _post(
    apprise: Any, plugin: Any, gateway: Gateway, title: str, body: Literal, handing: Callable[[], None]
) -> Delivery:
    """Hand over one part."""
    hub = apprise.Apprise(
        asset=plugin.asset
    )  # It converts what it is given into what the plugin reads; a plugin alone may not.
    hub.add(plugin)
    with watched(gateway.scheme, gateway.private, handing) as seen:
        try:
            done = bool(hub.notify(title=title, body=body.text, body_format=apprise.NotifyFormat(body.format)))
        except Exception:  # A plugin of Apprise may fail in any way; what it says may hold a key.
            done = False
    if done and not seen.declined:
        return Delivery.sent()
    if seen.refused:
        return Delivery.failed("it leads to an address inside the own network")
    return Delivery.unsure("the answer did not come") if seen.lost else Delivery.failed("the message was not taken")


def _refused(message: str, hint: str) -> KakosheetError:
    return KakosheetError("K802", message, hint, exit_code=EXIT_USAGE)
