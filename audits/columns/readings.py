"""What a cell under a canonical heading is as a number: its grammar, then its heading's unit."""

from __future__ import annotations

from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.columns.numbers import parse_number
from fairshelf.audits.columns.ranks import parse_rank
from fairshelf.audits.columns.units import factor_of, scaled


def number_in(cell: str | None, canonical: str, heading: str, decimal: str) -> float | None:
    """Read a cell as the engine does (:func:`fairshelf.audits.checks.stage.number_of`).

    Parameters
    ----------
    cell
        The cell as it stands.
    canonical, heading
        The column, and the heading that was taken for it.
    decimal
        The decimal mark of the file.

    Returns
    -------
    float or None
        None where the cell holds no number.
    """
    kind = BY_NAME[canonical].kind
    number = (parse_rank if kind == "position" else parse_number)(cell, decimal)
    return scaled(number, cell, factor_of(canonical, heading), whole=kind == "count")
