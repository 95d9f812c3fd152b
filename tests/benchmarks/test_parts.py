"""What each part of the benchmark runs, and on which logs."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest
from benchmarks.commands import Shelf
from benchmarks.measuring import FEWEST_POINTS, Spent
from benchmarks.parts import growth, peers, scale, startup
from benchmarks.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TURN = Spent(1.0, 1.0, 1)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Give a shelf whose logs are never made, and let no command run."""

    def alternate(
        commands: Mapping[str, Sequence[str]], runs: int, warm: str | None = None
    ) -> dict[str, tuple[Spent, ...]]:
        assert warm is None or warm in commands
        return dict.fromkeys(commands, (TURN,) * runs)

    for part in (growth, peers, scale, startup):
        monkeypatch.setattr(part, "alternate", alternate)
    monkeypatch.setattr(peers, "run_child", lambda _: TURN)
    monkeypatch.setattr("benchmarks.commands.run_child", _touch)
    return Shelf(tmp_path / "logs")


def _touch(command: Sequence[str]) -> Spent:
    from pathlib import Path

    Path(command[3]).touch()
    return TURN


def test_every_axis_of_growth_changes_alone(shelf: Shelf) -> None:
    """Each axis has three sizes or more, and what it does not name stays as it is along it."""
    told = list(growth.growth(shelf, 1_000_000, 5))
    sizes = {axis: sorted(one.size for one in told if one.log == axis) for axis, _ in growth.AXES}
    assert sizes["requests"] == [10_000, 50_000, 200_000]
    assert all(len(set(found)) >= FEWEST_POINTS for found in sizes.values())
    for axis, points in growth.AXES:
        shapes = [Shape(1_000_000, **changed) for _, changed in points]
        held = {
            "rows": {shape.rows for shape in shapes},
            "requests": {shape.rows // shape.page for shape in shapes},
            "sellers": {shape.sellers for shape in shapes},
            "groups": {shape.groups for shape in shapes},
            "positions": {shape.positions for shape in shapes},
        }
        assert {name for name, found in held.items() if len(found) > 1} == {axis}


def test_large_logs_have_fewer_runs_and_no_csv(shelf: Shelf) -> None:
    """10^8 rows are measured three times as Parquet only, 10^5 as often as asked in both."""
    told = list(scale.scale(shelf, (100_000, 100_000_000), 5))
    assert {(one.size, one.log.rsplit(".", 1)[1], len(one.runs)) for one in told} == {
        (100_000, "parquet", 5),
        (100_000, "csv", 5),
        (100_000_000, "parquet", 3),
    }


def test_peers_that_do_not_run_are_named(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that is not installed, and sizes it is not tried on, leave a reason and no runs."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    told = {(one.what, one.size): one for one in peers.peers(shelf, (10**6, 10**8), 5)}
    assert "pip install" in told["fairranktune", 10**6].skipped
    assert told["fairlearn", 10**6].runs
    assert told["fairlearn_bootstrap", 10**6].replicates == 5
    for what in ("fairlearn", "fairlearn_bootstrap", "fairranktune"):
        assert told[what, 10**8].skipped
        assert not told[what, 10**8].runs


def test_peers_read_the_file_of_the_audit(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """All commands of one size name the same log."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    told = list(peers.peers(shelf, (100_000,), 1))
    assert {one.what for one in told} == {
        *("scan", "audit", "stages", "fairlearn", "fairlearn_bootstrap", "fairranktune")
    }
    assert all(f" {one.log} " in f"{one.command} " for one in told)


def test_a_log_is_made_once(shelf: Shelf) -> None:
    """The same shape is the same file, its making is told once, and another shape is another."""
    first, again = shelf.log(Shape(100)), shelf.log(Shape(100))
    other = shelf.log(Shape(100, groups=3))
    assert first == again != other
    assert [one.log for one in shelf.made] == [first.name, other.name]


def test_fixed_costs_are_of_a_small_log(shelf: Shelf) -> None:
    """The small audit is held against the scan of the same log; the help against a bare one."""
    told = {one.what: one for one in startup.startup(shelf, 2)}
    assert told["audit"].log == told["scan"].log
    assert told["audit"].size == startup.SMALL
    assert told["help"].command == "audit --help"
    assert {"demo", "imports", "bare_help"} <= set(told)
