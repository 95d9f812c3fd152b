"""A ranking rule written down: a weight for each feature, in TOML or JSON.

::

    intercept = 0.0            # may be left out
    log1p = ["reviews"]        # features taken as log(1 + x) before anything else

    [weights]                  # numbers: score += weight * (x - mean) / scale
    rating = 1.2
    reviews = 0.4

    [mean]                     # may be left out: 0
    rating = 4.5
    [scale]                    # may be left out: 1
    rating = 0.3
    [missing]                  # what stands for a value that is not there (after log1p, before
    rating = 4.5               # mean and scale); without it the candidate gets no score

    [levels.district]          # words: score += the weight of the word, 0 where it has none
    "县域" = -0.5
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fairshelf.audits.errors import DataError, nearest
from fairshelf.audits.refused import reason, shown

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

SHOWN = 80
"""Characters of a refused value that are quoted."""

Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]


class Weights(BaseModel):
    """A linear ranking rule as it stands in its file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intercept: Finite = 0.0
    weights: dict[str, Finite] = Field(default_factory=dict)
    log1p: tuple[str, ...] = ()
    mean: dict[str, Finite] = Field(default_factory=dict)
    scale: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]] = Field(
        default_factory=dict
    )
    missing: dict[str, Finite] = Field(default_factory=dict)
    empty: dict[str, tuple[Finite, ...]] = Field(default_factory=dict)
    levels: dict[str, dict[str, Finite]] = Field(default_factory=dict)

    @property
    def features(self) -> tuple[str, ...]:
        """The features, numbers first, in the order of the file."""
        return (*self.weights, *self.levels)


def parse(document: Any, name: str) -> Weights:  # noqa: ANN401 - whatever the file held
    """Read a parsed file as a linear rule.

    Raises
    ------
    DataError
        ``weights_unknown_key``: a key that is none; ``weights_bad_value``: a weight that is no
        number; ``model_broken``: a transformation of a feature that has no weight, a feature that
        is both number and words.
    """
    try:
        rule = Weights.model_validate(document)
    except ValidationError as error:
        raise _refused(error, name) from error
    told = {*rule.log1p, *rule.mean, *rule.scale, *rule.missing, *rule.empty}
    stray = sorted(told - set(rule.weights)) or sorted(set(rule.weights) & set(rule.levels))
    if stray or not rule.features:
        why = ", ".join(stray) or "weights"
        raise DataError("model_broken", model=name, kind="linear", why=why)
    return rule


def _refused(error: ValidationError, name: str) -> DataError:
    """Say which entry of a rule cannot stand there, in words of ours."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = list(Weights.model_fields)
        typed = str(first["loc"][-1])
        return DataError(
            "weights_unknown_key", model=name, key=key, suggestions=nearest(typed, known) or known
        )
    value = shown(first["input"], SHOWN)
    return DataError("weights_bad_value", model=name, key=key, value=value, **reason(first))


def scores(rule: Weights, table: pa.Table) -> NDArray[np.float64]:
    """Give the scores of a linear rule, shape (n,); NaN where a value is missing and needed."""
    total = np.full(table.num_rows, rule.intercept)
    for name, weight in rule.weights.items():
        value = table[name].to_numpy().astype(np.float64)
        if name in rule.empty:
            value = np.where(np.isin(value, rule.empty[name]), np.nan, value)
        if name in rule.log1p:
            with np.errstate(invalid="ignore", divide="ignore"):
                value = np.log1p(value)
        if name in rule.missing:
            value = np.where(np.isnan(value), rule.missing[name], value)
        total += weight * (value - rule.mean.get(name, 0.0)) / rule.scale.get(name, 1.0)
    for name, weights in rule.levels.items():
        words = table[name].combine_chunks().dictionary_encode()
        others = weights.get("*", 0.0)
        told = [weights.get(word, others) for word in words.dictionary.to_pylist()]
        known = np.array([*told, weights.get("", 0.0)])
        code = words.indices.fill_null(len(words.dictionary)).to_numpy()
        total += known[code]
    return total
