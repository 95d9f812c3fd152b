"""Where ``audit check`` writes: stdout, files, and the summary of a GitHub job."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.cli import terminal
from fairshelf.cli.output import umask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.gate import Gate

_SUMMARY = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True, slots=True)
class Place:
    """A format and the file it goes to: None is stdout, ``appended`` adds to what is there."""

    form: str
    file: Path | None = None
    appended: bool = False


def places(formats: Sequence[str], outputs: Sequence[str]) -> tuple[Place, ...]:
    """Say where each format goes: ``junit=FILE``, or ``junit`` with ``--output junit=FILE``.

    Raises
    ------
    UsageError
        ``unknown_format``; ``output_without_format``; ``formats_share_stdout``.
    """
    from fairshelf.reports.verdicts import FORMATS

    pairs = [text.partition("=") for text in formats]
    outputs = [*outputs, *(f"{form}={file}" for form, _, file in pairs if file)]
    asked = tuple(dict.fromkeys(form for form, _, _ in pairs)) or ("text",)
    for form in asked:
        if form not in FORMATS:
            known = nearest(form, FORMATS) or list(FORMATS)
            raise UsageError("unknown_format", typed=form, known=known)
    told = _files(asked, outputs)
    summary = os.environ.get(_SUMMARY)
    found = []
    for form in asked:
        if form in told:
            found.append(Place(form, told[form]))
        elif form == "markdown" and summary:
            found.append(Place(form, Path(summary), appended=True))
        else:
            found.append(Place(form))
    shared = [place.form for place in found if place.file is None]
    if len(shared) > 1:
        raise UsageError("formats_share_stdout", formats=shared)
    return tuple(found)


def _files(asked: Sequence[str], outputs: Sequence[str]) -> dict[str, Path]:
    from fairshelf.reports.verdicts import FORMATS

    told: dict[str, Path] = {}
    for typed in outputs:
        form, sign, name = typed.partition("=")
        if sign and form in asked:
            told[form] = Path(name)
        elif len(asked) == 1 and len(outputs) == 1 and not (sign and form in FORMATS):
            told[asked[0]] = Path(typed)
        else:
            raise UsageError("output_without_format", typed=typed)
    return told


def write(gate: Gate, told: Sequence[Place], lang: str, but: Sequence[str] = ()) -> None:
    """Write a gate to its places, those that stay silent left out."""
    from fairshelf.reports.verdicts import render

    for place in told:
        if place.form in but:
            continue
        text = render(gate, place.form, lang)
        if place.file is None:
            terminal.say_plain(text)
        elif place.appended:
            _append(place.file, text)
        else:
            put(place.file, text.encode("utf-8"))


def put(file: Path, content: bytes) -> None:
    """Write a file whole or not at all; one of that name is replaced, as build servers expect.

    Through a link the file it leads to is written; a device or a pipe is written into, not
    replaced. A new file has the rights that the system gives new files, and so have the folders
    on the way to it that are not there yet.

    Raises
    ------
    UsageError
        ``file_not_writable``.
    """
    try:
        place = file.resolve()
        if place.exists() and not place.is_file():
            place.write_bytes(content)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        rights = place.stat().st_mode & 0o777 if place.exists() else 0o666 & ~umask()
        with tempfile.TemporaryDirectory(prefix=".fairshelf-", dir=place.parent) as held:
            made = Path(held) / place.name
            made.write_bytes(content)
            made.chmod(rights)
            made.replace(place)
    except (OSError, RuntimeError) as error:
        why = str(getattr(error, "strerror", None) or error)
        raise UsageError("file_not_writable", file=str(file), why=why) from error


def _append(file: Path, text: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError("file_not_writable", file=str(file), why=str(error.strerror)) from error
