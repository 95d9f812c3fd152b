"""A whole audit in one process, stage by stage.

``python -m benchmarks.children.stages LOG OUT [--annex]``

The same calls as ``audit run LOG --attribute locality``, each stage of
:func:`fairshelf.audits.pipeline.audit` timed as it announces itself. ``import`` is what is loaded
before the first stage; modules a stage loads for itself count in that stage. ``core`` adds up what
touches rows: reading, checking, labelling and the tally (cells, sellers, listings; with ``--annex``
also whole lists, of which the prefixes are made).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.children.clock import Clock

if TYPE_CHECKING:
    from fairshelf.audits.stages import Stages

CORE = ("read", "check", "label", "tally")


def _timed(clock: Clock) -> Stages:
    """Give stages that stop the clock as they begin."""
    from fairshelf.audits.stages import Stages  # noqa: PLC0415 - its import is timed

    class Timed(Stages):
        def __call__(self, name: str) -> None:
            now = self.stage or "import"
            clock.mark(now, *(["core"] if now in CORE else []))
            super().__call__(name)

    return Timed(seen=False)


def main() -> None:
    """Audit a log and print the time of each stage, and each group's share of exposure."""
    clock = Clock()
    from fairshelf.audits.config import load  # noqa: PLC0415 - its import is timed
    from fairshelf.audits.pipeline import audit  # noqa: PLC0415 - as above
    from fairshelf.cli import output  # noqa: PLC0415 - as above

    log, out = sys.argv[1:3]
    settings: dict[str, object] = {"attributes": {"locality": "locality"}}
    if "--annex" in sys.argv:
        settings["annex"] = True
    stage = _timed(clock)
    done = audit([log], None, None, load(None, settings), stage)
    stage("report")
    output.write(done, Path(out), ("en", "zh"), force=True)
    stage("end")
    for estimate in done.results.estimates:
        if estimate.metric == "exposure_share" and estimate.browsing == "dcg":
            clock.put(f"share_{estimate.group}", estimate.value or 0.0)
    clock.tell()


if __name__ == "__main__":
    main()
