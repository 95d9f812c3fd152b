"""Figures are the same every time, hold text as text, and can be told apart without colour."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf.audits.results import Table
from fairshelf.reports.figures import lorenz_figure, position_figure
from fairshelf.reports.names import Names
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.views import FigureView


def _position(results: Results, lang: str = "en") -> FigureView:
    names = Names(results, Words(lang, strict=True))
    figure = position_figure(results, "locality", names, "p0")
    assert figure is not None
    return figure


def _lorenz(results: Results, lang: str = "en") -> FigureView:
    names = Names(results, Words(lang, strict=True))
    figure = lorenz_figure(results, "listings", "locality", names, "l0")
    assert figure is not None
    return figure


def test_text_stays_text(results: Results) -> None:
    """Axis titles are text elements in the page's language, set in the page's fonts."""
    for lang, axis in (("en", "Position"), ("zh", "位置")):
        svg = _position(results, lang).svg
        assert re.search(rf"<text[^>]*>{axis}</text>", svg)
        assert "Noto Sans SC" in svg
        assert "@x@" not in svg + _lorenz(results, lang).svg


def test_no_dates_and_no_sizes(results: Results) -> None:
    """A drawing carries no metadata, no date, and scales with the page."""
    for figure in (_position(results), _lorenz(results)):
        assert "metadata" not in figure.svg
        assert "<svg" in figure.svg
        assert not re.search(r"<svg[^>]* (width|height)=", figure.svg)


def test_groups_differ_without_colour(ten_groups: Results) -> None:
    """Eleven groups have eleven different fills; eleven lines differ in dash, mark or colour."""
    swatches = [re.sub(r"p0-s\d+", "", entry.svg) for entry in _position(ten_groups).legend]
    assert len(set(swatches)) == len(swatches) == 11
    lines = [entry.svg for entry in _lorenz(ten_groups).legend]
    assert len(set(lines)) == len(lines)
    grey = [re.sub(r"#[0-9A-Fa-f]{6}", "", swatch) for swatch in swatches[:8]]
    assert len(set(grey)) == 8


def test_every_fill_is_a_pattern_of_the_drawing(results: Results) -> None:
    """The stand-in colours of the groups are all replaced by patterns."""
    svg = _position(results).svg
    assert "#fe00" not in svg
    assert {"p0-p0", "p0-p1", "p0-p2", "p0-p3"} <= set(re.findall(r"fill: url\(#([^)]+)\)", svg))


def test_the_table_holds_the_numbers(results: Results) -> None:
    """The table beside the figure shows each position's shares; 县域 has none of the first."""
    data = _position(results).data
    heads = [heading for heading, _ in data.columns]
    place = heads.index("县域")
    assert data.rows[0][0].text == "1"
    assert data.rows[0][place].text == "0%"
    assert data.rows[-1][place].text == "13.0%"


def test_lorenz_points_are_read_off_the_curve(results: Results) -> None:
    """The curve x squared is 25% at one half, and ends at 100%."""
    data = _lorenz(results).data
    assert [row[1].text for row in data.rows if row[0].text == "50%"] == ["25.0%"]
    assert data.rows[-1][1].text == "100.0%"


def test_nothing_is_read_off_between_points(results: Results) -> None:
    """A curve of its half and ends tells no tenth; a group without a curve is named."""
    table = results.tables["lorenz"]
    groups = dict.fromkeys(row[2] for row in table.rows)
    *others, last = groups
    rows = [
        *(row for row in table.rows if row[2] in others[:-1]),
        *(row for row in table.rows if row[2] == others[-1] and row[3] in (0.0, 0.5, 1.0)),
    ]
    thin = replace(results, tables={**results.tables, "lorenz": Table(table.columns, tuple(rows))})
    figure = _lorenz(thin)
    told = {row[0].text: [cell.text for cell in row[1:]] for row in figure.data.rows}
    assert list(told) == [
        *("0%", "10%", "20%", "30%", "40%", "50%", "60%", "70%", "80%", "90%", "100%")
    ]
    assert told["40%"][-1] == "–"
    assert told["50%"][-1] != "–"
    assert len(told["50%"]) == len(others)
    assert figure.legend[-1].text == f"{last}: no curve, too few sellers or nothing shown"
    assert not figure.legend[-1].svg


def test_without_the_half_the_title_says_what_is_drawn(results: Results) -> None:
    """No share is made up for the headline of a curve that does not hold the half."""
    table = results.tables["lorenz"]
    rows = tuple(row for row in table.rows if row[3] != 0.5)
    figure = _lorenz(
        replace(results, tables={**results.tables, "lorenz": Table(table.columns, rows)})
    )
    assert figure.title == figure.subtitle
    assert "half" in _lorenz(results).title


def test_no_table_no_figure(results: Results) -> None:
    """An attribute or scope without a table has no figure rather than an empty one."""
    names = Names(results, Words("en", strict=True))
    assert position_figure(results, "no_such", names, "x") is None
    assert lorenz_figure(results, "no_such", None, names, "x") is None


_DRAW = """
from fairshelf.audits.results import Table
from fairshelf.reports.figures.lorenz import _lorenz
from fairshelf.reports.figures.positions import _stacked
print(_stacked(("1", "2-3"), ((0.4, 0.5), (0.6, 0.5))))
print(_lorenz((((0.0, 0.5, 1.0), (0.0, 0.2, 1.0)),)))
"""


def test_two_processes_draw_the_same_bytes() -> None:
    """Drawings do not depend on the process, its hash seed or its clock."""
    drawings = {
        subprocess.run(
            [sys.executable, "-c", _DRAW], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(drawings) == 1
    assert "<svg" in drawings.pop()
