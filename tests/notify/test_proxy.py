"""A proxy is the way, not the destination: it may stand in the own network, what is called through it may not."""

from __future__ import annotations

import socket

import pytest

from kakosheet.notify import gateways
from kakosheet.notify.model import Person
from tests.notify.conftest import Gateway

PUBLIC = "93.184.216.34"


@pytest.fixture
def by_proxy(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """The gateway of this test as proxy of the environment."""
    for name in ("NO_PROXY", "ALL_PROXY", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{gateway.port}")
    return gateway


def deliver(url: str, private: bool = False) -> gateways.Outcome:
    one = gateways.Gateway("json-1", url.partition(":")[0], url, private=private)
    return gateways.deliver(one, Person("Ana"), "subject", "text", lambda: None)


@pytest.mark.parametrize("host", [PUBLIC, f"{PUBLIC}:8080", "gateway.example.invalid"])
def test_a_proxy_in_the_own_network_takes_what_goes_to_the_internet(by_proxy: Gateway, host: str) -> None:
    assert deliver(f"json://{host}/hook").state == "sent"
    assert by_proxy.paths == [f"http://{host}/hook"]


def test_a_proxy_takes_protected_connections_too(by_proxy: Gateway) -> None:
    outcome = deliver(f"jsons://{PUBLIC}/hook")  # this proxy answers 502
    assert by_proxy.paths == [f"{PUBLIC}:443"]
    assert (outcome.state, outcome.reason) == ("failed", "the message was not taken")


@pytest.mark.parametrize(
    "written",
    [
        "127.0.0.1:{port}",
        "localhost:{port}",
        "LOCALHOST",
        "10.0.0.5",
        "[::1]",
        "[::ffff:10.0.0.5]",
        "169.254.169.254",
        "127.1",
        "2130706433",
        "router",
        "printer.local",
        "vault.internal",
        "nas.home.arpa",
        "a.b.lan",
        "x.localhost",
    ],
)
@pytest.mark.parametrize("scheme", ["json", "jsons"])
def test_what_lies_in_the_own_network_is_refused_beyond_a_proxy_too(
    by_proxy: Gateway, scheme: str, written: str
) -> None:
    outcome = deliver(f"{scheme}://{written.format(port=by_proxy.port)}/hook")
    assert outcome.state == "failed"
    assert by_proxy.paths == []
    assert "own network" in outcome.reason or written == "127.1", "which is no host to Apprise"


def test_what_is_allowed_goes_by_the_proxy_wherever_it_lies(by_proxy: Gateway) -> None:
    assert deliver("json://10.0.0.5/hook", private=True).state == "sent"
    assert by_proxy.paths == ["http://10.0.0.5/hook"]


def test_the_way_of_one_request_opens_nothing_for_the_next(by_proxy: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    assert deliver(f"json://{PUBLIC}/hook").state == "sent"
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    outcome = deliver(f"json://127.0.0.1:{by_proxy.port}/straight")
    assert outcome.state == "failed" and "own network" in outcome.reason
    assert len(by_proxy.paths) == 1


def test_a_name_of_the_own_network_is_refused_by_its_address(
    by_proxy: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = socket.getaddrinfo

    def known(host: object, *args: object, **options: object) -> object:
        return found("10.0.0.5" if host == "intern.example.com" else host, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", known)
    assert "own network" in deliver("json://intern.example.com/hook").reason
    assert by_proxy.paths == []


def test_a_url_is_judged_alike_with_a_proxy_when_it_is_read(by_proxy: Gateway) -> None:
    assert len(gateways.gateways({"KAKOSHEET_NOTIFY_URLS": f"json://{PUBLIC}/hook"})) == 1
    with pytest.raises(gateways.KakosheetError, match="own network"):
        gateways.gateways({"KAKOSHEET_NOTIFY_URLS": f"json://127.0.0.1:{by_proxy.port}/hook"})
