"""Zips that are the same for the same files, and zips that may come from an enemy."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
import zlib
from typing import TYPE_CHECKING

from fairshelf.reports.bundle.gaps import hidden
from fairshelf.reports.bundle.names import MOST_BYTES, MOST_FILES, MOST_RATIO, SMALL
from fairshelf.reports.bundle.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = (1980, 1, 1, 0, 0, 0)
FILE = (stat.S_IFREG | 0o644) << 16
RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10)))
)
CHUNK = 2**20
ENCRYPTED = 0x1


def zipped(folder: Path, out: Path) -> None:
    """Zip a folder under its own name: sorted, without clock or owner."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                name = f"{folder.name}/{file.relative_to(folder).as_posix()}"
                info = zipfile.ZipInfo(name, MOMENT)
                info.external_attr = FILE
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, file.read_bytes())


def unpacked(archive: Path, into: Path) -> tuple[Path | None, list[Problem]]:
    """Unpack a zip that may come from an enemy.

    Nothing is written outside ``into``, no link is made, and nothing grows beyond the limits.

    Returns
    -------
    The one folder at the top of the zip, or None, and what is wrong.
    """
    try:
        with zipfile.ZipFile(archive) as held:
            entries = held.infolist()
            wrong = _refused(entries)
            if not wrong and (where := hidden(archive, held)):
                wrong = [Problem("zip_hidden", archive.name, where)]
            if wrong:
                return None, wrong
            return _written(held, entries, into)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        zlib.error,
    ) as error:
        return None, [Problem("zip_broken", archive.name, str(error))]


def _refused(entries: list[zipfile.ZipInfo]) -> list[Problem]:
    told: list[Problem] = []
    if len(entries) > MOST_FILES:
        return [Problem("too_many_files", "", str(len(entries)))]
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        return [Problem("too_large", "", str(sum(entry.file_size for entry in entries)))]
    seen: dict[str, str] = {}
    for entry in entries:
        why = name_problem(entry.filename) or _kind(entry)
        if why:
            told.append(Problem(why, entry.filename))
            continue
        folded = unicodedata.normalize("NFC", entry.filename).casefold()
        if folded in seen:
            told.append(Problem("name_twice", entry.filename, seen[folded]))
        seen[folded] = entry.filename
        if entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size):
            told.append(Problem("zip_bomb", entry.filename))
    return told


def name_problem(name: str) -> str:
    """Say what is wrong with a path inside a bundle; empty where it is plain."""
    if "\x00" in name or any(ord(letter) < 32 or ord(letter) == 127 for letter in name):  # noqa: PLR2004 - control characters
        return "name_control"
    if "\\" in name or ":" in name or name.startswith("/"):
        return "name_absolute"
    parts = name.rstrip("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "name_traversal"
    if any(
        part.split(".")[0].casefold() in RESERVED or part.endswith((" ", ".")) for part in parts
    ):
        return "name_device"
    return "name_traversal" if len(parts) > 8 or len(name) > 255 else ""  # noqa: PLR2004 - no bundle of ours is deeper


def _kind(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & ENCRYPTED:
        return "encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "zip_method"
    mode = entry.external_attr >> 16
    if mode and not entry.is_dir() and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "not_a_file"
    return ""


def _written(
    held: zipfile.ZipFile, entries: list[zipfile.ZipInfo], into: Path
) -> tuple[Path | None, list[Problem]]:
    tops = {entry.filename.split("/")[0] for entry in entries}
    if len(tops) != 1:
        return None, [Problem("not_one_folder", "", ", ".join(sorted(tops)[:5]))]
    for entry in entries:
        place = into / entry.filename
        if entry.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        left = entry.file_size
        with held.open(entry) as source, place.open("xb") as file:
            while chunk := source.read(min(CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    return None, [Problem("zip_bomb", entry.filename)]
                file.write(chunk)
    return into / tops.pop(), []
