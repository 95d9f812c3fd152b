"""Replay: rank candidate sets by a model, and audit the exposure that order would give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from fairshelf.audits.engines.means import FREE, Means
from fairshelf.audits.errors import FairshelfError
from fairshelf.audits.pipeline.candidates import (
    extras_of,
    matches_of,
    open_files,
    read_lists,
)
from fairshelf.audits.pipeline.describe import input_file, once
from fairshelf.audits.pipeline.feature_notices import feature_notices
from fairshelf.audits.pipeline.files import about_rows
from fairshelf.audits.pipeline.ranked_files import write_catalogue, write_log
from fairshelf.audits.pipeline.run import Audit, audit
from fairshelf.audits.rankers.loading import load_ranker
from fairshelf.audits.replay import quality, rank
from fairshelf.audits.replay.prediction import ANSWERS
from fairshelf.audits.replay.quality import gain_of
from fairshelf.audits.replay.rank import How
from fairshelf.audits.replay.whatif import equalised
from fairshelf.audits.results import InputFile, Message, Table
from fairshelf.audits.stages import QUIET
from fairshelf.audits.tally.owners import without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.backends.duckdb import Backend

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline.candidates import Candidates
    from fairshelf.audits.pipeline.files import Files
    from fairshelf.audits.rankers.records import Ranker
    from fairshelf.audits.replay import Ranked
    from fairshelf.audits.results import Results
    from fairshelf.audits.stages import Stages


@dataclass(frozen=True, slots=True)
class ModelAsk:
    """The model to replay and how it is opened (:func:`fairshelf.audits.rankers.loading`).

    ``shown``: how many candidates of each request are shown; the rest are candidates only.
    ``same``: (feature, value) that the model sees on every candidate
    (:func:`fairshelf.audits.replay.whatif.equalised`).
    """

    model: str
    features: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()
    trust_code: bool = False
    output: str | None = None
    shown: int | None = None
    same: tuple[tuple[str, str], ...] = ()


def replay(  # noqa: PLR0913 - files, settings, who is told, and what it may take
    ask: ModelAsk,
    candidates: Sequence[str],
    sellers: str | None,
    catalogue: str | None,
    settings: Settings,
    stage: Stages = QUIET,
    *,
    log: Path | None = None,
    means: Means = FREE,
) -> Audit:
    """Rank candidate sets by a model and audit the exposure it would give.

    Parameters
    ----------
    ask
        The model.
    candidates
        Candidate files: ``request``, ``listing`` (and ``seller``), the model's features, and
        ``relevance``, ``orders`` or ``clicks`` where the order's quality is to be measured. A log
        that holds the features does as well; its own order is set aside, and clicks and orders
        that were earned in it measure forecasts only.
    sellers, catalogue
        The tables beside it. Without a catalogue the candidates are the catalogue: they are what
        could have been shown.
    settings
        What is asked.
    stage
        Told the stages as they begin, and how far they are.
    log
        Where the ranked log is kept, as Parquet; nowhere when None.
    means
        Memory, threads and temporary files that it may take.

    Returns
    -------
    Audit
        The audit of the order the model gives, with the tables ``ranking_model``, ``features``
        and ``quality``.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.pipeline.run.audit`, ``load_ranker`` and ``read_lists``.
    """
    ranker = opened_model(ask)
    with means.working(stage) as (con, work):
        ranked, found, files = _ranked(con, ranker, candidates, settings, work, stage)
        kept = log or work / "ranked.parquet"
        write_log(con, ranked, found, kept, ask.shown)
        given = {kept.name: [raw.name for raw in files.raws]}
        if catalogue is None:
            catalogue = str(work / "catalogue.parquet")
            write_catalogue(con, ranked.table, found, Path(catalogue))
            given["catalogue.parquet"] = []
        own = extras_of(files.raws, settings)
        again = settings_for(settings, own, found)
        try:
            done = audit([str(kept)], sellers, catalogue, again, stage, means=means)
        except FairshelfError as error:
            raise _of_the_files_given(error, given) from error
        stage("quality")
        stage.going_over(ranked.candidates)
        good = _quality(ranked, found, done, settings)
        blank = _blank(found) if good is not None else ()
    results = _results(done.results, ranker, ranked, found, good, (ask, settings))
    results = replace(results, limits=(*results.limits, *blank))
    rejects = pa.concat_tables([found.clean.rejects, done.rejects], promote_options="permissive")
    return replace(done, results=results, rejects=rejects)


def _of_the_files_given(error: FairshelfError, given: dict[str, list[str]]) -> FairshelfError:
    """Name the candidate files in an error, not the files that are made of them on the way."""
    facts = dict(error.facts)
    if isinstance(facts.get("files"), list):
        named = (given.get(name, [name]) for name in facts["files"])
        facts["files"] = list(dict.fromkeys(name for names in named for name in names))
    if given.get(str(facts.get("file"))):
        facts["file"] = ", ".join(given[facts["file"]])
    return type(error)(error.code, **facts)


def ranked_log(
    ask: ModelAsk,
    candidates: Sequence[str],
    settings: Settings,
    log: Path,
    stage: Stages = QUIET,
    means: Means = FREE,
) -> Ranked:
    """Rank candidate sets by a model and write the ranked log, without an audit of it.

    Parameters
    ----------
    ask, candidates, settings, stage
        As for :func:`replay`.
    log
        Where the log is written, as Parquet.
    means
        Memory, threads and temporary files that it may take.

    Raises
    ------
    UsageError, DataError
        As ``load_ranker`` and ``read_lists``.
    """
    ranker = opened_model(ask)
    with means.working(stage) as (con, work):
        ranked, found, _ = _ranked(con, ranker, candidates, settings, work, stage)
        write_log(con, ranked, found, log, ask.shown)
    return ranked


def opened_model(ask: ModelAsk) -> Ranker:
    """Open a model, with the features it is to see the same value of; it may still be opening.

    Raises
    ------
    UsageError, DataError
        As ``load_ranker`` and ``equalised``.
    """
    ranker = load_ranker(
        ask.model,
        features=ask.features or None,
        trust=ask.trust,
        trust_code=ask.trust_code,
        output=ask.output,
        at_once=False,
    )
    return equalised(ranker, dict(ask.same))


def _ranked(
    con: Backend,
    ranker: Ranker,
    candidates: Sequence[str],
    settings: Settings,
    work: Path,
    stage: Stages,
) -> tuple[Ranked, Candidates, Files]:
    stage("read")
    opened = open_files(con, candidates, settings, work)
    stage("check")
    stage.going_over(about_rows(opened[0]), about=True)
    found = read_lists(con, opened, ranker.features or (), ranker.text, settings)
    stage("score")
    stage.going_over(found.clean.used)
    how = How(settings.seed, told=partial(stage.count, unit="candidates"))
    return rank(con, found.clean.table, found.features, ranker, work, how), found, opened[0]


def settings_for(settings: Settings, own: dict[str, str], found: Candidates) -> Settings:
    """Give the settings for the ranked log, whose columns bear canonical names.

    A heading that the candidates do not have stays as it was typed: the table of sellers has it,
    or the audit of the ranked log tells that nothing does.
    """
    canonical = {one.canonical for one in found.files.detections[0].matches}
    return settings.model_copy(
        update={
            "attributes": {
                name: None
                if name in own or (name in canonical and heading in {None, name})
                else heading
                for name, heading in settings.attributes.items()
            },
            "map": {},
            "name_pattern": None,
            "reshape": None,
            "page_size": None,
            "position_base": None,
        }
    )


def _quality(ranked: Ranked, found: Candidates, done: Audit, settings: Settings) -> Table | None:
    gain = gain_of(found.clean.table.columns)
    if gain is None:
        return None
    cutoffs = done.results.settings["cutoffs"]
    depths = [int(one) for one in cutoffs] if isinstance(cutoffs, list | tuple) else []
    return quality(
        *(ranked.table, gain, depths or [10], settings.level, settings.seed, done.labels),
        earned=found.ordered and gain in ANSWERS,
    )


def _blank(found: Candidates) -> tuple[Message, ...]:
    """Say how many candidates tell nothing in the column that the order's quality is of."""
    gain = gain_of(found.clean.table.columns)
    count = 0 if gain is None else without(found.clean.table, gain)
    return (Message("replay_gain_blank", {"column": gain, "count": count}),) if count else ()


def _limits(found: Candidates) -> tuple[Message, ...]:
    """Say what the figures of a replay leave open, and what a gain that was earned is worth."""
    told = [Message("replay_not_users", {})]
    gain = gain_of(found.clean.table.columns)
    if gain in ANSWERS:
        code = "replay_hindsight" if found.ordered else "replay_earned"
        told.append(Message(f"{code}_{gain}", {}))
    return tuple(told)


def _results(
    results: Results,
    ranker: Ranker,
    ranked: Ranked,
    found: Candidates,
    good: Table | None,
    asked: tuple[ModelAsk, Settings],
) -> Results:
    ask, settings = asked
    facts: list[tuple[str, str | int | float | None]] = [
        ("kind", ranker.kind),
        ("library", ranker.library),
        ("version", ranker.version),
        ("sha256", ranker.sha256),
        *ranker.facts.items(),
        ("features", len(found.features)),
        ("candidates", ranked.candidates),
        ("requests", ranked.requests),
        ("shown", ask.shown),
        ("tied", ranked.tied),
        ("unscored", ranked.unscored),
        ("constant_requests", ranked.constant),
        ("gain", gain_of(found.clean.table.columns)),
    ]
    tables = {
        **results.tables,
        "ranking_model": Table(("fact", "value"), tuple(facts)),
        "features": Table(
            ("feature", "heading", "missing", "unreadable", "infinite"), found.account
        ),
    }
    if good is not None:
        tables["quality"] = good
    own = [one for one in results.inputs if one.role == "sellers"]
    own += [
        one for one in results.inputs if one.role == "catalogue" and one.name != "catalogue.parquet"
    ]
    rows = replace(
        results.rows,
        read=found.clean.read,
        rejected=found.clean.rejected,
        duplicate=found.clean.duplicate,
        used=found.clean.used,
    )
    used = {**results.settings, "attributes": dict(settings.attributes), "map": dict(settings.map)}
    return replace(
        results,
        settings=used,
        inputs=(*_inputs(ranker, found), *own),
        rows=rows,
        tables=tables,
        notices=once([*_notices(ranker, ranked, found), *results.notices]),
        limits=(*_limits(found), *results.limits),
        provenance={
            **results.provenance,
            "model": {"kind": ranker.kind, "name": ranker.name, "sha256": ranker.sha256},
            "features": list(found.features),
            "shown": ask.shown,
        },
    )


def _inputs(ranker: Ranker, found: Candidates) -> list[InputFile]:
    files = found.files.of("log")
    rows = found.clean.read if len(files) == 1 else None
    told = []
    for raw, detection in files:
        count = rows if rows is not None else int(raw.table.count().to_pyarrow().as_py())
        columns = matches_of(found)
        told.append(replace(input_file(raw, detection, count), role="candidates", columns=columns))
    if ranker.sha256 is not None:
        told.append(InputFile("model", ranker.name, ranker.sha256, 0, 0, ranker.kind))
    return told


def _notices(ranker: Ranker, ranked: Ranked, found: Candidates) -> list[Message]:
    said = [*ranker.notices]
    for raw, detection in found.files.of("log"):
        said += [*raw.notices, *detection.notices]
    said += found.clean.notices
    if found.ordered:
        said.append(Message("replay_sets_order_aside", {}))
    if ranked.tied:
        share = ranked.tied / ranked.candidates
        said.append(Message("replay_ties", {"tied": ranked.tied, "share": round(share, 4)}))
    if ranked.unscored:
        said.append(Message("replay_unscored", {"count": ranked.unscored}))
    said += [
        Message(
            "replay_words_unknown",
            {"feature": one.feature, "count": one.count, "words": list(one.words)},
        )
        for one in ranked.strange
    ]
    if ranked.constant:
        said.append(
            Message("replay_constant", {"count": ranked.constant, "requests": ranked.requests})
        )
    said += feature_notices(found)
    return said
