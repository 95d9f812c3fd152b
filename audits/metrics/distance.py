"""How far a ranking's composition is from a target: divergences of groups over lists and prefixes.

Groups are integer codes 0..G-1 and a target is one number per group, scaled here to sum to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

Legacy = Literal["rnd", "rkl", "rrd"]


def _scaled(amounts: Floats) -> Floats:
    """Scale the last axis to sum to 1; NaN where it sums to nothing."""
    amounts = np.asarray(amounts, dtype=np.float64)
    total = amounts.sum(axis=-1, keepdims=True)
    out = np.full(amounts.shape, np.nan)
    np.divide(amounts, total, out=out, where=total > 0)
    return out


def _divergence(first: Floats, second: Floats) -> Floats:
    """Sum first ln(first / second) over the last axis, 0 ln 0 being 0 and x ln(x / 0) infinite."""
    first, second = np.broadcast_arrays(first, second)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(first == 0, 0.0 * second, first * np.log(first / second))
    return np.asarray(terms.sum(axis=-1), dtype=np.float64)


def _jsd(first: Floats, second: Floats) -> Floats:
    """Give the Jensen-Shannon divergence, base 2, over the last axis of two distributions."""
    middle = (first + second) / 2.0
    both = _divergence(first, middle) + _divergence(second, middle)
    return np.asarray(np.clip(both / (2.0 * np.log(2.0)), 0.0, 1.0), dtype=np.float64)


def kl(first: Floats, target: Floats) -> float:
    """Give the Kullback-Leibler divergence ``sum p ln(p / t)``, in natural logarithms.

    Range [0, inf), 0 where both are the same; not symmetric (Kullback and Leibler 1951).

    Parameters
    ----------
    first, target
        Amounts by group, not negative, shape (G,).

    Returns
    -------
    Infinite where a group is present whose target is 0; NaN where either sums to nothing.
    """
    return float(_divergence(_scaled(first), _scaled(target)))


def jsd(first: Floats, second: Floats) -> float:
    """Give the Jensen-Shannon divergence ``KL(p||m)/2 + KL(q||m)/2``, m = (p + q)/2, base 2.

    Range [0, 1], 0 where both are the same, 1 where no group is in both (Lin 1991). The square of
    ``scipy.spatial.distance.jensenshannon(..., base=2)``.

    Parameters
    ----------
    first, second
        Amounts by group, not negative, shape (G,).

    Returns
    -------
    NaN where either sums to nothing.
    """
    return float(_jsd(_scaled(first), _scaled(second)))


def awrf_per_list(exposure: Floats, target: Floats) -> Floats:
    """Give the attention-weighted rank fairness of each list, ``1 - JSD(a, t)`` in base 2.

    Range [0, 1], **1 is fair**. Sapiezynski et al. (2019), in the form of TREC 2021/22, which
    takes natural logarithms. The level has no meaning of its own: a list that leaves a group of
    29% out altogether still has .84. Membership may be soft: spread a listing's attention over
    its groups.

    Parameters
    ----------
    exposure
        Attention by list and group, shape (Q, G).
    target
        Target by group, shape (G,), or by list and group, shape (Q, G).

    Returns
    -------
    shape (Q,); NaN for a list without attention or without target.
    """
    return np.asarray(1.0 - _jsd(_scaled(exposure), _scaled(target)), dtype=np.float64)


def awrf(exposure: Floats, target: Floats) -> float:
    """Give the AWRF of attention pooled over the lists; see :func:`awrf_per_list`.

    Where all lists hand out as much attention it is never below their mean, since the divergence
    is convex; with long and short lists it may be.

    Parameters
    ----------
    exposure
        Attention by group, shape (G,), or by list and group, shape (Q, G), then summed first.
    target
        Target by group, shape (G,).

    Returns
    -------
    NaN where there is no attention.
    """
    pooled = np.atleast_2d(exposure).sum(axis=0, keepdims=True)
    return float(awrf_per_list(pooled, target)[0])


def skew(counts: Floats, target: Floats, smoothing: float = 0.0) -> Floats:
    """Give each group's skew among the first k, ``ln(p_k / t)``.

    Range (-inf, inf), 0 at the target, below 0 where the group is short (Geyik et al., KDD 2019).

    Parameters
    ----------
    counts
        Impressions of each group at positions <= k, shape (G,).
    target
        Target by group, shape (G,); counts where ``smoothing`` is above 0.
    smoothing
        What LiFT adds to every count on both sides (its default is 1); it shrinks small k a lot.

    Returns
    -------
    shape (G,); ``-inf`` for a group that is absent ("absent", not smoothed away), NaN for a group
    whose target is 0 or where there is no impression.
    """
    found, wanted = _scaled(counts + smoothing), _scaled(target + smoothing)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(found / wanted)
    return np.where(wanted > 0, logs, np.nan)


def min_skew(counts: Floats, target: Floats) -> float:
    """Give the lowest skew of any group, MinSkew@k: how short the worst-off group is.

    Range [-inf, 0], 0 where all are at their target (Geyik et al., KDD 2019).

    Parameters
    ----------
    counts, target
        As in :func:`skew`, shape (G,).

    Returns
    -------
    ``-inf`` where a group with a target is absent; NaN where no group's skew is defined.
    """
    values = skew(counts, target)
    return float(np.nanmin(values)) if _defined(values) else float("nan")


def max_skew(counts: Floats, target: Floats) -> float:
    """Give the highest skew of any group, MaxSkew@k: how far the best-off group is above target.

    Range [0, inf), 0 where all are at their target (Geyik et al., KDD 2019).

    Parameters
    ----------
    counts, target
        As in :func:`skew`, shape (G,).

    Returns
    -------
    NaN where no group's skew is defined. May be below 0 where a group without a target is present.
    """
    values = skew(counts, target)
    return float(np.nanmax(values)) if _defined(values) else float("nan")


def _defined(values: Floats) -> bool:
    return not bool(np.isnan(values).all())


def ndkl(groups: Integers, target: Floats) -> float:
    """Give the normalised discounted cumulative KL divergence of one list.

    ``1/Z sum_k KL(p_k || t) / log2(k + 1)`` over all prefixes k = 1..n, natural logarithms, with
    ``Z = sum 1 / log2(k + 1)``. Range [0, inf), 0 only in the limit: a first prefix of one item
    costs ``ln(1 / t_g)`` however fair the order, so values do not compare across lengths or
    targets. Unsigned (Geyik et al., KDD 2019).

    Parameters
    ----------
    groups
        Group code at each position from the top, shape (n,).
    target
        The desired distribution, any, by group, shape (G,).

    Returns
    -------
    NaN for an empty list; infinite where a group is listed whose target is 0.
    """
    if groups.size == 0:
        return float("nan")
    wanted = _scaled(target)
    counts = np.cumsum(groups[:, None] == np.arange(wanted.size), axis=0, dtype=np.float64)
    discount = 1.0 / np.log2(np.arange(2, groups.size + 2))
    return float(discount @ _divergence(_scaled(counts), wanted) / discount.sum())


def prefix_terms(inside: Floats, size: Floats, whole: tuple[int, int], kind: Legacy) -> Floats:
    """Give how far prefixes are from the whole list by rND, rKL or rRD, not discounted.

    ``rnd``: |p_i - p_N|. ``rkl``: KL base 2 of the two shares (Bernoulli). ``rrd``: difference of
    the ratios protected / others, a prefix of protected items only having ratio 0.

    Parameters
    ----------
    inside, size
        Protected items in each prefix and its length, shape (m,).
    whole
        Protected items in the list, and its length.
    kind
        Which of the three.
    """
    protected, total = whole
    share, wanted = inside / size, protected / total
    if kind == "rnd":
        return np.abs(share - wanted)
    if kind == "rkl":
        pair = np.stack([share, 1.0 - share], axis=-1)
        bits = _divergence(pair, np.array([wanted, 1.0 - wanted])) / np.log(2.0)
        return np.asarray(bits, dtype=np.float64)
    others = size - inside
    ratio = np.divide(inside, others, out=np.zeros(inside.shape), where=others > 0)
    return np.abs(ratio - protected / (total - protected))


def prefix_distance(
    protected: Flags, kind: Legacy, cut: int = 10, *, normalised: bool = True
) -> float:
    """Give rND, rKL or rRD of one list: its prefixes against its own composition.

    ``1/Z sum_i term(i) / log2(i + 1)``, i = cut, 2 cut, ...; Z is the larger sum of the two extreme
    orders (protected first, protected last), whose prefix counts are ``min(i, P)`` and
    ``max(0, i - N + P)``. 0 is fair, 1 the worse of the two; a mixed order may go above it, most
    of all with rRD. Two groups, unsigned. Yang and Stoyanovich (SSDBM 2017); the discount is that
    of their released code.

    Parameters
    ----------
    protected
        Whether the item at each position from the top is protected, shape (N,).
    kind
        ``rnd``, ``rkl`` or ``rrd``; see :func:`prefix_terms`.
    cut
        Every how many positions to look.
    normalised
        Whether to divide by Z.

    Returns
    -------
    NaN for a list of one group only, or one too short to have a prefix that can differ.
    """
    total, count = protected.size, int(protected.sum())
    size = np.arange(cut, total + 1, cut, dtype=np.float64)
    if size.size == 0 or count in (0, total):
        return float("nan")
    discount = 1.0 / np.log2(size + 1.0)

    def summed(inside: Floats) -> float:
        return float(discount @ prefix_terms(inside, size, (count, total), kind))

    raw = summed(np.cumsum(protected, dtype=np.float64)[cut - 1 :: cut])
    if not normalised:
        return raw
    worst = max(summed(np.minimum(size, count)), summed(np.maximum(0.0, size - total + count)))
    return raw / worst if worst > 0 else float("nan")
