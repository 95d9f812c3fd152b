"""Which encoding a text file is in, and its way into UTF-8.

UTF-8 proves itself over the whole file. Everything else is a choice between encodings that could
all decode the bytes; it is made on how usual the characters are that come out, from the head, the
middle and the end of the file, and said aloud where it is not beyond doubt.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.ingest.unpack import CHUNK, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fairshelf.audits.ingest.survey import Survey

SAMPLE = 1 << 17
DAMAGE = 1e-3
"""Share of characters that may be damaged in a file whose encoding is not in doubt."""
SURE = 0.9
"""Share of usual characters above which a Chinese encoding is taken without a word."""
PLAUSIBLE = 0.6

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE = ("gb18030", "big5hkscs")
_NAMES = {"utf-8-sig": "UTF-8 BOM", "big5hkscs": "Big5", "cp1252": "Windows-1252"}
_OFFERED = ["utf-8", "utf-16", "gb18030", "gbk", "big5", "latin-1", "cp1252", "shift_jis", "euc_kr"]


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding, and the next best where the choice is open to doubt.

    ``codec`` is Python's name, ``name`` the one people read.
    """

    codec: str
    name: str
    rival: str | None = None


def detect(path: Path, name: str, seen: Survey) -> Guess:
    """Find the encoding of a text file.

    Parameters
    ----------
    path
        The file as bytes of text (unpacked).
    name
        What messages call it.
    seen
        What one pass over it as UTF-8 found.

    Raises
    ------
    DataError
        ``encoding_unknown`` where nothing decodes the file to plausible text.
    """
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return Guess(codec, _NAMES.get(codec, codec.upper()))
    if b"\0" in start and (side := _utf16_side(start)):
        return Guess(side, side.upper())
    if seen.faults <= seen.others * DAMAGE:
        return Guess("utf-8", "UTF-8")
    return _choose(list(_samples(path)), name)


def named(encoding: str) -> Guess:
    """Take the encoding the user named.

    Raises
    ------
    UsageError
        ``encoding_name`` where there is no such encoding.
    """
    wanted = encoding.strip().lower()
    try:
        codec = codecs.lookup({"gbk": "gb18030", "gb2312": "gb18030"}.get(wanted, wanted)).name
        "".encode(codec)
        codecs.getincrementaldecoder(codec)("replace")
    except (LookupError, TypeError, ValueError) as error:
        raise UsageError(
            "encoding_name", value=encoding, suggestions=nearest(encoding, _OFFERED) or _OFFERED
        ) from error
    return Guess("utf-8-sig" if codec == "utf-8" else codec, encoding)


def transcode(path: Path, guess: Guess, workdir: Path) -> tuple[Path, int, int]:
    """Copy a text file into UTF-8 in a bounded buffer.

    Returns
    -------
    tuple of (Path, int, int)
        The UTF-8 file without byte order mark, the number of characters that could not be
        decoded (they became U+FFFD), and the number of characters outside ASCII.
    """
    decoder = codecs.getincrementaldecoder(guess.codec)("replace")
    target = scratch(workdir, ".txt")
    damaged = others = 0
    first = True
    with path.open("rb") as source, target.open("wb") as out:
        while True:
            chunk = source.read(CHUNK)
            text = _decoded(decoder, chunk)
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            damaged += text.count("\ufffd")
            data = text.encode("utf-8", "replace")
            others += 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
            out.write(data)
            if not chunk:
                return target, damaged, others


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes) -> str:
    """Decode a piece; one that a decoder refuses outright is all damage."""
    try:
        return decoder.decode(chunk, final=not chunk)
    except UnicodeError:
        return "\ufffd" * len(chunk)


def _utf16_side(start: bytes) -> str | None:
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) / 20 or min(even, odd) > max(even, odd) / 50:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _samples(path: Path) -> Iterator[bytes]:
    """Give whole lines from the head, the middle and the end of a file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        for at in sorted({0, max(0, size // 2 - SAMPLE // 2), max(0, size - SAMPLE)}):
            file.seek(at)
            piece = file.read(SAMPLE)
            if at:
                piece = piece[piece.find(b"\n") + 1 :]
            if at + SAMPLE < size and b"\n" in piece:
                piece = piece[: piece.rfind(b"\n") + 1]
            yield piece


def _choose(samples: list[bytes], name: str) -> Guess:
    scores = sorted(((_usual(samples, codec), codec) for codec in _CHINESE), reverse=True)
    (best, codec), (second, rival) = scores
    other = _western(samples)
    if best < PLAUSIBLE:
        if other is None:
            raise DataError("encoding_unknown", file=name, tried=["UTF-8", "GB18030", "Big5"])
        return Guess(other, _NAMES.get(other, other.upper()), rival="GB18030")
    doubtful = best < SURE or best - second < (1 - PLAUSIBLE) / 4
    label = _NAMES.get(codec, codec.upper())
    return Guess(codec, label, _NAMES.get(rival, rival.upper()) if doubtful else None)


def _usual(samples: list[bytes], codec: str) -> float:
    """Give the share of usual characters among those outside ASCII; 0 where much is undecodable.

    Usual: the 3,755 level-1 characters of GB 2312 (lead bytes B0 to D7) or the 5,401 of Big5
    (A4 to C6), and the punctuation of both; a wrong guess yields mostly rare characters.
    """
    good = all_ = faults = 0
    for sample in samples:
        text = sample.decode(codec, "replace")
        faults += text.count("\ufffd")
        for letter in text:
            if letter <= "\x7f":
                continue
            all_ += 1
            good += _is_usual(letter, codec)
    if not all_ or faults > max(1, all_ * DAMAGE * 10):
        return 0.0
    return good / all_


def _is_usual(letter: str, codec: str) -> bool:
    try:
        pair = letter.encode("gb2312" if codec == "gb18030" else "big5")
    except UnicodeEncodeError:
        return False
    if codec == "gb18030":
        return pair[0] in (0xA1, 0xA3) or 0xB0 <= pair[0] <= 0xD7  # noqa: PLR2004 - GB 2312 rows
    return 0xA1 <= pair[0] <= 0xC6  # noqa: PLR2004 - Big5 punctuation and level 1


def _western(samples: list[bytes]) -> str | None:
    """Ask charset-normalizer about everything that is not Chinese."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only for files that need it

    found = from_bytes(b"".join(samples), cp_exclusion=["utf_8", "utf_16", "utf_32", "gb18030"])
    best = found.best()
    if best is None:
        return None
    likely = [best.encoding, *best.could_be_from_charset]
    return "cp1252" if {"cp1252", "latin_1"} & set(likely) else best.encoding
