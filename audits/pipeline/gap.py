"""Any yes-or-no outcome of any table: rates by group, odds ratios alone and adjusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.adjustment.binary import BinaryGap, binary_gap
from fairshelf.audits.checks import engine
from fairshelf.audits.engines.means import FREE
from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.ingest import read
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.config import Settings
    from fairshelf.audits.stages import Stages

YES = frozenset(("1", "1.0", "true", "yes", "y", "t", "是", "有", "对", "真"))
NO = frozenset(("0", "0.0", "false", "no", "n", "f", "否", "不是", "无", "错", "假"))
NUMBERS = 0.95
"""Share of a column's values that must be numbers for it to be held equal as a number."""

SHOWN = 10


@dataclass(frozen=True, slots=True)
class GapAsk:
    """What is compared: headings of the outcome, the groups, the covariates and the clusters."""

    outcome: str
    attribute: str
    reference: str | None = None
    adjust: tuple[str, ...] = ()
    yes: str | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class GapFound:
    """What was found, with the account of the rows.

    ``read`` = ``used`` + ``no_outcome`` + ``no_group`` + ``no_cluster``; rows whose cluster is not
    told are left out, for they would stand together as one that there is not. ``incomplete`` of the
    used ones miss a covariate and stand in the raw figures only.
    """

    file: str
    sha256: str
    ask: GapAsk
    reference: str
    yes: str
    read: int
    used: int
    no_outcome: int
    no_group: int
    incomplete: int
    gap: BinaryGap
    no_cluster: int = 0


def gap(paths: Sequence[str], ask: GapAsk, settings: Settings, stage: Stages = QUIET) -> GapFound:
    """Compare an outcome between groups.

    Parameters
    ----------
    paths
        Files of any kind that can be read; the rows of all their tables are one.
    ask
        The columns.
    settings
        How files are read (``sheet``, ``encoding`` ...) and ``level``.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError
        ``gap_column``: a heading that is not there. ``unknown_reference``. ``outcome_values``: the
        outcome has other values than yes and no, and ``yes`` says not which one is meant.
    DataError
        ``outcome_one_sided``: all rows say the same. ``one_group``.
    """
    with FREE.working(stage) as (con, work):
        stage("read")
        raws = read(con, paths, "log", settings, work)
        parts = [_columns(raw, ask) for raw in raws]
        told = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    stage("measure")
    outcome, yes = _outcome(told[ask.outcome], ask)
    group = told[ask.attribute]
    no_outcome = np.array([value is None for value in outcome])
    no_group = ~no_outcome & np.array([value is None for value in group])
    kept = ~no_outcome & ~no_group
    no_cluster = np.zeros_like(kept)
    if ask.cluster is not None:
        no_cluster = kept & np.array([value is None for value in told[ask.cluster]])
        kept &= ~no_cluster
    answer = np.array([bool(value) for value in outcome[kept]])
    groups = group[kept].astype(object)
    if answer.size == 0 or answer.all() or not answer.any():
        raise DataError("outcome_one_sided", column=ask.outcome, rows=int(answer.size))
    reference = _reference(groups, ask)
    numbers, words = _held(told, ask, kept)
    cluster = None
    if ask.cluster is not None:
        named = np.array([str(one) for one in told[ask.cluster][kept]])
        cluster = np.unique(named, return_inverse=True)[1].astype(np.int64)
    found = binary_gap(answer, groups, reference, (numbers, words), cluster, settings.level)
    missing = np.zeros(answer.size, dtype=bool)
    for values in numbers.values():
        missing |= ~np.isfinite(values)
    for said in words.values():
        missing |= said == ""
    return GapFound(
        file=", ".join(raw.name for raw in raws),
        sha256=", ".join(dict.fromkeys(raw.sha256 for raw in raws)),
        ask=ask,
        reference=reference,
        yes=yes,
        read=int(kept.size),
        used=int(kept.sum()),
        no_outcome=int(no_outcome.sum()),
        no_group=int(no_group.sum()),
        incomplete=int(missing.sum()),
        gap=found,
        no_cluster=int(no_cluster.sum()),
    )


def _columns(raw: RawTable, ask: GapAsk) -> dict[str, NDArray[Any]]:
    """Fetch the columns as words (None where empty), covariates also as numbers."""
    wanted = [ask.outcome, ask.attribute, *ask.adjust, *([ask.cluster] if ask.cluster else [])]
    for name in wanted:
        if name not in raw.headings:
            raise UsageError(
                "gap_column",
                column=name,
                file=raw.name,
                known=list(raw.headings),
                suggestions=nearest(name, raw.headings) or list(raw.headings[:SHOWN]),
            )
    cells: dict[str, ir.Value] = {}
    for place, name in enumerate(dict.fromkeys(wanted)):
        cells[f"w{place}"] = engine.word(engine.text_of(raw.table[name]))
        if name in ask.adjust:
            cells[f"n{place}"] = engine.number(raw.table[name], raw.decimal)
    frame = raw.table.select(**cells).to_pyarrow()
    told: dict[str, NDArray[Any]] = {}
    for place, name in enumerate(dict.fromkeys(wanted)):
        words = np.array(frame.column(f"w{place}").to_pylist(), dtype=object)
        told[name] = words
        if name in ask.adjust:
            values = frame.column(f"n{place}").to_pylist()
            numbers = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
            said = np.array([word is not None for word in words])
            if said.any() and np.isfinite(numbers[said]).mean() >= NUMBERS:
                told[name] = numbers
    return told


def _outcome(words: NDArray[Any], ask: GapAsk) -> tuple[NDArray[Any], str]:
    """Read yes and no; what is neither is missing only where it is empty."""
    values = sorted({str(word) for word in words if word is not None})
    if ask.yes is not None:
        if ask.yes not in values:
            raise UsageError("outcome_values", column=ask.outcome, values=values[:SHOWN])
        said = [None if word is None else str(word) == ask.yes for word in words]
        return np.array(said, dtype=object), ask.yes
    folded = {value: value.casefold() for value in values}
    if any(one not in YES and one not in NO for one in folded.values()):
        raise UsageError("outcome_values", column=ask.outcome, values=values[:SHOWN])
    said = [None if word is None else folded[str(word)] in YES for word in words]
    return np.array(said, dtype=object), "/".join(v for v in values if folded[v] in YES)


def _reference(groups: NDArray[Any], ask: GapAsk) -> str:
    names, counts = np.unique(groups.astype(str), return_counts=True)
    if names.size < 2:  # noqa: PLR2004 - a gap is between two
        raise DataError("one_group", column=ask.attribute, groups=names.tolist())
    if ask.reference is None:
        return str(names[int(np.argmax(counts))])
    if ask.reference not in names:
        raise UsageError(
            "unknown_reference",
            attribute=ask.attribute,
            group=ask.reference,
            known=names.tolist(),
            suggestions=nearest(ask.reference, names.tolist()) or names.tolist(),
        )
    return ask.reference


def _held(
    told: dict[str, NDArray[Any]], ask: GapAsk, kept: NDArray[np.bool_]
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.object_]]]:
    numbers, words = {}, {}
    for name in ask.adjust:
        values = told[name][kept]
        if values.dtype == object:
            words[name] = np.array([v if v is not None else "" for v in values], dtype=object)
        else:
            numbers[name] = values
    return numbers, words
