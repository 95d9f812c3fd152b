"""Gates of every kind, made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fairshelf.audits.errors import DataError
from fairshelf.audits.gate import Gate, failed, gate_of, typed_rules
from fairshelf.audits.gate.records import Difference, Place, Verdict, Waiver
from fairshelf.audits.results import Estimate, Message

RULE = 'exposure_ratio[group="rural"] >= 0.8'
HOSTILE = (
    "x\n::error::y%0A\r|`<script>alert(1)</script>]]>\u202e\x00\ufffe [a](http://b) @all #1 *c*"
    + "z" * 5_000
)


def verdict(name: str | None, text: str = RULE, **more: Any) -> Verdict:  # noqa: ANN401 - fields
    """Give a verdict on a rule of line 12: breached, unless it is said otherwise."""
    (rule,) = typed_rules([text])
    waiver = more.pop("waiver", None)
    level = more.pop("level", "error")
    line_of = more.pop("line_of", 12)
    rule = replace(rule, id=name, level=level, waiver=waiver, place=Place("audit.toml", line_of))
    found = Estimate(
        "k",
        "exposure_ratio",
        attribute="locality",
        group="rural",
        value=0.7321,
        low=0.69,
        high=0.7777,
        level=0.95,
        sellers=80,
        requests=300,
    )
    told = {
        "outcome": "breach",
        "severity": "error",
        "fails": True,
        "line": 0.8,
        "found": found,
        "everything": (found, replace(found, value=0.81)),
        **more,
    }
    return Verdict(rule, **told)


@pytest.fixture
def every() -> Gate:
    """Give a gate with every kind of verdict."""
    waiver = Waiver("trial of a new model", "ranking team", "2027-01-31")
    facts: dict[str, str] = {"owner": "ranking team", "expires": "2027-01-31", "why": waiver.reason}
    quiet: dict[str, Any] = {"severity": "none", "fails": False}
    told: dict[str, Any] = {"severity": "notice", "fails": False}
    breach = verdict("breached")
    found = breach.found
    assert found is not None
    wide = replace(found, low=0.69, high=0.9)
    ndcg = Estimate(
        "q", "ndcg", cutoff="10", value=0.41, low=0.4, high=0.42, level=0.95, requests=300
    )
    verdicts = (
        verdict(
            "kept", found=replace(found, value=0.87, low=0.85, high=0.9), outcome="pass", **quiet
        ),
        breach,
        verdict("warned", level="warn", severity="warning", fails=False, line_of=20),
        verdict("open", found=wide, outcome="inconclusive", line_of=24, **told),
        verdict(
            "waived",
            outcome="waived",
            waiver=waiver,
            reason=Message("gate_waived", {**facts}),
            line_of=28,
            **told,
        ),
        verdict("expired", waiver=waiver, reason=Message("gate_waiver_expired", {**facts})),
        verdict(
            None,
            'gini[group="rurall"] <= 0.6',
            outcome="missing",
            line=None,
            found=None,
            everything=(),
            reason=Message(
                "gate_no_match",
                {"key": "group", "typed": "rurall", "known": ["rural"], "suggestions": ["rural"]},
            ),
            line_of=36,
        ),
        verdict(
            "unused", outcome="off", line=None, found=None, everything=(), level="off", **quiet
        ),
        verdict(
            "worse",
            "ndcg[cutoff=10] >= baseline - 0.005",
            line=0.4271,
            found=ndcg,
            baseline=replace(ndcg, value=0.4321),
            difference=Difference(-0.0171, -0.0312, -0.003),
            everything=(ndcg,),
            line_of=44,
        ),
    )
    return gate_of(verdicts, ("error",))


@pytest.fixture
def fault() -> Gate:
    """Give a gate that could not run: a log without positions."""
    return failed(
        DataError("nothing_left", rejected=3, reasons=["bad_position: 3"], file="log.csv")
    )


@pytest.fixture
def hostile() -> Gate:
    """Give a gate whose rule, waiver, places and reasons were written to break out."""
    waiver = Waiver(HOSTILE, HOSTILE, "2027-01-31")
    broken = verdict(
        HOSTILE,
        reason=Message(
            "gate_no_match",
            {"key": HOSTILE, "typed": HOSTILE, "known": [HOSTILE], "suggestions": [HOSTILE]},
        ),
        waiver=waiver,
    )
    rule = replace(
        broken.rule, text=RULE.replace("rural", HOSTILE), place=Place("a,b:%c\n.toml", 3)
    )
    return gate_of((replace(broken, rule=rule),), ("error",))
