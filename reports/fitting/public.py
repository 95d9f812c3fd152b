"""What of a fit is public: no ids are in it anyway; what few sellers stand behind is withheld."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf.reports.disclosure.rules import rules

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.fit import Fit
    from fairshelf.audits.rankers.fitting.importance import Curve
    from fairshelf.audits.rankers.fitting.verdict import Effect


def public(record: Fit) -> Fit:
    """Withhold what few sellers stand behind, and round counts.

    Parameters
    ----------
    record
        A fit as ``fit.json`` has it.

    Returns
    -------
    Fit
        Effects of properties that fewer sellers have (or lack) than ``cells.k`` of
        ``audits/standards/disclosure.toml`` are left out, with their levels' points on curves.
    """
    study = record.study
    few = {(one.factor, one.label) for one in study.effects if not _enough(one)}
    counts = rules()
    return replace(
        record,
        requests=counts.rounded(record.requests) or 0,
        listings=counts.rounded(record.listings) or 0,
        sellers=counts.sellers(record.sellers) or 0,
        rows=replace(
            record.rows,
            read=counts.rounded(record.rows.read) or 0,
            used=counts.rounded(record.rows.used) or 0,
            rejected=counts.rounded(record.rows.rejected) or 0,
            duplicate=counts.rounded(record.rows.duplicate) or 0,
        ),
        study=replace(
            study,
            rows_fitted=counts.rounded(study.rows_fitted) or 0,
            rows_held=counts.rounded(study.rows_held) or 0,
            effects=tuple(
                replace(one, sellers=counts.sellers(one.sellers) or 0)
                for one in study.effects
                if _enough(one)
            ),
            curves=tuple(_without(one, few) for one in study.curves),
        ),
    )


def _enough(one: Effect) -> bool:
    return one.sellers >= rules().k


def _without(curve: Curve, few: set[tuple[str, str]]) -> Curve:
    points = tuple(point for point in curve.points if (curve.factor, str(point[0])) not in few)
    return replace(curve, points=points)
