"""The machine and the versions that a table of times is worth nothing without."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path

COUNTED = (
    "fairshelf",
    "duckdb",
    "ibis-framework",
    "numpy",
    "pandas",
    "pyarrow",
    "scikit-learn",
    "fairlearn",
    "fairranktune",
)
CPU, MEMORY = Path("/proc/cpuinfo"), Path("/proc/meminfo")
GB = 1e9


def machine() -> dict[str, str]:
    """Name the processor, cores, memory, system, Python and the libraries that are installed."""
    return {
        "processor": _first(CPU, "model name") or platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version for name in COUNTED if (version := _version(name))},
    }


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _first(file: Path, key: str) -> str:
    """Give the value of the first ``key : value`` line of a file, if there is one."""
    if not file.exists():
        return ""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")


def _memory() -> str:
    kilobytes = _first(MEMORY, "MemTotal").removesuffix("kB").strip()
    return f"{int(kilobytes) * 1024 / GB:.0f} GB" if kilobytes else ""
