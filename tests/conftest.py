"""Fixtures shared by all tests, and what becomes of a skip where everything must be there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
SHARED_ABSENT = "the real data folder ../shared/data is absent"

# Threads of OpenMP wait by spinning: on cores that others use too, two of them cost many times what
# one does. Read when the first library that has them is loaded, which is later than this.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long one example takes says nothing where other processes are busy.
hypothesis.settings.register_profile("busy", deadline=None)
hypothesis.settings.load_profile("busy")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where ``FAIRSHELF_NO_SKIP`` is set."""
    report = yield
    _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same to a module that is skipped as a whole."""
    report = yield
    _forbid_skip(report)
    return report


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Fail what was skipped; only the real data may be absent, it is not part of the project."""
    asked = os.environ.get("FAIRSHELF_NO_SKIP", "0") != "0"
    if not (asked and report.skipped) or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if SHARED_ABSENT in reason and not SHARED.is_dir():
        return
    report.outcome = "failed"
    report.longrepr = f"nothing may be skipped here (FAIRSHELF_NO_SKIP): {reason}"


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def golden() -> Path:
    """Give the folder of golden values."""
    return ROOT / "tests" / "golden"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real data that is not part of the project, or skip."""
    if not SHARED.is_dir():
        pytest.skip(SHARED_ABSENT)
    return SHARED
