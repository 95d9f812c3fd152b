"""What a replay writes for its audit: the ranked log, and the candidates as the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairshelf.audits.pipeline.candidates import carried, plain

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from fairshelf.audits.pipeline.candidates import Candidates
    from fairshelf.audits.replay import Ranked

_OF_LISTINGS = ("relevance", "price", "rating", "reviews")
"""What a candidate table may say of a listing and the catalogue goes on to say: a mean."""


def write_log(
    con: Backend, ranked: Ranked, found: Candidates, place: Path, shown: int | None
) -> None:
    """Write the ranked log as Parquet.

    Parameters
    ----------
    con
        The engine that holds it.
    ranked, found
        The order, and what the candidates tell.
    place
        Where to.
    shown
        How many of each request are shown; None for all.
    """
    rows = ranked.table
    if shown is not None:
        rows = rows.filter(rows.position <= shown)
    names = [*carried(found), "position"]
    _to_parquet(con, plain(rows.select(*names)), place)


def write_catalogue(con: Backend, rows: ir.Table, found: Candidates, place: Path) -> None:
    """Write every candidate once: what could have been shown, with the means of what is known.

    Sums are of whole millionths: a mean of floats would differ with the order of the threads.
    """
    known = [name for name in _OF_LISTINGS if name in found.clean.columns]
    sums = rows.group_by("listing").agg(
        seller=rows.seller.max(),
        **{name: rows[name].sum() for name in known},
        **{f"_n_{name}": rows[name].count() for name in known},
    )
    scaled = plain(sums)
    told = scaled.select(
        "listing", "seller", **{name: scaled[name] / scaled[f"_n_{name}"] for name in known}
    )
    _to_parquet(con, told, place)


def _to_parquet(con: Any, rows: ir.Table, place: Path) -> None:  # noqa: ANN401 - an Ibis backend has no type of its own
    con.to_parquet(rows, str(place))
