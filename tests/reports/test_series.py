"""A course over time without a single figure is one sentence, with the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.pipeline.over_time import placebo_table
from fairshelf.reports.checks import series_tables
from fairshelf.reports.html import render
from fairshelf.reports.names import Names
from fairshelf.reports.wording import LANGUAGES, Words

from .conftest import estimate

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate, Results

DAYS = [f"2026-03-{day:02}" for day in range(1, 26)]


def _course(value: float | None, *, suppressed: bool = False) -> tuple[Estimate, ...]:
    return tuple(
        replace(
            estimate("exposure_ratio", "locality", "县域", reference="中心城区", value=value),
            key=day,
            period=day,
            suppressed=suppressed,
        )
        for day in DAYS
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("suppressed", [False, True])
def test_no_figure_at_all_is_one_sentence(results: Results, lang: str, *, suppressed: bool) -> None:
    """Twenty-five empty rows become one line with the number of sellers and why."""
    names = Names(results, Words(lang, strict=True))
    record = results.groups[0]
    course = _course(None, suppressed=suppressed)
    (table,) = series_tables(results, record, course, names)
    sellers = next(level.sellers for level in record.levels if level.level == "县域")
    assert table.rows == ()
    assert table.columns == ()
    assert f"{sellers:,}" in table.note
    withheld = {"en": "could be recognised", "zh": "不予公开"}[lang]
    assert (withheld in table.note) == suppressed
    page = render(replace(results, estimates=(*results.estimates, *course)), lang, strict=True)
    assert DAYS[3] not in page
    assert "<thead><tr>\n</tr>" not in page


def test_a_course_with_one_figure_keeps_its_table(results: Results) -> None:
    """A single period that is told keeps the rows; a withheld one is called that."""
    names = Names(results, Words("zh", strict=True))
    (first, *rest) = _course(None, suppressed=True)
    told = replace(first, value=0.5, suppressed=False)
    (table,) = series_tables(results, results.groups[0], (told, *rest), names)
    assert len(table.rows) == len(DAYS)
    assert [row[1].text for row in table.rows[:2]] == ["0.50", "不予公开"]


@pytest.mark.parametrize(("earlier", "said"), [(0, "没有更早的日期"), (3, "对此前的 3 个日期")])
def test_no_earlier_date_is_not_told_as_none_of_none(
    results: Results, earlier: int, said: str
) -> None:
    """Without an earlier date to try, the page says that nothing can be said, not "0 of 0"."""
    record = results.groups[0]
    row = (record.name, "县域", "中心城区", "2026-03-15", earlier, 0)
    tables = {**results.tables, **placebo_table([row])}
    told = replace(results, tables=tables)
    (table,) = series_tables(told, record, _course(0.5), Names(told, Words("zh", strict=True)))
    assert said in table.note
    assert ("0 个日期作了" in table.note) is False
