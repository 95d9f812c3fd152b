"""What a benchmark says was spent is what the operating system says, and its ratios are right."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from benchmarks.measuring import Spent, alternate, ratio, run_child, slope, spread, values
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1_000_000
POSITIVE = st.floats(1e-3, 1e6)


def test_a_ratio_is_of_medians() -> None:
    """The ratio of 9, 2, 4 to 1, 2, 100 is 4 over 2: an outlier on either side is not seen."""
    assert ratio([9, 2, 4], [1, 2, 100]) == 2
    assert spread([9, 2, 4]).median == 4
    assert (spread([9, 2, 4]).low, spread([9, 2, 4]).high) == (2, 9)


def test_a_ratio_to_nothing_is_none() -> None:
    """A scan without runs, or one that took no time, gives no ratio."""
    with pytest.raises(ValueError, match="no_runs"):
        ratio([1], [])
    with pytest.raises(ValueError, match="ratio_to_nothing"):
        ratio([1], [0])


@given(POSITIVE, st.floats(-2, 3))
def test_the_slope_of_a_power_is_its_exponent(factor: float, exponent: float) -> None:
    """A cost of ``factor * size ** exponent`` has that slope, whatever the factor."""
    sizes = [10, 50, 200, 1000]
    found = slope(sizes, [factor * size**exponent for size in sizes])
    assert math.isclose(found, exponent, abs_tol=1e-9)


def test_a_fixed_cost_flattens_a_slope() -> None:
    """A cost of 4 s and 1 s a unit, at 1, 2 and 4 units: worked by hand, 0.339."""
    # ln sizes -L, 0, L with L = ln 2 around their mean: slope = (ln 8 - ln 5) / 2 L
    assert math.isclose(slope([1, 2, 4], [5, 6, 8]), math.log(8 / 5) / (2 * math.log(2)))


def test_a_slope_needs_three_sizes() -> None:
    """Two sizes, or one measured three times, make no slope; neither does a cost of nothing."""
    for sizes, costs in (([1, 2], [1, 2]), ([1, 1, 2], [1, 1, 2]), ([1, 2, 3], [1, 2])):
        with pytest.raises(ValueError, match="too_few_sizes"):
            slope(sizes, costs)
    with pytest.raises(ValueError, match="not_positive"):
        slope([1, 2, 3], [0, 1, 2])


def python(source: str) -> list[str]:
    """Give the command that runs a source."""
    return [sys.executable, "-c", source]


def test_the_processor_time_is_the_childs() -> None:
    """A child that computes for 0.3 s of its own clock is charged with that, a sleeper is not."""
    busy = run_child(python("import time\nwhile time.process_time() < 0.3: pass"))
    idle = run_child(python("import time; time.sleep(0.3)"))
    assert 0.3 <= busy.cpu < 1
    assert idle.wall >= 0.3
    assert idle.cpu < 0.3


def test_a_childs_own_children_count() -> None:
    """Processor time of what the child starts and waits for is counted too."""
    inner = "import time\nwhile time.process_time() < 0.3: pass"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)"
    assert run_child(python(outer)).cpu >= 0.3


def test_the_peak_is_in_bytes() -> None:
    """Measured from a small process, a child that fills 300 MB has that peak, an empty one not."""
    source = (
        "import json, sys\n"
        "from benchmarks.measuring import run_child\n"
        "fill = \"held = bytearray(300_000_000); held[::4096] = b'x' * len(held[::4096])\"\n"
        "peaks = [run_child([sys.executable, '-c', it]).peak for it in (fill, 'pass')]\n"
        "print(json.dumps({'filled': peaks[0], 'empty': peaks[1]}))"
    )
    told = run_child(python(source)).told
    assert 300 * MEGABYTE <= told["filled"] < 400 * MEGABYTE
    assert MEGABYTE < told["empty"] < 100 * MEGABYTE


def test_measuring_stays_small() -> None:
    """What measures loads no library, as its own memory would count as the child's."""
    source = (
        "import sys, benchmarks.run_all\n"
        "held = {'numpy', 'pandas', 'duckdb', 'pyarrow', 'fairshelf'} & set(sys.modules)\n"
        "sys.exit(', '.join(held) or None)"
    )
    run_child(python(source))


def test_a_child_tells_numbers() -> None:
    """The last line of a child is read where it is JSON, and nothing is where it is not."""
    assert run_child(python("print('x'); print('{\"a\": 1}')")).told == {"a": 1.0}
    assert run_child(python("print('x')")).told == {}


def test_a_child_that_fails_is_heard() -> None:
    """The exit status and the last words of a child stand in the error."""
    with pytest.raises(RuntimeError, match=r"(?s)3.*alas"):
        run_child(python("import sys; sys.stderr.write('alas'); sys.exit(3)"))


def test_commands_take_turns(tmp_path: Path) -> None:
    """Two commands and three turns run as a b a b a b, after one that does not count."""
    place = tmp_path / "order"
    commands = {name: ["sh", "-c", f"printf {name} >> {place}"] for name in ("a", "b")}
    found = alternate(commands, 3, warm="a")
    assert place.read_text() == "aababab"
    assert {name: len(runs) for name, runs in found.items()} == {"a": 3, "b": 3}


def test_values_are_costs_or_what_a_child_told() -> None:
    """Wall, processor time and peak are the system's, any other name is the child's."""
    runs = [Spent(1.0, 2.0, 3, {"core_cpu": 0.5})]
    assert [values(runs, of) for of in ("wall", "cpu", "peak", "core_cpu")] == [
        [1.0],
        [2.0],
        [3.0],
        [0.5],
    ]


def test_the_imports_of_a_report_add_up() -> None:
    """Of an ``importtime`` report the self times add up, 120 and 80 microseconds to 0.0002 s."""
    from benchmarks.children.imports import seconds

    report = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       120 |        120 |   encodings.aliases\n"
        "import time:        80 |        200 | encodings\n"
    )
    assert math.isclose(seconds(report), 0.0002)
    real = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert 0 < seconds(real.stderr) < 10
