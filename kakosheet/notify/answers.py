"""Answers that say no although their HTTP status says yes, of services whose plugins look at the status alone. Pure.
Checked 2026-11-28."""

from __future__ import annotations

import json
from typing import Any

_CODES = {"dingtalk": "errcode", "wecombot": "errcode", "schan": "code", "pushdeer": "code", "pushdeers": "code"}
"""Where a number other than 0 means that the message was not taken."""


def declines(scheme: str, content: bytes) -> bool:
    """Whether the answer of a service says that it did not take the message. What cannot be read says nothing."""
    try:
        answer = json.loads(content)
    except ValueError:
        return False
    if not isinstance(answer, dict):
        return False
    if scheme in ("vonage", "nexmo"):
        return any(_is_other(one.get("status")) for one in answer.get("messages") or () if isinstance(one, dict))
    return _is_other(answer.get(_CODES.get(scheme, "")))


def _is_other(code: Any) -> bool:
    return code is not None and str(code) != "0"
