"""What is typed means the same setting whatever the command, and what is not typed means none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.errors import UsageError
from fairshelf.cli.given import given, settings

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_not_typed_is_no_setting() -> None:
    """None, a flag that is off and an empty list leave the file's word and the defaults alone."""
    typed = given(level=None, annex=False, attribute=None, cutoff=None, browsing=[], sheet=[])
    assert typed == {}


def test_options_that_repeat_fill_the_setting_that_holds_them_all() -> None:
    """``--attribute`` twice is one table, ``--cutoff`` one number or several, ``--map`` pairs."""
    assert given(
        attribute=["locality", "size=规模"], cutoff=5, map=["position=第几位"], metric=["FS101"]
    ) == {
        "attributes": {"locality": None, "size": "规模"},
        "cutoffs": (5,),
        "map": {"position": "第几位"},
        "metrics": ("FS101",),
    }
    assert given(cutoff=[3, 10]) == {"cutoffs": (3, 10)}


def test_a_zero_is_typed() -> None:
    """A seed of 0 is a seed, not the absence of one."""
    assert given(seed=0) == {"seed": 0}


def test_what_cannot_be_read_names_its_option() -> None:
    """A pair without a value, bounds that hold no 1 and two sheets are told by their option."""
    with pytest.raises(UsageError) as pair:
        given(reference=["locality"])
    assert pair.value.facts["option"] == "--reference"
    for typed, code in (({"bounds": ""}, "bad_bounds"), ({"sheet": ["a", "b"]}, "sheets_typed")):
        with pytest.raises(UsageError) as told:
            given(**typed)
        assert told.value.code == code


def test_what_is_typed_lies_over_the_file(tmp_path: Path) -> None:
    """Tables are merged key by key, other settings replaced."""
    file = tmp_path / "audit.toml"
    file.write_text('seed = 3\nlevel = 0.9\n[map]\nposition = "rank"\n', encoding="utf-8")
    found = settings(file, seed=5, map=["listing=item"], level=None)
    assert (found.seed, found.level) == (5, 0.9)
    assert found.map == {"position": "rank", "listing": "item"}
