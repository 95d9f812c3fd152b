"""A child's own account of its stages: wall and processor seconds since the last mark."""

from __future__ import annotations

import json
import time


class Clock:
    """Times named stages; :meth:`tell` prints them as the JSON line that ``run_child`` reads."""

    def __init__(self) -> None:
        """Begin with the first stage."""
        self._told: dict[str, float] = {}
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def mark(self, *names: str) -> None:
        """End a stage and add it to each name: the numbers are ``NAME_wall`` and ``NAME_cpu``."""
        wall, cpu = time.perf_counter(), time.process_time()
        for name in names:
            for unit, spent in (("wall", wall - self._wall), ("cpu", cpu - self._cpu)):
                self._told[f"{name}_{unit}"] = self._told.get(f"{name}_{unit}", 0.0) + spent
        self._wall, self._cpu = wall, cpu

    def put(self, name: str, value: float) -> None:
        """Put a number beside the times."""
        self._told[name] = float(value)

    def tell(self) -> None:
        """Print all numbers on one line."""
        print(json.dumps(self._told))
