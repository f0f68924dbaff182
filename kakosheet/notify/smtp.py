"""Mail by SMTP (RFC 5321). The account comes from the environment or the keyring, never from the workbook.

KAKOSHEET_SMTP_HOST, _PORT (587), _USER, _PASSWORD (or the keyring's, service kakosheet-smtp), _FROM (the user, if that
is an address), _TO (the address of a book without People), _TLS: starttls, tls or none (by the port; none only on this
computer unless it is asked for).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.notify.outcome import Delivery
from kakosheet.notify.people import is_email
from kakosheet.notify.secrets import from_keyring

_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_HERE = ("localhost", "127.0.0.1", "::1")
_SECONDS = 30.0
_SECURITY = ("starttls", "tls", "none")


@dataclass(frozen=True, slots=True)
class Account:
    """A way into a mail server. `to` is where reminders of nobody in particular go."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    to: str = ""
    security: str = "starttls"


def account(env: Mapping[str, str]) -> Account | None:
    """The account that the environment names, None if it names none. KakosheetError K802 for what cannot be used."""
    host = env.get("KAKOSHEET_SMTP_HOST", "").strip()
    if not host:
        return None
    port_text, user = env.get("KAKOSHEET_SMTP_PORT", "").strip() or "587", env.get("KAKOSHEET_SMTP_USER", "").strip()
    sender = env.get("KAKOSHEET_SMTP_FROM", "").strip() or (user if is_email(user) else "")
    to = env.get("KAKOSHEET_SMTP_TO", "").strip() or sender
    port = int(port_text) if port_text.isdecimal() and int(port_text) < 65_536 else 0
    security = env.get("KAKOSHEET_SMTP_TLS", "").strip().lower() or (
        "tls" if port == 465 else "none" if host in _HERE else "starttls"
    )
    if not _HOST.fullmatch(host) or not port:
        raise _wrong(
            "KAKOSHEET_SMTP_HOST or KAKOSHEET_SMTP_PORT names no mail server",
            "write them like mail.example.com and 587",
        )
    if security not in _SECURITY:
        raise _wrong("KAKOSHEET_SMTP_TLS is none of the choices", f"write one of: {', '.join(_SECURITY)}")
    if not is_email(sender) or not is_email(to):
        raise _wrong(
            "there is no address to send from",
            "set KAKOSHEET_SMTP_FROM (and KAKOSHEET_SMTP_TO) to an address like me@example.com",
        )
    password = env.get("KAKOSHEET_SMTP_PASSWORD", "") or (from_keyring("kakosheet-smtp", user) if user else "")
    if user and not password:
        raise _wrong(
            "there is no password for the mail server",
            "set KAKOSHEET_SMTP_PASSWORD, or keep it: keyring set kakosheet-smtp USER",
        )
    if password and security == "none" and host not in _HERE:
        raise _wrong("the password would cross the net unprotected", "set KAKOSHEET_SMTP_TLS to starttls or tls")
    return Account(host, port, user, password, sender, to, security)


@contextmanager
def session(one: Account) -> Iterator[smtplib.SMTP]:
    """A connection that is ready to send. KakosheetError K801 if there is none to be had; no secret is in its text."""
    try:
        server = _connect(one)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise KakosheetError(
            "K801",
            f"the mail server {one.host} cannot be used: {_told(error)}",
            "check KAKOSHEET_SMTP_HOST, _PORT, _USER and the password",
        ) from None
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _connect(one: Account) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if one.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(one.host, one.port, timeout=_SECONDS, context=context)
    else:
        server = smtplib.SMTP(one.host, one.port, timeout=_SECONDS)
    try:
        if one.security == "starttls":
            server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        if one.user:
            server.login(one.user, one.password)
    except BaseException:
        server.close()
        raise
    return server


def is_gone(server: smtplib.SMTP) -> bool:
    """Whether the connection has ended."""
    return server.sock is None


def deliver(
    server: smtplib.SMTP, one: Account, message: EmailMessage, to: str, handing: Callable[[], None]
) -> Delivery:
    """Send one mail to one address, in seven bits where the server knows no eight (RFC 6152).

    `handing` is called when all but the last line has gone: until then the server cannot have taken it.
    RFC 5321 4.1.1.4: a server must not deliver before it has seen the end of the data.
    """
    handed = False
    try:
        server.rset()
        wide = server.has_extn("8bitmime")
        body = re.sub(
            rb"(?m)^\.", b"..", message.as_bytes(policy=message.policy.clone(cte_type="8bit" if wide else "7bit"))
        )
        options = ["BODY=8BITMIME"] if wide else []
        for (code, reply), good in (
            (server.mail(one.sender, options), (250,)),
            (server.rcpt(to), (250, 251)),
            (server.docmd("DATA"), (354,)),
        ):
            if code not in good:
                return Delivery.failed(f"the mail server answered {code}")
            del reply
        server.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        handing()
        handed = True
        server.send(b".\r\n")
        code, _ = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Delivery.unsure(_told(error)) if handed else Delivery.failed(_told(error))
    return Delivery.sent() if code == 250 else Delivery.failed(f"the mail server answered {code}")


def _told(error: Exception) -> str:
    """What happened, without anything that the other side or the library quotes."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "user or password is refused"
    if isinstance(error, UnicodeError):
        return "user or password has a letter that it cannot be told"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, ssl.SSLError):
        return "no protected connection can be made"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it offers no protected connection or no login"
    return "the connection failed"


def _wrong(message: str, hint: str) -> KakosheetError:
    return KakosheetError("K802", message, hint, exit_code=EXIT_USAGE)
