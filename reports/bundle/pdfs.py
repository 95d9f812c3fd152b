"""Set a PDF again from the results and hold it against the one in the bundle.

The same version with the same WeasyPrint and fonts gives the same bytes. Other fonts break lines
and pages elsewhere, hyphenate and repeat headings, so that neither bytes nor the order of the text
can be held against a PDF set elsewhere. Where the bytes differ, the files attached must be the
bundle's, the decimal numbers the same and each outcome there as often; that the rest was not
checked is told. Nothing here trusts the PDF: its reader may fail in any way.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError
from fairshelf.reports.bundle.names import ESTIMATES, PDFS, RESULTS
from fairshelf.reports.bundle.problems import Checked, unchecked, wrong
from fairshelf.reports.html import render
from fairshelf.reports.pdf import render_pdf
from fairshelf.reports.wording import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairshelf.audits.results import Results


DECIMAL = re.compile(r"\d+\.\d+%?")
OUTCOME = re.compile(r"outcome\.[a-z_]+")
BREAK = re.compile(r"[\u2010\u00ad]\s*")
"""A hyphen that only the break of a line made."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The text, and the files attached."""

    text: str
    files: dict[str, list[bytes]]


def check(results: Results, name: str, files: Mapping[str, bytes]) -> Checked:
    """Check one PDF.

    Parameters
    ----------
    results
        The public results of the bundle.
    name
        The PDF's name, one of :data:`~fairshelf.reports.bundle.names.PDFS`.
    files
        The bundle's files by name: this PDF, and the public results and estimates.
    """
    place, there = f"data/{name}", files[name]
    inside = {one: files[one] for one in (RESULTS, ESTIMATES)}
    audience, lang = PDFS[name]
    theirs, odd = _attached(there, inside, place)
    if odd.wrong:
        return odd
    try:
        again = render_pdf(render(results, lang, audience=audience), inside, lang)
    except UsageError as error:
        return unchecked("pdf", place, error.code)
    except Exception as error:  # noqa: BLE001 - results of an enemy can break a page in any way
        return wrong("not_settable", place, f"{type(error).__name__}: {error}")
    if again == there:
        return Checked()
    ours = _read(again) if theirs else None
    if theirs is None or ours is None:
        return unchecked("pdf_bytes", place)
    if theirs.text == ours.text:
        return unchecked("pdf_look", place)
    odd_ones = _signs(theirs.text, lang) ^ _signs(ours.text, lang)
    if odd_ones:
        return wrong("pdf_differs", place, ", ".join(sorted(odd_ones)))
    return unchecked("pdf_text", place)


def _signs(text: str, lang: str) -> set[str]:
    """Give the decimal numbers of a text, and each outcome with how often it stands there."""
    told = (words for name, words in catalogue(lang).items() if OUTCOME.fullmatch(name))
    flat = ["".join(words.split()).casefold() for words in told]
    pattern = "|".join(map(re.escape, sorted(flat, key=len, reverse=True)))
    outcomes = Counter(re.findall(pattern, "".join(text.split()).casefold()))
    return {*DECIMAL.findall(text), *(f"{name}: {count}" for name, count in outcomes.items())}


def _attached(
    there: bytes, inside: Mapping[str, bytes], place: str
) -> tuple[_Held | None, Checked]:
    """Read a PDF and check what needs no setting again: that it is one, and the files inside."""
    try:
        held = _read(there)
    except ImportError:
        return None, Checked()
    if held is None:
        return None, wrong("pdf_broken", place)
    return held, Checked() if _holds(held, inside) else wrong("pdf_files", place)


def _holds(held: _Held, inside: Mapping[str, bytes]) -> bool:
    return held.files == {name: [content] for name, content in inside.items()}


def _read(content: bytes) -> _Held | None:
    """Read a PDF; None where it cannot be read.

    Raises
    ------
    ImportError
        There is no reader.
    """
    import pypdf  # noqa: PLC0415 - an extra

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
            text = BREAK.sub("", "\n".join(page.extract_text() for page in reader.pages))
            return _Held(text, {name: list(held) for name, held in reader.attachments.items()})
    except Exception:  # noqa: BLE001 - a PDF of an enemy can break its reader in any way
        return None
