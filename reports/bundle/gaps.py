"""Bytes of a zip that belong to no member: in front, between, behind, or in a comment.

Whoever opens the zip never sees them, and no digest covers them. A zip that ``audit bundle`` or a
common zip program makes has none.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import zipfile
    from pathlib import Path

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
DESCRIBED = 0x8
MARK = b"PK\7\x08"
END_MARK = b"PK\5\6"


def hidden(archive: Path, held: zipfile.ZipFile) -> str:
    """Say where a zip holds bytes that belong to none of its members.

    Parameters
    ----------
    archive
        The zip.
    held
        The same, opened.

    Returns
    -------
    The member in front of the first such bytes, ``start``, ``comment`` or ``end``; else empty.

    Raises
    ------
    ValueError
        A header is cut short.
    """
    content = archive.read_bytes()
    if held.comment or any(entry.comment for entry in held.infolist()):
        return "comment"
    at, last, behind = 0, "start", {b""}
    for entry in sorted(held.infolist(), key=lambda one: one.header_offset):
        if content[at : entry.header_offset] not in behind or at > entry.header_offset:
            return last
        head = _unpacked(LOCAL, content, entry.header_offset)
        at = entry.header_offset + LOCAL.size + head[-2] + head[-1] + entry.compress_size
        last, behind = entry.filename, _descriptors(entry)
    if content[at : held.start_dir] not in behind or at > held.start_dir:
        return last
    at = held.start_dir
    for _ in held.infolist():
        head = _unpacked(CENTRAL, content, at)
        at += CENTRAL.size + sum(head[10:13])
    whole = content.startswith(END_MARK, at) and at + END.size == len(content)
    return "" if whole else "end"


def _descriptors(entry: zipfile.ZipInfo) -> set[bytes]:
    """Give what may stand behind a member: a streaming zip program tells its sizes there."""
    if not entry.flag_bits & DESCRIBED:
        return {b""}
    told = (entry.CRC, entry.compress_size, entry.file_size)
    forms = {struct.pack("<3I", *told), struct.pack("<I2Q", *told)}
    return forms | {MARK + form for form in forms}


def _unpacked(form: struct.Struct, content: bytes, at: int) -> tuple[Any, ...]:
    if at < 0 or at + form.size > len(content):
        message = "a header is cut short"
        raise ValueError(message)
    return form.unpack_from(content, at)
