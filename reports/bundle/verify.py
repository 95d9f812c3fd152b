"""Check a bundle that may come from an enemy: each reason why it does not verify, by name."""

from __future__ import annotations

import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import UsageError
from fairshelf.audits.stages import QUIET
from fairshelf.reports.bundle import contents, records, sign
from fairshelf.reports.bundle.archive import name_problem, unpacked
from fairshelf.reports.bundle.names import (
    BAGIT,
    MOST_BYTES,
    MOST_FILES,
    NEEDED,
    OPTIONAL,
    PAGES,
    PDFS,
    SIGNATURE,
    TAGS,
)
from fairshelf.reports.bundle.problems import Checked, Problem

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.audits.stages import Stages

HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking found.

    ``problems`` are reasons why it does not verify, ``unchecked`` what could not be looked at;
    ``digest`` is that of the tag manifest, which stands for all of it; ``wanted`` tells that the
    key that signed was asked for; ``told`` holds the records by file name.
    """

    problems: tuple[Problem, ...]
    unchecked: tuple[Problem, ...] = ()
    fingerprint: str | None = None
    wanted: bool = False
    files: int = 0
    digest: str = ""
    results: Results | None = None
    told: dict[str, Any] = field(default_factory=dict)


def verify(
    bundle: Path,
    key: Path | None = None,
    sealed: Path | None = None,
    stage: Stages = QUIET,
) -> Verified:
    """Check a bundle, as folder or zip.

    Structure, names, digests, signature, the form of every record, and that pages, PDFs, tables
    and records say what the results say. That the results are true of any data is not checked.

    Parameters
    ----------
    bundle
        A bag's folder or its zip; never written to.
    key
        The public key that must have signed it.
    sealed
        The sealed container, whose digest must be the recorded one.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError
        ``bundle_missing``; ``key_unreadable``.
    """
    if key is not None:
        sign.load_public(key)
    if bundle.is_dir() and not bundle.is_symlink():
        return _verify(bundle, key, sealed, stage)
    if not bundle.is_file():
        raise UsageError("bundle_missing", file=str(bundle))
    with tempfile.TemporaryDirectory(prefix="fairshelf-") as into:
        bag, wrong = unpacked(bundle, Path(into))
        if bag is None:
            return Verified(tuple(wrong))
        return _verify(bag, key, sealed, stage)


def _verify(bag: Path, key: Path | None, sealed: Path | None, stage: Stages) -> Verified:
    stage("digests")
    files, wrong = _files(bag)
    if not wrong:
        wrong = _structure(bag, files)
    if not wrong:
        wrong = _digests(bag, files)
    if wrong:
        return Verified(tuple(wrong), files=len(files))
    who, wrong = sign.check(bag, key)
    names = {name.removeprefix("data/") for name in files if name.startswith("data/")}
    told, odd = contents.read(bag / "data", names)
    stage("pages")
    results, found = (None, Checked()) if odd else contents.check(bag / "data", names, told, stage)
    wrong += [*odd, *found.wrong]
    if sealed is not None and not odd:
        wrong += _sealed(told["custody.json"], sealed)
    digest = records.digest((bag / "tagmanifest-sha256.txt").read_bytes())
    return Verified(
        tuple(wrong), found.unchecked, who, key is not None, len(files), digest, results, told
    )


def _files(bag: Path) -> tuple[list[str], list[Problem]]:
    """List the files of a bag; links and special files are problems, not followed."""
    told: list[str] = []
    wrong: list[Problem] = []
    seen: dict[str, str] = {}
    size = 0
    for place in sorted(bag.rglob("*")):
        name = place.relative_to(bag).as_posix()
        if place.is_symlink() or not (place.is_file() or place.is_dir()):
            wrong.append(Problem("not_a_file", name))
        elif why := name_problem(name):
            wrong.append(Problem(why, name))
        elif place.is_file():
            folded = unicodedata.normalize("NFC", name).casefold()
            if folded in seen:
                wrong.append(Problem("name_twice", name, seen[folded]))
            seen[folded] = name
            size += place.stat().st_size
            told.append(name)
        if len(told) > MOST_FILES:
            return told, [Problem("too_many_files")]
        if size > MOST_BYTES:
            return told, [Problem("too_large", name, str(size))]
    return told, wrong


def _structure(bag: Path, files: list[str]) -> list[Problem]:
    wrong = [Problem("missing", name) for name in TAGS if name not in files]
    if wrong:
        return wrong
    if _text(bag / "bagit.txt") != BAGIT:
        wrong.append(Problem("bagit_txt", "bagit.txt"))
    allowed = {*TAGS, SIGNATURE}
    for name in files:
        if not name.startswith("data/") and name not in allowed:
            kind = (
                "fetch" if name == "fetch.txt" else "manifest_kind" if "manifest-" in name else ""
            )
            wrong.append(Problem(kind or "not_listed", name))
    payload = [name.removeprefix("data/") for name in files if name.startswith("data/")]
    wrong += [Problem("missing", f"data/{name}") for name in NEEDED if name not in payload]
    if not any(name in payload for name in PAGES):
        wrong.append(Problem("missing", f"data/{PAGES[0]}"))
    known = {*NEEDED, *OPTIONAL, *PAGES, *PDFS}
    wrong += [Problem("unknown_file", f"data/{name}") for name in payload if name not in known]
    return wrong


def _digests(bag: Path, files: list[str]) -> list[Problem]:
    tags, wrong = _manifest(bag / "tagmanifest-sha256.txt")
    payload, more = _manifest(bag / "manifest-sha256.txt")
    wrong += more
    if wrong:
        return wrong
    want = {
        "tagmanifest-sha256.txt": (tags, {*TAGS} - {"tagmanifest-sha256.txt"}),
        "manifest-sha256.txt": (payload, {name for name in files if name.startswith("data/")}),
    }
    for name, (listed, there) in want.items():
        wrong += [Problem("not_listed", one, name) for one in sorted(there - set(listed))]
        wrong += [Problem("listed_missing", one, name) for one in sorted(set(listed) - there)]
        for one, digest in sorted(listed.items()):
            if one in there and records.digest((bag / one).read_bytes()) != digest:
                wrong.append(Problem("changed", one))
    return wrong


def _manifest(file: Path) -> tuple[dict[str, str], list[Problem]]:
    """Read a manifest strictly: digest, blanks, a plain path, each once."""
    text = _text(file)
    if text is None:
        return {}, [Problem("not_utf8", file.name)]
    told: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line:
            continue
        digest, _, name = line.partition(" ")
        name = name.lstrip(" ")
        if len(digest) != 64 or not set(digest) <= HEX or name_problem(name):  # noqa: PLR2004 - SHA-256 in hexadecimal
            return {}, [Problem("manifest_line", file.name, str(number))]
        if name in told:
            return {}, [Problem("name_twice", name, file.name)]
        told[name] = digest
    return told, []


def _text(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None


def _sealed(told: list[dict[str, Any]], sealed: Path) -> list[Problem]:
    try:
        digest = records.digest(sealed.read_bytes())
    except OSError as error:
        raise UsageError("bundle_missing", file=str(sealed)) from error
    recorded = [one.get("sha256") for one in told if one["step"] == "sealed"]
    return [] if digest in recorded else [Problem("sealed_differs", sealed.name)]
