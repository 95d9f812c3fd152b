"""Train the ranker: a ridge regression of past orders, written down as weights."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
FEATURES = ["rating", "price"]


def main() -> None:
    """Fit on candidates.csv and write ranker.toml, which audit check ranks by."""
    rows = pd.read_csv(HERE / "candidates.csv")
    scaler = StandardScaler().fit(rows[FEATURES])
    model = Ridge(alpha=1.0).fit(scaler.transform(rows[FEATURES]), rows["orders"])
    lines = []
    for table, values in (
        ("weights", model.coef_),
        ("mean", scaler.mean_),
        ("scale", scaler.scale_),
    ):
        lines.append(f"[{table}]")
        lines += [f"{name} = {value:.6f}" for name, value in zip(FEATURES, values, strict=True)]
    (HERE / "ranker.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
