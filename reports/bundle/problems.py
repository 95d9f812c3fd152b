"""What is wrong with a bundle, by a code that has a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a bundle does not verify: its code, the file, and a detail."""

    code: str
    file: str = ""
    detail: str = ""
