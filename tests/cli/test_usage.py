"""What cannot be read of a command is said in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.errors import UsageError
from fairshelf.cli import options
from fairshelf.cli.typed import number

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

WRONG = [
    (("remdy",), "There is no command remdy.", "没有 remdy 这个命令。"),
    (("remedy",), "candidates is missing.", "缺少 candidates。"),
    (("remedy", "x", "--targt", "3"), "There is no option --targt.", "没有 --targt 这个选项。"),
    (("remedy", "x", "--target=abc"), "--target takes a number, and abc is none.", "abc 不是。"),
    (("remedy", "x", "--cutoff", "a"), "--cutoff takes a whole number", "--cutoff 后面应是整数"),
    (("remedy", "x", "--cutoff", "0"), "--cutoff is 0", "--cutoff 为 0，至少应为 1。"),
    (
        ("run", "x", "--threads", "100000"),
        "--threads is 100000; it must be between 1 and 1024.",
        "--threads 为 100000，应在 1 到 1024 之间。",
    ),
    (
        ("plan", "--gap", "0.8", "--power=2"),
        "--power is 2; it must be between 0.1 and 0.99.",
        "--power 为 2，应在 0.1 到 0.99 之间。",
    ),
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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(
            ("0.1", 0.1),
            ("10%", 0.1),
            ("10％", 0.1),
            (" 95 % ", 0.95),
            ("1e-1", 0.1),
            ("-5%", -0.05),
        ),
        *(("ten", None), ("%", None), ("", None), ("nan", None), ("inf%", None), ("10%%", None)),
    ],
)
def test_a_percentage_is_its_hundredth(typed: str, meant: float | None) -> None:
    """10% and 0.1 are one number, also with a full-width sign; what is none is none."""
    told = number(typed)
    assert told == (None if meant is None else pytest.approx(meant))


def test_bounds_may_be_percentages() -> None:
    """``80%,125%`` is ``0.8,1.25``; half a pair is an error."""
    assert options.bounds("80%,125%") == pytest.approx((0.8, 1.25))
    with pytest.raises(UsageError) as found:
        options.bounds("80%,")
    assert found.value.code == "bad_bounds"


def test_options_that_are_shares_take_percentages(command: Callable[..., Ended]) -> None:
    """``--levy 150%`` is out of its range, ``--level x`` no number: typer reads both as shares."""
    assert "1.5" in command("remedy", "x", "--levy", "150%").stderr
    assert "--level takes a number, and x is none" in command("run", "x", "--level", "x").stderr


def test_the_folder_of_a_fit_is_no_model_but_holds_one(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """``--model fit-report`` is answered with the file to give."""
    (tmp_path / "fit-report").mkdir()
    (tmp_path / "fit-report" / "weights.toml").write_text("[weights]\nx = 1.0\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("request,listing,seller,x\nq,l,s,1\n", encoding="utf-8")
    ended = command("remedy", "c.csv", "--model", "fit-report")
    assert ended.exit_code == 2
    assert "Give fit-report/weights.toml." in ended.stderr


@pytest.mark.parametrize("before", [("--lang", "zh"), ("--lang=zh",)])
def test_the_language_may_stand_before_the_command(
    command: Callable[..., Ended], before: tuple[str, ...]
) -> None:
    """``audit --lang zh explain`` is ``audit explain --lang zh``; what stands after it goes first.

    ``audit schema`` has no words to say in a language, and is none the worse for it.
    """
    ended = command(*before, "explain", "atkinson")
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout == command("explain", "atkinson", "--lang", "zh").stdout
    ended = command(*before, "explain", "atkinson", "--lang", "en")
    assert ended.stdout == command("explain", "atkinson", "--lang", "en").stdout
    assert command(*before, "schema").exit_code == 0
    ended = command(*before, "remdy")
    assert ended.exit_code == 2
    assert "没有 remdy 这个命令。" in ended.stderr
