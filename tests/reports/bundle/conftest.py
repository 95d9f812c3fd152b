"""One good bundle, made once; each test copies it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.config import load
from fairshelf.audits.pipeline import audit
from fairshelf.cli import output
from fairshelf.reports import exports, html
from fairshelf.reports.bundle import Sources, keygen, make, records
from fairshelf.sample_data import path

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Reseal(Protocol):
        """List a tampered bag anew."""

        def __call__(self, bag: Path, *, log: bool = True) -> None:
            """Do it."""

    Forge = Callable[[Path, Callable[[dict[str, Any]], object]], None]

QUICK = {"permutations": 99, "adjust": ("none",), "series": "none"}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Audit the sample and bundle it, signed; the folder that holds everything."""
    folder = tmp_path_factory.mktemp("bundled")
    log, sellers, catalogue = (path(f"{name}.en.csv") for name in ("log", "sellers", "catalogue"))
    done = audit(
        [str(log)],
        str(sellers),
        str(catalogue),
        load(path("audit.en.toml"), QUICK),
        case={"audited_by": "a university", "collected_by": "volunteers"},
    )
    output.write(done, folder / "out", ("en", "zh"), force=False)
    keygen(folder / "key")
    keygen(folder / "other")
    secret = folder / "pseudonym.key"
    secret.write_text("ab" * 32, encoding="utf-8")
    sources = Sources(folder / "out", (log, sellers, catalogue), secret, folder / "key")
    make(sources, folder / "evidence", ["audit", "run", "/srv/me/shop.csv", "--seed=3"])
    return folder


@pytest.fixture
def bag(made: Path, tmp_path: Path) -> Path:
    """Give a copy of the bag that may be tampered with."""
    return Path(shutil.copytree(made / "evidence", tmp_path / "evidence"))


@pytest.fixture(scope="session")
def reseal() -> Reseal:
    """Make custody log and manifests anew, as somebody would who knows how bundles are made."""
    return _reseal


def _reseal(bag: Path, *, log: bool = True) -> None:
    """Make the log (unless it is what was changed) and both manifests anew; unsigned."""
    data = bag / "data"
    if log:
        custody = json.loads((data / "custody.json").read_text(encoding="utf-8"))
        audited = next(one for one in custody if one["step"] == "audited")
        audited["after"] = {name: _digest(data / name) for name in audited["after"]}
        (data / "custody.json").write_bytes(records.as_json(custody))
    payload = sorted(file for file in (bag / "data").rglob("*") if file.is_file())
    lines = [f"{_digest(file)}  {file.relative_to(bag).as_posix()}\n" for file in payload]
    (bag / "manifest-sha256.txt").write_text("".join(lines), encoding="utf-8")
    tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    lines = [f"{_digest(bag / name)}  {name}\n" for name in tags]
    (bag / "tagmanifest-sha256.txt").write_text("".join(lines), encoding="utf-8")
    (bag / "signature.json").unlink(missing_ok=True)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def forge() -> Forge:
    """Change the results, and everything in the bundle that follows from them."""
    return _forge


def _forge(bag: Path, change: Callable[[dict[str, Any]], object]) -> None:
    data = bag / "data"
    told = json.loads((data / "results.public.json").read_text(encoding="utf-8"))
    change(told)
    results = exports.load_results(json.dumps(told).encode())
    (data / "results.public.json").write_bytes(exports.results_json(results))
    (data / "estimates.public.csv").write_bytes(exports.estimates_csv(results))
    for lang in ("en", "zh"):
        page = html.render(results, lang)
        (data / f"report.{lang}.html").write_text(page, encoding="utf-8")
    (data / "settings.json").write_bytes(records.as_json(results.settings))
    made = json.loads((data / "environment.json").read_text(encoding="utf-8"))
    made["tool"] = {"name": results.tool.name, "version": results.tool.version}
    made["seed"] = results.settings.get("seed")
    (data / "environment.json").write_bytes(records.as_json(made))
    custody = json.loads((data / "custody.json").read_text(encoding="utf-8"))
    for step in custody:
        if step["step"] == "audited":
            step["tool"] = f"{results.tool.name} {results.tool.version}"
            step["before"] = [
                {"role": one.name, "sha256_salted": one.sha256} for one in results.inputs
            ]
    (data / "custody.json").write_bytes(records.as_json(custody))
    _reseal(bag)
