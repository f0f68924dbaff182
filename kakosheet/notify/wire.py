"""What goes over the wire to a gateway: only to the open internet, announced before it goes, never redirected, its
answer read.

A proxy of the environment (HTTPS_PROXY and the like) is the way to a destination and may stand in the own network. The
destination is judged as the URL has it: by its addresses where this computer knows them, else by its name.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kakosheet.notify.answers import declines

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_INTERNET = ipaddress.ip_network("2000::/3")
"""All global unicast addresses that are in use (RFC 4291, IANA); what lies outside is local, translated, or an old way
to write an IPv4 address."""
_DOCUMENTED = ipaddress.ip_network("3fff::/20")
_INNER_NAME = re.compile(
    r"(?:[^.:]+|.*\.(?:localhost|local|internal|intranet|lan|home|corp|private|home\.arpa))\.?", re.IGNORECASE
)
"""Names of the own network: of one label, or below a domain that the internet does not have (RFC 6761, 6762, 8375;
ICANN's name collisions)."""

Resolve = Callable[..., Any]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also one wrapped in IPv6 (mapped, 6to4, NAT64)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = (
            ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        )
        if inner is not None:
            return is_public(str(inner))
        if ip not in _INTERNET or ip in _DOCUMENTED:
            return False
    return ip.is_global and not ip.is_multicast


def is_inner(url: str, resolve: Resolve = socket.getaddrinfo) -> bool | None:
    """Whether the host of a URL has an address of the own network; None if it has no address that this computer
    knows."""
    try:
        host = urlsplit(url).hostname or ""
        found = {str(info[4][0]) for info in resolve(host, None)} if host else set()
    except (OSError, ValueError):  # UnicodeError is a ValueError.
        found = set()
    return any(not is_public(address) for address in found) if found else None


@dataclass
class Seen:
    """What happened on the wire: an address of the own network was refused; an answer never came; the answer was no."""

    refused: bool = False
    lost: bool = False
    declined: bool = False


@contextmanager
def watched(scheme: str, private: bool, handing: Callable[[], None]) -> Iterator[Seen]:
    """While it holds, requests reach public destinations only (all if `private`), are announced by `handing` and not
    redirected."""
    import requests

    seen, ways, resolve, send = Seen(), set[str](), socket.getaddrinfo, requests.Session.send

    def resolved(host: Any, *args: Any, **options: Any) -> Any:
        found = resolve(host, *args, **options)
        if not private and _name(host) not in ways and any(not is_public(str(info[4][0])) for info in found):
            seen.refused = True
            raise OSError("an address inside the own network")
        return found

    def sent(session: Any, request: Any, **options: Any) -> Any:
        way = _proxy(session, request, options)
        if way and not private and _leads_inside(request.url, resolve):
            seen.refused = True
            raise requests.exceptions.ConnectionError("an address inside the own network")
        ways.clear()
        ways.update({way} - {""})
        handing()
        try:
            answer = send(session, request, **{**options, "allow_redirects": False})
        except requests.exceptions.RequestException as error:
            seen.lost = seen.lost or (not seen.refused and _is_lost(error))
            raise
        seen.declined = seen.declined or declines(scheme, answer.content)
        return answer

    socket.getaddrinfo, requests.Session.send = resolved, sent  # type: ignore[assignment, method-assign]
    try:
        yield seen
    finally:
        socket.getaddrinfo, requests.Session.send = resolve, send  # type: ignore[method-assign]


def _proxy(session: Any, request: Any, options: dict[str, Any]) -> str:
    """The name of the proxy that a request goes by, "" if it goes straight."""
    from requests.utils import prepend_scheme_if_needed, resolve_proxies, select_proxy

    proxies = (
        options["proxies"] if "proxies" in options else resolve_proxies(request, session.proxies, session.trust_env)
    )
    found = select_proxy(request.url, proxies)
    return _name(urlsplit(prepend_scheme_if_needed(found, "http")).hostname) if found else ""


def _name(host: Any) -> str:
    """A host as names are compared."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    return text.strip("[]").rstrip(".").lower()


def _leads_inside(url: str, resolve: Resolve) -> bool:
    """Whether a destination beyond a proxy, as it is written, lies in the own network."""
    known = is_inner(url, resolve)
    return _INNER_NAME.fullmatch(urlsplit(url).hostname or "") is not None if known is None else known


def _is_lost(error: Exception) -> bool:
    """Whether the other side may have got the request after all."""
    from requests.exceptions import ProxyError, SSLError
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    cause = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(error, SSLError | ProxyError) and not isinstance(
        cause, NewConnectionError | ConnectTimeoutError
    )
