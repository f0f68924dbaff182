"""A zip package whose untouched members stay as they are, byte for byte (APPNOTE.TXT 6.3.10; knows no workbook format).

Members are read under caps, and written anew only where they changed: everything else is copied raw, from its local
header to the next one, so that order, times, extra fields, data descriptors and compressed bytes survive.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Mapping
from typing import NamedTuple

from kakosheet.core.issues import KakosheetError

# What one member, all members read together, and the directory may come to. A sheet of 200,000 rows by 45 columns is
# about 400 MB.
MAX_MEMBER = 768 << 20
MAX_TOTAL = 1536 << 20
MAX_ENTRIES = 20_000
# Real sheets deflate to a hundred-and-fortieth at best; a bomb to a thousandth. Small members may do as they like.
MAX_RATIO = 300
FREE_SIZE = 64 << 20
LARGE = 1 << 20
"""Bytes from which a member is packed at level 5: a third sooner than at 6, and a hundredth larger."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCAL, _CENTRAL, _END, _END64, _LOCATOR64 = b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7"
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR = 0x0001, 0x0008
_UTF8 = 0x0800
_DOS_EPOCH = (0, 0x0021)  # 00:00 on 1980-01-01: a member that we add carries no clock


class Member(NamedTuple):
    """One entry of the central directory; `start` to `end` is its stretch of the file, `offset64` where its entry keeps
    a 64-bit offset."""

    name: str
    start: int
    end: int
    flags: int
    method: int
    crc: int
    packed: int
    entry: bytes
    offset64: int | None


class Package:
    """The members of a package held in memory.

    Names are looked up without regard to case, slashes either way (OPC, ECMA-376 part 2, 6.2.2).
    """

    def __init__(self, data: bytes) -> None:
        """Raises K101 (not a zip), K102 (OLE container), K104 (damaged), K105 (duplicates), K107 (too many members)."""
        self.data = data
        self._end, self._directory, self._shift, count = _find_directory(data)
        entries = _read_directory(data, self._directory, self._end, self._shift, count)
        self.members = _stretch(data, entries, self._directory)
        self._order = [_key(entry.name) for entry in entries]
        self._by_key: dict[str, Member] = {}
        for member in self.members:
            key = _key(member.name)
            if key in self._by_key:
                raise KakosheetError(
                    "K105",
                    f"the package holds two members named {member.name}",
                    "open it in your spreadsheet and save it again",
                )
            self._by_key[key] = member
        self._read: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._by_key

    def names(self) -> list[str]:
        return [member.name for member in self.members]

    def read(self, name: str) -> bytes:
        """The member's content. Raises K102 (encrypted), K104 (damaged or missing), K107 (too large), K108 (unknown
        compression)."""
        member = self._by_key.get(_key(name))
        if member is None:
            raise _damaged(f"the part {name} is missing")
        content = _inflate(self.data, member)
        self._read[member.name] = len(content)
        if sum(self._read.values()) > MAX_TOTAL:
            raise KakosheetError("K107", f"the package unfolds to more than {MAX_TOTAL >> 20} MB")
        return content

    def rebuild(self, changed: Mapping[str, bytes | bytearray], removed: Collection[str] = ()) -> bytes:
        """The package with some members' content changed, added (names it does not hold) or removed; the rest raw."""
        fresh = {_key(name): content for name, content in changed.items()}
        gone = {_key(name) for name in removed}
        first = self.members[0].start if self.members else self._directory
        pieces: list[bytes | memoryview] = [memoryview(self.data)[:first]]
        entries: dict[str, bytes] = {}
        position = first
        for member in self.members:
            key = _key(member.name)
            if key in gone:
                continue
            content = fresh.get(key)
            if content is None:
                stretch: bytes | memoryview = memoryview(self.data)[member.start : member.end]
                entries[key] = _moved(member, position - self._shift)
            else:
                stretch, entries[key] = _rewritten(self.data, member, content, position - self._shift)
            pieces.append(stretch)
            position += len(stretch)
        for name, content in changed.items():
            if _key(name) not in self._by_key:
                stretch, entries[_key(name)] = _added(name, content, position - self._shift)
                pieces.append(stretch)
                position += len(stretch)
        order = [key for key in self._order if key in entries] + [key for key in entries if key not in self._by_key]
        directory = b"".join(entries[key] for key in order)
        pieces.append(directory)
        pieces.append(self._end_records(len(order), len(directory), position))
        return b"".join(pieces)

    def _end_records(self, count: int, size: int, position: int) -> bytes:
        if position + size >= 0xFFFFFFFF or count >= 0xFFFF:
            raise KakosheetError("K107", "the package would grow beyond 4 GB")
        offset = position - self._shift
        tail = self.data[self._end + 20 :]  # the comment, and whatever stands behind it
        classic = bytearray(self.data[self._end : self._end + 20])
        disk = classic[4:8]
        records = b""
        if self.data[self._end - 20 : self._end - 16] == _LOCATOR64:
            records = struct.pack("<4sQHHIIQQQQ", _END64, 44, 45, 45, 0, 0, count, count, size, offset)
            records += struct.pack("<4sIQI", _LOCATOR64, 0, offset + size, 1)
        return records + struct.pack("<4s4sHHII", _END, bytes(disk), count, count, size, offset) + tail


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _damaged(what: str) -> KakosheetError:
    return KakosheetError(
        "K104", f"the package is damaged: {what}", "open it in your spreadsheet and save it again, or take a backup"
    )


def _find_directory(data: bytes) -> tuple[int, int, int, int]:
    """Where the end record and the directory stand, by how much stored offsets are off, and the number of entries."""
    if data.startswith(_OLE):
        raise KakosheetError(
            "K102",
            "this is an old .xls workbook or an encrypted one",
            "open it in your spreadsheet and save it as .xlsx without a password",
        )
    end = _end_record(data)
    if end < 0 or len(data) < end + 22:
        if data.startswith(_LOCAL):
            raise _damaged("its end is missing")
        if b"opendocument.spreadsheet" in data[:4096]:
            raise KakosheetError("K101", "this is a flat OpenDocument file, not a package", "save it as .ods")
        raise KakosheetError("K101", "this is not a workbook", "give an .xlsx or .ods file")
    count, size, offset = struct.unpack_from("<HII", data, end + 10)
    stop = end
    if data[max(0, end - 20) : max(0, end - 16)] == _LOCATOR64:
        record = data.rfind(_END64, 0, end - 20)
        if record < 0 or record + 56 > end:
            raise _damaged("its 64-bit end record is missing")
        count, size, offset = struct.unpack_from("<QQQ", data, record + 32)
        stop = record
    start = stop - size
    if start < 0 or (count and data[start : start + 4] != _CENTRAL):
        start = offset
    if count > MAX_ENTRIES:
        raise KakosheetError("K107", f"the package holds more than {MAX_ENTRIES} members")
    if count == 0 or start < 0 or data[start : start + 4] != _CENTRAL:
        raise _damaged("it has no directory")
    return end, start, start - offset, count


def _end_record(data: bytes) -> int:
    """Where the end record starts, negative if there is none: the one whose comment ends the file, for a comment may
    hold its mark; else the last."""
    first = max(0, len(data) - 70_000)
    last = end = data.rfind(_END, first)
    while end >= 0:
        if end + 22 <= len(data) and end + 22 + struct.unpack_from("<H", data, end + 20)[0] == len(data):
            return end
        end = data.rfind(_END, first, end + 3)
    return last


def _read_directory(data: bytes, start: int, end: int, shift: int, count: int) -> list[Member]:
    entries = []
    position = start
    for _ in range(count):
        if data[position : position + 4] != _CENTRAL or position + 46 > end:
            raise _damaged("its directory is broken")
        flags, method = struct.unpack_from("<HH", data, position + 8)
        crc, packed, size, name_length, extra_length, comment_length = struct.unpack_from(
            "<IIIHHH", data, position + 16
        )
        (offset,) = struct.unpack_from("<I", data, position + 42)
        length = 46 + name_length + extra_length + comment_length
        entry = data[position : position + length]
        if len(entry) < length:
            raise _damaged("its directory is broken")
        name = entry[46 : 46 + name_length].decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        packed, offset, offset64 = _wide(entry, 46 + name_length, extra_length, packed, size, offset)
        entries.append(Member(name, offset + shift, 0, flags, method, crc, packed, entry, offset64))
        position += length
    return entries


def _wide(entry: bytes, at: int, length: int, packed: int, size: int, offset: int) -> tuple[int, int, int | None]:
    """The sizes and offset with a zip64 extra field taken in, and where the entry keeps a 64-bit offset (APPNOTE
    4.5.3)."""
    for kind, start, stop in _extra_fields(entry, at, length):
        if kind != 1:
            continue
        values = [value[0] for value in struct.iter_unpack("<Q", entry[start : start + (stop - start) // 8 * 8])]
        wanted = [size == 0xFFFFFFFF, packed == 0xFFFFFFFF, offset == 0xFFFFFFFF]
        if sum(wanted) > len(values):
            raise _damaged("a 64-bit size is missing")
        if wanted[1]:
            packed = values[wanted[0]]
        if wanted[2]:
            return packed, values[wanted[0] + wanted[1]], start + 8 * (wanted[0] + wanted[1])
    return packed, offset, None


def _extra_fields(record: bytes, at: int, length: int) -> list[tuple[int, int, int]]:
    """(id, start, stop) of each extra field's payload."""
    fields, end = [], at + length
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", record, at)
        fields.append((kind, at + 4, min(at + 4 + size, end)))
        at += 4 + size
    return fields


def _stretch(data: bytes, entries: list[Member], directory: int) -> list[Member]:
    """The members in the order of the file, each knowing where its stretch ends. Overlaps are refused: they are how
    bombs are built."""
    members = sorted(entries, key=lambda member: member.start)
    stops = [member.start for member in members[1:]] + [directory]
    result = []
    for member, stop in zip(members, stops, strict=True):
        if member.start < 0 or data[member.start : member.start + 4] != _LOCAL:
            raise _damaged(f"the member {member.name} is not where the directory says")
        if _payload(data, member.start) + member.packed > stop:
            raise _damaged(f"the member {member.name} overlaps the next one")
        result.append(member._replace(end=stop))
    return result


def _payload(data: bytes, start: int) -> int:
    if start + 30 > len(data):
        raise _damaged("a member's header is cut off")
    name_length, extra_length = struct.unpack_from("<HH", data, start + 26)
    return start + 30 + int(name_length) + int(extra_length)


def _inflate(data: bytes, member: Member) -> bytes:
    if member.flags & _ENCRYPTED:
        raise KakosheetError("K102", f"the member {member.name} is encrypted", "save the workbook without a password")
    start = _payload(data, member.start)
    limit = min(MAX_MEMBER, max(FREE_SIZE, member.packed * MAX_RATIO))
    packed = memoryview(data)[start : start + member.packed]
    if member.method == _STORED:
        content = bytes(packed)
    elif member.method == _DEFLATED:
        inflater = zlib.decompressobj(-15)
        try:
            content = inflater.decompress(packed, limit + 1)
        except zlib.error as error:
            raise _damaged(f"the member {member.name} cannot be unpacked") from error
        except MemoryError as error:
            raise KakosheetError("K107", f"there is not enough memory to unfold the member {member.name}") from error
        if len(content) <= limit and not inflater.eof:
            raise _damaged(f"the member {member.name} is cut off")
    else:
        raise KakosheetError(
            "K108", f"the member {member.name} is compressed in a way that is not supported (method {member.method})"
        )
    if len(content) > limit:
        raise KakosheetError("K107", f"the member {member.name} unfolds to more than {limit >> 20} MB")
    if zlib.crc32(content) != member.crc:
        raise _damaged(f"the member {member.name} has a wrong checksum")
    return content


def _deflate(content: bytes | bytearray) -> bytes:
    deflater = zlib.compressobj(6 if len(content) < LARGE else 5, zlib.DEFLATED, -15)
    return deflater.compress(content) + deflater.flush()


def _moved(member: Member, offset: int) -> bytes:
    entry = bytearray(member.entry)
    if member.offset64 is None:
        struct.pack_into("<I", entry, 42, offset)
    else:
        struct.pack_into("<Q", entry, member.offset64, offset)
    return bytes(entry)


def _rewritten(data: bytes, member: Member, content: bytes | bytearray, offset: int) -> tuple[bytes, bytes]:
    """(local header and payload, directory entry) of a member whose content changed; its name, times and other extra
    fields stay."""
    packed = bytes(content) if member.method == _STORED else _deflate(content)
    if len(content) >= 0xFFFFFFFF:
        raise KakosheetError("K107", f"the member {member.name} would grow beyond 4 GB")
    sizes = struct.pack("<III", zlib.crc32(content), len(packed), len(content))
    flags = struct.pack("<H", member.flags & ~_DESCRIPTOR)  # the sizes are known now: no data descriptor
    local = data[member.start : _payload(data, member.start)]
    name_length, extra_length = struct.unpack_from("<HH", local, 26)
    extra = _without_zip64(local, 30 + name_length, extra_length)
    header = (
        local[:6]
        + flags
        + local[8:14]
        + sizes
        + struct.pack("<HH", name_length, len(extra))
        + local[30 : 30 + name_length]
        + extra
    )
    entry = member.entry
    name_length, extra_length, comment_length = struct.unpack_from("<HHH", entry, 28)
    extra = _without_zip64(entry, 46 + name_length, extra_length)
    record = (
        entry[:8]
        + flags
        + entry[10:16]
        + sizes
        + struct.pack("<HHH", name_length, len(extra), comment_length)
        + entry[34:42]
        + struct.pack("<I", offset)
        + entry[46 : 46 + name_length]
        + extra
        + entry[46 + name_length + extra_length :]
    )
    return header + packed, record


def _without_zip64(record: bytes, at: int, length: int) -> bytes:
    return b"".join(record[start - 4 : stop] for kind, start, stop in _extra_fields(record, at, length) if kind != 1)


def _added(name: str, content: bytes | bytearray, offset: int) -> tuple[bytes, bytes]:
    packed = _deflate(content)
    raw = name.encode("utf-8")
    common = struct.pack(
        "<HHHHIIIH",
        0 if name.isascii() else _UTF8,
        _DEFLATED,
        *_DOS_EPOCH,
        zlib.crc32(content),
        len(packed),
        len(content),
        len(raw),
    )
    local = _LOCAL + struct.pack("<H", 20) + common + struct.pack("<H", 0) + raw + packed
    entry = _CENTRAL + struct.pack("<HH", 20, 20) + common + struct.pack("<HHHHII", 0, 0, 0, 0, 0, offset) + raw
    return local, entry
