"""A bundle holds what it must, nothing that is not public, and the sealed part the rest."""

from __future__ import annotations

import json
import stat
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.errors import UsageError
from fairshelf.reports.bundle import Sources, keygen, make
from fairshelf.reports.bundle.records import bare, rejected
from fairshelf.reports.bundle.rerun import Again, rerun
from fairshelf.reports.bundle.verify import verify
from fairshelf.sample_data import path

if TYPE_CHECKING:
    from pathlib import Path


def test_the_library_agrees_that_it_is_a_bag(made: Path) -> None:
    """bagit.py reads and validates it as BagIt 1.0."""
    import bagit

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        bag = bagit.Bag(str(made / "evidence"))
        bag.validate()
    assert bag.version_info == (1, 0)


def test_the_library_agrees_that_it_is_a_crate(made: Path) -> None:
    """Rocrate reads its metadata; every payload file is an entity of it."""
    from rocrate.rocrate import ROCrate

    data = made / "evidence" / "data"
    crate = ROCrate(str(data))
    described = {entity.id for entity in crate.get_entities()}
    assert {file.name for file in data.iterdir()} <= described


def test_nothing_private_is_in_the_public_part(made: Path) -> None:
    """No file name of an input, no path of a machine, no seller; digests are salted."""
    log = path("log.en.csv").read_text(encoding="utf-8-sig").splitlines()
    shops = {line.split(",")[3] for line in log[1:50]}
    for file in (made / "evidence").rglob("*"):
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            assert "log.en.csv" not in text, file
            assert "/srv" not in text, file
            assert "shop.csv" not in text, file
            assert str(made) not in text, file
            assert not [one for one in shops if len(one) > 4 and one in text], file
    told = json.loads((made / "evidence/data/environment.json").read_text(encoding="utf-8"))
    assert told["command"] == ["audit", "run", "FILE.csv", "--seed=3"]


def test_the_sealed_part_holds_the_rest(made: Path) -> None:
    """Raw inputs, full results, the pseudonyms' key, a salt of its own; readable by no other."""
    sealed = made / "evidence.sealed.zip"
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    with zipfile.ZipFile(sealed) as archive:
        names = {name.removeprefix("sealed/") for name in archive.namelist()}
        assert archive.read("sealed/raw-1-log.en.csv") == path("log.en.csv").read_bytes()
        assert len(archive.read("sealed/salt.txt").strip()) == 64
    assert {"results.json", "estimates.csv", "rejected.csv", "pseudonym.key"} <= names


def test_the_custody_log_names_actors_and_digests(made: Path) -> None:
    """Who collected, who audited, before and after; the sealed container by its digest."""
    told = json.loads((made / "evidence/data/custody.json").read_text(encoding="utf-8"))
    steps = {one["step"]: one for one in told}
    assert list(steps) == ["collected", "audited", "sealed", "bundled"]
    assert steps["collected"]["actor"] == "volunteers"
    assert steps["audited"]["actor"] == "a university"
    assert all(len(one["sha256_salted"]) == 64 for one in steps["audited"]["before"])


def test_the_readme_says_what_each_file_is(made: Path) -> None:
    """Both languages, every file."""
    data = made / "evidence" / "data"
    text = (data / "README.txt").read_text(encoding="utf-8")
    for file in data.iterdir():
        assert text.count(f"- {file.name}: ") == 2, file.name


def test_computed_again_it_is_the_same(made: Path) -> None:
    """The same data give the same numbers; other data are told by estimate and field."""
    found = verify(made / "evidence")
    assert found.results is not None
    files = [str(path(f"{name}.en.csv")) for name in ("log", "sellers", "catalogue")]
    again = rerun(found, Again((files[0],), files[1], files[2]))
    assert not again.wrong + again.unchecked
    lines = path("log.en.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    fewer = made / "fewer.csv"
    fewer.write_text("".join(lines[:-40]), encoding="utf-8")
    problems = rerun(found, Again((str(fewer),), files[1], files[2]))
    assert {problem.code for problem in problems.wrong} >= {"rerun_inputs", "rerun_differs"}


def test_nothing_is_overwritten_or_half_made(made: Path, tmp_path: Path) -> None:
    """A taken place, a folder without results, a missing input: an error and nothing written."""
    with pytest.raises(UsageError, match="out_exists"):
        make(Sources(made / "out"), made / "evidence", [])
    with pytest.raises(UsageError, match="bundle_no_audit"):
        make(Sources(tmp_path), tmp_path / "bundle", [])
    with pytest.raises(UsageError, match="bundle_no_raw"):
        make(Sources(made / "out", (tmp_path / "gone.csv",)), tmp_path / "bundle", [])
    with pytest.raises(UsageError, match="key_unreadable"):
        make(Sources(made / "out", key=made / "key.pub"), tmp_path / "bundle", [])
    assert not list(tmp_path.iterdir())


def test_keys_are_private_and_never_overwritten(tmp_path: Path) -> None:
    """Mode 0600; a second run refuses."""
    keygen(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="out_exists"):
        keygen(tmp_path / "key")


def test_paths_are_reduced_to_their_kind() -> None:
    """Options stay, paths and files go."""
    typed = ["run", "/srv/x/log.csv", "out/", "--seed", "3", "--config=/a/b.toml", "a.xlsx"]
    assert [bare(one) for one in typed] == [
        *("run", "FILE.csv", "FOLDER", "--seed", "3", "--config=FILE.toml", "FILE.xlsx")
    ]


def test_rejected_rows_are_counted_by_reason() -> None:
    """Only reasons and counts are public."""
    table = "file,row,column,value,reason\na,1,x,7,bad\na,2,x,8,bad\na,3,y,9,other\n"
    assert rejected(table.encode()) == {"bad": 2, "other": 1}
