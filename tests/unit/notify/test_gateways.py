"""Which gateways may be used, and that their keys are never shown."""

from __future__ import annotations

import pytest

from kakosheet.core.issues import KakosheetError
from kakosheet.notify import gateways, smtp
from kakosheet.notify.model import Person
from kakosheet.notify.sending import ways

ALLOW = {"KAKOSHEET_ALLOW_PRIVATE": "1"}


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "fec0::1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::7f00:1",
        "3fff::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
    ],
)
def test_addresses_of_the_own_network_are_known(address: str) -> None:
    assert not gateways.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses_are_known(address: str) -> None:
    assert gateways.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "mailto://me:pass@example.com?to=a@b.c%0aBcc:d@e.f",
        "mailtos://x@y.z",
        "syslog://",
        "dbus://",
        "windows://",
        "macosx://",
        "http://example.com",
        "https://example.com/x",
        "mqtt://example.com",
        "irc://example.com",
        "rsyslog://example.com",
        "javascript:alert(1)",
        "example.com",
        "exec://rm",
        "smpp://x",
        "json//x",
    ],
)
def test_unknown_schemes_are_refused(url: str) -> None:
    with pytest.raises(KakosheetError, match="K802") as caught:
        gateways.gateways({"KAKOSHEET_NOTIFY_URLS": url, **ALLOW})
    assert caught.value.exit_code == 2
    assert "pass" not in caught.value.message


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8080",
        "localhost",
        "[::1]:8080",
        "169.254.169.254/latest/meta-data",
        "10.0.0.1",
        "user:CANARY@192.168.0.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f000001",
    ],
)
@pytest.mark.parametrize("scheme", ["json", "forms", "xml", "gotify", "ntfys"])
def test_private_addresses_are_refused_unless_allowed(scheme: str, host: str) -> None:
    env = {"KAKOSHEET_NOTIFY_URLS": f"{scheme}://{host}"}
    with pytest.raises(KakosheetError, match="own network") as caught:
        gateways.gateways(env)
    assert "CANARY" not in str(caught.value)
    assert len(gateways.gateways(env | ALLOW)) == 1


def test_several_urls_names_and_phones() -> None:
    text = (
        "tgram://123:abc/42\nLi%20Wei=slack://T/B/X/%23a,b  Jo=twilio://sid:token@+4912345/{phone}, tgram://123:abc/42"
    )
    found = gateways.gateways({"KAKOSHEET_NOTIFY_URLS": text})
    assert [(one.scheme, one.only) for one in found] == [("tgram", ""), ("slack", "Li Wei"), ("twilio", "Jo")]
    wei, jo = Person("li wei"), Person("Jo", phone="+491701234567")
    assert [one.serves(wei) for one in found] == [True, True, False]
    assert [one.serves(jo) for one in found] == [True, False, True]
    assert not found[2].serves(Person("Jo", email="jo@example.com"))


def test_no_repr_shows_a_key() -> None:
    (one,) = gateways.gateways({"KAKOSHEET_NOTIFY_URLS": "tgram://CANARY/42"})
    account = smtp.account(
        {
            "KAKOSHEET_SMTP_HOST": "mail.example.com",
            "KAKOSHEET_SMTP_USER": "me@example.com",
            "KAKOSHEET_SMTP_PASSWORD": "CANARY",
        }
    )
    assert "CANARY" not in repr(one) + one.channel + repr(account)


def test_nothing_set_up_is_a_mistake_of_usage() -> None:
    with pytest.raises(KakosheetError, match="no way to send") as caught:
        ways({})
    assert caught.value.exit_code == 2


HOST = {"KAKOSHEET_SMTP_HOST": "mail.example.com", "KAKOSHEET_SMTP_FROM": "me@example.com"}


@pytest.mark.parametrize(
    "env",
    [
        HOST | {"KAKOSHEET_SMTP_HOST": "mail.example.com\r\nX"},
        HOST | {"KAKOSHEET_SMTP_PORT": "99999"},
        HOST | {"KAKOSHEET_SMTP_PORT": "x"},
        HOST | {"KAKOSHEET_SMTP_FROM": "me@example.com\nBcc: x@y.z"},
        HOST | {"KAKOSHEET_SMTP_TO": "a@b.c,d@e.f"},
        HOST | {"KAKOSHEET_SMTP_TLS": "maybe"},
        HOST | {"KAKOSHEET_SMTP_USER": "me"},
        HOST | {"KAKOSHEET_SMTP_USER": "me", "KAKOSHEET_SMTP_PASSWORD": "CANARY", "KAKOSHEET_SMTP_TLS": "none"},
    ],
)
def test_an_account_that_cannot_be_used_is_refused(env: dict[str, str]) -> None:
    with pytest.raises(KakosheetError, match="K802") as caught:
        smtp.account(env)
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(
    ("more", "security"),
    [
        ({}, "starttls"),
        ({"KAKOSHEET_SMTP_PORT": "465"}, "tls"),
        ({"KAKOSHEET_SMTP_HOST": "127.0.0.1"}, "none"),
        ({"KAKOSHEET_SMTP_TLS": "none"}, "none"),
    ],
)
def test_the_connection_is_protected_by_default(more: dict[str, str], security: str) -> None:
    found = smtp.account(HOST | more)
    assert found is not None
    assert found.security == security


def test_a_password_may_come_from_the_keyring(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    kept = {("kakosheet-smtp", "me@example.com"): "secret", ("kakosheet", "notify-urls"): "tgram://1:a/2"}
    monkeypatch.setitem(
        __import__("sys").modules,
        "keyring",
        SimpleNamespace(get_password=lambda service, user: kept.get((service, user))),
    )
    found = smtp.account(HOST | {"KAKOSHEET_SMTP_USER": "me@example.com"})
    assert found is not None
    assert found.password == "secret"
    assert [one.scheme for one in gateways.gateways({})] == ["tgram"]
