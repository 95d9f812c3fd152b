"""From what was typed to the files that are meant: globs, folders, archives."""

from __future__ import annotations

import glob
import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from fairshelf.audits.config import nearest
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.ingest.content import recognise
from fairshelf.audits.ingest.unpack import bound, copy, scratch
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_MEMBERS = 10_000
_CLUTTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read.

    Attributes
    ----------
    path
        Where its bytes are, perhaps a copy from an archive; a folder for a Parquet data set.
    name
        What messages call it.
    base
        Its own base name, for patterns of file names.
    sha256, bytes
        Digest and size of what the user gave: the archive for a member of one.
    notices
        What must be said about how it was found.
    """

    path: Path
    name: str
    base: str
    sha256: str
    bytes: int
    notices: tuple[Message, ...] = ()


def expand(paths: Sequence[str], workdir: Path) -> Iterator[Source]:
    """Give every file that is meant, each once, in a settled order.

    Raises
    ------
    UsageError
        ``file_missing``, ``glob_empty``.
    DataError
        ``folder_empty``, ``file_unreadable``, and what archives bring.
    """
    seen: set[Path] = set()
    found = [path for text in paths for path in _named(text)]
    names = [path.name for path in found]
    for path in found:
        resolved = path.resolve()
        if resolved in seen:
            continue
        seen.add(resolved)
        name = path.name if names.count(path.name) == 1 else str(path)
        yield from _one(path, name, workdir)


def _named(text: str) -> Iterator[Path]:
    path = Path(text).expanduser()
    if path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield path
    elif glob.has_magic(text):
        matches = sorted(Path(match) for match in glob.glob(str(path), recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
        files = [match for match in matches if match.is_file() and not _is_clutter(match)]
        if not files:
            raise UsageError("glob_empty", pattern=text)
        yield from files
    else:
        raise UsageError("file_missing", file=text, suggestions=_neighbours(path))


def _folder(path: Path) -> Iterator[Path]:
    files = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not _is_clutter(file.relative_to(path))
    )
    if not files:
        raise DataError("folder_empty", folder=str(path))
    if all(file.suffix.lower() in (".parquet", ".pq") for file in files):
        yield path
    else:
        yield from files


def _is_clutter(path: Path | PurePosixPath) -> bool:
    return any(
        part in _CLUTTER or part.startswith(("._", "~$", ".", "_"))
        for part in path.parts
        if part != ".."
    )


def _neighbours(path: Path) -> list[str]:
    try:
        names = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
    except OSError:
        return []
    return nearest(path.name, names)


def _one(path: Path, name: str, workdir: Path) -> Iterator[Source]:
    try:
        digest, size = _digest(path)
        content = "parquet" if path.is_dir() else recognise(path)[0]
    except OSError as error:
        raise DataError("file_unreadable", file=name, why=error.strerror or str(error)) from error
    if content != "zip":
        yield Source(path, name, path.name, digest, size)
        return
    yield from _members(path, name, digest, size, workdir)


def _digest(path: Path) -> tuple[str, int]:
    """Digest a file; for a folder, the lines ``digest  name`` of its files in order."""
    if not path.is_dir():
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest(), path.stat().st_size
    whole, size = hashlib.sha256(), 0
    for file in sorted(part for part in path.rglob("*") if part.is_file()):
        digest, length = _digest(file)
        whole.update(f"{digest}  {file.relative_to(path).as_posix()}\n".encode())
        size += length
    return whole.hexdigest(), size


def _members(path: Path, name: str, digest: str, size: int, workdir: Path) -> Iterator[Source]:
    """Copy the tables of a zip archive out of it, one by one, within bounds."""
    unread: list[str] = []
    found: list[Source] = []
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in _checked(archive, name):
                inner = _true_name(member)
                target = scratch(workdir, ".bin")
                with archive.open(member) as packed:
                    copy(packed, target, member.compress_size, f"{name}:{inner}")
                total += target.stat().st_size
                if total > bound(size):
                    raise DataError("archive_too_large", file=name, packed=size, limit=bound(size))
                if recognise(target)[0] in ("foreign", "zip", "empty"):
                    unread.append(inner)
                    continue
                base = PurePosixPath(inner).name
                found.append(Source(target, f"{name}:{inner}", base, digest, size))
    except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError) as error:
        raise DataError("archive_broken", file=name, why=str(error)) from error
    if not found:
        raise DataError("archive_empty", file=name, members=unread)
    if unread:
        note = Message("archive_members_unread", {"file": name, "members": unread})
        first = found[0]
        found[0] = Source(first.path, first.name, first.base, first.sha256, first.bytes, (note,))
    yield from found


def _checked(archive: zipfile.ZipFile, name: str) -> Iterator[zipfile.ZipInfo]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise DataError("archive_too_many", file=name, members=len(members), limit=MOST_MEMBERS)
    for member in sorted(members, key=lambda one: one.filename):
        inner = PurePosixPath(_true_name(member).replace("\\", "/"))
        if inner.is_absolute() or ".." in inner.parts or ":" in (inner.parts or ("",))[0]:
            raise DataError("archive_unsafe", file=name, member=str(inner))
        if _is_clutter(inner):
            continue
        if member.flag_bits & 1:
            raise DataError("file_locked", file=f"{name}:{inner}")
        yield member


def _true_name(member: zipfile.ZipInfo) -> str:
    """Give a member's name; Chinese Windows writes GBK where the format says cp437."""
    if member.flag_bits & 0x800 or member.filename.isascii():
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename
