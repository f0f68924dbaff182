"""What is secret and what is not among our settings; and what the system's keyring keeps for us, where the package
`keyring` is installed."""

from __future__ import annotations

from importlib import import_module

OPEN = (
    "KAKOSHEET_SMTP_HOST",
    "KAKOSHEET_SMTP_PORT",
    "KAKOSHEET_SMTP_USER",
    "KAKOSHEET_SMTP_FROM",
    "KAKOSHEET_SMTP_TO",
    "KAKOSHEET_SMTP_TLS",
    "KAKOSHEET_ALLOW_PRIVATE",
)
"""Settings in the environment that anybody may see."""
SECRET = ("KAKOSHEET_SMTP_PASSWORD", "KAKOSHEET_NOTIFY_URLS")
"""Those that nobody may see."""


def from_keyring(service: str, user: str) -> str:
    """The secret of that service and user, "" if there is none or no keyring."""
    try:
        found = import_module("keyring").get_password(service, user)
    except Exception:  # A keyring without a session, or locked, fails in many ways; all mean that there is none.
        return ""
    return found if isinstance(found, str) else ""
