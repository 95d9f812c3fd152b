"""What cannot be read of a command is said in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ended

WRONG = [
    (("remdy",), "There is no command remdy.", "没有 remdy 这个命令。"),
    (("remedy",), "CANDIDATES is missing.", "缺少 CANDIDATES。"),
    (("remedy", "x", "--targt", "3"), "There is no option --targt.", "没有 --targt 这个选项。"),
    (("remedy", "x", "--target=abc"), "--target takes a number, and abc is none.", "abc 不是。"),
    (("remedy", "x", "--cutoff", "a"), "--cutoff takes a whole number", "--cutoff 后面应是整数"),
    (("remedy", "x", "--cutoff", "0"), "--cutoff is 0", "--cutoff 为 0，至少应为 1。"),
    (("remedy", "x", "--group"), "The option --group needs", "选项 --group 后面要写一个值。"),
    (("explain", "a", "b", "c"), "This was not expected: b c.", "多出了：b c。"),
]


@pytest.mark.parametrize(("typed", "english", "chinese"), WRONG, ids=lambda one: str(one)[:20])
def test_each_mistake_has_its_sentence(
    command: Callable[..., Ended],
    monkeypatch: pytest.MonkeyPatch,
    typed: tuple[str, ...],
    english: str,
    chinese: str,
) -> None:
    """Status 2 and a sentence, in English, by a Chinese console, and by ``--lang zh``."""
    ended = command(*typed)
    assert ended.exit_code == 2
    assert english in ended.stderr
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    ended = command(*typed)
    assert ended.exit_code == 2
    assert chinese in ended.stderr
    assert "Error" not in ended.stderr
    assert "Usage" not in ended.stderr


def test_the_language_that_was_typed_goes_before_the_console_s(
    command: Callable[..., Ended],
) -> None:
    """``--lang zh`` before the mistake makes its sentence Chinese in an English console."""
    assert "没有 --zzz 这个选项" in command("run", "x", "--lang", "zh", "--zzz").stderr
    assert "没有 --zzz 这个选项" in command("run", "x", "--lang=zh", "--zzz").stderr


def test_near_names_are_given(command: Callable[..., Ended]) -> None:
    """A slip in a command or an option is met with what was meant."""
    assert "remedy" in command("remdy").stderr
    assert "--target" in command("remedy", "x", "--targt", "3").stderr


def test_help_and_version_are_no_mistakes(command: Callable[..., Ended]) -> None:
    """``--version`` ends in 0, no command at all in the help."""
    assert command("--version").exit_code == 0
    assert "Usage" in command().stdout + command().stderr
