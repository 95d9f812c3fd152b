"""How long a command spends importing modules.

``python -m benchmarks.children.imports ARGUMENT...``

Runs ``python -X importtime -m fairshelf ARGUMENT...`` and adds up what each module took for itself.
Timing every import slows the run a little; the share is of that same run.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time

from benchmarks.children.clock import Clock

LINE = re.compile(r"^import time:\s*(\d+) \|", re.MULTILINE)
MICRO = 1e-6


def seconds(report: str) -> float:
    """Add up the self times of an ``importtime`` report, which are microseconds."""
    return MICRO * sum(int(own) for own in LINE.findall(report))


def main() -> None:
    """Run the command and print its wall seconds and those of its imports."""
    clock = Clock()
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "fairshelf", *sys.argv[1:]],
        capture_output=True,
        text=True,
        check=True,
    )
    clock.put("run_wall", time.perf_counter() - begun)
    clock.put("imports_wall", seconds(done.stderr))
    clock.tell()


if __name__ == "__main__":
    main()
