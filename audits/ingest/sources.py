"""From what was typed to the files that are meant: globs, folders, archives."""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from fairshelf.audits.engines.shortage import short_of
from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.ingest.content import recognise
from fairshelf.audits.ingest.unpack import bound, copy, pieces, scratch
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

MOST_MEMBERS = 10_000
_CLUTTER = frozenset(
    ("__MACOSX", "Thumbs.db", "desktop.ini", "_SUCCESS", "_metadata", "_common_metadata")
)
_LOCK = "~$"
"""How the names of files begin that Excel and WPS keep beside a workbook while it is open."""

_NO_TABLES = frozenset((".md", ".rst", ".toml", ".yaml", ".yml", ".ini", ".py", ".r", ".ipynb"))
_READ_ME = ("readme", "read_me", "read me", "license", "licence", "说明", "說明", "必读", "必讀")
"""What stands in the name of a text file that came along with the tables, to be read by people."""


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
    digest, bytes
        Digest (SHA-256, worked out beside the reading) and size of what the user gave: the archive
        for a member of one.
    notices
        What must be said about how it was found.
    given, state
        What the user gave, and its files' sizes and times of change when it was found; None for
        what only an engine can reach.
    """

    path: Path
    name: str
    base: str
    digest: Future[str]
    bytes: int
    notices: tuple[Message, ...] = ()
    given: Path | None = None
    state: tuple[tuple[int, ...], ...] = ()

    @property
    def sha256(self) -> str:
        """The digest; waits for it.

        Raises
        ------
        DataError
            ``file_changed``: the file is no longer what it was when it was found, so that what
            was counted need not be what was digested.
        """
        if self.given is None:
            return self.digest.result()
        try:
            digest, state = self.digest.result(), _state(self.given)
        except OSError:
            digest, state = "", ()
        if state != self.state:
            raise DataError("file_changed", file=self.name)
        return digest


def expand(paths: Sequence[str], workdir: Path) -> Iterator[Source]:
    """Give every file that is meant, each once, in a settled order.

    Raises
    ------
    UsageError
        ``file_missing``, ``file_is_lock``, ``link_circular``, ``link_dangling``, ``glob_empty``;
        ``file_not_regular`` for a pipe or a device.
    DataError
        ``folder_empty``, ``file_unreadable``, and what archives bring.
    """
    notes: dict[Path, Message] = {}
    meant = [path for text in paths for path in _named(text, notes)]
    found = list({path.resolve(): path for path in reversed(meant)}.values())[::-1]
    names = [path.name for path in found]
    for path in found:
        name = path.name if names.count(path.name) == 1 else str(path)
        for source in _one(path, name, workdir):
            note = notes.pop(path, None)
            yield replace(source, notices=(*source.notices, note)) if note else source


def _named(text: str, notes: dict[Path, Message]) -> list[Path]:
    """Give the files one argument means; what was passed over is noted with the first of them."""
    path = _at_home(text)
    if path.name.startswith(_LOCK):
        raise UsageError("file_is_lock", file=path.name, meant=path.name.removeprefix(_LOCK))
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name too long to exist
        return _folder(path, notes)
    if os.path.exists(path):  # noqa: PTH110 - as above
        return [path]
    if not glob.has_magic(text):
        raise _missing(text, path)
    matches = sorted(Path(match) for match in glob.glob(str(path), recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    files = [match for match in matches if match.is_file() and not _is_clutter(Path(match.name))]
    astray = [match for match in matches if match.is_symlink() and not match.exists()]
    if astray and not files:
        raise _missing(str(astray[0]), astray[0])
    if not files:
        raise UsageError("glob_empty", pattern=text)
    return files


def _missing(text: str, path: Path) -> UsageError:
    """Say why nothing is there: a link that leads to itself or to nothing, or no such name."""
    try:
        os.stat(path)  # noqa: PTH116 - as for os.path.isdir
    except OSError as error:
        if error.errno == errno.ELOOP:
            return UsageError("link_circular", file=text)
    if os.path.islink(path):  # noqa: PTH114 - as above
        return UsageError("link_dangling", file=text, target=os.readlink(path))  # noqa: PTH115 - as above
    near = _neighbours(path)
    if not near:
        return UsageError("file_missing_alone", file=text)
    return UsageError("file_missing", file=text, suggestions=near)


def _at_home(text: str) -> Path:
    """Give a path, ``~`` at its start being a home folder where there is such a one."""
    try:
        return Path(text).expanduser()
    except RuntimeError:  # no such user: a name that happens to begin like that
        return Path(text)


def _folder(path: Path, notes: dict[Path, Message]) -> list[Path]:
    files = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not _is_clutter(file.relative_to(path))
    )
    tables = [file for file in files if _may_hold_table(file)]
    if not tables:
        raise DataError("folder_empty", folder=str(path))
    if all(file.suffix.lower() in (".parquet", ".pq") for file in files):
        return [path]
    unread = [str(file.relative_to(path)) for file in files if file not in tables]
    if unread:
        notes[tables[0]] = Message("folder_files_unread", {"folder": path.name, "files": unread})
    return tables


def _may_hold_table(file: Path) -> bool:
    if _is_prose(file):
        return False
    try:
        return recognise(file)[0] not in ("foreign", "empty")
    except OSError:
        return True


def _is_prose(file: Path | PurePosixPath) -> bool:
    """Say whether the name is that of settings, a program or a text for people."""
    if file.suffix.lower() in (".txt", ""):
        return any(word in file.stem.lower() for word in _READ_ME)
    return file.suffix.lower() in _NO_TABLES


def _is_clutter(path: Path | PurePosixPath) -> bool:
    """Say whether a file was left by a file manager, an editor or Spark."""
    return any(
        part in _CLUTTER or (part.startswith(("._", "~$", ".")) and part != "..")
        for part in path.parts
    )


def _neighbours(path: Path) -> list[str]:
    try:
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        names = [file.name for file in beside if not _is_clutter(Path(file.name))]
    except OSError:
        return []
    return nearest(path.name, names)


def _one(path: Path, name: str, workdir: Path) -> Iterator[Source]:
    if not (path.is_dir() or path.is_file()):
        raise UsageError("file_not_regular", file=name)
    try:
        if not path.is_dir():
            path.open("rb").close()  # whether it may be read is known before a thread finds out
        state = _state(path)
        digest, size = _digesting(path), sum(one[0] for one in state)
        content = "parquet" if path.is_dir() else recognise(path)[0]
    except OSError as error:
        raise DataError("file_unreadable", file=name, why=error.strerror or str(error)) from error
    if content != "zip":
        yield Source(path, name, path.name, digest, size, given=path, state=state)
        return
    for member in _members(path, name, digest, size, workdir):
        yield replace(member, given=path, state=state)


def _digesting(path: Path) -> Future[str]:
    """Digest a file in a thread of its own: the other core is idle while a file is looked over."""
    pool = ThreadPoolExecutor(max_workers=1)
    digest = pool.submit(_digest, path)
    pool.shutdown(wait=False)
    return digest


def _digest(path: Path) -> str:
    """Digest a file; for a folder, the lines ``digest  name`` of its files in order."""
    if not path.is_dir():
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    whole = hashlib.sha256()
    for file in _files(path):
        whole.update(f"{_digest(file)}  {file.relative_to(path).as_posix()}\n".encode())
    return whole.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(part for part in folder.rglob("*") if part.is_file())


def _state(path: Path) -> tuple[tuple[int, ...], ...]:
    """Give size, time of the last change and number of a file, or of each file of a folder."""
    told = [file.stat() for file in (_files(path) if path.is_dir() else [path])]
    return tuple((one.st_size, one.st_mtime_ns, one.st_ino) for one in told)


def _members(
    path: Path, name: str, digest: Future[str], size: int, workdir: Path
) -> Iterator[Source]:
    """Copy the tables of a zip archive out of it, one by one, within bounds."""
    unread: list[str] = []
    found: list[Source] = []
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in _checked(archive, name):
                inner = _true_name(member)
                if _is_prose(PurePosixPath(inner)):
                    unread.append(inner)
                    continue
                target = scratch(workdir, ".bin")
                with archive.open(member) as packed:
                    copy(pieces(packed), target, member.compress_size, f"{name}:{inner}")
                total += target.stat().st_size
                if total > bound(size):
                    raise DataError("archive_too_large", file=name, packed=size, limit=bound(size))
                if recognise(target)[0] in ("foreign", "zip", "empty"):
                    unread.append(inner)
                    continue
                base = PurePosixPath(inner).name
                found.append(Source(target, f"{name}:{inner}", base, digest, size))
    except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError) as error:
        if short_of(error):
            raise
        if path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".ods"):
            raise DataError("file_broken", file=name, kind="Excel", why=str(error)) from error
        raise DataError("archive_broken", file=name, why=str(error)) from error
    if not found:
        raise DataError("archive_empty", file=name, members=unread)
    if unread:
        note = Message("archive_members_unread", {"file": name, "members": unread})
        found[0] = replace(found[0], notices=(note,))
    yield from found


def _checked(archive: zipfile.ZipFile, name: str) -> Iterator[zipfile.ZipInfo]:
    named = [member for member in archive.infolist() if member.filename]
    members = [member for member in named if not member.is_dir()]
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
