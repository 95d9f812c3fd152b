"""A peer: FairRankTune's exposure and attention metrics on the lists of a log.

``python -m benchmarks.children.fairranktune_exposure LOG``

FairRankTune takes a data frame with a column for each list and a dictionary that names the group
of each item; making them from a log counts as ``prepare``. Its ``EXP`` gives a group's exposure
per item of the catalogue, and is turned back into the group's exposure here.
"""

from __future__ import annotations

import sys
from collections import Counter

from benchmarks.children.clock import Clock

FIRST_ITEM = 0.5
"""Share of attention that ``AWRF`` is told the first place has."""


def main() -> None:
    """Compute the two metrics and print the time of each step, and each group's exposure."""
    clock = Clock()
    import pandas as pd  # noqa: PLC0415 - its import is timed
    from FairRankTune.Metrics import (  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: PLC0415 - as above
        AWRF,
        EXP,
    )

    clock.mark("import")
    columns = ["request", "position", "listing", "locality"]
    if sys.argv[1].endswith(".parquet"):
        frame = pd.read_parquet(sys.argv[1], columns=columns)
    else:
        frame = pd.read_csv(sys.argv[1], usecols=columns)
    clock.mark("read")
    lists = frame.pivot_table("listing", "position", "request", aggfunc="first")
    group = dict(zip(frame["listing"], frame["locality"], strict=True))
    clock.mark("prepare")
    _, exposure = EXP(lists, group, "MinMaxRatio")
    clock.mark("compute")
    AWRF(lists, group, FIRST_ITEM, "MinMaxRatio")
    clock.mark("awrf")
    items = Counter(group.values())
    for name, per_item in exposure.items():
        clock.put(f"exposure_{name}", per_item * items[name])
    clock.tell()


if __name__ == "__main__":
    main()
