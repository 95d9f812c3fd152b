"""Compare two orders: two models over the same candidates, two logs, or two arms of one log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd

from fairshelf.audits.browsing import parse
from fairshelf.audits.engines.means import FREE
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.pipeline.candidates import IMPRESSIONS
from fairshelf.audits.pipeline.canonical_rows import canonical_rows
from fairshelf.audits.pipeline.replay import ModelAsk, replay
from fairshelf.audits.pipeline.run import Audit, audit
from fairshelf.audits.replay.clustered import ratio_of_sums
from fairshelf.audits.replay.paired import (
    Change,
    Moved,
    change_of_ratio,
    moved,
    request_influence,
)
from fairshelf.audits.replay.prediction import ANSWERS
from fairshelf.audits.replay.quality import ndcg_by_request
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.stages import Stages

    Floats = NDArray[np.float64]

    from fairshelf.audits.browsing.models import BrowsingModel
    from fairshelf.audits.config import Settings


GAIN = "relevance"
"""The column that says how good a listing is, wherever it stands."""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What changes for one group: each browsing model's ratio, and who gains and loses."""

    attribute: str
    group: str
    reference: str
    changes: tuple[tuple[str, Change], ...]
    moved: Moved


@dataclass(frozen=True, slots=True)
class Compared:
    """Two orders beside each other.

    ``paired_by``: ``requests`` (and sellers) where both orders are of the same requests, else
    ``sellers``. ``quality``: NDCG before and after and its paired change with interval, and how
    many requests; ``gain`` is the column it is of, ``relevance``. Clicks and orders are no gain:
    they were earned at the places the listings had, and orders judged by them would be judged by
    hindsight; ``hindsight`` names those there are where nothing else says how good a listing is.
    ``weighted``: whether rows count as often as their column ``impressions`` says.
    """

    names: tuple[str, str]
    paired_by: str
    requests: tuple[int, int]
    level: float
    groups: tuple[GroupChange, ...]
    quality: tuple[float, float, float, float, float, int] | None
    cutoff: int
    gain: str | None = None
    hindsight: tuple[str, ...] = ()
    weighted: bool = False


def compare_models(
    models: tuple[ModelAsk, ModelAsk],
    candidates: Sequence[str],
    sellers: str | None,
    settings: Settings,
    stage: Stages = QUIET,
) -> Compared:
    """Rank the same candidates by two models and compare the exposure they would give.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.pipeline.replay.replay`; ``browsing_not_by_place``.
    """
    _by_place(settings)
    with FREE.workspace() as folder:
        told: list[tuple[Audit, pd.DataFrame]] = []
        for place, ask in enumerate(models):
            log = Path(folder) / f"{place}.parquet"
            done = replay(ask, candidates, sellers, None, settings, stage, log=log)
            told.append((done, pd.read_parquet(log)))
        names = (models[0].model, models[1].model)
        stage("compare")
        return _compared(told[0], told[1], names, settings)


def compare_logs(
    before: str, after: str, sellers: str | None, settings: Settings, stage: Stages = QUIET
) -> Compared:
    """Compare two logs, with whatever headings they have.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.pipeline.run.audit`; ``browsing_not_by_place``: the first
        browsing model needs more than a place.
    """
    _by_place(settings)
    told = [
        (
            audit([place], sellers, None, settings, stage),
            canonical_rows(place, sellers, settings, stage)[0],
        )
        for place in (before, after)
    ]
    stage("compare")
    return _compared(told[0], told[1], (Path(before).name, Path(after).name), settings)


def compare_arms(
    log: str,
    arms: tuple[str, str],
    sellers: str | None,
    settings: Settings,
    stage: Stages = QUIET,
) -> Compared:
    """Compare two arms of an A/B log, by its column ``arm``.

    Raises
    ------
    DataError
        ``no_arm``: the log has no such column, or an arm without rows; else as
        :func:`compare_logs`.
    """
    _by_place(settings)
    rows, plain_settings = canonical_rows(log, sellers, settings, stage)
    of = rows["arm"].astype(str) if "arm" in rows.columns else pd.Series([], dtype=str)
    with FREE.workspace() as folder:
        told: list[tuple[Audit, pd.DataFrame]] = []
        for arm in arms:
            part = rows[of == arm] if len(of) else rows[:0]
            if part.empty:
                known = sorted(of.unique())[:12]
                raise DataError("no_arm", file=Path(log).name, arm=arm, known=known)
            place = Path(folder) / f"{len(told)}.parquet"
            part.to_parquet(place, index=False)
            told.append((audit([str(place)], sellers, None, plain_settings, stage), part))
        stage("compare")
        return _compared(told[0], told[1], arms, settings)


def _compared(
    before: tuple[Audit, pd.DataFrame],
    after: tuple[Audit, pd.DataFrame],
    names: tuple[str, str],
    settings: Settings,
) -> Compared:
    (one, rows), (two, others) = before, after
    same = set(rows["request"].unique()) == set(others["request"].unique())
    cutoff = int(str(one.results.provenance["primary_cutoff"]))
    models = (_by_place(settings), parse(f"top:{cutoff}"))
    groups = []
    labels = {**two.labels}
    for attribute, levels in one.labels.items():
        labels[attribute] = {**two.labels.get(attribute, {}), **levels}
    for record in one.results.groups:
        if not (record.declared and record.reference and record.name in labels):
            continue
        of = labels[record.name]
        for level in record.levels:
            if level.level in (record.reference, "unknown"):
                continue
            contrast = (level.level, record.reference)
            found = [
                _change(rows, others, of, contrast, m, settings.level, paired=same) for m in models
            ]
            everyone = _by_seller(rows, others, of, models[0])
            groups.append(
                GroupChange(
                    record.name,
                    *contrast,
                    tuple((m.name, c) for m, c in zip(models, found, strict=True)),
                    moved(everyone[1], everyone[2], everyone[0] == level.level),
                )
            )
    quality = _quality(rows, others, cutoff, settings.level) if same else None
    known = GAIN in rows.columns and GAIN in others.columns
    earned = [one for one in ANSWERS if one in rows.columns and one in others.columns]
    return Compared(
        names,
        "requests" if same else "sellers",
        (int(rows["request"].nunique()), int(others["request"].nunique())),
        settings.level,
        tuple(groups),
        quality,
        cutoff,
        GAIN if quality else None,
        tuple(earned) if same and not known else (),
        any(bool((part[IMPRESSIONS] != 1).any()) for part in (rows, others)),
    )


def _by_place(settings: Settings) -> BrowsingModel:
    """Give the first browsing model, which attention under either order is told by."""
    model = parse(settings.browsing[0])
    if model.weight is None:
        raise UsageError("browsing_not_by_place", name=model.name)
    return model


def _attention(rows: pd.DataFrame, model: Any) -> Floats:  # noqa: ANN401 - a browsing model
    """Give each row's attention for each showing of a page, counted as often as it was shown."""
    weight = np.asarray(model.weight(rows["position"].to_numpy(np.int64)), dtype=np.float64)
    return weight * _array(rows[IMPRESSIONS]) / float(_showings(rows).sum())


def _showings(rows: pd.DataFrame) -> pd.Series[Any]:
    """Give how often each request's page was shown: as often as its row that was shown most."""
    return rows[IMPRESSIONS].groupby(rows["request"]).max()


def _by_seller(
    rows: pd.DataFrame,
    others: pd.DataFrame,
    of: dict[str, str],
    model: Any,  # noqa: ANN401 - a browsing model
) -> tuple[NDArray[Any], Floats, Floats, Floats]:
    """Give label, exposure under both orders (per request) and listings of every seller."""
    sums = [
        pd.Series(_attention(part, model), index=part["seller"].astype(str)).groupby(level=0).sum()
        for part in (rows, others)
    ]
    both = pd.concat([rows, others])
    listings = both.groupby(both["seller"].astype(str))["listing"].nunique()
    sellers = listings.index
    label = np.array([of.get(seller, "unknown") for seller in sellers], dtype=object)
    first, second = (_array(one.reindex(sellers, fill_value=0.0)) for one in sums)
    return label, first, second, _array(listings)


def _change(
    rows: pd.DataFrame,
    others: pd.DataFrame,
    of: dict[str, str],
    contrast: tuple[str, str],
    model: Any,  # noqa: ANN401 - a browsing model
    level: float,
    *,
    paired: bool,
) -> Change:
    label, first, second, listings = _by_seller(rows, others, of, model)
    kept = np.isin(label, contrast)
    protected = label[kept] == contrast[0]
    requests = None
    if paired:
        told = [_by_request(part, of, contrast, model) for part in (rows, others)]
        requests = request_influence(told[0], told[1])
    return change_of_ratio(
        (first[kept], listings[kept]), (second[kept], listings[kept]), protected, requests, level
    )


def _by_request(
    rows: pd.DataFrame,
    of: dict[str, str],
    contrast: tuple[str, str],
    model: Any,  # noqa: ANN401 - a browsing model
) -> tuple[Floats, Floats]:
    label = rows["seller"].astype(str).map(of).fillna("unknown")
    attention = pd.Series(_attention(rows, model), index=rows.index)
    order = np.sort(rows["request"].astype(str).unique())
    told = [
        attention[label == name]
        .groupby(rows["request"][label == name].astype(str))
        .sum()
        .reindex(order, fill_value=0.0)
        for name in contrast
    ]
    return _array(told[0]), _array(told[1])


def _array(values: pd.Series[Any]) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _quality(
    rows: pd.DataFrame, others: pd.DataFrame, cutoff: int, level: float
) -> tuple[float, float, float, float, float, int] | None:
    """Give NDCG before, after, its paired change with interval, and the requests.

    A request counts as often as its page was shown, the mean of both orders.
    """
    if GAIN not in rows.columns or GAIN not in others.columns:
        return None
    import pyarrow as pa  # noqa: PLC0415 - for this only

    told = []
    for part in (rows, others):
        table = ibis.memtable(pa.Table.from_pandas(part, preserve_index=False))
        found = ndcg_by_request(table, GAIN, cutoff).to_pyarrow().to_pandas()
        told.append(found.set_index("request")["ndcg"])
    both = pd.concat(told, axis=1, keys=["before", "after"]).dropna()
    if both.empty:
        return None
    shown = sum(_array(_showings(part).reindex(both.index)) for part in (rows, others))
    weight = np.asarray(shown, dtype=np.float64)
    each = np.arange(len(both))
    first, second = _array(both["before"]), _array(both["after"])
    change = ratio_of_sums(weight * (second - first), weight, [each], level)
    if change.low is None or change.high is None:
        return None
    means = [float(np.average(one, weights=weight)) for one in (first, second)]
    return (means[0], means[1], change.value, change.low, change.high, len(both))


def twice(
    ask: ModelAsk, second: str, same: dict[str, str] | None = None
) -> tuple[ModelAsk, ModelAsk]:
    """Give the same question about two models, the second of which may see features made equal."""
    return ask, replace(ask, model=second, same=tuple((same or {}).items()))
