"""One audit from its files to its results."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from fairshelf import __version__
from fairshelf.audits.checks import clean_log
from fairshelf.audits.checks.lost import lost_rows
from fairshelf.audits.engines import HERE, for_tables, opened
from fairshelf.audits.engines.means import FREE, Means
from fairshelf.audits.errors import DataError
from fairshelf.audits.estimates.annex import wanted
from fairshelf.audits.pipeline.blank import without_blank
from fairshelf.audits.pipeline.covariates import require_catalogue
from fairshelf.audits.pipeline.describe import (
    attribute_records,
    headed,
    input_file,
    once,
    provenance,
)
from fairshelf.audits.pipeline.files import (
    Elsewhere,
    Files,
    about_rows,
    log_rows,
    read_files,
    side,
    unchanged,
)
from fairshelf.audits.pipeline.grading import lost_to_reading
from fairshelf.audits.pipeline.limits import limits
from fairshelf.audits.pipeline.measure import measure
from fairshelf.audits.pipeline.needed import FOR_LATER, SMALL, needed
from fairshelf.audits.pipeline.needed import beside as columns_beside
from fairshelf.audits.pipeline.partial import left_out, without_partial
from fairshelf.audits.pipeline.prepare import browsing_models, context, groupings
from fairshelf.audits.pipeline.sides import join_sides, with_listings
from fairshelf.audits.pipeline.spelling import pointing_elsewhere
from fairshelf.audits.plan import compared
from fairshelf.audits.results import SCHEMA_VERSION, Message, Results, Rows, Tool
from fairshelf.audits.stages import QUIET
from fairshelf.audits.tally import Also, tally, with_cascades
from fairshelf.audits.tally.owners import rows_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from fairshelf.audits.browsing import BrowsingModel
    from fairshelf.audits.checks.records import CleanLog, CleanSide
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.config import Settings
    from fairshelf.audits.engines import Engine
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.pipeline.sides import Sides
    from fairshelf.audits.pipeline.tallied import Taken
    from fairshelf.audits.stages import Stages
    from fairshelf.audits.tally import Tally
    from fairshelf.audits.tally.parts import Parts


MARGINS = ("sponsored", "category", "period")
"""Dimensions that are counted beside the sellers, where the log or the catalogue has them."""

COVARIATES = ("category", "price", "rating", "reviews")
"""What is known of listings beside their seller and merit."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit leaves: its results, and the rows that were set aside.

    ``labels`` are the groups of the sellers by declared attribute; no report shows them.
    """

    results: Results
    rejects: pa.Table
    labels: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keep:
    """Where a tally is saved, and whether an earlier one there is replaced."""

    place: Path
    force: bool = False


@dataclass(frozen=True, slots=True)
class _Log:
    """A log that was read and checked, now or when its tally was saved."""

    files: Files
    clean: CleanLog
    taken: Taken | None = None


@dataclass(frozen=True, slots=True)
class _Counted:
    """The counts of a log, and what a position is worth under each browsing model."""

    tally: Tally
    models: tuple[BrowsingModel, ...]


def audit(  # noqa: PLR0913 - files, settings, what is known beforehand, and where it runs
    log: Sequence[str],
    sellers: str | None,
    catalogue: str | None,
    settings: Settings,
    stage: Stages = QUIET,
    *,
    case: dict[str, object] | None = None,
    plan: dict[str, Any] | None = None,
    engine: Engine = HERE,
    means: Means = FREE,
    tally_of: Path | None = None,
    keep: Keep | None = None,
) -> Audit:
    """Audit a log.

    Parameters
    ----------
    log
        Paths, globs, folders or zip archives of the exposure log.
    sellers, catalogue
        The tables beside it, where there are any.
    settings
        What is asked (:class:`fairshelf.audits.config.Settings`).
    stage
        Told the stages as they begin, and how far they are.
    case
        What the case file says (:func:`fairshelf.audits.case.load_case`).
    plan
        A frozen plan (:func:`fairshelf.audits.plan.load_plan`) that the run is held against.
    engine
        What reads, checks and counts the log (:func:`fairshelf.audits.engines.engine`); all that
        comes after the tally happens here.
    means
        Memory, threads and temporary files that it may take here.
    tally_of
        A saved tally that takes the place of the log.
    keep
        Where the tally of the log is saved, where it is to be.

    Returns
    -------
    Audit

    Raises
    ------
    UsageError
        What was asked does not fit the files.
    DataError
        The files cannot be used for what was asked.
    """
    done: Audit | None = None
    place = tally_of if keep is None else keep.place
    if tally_of is None:
        with (
            means.workspace() as work,
            opened(engine, Path(work), means) as con,
            for_tables(con, engine, work, means) as here,
            stage.watching(con),
        ):
            stage("read")
            elsewhere = None if engine.kind == "here" else Elsewhere(engine, con)
            files = read_files(here, log, sellers, catalogue, settings, Path(work), elsewhere)
            stage("check")
            stage.going_over(about_rows(files), about=True)
            with unchanged(files):
                clean = _clean(con, files, settings, stage, everything=keep is not None)
                stage.going_over(clean.used)
                if keep is None:
                    done = _audited(con, here, _Log(files, clean), settings, stage)
                else:
                    stage("save")
                    _keep(con, keep, _Log(files, clean), settings)
    if done is None:
        assert place is not None  # noqa: S101 - one of the two stands for the log
        done = _of_tally(place, (sellers, catalogue), settings, stage, means)
    results = replace(
        done.results, case=case or {}, plan=None if plan is None else compared(plan, settings)
    )
    return replace(done, results=results)


def _of_tally(
    place: Path,
    beside: tuple[str | None, str | None],
    settings: Settings,
    stage: Stages,
    means: Means,
) -> Audit:
    """Audit a saved tally."""
    from fairshelf.audits.pipeline.tallied import (  # noqa: PLC0415 - only with a saved tally
        as_read,
        raw_files,
        take,
    )
    from fairshelf.audits.tally.saved.folder import open_tally  # noqa: PLC0415 - as above
    from fairshelf.audits.tally.saved.sound import require_sound  # noqa: PLC0415 - as above

    with (
        means.workspace() as work,
        opened(HERE, Path(work), means) as con,
        stage.watching(con),
    ):
        stage("read")
        stage.going_over(None)
        saved = open_tally(place)
        require_sound(con, saved)
        settings = as_read(saved, settings)
        files = read_files(con, raw_files(saved), *beside, settings, Path(work))
        taken = take(con, saved, files, settings)
        return _audited(con, con, _Log(files, taken.clean, taken), settings, stage)


def _keep(con: Backend, keep: Keep, log: _Log, settings: Settings) -> None:
    """Save the tally of a log, whole or not at all."""
    from fairshelf.audits.pipeline.tallied import Kept, save  # noqa: PLC0415 - only where asked for
    from fairshelf.audits.tally.saved.place import made  # noqa: PLC0415 - as above

    with made(keep.place, force=keep.force) as folder:
        save(
            con,
            folder,
            (log.files, log.clean),
            settings,
            Kept(MARGINS, COVARIATES),
            lambda raw: _rows_of(raw, log.files, log.clean, {}),
        )


def _audited(con: Backend, here: Backend, log: _Log, settings: Settings, stage: Stages) -> Audit:
    """Take a log that was read and checked to its results."""
    files, clean, taken = log.files, log.clean, log.taken
    beside = {role: side(here, files, role, settings) for role in ("sellers", "catalogue")}
    require_catalogue(settings, beside["catalogue"])
    stage("label")
    without = None if taken is None else taken.saved.account.without_seller
    both = beside["sellers"], beside["catalogue"]
    with pointing_elsewhere(clean, [raw for raw, _ in files.of("sellers")]):
        sides = join_sides(con, clean, *both, settings, without_seller=without)
    stage("tally")
    rows: ir.Table | Parts
    if taken is None:
        models = browsing_models(sides.log, settings, sides.log.columns, left_out(clean))
        names = rows = with_cascades(con, sides.log, models)
    else:
        view = taken.view(con, sides.log)
        moves = sides.log if view.moves is None else view.moves
        models = browsing_models(moves, settings, clean.columns, left_out(clean))
        rows, names = view.parts, view.parts.names
    counts = tally(
        con,
        rows,
        sides.tables,
        requests_known=clean.request_is != "row",
        has_listing="listing" in clean.columns and clean.seller_is != "none",
        known=sides.still,
        also=Also(
            margins=MARGINS,
            covariates=COVARIATES,
            rankings=bool(wanted(settings.metrics, annex=settings.annex)),
            seed=settings.seed,
            stage=stage,
        ),
    )
    sides = replace(sides, joins=with_listings(sides, counts, beside["catalogue"], names))
    stage("measure")
    results = _results(con, settings, log, beside, sides, _Counted(counts, models), stage)
    rejects = [clean.rejects, *(side.rejects for side in beside.values() if side)]
    told = pa.concat_tables(rejects, promote_options="permissive")
    return Audit(results, told, _groups_of(sides))


def _groups_of(sides: Sides) -> dict[str, dict[str, str]]:
    """Give every seller's group, by declared attribute."""
    sellers = sides.tables.seller.to_pylist()
    return {
        label.name: dict(zip(sellers, (label.levels[code] for code in label.codes), strict=True))
        for label in sides.labels
        if label.declared
    }


def _clean(
    con: Backend, files: Files, settings: Settings, stage: Stages, *, everything: bool
) -> CleanLog:
    raws, detections = zip(*files.of("log"), strict=True)
    beside = columns_beside(settings, small=sum(raw.bytes for raw in raws) <= SMALL)
    if everything:
        beside |= FOR_LATER
    read = [needed(found, beside) for found in detections]
    clean = clean_log(con, raws, read, settings, stage)
    if clean.used == 0:
        raise DataError(
            "nothing_left", rejected=clean.rejected, reasons=_reasons(clean), file=raws[0].name
        )
    return without_blank(without_partial(clean, list(zip(raws, read, strict=True))))


def _reasons(clean: CleanLog) -> list[str]:
    counted = clean.rejects.group_by("reason").aggregate([("reason", "count")]).to_pylist()
    return [f"{row['reason']}: {row['reason_count']}" for row in counted]


def _results(
    con: Backend,
    settings: Settings,
    log: _Log,
    beside: dict[str, CleanSide | None],
    sides: Sides,
    counted: _Counted,
    stage: Stages,
) -> Results:
    counts, files, clean = counted.tally, log.files, log.clean
    groups = groupings(sides.labels, settings, counts)
    ctx = context(counts, clean, settings, counted.models)
    unlabelled = _unlabelled(con, sides, groups)
    rows = Rows(
        read=clean.read,
        used=clean.used,
        rejected=clean.rejected,
        duplicate=clean.duplicate,
        unlabelled=max(unlabelled.values(), default=0),
    )
    doubts = lost_to_reading(lost_rows(clean.rejects, clean.read))
    found = measure(ctx, groups, settings, stage, doubts=doubts)
    records = attribute_records(ctx, sides.labels, groups)
    notices: list[Message] = [notice for raw in files.raws for notice in raw.notices]
    notices += [notice for detection in files.detections for notice in detection.notices]
    notices += clean.notices
    notices += sides.notices
    notices += [notice for side in beside.values() if side for notice in side.notices]
    told = [notice for label in sides.labels for notice in label.notices]
    notices += headed(told, files.detections)
    used = settings.model_copy(update={"cutoffs": ctx.depths, "baseline": ctx.primary})
    return Results(
        schema_version=SCHEMA_VERSION,
        tool=Tool("fairshelf", __version__),
        settings=used.model_dump(mode="json"),
        plan=None,
        case={},
        inputs=tuple(
            input_file(raw, detection, _rows_of(raw, files, clean, beside))
            for raw, detection in zip(files.raws, files.detections, strict=True)
        ),
        rows=rows,
        joins=sides.joins,
        groups=records,
        estimates=found.estimates,
        findings=found.findings,
        tables=found.tables,
        notices=once(notices),
        limits=(
            *(Message("limit_rows_lost", one.facts) for one in doubts),
            *limits(ctx, clean, files.columns, unlabelled, adjusted="adjusted" in found.tables),
        ),
        provenance=provenance(ctx, settings, sides.labels),
    )


def _rows_of(
    raw: RawTable, files: Files, clean: CleanLog, beside: dict[str, CleanSide | None]
) -> int:
    """Count the rows of one file; the whole log's where it is the only one."""
    side = beside.get(raw.role)
    if side is not None:
        return side.read
    counted = log_rows(raw)
    if counted is not None:
        return counted
    if len(files.of("log")) == 1:
        return clean.read
    return int(raw.table.count().to_pyarrow().as_py()) + len(raw.extra.get("rejects", ()))


def _unlabelled(con: Backend, sides: Sides, groups: tuple[Grouping, ...]) -> dict[str, int]:
    """Count the used rows whose seller has no known level, by declared attribute."""
    told = {}
    for group in groups:
        if not (group.declared and "unknown" in group.levels):
            continue
        mask = group.code == group.levels.index("unknown")
        if mask.any():
            names = pa.table({"seller": sides.tables.seller.filter(pa.array(mask))})
            unknown = con.create_table("fairshelf_unknown", names, temp=True, overwrite=True)
            told[group.name] = rows_in(sides.log.semi_join(unknown, "seller"))
    return {name: rows for name, rows in told.items() if rows}
