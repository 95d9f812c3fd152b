"""What a fit found, for a terminal: within 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.reports.fitting.document import lead, message, split_sentences, verdict_table
from fairshelf.reports.fitting.names import FitNames
from fairshelf.reports.fitting.public import public
from fairshelf.reports.lines import broken, whole
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

    from fairshelf.audits.pipeline.fit import Fit

WIDTH = 80
SPIKE = "fit_spike"


def summary(record: Fit, lang: str, out: Path | str = "", *, strict: bool = False) -> Group:
    """Sum a fit up for a terminal.

    Parameters
    ----------
    record
        What was found.
    lang
        ``en`` or ``zh``.
    out
        Where the page lies; left out where empty.
    strict
        Raise where a sentence is missing; for tests.
    """
    words = Words(lang, strict=strict)
    record = public(record)
    names = FitNames(record, words)
    parts: list[RenderableType] = [_text(one) for one in lead(record, names)]
    view = verdict_table(record, names)
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading, _ in view.columns:
        table.add_column(heading)
    for row in view.rows:
        table.add_row(*(cell.text for cell in row))
    parts += [Text(""), table, Text(""), *map(_text, split_sentences(record, names))]
    parts += [_text(message(one, record, names)) for one in record.notices if one.code == SPIKE]
    parts.append(_text(words.text("fit.meaning")))
    if out:
        parts.append(whole(words.text("fit.written", out=str(out))))
    return Group(*parts)


def _text(sentence: str) -> Text:
    return Text("\n".join(broken(sentence, WIDTH)))
