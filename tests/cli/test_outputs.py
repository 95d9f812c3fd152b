"""What ``audit run`` leaves behind: which files, the same bytes again, every row accounted for."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

WORKING = {
    *("results.json", "estimates.csv", "rejected.csv"),
    *("results.public.json", "estimates.public.csv"),
}
COLUMNS = (
    "key, metric, attribute, group, reference, browsing, baseline, cutoff, scope, definition, "
    "period, ads, adjusted, value, low, high, level, method, question, df, se, p_value, "
    "p_adjusted, direction, sellers, listings, requests, impressions, suppressed, note"
)
"""The contract others rely on: columns may only be added."""


def _written(command: Callable[..., Ended], out: Path, *arguments: object) -> dict[str, bytes]:
    ended = command("run", *arguments, "-o", out)
    assert ended.exit_code == 0, ended.stderr
    return {path.name: path.read_bytes() for path in out.iterdir()}


def _results(files: dict[str, bytes]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files["results.json"])
    return loaded


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def dirty(small: Path) -> Path:
    """Give the log with rows in it that cannot be used, or stand there twice."""
    lines = small.read_text("utf-8").splitlines()
    lines[3:3] = ["q0,third,l1,s1,urban", "q0,0,l1,s1,urban", "q0,,l2,s2,urban"]
    lines += [lines[-1], lines[-2], ",,,,", "q7,5,,s1,urban", "合计,400,合计,,"]
    small.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return small


def test_exactly_these_files(command: Callable[..., Ended], tmp_path: Path, small: Path) -> None:
    """Both reports and the three working files are written, and nothing beside the folder."""
    before = set(tmp_path.iterdir())
    files = _written(command, tmp_path / "out", small)
    assert set(files) == {"report.en.html", "report.zh.html", *WORKING}
    assert set(tmp_path.iterdir()) - before == {tmp_path / "out"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_report_where_a_language_is_asked_for(
    command: Callable[..., Ended], tmp_path: Path, small: Path, lang: str
) -> None:
    """``--lang`` leaves the other report out."""
    files = _written(command, tmp_path / "out", small, "--lang", lang)
    assert set(files) == {f"report.{lang}.html", *WORKING}


def test_the_same_bytes_twice(command: Callable[..., Ended], tmp_path: Path, small: Path) -> None:
    """The same input, settings and seed give the same bytes in every file."""
    once = _written(command, tmp_path / "once", small, "--seed", 3)
    again = _written(command, tmp_path / "again", small, "--seed", 3)
    assert once == again


def test_another_seed_draws_other_labellings(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """The seed is not ignored: it moves interval ends, and no value."""
    told = [
        _results(_written(command, tmp_path / f"out{seed}", small, "--seed", seed))["estimates"]
        for seed in (3, 4)
    ]
    ends, values = (
        [[[one[name] for name in names] for one in estimates] for estimates in told]
        for names in (("low", "high"), ("key", "value"))
    )
    assert ends[0] != ends[1]
    assert values[0] == values[1]


def test_the_order_of_rows_does_not_matter(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """With the rows of the log in another order results.json differs in ``inputs`` alone."""
    once = _results(_written(command, tmp_path / "once", small))
    heading, *rows = small.read_text("utf-8").splitlines()
    random.Random(5).shuffle(rows)  # noqa: S311 - an order, no secret
    small.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    again = _results(_written(command, tmp_path / "again", small))
    assert once["inputs"] != again["inputs"]
    once.pop("inputs")
    again.pop("inputs")
    assert once == again


def test_results_hold_to_the_printed_schema(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """results.json validates against what ``audit schema`` prints, and a broken one does not."""
    results = _results(_written(command, tmp_path / "out", small))
    ended = command("schema")
    assert ended.exit_code == 0
    validator = jsonschema.Draft202012Validator(json.loads(ended.stdout))
    assert [error.message for error in validator.iter_errors(results)] == []
    results["estimates"][0]["value"] = "much"
    assert list(validator.iter_errors(results))


def _as_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def test_estimates_csv_is_the_estimates(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """estimates.csv has the columns of the contract and equals results.json row by row."""
    files = _written(command, tmp_path / "out", small)
    told = _results(files)["estimates"]
    rows = _rows(files["estimates.csv"])
    assert ", ".join(rows[0]) == COLUMNS == ", ".join(told[0])
    assert rows == [{name: _as_cell(value) for name, value in one.items()} for one in told]


def test_keys_are_unique_and_findings_rest_on_them(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """No two estimates bear one key, and every key a finding names is there."""
    results = _results(_written(command, tmp_path / "out", small))
    keys = Counter(one["key"] for one in results["estimates"])
    assert max(keys.values()) == 1
    named = {key for finding in results["findings"] for key in finding["keys"]}
    assert named
    assert named <= set(keys)


def test_every_row_is_accounted_for(
    command: Callable[..., Ended], tmp_path: Path, dirty: Path
) -> None:
    """Read = used + rejected + duplicate; rejected.csv names each row set aside, and why."""
    files = _written(command, tmp_path / "out", dirty)
    rows = _results(files)["rows"]
    lines = [line.split(",") for line in dirty.read_text("utf-8").splitlines()]
    assert rows["read"] == len(lines) - 1 == 408
    assert (rows["used"], rows["rejected"], rows["duplicate"]) == (400, 6, 2)
    told = _rows(files["rejected.csv"])
    assert list(told[0]) == ["file", "row", "column", "value", "reason", "why", "原因"]
    found = sorted((int(row["row"]), row["column"], row["value"], row["reason"]) for row in told)
    assert found == [
        (4, "position", "third", "not_a_number"),
        (5, "position", "0", "out_of_range"),
        (6, "position", "", "missing"),
        (405, "listing", lines[404][2], "duplicate"),
        (406, "listing", lines[405][2], "duplicate"),
        (407, "", "", "blank_row"),
        (408, "listing", "", "missing"),
        (409, "", "合计", "total_row"),
    ]
    assert {row["file"] for row in told} == {"log.csv"}


def test_rows_set_aside_change_no_number(
    command: Callable[..., Ended], tmp_path: Path, small: Path, request: pytest.FixtureRequest
) -> None:
    """Estimates of the dirty log are those of the clean one."""
    clean = _results(_written(command, tmp_path / "clean", small))
    dirty = request.getfixturevalue("dirty")
    assert _results(_written(command, tmp_path / "dirty", dirty))["estimates"] == clean["estimates"]


def test_force_replaces_our_own_folder(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """``--force`` replaces an earlier audit as a whole: no file of it is left."""
    out = tmp_path / "out"
    _written(command, out, small)
    assert command("run", small, "-o", out).exit_code == 2
    files = _written(command, out, small, "--force", "--lang", "zh")
    assert set(files) == {"report.zh.html", *WORKING}


def test_force_spares_what_is_not_ours(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """``--force`` neither follows a link nor replaces a file."""
    ours = tmp_path / "ours"
    _written(command, ours, small)
    (tmp_path / "link").symlink_to(ours)
    (tmp_path / "file").write_text("mine")
    for out in ("link", "file"):
        assert command("run", small, "-o", tmp_path / out, "--force").exit_code == 2
    assert (ours / "results.json").is_file()
    assert (tmp_path / "file").read_text() == "mine"
