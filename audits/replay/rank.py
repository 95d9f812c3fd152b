"""Score candidate sets with a model, batch by batch, and rank each by its scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fairshelf.audits.checks.hold import hold
from fairshelf.audits.errors import DataError
from fairshelf.audits.replay.strange import Strange, strange_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import ibis.expr.types as ir

    from fairshelf.audits.rankers.records import Ranker

BATCH = 131_072
"""Rows scored at once: what is in memory beside the model, whatever the size of the table."""

SCORE = "_score"


def _nobody(done: int, of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class How:
    """How candidates are ranked.

    ``seed``: of the order among ties. ``keep``: whether the features stay in the ranked table.
    ``told``: told how many candidates are scored, and of how many.
    """

    seed: int
    keep: bool = False
    told: Callable[[int, int], None] = _nobody


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates in the order of a model.

    Attributes
    ----------
    table
        The candidates with ``position`` (1-based within each request) and ``_score`` (float64,
        null where the model gave none: those stand last), held by the engine.
    candidates, requests
        How many there are.
    tied
        Candidates whose score another candidate of the same request has too.
    unscored
        Candidates for which the model gave no number, or an infinite one.
    constant
        Requests (of two candidates and more) in which every score is the same.
    strange
        Words that the model knows nothing of.
    """

    table: ir.Table
    candidates: int
    requests: int
    tied: int
    unscored: int
    constant: int
    strange: tuple[Strange, ...] = ()


def rank(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    rows: ir.Table,
    features: Mapping[str, str],
    ranker: Ranker,
    work: Path,
    how: How,
) -> Ranked:
    """Rank every request's candidates by a model's scores.

    Equal scores are put in the order of the md5 digest of seed, request and listing: a rule that
    neither the order of the file nor the number of threads can change, and that favours nobody.

    Parameters
    ----------
    con
        The engine that holds ``rows``.
    rows
        ``request``, ``listing`` and the columns of the features.
    features
        What the model calls a feature -> its column.
    ranker
        The model.
    work
        A folder for the scores, which may be many.
    how
        The seed of ties, what stays, and who is told of the progress.

    Raises
    ------
    DataError
        ``model_no_scores``: not one candidate got a score; as :func:`strange_words`.
    """
    strange = strange_words(rows, features, ranker)
    kept = [name for name in rows.columns if how.keep or name not in set(features.values())]
    place, total = _scored(rows, kept, features, ranker, (work / "scores.parquet", how.told))
    scored = con.read_parquet(str(place))
    counts = _counts(scored)
    if counts["unscored"] == total:
        raise DataError("model_no_scores", model=ranker.name, candidates=total)
    order = [scored[SCORE].desc(nulls_first=False)]
    if counts["tied"] or counts["unscored"]:
        text = scored.request.fill_null("").concat("\u0001", scored.listing.fill_null(""))
        order.append(ibis.literal(f"{how.seed}\u0001").concat(text).hexdigest("md5"))
    order.append(scored.listing.asc())
    window = ibis.window(group_by=scored.request, order_by=order)
    ranked = hold(con, scored.mutate(position=ibis.row_number().over(window) + 1))
    return Ranked(ranked, total, **counts, strange=strange)


def _scored(
    rows: ir.Table,
    kept: list[str],
    features: Mapping[str, str],
    ranker: Ranker,
    to: tuple[Path, Callable[[int, int], None]],
) -> tuple[Path, int]:
    """Score batch after batch and write what is kept of each row with its score; give how many."""
    place, told = to
    total = int(rows.count().to_pyarrow().as_py())
    own = [name for name in features.values() if name not in kept]
    asked = rows.select(*kept, *own)
    schema = asked.select(*kept).schema().to_pyarrow().append(pa.field(SCORE, pa.float64()))
    done = 0
    with pq.ParquetWriter(place, schema, compression="none", use_dictionary=False) as file:
        for batch in asked.to_pyarrow_batches(chunk_size=BATCH):
            table = pa.Table.from_batches([batch])
            seen = table.select(list(features.values())).rename_columns(list(features))
            scores = np.asarray(ranker.score(with_gaps(seen, list(features))), dtype=np.float64)
            finite = np.isfinite(scores)
            held = pa.array(np.where(finite, scores, 0.0), mask=~finite)
            out = table.select(kept).append_column(SCORE, held)
            file.write_table(out.cast(schema))
            done += table.num_rows
            told(done, total)
    return place, done


def with_gaps(table: pa.Table, names: list[str]) -> pa.Table:
    """Give the columns of a model: numbers as float64 with NaN where there is none."""
    columns = []
    for name in names:
        column = table[name]
        if pa.types.is_floating(column.type) and column.null_count:
            column = column.fill_null(float("nan"))
        columns.append(column)
    return pa.table(columns, names=names)


def _counts(scored: ir.Table) -> dict[str, int]:
    """Count requests, ties, candidates without a score and requests that are not ordered."""
    same = scored.group_by(["request", SCORE]).agg(n=scored.count())
    by_request = same.group_by("request").agg(
        n=same.n.sum(),
        kinds=same.count(),
        tied=same.n.sum(where=(same.n > 1) & same[SCORE].notnull()),
        unscored=same.n.sum(where=same[SCORE].isnull()),
    )
    one = by_request.agg(
        requests=by_request.count(),
        tied=by_request.tied.sum(),
        unscored=by_request.unscored.sum(),
        constant=((by_request.kinds == 1) & (by_request.n > 1)).sum(),
    )
    found = one.to_pyarrow().to_pylist()[0]
    return {name: int(value or 0) for name, value in found.items()}
