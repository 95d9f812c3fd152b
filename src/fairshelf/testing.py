"""Rankings in tests: audit a data frame, and assert that a rule is kept.

::

    def test_rural_shops_are_seen(exposure_audit):
        results = exposure_audit(ranking, attributes=["locality"])
        assert_exposure_ratio(results, group="rural", at_least=0.8)
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from fairshelf.audits.results import Results


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
        attribute's column unless it stands in ``sellers``.
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
    """
    from fairshelf.audits.config import load  # noqa: PLC0415 - an audit is heavy
    from fairshelf.audits.pipeline import audit  # noqa: PLC0415 - the same

    told = load(None, {"attributes": dict.fromkeys(attributes), **settings})
    with tempfile.TemporaryDirectory(prefix="fairshelf-") as folder:
        places: list[str | None] = []
        for name, frame in (("log", log), ("sellers", sellers), ("catalogue", catalogue)):
            place = Path(folder) / f"{name}.parquet"
            if frame is not None:
                frame.to_parquet(place, index=False)
            places.append(None if frame is None else str(place))
        return audit([str(places[0])], places[1], places[2], told).results


def assert_rule(results: Results, rule: str, baseline: Results | None = None) -> None:
    """Assert that results keep a rule, as the whole interval and not the point says.

    Raises
    ------
    AssertionError
        The rule is breached, or there is no figure for it; with what was found. An inconclusive
        rule passes: these data cannot tell.
    UsageError
        The rule cannot be read.
    """
    from fairshelf.audits.gate import decide, load_gate  # noqa: PLC0415 - for tests only
    from fairshelf.reports.verdicts.said import line  # noqa: PLC0415 - the same
    from fairshelf.reports.wording import Words  # noqa: PLC0415 - the same

    gate = load_gate(None, (rule,))
    (verdict,) = decide(gate, results, baseline, dt.datetime.now(tz=dt.UTC).date())
    if verdict.fails:
        raise AssertionError(line(verdict, Words("en")))


def assert_exposure_ratio(  # noqa: PLR0913 - a contrast has many names
    results: Results,
    *,
    group: str,
    at_least: float | None = None,
    at_most: float | None = None,
    attribute: str | None = None,
    reference: str | None = None,
    browsing: str | None = None,
    baseline: str | None = None,
) -> None:
    """Assert that a group's exposure ratio is not beyond a bound; see :func:`assert_rule`.

    Raises
    ------
    AssertionError
        The whole interval lies beyond a bound.
    ValueError
        Neither bound is given.
    """
    if at_least is None and at_most is None:
        message = "give at_least, at_most or both"
        raise ValueError(message)
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
            assert_rule(results, f"exposure_ratio[{keys}] {sign} {bound}")
