"""A small synthetic platform with a known truth, and what made it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

__all__ = ["Planted", "path", "planted"]


@dataclass(frozen=True, slots=True)
class Planted:
    """One truth of the sample, in the words an audit of it uses.

    Attributes
    ----------
    attribute
        The attribute that carries the label, such as ``locality:CN-NBS-URC``.
    group, reference
        The two levels, by language (``zh``, ``en``), as they stand in the results.
    ratio
        Expected exposure per catalogue listing, group over reference, under ``dcg``.
    error
        Monte-Carlo standard error of ``ratio``; 0 where it holds by design.
    spread
        Standard deviation of ln(ratio) from one platform of this size to the next.
    in_this_sample
        The ratio of the committed sample itself, counted on its clean rows and true labels.
    """

    attribute: str
    group: dict[str, str]
    reference: dict[str, str]
    ratio: float
    error: float
    spread: float
    in_this_sample: float


def path(name: str) -> Path:
    """Give the place of a file of the sample, such as ``log.zh.csv`` or ``truth.toml``.

    Parameters
    ----------
    name
        The file's name in this folder.

    Raises
    ------
    FileNotFoundError
        There is no such file in the sample.
    """
    place = Path(str(files(__package__))) / name
    if not place.is_file():
        raise FileNotFoundError(name)
    return place


def planted() -> tuple[Planted, ...]:
    """Give what was planted: the disparity of rural sellers, then the null."""
    document = tomllib.loads(path("truth.toml").read_text(encoding="utf-8"))
    names = Planted.__dataclass_fields__
    return tuple(
        Planted(**{name: document[label][name] for name in names})
        for label in ("rural", "minority")
    )
