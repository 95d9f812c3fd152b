"""A log that was counted before: saved after its checks, and taken up again in its stead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis

from fairshelf import __version__
from fairshelf.audits.browsing import parse
from fairshelf.audits.checks.records import CleanLog
from fairshelf.audits.checks.stage import Source, schema
from fairshelf.audits.columns.canonical import CORE, SELLER_COLUMNS
from fairshelf.audits.columns.raw import RawTable
from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.estimates.annex import wanted
from fairshelf.audits.pipeline.blank import BLANK, CLICKS
from fairshelf.audits.pipeline.needed import SMALL, beside, needed
from fairshelf.audits.pipeline.partial import partial
from fairshelf.audits.tally import with_cascades
from fairshelf.audits.tally.saved.account import Account, FileAccount
from fairshelf.audits.tally.saved.counting import Asked, counted
from fairshelf.audits.tally.saved.folder import Saved, write_tally
from fairshelf.audits.tally.saved.view import View, owners, parts_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa

    from fairshelf.audits.pipeline.files import Files

READING = (
    "sheet",
    "encoding",
    "delimiter",
    "header_row",
    "decimal",
    "position_base",
    "page_size",
    "name_pattern",
    "reshape",
)
"""Settings that say how files are read."""

FIXED = ("position_base", "page_size", "name_pattern", "reshape")
"""Those of them that are the log's alone, and cannot be otherwise once it is counted."""

_STRUCTURE = (*CORE, "page", "impressions")
"""Columns that decide which rows are used, so that they must be the same ones."""

CORE_COLUMNS = frozenset((*CORE, "impressions"))
"""Columns that every clean log has."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a log beside the core: dimensions, and covariates of listings."""

    margins: tuple[str, ...]
    covariates: tuple[str, ...]


def save(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    folder: Path,
    log: tuple[Files, CleanLog],
    settings: Settings,
    kept: Kept,
    rows_of: Callable[[RawTable], int],
) -> None:
    """Count a clean log and write the counts into an empty folder.

    Parameters
    ----------
    con
        The engine that holds the log.
    folder
        Where to.
    log, settings
        The log as it was read and as it was checked, and what was asked.
    kept
        What is kept beside the core.
    rows_of
        Counts the rows of a file.
    """
    files, clean = log
    models = [parse(name) for name in settings.browsing]
    rows = with_cascades(con, clean.table, models)
    logs = files.of("log")
    extras = [name for _, found in logs for name, _ in found.extras]
    asked = Asked(
        facts=tuple(dict.fromkeys((*SELLER_COLUMNS, *extras))),
        margins=kept.margins,
        covariates=kept.covariates,
        lists=bool(wanted(settings.metrics, annex=settings.annex)),
        seed=settings.seed,
    )
    told = counted(con, clean, rows, asked)
    account = Account(
        version=__version__,
        request_is=clean.request_is,
        seller_is=clean.seller_is,
        read=clean.read,
        rejected=clean.rejected,
        duplicate=clean.duplicate,
        without_seller=told.without_seller,
        without_relevance=told.without_relevance,
        without_attention=told.without_attention,
        columns=tuple(sorted(clean.columns)),
        facts=told.facts,
        page_size=_page_size(clean),
        requests=told.requests,
        shards=told.shards,
        sums=told.sums,
        margins=told.margins,
        numbers=told.numbers,
        words=told.words,
        lists=told.lists,
        seed=settings.seed,
        bound=told.bound,
        moves=told.moves,
        notices=clean.notices,
        reading=settings.model_dump(mode="json", include=set(READING), exclude_defaults=True),
        files=tuple(
            FileAccount(
                **{name: getattr(raw, name) for name in _PLAIN},
                sha256=raw.sha256,
                rows=rows_of(raw),
                early=len(raw.extra.get("rejects", ())),
                given=dict(settings.map),
                extras=found.extras,
                headed={match.canonical: match.heading for match in found.matches},
            )
            for raw, found in logs
        ),
    )
    write_tally(con, folder, account, told.tables, [raw.head for raw, _ in logs], clean.rejects)


_PLAIN = (
    *("name", "bytes", "format", "first_row", "headings", "encoding", "delimiter"),
    *("header_row", "sheet", "decimal", "constants", "notices"),
)
"""Fields that a file's account shares with its table."""


def _page_size(clean: CleanLog) -> int | None:
    said = {"position_in_page", "position_in_page_given"}
    sizes = [notice.facts["page_size"] for notice in clean.notices if notice.code in said]
    return int(str(sizes[0])) if sizes else None


def as_read(saved: Saved, settings: Settings) -> Settings:
    """Lay the settings under which the log was read beneath those that are asked for now.

    Raises
    ------
    UsageError
        ``tally_read_otherwise``: the log was read under another setting than is asked for now.
    """
    usual = Settings()
    told: dict[str, Any] = {}
    for name in READING:
        held = saved.account.reading.get(name)
        asked = settings.model_dump(mode="json")[name]
        if asked == getattr(usual, name):
            told[name] = held
        elif name in FIXED and asked != held:
            raise UsageError(
                "tally_read_otherwise", tally=str(saved.folder), setting=name, held=str(held)
            )
    maps = [dict(file.given) for file in saved.account.files]
    if all(one == maps[0] for one in maps):
        told["map"] = {**maps[0], **settings.map}
    return Settings.model_validate({**settings.model_dump(), **told})


def raw_files(saved: Saved) -> list[RawTable]:
    """Give the files of a saved log with their headings and first rows, and no others."""
    return [_raw(saved.head(place), file) for place, file in enumerate(saved.account.files)]


def _raw(head: pa.Table, file: FileAccount) -> RawTable:
    table = ibis.memtable(head)
    return RawTable(
        **{name: getattr(file, name) for name in _PLAIN},
        digest=lambda: file.sha256,
        role="log",
        table=table,
        head=head,
        numbered=lambda: table,
        extra={"rows": file.rows, "given": dict(file.given)},
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """A saved log in the place of one that was read and checked."""

    clean: CleanLog
    saved: Saved
    cascades: tuple[str, ...]

    def view(self, con: Any, keyed: ir.Table) -> View:  # noqa: ANN401 - an Ibis backend has no type of its own
        """Give what is counted, by the sellers that were put on every row."""
        return parts_for(con, self.saved, keyed, self.clean.columns, self.cascades)


def take(con: Any, saved: Saved, files: Files, settings: Settings) -> Taken:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Take up a saved log as these settings would have read it.

    Raises
    ------
    UsageError
        ``tally_read_otherwise``; ``tally_lacks``: it was saved without something that is asked
        for now; ``tally_other_seed``: its sample of whole lists was drawn by another seed.
    """
    account = saved.account
    columns = _columns(saved, files, settings)
    cascades = tuple(
        model.name for model in map(parse, settings.browsing) if model.cascade is not None
    )
    lacking = [name for name in cascades if name not in account.sums]
    if lacking:
        if account.request_is == "row" or not columns & {"relevance", "clicks"}:
            raise DataError("cascade_needs", model=lacking[0])  # as the log itself would be
        raise UsageError("tally_lacks_cascade", tally=str(saved.folder), models=lacking)
    if wanted(settings.metrics, annex=settings.annex) and account.request_is != "row":
        if account.lists == "none":
            raise UsageError("tally_lacks_lists", tally=str(saved.folder))
        if account.lists == "sample" and account.seed != settings.seed:
            raise UsageError(
                "tally_other_seed", tally=str(saved.folder), held=account.seed, asked=settings.seed
            )
    clean = CleanLog(
        table=owners(con, saved),
        columns=columns,
        request_is=account.request_is,
        seller_is=account.seller_is,
        read=account.read,
        rejected=account.rejected,
        duplicate=account.duplicate,
        rejects=saved.rejects(),
        notices=tuple(
            notice
            for notice in account.notices
            if (notice.code != "values_left_out" or notice.facts["column"] in columns)
            and (notice.code not in BLANK or CLICKS in columns)
        ),
    )
    return Taken(clean, saved, cascades)


def _columns(saved: Saved, files: Files, settings: Settings) -> frozenset[str]:
    """Name the columns that would be read of the log; all of them must have been counted."""
    account = saved.account
    logs = files.of("log")
    small = sum(raw.bytes for raw, _ in logs) <= SMALL
    read = [(raw, needed(found, beside(settings, small=small))) for raw, found in logs]
    lacking: list[str] = []
    for (_, found), file in zip(read, account.files, strict=True):
        headed = {match.canonical: match.heading for match in found.matches}
        structure = {name for name in _STRUCTURE if headed.get(name) != file.headed.get(name)}
        differ = {name for name, heading in headed.items() if file.headed.get(name) != heading}
        lacking += sorted(structure | differ)
        lacking += [name for name, heading in found.extras if (name, heading) not in file.extras]
    sources = [Source(place, raw, found) for place, (raw, found) in enumerate(read)]
    columns = (frozenset(schema(sources)) | CORE_COLUMNS).difference(partial(read))
    lacking += sorted(columns.difference(account.columns))
    if lacking:
        raise UsageError(
            "tally_lacks", tally=str(saved.folder), columns=list(dict.fromkeys(lacking))
        )
    return columns
