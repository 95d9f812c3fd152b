"""Where a tally is written: beside its place, then put there in one move."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError
from fairshelf.audits.tally.saved.account import KIND
from fairshelf.audits.tally.saved.folder import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

READABLE = 0o755


def refuse(place: Path, *, force: bool) -> None:
    """Refuse a place that is taken, before any work is done.

    Raises
    ------
    UsageError
        ``out_no_parent``: its folder is missing; ``tally_exists`` without ``force``;
        ``tally_not_ours`` where ``force`` would delete something that is no saved tally.
    """
    if not place.absolute().parent.is_dir():
        raise UsageError("out_no_parent", out=str(place))
    if not place.exists() and not place.is_symlink():
        return
    if not force:
        raise UsageError("tally_exists", tally=str(place))
    if place.is_symlink() or not place.is_dir() or not _is_ours(place):
        raise UsageError("tally_not_ours", tally=str(place))


def refuse_inside(out: Path, tallies: Iterable[Path]) -> None:
    """Refuse to write into a saved tally, which is its files and no others.

    Raises
    ------
    UsageError
        ``out_in_tally``.
    """
    for place in tallies:
        if place.resolve() in out.resolve().parents:
            raise UsageError("out_in_tally", out=str(out), tally=str(place))


def _is_ours(place: Path) -> bool:
    """Say whether a folder holds a tally, damaged or not, and nothing else."""
    inside = [file.name for file in place.iterdir() if file.name != MANIFEST]
    if not (place / MANIFEST).is_file() or not all(one.endswith(".parquet") for one in inside):
        return False
    try:
        said = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        return bool(said["account"]["kind"] == KIND)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return False


@contextmanager
def made(place: Path, *, force: bool) -> Iterator[Path]:
    """Give an empty folder to fill; at the end it stands at its place, or nothing does.

    Raises
    ------
    UsageError
        As :func:`refuse`; ``out_not_writable``.
    """
    refuse(place, force=force)
    try:
        held = Path(tempfile.mkdtemp(prefix=".fairshelf-", dir=place.absolute().parent))
    except OSError as error:
        raise UsageError("out_not_writable", out=str(place), why=str(error.strerror)) from error
    try:
        new, old = held / "new", held / "old"
        new.mkdir(mode=READABLE)
        yield new
        refuse(place, force=force)
        earlier = place.exists()
        if earlier:
            place.rename(old)
        try:
            new.rename(place)
        except BaseException:
            if earlier:
                old.rename(place)
            raise
    finally:
        shutil.rmtree(held, ignore_errors=True)
