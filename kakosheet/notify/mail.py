"""A digest as a mail (RFC 5322): one recipient, plain text, headers that nothing from the book can add to."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from kakosheet.core.issues import KakosheetError
from kakosheet.notify.literal import UNSEEN
from kakosheet.notify.model import Digest, one_line
from kakosheet.notify.people import is_email
from kakosheet.notify.wording import Message

MARK = "X-Kakosheet-Digest"
"""The header that tells a mail of ours."""


def digest_name(book_id: str, digest: Digest, channel: str = "mail") -> str:
    """Thirty-two hexadecimal digits for what one person is told on one day by one channel: the same in every run."""
    parts = (book_id, digest.day.isoformat(), digest.person.name.casefold(), channel)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def mail(digest: Digest, message: Message, *, sender: str, at: datetime, name: str) -> EmailMessage:
    """The mail to the digest's person; `name` makes its Message-ID. Without an address on either side that header is
    left out.

    KakosheetError K802 for an address that is none: a text with a line end never becomes a header.
    """
    to = digest.person.email
    for address in (sender, to):
        if address and not is_email(address):
            raise KakosheetError(
                "K802", f'"{one_line(address, 80)}" is no mail address', "write it like wei@example.com"
            )
    made = EmailMessage(policy=SMTP)
    made["From"] = (
        Address("kakosheet", addr_spec=sender)
        if sender
        else Address("kakosheet", addr_spec=to)
        if to
        else "undisclosed:;"
    )
    if to:
        made["To"] = Address(_unencoded(digest.person.name), addr_spec=to)
    made["Subject"] = _unencoded(one_line(message.subject, 150))
    made["Date"] = at
    made["Message-ID"] = f"<{name}@kakosheet>"
    made["Auto-Submitted"] = "auto-generated"
    made[MARK] = digest.day.isoformat()
    made.set_content(message.text.encode("utf-8", "replace").decode("utf-8"))
    return made


def _unencoded(text: str) -> str:
    """A text for a header in which nothing is taken for an encoded word (RFC 2047): decoded, that could hold a line end
    and then a header."""
    return text.replace("=?", f"={UNSEEN}?")
