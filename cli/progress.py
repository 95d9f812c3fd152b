"""A line on a terminal for as long as a command works: stage, time, rows, rate and time left."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fairshelf.audits.engines.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

TICK = 0.25
"""Seconds between two looks at the engine."""


class Watch:
    """Where a stage and its query stand: a query begins anew when its share falls."""

    def __init__(self, stages: Stages) -> None:
        """Begin with what is shown."""
        self.stages = stages
        self.stage = ""
        self.began = self.query = 0.0
        self.share = 0.0

    def look(self, now: float) -> tuple[str, float | None, float, float]:
        """Give the stage, its query's share, and the seconds of the stage and of the query."""
        if self.stages.stage != self.stage:
            self.stage, self.began, self.query, self.share = self.stages.stage, now, now, 0.0
        share = self.stages.far()
        if share is None or share < self.share:
            self.query = now
        self.share = share or 0.0
        return self.stage, share, now - self.began, now - self.query


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
        TextColumn("{task.description}"),
        BarColumn(bar_width=12),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as line:
        task = line.add_task("", total=None, said="", visible=False)

        def follow() -> None:
            while not over.wait(TICK):
                stage, share, seconds, query = watch.look(time.monotonic())
                late = seconds >= LEAST
                line.update(
                    task,
                    description=name_of(stage, words) if stage else "",
                    total=100 if late and share else None,
                    completed=100 * (share or 0.0),
                    said=details(words, share, stages.rows, query) if late else "",
                    visible=bool(stage),
                )

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        try:
            yield stages
        finally:
            over.set()
            follower.join(timeout=2)
