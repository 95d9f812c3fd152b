"""What a generated log is like."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a log.

    Attributes
    ----------
    rows
        Impressions; rounded down to whole requests.
    sellers
        Sellers in the catalogue; each has four listings in the mean.
    positions
        Places of a list.
    shown
        Places a request shows, a divisor of ``positions``; 0 for all of them.
    groups
        Levels of ``locality``: two are rural and urban.
    numbers
        1: requests, listings and sellers are whole numbers, as warehouses have them; 0: words.
    """

    rows: int = 10_000_000
    sellers: int = 50_000
    positions: int = 20
    shown: int = 0
    groups: int = 2
    numbers: int = 0

    @property
    def page(self) -> int:
        """Rows of a request."""
        return self.shown or self.positions

    @property
    def name(self) -> str:
        """A name for a file of this shape."""
        sizes = (self.rows, self.sellers, self.positions, self.shown, self.groups)
        return "-".join(("numbers" if self.numbers else "log", *map(str, sizes)))

    def told(self) -> list[tuple[str, int]]:
        """Give each size by its name."""
        return list(asdict(self).items())
