"""The records of a bundle: where it was made, who handled it, what was set aside."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import importlib.metadata
import io
import json
import locale
import os
import platform
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairshelf.audits.results import Results

PACKAGES = (
    *("duckdb", "ibis-framework", "numpy", "pandas", "pyarrow", "scipy", "scikit-learn"),
    *("statsmodels", "fairlearn", "jinja2", "babel", "matplotlib", "weasyprint", "doubleml"),
)


def digest(content: bytes) -> str:
    """Give the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def now() -> str:
    """Give the moment, or SOURCE_DATE_EPOCH where it is set, as ISO 8601 in UTC."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = (
        dt.datetime.fromtimestamp(int(fixed), dt.UTC)
        if fixed.isdigit()
        else dt.datetime.now(dt.UTC)
    )
    return moment.replace(microsecond=0).isoformat()


def environment(results: Results, arguments: Sequence[str]) -> dict[str, Any]:
    """Record what the numbers were made with; paths are reduced to names.

    Parameters
    ----------
    results
        The results; their tool and seed.
    arguments
        The command line.
    """
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "tool": {"name": results.tool.name, "version": results.tool.version},
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "locale": locale.getlocale()[0],
        "packages": found,
        "seed": results.settings.get("seed"),
        "command": [bare(one) for one in arguments],
        "made": now(),
        "byteorder": sys.byteorder,
    }


def bare(argument: str) -> str:
    """Leave of a path only its suffix: names of files and folders are not public."""
    head, sign, tail = argument.partition("=")
    if argument.startswith("--") and sign:
        return f"{head}={bare(tail)}"
    if argument.startswith("-") or not (
        "/" in argument or "\\" in argument or Path(argument).suffix
    ):
        return argument
    return f"FILE{Path(argument).suffix}" if Path(argument).suffix else "FOLDER"


def custody(
    results: Results, actor: str, public: dict[str, bytes], sealed: str | None
) -> list[dict[str, Any]]:
    """Log each step with actor, time and digests before and after.

    Parameters
    ----------
    results
        Public results; the digests of inputs in them are salted.
    actor
        Who did it, as the case file says, else not reported.
    public
        The public files by name.
    sealed
        Digest of the sealed container, or None without one.
    """
    case = results.case
    steps: list[dict[str, Any]] = []
    if case.get("collected_by") or case.get("collected_when"):
        steps.append(
            {
                "step": "collected",
                "actor": case.get("collected_by"),
                "time": case.get("collected_when"),
                "how": case.get("collected_how"),
            }
        )
    steps.append(
        {
            "step": "audited",
            "actor": actor,
            "tool": f"{results.tool.name} {results.tool.version}",
            "before": [{"role": one.name, "sha256_salted": one.sha256} for one in results.inputs],
            "after": {name: digest(content) for name, content in sorted(public.items())},
        }
    )
    if sealed is not None:
        steps.append({"step": "sealed", "actor": actor, "time": now(), "sha256": sealed})
    steps.append({"step": "bundled", "actor": actor, "time": now()})
    return steps


def rejected(content: bytes) -> dict[str, int]:
    """Count the rejected rows by reason; the rows themselves are not public."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return dict(sorted(Counter(str(row.get("reason") or "") for row in rows).items()))


def as_json(value: object) -> bytes:
    """Write a record as JSON that can be compared line by line."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def readme(names: Iterable[str]) -> bytes:
    """Say in both languages what each file is and how the bundle is checked."""
    listed = sorted(names)
    parts = []
    for lang in LANGUAGES:
        words = Words(lang)
        lines = [words.text("bundle.readme.title"), ""]
        for name in listed:
            head = name.split(".")[0] if not name.startswith("ro-crate") else "crate"
            kind = f"bundle.readme.{head}"
            lines.append(f"- {name}: {words.text(kind) if words.has(kind) else ''}".rstrip(": "))
        lines += ["", words.text("bundle.readme.verify"), words.text("bundle.readme.sealed"), ""]
        parts.append("\n".join(lines))
    return "\n".join(parts).encode()
