"""What can be wrong: one table of codes, the issues that people can mend, and the errors that stop the tool."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


# Exit codes of the command line.
EXIT_CLEAN, EXIT_ISSUES, EXIT_USAGE, EXIT_FILE, EXIT_LOCKED, EXIT_IO = 0, 1, 2, 3, 4, 5

CODES: dict[str, str] = {
    "K101": "The file is not a workbook.",
    "K102": "The file is an old .xls workbook or is encrypted.",
    "K103": "The workbook is protected by a digital signature that a change would break.",
    "K104": "The package is damaged.",
    "K105": "The package holds two members of one name.",
    "K106": "A part declares a DOCTYPE.",
    "K107": "The package unfolds to more than is allowed.",
    "K108": "The file is of a kind that is not supported.",
    "K109": "The file does not exist or cannot be read.",
    "K110": "The workbook was not made by kakosheet.",
    "K111": "The cell is part of an array formula, a data table or a spilled range.",
    "K112": "The cell lies inside a merged range.",
    "K113": "The workbook has no worksheet of that name.",
    "K114": "The text is not the address of a cell.",
    "K201": "A sheet of the workbook is gone.",
    "K202": "A column of the workbook is gone.",
    "K203": "Two columns claim to be the same one.",
    "K204": "A header does not say what the column is.",
    "K205": "Something stands below the table where rows are to be added.",
    "K206": "The workbook is of a newer version of kakosheet.",
    "K207": "The sheet has more rows than are supported.",
    "K208": "A row of totals stands among the rows of a table.",
    "K209": "The workbook is of an older version of kakosheet.",
    "K210": "Hidden rows or a hidden sheet were read.",
    "K211": "A sheet of the same kind was not read.",
    "K212": "The workbook has no id yet.",
    "K301": "The text is not a number.",
    "K302": "The text is not a date.",
    "K303": "The date can be read in two ways.",
    "K304": "The word is not one of the choices.",
    "K305": "The formula has no stored value yet.",
    "K306": "The formula gives an error.",
    "K307": "A required cell is empty.",
    "K308": "A computed cell was typed over.",
    "K309": "The number is out of range.",
    "K310": "The text is longer than a cell can hold.",
    "K311": "The text is not a currency code.",
    "K312": "Two dates contradict each other.",
    "K313": "A long number has lost its last digits.",
    "K314": "The text holds characters that no cell can show.",
    "K401": "The reference names no row.",
    "K402": "Two rows carry the same id.",
    "K403": "Two rows carry the same name.",
    "K404": "No exchange rate is known for the currency.",
    "K405": "An imported row contradicts what stands in the sheet.",
    "K406": "Two rows stand for one line of an order.",
    "K407": "An id is too long to be counted on from.",
    "K501": "A template cannot be read.",
    "K502": "A value in Settings cannot be read.",
    "K503": "A row in Rules cannot be read.",
    "K504": "No such profile, language or template.",
    "K601": "Rows were left out of a computation.",
    "K602": "An amount counts in another currency than it names.",
    "K603": "Live formulas lack the names that they use.",
    "K604": "A date or a verdict hangs on a cell that nobody can read.",
    "K701": "The workbook is open in another program.",
    "K702": "The workbook changed while it was being refreshed.",
    "K703": "The file could not be written.",
    "K704": "There is no backup to go back to.",
    "K705": "The output exists already.",
    "K707": "More would change than was to change.",
    "K801": "A message could not be sent.",
    "K802": "An address or a way for messages may not be used.",
    "K803": "An optional part of kakosheet is not installed.",
    "K804": "The computer's own timetable could not be changed.",
}


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that a person wrote and can mend: where it is, what is there, how to write it."""

    code: str
    message: str
    hint: str = ""
    sheet: str = ""
    cell: str = ""
    severity: Severity = Severity.ERROR

    def line(self, book: str) -> str:
        """`orders!Steps!F12: error K302: "31/02/2026" is not a date; write it like 2026-02-28`."""
        place = "!".join(part for part in (book, self.sheet, self.cell) if part)
        cure = f"; {self.hint}" if self.hint else ""
        return f"{place}: {self.severity} {self.code}: {' ⏎ '.join(self.message.splitlines())}{cure}"

    def as_dict(self) -> dict[str, str]:
        return {
            "code": self.code,
            "severity": str(self.severity),
            "sheet": self.sheet,
            "cell": self.cell,
            "message": self.message,
            "hint": self.hint,
        }


class KakosheetError(Exception):
    """What stops the tool: nothing was written. `exit_code` is the command's; `issues` are all that was found, if more
    than one."""

    def __init__(
        self, code: str, message: str, hint: str = "", *, exit_code: int | None = None, issues: tuple[Issue, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.issues = code, message, hint, issues
        self.exit_code = _EXIT_BY_KIND[code[1]] if exit_code is None else exit_code

    def __str__(self) -> str:
        cure = f"; {self.hint}" if self.hint else ""
        return f"error {self.code}: {self.message}{cure}"


_EXIT_BY_KIND = {
    "1": EXIT_FILE,
    "2": EXIT_ISSUES,
    "3": EXIT_ISSUES,
    "4": EXIT_ISSUES,
    "5": EXIT_ISSUES,
    "6": EXIT_ISSUES,
    "7": EXIT_IO,
    "8": EXIT_IO,
}
