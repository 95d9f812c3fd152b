"""One pass over a text file's bytes: is it UTF-8, does it hold NULs, how many lines."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.ingest.unpack import CHUNK

if TYPE_CHECKING:
    from pathlib import Path

ENOUGH = 10_000
"""Faults after which a file is not read further as UTF-8."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over a file found.

    ``faults`` and ``others`` are its faults as UTF-8 and its characters outside ASCII (a lower
    bound); ``nuls`` says that it holds a NUL; ``lines`` counts line feeds, and a last line
    without one.
    """

    faults: int
    others: int
    nuls: bool
    lines: int


def survey(path: Path) -> Survey:
    """Look a file over as UTF-8; stops early where it plainly is none."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    faults = extra = lines = 0
    nuls, last = False, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            lines += chunk.count(b"\n")
            nuls = nuls or b"\0" in chunk
            last = chunk[-1:]
            if chunk.isascii() and not decoder.getstate()[0]:
                continue
            text = decoder.decode(chunk)
            faults += text.count("\ufffd")
            extra += len(chunk) - len(text)
            if faults > ENOUGH and faults > extra / 10:
                break
    faults += decoder.decode(b"", final=True).count("\ufffd")
    return Survey(faults, max(0, extra) // 2, nuls, lines + (last != b"\n"))
