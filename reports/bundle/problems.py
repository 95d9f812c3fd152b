"""What is wrong with a bundle, and what could not be checked, by codes that have sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a bundle does not verify: its code, the file, and a detail."""

    code: str
    file: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found wrong, and what it could not look at."""

    wrong: tuple[Problem, ...] = ()
    unchecked: tuple[Problem, ...] = ()

    def __add__(self, other: Checked) -> Checked:
        """Put two checks together."""
        return Checked(self.wrong + other.wrong, self.unchecked + other.unchecked)


def wrong(code: str, file: str = "", detail: str = "") -> Checked:
    """Give a check that found one thing wrong."""
    return Checked((Problem(code, file, detail),))


def unchecked(code: str, file: str = "", detail: str = "") -> Checked:
    """Give a check that could not look at one thing."""
    return Checked((), (Problem(code, file, detail),))
