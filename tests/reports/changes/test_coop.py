"""Which storefronts are printed by name."""

from __future__ import annotations

from fairshelf.audits.remedies.cooperative import Storefront
from fairshelf.reports.changes.coop import told_apart


def _store(coop: int, sellers: int, largest: tuple[float, float] = (0.1, 0.2)) -> Storefront:
    return Storefront(coop, sellers, sellers, 1.0, 1.2, largest)


def _codes(*stores: Storefront) -> tuple[set[int], set[int]]:
    shown, rest = told_apart(stores)
    return {one.coop for one in shown}, {one.coop for one in rest}


def test_a_small_storefront_is_not_had_as_the_rest() -> None:
    """Nine members are withheld; the smallest other joins them, so that no sum gives them away."""
    assert _codes(_store(0, 40), _store(1, 9), _store(2, 12)) == ({0}, {1, 2})


def test_two_small_storefronts_of_ten_members_stand_together() -> None:
    """Six and seven members: together they may be printed, and no other is drawn in."""
    assert _codes(_store(0, 40), _store(1, 6), _store(2, 7)) == ({0}, {1, 2})


def test_a_dominated_storefront_is_withheld() -> None:
    """One member with 60% of what is held, or two with 85%, could be read from the sum."""
    stores = (_store(0, 40), _store(1, 20, (0.6, 0.7)), _store(2, 20, (0.45, 0.85)))
    assert _codes(*stores) == ({0}, {1, 2})


def test_large_storefronts_all_stand() -> None:
    """Nothing is withheld where nothing needs to be."""
    assert _codes(_store(0, 10), _store(1, 30)) == ({0, 1}, set())
