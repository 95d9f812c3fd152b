"""Benefit sharing: a levy on what is held above a proportional share, handed on by a rule.

Accounting, not a forecast: nobody reacts. What is levied is handed on or stated as kept, to the
last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from fairshelf.audits.metrics.concentration import gini
from fairshelf.audits.metrics.ratios import exposure_ratio
from fairshelf.audits.remedies.apportion import apportioned, grain_of, in_grains

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

Rule = Literal["per_seller", "by_need", "by_coop"]

ALONE = -1
"""Code of a seller that belongs to no co-operative."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """What is to be shared, and between whom.

    Attributes
    ----------
    held
        Exposure or revenue of each seller, 0 or more, shape (S,).
    units
        What a seller's proportional share goes by (listings of the catalogue, candidates, or ones
        for an equal share), 0 or more, shape (S,).
    protected
        True for the sellers of the group, who may receive; the others are the reference, (S,).
    coop
        Code of each seller's co-operative, -1 for none, shape (S,); only ``by_coop`` asks for it.
    volume
        What each seller delivers to its co-operative, 0 or more, shape (S,); None for equal parts.
    """

    held: Floats
    units: Floats
    protected: Bools
    coop: Ints | None = None
    volume: Floats | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One group's side: sellers, how many of them pay and receive, and how much in all."""

    sellers: int
    payers: int
    receivers: int
    paid: float
    received: float


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who pays, who receives, and what that does.

    Attributes
    ----------
    rule, rate
        What was asked for.
    paid, received, after
        Amounts of each seller, and what it holds afterwards, shape (S,).
    pot, returned, kept
        The levy in all, what of it is handed on, and what is left: ``pot = returned + kept``
        exactly.
    gini_before, gini_after
        Gini coefficient over all sellers.
    ratio_before, ratio_after
        The group's holdings per unit over those of the reference.
    group, reference
        The two sides.
    """

    rule: Rule
    rate: float
    paid: Floats
    received: Floats
    after: Floats
    pot: float
    returned: float
    kept: float
    gini_before: float
    gini_after: float
    ratio_before: float
    ratio_after: float
    group: Side
    reference: Side

    @property
    def balance(self) -> float:
        """All that is paid less what is received and kept: 0.0, in any order of adding."""
        return float(self.paid.sum() - self.received.sum() - self.kept)


def proportional(held: Floats, units: Floats) -> Floats:
    """Give what each seller would hold in proportion to its units, shape (S,).

    Raises
    ------
    ValueError
        No seller has a unit.
    """
    total = units.sum()
    if total <= 0:
        message = "a proportional share needs units to go by"
        raise ValueError(message)
    return np.asarray(held.sum() * (units / total))


def share_benefits(accounts: Accounts, rate: float, rule: Rule) -> Sharing:
    """Levy a rate of what each seller holds above its proportional share, and hand it on.

    Sellers of both groups pay; only those of the group receive.

    Parameters
    ----------
    accounts
        Holdings and groups.
    rate
        Share of the excess that is levied, 0 to 1.
    rule
        ``per_seller``: the same to every seller of the group, to those who paid as well.
        ``by_need``: to those of the group below their proportional share, in proportion to what
        they lack and never beyond it; the rest is kept.
        ``by_coop``: the same to every co-operative with members in the group, within it by volume
        (in equal parts where no member has any); kept where there is no co-operative.

    Raises
    ------
    ValueError
        A rate outside [0, 1], a negative holding or unit, no unit at all, or ``by_coop`` without
        the sellers' co-operatives.
    """
    if not 0 <= rate <= 1:
        message = f"a levy takes a share between 0 and 1 of the excess, not {rate}"
        raise ValueError(message)
    if not (accounts.held.min(initial=0) >= 0 and accounts.units.min(initial=0) >= 0):
        message = "holdings and units are numbers that are not negative"
        raise ValueError(message)
    fair = proportional(accounts.held, accounts.units)
    grain = grain_of(float(accounts.held.sum()))
    paid = in_grains(rate * np.maximum(accounts.held - fair, 0.0), grain)
    pot = float(paid.sum())
    received = _returned(accounts, np.maximum(fair - accounts.held, 0.0), rule, pot, grain)
    return _told(accounts, rate, rule, paid, received)


def _returned(accounts: Accounts, lack: Floats, rule: Rule, pot: float, grain: float) -> Floats:
    members = accounts.protected
    if rule == "per_seller":
        return apportioned(pot, members.astype(np.float64), grain)
    if rule == "by_need":
        needed = in_grains(np.where(members, lack, 0.0), grain)
        return needed if needed.sum() <= pot else apportioned(pot, needed, grain)
    if accounts.coop is None:
        message = "sharing by co-operative needs the co-operative of each seller"
        raise ValueError(message)
    return _by_coop(accounts, accounts.coop, pot, grain)


def _by_coop(accounts: Accounts, coop: Ints, pot: float, grain: float) -> Floats:
    members = accounts.protected & (coop != ALONE)
    codes = np.unique(coop[members])
    volume = np.ones(coop.size) if accounts.volume is None else accounts.volume
    received = np.zeros(coop.size)
    for code, part in zip(codes, apportioned(pot, np.ones(codes.size), grain), strict=True):
        inside = np.flatnonzero(members & (coop == code))
        weights = volume[inside] if volume[inside].sum() > 0 else np.ones(inside.size)
        received[inside] = apportioned(float(part), weights, grain)
    return received


def _told(accounts: Accounts, rate: float, rule: Rule, paid: Floats, received: Floats) -> Sharing:
    held, protected = accounts.held, accounts.protected
    after = held - paid + received
    pot, returned = float(paid.sum()), float(received.sum())
    return Sharing(
        rule=rule,
        rate=rate,
        paid=paid,
        received=received,
        after=after,
        pot=pot,
        returned=returned,
        kept=pot - returned,
        gini_before=gini(held),
        gini_after=gini(after),
        ratio_before=_ratio(held, accounts),
        ratio_after=_ratio(after, accounts),
        group=_side(protected, paid, received),
        reference=_side(~protected, paid, received),
    )


def _ratio(held: Floats, accounts: Accounts) -> float:
    group, units = accounts.protected, accounts.units
    return exposure_ratio(
        float(held[group].sum()),
        float(units[group].sum()),
        float(held[~group].sum()),
        float(units[~group].sum()),
    )


def _side(members: Bools, paid: Floats, received: Floats) -> Side:
    return Side(
        sellers=int(members.sum()),
        payers=int((paid[members] > 0).sum()),
        receivers=int((received[members] > 0).sum()),
        paid=float(paid[members].sum()),
        received=float(received[members].sum()),
    )
