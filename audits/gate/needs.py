"""What an audit must estimate so that a rule has something to be held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.metrics.catalogue import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.config import Settings
    from fairshelf.audits.gate.records import Rule


def widened(settings: Settings, rules: Sequence[Rule]) -> Settings:
    """Add what rules name and the settings leave out: annex metrics, browsing models, depths.

    What leads stays in the lead, except that a depth is the first page where none was given.
    """
    metrics, browsing = list(settings.metrics), list(settings.browsing)
    cutoffs, tops = list(settings.cutoffs), list(settings.top_share)
    for rule in rules:
        if rule.level == "off":
            continue
        statement, keys = rule.statement, dict(rule.statement.keys)
        known = BY_NAME.get(statement.metric)
        if known and known.annex and keys.get("scope") != "quality":
            metrics.append(statement.metric)
        model = keys.get("browsing")
        if model and not model.startswith("top:"):
            browsing.append(model)
        depth = keys.get("cutoff")
        if depth and statement.metric == "top_share":
            tops.append(depth)
        elif depth and depth.isdecimal() and int(depth):
            cutoffs.append(int(depth))
    return settings.model_validate(
        {
            **settings.model_dump(),
            "metrics": tuple(dict.fromkeys(metrics)),
            "browsing": tuple(dict.fromkeys(browsing)),
            "cutoffs": tuple(dict.fromkeys(cutoffs)),
            "top_share": tuple(dict.fromkeys(tops)),
        }
    )
