"""What commands load: a process of its own for each, since modules stay loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("pandas", "statsmodels", "scipy.stats", "scipy.optimize", "sklearn", "fairlearn")


def _python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_a_demo_loads_no_statistics_package_and_no_pandas(tmp_path: Path) -> None:
    """Both languages' pages of the sample are written without the libraries that take seconds."""
    code = f"""if True:
        import sys
        from fairshelf.cli.app import main
        try:
            main()
        except SystemExit as end:
            assert not end.code
        print(*(name for name in {HEAVY} if name in sys.modules))
    """
    assert not _python(code, "demo", "--quiet", "--out", str(tmp_path / "made"))
    assert (tmp_path / "made" / "report.zh.html").is_file()


def test_what_comes_out_as_pandas_still_does() -> None:
    """After pandas was kept out, a table comes out as a frame, and frames go in with their gaps."""
    code = """if True:
        import sys
        from fairshelf.cli.lean import without_pandas
        without_pandas()
        import pyarrow as pa
        table = pa.table({"a": [1, 2], "b": ["x", None]})
        assert "pandas" not in sys.modules
        frame = table.to_pandas()
        import pandas as pd
        assert isinstance(frame, pd.DataFrame)
        assert pa.array(pd.Series([1.0, None])).null_count == 1
        assert pa.Table.from_pandas(frame).to_pylist() == table.to_pylist()
        print("done")
    """
    assert _python(code) == "done"


def test_loaded_pandas_stays() -> None:
    """Where pandas is loaded already, nothing changes: its objects are still recognised."""
    code = """if True:
        import pandas as pd
        from fairshelf.cli.lean import without_pandas
        without_pandas()
        import pyarrow as pa
        print(pa.array(pd.Series([1.0, None])).null_count)
    """
    assert _python(code) == "1"
