"""Two zip archives member by member, as the standard library reads them."""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple


class ArchiveMember(NamedTuple):
    """`raw` is the member as it lies in the archive, from its local header to the next one; `about` what the directory
    says beside sizes."""

    raw: bytes
    about: tuple[object, ...]


class Archive:
    """The members by name, in the order of the file."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        infos = sorted(self._zip.infolist(), key=lambda info: info.header_offset)
        ends = [info.header_offset for info in infos[1:]] + [self._zip.start_dir]
        self.entries = {
            info.filename: ArchiveMember(data[info.header_offset : end], _about(info))
            for info, end in zip(infos, ends, strict=True)
        }
        self.order = [info.filename for info in self._zip.infolist()]
        self.around = data[: infos[0].header_offset] if infos else b"", self._zip.comment
        self._names = {key(name): name for name in self.entries}

    def __contains__(self, name: str) -> bool:
        return key(name) in self._names

    def read(self, name: str) -> bytes:
        """A member's content; its name is looked up as packages do, without regard to case. b"" if there is none."""
        found = self._names.get(key(name))
        return b"" if found is None else self._zip.read(found)


def key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _about(info: zipfile.ZipInfo) -> tuple[object, ...]:
    return (
        info.date_time,
        info.compress_type,
        info.external_attr,
        info.internal_attr,
        info.create_system,
        info.create_version,
        info.comment,
    )
