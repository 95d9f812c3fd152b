"""``audit verify`` as it is typed: what it says, on which stream, and its exit status."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import inside, write_small

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Ended


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Audit the small log and bundle it, once."""
    folder = tmp_path_factory.mktemp("bundled")
    quick = ("--permutations", 99, "--adjust", "none", "--series", "none", "-q")
    ended = inside(folder, "run", write_small(folder), *quick, "-o", "out", "--bundle")
    assert ended.exit_code == 0, ended.stderr
    return folder / "out.bundle"


@pytest.fixture
def bag(bundled: Path, tmp_path: Path) -> Path:
    """Give a copy of the bundle that may be tampered with, in the folder of the test."""
    shutil.copytree(bundled, tmp_path / bundled.name)
    return Path(bundled.name)


def _relist(bag: Path) -> None:
    import hashlib

    def lines(names: list[str]) -> str:
        told = ((hashlib.sha256((bag / name).read_bytes()).hexdigest(), name) for name in names)
        return "".join(f"{digest}  {name}\n" for digest, name in told)

    payload = [f"data/{file.name}" for file in sorted((bag / "data").iterdir())]
    (bag / "manifest-sha256.txt").write_text(lines(payload), encoding="utf-8")
    tags = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"]
    (bag / "tagmanifest-sha256.txt").write_text(lines(tags), encoding="utf-8")


def _words(ended: Ended) -> str:
    return " ".join(ended.stdout.split())


def test_a_good_bundle(command: Callable[..., Ended], bag: Path, small: Path) -> None:
    """Status 0, and what the check does not show; with --rerun, what that adds."""
    plain = command("verify", bag)
    assert plain.exit_code == 0, plain.stdout
    assert "agrees with itself" in _words(plain)
    assert "Anyone can build an unsigned bundle" in _words(plain)
    assert "--rerun LOG computes them again" in _words(plain)
    again = command("verify", bag, "--rerun", small)
    assert again.exit_code == 0, again.stdout
    assert "every field of the results" in _words(again)
    assert "taken from the bundle" in _words(again)


def test_a_rerun_that_differs(command: Callable[..., Ended], bag: Path, small: Path) -> None:
    """Status 1, and each field that differs by name."""
    lines = small.read_text(encoding="utf-8").splitlines(keepends=True)
    small.write_text("".join(lines[:-20]), encoding="utf-8")
    ended = command("verify", bag, "--rerun", small)
    assert ended.exit_code == 1
    assert "not the files the bundle was made from" in _words(ended)
    assert "rows.read differs: 400 / 380" in _words(ended)


def test_not_everything_was_checked(command: Callable[..., Ended], bag: Path) -> None:
    """Status 4 where a bundle names another version and its pages are not what this one writes."""
    _name_another_version(bag / "data")
    _relist(bag)
    ended = command("verify", bag)
    assert ended.exit_code == 4, ended.stdout
    assert "not everything was checked" in _words(ended)
    assert "name version 0.0.9" in _words(ended)
    assert "The bundle agrees with itself" not in _words(ended)


def _name_another_version(data: Path) -> None:
    """Write all as an older version might have: the same numbers, another word on the pages."""
    import hashlib

    from fairshelf import __version__
    from fairshelf.reports import exports, html

    for name in ("results.public.json", "environment.json", "custody.json"):
        text = (data / name).read_text(encoding="utf-8")
        text = text.replace(f'"version": "{__version__}"', '"version": "0.0.9"')
        text = text.replace(f"fairshelf {__version__}", "fairshelf 0.0.9")
        (data / name).write_text(text, encoding="utf-8")
    results = exports.load_results((data / "results.public.json").read_bytes())
    custody = json.loads((data / "custody.json").read_text(encoding="utf-8"))
    after = next(one["after"] for one in custody if "after" in one)
    for lang in ("en", "zh"):
        page = html.render(results, lang).replace("</main>", "<p>~</p></main>")
        (data / f"report.{lang}.html").write_text(page, encoding="utf-8")
    for name in after:
        after[name] = hashlib.sha256((data / name).read_bytes()).hexdigest()
    (data / "custody.json").write_text(json.dumps(custody), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ro-crate-metadata.json", '{"@graph": 5}'),
        ("ro-crate-metadata.json", '{"@graph": [{"@id": ["x"]}]}'),
        ("custody.json", '[{"step": "sealed", "sha256": [1]}]'),
        ("results.public.json", "[" * 50_000),
    ],
)
def test_no_record_is_a_fault_of_ours(
    command: Callable[..., Ended], bag: Path, name: str, text: str
) -> None:
    """Status 1 and a reason, not 70."""
    (bag / "data" / name).write_text(text, encoding="utf-8")
    _relist(bag)
    ended = command("verify", bag, "--sealed", "out.bundle.sealed.zip")
    assert ended.exit_code == 1
    assert f"data/{name}" in ended.stdout
    assert not ended.stderr


def test_options_of_a_rerun_without_one(command: Callable[..., Ended], bag: Path) -> None:
    """Sellers without a log would be passed over silently: a wrong command, status 2."""
    ended = command("verify", bag, "--sellers", "sellers.csv")
    assert ended.exit_code == 2
    assert "--rerun" in ended.stderr
