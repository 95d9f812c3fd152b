"""What could not be written leaves nothing behind: no folder, no key without its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.errors import UsageError
from fairshelf.cli.output import put_files, write_secret
from fairshelf.sample_data import path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

CANNOT = {"report.en.html": b"one", "gone/report.zh.html": b"two"}
"""The second has no folder to lie in, so that writing it fails when the first was written."""


def test_a_folder_made_for_a_report_goes_with_it(tmp_path: Path) -> None:
    """The second file fails: neither the first nor the folder is there."""
    with pytest.raises(UsageError) as found:
        put_files(tmp_path / "out", lambda: CANNOT, force=False)
    assert found.value.code == "out_not_writable"
    assert not list(tmp_path.iterdir())


def test_a_folder_that_was_there_stays(tmp_path: Path) -> None:
    """What was not made for the report is not taken away with it, empty or not."""
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError):
        put_files(tmp_path / "out", lambda: CANNOT, force=False)
    assert (tmp_path / "out").is_dir()
    assert not list((tmp_path / "out").iterdir())


def test_a_fresh_key_goes_where_its_table_cannot_be_written(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """A key that belongs to nothing would be kept for nothing; one that was there stays."""
    words = ("pseudonymise", path("sellers.en.csv"), "--role", "sellers", "--key", "k.key", "-o")
    assert command(*words, "gone/sellers.csv").exit_code == 2
    assert not list(tmp_path.iterdir())
    assert command(*words, "sellers.csv").exit_code == 0
    key = (tmp_path / "k.key").read_text("utf-8")
    assert command(*words, "gone/sellers.csv").exit_code == 2
    assert (tmp_path / "k.key").read_text("utf-8") == key


def test_half_a_secret_is_none(tmp_path: Path) -> None:
    """What fails while it is written is no key."""
    with pytest.raises(UnicodeEncodeError):
        write_secret(tmp_path / "k.key", "half \ud800")
    assert not list(tmp_path.iterdir())
