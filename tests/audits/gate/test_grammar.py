"""Rules read as they are written, and say where they cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.errors import UsageError
from fairshelf.audits.gate.grammar import KEYS, canonical, parse


def test_a_whole_rule() -> None:
    """Keys in quotes or bare, an operator, a number."""
    told = parse('exposure_ratio[cutoff=10, attribute="locality:rural_urban"]>=0.8')
    assert told.metric == "exposure_ratio"
    assert told.keys == (("attribute", "locality:rural_urban"), ("cutoff", "10"))
    assert (told.operator, told.factor, told.offset) == (">=", 0.0, 0.8)


@pytest.mark.parametrize(
    ("text", "operator", "factor", "offset"),
    [
        ("ndcg >= baseline", ">=", 1.0, 0.0),
        ("ndcg >= baseline - 0.005", ">=", 1.0, -0.005),
        ("ndcg>=baseline-.005", ">=", 1.0, -0.005),
        ("ndcg < baseline + 1", "<", 1.0, 1.0),
        ("ndcg ≥ baseline * 0.95", ">=", 0.95, 0.0),
        ("gini ≤ 6e-1", "<=", 0.0, 0.6),
        ("skew > -0.2", ">", 0.0, -0.2),
        ("FS302 <= 0.6", "<=", 0.0, 0.6),
        ("exposure_ratio no_worse_than_baseline", "no_worse_than_baseline", 1.0, 0.0),
    ],
)
def test_lines(text: str, operator: str, factor: float, offset: float) -> None:
    """A line is a number, or a baseline times or plus one; signs and codes have two spellings."""
    told = parse(text)
    assert (told.operator, told.factor, told.offset) == (operator, factor, offset)


@pytest.mark.parametrize(
    ("text", "character", "found"),
    [
        ("", 1, ""),
        ("exposure_ratio", 15, ""),
        ("exposure_ratio >= ", 19, ""),
        ("exposure_ratio[group=] >= 1", 22, "]"),
        ('exposure_ratio[group="x" >= 1', 26, ">="),
        ('exposure_ratio[group "x"] >= 1', 22, '"x"'),
        ("exposure_ratio[group=“x”] >= 1", 22, "“x”] >= 1"),
        ("exposure_ratio >= nan", 19, "nan"),
        ("exposure_ratio == 1", 16, "="),
        ("gini <= 80%", 9, "80%"),
        ("gini <= baseline * -1", 18, "* -1"),
    ],
)
def test_what_cannot_be_read(text: str, character: int, found: str) -> None:
    """The error counts the character and shows what stands there."""
    with pytest.raises(UsageError, match="rule_syntax") as refused:
        parse(text)
    assert (refused.value.facts["character"], refused.value.facts["found"]) == (character, found)
    assert refused.value.facts["expected"]


def test_what_follows_the_line_is_refused() -> None:
    """A rule ends with its line; a second condition is another rule."""
    with pytest.raises(UsageError, match="rule_trailing") as refused:
        parse("gini <= 0.5 and hhi <= 1")
    assert refused.value.facts["found"] == "and hhi <= 1"


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ('exposure_rato[group="x"] >= 1', "rule_unknown_metric", "exposure_ratio"),
        ("ndgc >= 1", "rule_unknown_metric", "ndcg"),
        ('exposure_ratio[gruop="x"] >= 1', "rule_unknown_key", "group"),
    ],
)
def test_unknown_names_have_a_neighbour(text: str, code: str, suggestion: str) -> None:
    """A mistyped metric or key comes with the one that was meant."""
    with pytest.raises(UsageError, match=code) as refused:
        parse(text)
    assert refused.value.facts["suggestions"][0] == suggestion


def test_a_key_stands_once() -> None:
    """A key that is named twice is refused."""
    with pytest.raises(UsageError, match="rule_key_twice"):
        parse('exposure_ratio[group="x", group="y"] >= 1')


def test_endless_rules_are_refused() -> None:
    """A rule of more than two thousand characters is none."""
    with pytest.raises(UsageError, match="rule_syntax"):
        parse(f'gini[group="{"x" * 3_000}"] <= 1')


@given(
    st.dictionaries(st.sampled_from(KEYS), st.text(max_size=20), max_size=4),
    st.floats(-9, 9).map(lambda x: round(x, 4)),
    st.sampled_from(["", "baseline + ", "baseline * "]),
)
def test_what_is_written_is_read(keys: dict[str, str], number: float, line: str) -> None:
    """Any text in quotes comes back, and the canonical spelling means the same."""
    escaped = {k: v.replace("\\", "\\\\").replace('"', '\\"') for k, v in keys.items()}
    inside = ", ".join(f'{key}="{value}"' for key, value in escaped.items())
    number = abs(number) + 0.0001 if line.endswith("* ") else number
    told = parse(f"gini{f'[{inside}]' if inside else ''} <= {line}{number:.6f}")
    assert dict(told.keys) == keys
    assert parse(canonical(told)) == told
