"""Being told to stop: by Ctrl-C, by the system (SIGTERM), by a terminal that goes (SIGHUP).

All three end a command the same way: what was half-written or spilled is removed, and the exit
status is 128 and the signal's number, as a shell gives it.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

LIKE_CTRL_C = ("SIGTERM", "SIGHUP")
_told: list[int] = []


def heed() -> None:
    """Answer these signals as Ctrl-C is answered, where they would end the process at once.

    Where they are ignored, as under ``nohup``, they stay ignored. Told twice, the process ends at
    once. To be called from the main thread.
    """
    for name in LIKE_CTRL_C:
        number = getattr(signal, name, None)  # some systems lack SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


def status() -> int:
    """Give the exit status of a command that was told to stop."""
    return 128 + (_told[-1] if _told else signal.SIGINT)


def _stop(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    _told.append(number)
    raise KeyboardInterrupt
