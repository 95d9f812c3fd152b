"""The whole command with the annex on a million rows, beside fairlearn's bootstrap of two means.

    python benchmarks/annex_million.py [--fairlearn]

Makes a log of 50,000 requests of 20 places, 2,000 sellers in four groups, with clicks and
relevance, and times ``audit run --annex`` under five browsing models and 999 labellings as a
whole process.
``--fairlearn`` also times ``MetricFrame(n_boot=100)`` of attention and clicks on the same rows,
which takes about ten minutes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

REQUESTS, PLACES, SELLERS = 50_000, 20, 2_000
MODELS = ("dcg", "rbp:0.85", "reciprocal", "logclip", "uniform")


def made(seed: int = 0) -> pd.DataFrame:
    """Make the log."""
    rng = np.random.default_rng(seed)
    appeal = rng.normal(0, 1, SELLERS)
    rows = []
    for _ in range(0, REQUESTS, 1000):
        pool = rng.integers(0, SELLERS, (1000, 60))
        score = appeal[pool] + rng.gumbel(0, 1, pool.shape)
        rows.append(np.take_along_axis(pool, np.argsort(-score, axis=1)[:, :PLACES], axis=1))
    seller = np.concatenate(rows).ravel()
    position = np.tile(np.arange(1, PLACES + 1), REQUESTS)
    return pd.DataFrame(
        {
            "request": np.repeat([f"q{n:05}" for n in range(REQUESTS)], PLACES),
            "position": position,
            "listing": [f"l{s:04}-{n % 5}" for n, s in enumerate(seller)],
            "seller": [f"s{s:04}" for s in seller],
            "locality": np.array(["city", "town", "village", "island"])[seller % 4],
            "clicks": (rng.random(seller.size) < 0.1 / position).astype(int),
            "relevance": np.round(1 / (1 + np.exp(-appeal[seller])), 3),
        }
    )


def main() -> None:
    """Print the times."""
    frame = made()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.parquet"
        frame.to_parquet(log, index=False)
        command = [sys.executable, "-m", "fairshelf", "run", str(log), "--attribute", "locality"]
        command += ["--reference", "locality=city", "--annex", "--permutations", "999", "-q"]
        command += [part for model in MODELS for part in ("--browsing", model)]
        begun = time.perf_counter()
        subprocess.run([*command, "--out", str(Path(folder) / "out")], check=True)
        print(f"audit run --annex, {len(frame):,} rows: {time.perf_counter() - begun:.1f} s")
    if "--fairlearn" in sys.argv:
        print(f"fairlearn, 100 row replicates: {_fairlearn(frame):.1f} s")


def _fairlearn(frame: pd.DataFrame) -> float:
    from fairlearn.metrics import MetricFrame, mean_prediction  # noqa: PLC0415 - only when asked

    attention = 1 / np.log2(1 + frame.position)
    begun = time.perf_counter()
    MetricFrame(
        metrics={"attention": mean_prediction, "again": mean_prediction},
        y_true=frame.clicks,
        y_pred=attention,
        sensitive_features=frame.locality,
        n_boot=100,
        ci_quantiles=[0.025, 0.975],
        random_state=0,
    )
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
