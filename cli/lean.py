"""What a command need not load."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


class _Absent(MetaPathFinder):
    """Says of pandas that it is not installed, and nothing of anything else."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        """Refuse pandas."""
        del path, target
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def without_pandas() -> None:
    """Let pyarrow convert numbers and lists without loading pandas first.

    At its first conversion pyarrow loads pandas, only to be able to tell pandas' objects from
    others; it takes what cannot be loaded as absent. A run hands it none, and loading takes longer
    than all queries of a small log. What comes out as pandas later still does: pyarrow then loads
    it after all. For the commands only: who calls the engine from a program of their own may well
    hand pandas' objects to pyarrow.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    absent = _Absent()
    sys.meta_path.insert(0, absent)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(absent)
