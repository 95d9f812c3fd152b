"""How strongly a remedy is applied is told in the unit that it has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fairshelf.reports.changes.names import ChangeNames
from fairshelf.reports.changes.remedy import BY_SCORE, strength
from fairshelf.reports.wording import Words


def _names(lang: str, model: dict[str, str] | None) -> ChangeNames:
    head: Any = SimpleNamespace(settings={"level": 0.95, "bounds": [0.8, 1.25]}, model=model)
    return ChangeNames(head, Words(lang))


@pytest.mark.parametrize(
    ("lang", "observed", "scored"),
    [
        ("en", "as if 0.250 places higher", "score + 0.250"),
        ("zh", "按提前 0.250 位计算", "分数加 0.250"),
    ],
)
def test_a_boost_without_a_model_is_in_places(lang: str, observed: str, scored: str) -> None:
    """The score is the place then; with a model it is what the model gives."""
    assert strength("boost", 0.25, _names(lang, None)) == observed
    assert strength("boost", 0.25, _names(lang, {"kind": "linear"})) == scored


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shares_and_counts_need_no_score(lang: str) -> None:
    """What is no amount of score is told alike with a model and without."""
    for name in ("floor", "quota", "explore", "ad_load", "own_boost", "neutral"):
        assert name not in BY_SCORE
        with_model = strength(name, 1.0, _names(lang, {"kind": "linear"}))
        assert strength(name, 1.0, _names(lang, None)) == with_model
