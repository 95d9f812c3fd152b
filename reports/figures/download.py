"""A figure's numbers as a CSV inside the page: no network, no script, inert in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING
from urllib.parse import quote

from fairshelf.reports.hostile import inert_cell

if TYPE_CHECKING:
    from fairshelf.reports.views import TableView

MARK = "\ufeff"
"""Excel on a Chinese Windows reads CSV without a byte order mark as GBK."""


def as_link(view: TableView) -> str:
    """Give a table as a ``data:`` link that a browser saves as a file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([inert_cell(heading) for heading, _ in view.columns])
    writer.writerows([inert_cell(cell.text) for cell in row] for row in view.rows)
    return "data:text/csv;charset=utf-8," + quote(MARK + out.getvalue(), safe=" ,.:;()/")
