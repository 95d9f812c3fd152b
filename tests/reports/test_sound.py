"""A results file with numbers that no audit gives is damaged, and the place is named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline.compare_results import compare_results
from fairshelf.reports import html
from fairshelf.reports.exports import load_results, results_json
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.results import Results

Change = Any


def _changed(results: Results, change: Change) -> bytes:
    told = json.loads(results_json(results))
    change(told)
    return json.dumps(told).encode()


def _ratio(told: dict[str, Any]) -> dict[str, Any]:
    held: dict[str, Any] = next(
        one
        for one in told["estimates"]
        if one["metric"] == "exposure_ratio" and None not in (one["low"], one["high"])
    )
    return held


def _share(told: dict[str, Any]) -> dict[str, Any]:
    held: dict[str, Any] = next(one for one in told["estimates"] if one["metric"] == "topk_share")
    return held


def _level(told: dict[str, Any], **counts: object) -> None:
    told["groups"][0]["levels"][0].update(counts)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda told: _ratio(told).update(value=float("nan")), ".value"),
        (lambda told: _ratio(told).update(high=float("inf")), ".high"),
        (lambda told: _ratio(told).update(low=float("-inf")), ".low"),
        (lambda told: _ratio(told).update(low=5.0, high=1.0), ".low"),
        (lambda told: _ratio(told).update(value=None, low=5.0, high=1.0), ".low"),
        (lambda told: _ratio(told).update(value=_ratio(told)["low"] * 0.9), ".low"),
        (lambda told: _ratio(told).update(value=_ratio(told)["high"] * 1.1), ".high"),
        (lambda told: _ratio(told).update(value=1e308, low=1e308, high=1e308), ".value"),
        (lambda told: _share(told).update(value=1e16, low=None, high=None), ".value"),
        (lambda told: _ratio(told).update(p_value=-0.1), ".p_value"),
        (lambda told: _ratio(told).update(level=95.0), ".level"),
        (lambda told: _ratio(told).update(se=-1.0), ".se"),
        (lambda told: _ratio(told).update(sellers=-1), ".sellers"),
        (lambda told: told["rows"].update(read=-(10**30)), "rows.read"),
        (lambda told: told["rows"].update(read=10**400), "rows.read"),
        (lambda told: told["joins"].update(sellers_in_log=10**16), "joins.sellers_in_log"),
        (lambda told: told["inputs"][0].update(bytes=-1), "inputs.0.bytes"),
        (lambda told: _level(told, impressions=-3), "groups.0.levels.0.impressions"),
        (lambda told: told["settings"].update(level=float("nan")), "settings.level"),
        (lambda told: told["settings"].update(bounds=["a", 1]), "settings.bounds.0"),
        (
            lambda told: told["tables"].update(x={"columns": ["a"], "rows": [[float("nan")]]}),
            "tables.x.rows.0.0",
        ),
        (
            lambda told: told.update(limits=[{"code": "x", "facts": {"n": 10**400}}]),
            "limits.0.facts.n",
        ),
    ],
)
def test_numbers_of_no_audit_are_refused(results: Results, change: Change, field: str) -> None:
    """One changed number makes the file damaged, and the error says where."""
    with pytest.raises(DataError) as caught:
        load_results(_changed(results, change))
    assert caught.value.code == "results_broken"
    assert str(caught.value.facts["field"]).endswith(field)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(added_later=1),
        lambda told: _ratio(told).update(value=1 / 3, low=1 / 3, high=1 / 3 * (1 - 1e-10)),
        lambda told: _ratio(told).update(low=None),
        lambda told: _ratio(told).update(value=None, low=None, high=None, p_value=None),
        lambda told: _ratio(told).update(
            value=1 / 3, low=0.333333, high=0.333333, method="permutation"
        ),
    ],
)
def test_what_audits_give_is_read(results: Results, change: Change) -> None:
    """Noise of floats, open sides, what is withheld and searched ends pass."""
    assert load_results(_changed(results, change)).estimates


def test_a_ratio_has_no_natural_end(results: Results) -> None:
    """A ratio of 1e290 is read, told as above 10,000, and compared without a fault.

    Attention that falls by 15% a place is 1e-176 of itself after 2,500 places, so such ratios are
    those of real lists.
    """
    told = load_results(
        _changed(
            results,
            lambda told: [
                one.update(value=1e290, low=1e-290, high=1e299)
                for one in told["estimates"]
                if one["metric"].endswith("_ratio")
            ],
        )
    )
    for lang in ("en", "zh"):
        assert "10,000" in html.render(told, lang)
    small = replace(
        told,
        estimates=tuple(
            replace(one, value=1e-290, low=1e-299, high=1e-280) if one.value == 1e290 else one
            for one in told.estimates
        ),
    )
    pairs = compare_results(small, told, ("a", "b")).pairs
    assert all(pair.factor is None for pair in pairs if pair.after.value == 1e290)
    assert any(pair.after.value == 1e290 for pair in pairs)


@pytest.mark.parametrize("form", ["number", "integer", "percent", "ratio"])
@pytest.mark.parametrize("value", [1e16, 1e308, -1e16, -1e308])
def test_numbers_of_any_size_have_words(form: str, value: float) -> None:
    """What is too large to be set digit by digit is told as above, or below, a limit."""
    for lang in ("en", "zh"):
        told: Callable[[float], str] = getattr(Words(lang), form)
        assert told(value).startswith("> " if value > 0 else "< -")
