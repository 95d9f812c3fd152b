"""Set a PDF again from the results and hold it against the one in the bundle.

The same version with the same WeasyPrint and fonts gives the same bytes. Where those differ, the
files attached must be the bundle's and the text the same; what it looks like is then not checked,
and that is told. Nothing here trusts the PDF: its reader may fail in any way.
"""

from __future__ import annotations

import io
import logging
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf import __version__
from fairshelf.audits.errors import UsageError
from fairshelf.reports.bundle.names import ESTIMATES, PDFS, RESULTS
from fairshelf.reports.bundle.pages import difference, marks
from fairshelf.reports.bundle.problems import Checked, unchecked, wrong
from fairshelf.reports.html import render
from fairshelf.reports.pdf import render_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairshelf.audits.results import Results


@dataclass(frozen=True, slots=True)
class _Held:
    """The text of each page without blanks, and the files attached."""

    text: list[str]
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
    return _compared(theirs.text, ours.text, place, lang=lang, version=results.tool.version)


def _compared(
    theirs: list[str], ours: list[str], place: str, *, lang: str, version: str
) -> Checked:
    if "".join(theirs) == "".join(ours):
        return unchecked("pdf_look", place)
    count, first = difference(theirs, ours)
    if version == __version__ or marks(theirs, lang) != marks(ours, lang):
        return wrong("pdf_differs", place, first)
    return unchecked("page", place, f"{count}: {first}")


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
            text = ["".join(page.extract_text().split()) for page in reader.pages]
            return _Held(text, {name: list(held) for name, held in reader.attachments.items()})
    except Exception:  # noqa: BLE001 - a PDF of an enemy can break its reader in any way
        return None
