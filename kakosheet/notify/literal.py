"""Text as a chat shows it: the same text, with nothing in it that the chat acts on. Pure.

Apprise escapes what it knows to be markup: HTML, and Markdown for a plugin that declares it. What it hands over as text
is read as markup by some services all the same, and mentions are live in all of them. So a zero-width space stands
where a mention, a link, a tag or an emoji would begin; Markdown has its backslash besides; where a service knows no
escape the message is a block of code. Checked 2026-11-28 against the sources of Zulip and Rocket.Chat, the documents of
the others, and Apprise 2.3.
"""

from __future__ import annotations

import re
from typing import NamedTuple

UNSEEN = "\u200b"
"""The zero-width space: it is no letter, so that no name, no address and no pair of marks goes on behind it."""

FENCED = frozenset(("zulip", "rocket", "rockets", "gchat"))
"""Read marks that nothing escapes, but none of them in a block of code."""
ESCAPED = frozenset(("discord", "mmost", "mmosts", "nctalk", "nctalks", "schan"))
"""Read Markdown with backslash escapes, though their plugins declare text."""
WORDS = frozenset(("whatsapp", "viber", "threema"))
"""Read *bold*, _italic_ and ~struck~ where a word begins and ends."""
ESCAPED_BY_APPRISE = frozenset(("slack", "tgram"))
"""Get their < and & as entities from Apprise."""
CHATS = (
    FENCED
    | ESCAPED
    | WORDS
    | ESCAPED_BY_APPRISE
    | {
        "matrix",
        "matrixs",
        "dingtalk",
        "feishu",
        "lark",
        "wecombot",
        "wechat",
        "line",
        "webex",
        "wxteams",
        "workflow",
        "workflows",
        "apprise",
        "apprises",
    }
)
"""Services where a text can call people by name, and a relay to others. All others (SMS, push, a URL of one's own) get the text unchanged."""

_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+\-.!>~|]")
"""What every reader of Markdown lets a backslash escape; of other punctuation some would show the backslash."""
_NAMES = re.compile(r"(?<!\w)[@#](?=\w)|(?<!\S)/(?=\w)")
"""Where a name, a tag or a command begins, for readers without marks of their own."""
_LIVE = re.compile(r"@(?=\S)|<(?=\S)|\](?=[(\[:])|:(?=[\w+-]+:)|&(?=#?\w+;)|(?<!\w)[#~](?=\w)")
"""Where a name, a tag, the target of a link, an emoji, an entity or a channel begins."""
_TAGS = re.compile(r"<(?=[\w/!?])|&(?=#?\w+\\?;)")
"""Where HTML begins; a semicolon may be escaped (RFC 5545)."""
_ADDRESS = re.compile(r":(?=//)")
"""Where a bare address begins: read as one, it would show the backslashes inside it."""
_SET_OFF = re.compile(r"^(?=[=\s])", re.MULTILINE)
"""Where a line of Markdown could underline the one before it, or be code."""


class Literal(NamedTuple):
    """`text` in `format` (text, html or markdown): in the one that the plugin reads, if Apprise is to leave it as it
    is."""

    text: str
    format: str


def literal(text: str, scheme: str, reads: str) -> Literal:
    """What to hand to the plugin of a scheme, which reads text, html or markdown, so that people see `text`."""
    if scheme in FENCED:
        return Literal(_fenced(_parted(_LIVE, text)), reads)
    if scheme in ESCAPED:
        return Literal(_MARKDOWN.sub(r"\\\g<0>", _unmarked(text)), reads)
    if reads == "markdown":
        return Literal(_unmarked(text), "text")
    if scheme in WORDS:
        return Literal(re.sub(r"[*_~`]", rf"{UNSEEN}\g<0>{UNSEEN}", _parted(_LIVE, text)), "text")
    if scheme in ESCAPED_BY_APPRISE:
        return Literal(_parted(_NAMES, text), "text")
    return Literal(_parted(_LIVE, text) if scheme in CHATS else text, "text")


def heading(text: str) -> str:
    """A title of plain text for a chat that needs one: no name and no tag in it."""
    return _parted(_LIVE, text)


def untagged(text: str) -> str:
    """A text for a reader that takes HTML in it for HTML, as some calendars do."""
    return _parted(_TAGS, text)


def _parted(live: re.Pattern[str], text: str) -> str:
    return live.sub(rf"\g<0>{UNSEEN}", text)


def _unmarked(text: str) -> str:
    """For a reader of Markdown, without what a backslash cannot escape everywhere; a line that ends there ends for the
    reader too."""
    return _SET_OFF.sub(UNSEEN, _parted(_ADDRESS, _parted(_LIVE, text))).replace("\n", "  \n")


def _fenced(text: str) -> str:
    return "```\n" + _parted(re.compile("`(?=`)"), text) + "\n```"
