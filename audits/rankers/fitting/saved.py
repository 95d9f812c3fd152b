"""Fitted surrogates as files that ``audit replay`` can open: weights, skops, LightGBM's text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairshelf.audits.rankers.fitting.design import Column, Design
    from fairshelf.audits.rankers.fitting.models import Surrogate

OTHERS = "*"
"""Stands for any word that is not named (:mod:`fairshelf.audits.rankers.loading.linear`)."""

TINY = 1e-9


def weights_of(
    fitted: Surrogate,
    empty: Mapping[str, tuple[float, ...]],
    spelled: Mapping[str, tuple[str, Mapping[str, str]]],
) -> dict[str, Any]:
    """Write the linear model as a rule of :mod:`fairshelf.audits.rankers.loading.linear`.

    Parameters
    ----------
    fitted
        The linear surrogate.
    empty
        Factor -> values that stand for a missing one.
    spelled
        Group -> (the column it was made from, word of that column -> level), where its levels are
        not the words of a column of its own name.

    Returns
    -------
    A document for a TOML file; its scores are the model's, up to a constant.
    """
    design, luce = fitted.design, fitted.luce
    assert design is not None  # noqa: S101 - the linear model has both
    assert luce is not None  # noqa: S101 - as above
    told: dict[str, Any] = {
        name: {} for name in ("weights", "mean", "scale", "missing", "levels", "empty")
    }
    told["log1p"] = []
    for factor in dict.fromkeys(one.factor for one in design.columns):
        places = design.of(factor)
        columns = [design.columns[place] for place in places]
        own = [float(luce.weights[place]) for place in places]
        if any(one.kind in ("number", "yes_no") for one in columns):
            _number(told, columns, own, empty.get(factor, ()))
        else:
            column, words = spelled.get(factor, (factor, {}))
            told["levels"][column] = _levels(design, columns, own, words)
    return {name: value for name, value in told.items() if value}


def _number(
    told: dict[str, Any], columns: list[Column], own: list[float], empty: tuple[float, ...]
) -> None:
    one = columns[0]
    fill, weight = one.fill, own[0]
    missing = sum(w for c, w in zip(columns, own, strict=True) if c.kind == "missing")
    if missing:  # what a missing value is worth is told as the value that is worth as much
        weight = weight if abs(weight) > TINY else TINY
        fill += missing * one.scale / weight
    told["weights"][one.factor] = weight
    told["mean"][one.factor] = one.mean
    told["scale"][one.factor] = one.scale
    told["missing"][one.factor] = fill
    if one.log1p:
        told["log1p"].append(one.factor)
    if empty:
        told["empty"][one.factor] = list(empty)


def _levels(
    design: Design, columns: list[Column], own: list[float], words: Mapping[str, str]
) -> dict[str, float]:
    """Give the weight of each word; of a missing one under "", of any other under "*"."""
    factor = columns[0].factor
    told = {design.reference[factor]: 0.0} if factor in design.reference else {}
    for one, weight in zip(columns, own, strict=True):
        name = {"missing": "", "rest": OTHERS}.get(one.kind, one.label)
        told[name] = weight
    if not words:
        return told
    none = {"": told.get("", 0.0)}
    rest = told.get(OTHERS, 0.0)
    spelled = {word: {**told, **none}.get(level, rest) for word, level in words.items()}
    return {**spelled, **{name: told[name] for name in ("", OTHERS) if name in told}}


def toml_of(document: Mapping[str, Any]) -> str:
    """Write weights as TOML."""
    import tomlkit  # noqa: PLC0415 - only when something is saved

    made = tomlkit.document()
    for name, value in document.items():
        made[name] = value
    return tomlkit.dumps(made)


def file_of(fitted: Surrogate) -> tuple[str, bytes] | None:
    """Give a boosted surrogate as a file: its suffix and content; None where skops is missing."""
    if fitted.name == "lambdamart":
        return "txt", fitted.kept.model_to_string().encode()
    try:
        import skops.io  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    content: bytes = skops.io.dumps(fitted.kept)
    return "skops", content


def is_replayable(fitted: Surrogate) -> bool:
    """Say whether the file reads nothing but columns of a table as they stand."""
    if fitted.name != "lambdamart" or fitted.design is None:
        return True
    return bool(np.all([one.kind in ("number", "yes_no") for one in fitted.design.columns]))
