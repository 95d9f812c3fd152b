"""The report as PDF/A-3a: tagged, archival, with the public results inside.

WeasyPrint (the extra ``pdf``) sets the same HTML that the browser shows. Without a Chinese font it
would print boxes and say nothing, so fonts are looked for first.
"""

from __future__ import annotations

import ctypes.util
import datetime as dt
import shutil
import subprocess
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIANT = "pdf/a-3a"
FONTS = '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", sans-serif'
PAGE = f"@page {{ font-family: {FONTS}; }} body {{ font-family: {FONTS}; }}"
"""WeasyPrint needs the font on the page too; details stay open, since nobody can click on paper."""

SECONDS = 20
EPOCH = dt.datetime.fromtimestamp(0, dt.UTC)
"""The moment written into attachments: no clock and no setting of the machine, so that anyone can
set the same bytes again."""


def require_pdf(lang: str) -> None:
    """Make sure that a PDF can be set, before anything is written.

    Raises
    ------
    UsageError
        ``missing_extra``: WeasyPrint is not installed; ``missing_pango``: its system library is
        not; ``missing_font``: there is no font with Chinese characters.
    """
    try:
        import weasyprint  # noqa: F401, PLC0415 - an extra, and slow
    except ImportError as error:
        raise UsageError("missing_extra", extra="pdf", package="weasyprint") from error
    except OSError as error:
        raise UsageError("missing_pango", why=str(error).splitlines()[0]) from error
    if ctypes.util.find_library("pango-1.0") is None and not _loads_pango():
        raise UsageError("missing_pango", why="libpango-1.0")
    if lang == "zh" and not _chinese_fonts():
        raise UsageError("missing_font")


def _loads_pango() -> bool:
    try:
        ctypes.CDLL("libpango-1.0.so.0")
    except OSError:
        return False
    return True


def _chinese_fonts() -> bool:
    """Ask fontconfig, which WeasyPrint asks as well, for a font that has Chinese."""
    command = shutil.which("fc-list")
    if command is None:
        return True  # nothing to ask: macOS and Windows bring such fonts
    told = subprocess.run(  # noqa: S603 - a fixed command without input
        [command, ":lang=zh", "family"], capture_output=True, check=False, timeout=SECONDS
    )
    return bool(told.stdout.strip())


def render_pdf(html: str, attachments: Mapping[str, bytes], lang: str) -> bytes:
    """Set a report as PDF/A-3a.

    Parameters
    ----------
    html
        The page, as :func:`fairshelf.reports.html.render` gives it.
    attachments
        Files to put inside, by name: the public results.
    lang
        ``en`` or ``zh``; Chinese needs a Chinese font.

    Returns
    -------
    bytes
        The same page and attachments give the same bytes; nothing is fetched from anywhere.

    Raises
    ------
    UsageError
        As :func:`require_pdf`.
    """
    require_pdf(lang)
    import weasyprint  # noqa: PLC0415 - an extra, and slow
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - the same

    held = [
        weasyprint.Attachment(
            string=content,
            name=name,
            description=name,
            relationship="Data",
            created=EPOCH,
            modified=EPOCH,
        )
        for name, content in attachments.items()
    ]
    nowhere = URLFetcher(allowed_protocols={"none"}, allow_redirects=False)
    document = weasyprint.HTML(string=_opened(html), url_fetcher=nowhere, base_url="about:blank")
    made = document.write_pdf(
        pdf_variant=VARIANT,
        pdf_tags=True,
        pdf_identifier=_identifier(html),
        attachments=held,
        stylesheets=[weasyprint.CSS(string=PAGE, url_fetcher=nowhere)],
        custom_metadata=True,
    )
    return bytes(made)


def _opened(html: str) -> str:
    """Open what a reader would click open."""
    return html.replace("<details>", "<details open>")


def _identifier(html: str) -> bytes:
    import hashlib  # noqa: PLC0415 - only here

    return hashlib.sha256(html.encode()).digest()[:16]
