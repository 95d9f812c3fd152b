"""Every golden record is held against the program somewhere: none is passed over in silence."""

from __future__ import annotations

import json
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
RECORDS = json.loads((HERE / "golden" / "golden.json").read_text(encoding="utf-8"))["records"]

BY_NAME = {
    "exposure_share rural": "audits/inference/test_linear.py",
    "ln exposure ratio rural/urban: [estimate, SE seller cluster]": "audits/test_golden.py",
    "adjusted ln exposure ratio": "audits/adjustment/test_adjustment.py",
    "Oaxaca": "audits/adjustment/test_adjustment.py",
    "Cinelli": "audits/adjustment/test_adjustment.py",
}
"""Records that a test looks up by (the beginning of) their name, and its file."""


def _tests() -> Iterator[Any]:
    """Give the test functions of the files that speak of golden records."""
    for file in sorted(HERE.rglob("test_*.py")):
        if file == Path(__file__) or "golden" not in file.read_text(encoding="utf-8"):
            continue
        spec = spec_from_file_location(f"account_{file.stem}", file)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        yield from (one for name, one in vars(module).items() if name.startswith("test_"))


def _held() -> set[str]:
    """Give the records, as JSON, that a marker or a parameter puts before some test."""
    metrics: set[str] = set()
    found: set[str] = set()
    for test in _tests():
        for mark in getattr(test, "pytestmark", ()):
            if mark.name == "golden":
                metrics |= set(mark.args)
            if mark.name == "parametrize":
                values = [(one,) if isinstance(one, dict) else one for one in mark.args[1]]
                values = [getattr(one, "values", one) for one in values]
                found |= {
                    json.dumps(value)
                    for several in values
                    for value in (several if isinstance(several, tuple | list) else ())
                    if isinstance(value, dict) and "peer" in value
                }
    return found | {json.dumps(one) for one in RECORDS if one["metric"] in metrics}


def test_every_record_stands_before_a_test() -> None:
    """Of the 422 records each is run by a test, or looked up by name in one."""
    assert len(RECORDS) == 422
    held = _held()
    named = {name: (HERE / file).read_text(encoding="utf-8") for name, file in BY_NAME.items()}
    assert all(name in text for name, text in named.items())
    left = Counter(
        one["metric"]
        for one in RECORDS
        if json.dumps(one) not in held and not one["metric"].startswith(tuple(named))
    )
    assert not left


def test_where_a_peer_errs_it_is_not_followed() -> None:
    """The 28 records in which a peer departs from the definition are all among those run."""
    wrong = [json.dumps(one) for one in RECORDS if one.get("agrees_with_hand") is False]
    assert len(wrong) == 28
    assert set(wrong) <= _held()
