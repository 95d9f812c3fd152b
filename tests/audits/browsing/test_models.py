"""Browsing models: what a position is worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.browsing import KNOWN, parse
from fairshelf.audits.errors import UsageError

RANKS = np.arange(1, 6)


BY_HAND: list[tuple[str, list[float]]] = [
    ("dcg", [1, 0.6309297535714575, 0.5, 0.43067655807339306, 0.38685280723454163]),
    ("logclip", [1, 1, 0.6309297535714575, 0.5, 0.43067655807339306]),
    ("rbp:0.5", [1, 0.5, 0.25, 0.125, 0.0625]),
    ("geom:0.5", [0.5, 0.25, 0.125, 0.0625, 0.03125]),
    ("reciprocal", [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]),
    ("top:2", [1, 1, 0, 0, 0]),
    ("uniform", [1, 1, 1, 1, 1]),
]


@pytest.mark.parametrize(("name", "wanted"), BY_HAND)
def test_weights(name: str, wanted: list[float]) -> None:
    """Each model gives the weights of its formula, worked by hand."""
    weight = parse(name).weight
    assert weight is not None
    np.testing.assert_allclose(weight(RANKS), wanted, rtol=1e-15)


def test_every_formula_is_worked_by_hand() -> None:
    """No model that is a function of the rank alone goes without a case."""
    families = {name.partition(":")[0] for name in KNOWN if parse(name).weight is not None}
    assert families == {name.partition(":")[0] for name, _ in BY_HAND}


def test_given_has_no_formula() -> None:
    """The model ``given`` leaves attention to the log."""
    assert parse("given").given


@pytest.mark.parametrize("name", KNOWN)
def test_known_names_parse(name: str) -> None:
    """Every name an error message offers is a name that works."""
    assert parse(name).name == name


@pytest.mark.parametrize(
    "name", ["", "gcd", "rbp", "rbp:", "rbp:1", "rbp:0", "rbp:x", "rbp:nan", "top:0", "top:1.5"]
)
def test_nonsense_is_refused(name: str) -> None:
    """A name that is unknown, or a number out of range, is a usage error that lists the names."""
    with pytest.raises(UsageError) as caught:
        parse(name)
    assert caught.value.code in ("unknown_browsing", "bad_browsing")
    assert caught.value.facts["known"] == list(KNOWN)


@given(
    st.sampled_from([name for name in KNOWN if parse(name).weight is not None]),
    st.integers(1, 10**6),
)
def test_attention_never_grows_with_rank(name: str, rank: int) -> None:
    """No model gives a lower place more attention than a higher one, nor any a negative weight."""
    weight = parse(name).weight
    assert weight is not None
    higher, lower = weight(np.array([rank, rank + 1]))
    assert 0 <= lower <= higher <= 1
