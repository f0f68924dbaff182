"""Conversation Log: one row is one message or call, in or out."""

from kakosheet.sheets.log.columns import SHEET

__all__ = ["SHEET"]
