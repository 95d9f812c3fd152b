"""The fits of generalised linear models against statsmodels and by hand."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.adjustment.balance import overlap
from fairshelf.audits.adjustment.design import design
from fairshelf.audits.adjustment.irls import fitted, irls
from fairshelf.audits.adjustment.poisson import adjusted_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.adjustment.irls import Family

    Floats = NDArray[np.float64]

SEEDS = st.integers(0, 2**32 - 1)


def _statsmodels(matrix: Floats, outcome: Floats, family: Family, tol: float = 1e-8) -> Any:  # noqa: ANN401 - statsmodels has no types
    import statsmodels.api as sm

    kind = sm.families.Poisson() if family == "poisson" else sm.families.Binomial()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sm.GLM(outcome, matrix, family=kind).fit(maxiter=100, tol=tol)


def _drawn(seed: int, family: Family) -> tuple[Floats, Floats]:
    """Draw a design with a constant and an outcome that follows it."""
    rng = np.random.default_rng(seed)
    rows, wide = int(rng.integers(60, 300)), int(rng.integers(1, 5))
    matrix = np.column_stack([np.ones(rows), rng.normal(size=(rows, wide))])
    line = matrix @ rng.normal(scale=0.5, size=wide + 1)
    if family == "binomial":
        return matrix, (rng.random(rows) < 1 / (1 + np.exp(-line))).astype(float)
    return matrix, np.exp(line) * rng.gamma(0.5, 2.0, size=rows) * (rng.random(rows) < 0.7)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_poisson_fit_is_that_of_statsmodels(seed: int) -> None:
    """Coefficients of data with zeros equal statsmodels' to 1e-9."""
    matrix, outcome = _drawn(seed, "poisson")
    theirs = _statsmodels(matrix, outcome, "poisson", tol=1e-13)
    ours = irls(matrix, outcome, "poisson", 1e-13)
    assert ours == pytest.approx(theirs.params, rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_binomial_fit_is_that_of_statsmodels(seed: int) -> None:
    """Fitted chances equal statsmodels' to 1e-9, separated data among them."""
    matrix, outcome = _drawn(seed, "binomial")
    theirs = _statsmodels(matrix, outcome, "binomial")
    ours = irls(matrix, outcome, "binomial", 1e-8)
    assert ours is not None
    assert fitted(matrix @ ours, "binomial") == pytest.approx(theirs.fittedvalues, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_adjusted_ratio_is_that_of_statsmodels(seed: int) -> None:
    """The ratio is the exponential of statsmodels' coefficient of the group, to 1e-9."""
    matrix, outcome = _drawn(seed, "poisson")
    group = matrix[:, 1] > 0
    columns = design(group, {"square": matrix[:, 1] ** 2}, {})
    theirs = _statsmodels(columns.matrix, outcome / outcome.mean(), "poisson", tol=1e-13)
    ours = adjusted_ratio(outcome, np.arange(outcome.size), columns, clustering="CRV1")
    assert ours.value == pytest.approx(np.exp(theirs.params[1]), rel=1e-9)


def test_separated_data_do_not_converge() -> None:
    """Where a word is never shown its coefficient has no end: there is no adjusted ratio."""
    rng = np.random.default_rng(3)
    group = rng.random(200) < 0.5
    words = np.where(rng.random(200) < 0.3, "hidden", "shown").astype(object)
    exposure = np.where(words == "hidden", 0.0, rng.gamma(1.0, 1.0, size=200))
    found = adjusted_ratio(exposure, np.arange(200), design(group, {}, {"word": words}))
    assert (found.value, found.note) == (None, "no_convergence")


def test_a_covariate_that_tells_the_groups_apart_leaves_no_overlap() -> None:
    """Separated groups: nobody of the group is inside, and the area is 1."""
    values = np.linspace(-1.0, 1.0, 60)
    found = overlap(design(values > 0, {"price": values}, {}))
    assert found is not None
    assert (found.inside, found.auc) == (0.0, 1.0)


def test_a_covariate_that_separates_one_word_is_as_in_statsmodels() -> None:
    """A word that only the group has: overlap and area are those of statsmodels' chances."""
    rng = np.random.default_rng(5)
    group = rng.random(300) < 0.4
    words = np.where(group & (rng.random(300) < 0.2), "ours", "all").astype(object)
    columns = design(group, {"price": rng.normal(size=300) + group}, {"word": words})
    others = np.delete(columns.matrix, columns.columns.index("group"), axis=1)
    chance = _statsmodels(others, group.astype(float), "binomial").fittedvalues
    low, high = chance[~group].min(), chance[~group].max()
    inside = ((chance[group] >= low) & (chance[group] <= high)).mean()
    above = (chance[group][:, None] > chance[~group]).mean()
    found = overlap(columns)
    assert found is not None
    assert found.inside == pytest.approx(inside, abs=1e-12)
    assert found.auc == pytest.approx(above, abs=1e-12)


def test_two_means_are_fitted_by_hand() -> None:
    """A constant and a dummy give the logarithms of the two means' ratio, and the odds ratio."""
    dummy = np.array([0.0, 0, 0, 0, 1, 1, 1, 1])
    matrix = np.column_stack([np.ones(8), dummy])
    counts = np.array([1.0, 2, 3, 2, 0, 0, 4, 0])
    yes = np.array([1.0, 0, 0, 0, 1, 1, 1, 0])
    poisson = irls(matrix, counts, "poisson", 1e-14)
    binomial = irls(matrix, yes, "binomial", 1e-14)
    assert poisson == pytest.approx([np.log(2), np.log(0.5)], rel=1e-12)
    assert binomial == pytest.approx([np.log(1 / 3), np.log(9)], rel=1e-12)


def test_a_step_that_goes_too_far_is_halved() -> None:
    """One listing holds nearly everything: the fit is still at the top, where scores are zero."""
    rng = np.random.default_rng(0)
    matrix = np.column_stack([np.ones(50), rng.normal(size=50), rng.standard_t(1.5, size=50)])
    outcome = np.where(np.arange(50) == np.argmax(matrix[:, 2]), 1e6, 1e-3)
    found = irls(matrix, outcome, "poisson", 1e-12)
    assert found is not None
    score = matrix.T @ (outcome - fitted(matrix @ found, "poisson"))
    assert np.abs(score).max() < 1e-6 * outcome.sum()


def test_dependent_columns_have_no_fit() -> None:
    """A column twice: there is no first step."""
    column = np.ones((4, 1))
    matrix = np.hstack([column, column])
    assert irls(matrix, np.array([1.0, 2, 3, 4]), "poisson", 1e-12) is None
