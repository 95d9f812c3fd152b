"""Figures of the checks: titles that say what is seen, numbers of the results, the same bytes."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from fairshelf.audits.config import load
from fairshelf.audits.pipeline import audit
from fairshelf.audits.results import Table
from fairshelf.reports.checks import in_full
from fairshelf.reports.disclosure import public
from fairshelf.reports.figures import (
    adjusted_figure,
    curve_figure,
    decomposition_figure,
    funnel_figure,
    heat_table,
    series_figure,
)
from fairshelf.reports.figures.download import MARK, as_link
from fairshelf.reports.html import render
from fairshelf.reports.names import Names
from fairshelf.reports.robust import robust_tables
from fairshelf.reports.svg import _shorter
from fairshelf.reports.views import Cell, TableView
from fairshelf.reports.wording import LANGUAGES, Words
from fairshelf.sample_data import path

if TYPE_CHECKING:
    from fairshelf.audits.results import AttributeRecord, Results
    from fairshelf.reports.views import FigureView

MAKERS = {
    "funnel": funnel_figure,
    "adjusted": adjusted_figure,
    "decomposition": decomposition_figure,
    "curve": curve_figure,
    "series": series_figure,
}


@pytest.fixture(scope="module")
def sample() -> Results:
    """Audit the sample with an intersection and a stated change."""
    log, sellers, catalogue = (
        str(path(f"{name}.en.csv")) for name in ("log", "sellers", "catalogue")
    )
    more = {
        "permutations": 199,
        "change_at": "2026-03-09",
        "attributes": {"locality*ethnic_minority_region": None},
    }
    settings = load(path("audit.en.toml"), more)
    return public(audit([log], sellers, catalogue, settings).results)


def _rural(results: Results) -> AttributeRecord:
    return next(r for r in results.groups if r.name == "locality:CN-NBS-URC")


def _made(results: Results, kind: str, lang: str) -> FigureView:
    names = Names(results, Words(lang, strict=True))
    return MAKERS[kind](results, _rural(results), names, kind)[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", MAKERS)
def test_each_figure_is_whole(sample: Results, kind: str, lang: str) -> None:
    """A sentence for a title, its SVG named and described, text as text, numbers, source."""
    figure = _made(sample, kind, lang)
    assert re.search(r"\d", figure.title)
    assert f'aria-labelledby="{figure.ident}-title {figure.ident}-desc"' in figure.svg
    assert 'role="img"' in figure.svg
    assert "<text" in figure.svg
    assert not re.search(r"@[\dxy]+@", figure.svg)
    assert figure.data.rows
    assert figure.source
    assert len(figure.svg) < 14_000


@pytest.mark.parametrize("kind", MAKERS)
def test_a_figure_is_the_same_again(sample: Results, kind: str) -> None:
    """Two drawings of the same results are the same bytes."""
    assert _made(sample, kind, "zh") == _made(sample, kind, "zh")


def test_the_numbers_are_those_of_the_results(sample: Results) -> None:
    """Raw and adjusted ratio, and the periods, as they stand in the tables and estimates."""
    words = Words("en", strict=True)
    names = Names(sample, words)
    table = sample.tables["adjusted"]
    row = next(
        dict(zip(table.columns, one, strict=True))
        for one in table.rows
        if one[0] == "locality:CN-NBS-URC"
    )
    adjusted = _made(sample, "adjusted", "en")
    assert [line[1].text for line in adjusted.data.rows] == [
        names.ratio(float(str(row["raw"]))),
        names.ratio(float(str(row["value"]))),
    ]
    periods = [
        e
        for e in sample.estimates
        if e.attribute == "locality:CN-NBS-URC"
        and e.period
        and not e.period.startswith("change:")
        and e.value
    ]
    series = _made(sample, "series", "en")
    assert [line[1].text for line in series.data.rows] == [names.ratio(e.value) for e in periods]
    below = sum((e.value or 1) < 1 for e in periods)
    assert f"{below} of {len(periods)}" in series.title
    assert "stroke-dasharray" in series.svg  # the stated date


@pytest.mark.parametrize("lang", LANGUAGES)
def test_other_questions_stand_apart_from_the_agreement(sample: Results, lang: str) -> None:
    """Paid places alone and each other baseline have a line; the sentence counts none of them."""
    names = Names(sample, Words(lang, strict=True))
    made = robust_tables(sample, _rural(sample), names)[0]
    told = [[cell.text for cell in row] for row in made.rows]
    heads = [
        names.words.text("checks.other.ads", count=27),
        *(
            names.words.text(
                "checks.other.baseline", count=count, baseline=names.words.label("baseline", one)
            )
            for one, count in (("merit", 14), ("sellers", 14), ("shown", 12))
        ),
        names.words.text("checks.other.definition", count=81),
    ]
    assert [row[0] for row in told[-5:]] == heads
    assert told[0][0] == names.words.text("checks.same", count=14)
    assert made.note
    assert {"27", "12", "81"}.isdisjoint(re.findall(r"\d+", made.note))
    assert re.findall(r"\d+", made.note).count("14") == 3  # asked, agree, firmly


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_curve_counts_what_it_cannot_draw(sample: Results, lang: str) -> None:
    """Its title counts all that ask the same, as the sentence beside it; what is 0 is told."""
    table = sample.tables["specification_curve"]
    at = table.columns.index("value")
    who = (table.columns.index("attribute"), table.columns.index("group"))
    robust = sample.tables["robustness"]
    line = next(
        dict(zip(robust.columns, row, strict=True))
        for row in robust.rows
        if row[0] == "locality:CN-NBS-URC"
    )
    mine = [
        row
        for row in table.rows
        if row[who[0]] == line["attribute"]
        and row[who[1]] == line["group"]
        and row[table.columns.index("question")] == "same"
    ]
    nothing = [*mine[0]]
    nothing[at] = 0.0
    left = [row for row in table.rows if row is not mine[0]]
    tables = sample.tables | {"specification_curve": Table(table.columns, (tuple(nothing), *left))}
    made = _made(replace(sample, tables=tables), "curve", lang)
    total = int(str(line["same_specifications"]))
    assert str(total) in re.findall(r"\d+", made.title)
    drawn = sum(float(str(row[at] or 0)) > 0 for row in mine) - 1
    assert str(total - drawn) in re.findall(r"\d+", made.subtitle)


def test_the_funnel_multiplies_to_the_ratio(sample: Results) -> None:
    """The three steps drawn are the factors of the fourth."""
    values = [float(row[1].text) for row in _made(sample, "funnel", "en").data.rows]
    assert values[0] * values[1] * values[2] == pytest.approx(values[3], rel=0.03)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_heat_table_holds_the_cells(sample: Results, lang: str) -> None:
    """Two by two ratios, shaded by their distance from 1; small cells are told as withheld."""
    names = Names(sample, Words(lang, strict=True))
    record = next(r for r in sample.groups if "*" in r.name)
    heat = heat_table(sample, record, names)
    assert heat is not None
    assert (len(heat.across), len(heat.rows)) == (2, 2)
    cells = [cell for _, row in heat.rows for cell in row]
    assert any(cell.shade.startswith("l") for cell in cells)
    assert heat_table(sample, _rural(sample), names) is None
    hidden = replace(
        sample,
        estimates=tuple(
            replace(e, value=None, low=None, high=None, suppressed=True) for e in sample.estimates
        ),
    )
    told = heat_table(hidden, record, names)
    assert told is not None
    assert {cell.shade for _, row in told.rows for cell in row} == {""}


def test_what_is_not_there_is_not_drawn(sample: Results) -> None:
    """Without tables and estimates there are no figures, and no error."""
    bare = replace(sample, tables={}, estimates=())
    names = Names(bare, Words("en", strict=True))
    for make in MAKERS.values():
        assert make(bare, _rural(bare), names, "x") == ()


def test_hostile_names_are_inert(sample: Results) -> None:
    """A group called as a script stands in titles and labels as text."""
    bad = '<script>alert(1)</script>"]'
    table = sample.tables["adjusted"]
    rows = tuple((row[0], bad, *row[2:]) for row in table.rows)
    told = replace(
        sample,
        tables={**sample.tables, "adjusted": Table(table.columns, rows)},
        findings=tuple(replace(f, group=bad) for f in sample.findings),
    )
    page = render(told, "en")
    assert "<script" not in page


def test_many_contrasts_are_not_all_told_in_full(sample: Results) -> None:
    """Of more than three contrasts those of the first findings are; of three all are."""
    lead = sample.findings[0]
    few = replace(sample, findings=tuple(replace(lead, group=g) for g in "abc"))
    assert in_full(few, lead.attribute) == {"a", "b", "c"}
    many = replace(sample, findings=tuple(replace(lead, group=g) for g in "abcdef"))
    assert in_full(many, lead.attribute) == {"a", "b"}


def test_the_link_is_the_table() -> None:
    """The data link gives back the table, with a byte order mark and without formulas."""
    cells = ((Cell("=1+1"), Cell("0,5 %")), (Cell("乡村"), Cell("1")))
    view = TableView("t", (("a", False), ("b", True)), cells)
    head, _, content = as_link(view).partition(",")
    assert head == "data:text/csv;charset=utf-8"
    text = unquote(content)
    assert text.startswith(MARK)
    rows = list(csv.reader(io.StringIO(text.removeprefix(MARK))))
    assert rows == [["a", "b"], ["'=1+1", "0,5 %"], ["乡村", "1"]]


def test_paths_are_shortened_without_moving() -> None:
    """Straight lines along an axis become H and V; other points stay."""
    assert _shorter("M 1 2 L 3 2 L 3 5 L 4 6 z") == "M1 2H3V5L4 6z"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ten_real_groups_fit_the_budget(
    sample: Results, lang: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A platform with ten groups, every default: at most 300 KB a page."""
    folder = tmp_path_factory.mktemp("ten")
    text = path("sellers.en.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    with (folder / "sellers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "zone"])
        writer.writeheader()
        writer.writerows({**row, "zone": f"zone {n * 7 % 10}"} for n, row in enumerate(rows))
    settings = load(None, {"attributes": {"zone": None}, "permutations": 199})
    done = audit(
        [str(path("log.en.csv"))],
        str(folder / "sellers.csv"),
        str(path("catalogue.en.csv")),
        settings,
    )
    assert len(render(done.results, lang).encode()) <= 300_000
    assert sample


def test_an_interval_that_holds_parity_needs_no_hidden_cause(sample: Results) -> None:
    """The E-value of the limit is told where the interval is away from 1, and only there."""
    page = render(sample, "en", strict=True)
    table = sample.tables["adjusted"]
    limits = [row[table.columns.index("e_value_limit")] for row in table.rows]
    away = sum(isinstance(one, int | float) and one > 1 for one in limits)
    at = sum(isinstance(one, int | float) and one <= 1 for one in limits)
    assert away
    assert at
    assert page.count("to bring the interval to parity") == away
    assert page.count("the interval holds parity as it is") == at
