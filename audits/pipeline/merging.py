"""Saved tallies added up into one, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.engines.means import FREE, Means
from fairshelf.audits.stages import QUIET
from fairshelf.audits.tally.saved.folder import open_tally
from fairshelf.audits.tally.saved.merge import merge
from fairshelf.audits.tally.saved.place import made, refuse_inside
from fairshelf.audits.tally.saved.sound import require_sound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fairshelf.audits.stages import Stages
    from fairshelf.audits.tally.saved.account import Account


def merge_tallies(
    places: Sequence[Path],
    out: Path,
    stage: Stages = QUIET,
    *,
    force: bool = False,
    means: Means = FREE,
) -> Account:
    """Add up tallies.

    Parameters
    ----------
    places
        Their folders.
    out
        The folder to make.
    stage
        Told the stages as they begin, and how far they are.
    force
        Whether an earlier tally there is replaced.
    means
        Memory, threads and temporary files that it may take.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.tally.saved.folder.open_tally`,
        :func:`fairshelf.audits.tally.saved.sound.require_sound`,
        :func:`fairshelf.audits.tally.saved.fitting.require_fit` and
        :func:`fairshelf.audits.tally.saved.place.made` and ``refuse_inside``.
    """
    refuse_inside(out, places)
    with made(out, force=force) as folder, means.workspace() as work:
        stage("read")
        parts = [open_tally(place) for place in places]
        stage("merge")
        con = means.connect(work)
        try:
            with stage.watching(con):
                for part in parts:
                    require_sound(con, part)
                merge(con, parts, folder)
        finally:
            con.disconnect()
    return open_tally(out).account
