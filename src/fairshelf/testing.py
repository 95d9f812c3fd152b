"""Rankings in tests: audit a data frame, and assert that a rule is kept.

::

    def test_rural_shops_are_seen(exposure_audit):
        results = exposure_audit(ranking, attributes=["locality"])
        assert_exposure_ratio(results, group="rural", at_least=0.8)

The interval decides, as in ``audit check``: what the data leave open does not fail, but is warned
of (:class:`InconclusiveWarning`) unless ``when_inconclusive`` says ``"pass"`` or ``"fail"``.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from fairshelf.audits.results import Results

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from fairshelf.audits.gate import Verdict

    WhenInconclusive = Literal["warn", "pass", "fail"]


class InconclusiveWarning(UserWarning):
    """The line lies within the interval: the data settle the rule neither way."""


def audit_frame(
    log: pd.DataFrame,
    *,
    sellers: pd.DataFrame | None = None,
    catalogue: pd.DataFrame | None = None,
    attributes: Sequence[str] = (),
    **settings: Any,  # noqa: ANN401 - any setting
) -> Results:
    """Audit a ranking held as a data frame.

    Parameters
    ----------
    log
        One row per impression: ``request``, ``position``, ``listing``, ``seller``, and the
        attribute's column unless it stands in ``sellers``. With ``score`` in the place of
        ``position`` each request is ranked by it, the highest first.
    sellers, catalogue
        The tables beside it.
    attributes
        How to group sellers.
    **settings
        Further settings (:class:`fairshelf.audits.config.Settings`).

    Raises
    ------
    UsageError, DataError
        Those of an audit.
    ValueError
        Scores that are missing, or that tie within a request.
    """
    from fairshelf.audits.config import load  # noqa: PLC0415 - an audit is heavy
    from fairshelf.audits.pipeline import audit  # noqa: PLC0415 - the same

    told = load(None, {"attributes": dict.fromkeys(attributes), **settings})
    ranked = log if "position" in log.columns or "score" not in log.columns else _ranked(log)
    with tempfile.TemporaryDirectory(prefix="fairshelf-") as folder:
        places: list[str | None] = []
        for name, frame in (("log", ranked), ("sellers", sellers), ("catalogue", catalogue)):
            place = Path(folder) / f"{name}.parquet"
            if frame is not None:
                frame.to_parquet(place, index=False)
            places.append(None if frame is None else str(place))
        return audit([str(places[0])], places[1], places[2], told).results


def _ranked(scored: pd.DataFrame) -> pd.DataFrame:
    """Give every row its place within the request, by its score."""
    if scored["score"].isna().any():
        message = f"{int(scored['score'].isna().sum())} rows have no score"
        raise ValueError(message)
    tied = int(scored.duplicated(["request", "score"]).sum())
    if tied:
        message = f"{tied} scores tie within a request: say the order with a column position"
        raise ValueError(message)
    place = scored.groupby("request")["score"].rank(ascending=False).astype(int)
    return scored.drop(columns="score").assign(position=place)


def assert_rule(
    results: Results,
    rule: str,
    baseline: Results | None = None,
    *,
    when_inconclusive: WhenInconclusive = "warn",
) -> None:
    """Assert that results keep a rule, as the whole interval and not the point says.

    Parameters
    ----------
    results
        Of what is tested.
    rule
        As ``audit check`` reads it: ``exposure_ratio[group="rural"] >= 0.8``.
    baseline
        Of what it is tested against, for rules that name a baseline.
    when_inconclusive
        What happens where the data settle the rule neither way.

    Raises
    ------
    AssertionError
        The rule is breached, or there is nothing to hold it against; with what was found.
    UsageError
        The rule cannot be read.
    """
    from fairshelf.audits.gate import judge, typed_rules  # noqa: PLC0415 - for tests only

    today = dt.datetime.now(tz=dt.UTC).date()
    (verdict,) = judge(typed_rules([rule]), results, baseline, today).verdicts
    if verdict.fails:
        raise AssertionError(_said(verdict))
    if verdict.outcome == "inconclusive":
        if when_inconclusive == "fail":
            raise AssertionError(_said(verdict))
        if when_inconclusive == "warn":
            warnings.warn(_said(verdict), InconclusiveWarning, stacklevel=2)


def _said(verdict: Verdict) -> str:
    from fairshelf.reports.verdicts import said  # noqa: PLC0415 - for tests only

    return said(verdict, "en")


def assert_exposure_ratio(  # noqa: PLR0913 - a contrast has many names
    ranking: Results | pd.DataFrame,
    *,
    group: str,
    at_least: float | None = None,
    at_most: float | None = None,
    attribute: str | None = None,
    reference: str | None = None,
    browsing: str | None = None,
    baseline: str | None = None,
    when_inconclusive: WhenInconclusive = "warn",
    **audited: Any,  # noqa: ANN401 - what audit_frame takes
) -> None:
    """Assert that a group's exposure ratio is not beyond a bound; see :func:`assert_rule`.

    Parameters
    ----------
    ranking
        Results, or a data frame that :func:`audit_frame` audits; ``attribute`` is needed then,
        and further arguments (``sellers``, ``catalogue``, settings) are its.
    group, attribute, reference, browsing, baseline
        Which exposure ratio; what is left out takes the primary setting.
    at_least, at_most
        The bounds.
    when_inconclusive
        What happens where the data settle it neither way.

    Raises
    ------
    AssertionError
        The whole interval lies beyond a bound.
    ValueError
        Neither bound is given, or a data frame comes without ``attribute``.
    """
    if at_least is None and at_most is None:
        message = "give at_least, at_most or both"
        raise ValueError(message)
    if not isinstance(ranking, Results):
        if attribute is None:
            message = "a data frame needs attribute=: the column that groups its sellers"
            raise ValueError(message)
        if reference is not None:
            audited = {"reference": {attribute: reference}, **audited}
        ranking = audit_frame(ranking, attributes=[attribute], **audited)
    given = {
        "attribute": attribute,
        "group": group,
        "reference": reference,
        "browsing": browsing,
        "baseline": baseline,
    }
    keys = ", ".join(
        '{}="{}"'.format(name, value.replace("\\", "\\\\").replace('"', '\\"'))
        for name, value in given.items()
        if value is not None
    )
    for sign, bound in ((">=", at_least), ("<=", at_most)):
        if bound is not None:
            rule = f"exposure_ratio[{keys}] {sign} {bound}"
            assert_rule(ranking, rule, when_inconclusive=when_inconclusive)
