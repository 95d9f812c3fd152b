"""A line on a terminal for as long as a command works: stage, time, rows, rate and time left."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from fairshelf.audits.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from fairshelf.audits.stages import Over

TICK = 0.25
"""Seconds between two looks at the engine."""


class Seen(NamedTuple):
    """A stage and its seconds; the share of its query or count, what that is of, its seconds."""

    stage: str
    seconds: float
    share: float | None
    over: Over | None
    running: float


class Watch:
    """Where a stage and its query stand: a query begins anew when its share falls."""

    def __init__(self, stages: Stages) -> None:
        """Begin with what is shown."""
        self.stages = stages
        self.stage = ""
        self.began = self.query = 0.0
        self.share = 0.0
        self.over: Over | None = None

    def look(self, now: float) -> Seen:
        """See where both stand at a moment."""
        if self.stages.stage != self.stage:
            self.stage, self.began, self.query, self.share = self.stages.stage, now, now, 0.0
        share, over = self.stages.look()
        if share is None or share < self.share or over != self.over:
            self.query = now
        self.share, self.over = share or 0.0, over
        return Seen(self.stage, now - self.began, share, over, now - self.query)


@contextmanager
def shown(console: Console, lang: str) -> Iterator[Stages]:
    """Show the stages that a command goes through, and take the line away at its end.

    Parameters
    ----------
    console
        A terminal.
    lang
        ``en`` or ``zh``.

    Yields
    ------
    Stages
        What a pipeline tells its stages.
    """
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from fairshelf.reports.progress import LEAST, details, name_of
    from fairshelf.reports.wording import Words

    stages, words = Stages(), Words(lang)
    watch, over = Watch(stages), threading.Event()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=12),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as line:
        task = line.add_task("", total=None, said="", visible=False)

        def follow() -> None:
            while not over.wait(TICK):
                seen = watch.look(time.monotonic())
                late = seen.seconds >= LEAST
                line.update(
                    task,
                    description=name_of(seen.stage, words) if seen.stage else "",
                    total=100 if late and seen.share else None,
                    completed=100 * (seen.share or 0.0),
                    said=details(words, seen.share, seen.over, seen.running) if late else "",
                    visible=bool(seen.stage),
                )

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        try:
            yield stages
        finally:
            over.set()
            follower.join(timeout=2)
