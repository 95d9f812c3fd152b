"""Computed again, everything must be the same: a bundle that agrees with itself is still caught."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits import pipeline
from fairshelf.audits.config import load
from fairshelf.audits.errors import UsageError
from fairshelf.audits.plan import frozen
from fairshelf.cli import output
from fairshelf.reports.bundle import Sources, make, records, verify
from fairshelf.reports.bundle.differences import differences
from fairshelf.reports.bundle.rerun import MOST, Again, rerun
from fairshelf.sample_data import path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.reports.bundle.conftest import Forge, Reseal

    from fairshelf.audits.pipeline import Audit

    Change = Callable[[dict[str, Any]], object]

LOG, SELLERS, CATALOGUE = (str(path(f"{n}.en.csv")) for n in ("log", "sellers", "catalogue"))
DATA = Again((LOG,), SELLERS, CATALOGUE)
QUICK = {"permutations": 99, "adjust": ("none",), "series": "none"}


@pytest.fixture(scope="module")
def honest(made: Path) -> Audit:
    """Audit the data once with the settings of the bundle; the tests differ in what is told."""
    results = verify(made / "evidence").results
    assert results is not None
    values = {name: value for name, value in results.settings.items() if value is not None}
    return pipeline.audit([LOG], SELLERS, CATALOGUE, load(None, values), case=results.case)


@pytest.fixture
def once(honest: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every audit find what the honest one found."""
    monkeypatch.setattr(pipeline, "audit", lambda *_, **__: honest)


def _forged(bag: Path, forge: Forge, change: Change) -> list[str]:
    """Forge a bundle so that it agrees with itself, and name the places a rerun tells."""
    forge(bag, change)
    found = verify(bag)
    assert not found.problems
    assert not found.unchecked
    told = rerun(found, DATA)
    assert {one.code for one in told.wrong} <= {"rerun_differs", "rerun_inputs", "rerun_more"}
    return [one.file for one in told.wrong]


FORGED: list[tuple[Change, str]] = [
    (lambda told: told["rows"].update(read=9990, used=9990), "rows.read"),
    (lambda told: told["rows"].update(rejected=0, duplicate=7), "rows.duplicate"),
    (
        lambda told: told["groups"][0]["levels"][0].update(sellers=990),
        "groups[0].levels[0].sellers",
    ),
    (lambda told: told["groups"][0].update(source="a law"), "groups[0].source"),
    (lambda told: told["limits"].pop(0), "limits[0].code"),
    (lambda told: told["limits"].clear(), "limits[0]"),
    (lambda told: told["joins"].update(sellers_in_log=99), "joins.sellers_in_log"),
    (lambda told: told["provenance"].update(requests=99), "provenance.requests"),
    (lambda told: told["provenance"]["disclosure"].update(k=1), "provenance.disclosure.k"),
    (lambda told: told["inputs"][0].update(rows=990_000), "inputs[0].rows"),
    (
        lambda told: told["inputs"][0]["columns"][0].update(heading="x"),
        "inputs[0].columns[0].heading",
    ),
    (lambda told: told["inputs"][0].update(sha256="0" * 64), "inputs[0].sha256"),
    (lambda told: told["inputs"].pop(), "inputs[2]"),
    (lambda told: told["findings"].pop(), "findings[-1]"),
    (lambda told: told["findings"][0].update(size="total"), "findings[0].size"),
    (lambda told: told["tool"].update(name="fairshelf pro"), "tool.name"),
]


@pytest.mark.usefixtures("once")
@pytest.mark.parametrize(("change", "place"), FORGED, ids=[place for _, place in FORGED])
def test_each_field_that_differs_is_named(
    bag: Path, forge: Forge, change: Change, place: str
) -> None:
    """Counts, groups, limits, joins, provenance, inputs, findings: not only estimates count."""
    before = json.loads((bag / "data/results.public.json").read_text(encoding="utf-8"))
    if place == "findings[-1]":
        place = f"findings[{len(before['findings']) - 1}]"
    assert place in _forged(bag, forge, change)


@pytest.mark.usefixtures("once")
def test_notices_are_compared(bag: Path, forge: Forge) -> None:
    """A notice more is told."""

    def change(told: dict[str, Any]) -> None:
        told["notices"].append({"code": "words_unmapped", "facts": {}})

    assert any(place.startswith("notices[") for place in _forged(bag, forge, change))


@pytest.mark.usefixtures("once")
def test_a_second_estimate_of_one_key(bag: Path, forge: Forge) -> None:
    """A forged estimate in front of the true one of the same key is told, and so is its order."""

    def change(told: dict[str, Any]) -> None:
        first = told["estimates"][0]
        told["estimates"].insert(0, {**first, "value": first["low"]})

    assert any(place.endswith(" #2") for place in _forged(bag, forge, change))


@pytest.mark.usefixtures("once")
def test_what_was_set_aside_is_compared(bag: Path, reseal: Reseal) -> None:
    """Rows set aside for reasons that were none are told."""
    (bag / "data/rejected.json").write_bytes(records.as_json({"bad_position": 7}))
    reseal(bag)
    told = rerun(verify(bag), DATA).wrong
    assert [(one.file, one.detail) for one in told] == [("rejected.json.bad_position", "7 / -")]


@pytest.mark.usefixtures("once")
def test_many_differences_are_counted(bag: Path, forge: Forge) -> None:
    """Twenty are named, the rest is counted, none is dropped silently."""

    def change(told: dict[str, Any]) -> None:
        for one in told["estimates"]:
            one["note"] = "x"

    forge(bag, change)
    told = rerun(verify(bag), DATA).wrong
    assert len(told) == MOST + 1
    assert told[-1].code == "rerun_more"
    assert int(told[-1].detail) > 0


@pytest.mark.usefixtures("once")
def test_another_version_is_told(bag: Path, forge: Forge) -> None:
    """The same numbers under the name of another version: the version is what differs."""
    forge(bag, lambda told: told["tool"].update(version="0.0.9"))
    told = rerun(verify(bag), DATA)
    assert not told.wrong
    assert [one.code for one in told.unchecked] == ["rerun_version"]
    assert told.unchecked[0].detail.startswith("0.0.9 / ")


def test_a_setting_is_what_the_bundle_tells(bag: Path, forge: Forge, tmp_path: Path) -> None:
    """A jurisdiction no number rests on is taken from the bundle; one's own settings tell it."""
    forge(bag, lambda told: told["settings"].update(jurisdiction=["CN"]))
    found = verify(bag)
    assert not found.problems
    assert not rerun(found, DATA).wrong
    config = tmp_path / "audit.toml"
    text = path("audit.en.toml").read_text(encoding="utf-8")
    top = 'permutations = 99\nadjust = ["none"]\nseries = "none"\n'
    config.write_text(top + text, encoding="utf-8")
    told = rerun(found, Again((LOG,), SELLERS, CATALOGUE, config)).wrong
    assert [one.file for one in told] == ["settings.jurisdiction[0]"]


def test_a_plan_is_checked_against_the_plan(made: Path, tmp_path: Path) -> None:
    """That a plan was followed is checked with the plan, and told unchecked without it."""
    told = json.loads((made / "out" / "results.json").read_text(encoding="utf-8"))
    values = {name: value for name, value in told["settings"].items() if value is not None}
    plan = frozen(load(None, {**values, "bounds": (0.5, 2.0)}))
    (tmp_path / "frozen.json").write_text(json.dumps(plan), encoding="utf-8")
    told["plan"] = {"sha256": plan["sha256"], "followed": True, "differences": []}
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.json").write_text(json.dumps(told), encoding="utf-8")
    (tmp_path / "out" / "rejected.csv").write_bytes((made / "out/rejected.csv").read_bytes())
    found = verify(make(Sources(tmp_path / "out"), tmp_path / "evidence", []).bag)
    assert not found.problems
    without = rerun(found, DATA)
    assert not without.wrong
    assert [one.code for one in without.unchecked] == ["rerun_plan"]
    held = rerun(found, Again((LOG,), SELLERS, CATALOGUE, plan=tmp_path / "frozen.json"))
    assert {one.file for one in held.wrong} == {"plan.followed", "plan.differences[0]"}
    assert not held.unchecked


@pytest.mark.parametrize("cutoffs", [(), (5,)])
def test_what_a_plan_leaves_to_the_data_is_found_again(
    tmp_path: Path, cutoffs: tuple[int, ...]
) -> None:
    """A plan without a depth and a baseline is followed by what the data say, not by 5 places."""
    plan = frozen(load(path("audit.en.toml"), {**QUICK, "cutoffs": ()}))
    (tmp_path / "frozen.json").write_text(json.dumps(plan), encoding="utf-8")
    settings = load(path("audit.en.toml"), {**QUICK, "cutoffs": cutoffs})
    done = pipeline.audit([LOG], SELLERS, CATALOGUE, settings, plan=plan)
    assert done.results.plan is not None
    assert done.results.plan["followed"] is (not cutoffs)
    output.write(done, tmp_path / "out", ("en",), force=False)
    found = verify(make(Sources(tmp_path / "out"), tmp_path / "evidence", []).bag)
    held = rerun(found, Again((LOG,), SELLERS, CATALOGUE, plan=tmp_path / "frozen.json"))
    assert not held.wrong
    assert not held.unchecked


def test_differences_by_hand() -> None:
    """Places, kinds and tolerances of the comparison."""
    same = {"a": [1, 0.1 + 0.2, None], "b": {"c": "x"}}
    assert not list(differences(same, {"a": [1, 0.3, None], "b": {"c": "x"}}))
    assert list(differences({"a": 1}, {"a": True})) == [("a", "1 / True")]
    assert list(differences({"a": 1}, {"b": 1})) == [("a", "1 / -"), ("b", "- / 1")]
    assert list(differences([1, 2], [1])) == [("[1]", "2 / -")]
    assert list(differences({"a": 0.5}, {"a": 0.5000001})) == [("a", "0.5 / 0.5000001")]
    keyed = [{"key": "p", "v": 1}, {"key": "q", "v": 2}]
    assert list(differences({"e": keyed}, {"e": keyed[::-1]})) == [("e", "order")]
    assert list(differences({"e": keyed}, {"e": [{"key": "q", "v": 3}]})) == [
        ("e.p", "{'key': 'p', 'v': 1} / -"),
        ("e.q.v", "2 / 3"),
    ]


def test_a_table_that_was_read_must_be_given(made: Path) -> None:
    """Without the sellers of the first audit nothing is computed: the option to add is named."""
    with pytest.raises(UsageError) as raised:
        rerun(verify(made / "evidence"), Again((LOG,), None, CATALOGUE))
    assert raised.value.code == "rerun_without"
    assert raised.value.facts["option"] == "--sellers"
