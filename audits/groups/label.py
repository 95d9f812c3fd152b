"""Which attributes an audit has: those asked for, and what stands beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.groups.crossed import cross_labels
from fairshelf.audits.groups.derived import SUFFIXES, label_derived, label_standard
from fairshelf.audits.groups.firms import SIZE_NUMBERS
from fairshelf.audits.groups.labels import UNKNOWN
from fairshelf.audits.groups.notices import notice
from fairshelf.audits.groups.plain import groups_in, label_plain
from fairshelf.audits.groups.standards import find_standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

    from fairshelf.audits.groups.labels import Labels
    from fairshelf.audits.results import Message

LOCALITY_COLUMNS = ("locality", "region_code", "address")
BESIDE = {"locality": ("rural_urban",), "size": ("class", "small_large")}
"""The mappings that stand beside an attribute without being asked for, the leading one first."""

LEAST_KNOWN = 0.5
"""A mapping that knows fewer sellers than half does not replace the column it maps by default."""


def label_sellers(
    sellers: pa.Table, declared: Mapping[str, str | None], standard: Mapping[str, str]
) -> tuple[Labels, ...]:
    """Group sellers by every attribute of the audit.

    Asked-for attributes come first, in the order asked. Beside ``locality`` and ``size`` stand
    their mappings (``locality:rural_urban``, ``size:class``, ``size:small_large``), beside an
    intersection its parts; they are not ``declared`` unless asked for by name or by a standard.
    With nothing asked for, rural/urban, size and cooperative membership are used where the
    columns allow.

    Parameters
    ----------
    sellers
        One row per seller: ``seller``, canonical seller columns (texts; numbers as float64),
        and a user's own columns under their attribute's name.
    declared
        Attributes asked for: a column, ``locality:rural_urban``, ``size:CN-NBS-2017``,
        ``locality*size`` ...; the values (headings) have been resolved by the reader.
    standard
        Standard by attribute, such as ``{"locality": "CN-NBS-URC"}``; a choice the standard
        leaves open follows an ``@``: ``US-RUCA-2020@7``, ``CN-NBS-2017@retail``.

    Raises
    ------
    UsageError
        ``attribute_unknown``, ``attribute_needs_standard``, ``standard_unknown``,
        ``standard_not_usable``, ``standard_bad_option``, ``standard_wrong_kind``.
    DataError
        ``no_attribute``, ``standard_columns_missing``.
    """
    maker = _Maker(sellers, {base: _canonical(chosen) for base, chosen in standard.items()})
    for base in standard:
        if not maker.has(base):
            raise _unknown(base, maker)
    names = list(dict.fromkeys(declared))
    names += [base for base in standard if base not in declared] if declared else []
    names = [_canonical_name(name, maker.columns) for name in names]
    wanted = _asked(maker, names) if names else _by_default(maker)
    return tuple(
        replace(maker.made[name], declared=asked, notices=_told(maker.made[name], sellers))
        for name, asked in wanted.items()
    )


class _Maker:
    """Makes each attribute once, by its name."""

    def __init__(self, sellers: pa.Table, standard: Mapping[str, str]) -> None:
        self.sellers = sellers
        self.standard = standard
        self.columns = [name for name in sellers.column_names if name != "seller"]
        self.made: dict[str, Labels] = {}

    def make(self, name: str) -> Labels:
        if name not in self.made:
            self.made[name] = self._make(name)
        return self.made[name]

    def _make(self, name: str) -> Labels:
        base, colon, suffix = name.partition(":")
        if name in self.columns:
            return label_plain(self.sellers, name)
        if "*" in name:
            return cross_labels(name, [self.make(part.strip()) for part in name.split("*")])
        if colon and suffix in SUFFIXES and self.has(base):
            return label_derived(self.sellers, base, suffix, self.standard.get(base))
        if colon and (self.has(base) or suffix == self.standard.get(base)):
            return label_standard(self.sellers, base, suffix)
        raise _unknown(name, self)

    def has(self, base: str) -> bool:
        """Say whether the data hold anything that could label sellers by this attribute."""
        others = {"locality": LOCALITY_COLUMNS, "size": SIZE_NUMBERS}.get(base, ())
        return base in self.columns or any(column in self.columns for column in others)

    def resolve(self, name: str) -> str:
        """Give the attribute a bare name stands for where there is no such column."""
        if name in self.columns or "*" in name or ":" in name:
            return name
        if name in self.standard:
            return f"{name}:{self.standard[name]}"
        if name == "locality" and self.has(name):
            return "locality:rural_urban"
        if name == "size" and self.has(name):
            present = [column for column in SIZE_NUMBERS if column in self.columns]
            raise UsageError("attribute_needs_standard", attribute=name, columns=present)
        raise _unknown(name, self)


def _asked(maker: _Maker, names: Iterable[str]) -> dict[str, bool]:
    wanted: dict[str, bool] = {}
    beside: dict[str, bool] = {}
    for name in names:
        parts = [name] if name in maker.columns else [part.strip() for part in name.split("*")]
        if "" in parts:
            raise _unknown(name, maker)
        resolved = [maker.resolve(part) for part in parts]
        attribute = "*".join(resolved)
        maker.make(attribute)
        wanted[attribute] = True
        if len(parts) > 1:
            beside.update(dict.fromkeys(resolved, False))
        for part in parts:
            beside.update(_beside(maker, part, asked=len(parts) == 1))
    for name, asked in beside.items():
        if asked or not _says_the_same(maker, name, wanted):
            wanted[name] = wanted.get(name, False) or asked
    return wanted


def _says_the_same(maker: _Maker, name: str, wanted: Iterable[str]) -> bool:
    """Tell a mapping that only repeats the attribute it was made from, word for word."""
    base = name.split(":", maxsplit=1)[0]
    if base == name or base not in wanted:
        return False
    ours, theirs = maker.made[name], maker.made[base]
    place = {level: index for index, level in enumerate(ours.levels)}
    into = np.array([place.get(level, -1) for level in theirs.levels])
    return bool(np.array_equal(into[theirs.codes], ours.codes))


def _beside(maker: _Maker, base: str, *, asked: bool) -> dict[str, bool]:
    """Give the mappings of an attribute, and whether a named standard makes them asked for."""
    beside: dict[str, bool] = {}
    if base in maker.standard:
        name = f"{base}:{maker.standard[base]}"
        maker.make(name)
        beside[name] = asked
    for suffix in BESIDE.get(base, ()):
        if base in maker.standard and suffix != "small_large":
            continue
        name = f"{base}:{suffix}"
        if maker.make(name).known:
            beside[name] = False
        elif base in maker.made:
            told = maker.made[base].notices
            more = [one for one in maker.made[name].notices if one not in told]
            maker.made[base] = replace(maker.made[base], notices=(*told, *more))
    return beside


def _by_default(maker: _Maker) -> dict[str, bool]:
    wanted: dict[str, bool] = {}
    for base in ("locality", "size"):
        wanted.update(_default_of(maker, base))
    if "cooperative" in maker.columns:
        maker.make("cooperative")
        wanted["cooperative"] = True
    numbers = [column for column in SIZE_NUMBERS if column in maker.columns]
    if not any(wanted.values()):
        raise DataError("no_attribute", columns=maker.columns, options=_options(maker, numbers))
    if numbers and not any(name.startswith("size") for name in wanted):
        first = next(iter(wanted))
        told = notice("size_needs_standard", columns=numbers)
        maker.made[first] = replace(maker.made[first], notices=(*maker.made[first].notices, told))
    return wanted


def _default_of(maker: _Maker, base: str) -> dict[str, bool]:
    """Give the leading attribute for rural/urban or for size, and what stands beside it."""
    if base in maker.standard:
        name = f"{base}:{maker.standard[base]}"
        maker.make(name)
        return {name: True} | _beside(maker, base, asked=True)
    if not maker.has(base) or (base == "size" and base not in maker.columns):
        return {}
    raw = {base: True} if base in maker.columns and maker.make(base).known else {}
    beside = _beside(maker, base, asked=False)
    if beside and (not raw or _leads(maker.made[next(iter(beside))])):
        return dict(zip(beside, [True, *([False] * len(beside))], strict=False))
    return raw | beside


def _leads(mapped: Labels) -> bool:
    """Say whether a mapping can stand for its column: two groups, and most sellers known."""
    groups = int((mapped.sellers[:-1] > 0).sum())
    return groups > 1 and mapped.known >= LEAST_KNOWN * len(mapped.codes)


def _options(maker: _Maker, numbers: list[str]) -> list[str]:
    """Give what could be typed to have an attribute after all."""
    options = ["--attribute NAME=COLUMN"]
    options += [f"--map {column}=COLUMN" for column in ("locality", "address", "size")]
    made = maker.made.get("locality:rural_urban")
    for told in made.notices if made else ():
        fitting = told.facts.get("standards")
        if isinstance(fitting, list):
            options += [f"--standard locality={name}" for name in fitting]
    return options + (["--standard size=CN-NBS-2017"] if numbers else [])


def _canonical(chosen: str) -> str:
    """Give a standard as its table spells it, with its choice."""
    found = find_standard(chosen)
    return found.standard.id + (f"@{found.option}" if found.option else "")


def _canonical_name(name: str, columns: list[str]) -> str:
    """Give an attribute's name with the standards in it as their tables spell them."""
    if name in columns:
        return name
    parts = []
    for part in name.split("*"):
        base, colon, suffix = part.strip().partition(":")
        if colon and part.strip() not in columns and suffix not in SUFFIXES:
            suffix = _canonical(suffix)
        parts.append(f"{base}{colon}{suffix}")
    return "*".join(dict.fromkeys(parts))


def _told(labels: Labels, sellers: pa.Table) -> tuple[Message, ...]:
    """Add what every attribute must say: that it is empty, or that all sellers are in one level.

    Where a column it was read from would make groups by its own words, which one.
    """
    counts = labels.sellers
    filled = [level for level, n in zip(labels.levels, counts, strict=True) if n]
    known = [level for level in filled if level != UNKNOWN]
    if len(known) > 1:
        return labels.notices
    said = notice("attribute_empty", attribute=labels.name)
    if known:
        said = notice("attribute_one_level", attribute=labels.name, level=known[0])
    columns = [] if labels.name in sellers.column_names else (labels.column or "").split("+")
    would = [(column, n) for column in columns if (n := groups_in(sellers, column))]
    also = [
        notice("column_would_group", attribute=labels.name, column=column, groups=n)
        for column, n in would[:1]
    ]
    return (*labels.notices, said, *also)


def _unknown(name: str, maker: _Maker) -> UsageError:
    derived = [f"{base}:{suffix}" for base in BESIDE if maker.has(base) for suffix in BESIDE[base]]
    known = [*maker.columns, *derived]
    if not known:
        return UsageError("attribute_unknown_alone", attribute=name)
    near = nearest(name, known) or known
    return UsageError("attribute_unknown", attribute=name, suggestions=near, known=known)
