"""What is said of features that have no value on some candidates, or on none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.candidates import Candidates


def feature_notices(found: Candidates) -> list[Message]:
    """Say which features a model was given as missing, and which of them everywhere.

    Parameters
    ----------
    found
        The candidates, with the account of their features.

    Returns
    -------
    list of Message
        ``feature_missing_everywhere``, ``feature_missing``.
    """
    told = []
    for name, heading, missing, unreadable, infinite in found.account:
        if missing and missing == found.clean.used:
            facts = {"feature": name, "heading": heading}
            told.append(Message("feature_missing_everywhere", {**facts}))
        elif missing:
            counts = {"count": missing, "unreadable": unreadable, "infinite": infinite}
            told.append(Message("feature_missing", {"feature": name, **counts}))
    return told
