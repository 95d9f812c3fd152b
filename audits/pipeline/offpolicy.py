"""Off-policy estimates from files: a log with propensities, and a table of another policy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fairshelf.audits.checks import clean_log
from fairshelf.audits.checks.records import PICO
from fairshelf.audits.engines.means import FREE
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.pipeline.files import about_rows, read_files
from fairshelf.audits.replay.offpolicy import OffPolicy, off_policy
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.config import Settings
    from fairshelf.audits.stages import Stages

REWARDS = ("clicks", "orders")


@dataclass(frozen=True, slots=True)
class PolicyAsk:
    """The table of the other policy (listing, position, probability), the reward, the clip."""

    policy: str
    reward: str = "clicks"
    clip: float = 10.0
    arm: str | None = None


def estimate_policy(
    log: Sequence[str], ask: PolicyAsk, settings: Settings, stage: Stages = QUIET
) -> OffPolicy:
    """Estimate what another policy would have earned on a log.

    Parameters
    ----------
    log
        Files with ``listing``, ``position``, ``propensity`` and the reward, one row per showing.
    ask
        The other policy. A listing and position that its table leaves out has probability 0.
    settings
        ``map`` and how files are read; ``level``.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError
        ``policy_table``: the table cannot be read or lacks a column.
    DataError
        ``offpolicy_columns``: the log has no propensities or no reward; ``offpolicy_range``: a
        propensity that is no probability; ``no_arm``; those of reading a log.
    """
    if ask.reward not in REWARDS:
        raise UsageError("offpolicy_reward", typed=ask.reward, known=list(REWARDS))
    with FREE.working(stage) as (con, work):
        stage("read")
        files = read_files(con, log, None, None, settings, work)
        stage("check")
        stage.going_over(about_rows(files), about=True)
        raws, detections = zip(*files.of("log"), strict=True)
        clean = clean_log(con, raws, detections, settings)
        wanted = ["listing", "position", "propensity", ask.reward, *(["arm"] if ask.arm else [])]
        missing = [name for name in wanted if name not in clean.columns]
        if missing:
            raise DataError("offpolicy_columns", file=raws[0].name, missing=missing)
        rows = clean.table.select("request", *wanted).to_pyarrow().to_pandas()
    stage("measure")
    if ask.arm:
        kept = rows[rows["arm"] == ask.arm]
        if kept.empty:
            known = sorted(map(str, rows["arm"].dropna().unique()))[:12]
            raise DataError("no_arm", file=raws[0].name, arm=ask.arm, known=known)
        rows = kept
    rows = rows.dropna(subset=["propensity", ask.reward])
    chance = rows["propensity"].to_numpy(np.float64) / PICO
    if not len(rows) or not ((chance > 0) & (chance <= 1)).all():
        raise DataError("offpolicy_range", file=raws[0].name)
    cluster = (
        np.arange(len(rows)) if rows["request"].isna().any() else pd.factorize(rows["request"])[0]
    )
    return off_policy(
        rows[ask.reward].to_numpy(np.float64),
        chance,
        _target(rows, ask.policy),
        cluster,
        clip=ask.clip,
        level=settings.level,
    )


def _target(rows: pd.DataFrame, policy: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    file = Path(policy)
    try:
        table = (
            pd.read_parquet(file)
            if file.suffix in (".parquet", ".pq")
            else pd.read_csv(file, dtype={"listing": str})
        )
    except (OSError, ValueError) as error:
        raise UsageError("policy_table", file=file.name, why=str(error)[:200]) from error
    missing = [one for one in ("listing", "position", "probability") if one not in table.columns]
    if missing:
        raise UsageError("policy_table", file=file.name, why=", ".join(missing))
    table = table.assign(listing=table["listing"].astype(str))
    chance = pd.to_numeric(table["probability"], errors="coerce")
    if not chance.between(0, 1).all() or table.duplicated(["listing", "position"]).any():
        raise UsageError("policy_table", file=file.name, why="probability")
    keys = pd.MultiIndex.from_frame(table[["listing", "position"]])
    given = pd.Series(chance.to_numpy(np.float64), index=keys)
    asked = pd.MultiIndex.from_arrays([rows["listing"].astype(str), rows["position"]])
    return np.asarray(given.reindex(asked, fill_value=0.0), dtype=np.float64)
