"""The benchmark table holds the rates of the results and their ratio to the best."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fairshelf.reports.benchmarks import benchmark_table
from fairshelf.reports.disclosure import public
from fairshelf.reports.names import Names
from fairshelf.reports.wording import LANGUAGES, Words

from .conftest import rich_results


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rates_and_ratios_are_those_of_the_results(lang: str) -> None:
    """Each rate is the estimate's, the best has 1, and the note says it is a benchmark."""
    results = public(rich_results(lang))
    names = Names(results, Words(lang, strict=True))
    record = next(r for r in results.groups if r.declared and "*" not in r.name)
    view = benchmark_table(results, record, names)
    assert view is not None
    rates = {
        names.group(record.name, e.group): names.words.percent(e.value)
        for e in results.estimates
        if (e.metric, e.attribute, e.scope) == ("topk_selection_rate", record.name, "listings")
        and e.value is not None
    }
    assert {row[0].text: row[1].text for row in view.rows} == {
        row[0].text: rates[row[0].text] for row in view.rows
    }
    assert names.ratio(1.0) in {row[2].text for row in view.rows}
    assert "1607.4(D)" in view.note


def test_one_group_alone_has_no_ratio() -> None:
    """Withheld rates leave nothing to compare."""
    results = public(rich_results("en"))
    names = Names(results, Words("en", strict=True))
    record = next(r for r in results.groups if r.declared and "*" not in r.name)
    hidden = replace(
        results,
        estimates=tuple(replace(e, value=None, suppressed=True) for e in results.estimates),
    )
    assert benchmark_table(hidden, record, names) is None
