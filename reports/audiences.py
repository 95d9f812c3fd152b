"""For whom a report is: a regulator (all), a community (one page), a platform (methods first)."""

from __future__ import annotations

from typing import Literal, get_args

Audience = Literal["regulator", "community", "platform"]
AUDIENCES: tuple[str, ...] = get_args(Audience)

PARTS: dict[str, tuple[str, ...]] = {
    "regulator": (
        *(
            "summary",
            "front",
            "contents",
            "model",
            "case",
            "data",
            "groups",
            "results",
            "concentration",
        ),
        *("robustness", "limits", "reply", "advice", "law", "methods", "annex", "checklist"),
        "reproduce",
    ),
    "platform": (
        *(
            "summary",
            "front",
            "contents",
            "model",
            "methods",
            "reproduce",
            "annex",
            "robustness",
            "data",
        ),
        *("groups", "results", "concentration", "limits", "reply", "case", "checklist", "law"),
        "advice",
    ),
}
"""The sections of the long reports in their order; each is a template of that name."""
