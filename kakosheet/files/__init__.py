"""Between bytes and disk: the one way in which a book is read, written, put back and seen to be held by another
program.

A save goes: lock, owner files, self-check of the new bytes, temporary file in the same folder, backup, the old bytes
hashed and the owner files looked for once more, replace. Whatever fails on the way, the book is the old one or the new
one, whole.
"""

from kakosheet.files.backups import KEPT
from kakosheet.files.owners import Holder, holder, owner, wait_until_free
from kakosheet.files.snapshot import PathLike, Snapshot, load
from kakosheet.files.state import lock, state_folder
from kakosheet.files.syncing import conflict_copies, is_synced
from kakosheet.files.writing import Saved, Undone, create, made_folder, refuse_if_held, save, undo

__all__ = [
    "KEPT",
    "Holder",
    "PathLike",
    "Saved",
    "Snapshot",
    "Undone",
    "conflict_copies",
    "create",
    "holder",
    "is_synced",
    "load",
    "lock",
    "made_folder",
    "owner",
    "refuse_if_held",
    "save",
    "state_folder",
    "undo",
    "wait_until_free",
]
