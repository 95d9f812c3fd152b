"""``FAIRSHELF_NO_SKIP`` makes a failure of a skip, in one process and in several."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SKIPS = """
import pytest

def test_runs():
    assert True

def test_skips():
    pytest.skip("a program is missing")

@pytest.mark.xfail(reason="known")
def test_is_expected_to_fail():
    assert False
"""
SKIPS_AS_A_WHOLE = """
import pytest

pytest.importorskip("no_such_library")

def test_never_seen():
    assert False
"""


SPREAD = ("-p", "xdist", "--numprocesses=1")


@pytest.mark.parametrize(("asked", "spread"), [("0", ()), ("1", ()), ("1", SPREAD)])
def test_a_skip_fails_where_it_is_asked(
    root: Path, tmp_path: Path, asked: str, spread: tuple[str, ...]
) -> None:
    """Both a test and a whole module that skip; an expected failure stays one."""
    shutil.copy(root / "tests" / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_one.py").write_text(SKIPS)
    (tmp_path / "test_whole.py").write_text(SKIPS_AS_A_WHOLE)
    words = ("-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", *spread)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=tmp_path,
        env={**os.environ, "FAIRSHELF_NO_SKIP": asked, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    told = {kind: int(n) for n, kind in re.findall(r"(\d+) (\w+)", ended.stdout.splitlines()[-1])}
    told.pop("in", None)
    if asked == "0":
        assert (ended.returncode, told) == (0, {"passed": 1, "skipped": 2, "xfailed": 1})
    else:
        assert ended.returncode != 0
        assert told == {"passed": 1, "failed": 1, "error": 1, "xfailed": 1}
