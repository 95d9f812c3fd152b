"""``audit pseudonymise``: no identifier is left, the key gives the same names, results stay."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.pipeline.pseudonymise import pseudonym
from fairshelf.sample_data import path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result


def _made(command: Callable[..., Result], folder: Path) -> dict[str, Path]:
    """Pseudonymise the sample's three files with one key."""
    told = {}
    for role in ("log", "sellers", "catalogue"):
        told[role] = folder / f"{role}.csv"
        more = ("--keep", "ethnic_minority_region") if role == "sellers" else ()
        ended = command(
            *("pseudonymise", path(f"{role}.en.csv"), "--role", role, *more),
            *("--key", folder / "case.key", "-o", told[role]),
        )
        assert ended.exit_code == 0, ended.stderr
    return told


def _audited(command: Callable[..., Result], files: dict[str, Any], out: Path) -> dict[str, Any]:
    config = out.with_suffix(".toml")
    config.write_text(
        'permutations = 199\nseries = "none"\nadjust = ["none"]\n'
        + path("audit.en.toml").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    beside = ("--sellers", files["sellers"], "--catalogue", files["catalogue"])
    ended = command("run", files["log"], *beside, "-c", config, "-o", out, "-q")
    assert ended.exit_code == 0, ended.stderr
    told: dict[str, Any] = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return told


def test_an_audit_of_pseudonyms_gives_the_same_values(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """Every estimate's value is that of the original files; only labellings are drawn otherwise."""
    originals = {role: path(f"{role}.en.csv") for role in ("log", "sellers", "catalogue")}
    before = _audited(command, originals, tmp_path / "before")
    after = _audited(command, _made(command, tmp_path), tmp_path / "after")
    assert before["rows"] == after["rows"]
    values = {one["key"]: one["value"] for one in after["estimates"]}
    for one in before["estimates"]:
        found = values[one["key"]]
        assert found == pytest.approx(one["value"], rel=1e-9), one["key"]
    outcomes = [
        [(f["attribute"], f["group"], f["direction"]) for f in told["findings"]]
        for told in (before, after)
    ]
    assert outcomes[0] == outcomes[1]


def test_no_identifier_is_left(command: Callable[..., Result], tmp_path: Path) -> None:
    """Requests, listings, sellers and words searched for are gone from all three files."""
    files = _made(command, tmp_path)
    lines = path("log.en.csv").read_text(encoding="utf-8-sig").splitlines()
    names = lines[0].split(",")
    telling = {
        line.split(",")[names.index(column)]
        for line in lines[1:400]
        for column in names
        if "id" in column.lower() or "query" in column.lower() or "term" in column.lower()
    }
    assert len(telling) > 100
    for file in files.values():
        text = file.read_text(encoding="utf-8-sig")
        assert not [one for one in telling if len(one) > 4 and one in text]
    assert "title" not in files["catalogue"].read_text(encoding="utf-8-sig").splitlines()[0]


def test_the_key_is_private_and_used_again(command: Callable[..., Result], tmp_path: Path) -> None:
    """Made with mode 0600; the same key names a seller alike in every file, another does not."""
    _made(command, tmp_path)
    key = tmp_path / "case.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    one, two = bytes.fromhex(key.read_text().strip()), bytes(32)
    assert pseudonym(one, "seller", "7") == pseudonym(one, "seller", "7")
    assert pseudonym(one, "seller", "7") != pseudonym(two, "seller", "7")
    assert pseudonym(one, "seller", "7")[1:] != pseudonym(one, "listing", "7")[1:]


def test_nothing_is_overwritten(command: Callable[..., Result], tmp_path: Path) -> None:
    """A file or a broken key that is there stays as it is."""
    out, key = tmp_path / "log.csv", tmp_path / "case.key"
    out.write_text("mine", encoding="utf-8")
    ended = command("pseudonymise", path("log.en.csv"), "--key", key, "-o", out)
    assert ended.exit_code == 2
    assert not key.exists()
    key.write_text("not a key", encoding="utf-8")
    ended = command("pseudonymise", path("log.en.csv"), "--key", key, "-o", tmp_path / "b.csv")
    assert ended.exit_code == 2
    assert key.read_text(encoding="utf-8") == "not a key"
    assert out.read_text(encoding="utf-8") == "mine"


def test_hostile_cells_stay_inert(command: Callable[..., Result], tmp_path: Path) -> None:
    """A formula in a column that is kept does nothing in a spreadsheet."""
    log = tmp_path / "log.csv"
    rows = [f"q{n // 5},{n % 5 + 1},l{n},s{n % 7},=HYPERLINK(1)" for n in range(40)]
    log.write_text("\n".join(["request,position,listing,seller,category", *rows]) + "\n")
    out = tmp_path / "out.csv"
    ended = command("pseudonymise", log, "--key", tmp_path / "k", "-o", out)
    assert ended.exit_code == 0, ended.stderr
    assert ",=HYPERLINK" not in out.read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in out.read_text(encoding="utf-8-sig")
