"""What ran out while files were read and counted: memory under a limit, or room for spilling."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fairshelf.audits.errors import FairshelfError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

Short = Literal["memory", "disk"]

_SPILLING = ("max_temp_directory_size", "failed to offload", "duckdb_temp_storage")
"""How the engine's message tells that it was the disk that ran out: it uses one kind for both."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


def short_of(error: BaseException) -> Short | None:
    """Say what an exception of the engine or of the system says there was too little of.

    Parameters
    ----------
    error
        Any exception.

    Returns
    -------
    "memory", "disk" or None
        None where it tells of something else, such as a file that is damaged.
    """
    if isinstance(error, OSError) and error.errno in _FULL:
        return "disk"
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if not kinds & {"OutOfMemoryException", "IOException"}:
        return None
    if any(words in str(error) for words in _SPILLING) or os.strerror(errno.ENOSPC) in str(error):
        return "disk"
    return "memory" if "OutOfMemoryException" in kinds else None


@contextmanager
def told(limit: str | None, work: str) -> Iterator[None]:
    """Tell what ran out by its own name, whatever was being done.

    Parameters
    ----------
    limit
        The limit of memory as typed; None where there is none.
    work
        The folder of temporary files.

    Raises
    ------
    UsageError
        ``memory_limit_reached``; ``temp_dir_refused`` where there is no room, no right or no
        folder any more.
    """
    try:
        yield
    except FairshelfError:
        raise
    except Exception as error:
        short = short_of(error)
        if short == "memory" and limit is not None:
            raise UsageError("memory_limit_reached", limit=limit) from error
        if short == "disk":
            raise refused(Path(work).parent, os.strerror(errno.ENOSPC)) from error
        if isinstance(error, OSError) and _beneath(error.filename, work):
            raise refused(Path(work).parent, error.strerror) from error
        raise


def refused(folder: Path | str, why: str | None) -> UsageError:
    """Give the error of a folder that takes no temporary files."""
    return UsageError("temp_dir_refused", folder=str(folder), why=why or "")


def _beneath(file: object, folder: str) -> bool:
    return isinstance(file, str | os.PathLike) and Path(file).is_relative_to(folder)
