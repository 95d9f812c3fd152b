"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

Content = Literal[
    "empty",
    "text",
    "json",
    "markup",
    "parquet",
    "sheet",
    "zip",
    "gz",
    "zst",
    "locked",
    "foreign",
]

HEAD_BYTES = 65_536

_MAGIC: tuple[tuple[bytes, Content, str], ...] = (
    (b"PAR1", "parquet", "Parquet"),
    (b"PARE", "locked", "Parquet"),
    (b"PK\x03\x04", "zip", "zip"),
    (b"PK\x05\x06", "zip", "zip"),
    (b"\x1f\x8b", "gz", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zst", "Zstandard"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet", "xls"),
    (b"%PDF", "foreign", "PDF"),
    (b"\x89PNG\r\n", "foreign", "PNG"),
    (b"\xff\xd8\xff", "foreign", "JPEG"),
    (b"GIF8", "foreign", "GIF"),
    (b"RIFF", "foreign", "RIFF"),
    (b"II*\x00", "foreign", "TIFF"),
    (b"MM\x00*", "foreign", "TIFF"),
    (b"Rar!", "foreign", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "foreign", "7z"),
    (b"BZh", "foreign", "bzip2"),
    (b"\xfd7zXZ\x00", "foreign", "xz"),
    (b"\x7fELF", "foreign", "ELF"),
    (b"MZ", "foreign", "EXE"),
    (b"{\\rtf", "foreign", "RTF"),
    (b"SQLite format 3\x00", "foreign", "SQLite"),
    (b"ORC", "foreign", "ORC"),
    (b"Obj\x01", "foreign", "Avro"),
    (b"ARROW1", "foreign", "Arrow"),
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TEXT_FIRST = {"RIFF", "EXE", "ORC", "bzip2", "GIF"}
"""Magic that could as well begin a heading; believed only where control bytes follow."""


def recognise(path: Path) -> tuple[Content, str]:
    """Tell what a file holds.

    Parameters
    ----------
    path
        A file that can be opened.

    Returns
    -------
    tuple of (Content, str)
        The kind, and the name of the format as people know it (``PDF``, ``xlsx``, ``gzip``).
        ``locked`` is a table behind a password; ``foreign`` holds no table that can be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        return ("empty", "") if path.stat().st_size <= HEAD_BYTES else ("foreign", "binary")
    for magic, content, label in _MAGIC:
        if head.startswith(magic) and (label not in _TEXT_FIRST or _is_binary(head)):
            return _closer(path, head, content, label)
    return _text(head)


def _closer(path: Path, head: bytes, content: Content, label: str) -> tuple[Content, str]:
    if label == "xls":
        return _compound(path, head)
    if content == "zip":
        return _zipped(path)
    return content, label


def _compound(path: Path, head: bytes) -> tuple[Content, str]:
    """Tell a workbook from a locked one: the names of its streams stand in the file."""
    found = head
    if path.stat().st_size > len(head):
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 4 * HEAD_BYTES))
            found += file.read()
    return ("locked", "xlsx") if _ENCRYPTED in found else ("sheet", "xls")


def _zipped(path: Path) -> tuple[Content, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:80] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        return "zip", "zip"
    if "xl/workbook.xml" in names:
        return "sheet", "xlsx"
    if "xl/workbook.bin" in names:
        return "sheet", "xlsb"
    if b"opendocument.spreadsheet" in kind:
        return "sheet", "ods"
    if b"opendocument" in kind:
        return "foreign", "OpenDocument"
    if "word/document.xml" in names:
        return "foreign", "Word"
    if "ppt/presentation.xml" in names:
        return "foreign", "PowerPoint"
    return "zip", "zip"


def _text(head: bytes) -> tuple[Content, str]:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _markup_or_text(head.decode("utf-16", errors="replace"))
    if _is_binary(head):
        return "foreign", "binary"
    return _markup_or_text(head.removeprefix(b"\xef\xbb\xbf").decode("latin-1"))


def _markup_or_text(head: str) -> tuple[Content, str]:
    start = head.lstrip()[:4096].lower()
    if start.startswith(("<!doctype html", "<html", "<table", "<head", "<meta", "<style")):
        return "markup", "HTML"
    if start.startswith(("<?xml", "<workbook")):
        if "<html" in start:
            return "markup", "HTML"
        return (
            ("markup", "XML")
            if "<workbook" in start or "spreadsheet" in start
            else ("foreign", "XML")
        )
    if start.startswith("{") and '"' in start and ":" in start:
        return "json", "JSON"
    if start.startswith("[") and start[1:].lstrip().startswith("{"):
        return "json", "JSON"
    return "text", "text"


def _is_binary(head: bytes) -> bool:
    """Say whether bytes are no text in any encoding: many control bytes, and no UTF-16 either."""
    control = sum(
        head.count(bytes([byte])) for byte in (*range(2, 9), *range(14, 26), 28, 29, 30, 31)
    )
    nul = head.count(0)
    if nul and _like_utf16(head):
        return control > len(head) / 10
    return control > len(head) / 100 or nul > len(head) / 10


def _like_utf16(head: bytes) -> bool:
    """Say whether NULs stand on one side of the byte pairs only, as in UTF-16 without a mark."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    few, many = sorted((even, odd))
    return many > len(head) / 20 and few <= many / 50
