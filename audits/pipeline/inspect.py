"""Look at files before they are audited: what each column is, and what the files can support."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.checks import clean_log, glance
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.columns.detect import survey
from fairshelf.audits.columns.moments import told_by
from fairshelf.audits.columns.readings import number_in
from fairshelf.audits.columns.sample import cells, distinct, first_cells
from fairshelf.audits.engines.means import FREE
from fairshelf.audits.errors import FairshelfError
from fairshelf.audits.ingest import read
from fairshelf.audits.pipeline.describe import input_file, once
from fairshelf.audits.pipeline.files import Files, about_rows
from fairshelf.audits.results import Message
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from ibis.backends.duckdb import Backend

    from fairshelf.audits.checks.records import CleanLog
    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.config import Settings
    from fairshelf.audits.results import InputFile
    from fairshelf.audits.stages import Stages

EXAMPLES = 3
FIRST_PROBLEMS = 10
_NUMBERS = {"position", "count", "amount", "share"}
LABELS = ("locality", "region_code", "address", "size", "employees", "annual_revenue")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one file is.

    Attributes
    ----------
    file
        How it was read and which column is which.
    examples
        The first few values under each heading, in file order.
    numbers
        Heading -> what those values were read as, where a column holds numbers; None for one that
        is none.
    candidates
        Canonical name -> (heading, confidence) of what else was considered.
    problems
        What keeps it from being audited as a log, the first thing first.
    supports
        What an audit of it can show (``can_...``) and cannot (``cannot_...``).
    rejected
        (row, column, value, reason) of the first rows that would be set aside.
    set_aside
        How many rows those are in all; repeated ones only where the file can be audited.
    notices
        What was said on the way.
    """

    file: InputFile
    examples: tuple[tuple[str, tuple[str, ...]], ...]
    numbers: dict[str, tuple[float | None, ...]]
    candidates: dict[str, tuple[tuple[str, float], ...]]
    problems: tuple[FairshelfError, ...]
    supports: tuple[Message, ...]
    rejected: tuple[tuple[int, str, str, str], ...]
    set_aside: int
    notices: tuple[Message, ...]


REGISTER = "no_position_register"
"""The problem of a file that is a register of sellers."""
_POSITION_THERE = frozenset(("ambiguous_column", "position_not_numbers", "position_only_words"))
OF_RANKINGS = frozenset(("seller_is_listing", "listing_is_seller"))
"""What is said of files that rank something, and means nothing for a register of sellers."""


def inspect(
    paths: Sequence[str], settings: Settings, stage: Stages = QUIET
) -> tuple[Inspection, ...]:
    """Inspect files as logs, each by itself.

    Parameters
    ----------
    paths
        Files, globs, folders or zip archives.
    settings
        ``map``, ``sheet``, ``encoding`` and the rest of how files are read.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError, DataError
        A file that cannot be read at all.
    """
    with FREE.working(stage) as (con, work):
        stage("read")
        raws = read(con, paths, "log", settings, work)
        extras = {name: heading for name, heading in settings.attributes.items() if heading}
        stage("check")
        told = []
        for raw in raws:
            found = survey(raw, settings.map, extras)
            stage.going_over(about_rows(Files((raw,), (found,))), about=True)
            told.append(_one(con, raw, found, settings))
    return tuple(told)


def _one(con: Backend, raw: RawTable, found: Detection, settings: Settings) -> Inspection:
    problems = list(found.problems)
    clean: CleanLog | None = None
    if not problems:
        try:
            clean = clean_log(con, [raw], [found], settings)
        except FairshelfError as error:
            problems.append(error)
    looked = clean or glance(con, raw, found)
    register = any(problem.code == REGISTER for problem in problems)
    examples = {name: first_cells(raw, name, EXAMPLES) for name in raw.headings}
    return Inspection(
        file=input_file(raw, found, looked.read),
        examples=tuple(examples.items()),
        numbers=_numbers(raw, found, examples),
        candidates=found.candidates,
        problems=tuple(problems),
        supports=tuple(supports(raw, found, clean)),
        rejected=_first(looked.rejects),
        set_aside=looked.rejects.num_rows,
        notices=once(
            [
                one
                for one in (*raw.notices, *found.notices, *looked.notices)
                if not register or one.code not in OF_RANKINGS
            ]
        ),
    )


def _numbers(
    raw: RawTable, found: Detection, examples: dict[str, tuple[str, ...]]
) -> dict[str, tuple[float | None, ...]]:
    return {
        match.heading: tuple(
            number_in(value, match.canonical, match.heading, raw.decimal)
            for value in examples[match.heading]
        )
        for match in found.matches
        if BY_NAME[match.canonical].kind in _NUMBERS
    }


def _first(rejects: pa.Table) -> tuple[tuple[int, str, str, str], ...]:
    first = rejects.slice(0, FIRST_PROBLEMS).to_pylist()
    return tuple((row["row"], row["column"], row["value"], row["reason"]) for row in first)


def supports(raw: RawTable, found: Detection, clean: CleanLog | None) -> list[Message]:
    """Say what kind of audit a file can support, and what it cannot.

    Parameters
    ----------
    raw, found
        The file, and which column is which.
    clean
        Its log, or None where it cannot be one.
    """
    if clean is None:
        return _without_ranking(raw, found)
    columns = found.found | raw.constants.keys()
    told = [Message("can_exposure"), Message("can_topk")]
    told.append(Message(f"requests_are_{_requests_are(clean)}"))
    labels = [name for name in LABELS if name in columns]
    if labels:
        told.append(Message("can_group", {"columns": [found.heading(n) or n for n in labels]}))
    else:
        told.append(
            Message("cannot_group", {"headings": list(found.unused)})
            if found.unused
            else Message("cannot_group_alone")
        )
    if "seller" not in columns:
        told.append(Message("cannot_sellers"))
    for column, can, cannot in (
        ("relevance", "can_merit", "cannot_merit"),
        ("clicks", "can_clicks", None),
        ("time", "can_time", None),
        ("sponsored", "can_ads", None),
        ("arm", "can_arms", None),
        ("propensity", "can_propensity", None),
    ):
        if column == "time" and not _tells_days(raw, found):
            continue
        if column in columns:
            told.append(Message(can))
        elif cannot:
            told.append(Message(cannot))
    return [*told, Message("cannot_never_shown")]


def _requests_are(clean: CleanLog) -> str:
    """Say what a list is; one request alone tells as much as a file that names none."""
    if clean.request_is == "row":
        return clean.request_is
    found = clean.table.select("request").distinct().limit(2).to_pyarrow()
    return clean.request_is if found.num_rows > 1 else "file"


def _tells_days(raw: RawTable, found: Detection) -> bool:
    heading = found.heading("time")
    if heading is None:
        return "time" in raw.constants
    return told_by(raw, heading) in ("days", "serial", "mixed")


def _without_ranking(raw: RawTable, found: Detection) -> list[Message]:
    columns = found.found
    told = []
    if "position" in columns and not {"listing", "seller"} & columns:
        shares = [name for name in found.unused if _is_share(name)]
        if shares:
            told.append(Message("cannot_shares_only", {"headings": shares}))
        else:
            told.append(Message("cannot_nothing_ranked"))
    if "position" not in columns:
        there = any(_is_of_position(one) for one in found.problems)
        if not there:
            told.append(Message("cannot_position"))
        shops = distinct(raw, found.heading("seller"))
        # with requests, or with positions that are none, they are pages and no totals
        totals = "request" not in columns and not there
        if totals and shops > 1 and {"impressions", "orders"} & columns:
            told.append(Message("cannot_shops_totals", {"sellers": shops}))
        elif totals and "listing" in columns and {"impressions", "orders"} & columns:
            told.append(Message("cannot_own_goods"))
        outcomes = [name for name in raw.headings if _is_yes_no(raw, name)]
        if outcomes and not {"listing", "seller"} & columns:
            told.append(Message("can_gap_later", {"headings": outcomes}))
    if "seller" in columns and {*LABELS} & columns and "position" not in columns:
        told.append(Message("can_serve_as_sellers"))
    return told


def _is_of_position(problem: FairshelfError) -> bool:
    """Tell a choice between columns of positions, and one of words: there is a column of them."""
    return problem.code in _POSITION_THERE and problem.facts.get("column") == "position"


def _is_share(heading: str) -> bool:
    words = ("pct", "percent", "share", "%", "占比", "份额", "比例")
    return any(word in heading.lower() for word in words)


def _is_yes_no(raw: RawTable, heading: str) -> bool:
    seen = {value.strip().lower() for value in cells(raw, heading) if value.strip()}
    pairs = (
        {"0", "1"},
        {"0.0", "1.0"},
        {"yes", "no"},
        {"true", "false"},
        {"是", "否"},
        {"是", "不是"},
    )
    return seen in pairs
