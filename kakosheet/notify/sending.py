"""Sending a day's digests by every way that is set up, each noted before and after, so that nobody is told twice and nobody is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime

from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.titles import fold
from kakosheet.notify import gateways, smtp
from kakosheet.notify.digests import Told
from kakosheet.notify.mail import digest_name, mail
from kakosheet.notify.model import Digest, OpenDate, Person
from kakosheet.notify.outcome import Outcome
from kakosheet.notify.sent import FAILED, HANDING, SENT, TRYING, Record
from kakosheet.notify.wording import Message

Write = Callable[[Digest], Message]
Build = Callable[[Told], list[Digest]]
"""Makes the day's digests from what each person was told before."""
Deliver = Callable[[Digest, Message, Callable[[], None]], Outcome]


@dataclass(frozen=True, slots=True)
class Ways:
    """What is set up: one mail account at most, and gateways."""

    account: smtp.Account | None
    gateways: tuple[gateways.Gateway, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one digest on one channel: sent, failed, unsure, or no_address (`channel` "")."""

    who: str
    channel: str
    state: str
    reason: str = ""
    told: int = field(default=0)


def ways(env: Mapping[str, str]) -> Ways:
    """What the environment (or keyring) sets up. KakosheetError K802 if there is nothing, or something that may not be used."""
    found = Ways(smtp.account(env), tuple(gateways.gateways(env)))
    if found.account is None and not found.gateways:
        raise KakosheetError("K802", "no way to send is set up", "set KAKOSHEET_SMTP_HOST and KAKOSHEET_SMTP_FROM, or KAKOSHEET_NOTIFY_URLS",
                             exit_code=EXIT_USAGE)
    if found.gateways:
        gateways.load()
    return found


def send(found: Ways, record: Record, build: Build, write: Write, *, book_id: str, now: datetime) -> list[Sent]:
    """Send what is new to everybody who can be reached; who cannot is named."""
    done: list[Sent] = []
    reached: set[str] = set()
    if found.account is not None:
        done += _by_mail(found.account, record, build, write, book_id, now, reached)
    for gateway in found.gateways:
        def serve(digest: Digest, message: Message, handing: Callable[[], None], gateway: gateways.Gateway = gateway) -> Outcome:
            return gateways.deliver(gateway, digest.person, message.subject, message.short, handing)
        served = [one for one in _news(record, build, gateway.channel, now.date()) if gateway.serves(one.person)]
        reached.update(fold(one.person.name) for one in served)
        done += [_one(record, one, gateway.channel, write, serve) for one in _left(record, served, gateway.channel)]
    everybody = build(lambda person, one: None)
    done += [Sent(one.person.name, "", "no_address", one.person.wrong) for one in everybody
             if fold(one.person.name) not in reached and not _can_reach(found, one.person)]
    return done


def _can_reach(found: Ways, person: Person) -> bool:
    by_mail = found.account is not None and bool(person.email or not person.name)
    return by_mail or any(gateway.serves(person) for gateway in found.gateways)


def _by_mail(account: smtp.Account, record: Record, build: Build, write: Write, book_id: str, now: datetime, reached: set[str]) -> list[Sent]:
    """All mails over one connection, which is opened only if there is something to send, and again if the server closes it."""
    found = [one if one.person.name else one._replace(person=one.person._replace(email=account.to))
             for one in _news(record, build, "mail", now.date())]
    served = [one for one in found if one.person.email]
    reached.update(fold(one.person.name) for one in served)
    left = _left(record, served, "mail")
    unsure = [one for one in left if record.state(one, "mail") == HANDING]
    if len(unsure) == len(left):
        return [_unsure(one, "mail") for one in unsure]
    with ExitStack() as stack:
        try:
            server = stack.enter_context(smtp.session(account))
        except KakosheetError as error:
            return [Sent(one.person.name, "mail", "failed", error.message) for one in left]

        def post(digest: Digest, message: Message, handing: Callable[[], None]) -> Outcome:
            nonlocal server
            made = mail(digest, message, sender=account.sender, at=now, name=digest_name(book_id, digest))
            outcome = smtp.deliver(server, account, made, digest.person.email, handing)
            if outcome.state != "failed" or not smtp.is_gone(server):
                return outcome
            try:  # Some servers take only so many mails by one connection.
                server = stack.enter_context(smtp.session(account))
            except KakosheetError:
                return outcome
            return smtp.deliver(server, account, made, digest.person.email, handing)
        return [_one(record, one, "mail", write, post) for one in left]


def _news(record: Record, build: Build, channel: str, today: date) -> list[Digest]:
    def told(person: Person, one: OpenDate) -> int | None:
        return record.told(person, one, channel, today)
    return build(told)


def _left(record: Record, digests: Sequence[Digest], channel: str) -> list[Digest]:
    """Those that have not gone today: a person gets one digest a day, what is new since then waits until tomorrow."""
    return [one for one in digests if record.state(one, channel) != SENT]


def _one(record: Record, digest: Digest, channel: str, write: Write, deliver: Deliver) -> Sent:
    """Note, hand over, note: what a killed run leaves behind tells the next one what to do."""
    if record.state(digest, channel) == HANDING:
        return _unsure(digest, channel)
    record.note(digest, channel, TRYING)
    outcome = deliver(digest, write(digest), lambda: record.note(digest, channel, HANDING))
    if outcome.state != "unsure":
        record.note(digest, channel, SENT if outcome.state == "sent" else FAILED)
    return Sent(digest.person.name, channel, outcome.state, outcome.reason, len(digest.news))


def _unsure(digest: Digest, channel: str) -> Sent:
    return Sent(digest.person.name, channel, "unsure", "an earlier run was cut off while handing it over")
