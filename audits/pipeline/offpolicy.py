"""Off-policy estimates from files: a log with propensities, and a table of another policy."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fairshelf.audits.checks import clean_log
from fairshelf.audits.checks.records import PICO
from fairshelf.audits.engines.means import FREE
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.pipeline.candidates import one_showing_each
from fairshelf.audits.pipeline.files import about_rows, read_files
from fairshelf.audits.replay.offpolicy import OffPolicy, off_policy
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.checks.records import CleanLog
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


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the log's rows, and what those left out earned.

    ``read`` = ``used`` + ``set_aside`` (unreadable or repeated) + ``other_arm`` + ``no_propensity``
    + ``no_reward`` (with a propensity, but without the reward). ``reward_used`` and
    ``reward_no_propensity`` are the rewards per showing of the used rows and of those without a
    propensity; None where there are none, or none is known.
    """

    read: int
    used: int
    set_aside: int
    other_arm: int
    no_propensity: int
    no_reward: int
    reward_used: float | None
    reward_no_propensity: float | None

    @property
    def missing(self) -> int:
        """Showings that say too little to be weighted."""
        return self.no_propensity + self.no_reward


@dataclass(frozen=True, slots=True)
class PolicyFound:
    """The estimates, with the reward they are of and the account of the rows they rest on."""

    estimates: OffPolicy
    reward: str
    account: Account


@cache
def most_missing() -> float:
    """Give the share of showings without propensity or reward above which nothing is estimated.

    A convention: ``audits/standards/offpolicy.toml`` gives its reason.
    """
    place = resources("fairshelf.audits") / "standards" / "offpolicy.toml"
    return float(tomllib.loads(place.read_text(encoding="utf-8"))["missing"]["most"])


def estimate_policy(
    log: Sequence[str], ask: PolicyAsk, settings: Settings, stage: Stages = QUIET
) -> PolicyFound:
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
        ``policy_table``: the table cannot be read or lacks a column; ``rows_are_counts``.
    DataError
        ``offpolicy_columns``: the log has no propensities or no reward; ``offpolicy_missing``: too
        many rows are without; ``offpolicy_range``: a propensity that is no probability;
        ``no_arm``; those of reading a log.
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
        one_showing_each(clean, files)
        rows = clean.table.select("request", *wanted).to_pyarrow().to_pandas()
    stage("measure")
    if ask.arm:
        kept = rows[rows["arm"] == ask.arm]
        if kept.empty:
            known = sorted(map(str, rows["arm"].dropna().unique()))[:12]
            raise DataError("no_arm", file=raws[0].name, arm=ask.arm, known=known)
        rows = kept
    account = _account(rows, ask.reward, clean)
    showings = account.used + account.missing
    if account.missing > most_missing() * showings:
        raise DataError(
            "offpolicy_missing",
            file=raws[0].name,
            missing=account.missing,
            rows=showings,
            share=account.missing / showings,
            most=most_missing(),
            column=ask.reward,
        )
    rows = rows.dropna(subset=["propensity", ask.reward])
    chance = rows["propensity"].to_numpy(np.float64) / PICO
    if not len(rows) or not ((chance > 0) & (chance <= 1)).all():
        raise DataError("offpolicy_range", file=raws[0].name)
    cluster = (
        np.arange(len(rows)) if rows["request"].isna().any() else pd.factorize(rows["request"])[0]
    )
    found = off_policy(
        rows[ask.reward].to_numpy(np.float64),
        chance,
        _target(rows, ask.policy),
        cluster,
        clip=ask.clip,
        level=settings.level,
    )
    return PolicyFound(found, ask.reward, account)


def _account(rows: pd.DataFrame, reward: str, clean: CleanLog) -> Account:
    without, unknown = rows["propensity"].isna(), rows[reward].isna()
    used = rows[reward][~without & ~unknown]
    lost = rows[reward][without & ~unknown]
    return Account(
        read=clean.read,
        used=len(used),
        set_aside=clean.rejected + clean.duplicate,
        other_arm=clean.used - len(rows),
        no_propensity=int(without.sum()),
        no_reward=int((~without & unknown).sum()),
        reward_used=float(used.mean()) if len(used) else None,
        reward_no_propensity=float(lost.mean()) if len(lost) else None,
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
