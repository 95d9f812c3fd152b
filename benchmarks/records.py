"""What the benchmarks leave: series of runs on a machine, as ``results.json`` keeps them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import Spent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OPTIONAL = "fairranktune"
"""A library that is measured where it is installed, and that nothing else needs."""

LOGS = "logs"
"""The section of the generated logs: they outlive a run, so its records add up."""


@dataclass(frozen=True, slots=True)
class Series:
    """The runs of one command.

    Attributes
    ----------
    section
        The part of the benchmark: ``logs``, ``scale``, ``startup``, ``peers``, ``growth``.
    what
        Code of what ran: ``scan``, ``audit``, ``annex``, ``stages``, ``fairlearn`` ...
    log
        Name of the file it ran on, or of the axis of growth; empty where there is none.
    size
        Rows of that file, or the size along the axis.
    command
        What was run, as one would type it.
    runs
        Each run, in order; empty where it was skipped.
    skipped
        Why there are no runs.
    replicates
        Bootstrap replicates within a run.
    """

    section: str
    what: str
    log: str = ""
    size: int = 0
    command: str = ""
    runs: tuple[Spent, ...] = ()
    skipped: str = ""
    replicates: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """All series, the machine they ran on, and the command that made each section."""

    machine: dict[str, str]
    made_by: dict[str, str] = field(default_factory=dict)
    series: tuple[Series, ...] = ()

    def of(self, section: str, **wanted: object) -> list[Series]:
        """Give the series of a section with these attributes, those with runs only."""
        return [
            one
            for one in self.series
            if one.section == section
            and one.runs
            and all(getattr(one, name) == value for name, value in wanted.items())
        ]

    def one(self, section: str, **wanted: object) -> Series | None:
        """Give the first of :meth:`of`, or None."""
        return next(iter(self.of(section, **wanted)), None)

    def skips(self, section: str) -> list[Series]:
        """Give the series of a section that were skipped."""
        return [one for one in self.series if one.section == section and one.skipped]

    def logs(self, section: str) -> list[tuple[int, str]]:
        """Give the size and name of each log of a section, smallest first."""
        return sorted({(one.size, one.log) for one in self.of(section) if one.log})

    def with_section(self, section: str, command: str, series: Iterable[Series]) -> Record:
        """Put a section in the place of what stood there; logs are kept where not made anew."""
        new = tuple(series)
        made = {one.log for one in new}
        kept = tuple(
            one
            for one in self.series
            if one.section != section or (section == LOGS and one.log not in made)
        )
        return Record(self.machine, {**self.made_by, section: command}, (*kept, *new))


def save(record: Record, place: Path) -> None:
    """Write a record as JSON."""
    place.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def load(place: Path, machine: dict[str, str]) -> Record:
    """Read a record; one of another machine or other versions is not continued.

    A peer that was installed and is not any more keeps its numbers, and its version.

    Parameters
    ----------
    place
        ``results.json``; it need not exist.
    machine
        The machine of now.
    """
    if not place.exists():
        return Record(machine)
    told = json.loads(place.read_text(encoding="utf-8"))
    kept = {name: version for name, version in told["machine"].items() if name == OPTIONAL}
    both = {**kept, **machine}
    return (
        record_of(told | {"machine": both}) if both == kept | told["machine"] else Record(machine)
    )


def record_of(told: dict[str, Any]) -> Record:
    """Make a record of what its JSON says."""
    series = (
        Series(**{**one, "runs": tuple(Spent(**run) for run in one["runs"])})
        for one in told["series"]
    )
    return Record(told["machine"], told["made_by"], tuple(series))
