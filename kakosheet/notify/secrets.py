"""What the system's keyring keeps for us, where the package `keyring` is installed."""

from __future__ import annotations

from importlib import import_module


def from_keyring(service: str, user: str) -> str:
    """The secret of that service and user, "" if there is none or no keyring."""
    try:
        found = import_module("keyring").get_password(service, user)
    except Exception:  # A keyring without a session, or locked, fails in many ways; all mean that there is none.
        return ""
    return found if isinstance(found, str) else ""
