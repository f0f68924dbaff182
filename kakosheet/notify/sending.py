"""Sending a day's digests by every way that is set up, each noted before and after, so that nobody is told twice and
nobody is left out."""

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
from kakosheet.notify.outcome import Delivery
from kakosheet.notify.sent import FAILED, HANDING, SENT, TRYING, SentLog
from kakosheet.notify.wording import Message, told_by

Write = Callable[[Digest], Message]
Build = Callable[[Told], list[Digest]]
"""Makes the day's digests from what each person was told before."""
Deliver = Callable[[Digest, Callable[[], None]], tuple[Delivery, Digest]]
"""Hands a digest over; how that ended, and what is told by it."""


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
    """What the environment (or keyring) sets up. KakosheetError K802 if there is nothing, or something that may not be
    used."""
    found = Ways(smtp.account(env), tuple(gateways.gateways(env)))
    if found.account is None and not found.gateways:
        raise KakosheetError(
            "K802",
            "no way to send is set up",
            "set KAKOSHEET_SMTP_HOST and KAKOSHEET_SMTP_FROM, or KAKOSHEET_NOTIFY_URLS",
            exit_code=EXIT_USAGE,
        )
    if found.gateways:
        gateways.load()
    return found


def send(found: Ways, record: SentLog, build: Build, write: Write, *, book_id: str, now: datetime) -> list[Sent]:
    """Send what is new to everybody who can be reached; who cannot is named."""
    done: list[Sent] = []
    reached: set[str] = set()
    if found.account is not None:
        done += _by_mail(found.account, record, build, write, book_id, now, reached)
    for gateway in found.gateways:

        def serve(
            digest: Digest, handing: Callable[[], None], gateway: gateways.Gateway = gateway
        ) -> tuple[Delivery, Digest]:
            return _by_gateway(gateway, record, digest, write, handing)

        served = [one for one in _news(record, build, gateway.channel, now.date()) if gateway.serves(one.person)]
        reached.update(fold(one.person.name) for one in served)
        done += [_one(record, one, gateway.channel, serve) for one in _left(record, served, gateway.channel)]
    everybody = build(lambda person, one: None)
    done += [
        Sent(one.person.name, "", "no_address", one.person.wrong)
        for one in everybody
        if fold(one.person.name) not in reached and not _can_reach(found, one.person)
    ]
    return done


def _can_reach(found: Ways, person: Person) -> bool:
    by_mail = found.account is not None and bool(person.email or not person.name)
    return by_mail or any(gateway.serves(person) for gateway in found.gateways)


def _by_mail(
    account: smtp.Account, record: SentLog, build: Build, write: Write, book_id: str, now: datetime, reached: set[str]
) -> list[Sent]:
    """All mails over one connection, which is opened only if there is something to send, and again if the server closes
    it."""
    found = [
        one if one.person.name else one._replace(person=one.person._replace(email=account.to))
        for one in _news(record, build, "mail", now.date())
    ]
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

        def post(digest: Digest, handing: Callable[[], None]) -> tuple[Delivery, Digest]:
            nonlocal server
            made = mail(digest, write(digest), sender=account.sender, at=now, name=digest_name(book_id, digest))
            outcome = smtp.deliver(server, account, made, digest.person.email, handing)
            if outcome.state != "failed" or not smtp.is_gone(server):
                return _all_or_none(outcome, digest)
            try:  # Some servers take only so many mails by one connection.
                server = stack.enter_context(smtp.session(account))
            except KakosheetError:
                return _all_or_none(outcome, digest)
            return _all_or_none(smtp.deliver(server, account, made, digest.person.email, handing), digest)

        return [_one(record, one, "mail", post) for one in left]


def _all_or_none(outcome: Delivery, digest: Digest) -> tuple[Delivery, Digest]:
    return outcome, digest if outcome.state == "sent" else digest._replace(news=())


def _by_gateway(
    gateway: gateways.Gateway, record: SentLog, digest: Digest, write: Write, handing: Callable[[], None]
) -> tuple[Delivery, Digest]:
    """Message after message until all is told, one is not taken, or the person got as many as a day may bring.

    What a part tells counts as told once it was taken, and nothing before.
    """
    left, outcome, taken = _new_first(record, digest, gateway.channel), Delivery.sent(), 0
    while left.news and outcome.state == "sent" and taken < gateways.MOST_PARTS:
        message, complete = write(left), 0

        def accepted(lines: int, left: Digest = left) -> None:
            nonlocal complete, taken
            complete, taken = lines, taken + 1
            record.note_part(told_by(left, lines)[0], gateway.channel)

        outcome = gateways.deliver(
            gateway, digest.person, message.subject, message.short, handing, accepted, gateways.MOST_PARTS - taken
        )
        left = told_by(left, complete)[1]
    told = digest._replace(news=tuple(one for one in digest.news if one not in left.news))
    if left.news and outcome.state == "sent":
        return Delivery("sent", f"{len(left.news)} more wait until tomorrow"), told
    return outcome, told


def _new_first(record: SentLog, digest: Digest, channel: str) -> Digest:
    """What was never told first, where not all may find room: else it would wait behind what is told again, day after
    day."""
    if len(digest.news) <= gateways.MOST_PARTS:
        return digest
    return digest._replace(
        news=tuple(
            sorted(digest.news, key=lambda one: record.told(digest.person, one.date, channel, digest.day) is not None)
        )
    )


def _news(record: SentLog, build: Build, channel: str, today: date) -> list[Digest]:
    def told(person: Person, one: OpenDate) -> int | None:
        return record.told(person, one, channel, today)

    return build(told)


def _left(record: SentLog, digests: Sequence[Digest], channel: str) -> list[Digest]:
    """Those that have not gone today: a person gets one digest a day, what is new since then waits until tomorrow."""
    return [one for one in digests if record.state(one, channel) != SENT]


def _one(record: SentLog, digest: Digest, channel: str, deliver: Deliver) -> Sent:
    """Note, hand over, note: what a killed run leaves behind tells the next one what to do."""
    if record.state(digest, channel) == HANDING:
        return _unsure(digest, channel)
    record.note(digest, channel, TRYING)
    outcome, told = deliver(digest, lambda: record.note(digest, channel, HANDING))
    if outcome.state != "unsure":
        record.note(told, channel, SENT if outcome.state == "sent" else FAILED)
    return Sent(digest.person.name, channel, outcome.state, outcome.reason, len(told.news))


def _unsure(digest: Digest, channel: str) -> Sent:
    return Sent(digest.person.name, channel, "unsure", "an earlier run was cut off while handing it over")
