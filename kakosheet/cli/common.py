"""What commands share: options, output, and the way from an error to an exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from kakosheet.cli.streams import Unheard, echo
from kakosheet.core.issues import EXIT_CLEAN, EXIT_ISSUES, Issue, KakosheetError, Severity

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(path_type=Path, readable=False)
"""A path as it is given: what cannot be read or written is told by whoever tries."""
book_argument = click.argument("book", type=FILE)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
today_option = click.option(
    "--today", metavar="DATE", help="Work as if it were this day (2026-02-28) or moment (2026-02-28T14:30)."
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
force_option = click.option(
    "--force", is_flag=True, help="Go on although a stale lock or an existing file stands in the way."
)


def reported(command: F) -> F:
    """Turn a KakosheetError into lines on stderr (or JSON) and its exit code; what went unheard goes on, with what was
    written."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        before = _stamps(options)
        try:
            sys.exit(_code_of(command, args, options))
        except Unheard as unheard:
            now = _stamps(options)
            unheard.written = next((name for name in before if before[name] != now[name]), "")
            raise

    return run  # type: ignore[return-value]


def _code_of(command: Callable[..., int], args: Any, options: Any) -> int:
    try:
        return command(*args, **options) or EXIT_CLEAN
    except KakosheetError as error:
        told = error
    except OSError as error:
        from kakosheet.files.snapshot import not_used

        told = not_used(error)
    _print_error(told, str(options.get("book") or ""), as_json=bool(options.get("as_json")))
    return told.exit_code


def _stamps(options: Mapping[str, Any]) -> dict[str, Any]:
    """How the files of a command stand there, by what they are called in a sentence."""
    given = [key for key in ("book", "out", "calendar") if options.get(key)]
    files = {"The book" if key == "book" else str(options[key]): options[key] for key in given}
    if not files:
        return {}
    from kakosheet.files.snapshot import stamp

    return {name: stamp(file) for name, file in files.items()}


def _print_error(error: KakosheetError, book: str, *, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "error": {"code": error.code, "message": error.message, "hint": error.hint},
                "issues": [i.as_dict() for i in error.issues],
            }
        )
        return
    name = Path(book).name
    for issue in error.issues:
        talk(issue.line(name))
    if not any(issue.code == error.code and issue.message in error.message for issue in error.issues):
        talk(f"{name}: {error}" if name and name not in error.message else str(error))
    if error.issues:
        talk("Nothing was written.")


def say(text: str, *, nl: bool = True) -> None:
    """A line of the result, on stdout."""
    echo(text, nl=nl)


def say_pieces(pieces: Iterable[str]) -> None:
    """A result that is written while it is made, in pieces that end where the text does."""
    waiting: list[str] = []
    for piece in pieces:
        waiting.append(piece)
        if len(waiting) >= 200:
            echo("".join(waiting), nl=False)
            waiting.clear()
    echo("".join(waiting), nl=False)


def say_changes(refreshed: Any) -> None:
    """What a dry run would write, cell by cell."""
    from kakosheet.cli.telling import changes

    for line in changes(refreshed):
        say(line)


def talk(text: str) -> None:
    """A line of talk, on stderr."""
    echo(text, err=True)


def say_json(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=1))


def issue_lines(issues: Iterable[Mapping[str, str]], book: Path) -> list[str]:
    return [_issue(issue).line(book.name) for issue in issues]


def _issue(i: Mapping[str, str]) -> Issue:
    return Issue(i["code"], i["message"], i["hint"], i["sheet"], i["cell"], Severity(i["severity"]))


def exit_of(issues: Iterable[Mapping[str, str]]) -> int:
    """1 if something must be mended, else 0."""
    return EXIT_ISSUES if any(issue["severity"] == "error" for issue in issues) else EXIT_CLEAN
