"""The folder an audit leaves behind: written beside its place, then put there in one move."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from fairshelf.audits.pipeline import Audit

OURS = "results.json"


def refuse_existing(out: Path, *, force: bool) -> None:
    """Refuse a place that is taken, before any work is done.

    Raises
    ------
    UsageError
        ``out_exists`` without ``--force``; ``out_not_ours`` where ``--force`` would delete
        something that no audit wrote; ``out_no_parent`` where its folder is missing.
    """
    if not out.absolute().parent.is_dir():
        raise UsageError("out_no_parent", out=str(out))
    if not out.exists() and not out.is_symlink():
        return
    if not force:
        raise UsageError("out_exists", out=str(out))
    if not out.is_dir() or out.is_symlink() or (any(out.iterdir()) and not (out / OURS).is_file()):
        raise UsageError("out_not_ours", out=str(out))


def write(done: Audit, out: Path, languages: tuple[str, ...], *, force: bool) -> None:
    """Write the reports and the working files of an audit.

    Parameters
    ----------
    done
        What the audit found and what it set aside.
    out
        The folder to make.
    languages
        ``en``, ``zh`` or both.
    force
        Whether an earlier audit's folder is replaced.
    """
    from fairshelf.reports import exports, html

    files = {
        OURS: exports.results_json(done.results),
        "estimates.csv": exports.estimates_csv(done.results),
        "rejected.csv": exports.rejected_csv(done.rejects),
    }
    for lang in languages:
        files[f"report.{lang}.html"] = html.render(done.results, lang).encode()
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
    try:
        for name, content in files.items():
            (made / name).write_bytes(content)
        made.chmod(0o777 & ~_umask())
        refuse_existing(out, force=force)
        if out.exists():
            shutil.rmtree(out)
        made.rename(out)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
