"""The used rows of a log under canonical names, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.engines.means import FREE
from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline.candidates import carried, open_files, plain, read_candidates
from fairshelf.audits.pipeline.files import about_rows, open_side
from fairshelf.audits.pipeline.replay import settings_for
from fairshelf.audits.pipeline.sides import join_sides
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    import pandas as pd

    from fairshelf.audits.config import Settings
    from fairshelf.audits.stages import Stages


def canonical_rows(
    log: str, sellers: str | None, settings: Settings, stage: Stages = QUIET
) -> tuple[pd.DataFrame, Settings]:
    """Read a log as an audit does and give its used rows.

    Returns
    -------
    rows, settings
        ``request``, ``position``, ``listing``, ``seller`` and whatever else was recognised; and
        the settings by which a file of these rows is read.

    Raises
    ------
    UsageError, DataError
        As ``open_files``, ``read_candidates`` and ``join_sides``; ``no_order``: the log has no
        positions.
    """
    with FREE.working(stage) as (con, work):
        stage("read")
        opened = open_files(con, [log], settings, work)
        stage.going_over(about_rows(opened[0]), about=True)
        if not opened[1]:
            raise DataError("no_order", file=opened[0].raws[0].name)
        stage("check")
        found = read_candidates(con, opened, (), frozenset(), settings)
        table = open_side(con, sellers, "sellers", settings, work)
        sides = join_sides(con, found.clean, table[0] if table else None, None, settings)
        names = [name for name in carried(found) if name in sides.log.columns]
        names = list(dict.fromkeys([*names, "request", "listing", "seller", "position"]))
        rows = plain(sides.log)
        if "listing" not in rows.columns:
            rows = rows.mutate(listing=rows.seller)
        told: pd.DataFrame = rows.select(*names).to_pyarrow().to_pandas()
    own = {name for name, _ in opened[0].detections[0].extras}
    told["request"] = told["request"].astype(str)
    return told, settings_for(settings, dict.fromkeys(own, ""), found)
