"""Replay of a million candidates against the model's own batch prediction over them.

    python benchmarks/replay_million.py [ROWS] [TREES] [RUNS]

Makes candidate sets of 20 in Parquet, trains a LightGBM ranker, and times, alternating: the
library's own ``Booster.predict`` over the same matrix, ``audit replay --log-only`` (reading,
checking, scoring, ordering and writing the ranked log) and ``audit replay`` with its report.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd

RURAL = 3
"""Of ten sellers, those that are rural."""

FEATURES = ("price", "rating", "reviews", "age", "discount", "speed", "photos", "returns")


def candidates(rows: int, place: Path) -> pd.DataFrame:
    """Write sets of 20 candidates of 5,000 sellers and give them."""
    rng = np.random.default_rng(0)
    first = np.repeat(rng.integers(0, 100_000, -(-rows // 20)), 20)[:rows]
    step = np.repeat(rng.integers(1, 5_000, -(-rows // 20)), 20)[:rows]
    listing = (first + step * (np.arange(rows) % 20)) % 100_000  # no listing twice in a request
    told = pd.DataFrame({name: rng.normal(size=rows) for name in FEATURES})
    told["request"] = np.arange(rows) // 20
    told["listing"] = listing
    told["seller"] = listing % 5_000
    told["locality"] = np.where(told["seller"] % 10 < RURAL, "rural", "urban")
    worth = told["rating"] + 0.5 * told["reviews"] - 0.3 * told["price"] + rng.normal(size=rows)
    told["relevance"] = np.digitize(worth, [0.0, 1.0, 2.0])
    told.to_parquet(place, index=False)
    return told


def seconds(act: object) -> float:
    """Time a call."""
    begun = time.perf_counter()
    act()  # type: ignore[operator]  # a function without arguments
    return time.perf_counter() - begun


def main() -> None:
    """Print the ratios, least of the runs of each."""
    rows, trees, runs = (
        int(sys.argv[n]) if len(sys.argv) > n else default
        for n, default in ((1, 1_000_000), (2, 500), (3, 3))
    )
    with tempfile.TemporaryDirectory() as folder:
        file, model = Path(folder) / "c.parquet", Path(folder) / "m.txt"
        told = candidates(rows, file)
        part = told.iloc[: min(rows, 100_000)]
        data = lightgbm.Dataset(part[list(FEATURES)], part["relevance"])
        lightgbm.train({"verbose": -1, "num_leaves": 31}, data, trees).save_model(model)
        booster = lightgbm.Booster(model_file=model)
        matrix = told[list(FEATURES)].to_numpy()
        command = [
            *(sys.executable, "-m", "fairshelf", "replay", str(model), str(file)),
            *("--attribute", "locality", "-q", "--force", "-o", str(Path(folder) / "out")),
        ]
        ranked = Path(folder) / "ranked.parquet"
        again = [*command[:-2], "--log-only", "--save-log", str(ranked)]
        own, whole, alone = [], [], []
        for _ in range(runs):
            own.append(seconds(lambda: booster.predict(matrix)))
            alone.append(seconds(lambda: subprocess.run(again, check=True)))
            ranked.unlink()
            whole.append(seconds(lambda: subprocess.run(command, check=True)))
    print(f"{rows:,} candidates, {trees} trees, least of {runs} alternating runs")
    print(f"the model's own prediction   1.0  ({min(own):.2f} s)")
    print(f"audit replay --log-only      {min(alone) / min(own):.2f}  ({min(alone):.2f} s)")
    print(f"audit replay, whole command  {min(whole) / min(own):.2f}  ({min(whole):.2f} s)")


if __name__ == "__main__":
    main()
