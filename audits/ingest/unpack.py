"""Bounded copies out of compressed files: no archive may unfold without end."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zipfile import BadZipFile

from fairshelf.audits.engines.shortage import short_of
from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK = 1 << 20
FREE_RATIO = 200
"""Times its packed size that a file may always reach: logs of repeated rows reach a hundred."""
FREE_BYTES = 1 << 28
"""Bytes that any file may reach, however well it was packed."""
_SIP = 1 << 12
"""Packed bytes given to Zstandard at once: a block of 4 bytes may unfold to 128 kB."""


class BrokenError(Exception):
    """A compressed file ends early or does not hold together."""


def scratch(workdir: Path, suffix: str) -> Path:
    """Make a new empty file in the working folder."""
    with tempfile.NamedTemporaryFile(dir=workdir, suffix=suffix, delete=False) as file:
        return Path(file.name)


def bound(packed: int) -> int:
    """Give the bytes a file of ``packed`` bytes may unfold to."""
    return max(FREE_BYTES, FREE_RATIO * packed)


def copy(chunks: Iterable[bytes], target: Path, packed: int, name: str) -> None:
    """Write what unfolds while it is read, within its bound and the free disk.

    Parameters
    ----------
    chunks
        The unfolding bytes.
    target
        Where they go; left incomplete where the copy fails.
    packed
        Bytes of the packed form.
    name
        What messages call the file.

    Raises
    ------
    DataError
        ``archive_too_large`` beyond the bound, ``archive_broken``.
    OSError
        There is no room for it.
    """
    limit = bound(packed)
    room = max(0, shutil.disk_usage(target.parent).free - CHUNK)
    written = 0
    with target.open("wb") as out:
        try:
            for chunk in chunks:
                written += len(chunk)
                if written > limit:
                    raise DataError("archive_too_large", file=name, packed=packed, limit=limit)
                if written > room:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))  # noqa: TRY301 - as the system would
                out.write(chunk)
        except (BrokenError, EOFError, OSError, zlib.error, BadZipFile, RuntimeError) as error:
            if short_of(error):
                raise
            raise DataError("archive_broken", file=name, why=str(error)) from error


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Give a stream piece by piece."""
    while chunk := stream.read(CHUNK):
        yield chunk


def unpack(path: Path, kind: str, workdir: Path, name: str) -> Path:
    """Unfold a ``gz`` or ``zst`` file into the working folder.

    Raises
    ------
    DataError
        As :func:`copy`.
    """
    target = scratch(workdir, ".bin")
    with path.open("rb") as packed:
        chunks = _gzip(packed) if kind == "gz" else _zstandard(packed)
        copy(chunks, target, path.stat().st_size, name)
    return target


def _gzip(packed: IO[bytes]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=packed) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _zstandard(packed: IO[bytes]) -> Iterator[bytes]:
    """Unfold frame after frame; the last one must come to its end."""
    import zstandard  # noqa: PLC0415 - only for files that need it

    unfold = zstandard.ZstdDecompressor().decompressobj()
    begun = False
    try:
        while sip := packed.read(_SIP):
            while sip:
                begun = True
                yield unfold.decompress(sip)
                sip = unfold.unused_data if unfold.eof else b""
                if unfold.eof:
                    unfold, begun = zstandard.ZstdDecompressor().decompressobj(), False
    except zstandard.ZstdError as error:
        raise BrokenError(str(error)) from error
    if begun:
        message = "the last frame has no end"
        raise BrokenError(message)
