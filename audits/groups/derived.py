"""Attributes made from other columns: a mapping to rural/urban or to a size class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError
from fairshelf.audits.groups.codes import label_codes
from fairshelf.audits.groups.localities import label_rural_urban
from fairshelf.audits.groups.sizes import coarse_size, label_size
from fairshelf.audits.groups.standards import find_standard
from fairshelf.audits.groups.words import label_size_words

if TYPE_CHECKING:
    import pyarrow as pa

    from fairshelf.audits.groups.labels import Labels

SUFFIXES = ("rural_urban", "class", "small_large")
"""Mappings that need no named standard: ``locality:rural_urban``, ``size:small_large`` ..."""


def label_derived(sellers: pa.Table, base: str, suffix: str, standard: str | None) -> Labels:
    """Label sellers by one of the mappings of :data:`SUFFIXES`.

    Parameters
    ----------
    sellers
        One row per seller.
    base
        The attribute the mapping belongs to, usually ``locality`` or ``size``.
    suffix
        One of :data:`SUFFIXES`.
    standard
        The standard named for ``base``; a size standard feeds ``small_large``.

    Raises
    ------
    UsageError
        ``attribute_needs_standard`` where size must come from numbers and no standard is named.
    """
    if suffix == "rural_urban":
        return label_rural_urban(sellers, base)
    if suffix == "small_large" and standard is not None:
        chosen = find_standard(standard)
        if chosen.standard.kind == "size":
            return coarse_size(base, label_size(sellers, base, standard))
    if base not in sellers.column_names:
        columns = [name for name in sellers.column_names if name != "seller"]
        raise UsageError("attribute_needs_standard", attribute=base, columns=columns)
    return label_size_words(sellers, base, coarse=suffix == "small_large")


def label_standard(sellers: pa.Table, base: str, standard: str) -> Labels:
    """Label sellers by a named standard: ``locality:CN-NBS-URC``, ``size:EU-2003-361``.

    Raises
    ------
    UsageError, DataError
        As :func:`find_standard`, and where the columns the standard needs are not there.
    """
    kind = {"locality": "rural", "size": "size"}.get(base)
    chosen = find_standard(standard, kind)
    if chosen.standard.kind == "rural":
        return label_codes(sellers, base, chosen)
    return label_size(sellers, base, standard)
