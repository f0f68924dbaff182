"""What goes over the wire to a mail server, without a book around it."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from kakosheet.core.issues import KakosheetError
from kakosheet.notify import smtp
from kakosheet.notify.mail import mail
from kakosheet.notify.model import Digest, Person
from kakosheet.notify.wording import Message
from tests.notify.conftest import PATIENCE

TEXT = "Jürgen: 订单\n.\n..two dots\nEnd\n"


class Keeper:
    """Keeps what it takes, as bytes."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        content = envelope.content
        self.taken.append(content if isinstance(content, bytes) else content.encode("ascii"))
        return "250 OK"


@pytest.fixture(params=[False, True], ids=["eight bits", "seven bits"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[Keeper, int]]:
    keeper = Keeper()

    class Server(Controller):
        def factory(self) -> SMTP:
            return SMTP(
                self.handler,
                decode_data=request.param,
                auth_require_tls=False,
                authenticator=lambda *_: AuthResult(success=True),
            )

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = Server(keeper, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE)
    running.start()
    yield keeper, port
    running.stop()


def test_a_password_that_cannot_be_told_is_no_crash(server: tuple[Keeper, int]) -> None:
    with (
        pytest.raises(KakosheetError, match="a letter that it cannot be told") as caught,
        smtp.session(
            smtp.Account("127.0.0.1", server[1], "me@example.com", "CANARYü", "me@example.com", security="none")
        ),
    ):
        pass
    assert "CANARY" not in str(caught.value)


def test_every_letter_arrives_whatever_the_server_can_carry(server: tuple[Keeper, int]) -> None:
    keeper, port = server
    account = smtp.Account("127.0.0.1", port, sender="me@example.com", security="none")
    digest = Digest(Person("Jürgen", "j@example.com"), date(2026, 11, 24), ())
    made = mail(
        digest,
        Message("Für dich", TEXT, TEXT),
        sender="me@example.com",
        at=datetime(2026, 11, 24, tzinfo=UTC),
        name="0" * 32,
    )
    handed: list[int] = []
    with smtp.session(account) as session:
        assert (
            smtp.deliver(session, account, made, "j@example.com", lambda: handed.append(len(keeper.taken))).state
            == "sent"
        )
    read = email.message_from_bytes(keeper.taken[0], policy=email.policy.default)
    assert (read["Subject"], read.get_content().replace("\r\n", "\n")) == ("Für dich", TEXT)
    assert handed == [0], "noted before the server has it"
