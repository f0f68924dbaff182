"""Start: what is urgent, how much there is to do, how the workbook is used, and the way to every sheet."""

from kakosheet.sheets.start.columns import SHEET
from kakosheet.sheets.start.counts import handling, prevention, review
from kakosheet.sheets.start.next_dates import days_left, next_dates, state
from kakosheet.sheets.start.tiles import due_soon, notes, open_disputes, other_tiles, overdue, refreshed

__all__ = [
    "SHEET",
    "days_left",
    "due_soon",
    "handling",
    "next_dates",
    "notes",
    "open_disputes",
    "other_tiles",
    "overdue",
    "prevention",
    "refreshed",
    "review",
    "state",
]
