"""A launcher beside the book: a double click refreshes it and says in plain words what came of it, in a window that
stays open.

`.command` on macOS (Terminal runs it), `.cmd` on Windows, `.desktop` elsewhere (Desktop Entry Specification 1.5: values
are escaped once as strings, and arguments of Exec once more inside double quotes). A launcher finds its book beside
itself, so that both may be moved together. No name is ever spliced into a script as it is.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from kakosheet import files
from kakosheet.core.issues import KakosheetError
from kakosheet.files.names import LONGEST, beside

# A file that holds these words was made here and may be replaced.
MARK = "kakosheet launcher"

_SAY = {
    "0": "Done. The book is up to date, you can open it.",
    "1": "Done, but some cells need you: they are listed above.",
    "3": "The book could not be used. What is the matter stands above.",
    "4": "The book is open in another program. Close it there, then double-click here again.",
    "5": "The book could not be written. What is the matter stands above. Nothing was changed.",
    "66": "The book is not here any more. Keep this launcher and the book in one folder, under the names they had.",
    "127": "The program kakosheet was not found on this computer. To install it: pip install kakosheet",
}
_WRONG = "Something went wrong. What is the matter stands above."
_CLOSE = "Press Enter to close this window."


def write_launcher(book: Path) -> Path:
    """Write the launcher of this platform beside the book; returns its path. Raises K705 if a file that is not ours has
    that name."""
    path, data = launcher(book, sys.platform, sys.executable)
    ours = path.is_file() and MARK.encode() in files.load(path).data
    files.create(path, data, force=ours)
    try:
        mode = path.stat().st_mode
        path.chmod(mode | (mode & 0o444) >> 2)
    except OSError as error:
        raise KakosheetError("K703", f"{path} could not be made executable: {error.strerror}") from None
    return path


def launcher(book: Path, platform: str, python: str) -> tuple[Path, bytes]:
    """Path and content of a book's launcher on a platform (as in `sys.platform`); `python` runs it where kakosheet is
    not on the PATH.

    Raises K703 on Windows for a name so long that none is left to name the launcher by.
    """
    book = Path(os.path.abspath(book))
    if platform == "win32":
        path = book.with_name(f"Refresh {book.name}.cmd")
        if len(path.name.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST:
            raise KakosheetError(
                "K703", f"the name of {book.name} is too long for a launcher beside it", "give the book a shorter name"
            )
        return path, _cmd().encode("ascii")
    if platform == "darwin":
        return beside(book, "Refresh ", book.name, ".command"), os.fsencode(_command(book.name, python))
    return beside(book, "Refresh ", book.name, ".desktop"), os.fsencode(_desktop(book, python))


def _quoted(text: str) -> str:
    """One word of a POSIX shell, whatever it holds."""
    return "'" + text.replace("'", "'\\''") + "'"


def _body(python: str) -> str:
    """Shell commands that refresh `$book`. Each ends with a semicolon, so that they may stand on one line.

    `-P` keeps Python from importing what lies in the folder where it happens to start.
    """
    answers = " ".join(f"{code}) echo {_quoted(text)};;" for code, text in _SAY.items())
    return (
        'run() { if command -v kakosheet >/dev/null 2>&1; then kakosheet "$@";\n'
        ' elif [ -x "$HOME/.local/bin/kakosheet" ]; then "$HOME/.local/bin/kakosheet" "$@";\n'
        f' elif [ -x {_quoted(python)} ]; then {_quoted(python)} -P -m kakosheet "$@";\n'
        " else return 127; fi; };\n"
        "printf 'Refreshing %s\\n\\n' \"${book##*/}\";\n"
        'if [ -f "$book" ]; then run refresh "$book"; code=$?; else code=66; fi;\n'
        f"echo; case $code in {answers} *) echo {_quoted(_WRONG)};; esac;\n"
        f"printf '\\n%s ' {_quoted(_CLOSE)}; read -r answer;\n"
    )


def _command(name: str, python: str) -> str:
    return (
        f"#!/bin/sh\n# {MARK}\n"
        "case $0 in */*) folder=${0%/*};; *) folder=.;; esac\n"
        f"book=$folder/{_quoted(name)}\n"
        f"{_body(python)}"
    )


def _desktop(book: Path, python: str) -> str:
    """`%k` is this file's own place; it comes last since a program may leave it out. The book's place at birth is the
    second choice."""
    find = 'book=${2%/*}/${1##*/}; if [ ! -f "$book" ]; then book=$1; fi; '
    script = find + _body(python).replace("\n", " ")
    command = " ".join(("sh", "-c", _exec_word(script), "kakosheet", _exec_word(str(book)), "%k"))
    lines = (
        "#!/usr/bin/env xdg-open",
        f"# {MARK}",
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.5",
        f"Name={_value('Refresh ' + book.name)}",
        "Comment=Recompute this book in place and show what needs you",
        "Icon=x-office-spreadsheet",
        "Terminal=true",
        f"Exec={_value(command)}",
    )
    return "\n".join(lines) + "\n"


def _exec_word(text: str) -> str:
    """One argument of Exec: in double quotes, with the four special characters escaped and percent signs doubled."""
    return '"' + re.sub(r'(["`$\\])', r"\\\1", text).replace("%", "%%") + '"'


def _value(text: str) -> str:
    """A value of a desktop entry on its one line."""
    text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return "\\s" + text[1:] if text.startswith(" ") else text


def _cmd() -> str:
    """The book's name is read off the launcher's own, `Refresh NAME.cmd`: no code page and no percent sign can come
    between.

    It leaves the folder first, because cmd would run a kakosheet.bat that lies there.
    """
    lines = [
        "@echo off",
        f"rem {MARK}",
        "setlocal EnableExtensions DisableDelayedExpansion",
        'cd /d "%SystemRoot%"',
        'set "name=%~n0"',
        'set "name=%name:~8%"',
        'set "book=%~dp0%name%"',
        'echo Refreshing "%name%"',
        "echo.",
        "set code=66",
        'if not exist "%book%" goto say',
        "set code=127",
        "where kakosheet >nul 2>nul",
        "if not errorlevel 1 goto program",
        "where py >nul 2>nul",
        "if errorlevel 1 goto say",
        'py -P -m kakosheet refresh "%book%"',
        "set code=%errorlevel%",
        "goto say",
        ":program",
        'kakosheet refresh "%book%"',
        "set code=%errorlevel%",
        ":say",
        "echo.",
        *(f"if %code%=={code} echo {text}" for code, text in _SAY.items()),
        "echo.",
        "pause",
    ]
    return "\r\n".join(lines) + "\r\n"
