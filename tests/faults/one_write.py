"""One write of a book, as small a process as can be, for the fault matrix.

`one_write.py save|create|undo BOOK`: exit code as of the command line, the one line that a user would see on stderr. The file that is
looked for in vain marks where start-up ends: calls after it are those of the write path.
"""

import os
import sys
from contextlib import suppress

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from kakosheet import files
from kakosheet.core.issues import KakosheetError

NEW = b"the new version" * 4000
MARKER = "/kakosheet-write-begins"


def act(name: str, book: str) -> None:
    if name == "save":
        files.save(files.load(book), NEW, book_id="matrix", check=lambda _: None)
    elif name == "create":
        files.create(book, NEW)
    else:
        files.undo(book)


def main() -> None:
    with suppress(OSError):
        os.open(MARKER, os.O_RDONLY)
    code, text = 0, ""
    try:
        act(sys.argv[1], sys.argv[2])
    except KakosheetError as error:
        code, text = error.exit_code, f"{error}\n"
    # writev, since the matrix makes write fail.
    os.writev(2, [text.encode()])
    os._exit(code)


main()
