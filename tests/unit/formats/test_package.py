"""Untouched members stay as they are, byte for byte; what is not a sound package is refused by name."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from kakosheet.core.issues import KakosheetError
from kakosheet.formats import package
from kakosheet.formats.package import Package
from tests.unit.formats.packages import packed

PARTS = {"a.xml": "<a/>", "dir/b.bin": "b" * 500, "c.xml": "<c>" + "x" * 4000 + "</c>"}


def refused(data: bytes) -> str:
    with pytest.raises(KakosheetError) as caught:
        opened = Package(data)
        for name in opened.names():
            opened.read(name)
    return caught.value.code


def test_rebuilding_without_changes_gives_the_same_bytes() -> None:
    data = packed(PARTS)
    assert Package(data).rebuild({}) == data


def test_only_the_changed_member_is_written_anew() -> None:
    data = packed(PARTS)
    after = Package(Package(data).rebuild({"dir/b.bin": b"new"}))
    before = Package(data)
    assert after.read("dir/b.bin") == b"new"
    assert [member.name for member in after.members] == list(PARTS)
    for old, new in zip(before.members, after.members, strict=True):
        if old.name != "dir/b.bin":
            assert data[old.start : old.end] == after.data[new.start : new.end]
    assert zipfile.ZipFile(io.BytesIO(after.data)).testzip() is None


def test_members_are_added_and_removed() -> None:
    after = Package(packed(PARTS)).rebuild({"new/ü.xml": b"<n/>"}, ["a.xml"])
    archive = zipfile.ZipFile(io.BytesIO(after))
    assert archive.namelist() == ["dir/b.bin", "c.xml", "new/ü.xml"]
    assert archive.testzip() is None


def test_a_stored_member_stays_stored() -> None:
    after = Package(packed(PARTS, zipfile.ZIP_STORED)).rebuild({"a.xml": b"<a>1</a>"})
    assert zipfile.ZipFile(io.BytesIO(after)).getinfo("a.xml").compress_type == zipfile.ZIP_STORED


class Unseekable(io.RawIOBase):
    """A stream that cannot go back: zipfile then writes data descriptors."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.written += data
        return len(data)


@pytest.mark.parametrize("big", [False, True])
def test_data_descriptors_and_zip64_survive(big: bool) -> None:
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            with archive.open(name, "w", force_zip64=big) as member:
                member.write(content.encode())
    data = bytes(stream.written)
    assert Package(data).rebuild({}) == data
    after = Package(data).rebuild({"dir/b.bin": b"changed"})
    archive = zipfile.ZipFile(io.BytesIO(after))
    assert archive.testzip() is None
    assert archive.read("dir/b.bin") == b"changed"
    assert archive.read("c.xml").decode() == PARTS["c.xml"]


def test_zip64_end_records_are_kept() -> None:
    data = packed(PARTS)
    end = data.rindex(b"PK\5\6")
    count, size, offset = struct.unpack_from("<HII", data, end + 10)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    classic = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    wide = data[:end] + record + locator + classic
    after = Package(wide).rebuild({"a.xml": b"<b/>"})
    assert b"PK\6\6" in after
    assert zipfile.ZipFile(io.BytesIO(after)).read("a.xml") == b"<b/>"
    assert Package(after).read("a.xml") == b"<b/>"


def test_comment_and_leading_bytes_are_kept() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.xml", "<a/>")
        archive.comment = b"made by hand"
    data = b"#!shebang\n" + buffer.getvalue()
    after = Package(data).rebuild({"a.xml": b"<b/>"})
    assert after.startswith(b"#!shebang\n")
    assert after.endswith(b"made by hand")
    assert zipfile.ZipFile(io.BytesIO(after)).read("a.xml") == b"<b/>"


def test_a_comment_may_hold_the_mark_of_an_end() -> None:
    comment = b"PK\5\6 is no end, though it is long enough for one"
    data = packed(PARTS)
    data = data[:-2] + struct.pack("<H", len(comment)) + comment
    after = Package(data).rebuild({"a.xml": b"<b/>"})
    assert after.endswith(comment)
    assert Package(after).read("a.xml") == b"<b/>"


def test_names_are_found_whatever_their_case_and_slashes() -> None:
    opened = Package(packed({"xl\\Sheet1.XML": "<s/>"}))
    assert opened.read("/xl/sheet1.xml") == b"<s/>"
    assert "XL/SHEET1.xml" in opened


def test_duplicates_are_refused() -> None:
    assert refused(packed({"a.xml": "1", "A.xml": "2"})) == "K105"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "K101"),
        (b"hello", "K101"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "K102"),
        (b"PK\3\4" + bytes(100), "K104"),
        (b"PK\5\6" + bytes(18), "K104"),
    ],
)
def test_what_is_no_package_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_wrong_checksum_is_damage() -> None:
    data = bytearray(packed(PARTS, zipfile.ZIP_STORED))
    data[data.index(b"bbbb")] = 0x63
    assert refused(bytes(data)) == "K104"


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(packed({"a.xml": "<a/>"}))
    data[data.rindex(b"PK\1\2") + 8] |= 1
    assert refused(bytes(data)) == "K102"


def test_an_unknown_compression_is_refused() -> None:
    assert refused(packed({"a.xml": "<a/>"}, zipfile.ZIP_LZMA)) == "K108"


def test_overlapping_members_are_refused() -> None:
    data = bytearray(packed(PARTS))
    first, second = data.index(b"PK\1\2"), data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    assert refused(bytes(data)) in ("K104", "K105")


def test_a_large_sheet_of_cells_that_are_much_alike_is_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "FREE_SIZE", 1 << 16)
    cells = "".join(
        f'<table:table-cell table:style-name="ce{n if n % 80 == 0 else n % 7}" office:value-type="float" office:value="0"><text:p>0</text:p>'
        "</table:table-cell>"
        for n in range(10_000)
    )
    data = packed({"content.xml": cells})
    assert len(cells) > 100 * len(data)
    assert Package(data).read("content.xml") == cells.encode()


def test_a_bomb_is_refused_before_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "FREE_SIZE", 1 << 16)
    assert refused(packed({"a.xml": "\0" * (1 << 22)})) == "K107"


def test_all_members_together_have_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_TOTAL", 4000)
    assert refused(packed(PARTS)) == "K107"


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_ENTRIES", 2)
    assert refused(packed(PARTS)) == "K107"


def test_a_package_cut_off_anywhere_is_refused() -> None:
    data = packed(PARTS)
    for length in range(len(data)):
        assert refused(data[:length]) in ("K101", "K104")
