"""The five figures of the front say what the estimates say, and tell what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import load
from fairshelf.audits.pipeline import audit
from fairshelf.audits.results import Message
from fairshelf.reports.forests import forest_tables
from fairshelf.reports.front import front
from fairshelf.reports.html import render
from fairshelf.reports.names import Names
from fairshelf.reports.placing import placement_view
from fairshelf.reports.wording import LANGUAGES, Words
from fairshelf.sample_data import path

if TYPE_CHECKING:
    from fairshelf.audits.results import Fact, Results


@pytest.fixture(scope="module")
def sample() -> Results:
    """Audit the sample with its annex, forests and strata."""
    log, sellers, catalogue = (
        str(path(f"{name}.en.csv")) for name in ("log", "sellers", "catalogue")
    )
    more = {"annex": True, "flexible": True, "strata": ("ethnic_minority_region",)}
    settings = load(path("audit.en.toml"), {"permutations": 999, **more})
    return audit([log], sellers, catalogue, settings).results


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_figure_is_its_estimate(sample: Results, lang: str) -> None:
    """Ratio, adjusted ratio and first page stand there with interval and sellers."""
    words = Words(lang, strict=True)
    names = Names(sample, words)
    view = front(sample, names)
    assert view is not None
    finding = sample.findings[0]
    lead = next(e for e in sample.estimates if e.key in finding.keys and e.browsing == "dcg")
    adjusted = next(e for e in sample.estimates if e.adjusted and e.attribute == finding.attribute)
    assert len(view.rows) == 7
    for row, told in ((view.rows[1], lead), (view.rows[2], adjusted)):
        assert row[1].text == names.ratio(told.value)
        assert row[1].sub == names.range(told)
        assert row[3].text == words.integer(told.sellers)
    units = next(record for record in sample.groups if record.name == finding.attribute).levels
    share = {level.level: level.listings or 0 for level in units}
    expected = words.percent(share[finding.group] / sum(share.values()))
    assert expected in view.rows[0][2].text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_missing_says_why(sample: Results, lang: str) -> None:
    """Without catalogue estimates each line says what was not given instead of a number."""
    kept = [
        e
        for e in sample.estimates
        if not e.adjusted and e.metric not in ("coverage", "top_share", "funnel_reach")
    ]
    bare = replace(sample, estimates=tuple(kept), tables={})
    words = Words(lang, strict=True)
    view = front(bare, Names(bare, words))
    assert view is not None
    missing = [row for row in view.rows if row[1].text == words.text("forest.missing")]
    assert len(missing) == 4
    assert all(row[2].text for row in missing)


@pytest.mark.parametrize(
    ("low", "high", "reason", "told"),
    [
        (0.3, 0.7, None, "below"),
        (0.3, 0.7, "certainty_tails", "below.narrow"),
        (0.0, 0.01, "certainty_nothing_held", "below.narrow"),
        (0.0, 0.1, "certainty_largest", "below"),
        (0.7, 0.9, "certainty_tails", "inside"),
        (12.0, None, None, "above"),
        (None, None, None, "open"),
    ],
)
def test_an_interval_that_may_be_too_narrow_settles_no_line(
    sample: Results, low: float | None, high: float | None, reason: str | None, told: str
) -> None:
    """The front claims no more of four fifths than the finding does; one end is an interval."""
    finding = sample.findings[0]
    facts: dict[str, Fact] = {"times": 2.0, "low": 0.6, "high": 0.9, "reasons": []}
    changed = [
        replace(e, low=low, high=high)
        if e.key in finding.keys and e.metric == "exposure_ratio"
        else e
        for e in sample.estimates
    ]
    first = replace(finding, reasons=(Message(reason, facts),) if reason else ())
    results = replace(sample, estimates=tuple(changed), findings=(first, *sample.findings[1:]))
    words = Words("en", strict=True)
    view = front(results, Names(results, words))
    assert view is not None
    assert view.rows[1][2].text == words.text(f"front.line.{told}", line=words.ratio(0.8))


def test_nothing_to_compare_has_no_front(sample: Results) -> None:
    """Findings without a reference leave no five figures."""
    alone = replace(sample, findings=())
    assert front(alone, Names(alone, Words("en", strict=True))) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_forests_and_placement_are_printed(sample: Results, lang: str) -> None:
    """The gap by forests and the difference within requests stand with the tables' numbers."""
    words = Words(lang, strict=True)
    names = Names(sample, words)
    placed = placement_view(sample, names)
    assert placed is not None
    assert len(placed.rows) == len(sample.tables["placement"].rows) == 2
    record = next(r for r in sample.groups if r.name == sample.findings[0].attribute)
    (told,) = forest_tables(sample, record, names)
    row = next(row for row in sample.tables["flexible"].rows if row[0] == record.name)
    value = row[3]
    assert isinstance(value, float)
    assert told.rows[0][1].text == words.percent(value)
    page = render(sample, lang, strict=True)
    assert words.text("placement.title") in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_withheld_is_not_called_impossible(sample: Results, lang: str) -> None:
    """A ratio, a first page and steps that are withheld are told as withheld, not as missing."""
    first = replace(sample.findings[0], withheld=True, keys=())
    closed = [replace(e, value=None, suppressed=True) for e in sample.estimates]
    hidden = replace(sample, findings=(first, *sample.findings[1:]), estimates=tuple(closed))
    words = Words(lang, strict=True)
    view = front(hidden, Names(hidden, words))
    assert view is not None
    told = [view.rows[place][1].text for place in (1, 4, 5)]
    assert told == [words.text("cell.suppressed")] * 3
