"""What pipelines tell of how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import load
from fairshelf.audits.pipeline import pseudonymise as pseudonyms
from fairshelf.audits.pipeline.gap import GapAsk, gap
from fairshelf.audits.pipeline.inspect import inspect
from fairshelf.audits.pipeline.remedies.ask import RemedyAsk
from fairshelf.audits.pipeline.remedies.run import remedies
from fairshelf.audits.pipeline.replay import ModelAsk, ranked_log
from fairshelf.audits.pipeline.whatif import WhatIfAsk, whatif
from fairshelf.audits.stages import Stages

if TYPE_CHECKING:
    from pathlib import Path

REQUESTS, LISTINGS = 12, 20


class Told(Stages):
    """Keeps what it is told: each stage with the counts told in it."""

    def __init__(self) -> None:
        super().__init__(seen=False)
        self.all: list[tuple[str, list[tuple[int, int, str]]]] = []

    def __call__(self, name: str) -> None:
        """Keep the stage."""
        self.all.append((name, []))
        super().__call__(name)

    def count(self, done: int, of: int, unit: str) -> None:
        """Keep the count."""
        self.all[-1][1].append((done, of, unit))
        super().count(done, of, unit)

    def counts(self, stage: str) -> list[tuple[int, int, str]]:
        """Give the counts of a stage."""
        return [one for name, counts in self.all if name == stage for one in counts]


@pytest.fixture
def candidates(tmp_path: Path) -> str:
    """Give candidate sets of 20 listings of 10 sellers, half of them rural."""
    rows = ["request,position,listing,seller,locality,x"]
    for request in range(REQUESTS):
        rows += [
            f"q{request},{n + 1},l{n},s{n % 10},{'rural' if n % 2 else 'urban'},"
            f"{(n * 7 + request * 3) % 20 / 20 - 0.1 * (n % 2):.2f}"
            for n in range(LISTINGS)
        ]
    path = tmp_path / "candidates.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def model(tmp_path: Path) -> ModelAsk:
    """Give a linear rule."""
    path = tmp_path / "weights.toml"
    path.write_text("[weights]\nx = 1.0\n", encoding="utf-8")
    return ModelAsk(str(path))


def test_candidates_are_counted_batch_by_batch(
    candidates: str, model: ModelAsk, tmp_path: Path
) -> None:
    """After the last batch all 240 candidates are done; before it the count only grows."""
    told, settings = Told(), load(None, {"attributes": {"locality": None}})
    ranked_log(model, [candidates], settings, tmp_path / "ranked.parquet", told)
    assert [name for name, _ in told.all] == ["read", "check", "score"]
    counts = told.counts("score")
    assert counts[-1] == (REQUESTS * LISTINGS, REQUESTS * LISTINGS, "candidates")
    assert counts == sorted(counts)


def test_strengths_of_a_rule_are_counted(candidates: str, model: ModelAsk) -> None:
    """A floor is tried at its two strengths, and then one rule is led to the target."""
    told, settings = Told(), load(None, {"attributes": {"locality": None}})
    ask = RemedyAsk(what=("floor",), strengths={"floor": (0.5, 0.9)})
    remedies(model, ask, [candidates], None, settings, told)
    assert told.counts("remedy floor") == [(n, 2, "strengths") for n in range(3)]
    assert told.counts("targets") == [(n, 1, "rules") for n in range(2)]
    assert [name for name, _ in told.all][:3] == ["read", "check", "score"]


def test_features_set_otherwise_are_counted(candidates: str, model: ModelAsk) -> None:
    """Two values of a feature are two questions to the model."""
    told, settings = Told(), load(None, {"attributes": {"locality": None}})
    wanted = WhatIfAsk(flips=((("x", "0.5"),), (("x", "0.9"),)), blind=False)
    whatif(model, wanted, [candidates], None, settings, told)
    assert told.counts("whatif rural")[:3] == [(n, 2, "features") for n in range(3)]


def test_replaced_values_are_counted(candidates: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve requests, ten at once: counted at none, at ten, and at the end."""
    monkeypatch.setattr(pseudonyms, "AT_ONCE", 10)
    told = Told()
    pseudonyms.pseudonymise([candidates], "log", load(None, {}), b"0" * 32, (), told)
    counts = told.counts("pseudonymise")
    assert [one for one in counts if one[1] == REQUESTS] == [
        (0, REQUESTS, "values"),
        (10, REQUESTS, "values"),
        (REQUESTS, REQUESTS, "values"),
    ]


def test_readers_name_their_stages(candidates: str) -> None:
    """A gap reads and estimates, an inspection reads and checks."""
    told = Told()
    inspect([candidates], load(None, {}), told)
    assert [name for name, _ in told.all] == ["read", "check"]
    told = Told()
    path = candidates.replace("candidates.csv", "gap.csv")
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - the path is text
        file.write("granted,group\n")
        file.writelines(f"{n % 3 % 2},{'a' if n % 2 else 'b'}\n" for n in range(60))
    gap([path], GapAsk("granted", "group"), load(None, {}), told)
    assert [name for name, _ in told.all] == ["read", "measure"]
