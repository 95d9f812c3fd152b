"""A log with much to count, and audits of it, of its saved tallies and of their sums."""

from __future__ import annotations

import contextlib
import csv
import hashlib
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit, run
from fairshelf.audits.pipeline.measure import Measured
from fairshelf.audits.pipeline.merging import merge_tallies
from fairshelf.audits.pipeline.run import Keep
from fairshelf.audits.results import Table
from fairshelf.reports.exports import results_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.pipeline import Audit

Row = dict[str, object]


class _SavedError(Exception):
    """What is thrown once a tally stands at its place."""


def _stop(*_: object) -> Audit:
    raise _SavedError


class Runs:
    """Audits in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        self.folder = folder

    def log(self, name: str, rows: Sequence[Row]) -> str:
        """Write a log."""
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return str(path)

    def fresh(self, *logs: str, **settings: Any) -> Audit:  # noqa: ANN401 - settings of any kind
        """Audit logs."""
        sellers = settings.pop("sellers", None)
        catalogue = settings.pop("catalogue", None)
        return audit(logs, sellers, catalogue, _settings(settings))

    def save(self, name: str, *logs: str, **settings: Any) -> Path:  # noqa: ANN401 - settings of any kind
        """Save the tally of logs, and go no further."""
        place = self.folder / name
        force = settings.pop("force", False)
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(_SavedError):
            patch.setattr(run, "_of_tally", _stop)
            audit(logs, None, None, _settings(settings), keep=Keep(place, force=force))
        return place

    def merge(self, name: str, *tallies: Path) -> Path:
        """Add tallies up."""
        merge_tallies(tallies, self.folder / name)
        return self.folder / name

    def again(self, tally: Path, **settings: Any) -> Audit:  # noqa: ANN401 - settings of any kind
        """Audit a saved tally."""
        sellers = settings.pop("sellers", None)
        catalogue = settings.pop("catalogue", None)
        return audit((), sellers, catalogue, _settings(settings), tally_of=tally)


def _settings(told: dict[str, Any]) -> Settings:
    return Settings.model_validate({"permutations": 99, **told})


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Give audits in a folder of their own."""
    return Runs(tmp_path)


@pytest.fixture
def counts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an audit end at its counts: the digest of all of them stands for the estimates.

    Estimates are made from the context, the groups and the settings, and from nothing else.
    """

    def digest(ctx: Context, groups: object, *_: object, doubts: object = ()) -> Measured:
        found = hashlib.sha256()
        for part in _flat((ctx, groups, doubts)):
            found.update(part)
        return Measured((), (), {"counts": Table(("sha256",), ((found.hexdigest(),),))})

    monkeypatch.setattr(run, "measure", digest)


def _flat(value: object) -> Iterator[bytes]:
    """Give all that a record of arrays holds; what a browsing model says of 50 positions."""
    if isinstance(value, np.ndarray):
        yield f"{value.dtype}{value.shape}".encode()
        yield repr(value.tolist()).encode() if value.dtype == object else value.tobytes()
    elif is_dataclass(value):
        for one in fields(value):
            yield one.name.encode()
            yield from _flat(getattr(value, one.name))
    elif isinstance(value, dict):
        yield from _flat(tuple(value.items()))
    elif isinstance(value, tuple):
        for item in value:
            yield from _flat(item)
    elif callable(value):
        yield np.asarray(value(np.arange(1, 51))).tobytes()
    else:
        yield repr(value).encode()


@pytest.fixture
def told() -> Callable[[Audit], bytes]:
    """Give the bytes of ``results.json``."""
    return lambda done: results_json(done.results)


@pytest.fixture
def rows() -> Callable[..., list[Row]]:
    """Give what makes a log."""
    return _rows


def _rows(requests: int = 60, seed: int = 1, **columns: object) -> list[Row]:
    """Make a log: lists of six of 40 listings of 16 sellers, with clicks, ads and days.

    ``columns`` stand on every row as they are.
    """
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for request in range(requests):
        for position, listing in enumerate(rng.permutation(40)[:6], start=1):
            seller = int(listing) % 16
            rows.append(
                {
                    "request": f"r{request:04}",
                    "position": position,
                    "listing": f"l{listing:02}",
                    "seller": f"s{seller:02}",
                    "locality": "rural" if seller % 3 == 0 else "urban",
                    "brand": ("old", "new")[seller % 2],
                    "clicks": int(rng.random() < 0.95 / position**0.5),
                    "query": f"word {request % 9}",
                    "sponsored": ("yes", "no")[int(listing) % 2],
                    "category": ("tea", "rice", "")[int(listing) % 3],
                    "relevance": int(listing) % 5 / 4,
                    "time": f"2026-03-{1 + request % 20:02} 10:00",
                    **columns,
                }
            )
    return rows
