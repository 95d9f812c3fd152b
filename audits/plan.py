"""A plan, frozen before the data are seen, and what a run does otherwise.

A plan is the settings of an audit in canonical JSON (RFC 8785) with their SHA-256. Whoever holds
the digest (an authority, a notary, a dated letter) can tell later that question, groups, metrics,
bounds and primary family were not chosen by what came out.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.config import Settings

FORMAT = "fairshelf plan 1"

FROZEN = (
    *("attributes", "standard", "reference", "browsing", "cutoffs", "top_share", "baseline"),
    *("merit_over", "bounds", "question", "annex", "metrics", "adjust", "flexible", "strata"),
    *("series", "change_at", "level", "permutations", "seed"),
)
"""Settings that decide what is found; how a file is read is not among them."""


def frozen(settings: Settings) -> dict[str, Any]:
    """Freeze the settings of an audit.

    Returns
    -------
    dict
        ``format``, ``settings``, ``primary_family`` and ``sha256``, the digest of the other three
        in canonical JSON.
    """
    told = settings.model_dump(mode="json")
    plan = {
        "format": FORMAT,
        "settings": {name: told[name] for name in FROZEN},
        "primary_family": [
            "exposure_ratio, primary baseline, leading browsing model, every declared contrast",
            "first page: topk_impact_ratio (one list) or exposure_ratio under top:k",
        ],
    }
    return {**plan, "sha256": _digest(plan)}


def _digest(plan: dict[str, Any]) -> str:
    import rfc8785  # noqa: PLC0415 - only for plans

    return hashlib.sha256(rfc8785.dumps(plan)).hexdigest()


def load_plan(path: Path) -> dict[str, Any]:
    """Read a frozen plan and check its digest.

    Raises
    ------
    UsageError
        ``plan_missing``, ``plan_broken`` (no plan of ours), ``plan_changed`` (its digest is not
        that of its content).
    """
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError("plan_missing", file=str(path)) from error
    except (ValueError, RecursionError) as error:
        raise UsageError("plan_broken", file=str(path)) from error
    if not isinstance(plan, dict) or plan.get("format") != FORMAT:
        raise UsageError("plan_broken", file=str(path))
    if not isinstance(plan.get("settings"), dict) or "sha256" not in plan:
        raise UsageError("plan_broken", file=str(path))
    found = _digest({name: plan[name] for name in plan if name != "sha256"})
    if found != plan["sha256"]:
        raise UsageError("plan_changed", file=str(path), told=str(plan["sha256"]), found=found)
    return plan


def compared(plan: dict[str, Any], settings: Settings) -> dict[str, object]:
    """Say whether a run follows a plan.

    Returns
    -------
    dict
        ``sha256`` of the plan, ``followed``, and ``differences``: for each setting that differs its
        ``planned`` and ``used`` value.
    """
    used = frozen(settings)["settings"]
    planned = plan["settings"]
    names = [*FROZEN, *(name for name in planned if name not in FROZEN)]
    differences = [
        {"setting": name, "planned": _short(planned.get(name)), "used": _short(used.get(name))}
        for name in names
        if planned.get(name) != used.get(name)
    ]
    return {"sha256": plan["sha256"], "followed": not differences, "differences": differences}


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:300]
