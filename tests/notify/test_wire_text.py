"""What really goes out to each service: the text of the book as text, all of it, and in parts that count one by one."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from kakosheet.notify import gateways
from kakosheet.notify.literal import UNSEEN
from kakosheet.notify.model import Person
from kakosheet.notify.outcome import Delivery
from tests.notify.hostile import FRAGMENTS, NAMES
from tests.unit.notify.test_literal import shown as markdown

HOST = "93.184.216.34"
ANSWER = {"ok": True, "errcode": 0, "code": 0, "status": 0}
OTHER_ANSWERS = {"slack": "ok", "pushplus": {"code": 200}}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apprise waits some seconds between two requests to a service."""
    monkeypatch.setattr("apprise.url.URLBase.throttle", lambda *_, **__: None)


@contextmanager
def wire(
    answer: Callable[[int], tuple[int, Any]] = lambda nth: (200, ANSWER),
) -> Iterator[list[requests.PreparedRequest]]:
    """The requests that a plugin sends, each answered with a status and JSON."""
    found: list[requests.PreparedRequest] = []

    def send(_: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        found.append(request)
        made = requests.Response()
        made.status_code, content = answer(len(found))
        made._content = (content if isinstance(content, str) else json.dumps(content)).encode()  # type: ignore[attr-defined]
        made.request, made.url = request, str(request.url)
        return made

    kept, requests.adapters.HTTPAdapter.send = requests.adapters.HTTPAdapter.send, send  # type: ignore[method-assign]
    try:
        yield found
    finally:
        requests.adapters.HTTPAdapter.send = kept  # type: ignore[method-assign]


def deliver(url: str, text: str, subject: str = "orders: 2 dates", **more: Any) -> Delivery:
    gateway = gateways.Gateway("x", url.partition(":")[0], url, private=True)
    return gateways.deliver(gateway, Person("Ana", phone="+15551233457"), subject, text, lambda: None, **more)


def fields(request: requests.PreparedRequest) -> Any:
    """The body of a request as JSON or as a form; of one without a body the query."""
    body = (
        request.body.decode() if isinstance(request.body, bytes) else request.body or urlsplit(str(request.url)).query
    )
    try:
        return json.loads(body)
    except ValueError:
        return {key: values[0] for key, values in parse_qs(body, keep_blank_values=True).items()}


def unmarked(text: str) -> str:
    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            assert tag == "br", f"a live tag: {tag} in {text}"
            seen.append("\n")

        def handle_data(self, data: str) -> None:
            seen.append(data)

        def handle_comment(self, data: str) -> None:
            raise AssertionError(f"a comment hides {data}")

        handle_decl = unknown_decl = handle_pi = handle_comment

    seen: list[str] = []
    reader = Reader(convert_charrefs=True)
    reader.feed(text)
    reader.close()
    return "".join(seen).replace("\xa0", " ").replace(UNSEEN, "")


def telegram(text: str) -> str:
    assert not re.search(r"(?<!\w)@\w", html.unescape(text))
    return unmarked(text)


def entities(text: str) -> str:
    assert "<" not in text and ">" not in text
    return html.unescape(text).replace(UNSEEN, "")


def fenced(text: str) -> str:
    inner = text.removeprefix("```\n").removesuffix("\n```")
    assert len(inner) + 8 == len(text) and "```" not in inner
    return inner.replace(UNSEEN, "")


def chat(text: str) -> str:
    assert not re.search(r"@\w|<\w|<[@!#/]", text)
    return text.replace(UNSEEN, "")


def unchanged(text: str) -> str:
    return text


SLACK = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
DISCORD = "discord://123456789012345678/" + "a" * 64
Find, Show = Callable[[Any], str], Callable[[str], str]
SERVICES: dict[str, tuple[str, Find, Show]] = {
    "telegram": ("tgram://123456789:abcdefg_hijklmnop/12315544/", lambda f: str(f["text"]), telegram),
    "telegram, format asked for": (
        "tgram://123456789:abcdefg_hijklmnop/1/?format=markdown",
        lambda f: str(f["text"]),
        telegram,
    ),
    "discord": (DISCORD, lambda f: str(f["content"]), markdown),
    "discord, format asked for": (f"{DISCORD}?format=markdown&emojis=yes", lambda f: str(f["content"]), markdown),
    "slack": (f"slack://{SLACK}/#general", lambda f: str(f["attachments"][0]["text"]), entities),
    "slack, format asked for": (
        f"slack://{SLACK}/#general?format=markdown&footer=no",
        lambda f: str(f["attachments"][0]["text"]),
        entities,
    ),
    "slack, blocks": (
        f"slack://{SLACK}/#general?blocks=yes",
        lambda f: str(f["attachments"][0]["blocks"][0]["text"]["text"]),
        entities,
    ),
    "mattermost": (f"mmost://{HOST}/aaaaaaaaaaaaaaaaaaaaaaaaaaa", lambda f: str(f["text"]), markdown),
    "zulip": ("zulip://botname@company/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/stream", lambda f: str(f["content"]), fenced),
    "matrix": (f"matrix://user:token@{HOST}?mode=matrix", lambda f: str(f["text"]), chat),
    "matrix as slack": (
        f"matrix://user:token@{HOST}?mode=slack",
        lambda f: str(f["attachments"][0]["text"]),
        lambda text: chat(html.unescape(text)),
    ),
    "rocket.chat": (f"rocket://aaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbb@{HOST}/#room", lambda f: str(f["text"]), fenced),
    "google chat": ("gchat://workspace/key/token", lambda f: html.unescape(str(f["text"])), fenced),
    "msteams": (
        f"workflows://example.com:443/{'a' * 32}/{'b' * 43}/",
        lambda f: str(f["attachments"][0]["content"]["body"][-1]["text"]),
        markdown,
    ),
    "webex": ("webex://" + "a" * 80 + "/room", lambda f: str(f["markdown"]), markdown),
    "nextcloud": (
        f"nctalk://user:pass@{HOST}/room",
        lambda f: str(f["message"]).removeprefix("kakosheet\r\n"),
        markdown,
    ),
    "feishu": ("feishu://abcdefgh", lambda f: str(f["content"]["text"]), chat),
    "wecom": ("wecombot://aaaaaaaaaaaa", lambda f: str(f["text"]["content"]), chat),
    "dingtalk": ("dingtalk://abcdefgh", lambda f: str(f["text"]["content"]), chat),
    "line": ("line://tokentoken/U1234", lambda f: str(f["messages"][0]["text"]), chat),
    "serverchan": ("schan://12345678", lambda f: str(f["desp"]), markdown),
    "pushplus": ("pushplus://" + "a" * 32, lambda f: str(f["content"]), unmarked),
    "whatsapp": ("whatsapp://token@12345678901/15551233456", lambda f: str(f["text"]["body"]), chat),
    "threema": ("threema://*THEGWID@secretsecret12/16134442222", lambda f: str(f["text"]), chat),
    "ntfy": (f"ntfy://{HOST}/topic", lambda f: str(f["message"]), unchanged),
    "ntfy, as markdown": (f"ntfy://{HOST}/topic?format=markdown", lambda f: str(f["message"]), markdown),
    "gotify": (f"gotify://{HOST}/aaaaaaaaaaaaaaa", lambda f: str(f["message"]), unchanged),
    "gotify, as markdown": (f"gotify://{HOST}/aaaaaaaaaaaaaaa?format=markdown", lambda f: str(f["message"]), markdown),
    "pushover": ("pover://" + "u" * 30 + "@" + "t" * 30, lambda f: str(f["message"]), unchanged),
    "pushover, as html": (
        "pover://" + "u" * 30 + "@" + "t" * 30 + "?format=html",
        lambda f: str(f["message"]),
        unmarked,
    ),
    "signal": (f"signal://{HOST}/15551233456/15551233457", lambda f: str(f["message"]), unchanged),
    "json": (f"json://{HOST}/hook", lambda f: str(f["message"]), unchanged),
    "json, emojis asked for": (f"json://{HOST}/hook?emojis=yes", lambda f: str(f["message"]), unchanged),
    "sms": (
        "twilio://AC" + "a" * 32 + ":" + "b" * 32 + "@15551233456/15551233457",
        lambda f: str(f["Body"]),
        unchanged,
    ),
    "free mobile": ("freemobile://user@pass", lambda f: str(f["msg"]), unchanged),
}


def arrived(service: str, text: str, subject: str = "orders: 2 dates") -> str:
    """What people see, without the subject, of a message in one or more parts."""
    url, find, show = SERVICES[service]
    with wire() as sent:
        deliver(url, text, subject)
    texts = [
        show(find(fields(request)).replace("\r\n", "\n"))
        for request in sent
        if request.method == "POST" or request.body or "text=" in str(request.url)
    ]
    return "\n".join(texts).removeprefix(f"{subject}\n")


@pytest.mark.parametrize("service", SERVICES)
def test_every_fragment_arrives_as_text_and_hides_nothing_after_it(service: str) -> None:
    for nth in range(0, len(FRAGMENTS), 6):
        lines = [f"! 2026-11-24 · {name} · x" for name in FRAGMENTS[nth : nth + 6]]
        seen = arrived(service, "\n".join(lines))
        assert seen.replace("\n", " ").replace("  ", " ") == " ".join(lines).replace("  ", " ")


@pytest.mark.parametrize("service", SERVICES)
@settings(max_examples=12, deadline=None)
@given(names=st.lists(NAMES, min_size=1, max_size=3))
def test_any_names_arrive_as_text(service: str, names: list[str]) -> None:
    text = "\n".join(f"! 11-24 {name} ." for name in names)
    assert re.sub(r"\s+", "", arrived(service, text)) == re.sub(r"\s+", "", text)


@pytest.mark.parametrize("service", SERVICES)
def test_the_name_of_a_book_is_text_too(service: str) -> None:
    url, _, _ = SERVICES[service]
    with wire() as sent:
        deliver(url, "! x .", "<script>*b*</script> [y](http://evil.example) @everyone <@1>: one date")
    said = json.dumps([fields(request) for request in sent], ensure_ascii=False)
    if service.partition(",")[0] not in ("ntfy", "gotify", "pushover", "signal", "json", "sms", "free mobile"):
        assert not re.search(r"<script|<@1|(?<!\w)@everyone", said)
        assert "](http" not in said or SERVICES[service][2] in (telegram, unmarked, entities), (
            "where brackets are no link"
        )


def lines_of(count: int, length: int) -> list[str]:
    return [f"! {nth:03} " + "<李> " * (length // 5) + "end" for nth in range(count)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_long_message_arrives_whole_in_parts_that_the_service_can_hold(service: str) -> None:
    url, find, show = SERVICES[service]
    lines, told = lines_of(15, 120), list[int]()
    answer = OTHER_ANSWERS.get(service.partition(",")[0], ANSWER)
    with wire(lambda nth: (200, answer)) as sent:
        outcome = deliver(url, "\n".join(lines), accepted=told.append, most=100)
    texts = [show(find(fields(request)).replace("\r\n", "\n")) for request in sent]
    assert re.sub(r"\s+", "", "".join(texts)).endswith(re.sub(r"\s+", "", "".join(lines)))
    assert all(len(text.encode()) <= 4000 for text in texts)
    assert outcome.state == "sent"
    assert told == sorted(told) and told[-1] == len(lines) and len(told) == len(texts)


@pytest.mark.parametrize("more", ["", "?overflow=truncate", "?overflow=upstream", "?overflow=split"])
def test_no_line_is_cut_off_whatever_a_url_says_of_overflow(more: str) -> None:
    lines = lines_of(4, 400)
    with wire() as sent:
        assert deliver(SERVICES["sms"][0] + more, "\n".join(lines)[:1200], most=100).state == "sent"
    bodies = [fields(request)["Body"] for request in sent]
    assert all(len(body.encode()) <= 160 for body in bodies)
    assert "".join(bodies).replace("\n", "").replace(" ", "") == "\n".join(lines)[:1200].replace("\n", "").replace(
        " ", ""
    )


@pytest.mark.parametrize("accepts", [0, 1, 2, 5])
def test_a_line_is_complete_once_the_part_that_ends_it_was_taken(accepts: int) -> None:
    lines, told = [f"! {nth} {'word ' * 20}end" for nth in range(6)], list[int]()
    with wire(lambda nth: (200 if nth <= accepts else 500, ANSWER)) as sent:
        outcome = deliver(SERVICES["sms"][0], "\n".join(lines), accepted=told.append)
    assert outcome.state == "failed"
    assert len(told) == accepts and len(sent) == accepts + 1
    taken = "".join(fields(request)["Body"] for request in list(sent)[:accepts])
    assert sum(f"! {nth} " in taken and taken.count("end") > nth for nth in range(6)) == (told[-1] if told else 0)


def test_no_more_parts_than_a_day_may_bring() -> None:
    told: list[int] = []
    with wire() as sent:
        assert (
            deliver(
                SERVICES["sms"][0], "\n".join(f"! {nth} {'word ' * 20}end" for nth in range(15)), accepted=told.append
            ).state
            == "sent"
        )
    assert len(sent) == gateways.MOST_PARTS
    assert told[-1] < 15


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}),
        ("serverchan", {"code": 40001, "message": "bad key"}),
    ],
)
def test_an_answer_that_says_no_is_no_yes_whatever_its_status(service: str, answer: dict[str, Any]) -> None:
    told: list[int] = []
    with wire(lambda nth: (200, answer)):
        assert deliver(SERVICES[service][0], "! x", accepted=told.append).state == "failed"
    assert told == []


def test_an_sms_that_was_refused_counts_for_nothing() -> None:
    with wire(lambda nth: (200, {"messages": [{"status": "4", "error-text": "bad credentials"}]})):
        assert deliver("vonage://12345678:abcdefghijklmnop@15551233456/15551233457", "! x").state == "failed"
