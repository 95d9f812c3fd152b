"""A surrogate of a platform's ranking, from the log to what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf import __version__
from fairshelf.audits.engines.means import FREE
from fairshelf.audits.groups.labels import UNKNOWN
from fairshelf.audits.pipeline.describe import headed, input_file, once
from fairshelf.audits.pipeline.fit_data import Reading, as_factor, read_orders
from fairshelf.audits.rankers.fitting.design import spikes
from fairshelf.audits.rankers.fitting.saved import file_of, is_replayable, toml_of, weights_of
from fairshelf.audits.rankers.fitting.study import Ask, study
from fairshelf.audits.results import Message, Rows, Tool
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairshelf.audits.config import Settings
    from fairshelf.audits.groups import Labels
    from fairshelf.audits.pipeline.fit_data import Orders
    from fairshelf.audits.rankers.fitting.models import Name, Surrogate
    from fairshelf.audits.rankers.fitting.split import How
    from fairshelf.audits.rankers.fitting.study import Study
    from fairshelf.audits.results import InputFile
    from fairshelf.audits.stages import Stages

TREES = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"
"""The type in boosted.skops that skops does not take for scikit-learn's own."""

RECURRING = 3
"""Times a listing is typically seen from which a model may know it again."""

FIT_VERSION = "1.0"

FOLLOWING = frozenset(("rating", "reviews", "orders", "clicks"))
"""Factors that having been shown brings about in part."""

NESTED = 0.95
"""Share of rows whose word tells the group, from which both cannot be told apart."""


@dataclass(frozen=True, slots=True)
class FitAsk:
    """What is wanted of a fit.

    ``features``: columns to take for factors, and whether as words. ``disclosed``: what the
    platform says it uses. ``missing``: factor -> values that stand for "none". ``where``: column
    -> the word that rows must hold. ``split``: how to hold out. ``unshown``:
    rows without a position are candidates that were not shown.
    """

    features: dict[str, bool] = field(default_factory=dict)
    disclosed: tuple[str, ...] = ()
    models: tuple[Name, ...] = ("linear", "boosted")
    missing: dict[str, tuple[float, ...]] | None = None
    where: dict[str, str] | None = None
    split: How | None = None
    unshown: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """What ``fit.json`` holds; see docs/fit.md.

    ``sellers``: whether sellers are named in the data (else each listing is its own seller).
    ``attributes``: those of the factors that are traits of sellers.
    """

    schema_version: str
    tool: Tool
    settings: dict[str, Any]
    inputs: tuple[InputFile, ...]
    rows: Rows
    requests: int
    listings: int
    sellers: int
    seller_is: str
    attributes: tuple[str, ...]
    study: Study
    notices: tuple[Message, ...]
    limits: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fit leaves: the record, and the models as files by name."""

    record: Fit
    models: dict[str, bytes]


def fit(
    log: Sequence[str],
    sellers: str | None,
    catalogue: str | None,
    ask: FitAsk,
    settings: Settings,
    stage: Stages = QUIET,
) -> Fitted:
    """Fit surrogates to a log's observed orders.

    Parameters
    ----------
    log, sellers, catalogue
        The log, with the factors as columns; tables of sellers and of listings beside it.
    ask
        What is wanted.
    settings
        How files are read; attributes, standards, references, ``level``, ``seed``, ``cutoffs``.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.pipeline.fit_data.read_orders`; ``fit_needs_lightgbm``.
    """
    with FREE.working(stage) as (con, work):
        stage("read")
        told = Reading(ask.features, ask.missing or {}, ask.where or {}, ask.unshown)
        orders = read_orders(con, (log, sellers, catalogue), told, settings, work, stage)
        inputs = _inputs(orders)
    ask = _by_factor(ask, orders)
    wanted = Ask(
        models=ask.models,
        disclosed=ask.disclosed,
        cutoff=settings.cutoffs[0] if settings.cutoffs else _page(orders),
        level=settings.level,
        seed=settings.seed,
        split=ask.split,
        complete=ask.unshown,
    )
    found, models = study(
        orders.lists, orders.features, orders.known, orders.time, orders.unit, wanted, stage
    )
    lists, clean = orders.lists, orders.clean
    record = Fit(
        schema_version=FIT_VERSION,
        tool=Tool("fairshelf", __version__),
        settings=_settings(ask, wanted, settings),
        inputs=inputs,
        rows=Rows(clean.read, clean.used, clean.rejected, clean.duplicate, None),
        requests=lists.count,
        listings=int(np.unique(lists.listing).size),
        sellers=int(np.unique(lists.seller).size),
        seller_is=clean.seller_is,
        attributes=tuple(orders.features.groups),
        study=found,
        notices=once(_notices(orders, found, models, ask)),
        limits=tuple(_limits(orders, found)),
    )
    return Fitted(record, _files(models, ask.missing or {}, orders.labels, ask.models))


def _by_factor(ask: FitAsk, orders: Orders) -> FitAsk:
    """Name what was typed by headings as the factors are named."""
    factors = {*ask.features, *orders.features.groups}

    def named(typed: str) -> str:
        return as_factor(typed, orders.files, factors)

    missing = {named(name): values for name, values in (ask.missing or {}).items()}
    disclosed = tuple(dict.fromkeys(named(name) for name in ask.disclosed))
    return replace(ask, disclosed=disclosed, missing=missing or None)


def _page(orders: Orders) -> int:
    longest = int(orders.lists.lengths().max(initial=2))
    return 10 if longest > 10 else max(1, longest - 1)  # noqa: PLR2004 - a customary first page


def _settings(ask: FitAsk, wanted: Ask, settings: Settings) -> dict[str, Any]:
    return {
        "features": list(ask.features),
        "words": [name for name, words in ask.features.items() if words],
        "disclosed": list(ask.disclosed),
        "models": list(ask.models),
        "missing": {name: list(values) for name, values in (ask.missing or {}).items()},
        "where": dict(ask.where or {}),
        "split": ask.split,
        "unshown": ask.unshown,
        "cutoff": wanted.cutoff,
        "attributes": dict(settings.attributes),
        "standard": dict(settings.standard),
        "reference": dict(settings.reference),
        "map": dict(settings.map),
        "level": settings.level,
        "seed": settings.seed,
    }


def _inputs(orders: Orders) -> tuple[InputFile, ...]:
    told = []
    files = orders.files
    for raw, detection in zip(files.raws, files.detections, strict=True):
        alone = raw.role == "log" and len(files.of("log")) == 1
        rows = orders.clean.read if alone else int(raw.table.count().to_pyarrow().as_py())
        told.append(input_file(raw, detection, rows))
    return tuple(told)


def _files(
    models: Mapping[str, Surrogate],
    missing: Mapping[str, tuple[float, ...]],
    labels: Sequence[Labels],
    asked: Sequence[Name],
) -> dict[str, bytes]:
    spelled = {
        label.name: (
            label.column,
            {rule.value: "" if rule.level == UNKNOWN else rule.level for rule in label.mapping},
        )
        for label in labels
        if label.column is not None and "*" not in label.name
    }
    told = {}
    for name, one in models.items():
        if name == "linear":
            told["weights.toml"] = toml_of(weights_of(one, missing, spelled)).encode()
            continue
        file = file_of(one)
        if file is not None and name in asked:
            told[f"{name}.{file[0]}"] = file[1]
    return told


def _notices(
    orders: Orders, found: Study, models: Mapping[str, Surrogate], ask: FitAsk
) -> list[Message]:
    said: list[Message] = []
    for raw, detection in zip(orders.files.raws, orders.files.detections, strict=True):
        said += [*raw.notices, *detection.notices]
    said += orders.clean.notices
    if orders.sides is not None:
        said += orders.sides.notices
    for label in orders.labels:
        said += headed(label.notices, orders.files.detections)
    if orders.showings is not None and orders.showings[0] < orders.showings[1]:
        least, most, _ = orders.showings
        said.append(Message("fit_counts_once", {"least": least, "most": most}))
    said += _counts(orders)
    said += [Message(f"fit_{why}", {"column": name}) for name, why in found.dropped]
    for name, count in found.missing.items():
        if count:
            share = count / orders.lists.size
            said.append(Message("fit_missing", {"column": name, "count": count, "share": share}))
    said += [*_nested(orders), *_names_listings(orders, found)]
    if not found.settled:
        said.append(Message("fit_unsettled"))
    if found.shared and found.how in ("time", "requests"):
        said.append(Message("fit_shared", {"share": found.shared}))
    return [*said, *_of_files(models, ask)]


def _of_files(models: Mapping[str, Surrogate], ask: FitAsk) -> list[Message]:
    """Say what it takes to open the files of the models."""
    told = []
    if "boosted" in ask.models:
        told.append(Message("fit_trust", {"type": TREES}))
    for name, one in models.items():
        if name in ask.models and not is_replayable(one):
            told.append(Message("fit_not_replayable", {"model": name}))
    return told


def _counts(orders: Orders) -> list[Message]:
    """Say which values look like none, and which rows were left out or put in an order."""
    lists = orders.lists
    counted = (
        ("fit_repeated", lists.repeated),
        ("fit_tied", lists.tied),
        ("fit_alone", 0 if orders.pooled else lists.alone),
        ("fit_ads", orders.ads),
        ("fit_drawn", orders.drawn or 0),
        ("fit_unshown", int((~lists.shown).sum())),
        (
            "fit_pooled" if orders.time is not None else "fit_pooled_anyhow",
            lists.count if orders.pooled else 0,
        ),
    )
    return [
        *(
            Message(
                "fit_spike",
                {"column": name, "value": f"{value:g}", "share": share},
            )
            for name, value, share in spikes(orders.features.numbers)
        ),
        *(Message(code, {"count": count}) for code, count in counted if count),
    ]


def _nested(orders: Orders) -> list[Message]:
    """Say where a factor of words all but tells an attribute: the two cannot be told apart."""
    told = []
    words = orders.features.words
    for name in words:
        for group in orders.features.groups:
            if name in orders.features.groups:
                continue
            _, code = np.unique(words[name].astype(str), return_inverse=True)
            _, level = np.unique(words[group].astype(str), return_inverse=True)
            table = np.zeros((int(code.max()) + 1, int(level.max()) + 1))
            np.add.at(table, (code.ravel(), level.ravel()), 1)
            share = float(table.max(axis=1).sum() / table.sum())
            alone = float(table.sum(axis=0).max() / table.sum())
            if share >= NESTED and alone < NESTED:
                told.append(Message("fit_nested", {"column": name, "attribute": group}))
    return told


def _names_listings(orders: Orders, found: Study) -> list[Message]:
    """Say where a number tells listings apart one by one: it may be remembered, not weighed."""
    lists, told = orders.lists, []
    _, listing, times = np.unique(lists.listing, return_inverse=True, return_counts=True)
    if found.how in ("sellers", "listings") or np.median(times) < RECURRING:
        return []
    for name, values in orders.features.numbers.items():
        mine = values[lists.rows]
        pairs = np.unique(np.stack((mine, listing.ravel().astype(np.float64))), axis=1).shape[1]
        distinct = np.unique(mine[np.isfinite(mine)]).size
        if distinct >= times.size / 2 and pairs <= times.size * 1.1:
            told.append(Message("fit_names_listings", {"column": name}))
    return told


def _limits(orders: Orders, found: Study) -> list[Message]:
    told = [Message("fit_limit_association"), Message("fit_limit_omitted")]
    if found.shown_only:
        told.append(Message("fit_limit_shown"))
    if orders.pooled:
        told.append(Message("fit_limit_pooled"))
    if orders.lists.count == 1:
        told.append(Message("fit_limit_one_list"))
    following = sorted(FOLLOWING & set(orders.features.names))
    if following:
        told.append(Message("fit_limit_following", {"columns": following}))
    if orders.clean.seller_is != "seller":
        told.append(Message("fit_limit_own_seller"))
    if len({one.model for one in found.losses}) > 1:
        told.append(Message("fit_limit_shuffled"))
    told.append(Message("fit_limit_users"))
    return told
