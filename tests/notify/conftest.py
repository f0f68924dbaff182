"""Real servers: mail (aiosmtpd) and a gateway (HTTP) on this computer, and a book with three people."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from aiosmtpd.controller import Controller

import kakosheet

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)
PATIENCE = 300
"""Seconds that a busy machine may take for anything."""
PEOPLE = {"Li Wei": "wei@example.com", "Ana Silva": "ana@example.com, +351912345678", "Jo": "jo@example.com"}


class MailServer:
    """Keeps every mail that it took, and can end a run at any step of it."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[tuple[list[str], bytes]] = []
        self.steps: list[str] = []
        self.kill_at: tuple[str, int] | None = None
        self.victim: subprocess.Popen[str] | None = None
        self.started = threading.Event()
        self.answers: dict[str, str] = {}
        self.most_a_connection = 0

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if self.kill_at == (name, self.steps.count(name)) and self.started.wait(PATIENCE) and self.victim is not None:
            os.kill(self.victim.pid, signal.SIGKILL)
            self.victim.wait(PATIENCE)

    async def handle_RSET(self, server: Any, session: Any, envelope: Any) -> str:
        if self.most_a_connection and getattr(session, "taken", 0) >= self.most_a_connection:
            server.transport.close()
        return "250 OK"

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self._step("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self._step("RCPT")
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((list(envelope.rcpt_tos), envelope.content))
        session.taken = getattr(session, "taken", 0) + 1
        self._step("DATA")
        return "250 taken"

    @property
    def recipients(self) -> list[str]:
        return sorted(address for to, _ in self.mails for address in to)


class Gateway:
    """Keeps every message that was posted to it, and can end a run while it is at it."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.kill_at = 0
        self.takes = 1000
        self.victim: subprocess.Popen[str] | None = None
        self.started = threading.Event()
        self.status = 200
        self.location = ""
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(gateway.take(self.path, body))
                if gateway.location:
                    self.send_header("Location", gateway.location)
                self.end_headers()

            def do_CONNECT(self) -> None:
                gateway.paths.append(self.path)
                self.send_error(502)

            def do_GET(self) -> None:
                gateway.paths.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def take(self, path: str, body: bytes) -> int:
        """Keep a message if it is taken; the status to answer with."""
        self.paths.append(path)
        status = self.status if len(self.posts) < self.takes else 503
        if status == 200:
            self.posts.append(json.loads(body))
        if self.kill_at and len(self.posts) == self.kill_at and self.started.wait(PATIENCE) and self.victim is not None:
            os.kill(self.victim.pid, signal.SIGKILL)
            self.victim.wait(PATIENCE)
        return status


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    handler = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port, ready_timeout=PATIENCE)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="session")
def kept_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people, each with dates of their own, and two reminders of nobody."""
    book = tmp_path_factory.mktemp("reminding") / "orders.xlsx"
    kakosheet.new(book, today=TODAY, launcher=False)
    add_people(book, PEOPLE)
    for who, day in (
        ("Li Wei", "2026-11-25"),
        ("Ana Silva", "2026-11-24"),
        ("Ana Silva", "2026-11-27"),
        ("Jo", "2026-11-23"),
        ("", "2026-11-24"),
        ("Jo", "2027-05-01"),
    ):
        add_date(book, f"Ask {who or 'somebody'} about {day}", day, who)
    return book


@pytest.fixture
def book(kept_book: Path, tmp_path: Path) -> Path:
    target = tmp_path / "orders.xlsx"
    copyfile(kept_book, target)
    return target


def add_people(book: Path, people: dict[str, str]) -> None:
    from kakosheet.app.add import add_rows

    add_rows(
        book,
        "settings",
        [{"group": "staff", "name": name, "contact": contact} for name, contact in people.items()],
        today=TODAY,
    )


def add_date(book: Path, what: str, day: str, who: str = "") -> str:
    from kakosheet.app.add import add

    return str(add(book, "deadlines", {"what_to_do": what, "agreed_date": day, "who": who}, today=TODAY)["ids"][0])


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def run(tmp_path: Path, book: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`kakosheet ARGUMENTS` with its own state folder and nothing but `env` of KAKOSHEET_*; servers learn whom they may end."""

    def call(*arguments: str, env: dict[str, str], servers: tuple[Any, ...] = ()) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(tmp_path)),
            **env,
        }
        command = [sys.executable, "-m", "kakosheet", *arguments]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for server in servers:
            server.victim = process
            server.started.set()
        out, err = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    return call


def mail_env(smtp: MailServer, **more: str) -> dict[str, str]:
    return {
        "KAKOSHEET_SMTP_HOST": "127.0.0.1",
        "KAKOSHEET_SMTP_PORT": str(smtp.port),
        "KAKOSHEET_SMTP_FROM": "me@example.com",
        **more,
    }


def gateway_env(gateway: Gateway, **more: str) -> dict[str, str]:
    return {"KAKOSHEET_NOTIFY_URLS": f"json://127.0.0.1:{gateway.port}/hook", "KAKOSHEET_ALLOW_PRIVATE": "1", **more}
