"""Rules read as they are written, and say where they cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.errors import UsageError
from fairshelf.audits.gate.grammar import KEYS, parse


def test_a_whole_rule() -> None:
    """Keys in quotes or bare, an operator, a number."""
    rule = parse('exposure_ratio[attribute="locality:rural_urban", cutoff=10]>=0.8')
    assert rule.metric == "exposure_ratio"
    assert rule.keys == (("attribute", "locality:rural_urban"), ("cutoff", "10"))
    assert (rule.operator, rule.bound, rule.relative) == (">=", 0.8, False)


@pytest.mark.parametrize(
    ("text", "bound"),
    [("ndcg >= baseline", 0.0), ("ndcg >= baseline - 0.005", -0.005), ("ndcg<baseline+1", 1.0)],
)
def test_baselines(text: str, bound: float) -> None:
    """A bound may be the baseline's figure, with something added or taken away."""
    rule = parse(text)
    assert (rule.relative, rule.bound) == (True, bound)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("exposure_ratio", 15),
        ("exposure_ratio >= ", 16),
        ("exposure_ratio >= 0.8 or else", 16),
        ("exposure_ratio[group=] >= 1", 16),
        ('exposure_ratio[group="x" >= 1', 26),
        ("exposure_ratio >= nan", 16),
        ("exposure_ratio == 1", 16),
        ("__import__('os')", 11),
    ],
)
def test_what_cannot_be_read(text: str, at: int) -> None:
    """The message counts the characters that could be read."""
    with pytest.raises(UsageError, match="rule_unreadable") as refused:
        parse(text)
    assert refused.value.facts["at"] == at


def test_unknown_keys_have_a_neighbour() -> None:
    """A mistyped key comes with the one that was meant; a key stands once."""
    with pytest.raises(UsageError, match="rule_unknown_key") as refused:
        parse('exposure_ratio[gruop="x"] >= 1')
    assert refused.value.facts["suggestions"] == ["group"]
    with pytest.raises(UsageError, match="rule_unknown_key"):
        parse('exposure_ratio[group="x", group="y"] >= 1')


@given(
    st.dictionaries(st.sampled_from(KEYS), st.text(max_size=20), max_size=4),
    st.floats(-9, 9).map(lambda x: round(x, 4)),
)
def test_what_is_written_is_read(keys: dict[str, str], bound: float) -> None:
    """Any text in quotes comes back, backslashes and quotes included."""
    escaped = {k: v.replace("\\", "\\\\").replace('"', '\\"') for k, v in keys.items()}
    inside = ", ".join(f'{key}="{value}"' for key, value in escaped.items())
    rule = parse(f"gini{f'[{inside}]' if inside else ''} <= {bound:.4f}")
    assert dict(rule.keys) == keys
    assert rule.bound == bound
