"""One good bundle, made once; each test copies it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fairshelf.audits.config import load
from fairshelf.audits.pipeline import audit
from fairshelf.cli import output
from fairshelf.reports.bundle import Sources, keygen, make
from fairshelf.sample_data import path

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
