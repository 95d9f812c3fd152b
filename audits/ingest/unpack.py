"""Bounded copies out of compressed files: no archive may unfold without end."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zipfile import BadZipFile

from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 1 << 20
FREE_RATIO = 200
"""Times its packed size that a file may always reach: logs of repeated rows reach a hundred."""
FREE_BYTES = 1 << 28
"""Bytes that any file may reach, however well it was packed."""


def scratch(workdir: Path, suffix: str) -> Path:
    """Make a new empty file in the working folder."""
    with tempfile.NamedTemporaryFile(dir=workdir, suffix=suffix, delete=False) as file:
        return Path(file.name)


def bound(packed: int) -> int:
    """Give the bytes a file of ``packed`` bytes may unfold to."""
    return max(FREE_BYTES, FREE_RATIO * packed)


def copy(source: IO[bytes], target: Path, packed: int, name: str) -> None:
    """Copy a stream that unfolds while it is read, within its bound and the free disk.

    Parameters
    ----------
    source
        The unfolding stream.
    target
        Where the bytes go; left incomplete where the copy fails.
    packed
        Bytes of the packed form.
    name
        What messages call the file.

    Raises
    ------
    DataError
        ``archive_too_large`` beyond the bound or the free space, ``archive_broken``.
    """
    limit = min(bound(packed), max(0, shutil.disk_usage(target.parent).free - CHUNK))
    written = 0
    with target.open("wb") as out:
        while chunk := _next(source, name):
            written += len(chunk)
            if written > limit:
                raise DataError("archive_too_large", file=name, packed=packed, limit=limit)
            out.write(chunk)


def unpack(path: Path, kind: str, workdir: Path, name: str) -> Path:
    """Unfold a ``gz`` or ``zst`` file into the working folder.

    Raises
    ------
    DataError
        As :func:`copy`.
    """
    target = scratch(workdir, ".bin")
    openers: dict[str, Callable[[Path], IO[bytes]]] = {"gz": _gzip, "zst": _zstd}
    with openers[kind](path) as source:
        copy(source, target, path.stat().st_size, name)
    return target


def _gzip(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb")  # type: ignore[return-value]  # GzipFile is a readable of bytes


def _zstd(path: Path) -> IO[bytes]:
    import zstandard  # noqa: PLC0415 - only for files that need it

    reader: IO[bytes] = zstandard.open(path, "rb")
    return reader


def _next(source: IO[bytes], name: str) -> bytes:
    try:
        return source.read(CHUNK)
    except (EOFError, OSError, zlib.error, BadZipFile, RuntimeError, ValueError) as error:
        raise DataError("archive_broken", file=name, why=str(error)) from error
    except Exception as error:
        if type(error).__name__ == "ZstdError":
            raise DataError("archive_broken", file=name, why=str(error)) from error
        raise
