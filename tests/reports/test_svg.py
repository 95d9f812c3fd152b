"""Drawings depend on what is drawn alone, not on the folder or the environment of the command."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest

from fairshelf.reports.figures.forms import dots
from fairshelf.reports.svg import style

if TYPE_CHECKING:
    from pathlib import Path

CODE = """if True:
    from fairshelf.reports.figures.forms import dots
    print(dots(((1.0, 0.9, 1.1),), (0.8, 1.25)))
    import matplotlib, os
    held = str(dict.__getitem__(matplotlib.rcParams, "backend")).replace(" ", "")
    print(held, os.environ["MPLBACKEND"])
"""
DRAWN = dots(((1.0, 0.9, 1.1),), (0.8, 1.25))


@pytest.mark.parametrize(("backend", "kept"), [("svg", 1), ("weird", 0), ("module://no.such", 1)])
def test_neither_a_style_file_nor_a_backend_changes_a_drawing(
    tmp_path: Path, backend: str, kept: int
) -> None:
    """The bytes are the same, also where no such backend is known; one that is known is kept."""
    (tmp_path / "matplotlibrc").write_text(
        "axes.facecolor: red\nlines.solid_capstyle: round\nxtick.direction: in\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"MPLBACKEND": backend},
    )
    drawn, told = done.stdout.rsplit("\n", 2)[:2]
    assert drawn == DRAWN
    held, named = told.split(" ")
    assert named == backend
    assert (held == backend) is bool(kept)


def test_the_style_of_others_comes_back() -> None:
    """Within, only the house's style holds; afterwards, what was set before."""
    with mpl.rc_context({"lines.linewidth": 7.0}):
        with style():
            assert mpl.rcParams["lines.linewidth"] == mpl.rcParamsDefault["lines.linewidth"]
        assert mpl.rcParams["lines.linewidth"] == 7.0
