"""A peer: exposure by group with pandas and fairlearn's ``MetricFrame``.

``python -m benchmarks.children.fairlearn_by_group LOG [REPLICATES]``

What one writes with the two libraries: read the columns that matter, weigh the positions, ask for
the sum by group. With REPLICATES the frame also bootstraps rows for its intervals.
"""

from __future__ import annotations

import sys
from typing import Any

from benchmarks.children.clock import Clock

COLUMNS = ["position", "locality"]
QUANTILES = [0.025, 0.975]


def total(_truth: Any, weight: Any) -> float:  # noqa: ANN401 - whatever fairlearn hands over
    """Add up the weights."""
    return float(weight.sum())


def main() -> None:
    """Compute the frame and print the time of each step, and each group's exposure."""
    clock = Clock()
    import numpy as np  # noqa: PLC0415 - its import is timed
    import pandas as pd  # noqa: PLC0415 - as above
    from fairlearn.metrics import MetricFrame  # noqa: PLC0415 - as above

    clock.mark("import")
    log = sys.argv[1]
    replicates = int(sys.argv[2]) if len(sys.argv) > len(("program", "log")) else 0
    if log.endswith(".parquet"):
        frame = pd.read_parquet(log, columns=COLUMNS)
    else:
        frame = pd.read_csv(log, usecols=COLUMNS)
    clock.mark("read")
    weight = 1 / np.log2(1 + frame["position"])
    boot = {"n_boot": replicates, "ci_quantiles": QUANTILES, "random_state": 0}
    found = MetricFrame(
        metrics={"exposure": total},
        y_true=weight,
        y_pred=weight,
        sensitive_features=frame["locality"],
        **(boot if replicates else {}),
    )
    if replicates:
        assert len(found.by_group_ci) == len(QUANTILES)  # noqa: S101 - it did what is timed
    clock.mark("compute")
    for group, exposure in found.by_group["exposure"].items():
        clock.put(f"exposure_{group}", exposure)
    clock.tell()


if __name__ == "__main__":
    main()
