"""Check a bundle that may come from an enemy: each reason why it does not verify, by name."""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairshelf import __version__
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.reports import exports
from fairshelf.reports.bundle import records, sign
from fairshelf.reports.bundle.archive import name_problem, unpacked
from fairshelf.reports.bundle.names import (
    BAGIT,
    CRATE,
    ESTIMATES,
    MOST_BYTES,
    MOST_FILES,
    NEEDED,
    OPTIONAL,
    PAGES,
    RESULTS,
    SIGNATURE,
    TAGS,
)
from fairshelf.reports.bundle.problems import Problem
from fairshelf.reports.disclosure import is_public
from fairshelf.reports.html import render

if TYPE_CHECKING:
    from fairshelf.audits.results import Results

NUMBER = re.compile(rb"\d+\.\d+%?")
"""What two versions of a page must have in common."""

HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking found: the problems, who signed, how many files, and the results inside.

    ``unchecked`` are files whose content could not be held against the results here, though their
    digests are right.
    """

    problems: tuple[Problem, ...]
    fingerprint: str | None = None
    files: int = 0
    results: Results | None = None
    unchecked: tuple[Problem, ...] = ()


def verify(bundle: Path, key: Path | None = None, sealed: Path | None = None) -> Verified:
    """Check a bundle, as folder or zip.

    Structure, names, digests, signature, the form of the results, and that pages and tables say
    what the results say.

    Parameters
    ----------
    bundle
        A bag's folder or its zip; never written to.
    key
        The public key that must have signed it.
    sealed
        The sealed container, whose digest must be the recorded one.

    Raises
    ------
    UsageError
        ``bundle_missing``; ``key_unreadable``.
    """
    if key is not None:
        sign.load_public(key)
    if bundle.is_dir() and not bundle.is_symlink():
        return _verify(bundle, key, sealed)
    if not bundle.is_file():
        raise UsageError("bundle_missing", file=str(bundle))
    with tempfile.TemporaryDirectory(prefix="fairshelf-") as into:
        bag, wrong = unpacked(bundle, Path(into))
        if bag is None:
            return Verified(tuple(wrong))
        return _verify(bag, key, sealed)


def _verify(bag: Path, key: Path | None, sealed: Path | None) -> Verified:
    files, wrong = _files(bag)
    if not wrong:
        wrong = _structure(bag, files)
    if not wrong:
        wrong = _digests(bag, files)
    if wrong:
        return Verified(tuple(wrong), files=len(files))
    who, wrong = sign.check(bag, key)
    results, more = _contents(bag / "data", files)
    wrong += more
    if sealed is not None:
        wrong += _sealed(bag / "data", sealed)
    open_ = () if results is None else _unchecked(bag / "data", files, results)
    return Verified(tuple(wrong), who, len(files), results, open_)


def _unchecked(data: Path, files: list[str], results: Results) -> tuple[Problem, ...]:
    """Name the pages and PDFs that this version on this machine cannot make again to compare."""
    told = []
    if results.tool.version != __version__:
        told += [
            Problem("page_by_another_version", f"data/{name}", results.tool.version)
            for name in PAGES
            if f"data/{name}" in files
        ]
    told += [
        Problem("pdf_not_compared", name)
        for name in files
        if _is_pdf(name.removeprefix("data/"))
        and not _is_same_pdf(results, bag_file=data.parent / name)
    ]
    return tuple(told)


def _is_same_pdf(results: Results, bag_file: Path) -> bool:
    """Make a PDF again where that can be done here; fonts of other machines give other bytes."""
    from fairshelf.reports.pdf import render_pdf, require_pdf  # noqa: PLC0415 - an extra

    parts = bag_file.name.split(".")
    audience, lang = (parts[1], parts[2]) if len(parts) > 3 else ("regulator", parts[1])  # noqa: PLR2004 - report.AUDIENCE.LANG.pdf
    if results.tool.version != __version__ or lang not in ("en", "zh"):
        return False
    try:
        require_pdf(lang)
        page = render(results, lang, audience=audience)
    except (UsageError, ValueError, LookupError):
        return False
    inside = {
        "results.public.json": exports.results_json(results),
        "estimates.public.csv": exports.estimates_csv(results),
    }
    return render_pdf(page, inside, lang) == bag_file.read_bytes()


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
    known = {*NEEDED, *OPTIONAL, *PAGES}
    wrong += [
        Problem("unknown_file", f"data/{name}")
        for name in payload
        if name not in known and not _is_pdf(name)
    ]
    return wrong


def _is_pdf(name: str) -> bool:
    return name.startswith("report.") and name.endswith(".pdf") and "/" not in name


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


def _contents(data: Path, files: list[str]) -> tuple[Results | None, list[Problem]]:
    """Check that the records are records and that everything says what the results say."""
    wrong = [
        Problem("not_json", f"data/{name}")
        for name in (*NEEDED, *OPTIONAL)
        if name.endswith(".json") and f"data/{name}" in files and _json(data / name) is None
    ]
    if wrong:
        return None, wrong
    content = (data / RESULTS).read_bytes()
    try:
        results = exports.load_results(content)
    except DataError as error:
        return None, [Problem("results_form", f"data/{RESULTS}", error.code)]
    if not is_public(results):
        return results, [Problem("not_public", f"data/{RESULTS}")]
    if exports.results_json(results) != content:
        wrong.append(Problem("results_form", f"data/{RESULTS}", "canonical form"))
    if exports.estimates_csv(results) != (data / ESTIMATES).read_bytes():
        wrong.append(Problem("estimates_differ", f"data/{ESTIMATES}"))
    wrong += [
        Problem("page_differs", f"data/{name}")
        for name in PAGES
        if f"data/{name}" in files and not _says_the_same(results, data / name)
    ]
    if _json(data / "settings.json") != json.loads(records.as_json(results.settings)):
        wrong.append(Problem("settings_differ", "data/settings.json"))
    return results, wrong + _custody(data, files) + _described(data, files)


def _says_the_same(results: Results, page: Path) -> bool:
    """Render a page again: the same bytes, or by another version of the tool the same numbers."""
    again, there = render(results, page.name.split(".")[1]).encode(), page.read_bytes()
    if results.tool.version == __version__:
        return again == there
    return sorted(set(NUMBER.findall(again))) == sorted(set(NUMBER.findall(there)))


def _json(file: Path) -> Any:  # noqa: ANN401 - what a file holds
    """Read JSON without NaN or endless nesting; None where it is none."""
    try:
        return json.loads(file.read_bytes().decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> None:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _custody(data: Path, files: list[str]) -> list[Problem]:
    """Hold the digests in the custody log against the files."""
    told = _json(data / "custody.json")
    steps = told if isinstance(told, list) else []
    after = next(
        (
            one.get("after")
            for one in steps
            if isinstance(one, dict) and one.get("step") == "audited"
        ),
        None,
    )
    if not isinstance(after, dict):
        return [Problem("custody_form", "data/custody.json")]
    return [
        Problem("custody_differs", f"data/{name}", "custody.json")
        for name, digest in after.items()
        if f"data/{name}" not in files or records.digest((data / name).read_bytes()) != digest
    ]


def _described(data: Path, files: list[str]) -> list[Problem]:
    """Check that the RO-Crate describes every file of the payload."""
    told = _json(data / CRATE)
    graph = told.get("@graph") if isinstance(told, dict) else None
    if not isinstance(graph, list):
        return [Problem("not_described", f"data/{CRATE}", CRATE)]
    names = {str(one.get("@id")) for one in graph if isinstance(one, dict)}
    payload = {name.removeprefix("data/") for name in files if name.startswith("data/")}
    return [Problem("not_described", f"data/{one}", CRATE) for one in sorted(payload - names)]


def _sealed(data: Path, sealed: Path) -> list[Problem]:
    try:
        digest = records.digest(sealed.read_bytes())
    except OSError as error:
        raise UsageError("bundle_missing", file=str(sealed)) from error
    steps = _json(data / "custody.json")
    listed = steps if isinstance(steps, list) else []
    recorded = [one.get("sha256") for one in listed if isinstance(one, dict)]
    return [] if digest in recorded else [Problem("sealed_differs", sealed.name)]
