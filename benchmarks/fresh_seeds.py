"""What an audit says of fresh sample platforms: the planted gap, and a group nothing was done to.

    python benchmarks/fresh_seeds.py [SEEDS [FIRST]]

Each seed makes another platform with the sample's rule (``sample_data/generate.py``), which pushes
rural listings down and knows nothing of the minority region; ``audit`` then runs on its files as on
anybody's, settings those of the sample. Prints how often each outcome was found of each group, and
how often the interval of the exposure ratio held the planted truth.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from fairshelf.audits.config import load
from fairshelf.audits.pipeline import audit
from fairshelf.sample_data import path, planted
from fairshelf.sample_data.generate import generate

if TYPE_CHECKING:
    from fairshelf.audits.results import Finding, Results

FIRST = 1000
QUICK = {"permutations": 999, "adjust": ("none",), "series": "none"}


def outcomes(seed: int) -> dict[str, tuple[Finding, bool]]:
    """Audit the platform of one seed: of each planted group its finding, and whether it is covered.

    The finding is of the group against its reference; covered means that the primary interval of
    the exposure ratio holds the ratio that was planted.
    """
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), seed, platforms=2)
        log, sellers, catalogue = (
            str(Path(folder) / f"{name}.en.csv") for name in ("log", "sellers", "catalogue")
        )
        settings = load(path("audit.en.toml"), QUICK)
        results = audit([log], sellers, catalogue, settings).results
    return {
        one.attribute: _found(results, one.attribute, one.group["en"], one.ratio)
        for one in planted()
    }


def _found(results: Results, attribute: str, group: str, ratio: float) -> tuple[Finding, bool]:
    name = attribute.split(":", maxsplit=1)[0]
    finding = next(
        one
        for one in results.findings
        if one.attribute.split(":")[0] == name and one.group == group
    )
    lead = next(
        one
        for one in results.estimates
        if one.key in finding.keys and one.metric == "exposure_ratio" and one.browsing == "dcg"
    )
    low, high = lead.low or 0.0, lead.high or float("inf")
    return finding, low <= ratio <= high


def main() -> None:
    """Print the table."""
    given = [int(part) for part in sys.argv[1:3]]
    seeds, first = (*given, *(200, FIRST)[len(given) :])
    counted: dict[str, Counter[str]] = {one.attribute: Counter() for one in planted()}
    covered: Counter[str] = Counter()
    for seed in range(first, first + seeds):
        for attribute, (finding, held) in outcomes(seed).items():
            said: str = finding.outcome
            if said in ("disparity", "material_disparity"):
                said = f"{said}, {finding.direction}"
            counted[attribute][said] += 1
            covered[attribute] += held
    print("| group | planted | outcome | platforms | interval holds the truth |")
    print("|---|---|---|---|---|")
    for one in planted():
        for outcome, count in counted[one.attribute].most_common():
            print(
                f"| {one.attribute} {one.group['en']} | {one.ratio:.3f} | {outcome} | "
                f"{count / seeds:.1%} | {covered[one.attribute] / seeds:.1%} |"
            )


if __name__ == "__main__":
    main()
