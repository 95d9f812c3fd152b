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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import ibis.expr.types as ir

    from fairshelf.audits.rankers.records import Ranker

BATCH = 131_072
"""Rows scored at once: what is in memory beside the model, whatever the size of the table."""

NUMBER = "_n"
SCORE = "_score"


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
    """

    table: ir.Table
    candidates: int
    requests: int
    tied: int
    unscored: int
    constant: int


def rank(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    rows: ir.Table,
    features: Mapping[str, str],
    ranker: Ranker,
    seed: int,
    work: Path,
    told: Callable[[int, int], None] = lambda done, of: None,  # noqa: ARG005 - tells nobody
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
    seed
        Of the order among ties.
    work
        A folder for the scores, which may be many.
    told
        Told how many candidates are scored, and of how many.

    Raises
    ------
    DataError
        ``model_no_scores``: not one candidate got a score.
    """
    numbered = hold(con, rows.mutate(**{NUMBER: ibis.row_number().cast("int64")}))
    total = int(numbered.count().to_pyarrow().as_py())
    scores = _scored(numbered, features, ranker, work / "scores.parquet", (total, told))
    scored = hold(con, numbered.join(con.read_parquet(str(scores)), NUMBER).drop(NUMBER))
    counts = _counts(scored)
    if counts["unscored"] == total:
        raise DataError("model_no_scores", model=ranker.name, candidates=total)
    order = [scored[SCORE].desc(nulls_first=False)]
    if counts["tied"] or counts["unscored"]:
        text = scored.request.fill_null("").concat("\u0001", scored.listing.fill_null(""))
        order.append(ibis.literal(f"{seed}\u0001").concat(text).hexdigest("md5"))
    order.append(scored.listing.asc())
    window = ibis.window(group_by=scored.request, order_by=order)
    ranked = hold(con, scored.mutate(position=ibis.row_number().over(window) + 1))
    return Ranked(ranked, total, **counts)


def _scored(
    rows: ir.Table,
    features: Mapping[str, str],
    ranker: Ranker,
    place: Path,
    progress: tuple[int, Callable[[int, int], None]],
) -> Path:
    columns = {name: rows[column] for name, column in features.items()}
    asked = rows.select(rows[NUMBER], **columns)
    schema = pa.schema([(NUMBER, pa.int64()), (SCORE, pa.float64())])
    done, (total, told) = 0, progress
    with pq.ParquetWriter(place, schema) as file:
        for batch in asked.to_pyarrow_batches(chunk_size=BATCH):
            table = pa.Table.from_batches([batch])
            scores = np.asarray(ranker.score(with_gaps(table, list(features))), dtype=np.float64)
            finite = np.isfinite(scores)
            held = pa.array(np.where(finite, scores, 0.0), mask=~finite)
            file.write_table(pa.table([table[NUMBER], held], schema=schema))
            done += table.num_rows
            told(done, total)
    return place


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
