"""The name of an estimate, in the words a gate is written in."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate

_NAMED = (
    "attribute",
    "group",
    "reference",
    "browsing",
    "baseline",
    "cutoff",
    "scope",
    "definition",
    "period",
    "method",
)
_USUAL = {"ads": "all", "adjusted": False}
"""Said in a key only where it is not the usual."""


def key_of(estimate: Estimate) -> str:
    """Name an estimate by its metric and what it was computed under.

    Examples
    --------
    ``exposure_ratio[attribute="locality",group="rural",reference="urban",browsing="dcg",
    baseline="catalogue",method="permutation"]`` (on one line).
    """
    parts = []
    for name in _NAMED:
        value = getattr(estimate, name)
        if value is not None:
            quoted = str(value).replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'{name}="{quoted}"')
    parts += [
        f'{name}="{str(getattr(estimate, name)).lower()}"'
        for name, usual in _USUAL.items()
        if getattr(estimate, name) != usual
    ]
    return f"{estimate.metric}[{','.join(parts)}]"


def sealed(estimate: Estimate) -> Estimate:
    """Give an estimate its key, None for what is no number, a note where there is no interval."""
    numbers = ("value", "low", "high", "df", "se", "p_value", "p_adjusted")
    lost: dict[str, Any] = {
        name: None
        for name in numbers
        if (held := getattr(estimate, name)) is not None and not isfinite(held)
    }
    clean = replace(estimate, **lost)
    if clean.note is None and clean.low is None and clean.high is None:
        clean = replace(clean, note="undefined" if clean.value is None else "no_interval")
    return replace(clean, key=key_of(clean))
