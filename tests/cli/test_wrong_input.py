"""Wrong input ends in one clear message, its exit status, and no folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n%%EOF\n"


def _check(ended: Ended, tmp_path: Path, status: int, *said: str) -> None:
    assert ended.exit_code == status, ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    flat = " ".join(ended.stderr.split())
    for words in said:
        assert words in flat, flat
    assert not [p for p in tmp_path.iterdir() if p.is_dir()], "a folder was left behind"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 3, "log.csv"),
        (PDF, 3, "PDF"),
        (b"request,listing,seller,locality\nq,l,s,rural\n", 3, "--map position="),
        (b"request,rank,slot,listing,locality\nq,1,2,l,rural\nq,2,1,m,urban\n", 2, "slot"),
        (
            b"request,position,listing,locality\nq,first,l,rural\nq,second,m,urban\n",
            3,
            "position",
        ),
        ("排名,位置,商品ID,地区\n1,2,a,农村\n2,1,b,城镇\n".encode("gb18030"), 2, "位置"),
        (b"\x00\x01\x02\x03" * 500, 3, "log.csv"),
        (b"request,position,listing,locality\n", 3, "log.csv"),
        ("合计,,,\n".encode(), 3, "log.csv"),
    ],
    ids=["empty", "pdf", "no-position", "two", "text", "two-zh", "binary", "headings", "total"],
)
def test_unusable_files(
    command: Callable[..., Ended],
    tmp_path: Path,
    content: bytes,
    status: int,
    said: str,
    lang: str,
) -> None:
    """A file that cannot be audited is refused with what, where and what to do."""
    log = tmp_path / "log.csv"
    log.write_bytes(content)
    ended = command("run", log, "-o", "out", "--lang", lang)
    _check(ended, tmp_path, status, said)
    assert len(ended.stderr.strip().splitlines()) >= 2


def test_missing_file(command: Callable[..., Ended], tmp_path: Path) -> None:
    """A file that is not there is a usage error that names it."""
    _check(command("run", "gone.csv", "-o", "out"), tmp_path, 2, "gone.csv")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_path_in_an_error_stands_on_one_line_of_a_log(
    command: Callable[..., Ended], lang: str
) -> None:
    """Where stderr is no terminal, nothing is wrapped: what was typed is found by grep."""
    gone = "导出的 数据/" + "monthly export of all shops/" * 4 + "log of november.csv"
    lines = command("run", gone, "-o", "out", "--lang", lang).stderr.splitlines()
    assert sum(gone in line for line in lines) == 1
    assert len(lines) == 2


@pytest.mark.parametrize("typed", ["loop.csv", "l*p.csv", "loop.csv/log.csv"])
@pytest.mark.parametrize("option", [(), ("--sellers",)])
def test_a_link_to_itself(
    command: Callable[..., Ended],
    tmp_path: Path,
    small: Path,
    typed: str,
    option: tuple[str, ...],
) -> None:
    """It is named as what it is, not as a file that is missing and yet like one that is there."""
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    files = (small, *option, typed) if option else (typed,)
    _check(command("run", *files, "-o", "out"), tmp_path, 2, "loop.csv", "leads back to itself")


def test_a_link_to_nothing(command: Callable[..., Ended], tmp_path: Path) -> None:
    """What it points to is told."""
    (tmp_path / "log.csv").symlink_to("moved away.csv")
    _check(command("run", "log.csv", "-o", "out"), tmp_path, 2, "log.csv", "moved away.csv")


def test_unknown_reference(command: Callable[..., Ended], tmp_path: Path, small: Path) -> None:
    """A reference group that is not there is answered with the groups that are."""
    ended = command(
        "run", small, "--attribute", "locality", "--reference", "locality=urbn", "-o", "out"
    )
    _check(ended, tmp_path, 2, "urbn", "urban")


def test_unknown_attribute(command: Callable[..., Ended], tmp_path: Path, small: Path) -> None:
    """An attribute whose heading is not there is answered with those that are most like it."""
    ended = command("run", small, "--attribute", "where=localty", "-o", "out")
    _check(ended, tmp_path, 2, "localty", "locality")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--map", "position"], "--map"),
        (["--map", "positon=position"], "position"),
        (["--browsing", "gcd"], "dcg"),
        (["--bounds", "1.2,0.8"], "--bounds"),
        (["--baseline", "catalogue"], "catalogue"),
        (["--browsing", "given"], "attention"),
        (["--standard", "locality=CN-NBS-URX"], "CN-NBS-URC"),
        (["--level", "1.5"], "level"),
        (["-c", "nowhere.toml"], "nowhere.toml"),
        (["--lang", "fr"], "fr"),
    ],
)
def test_wrong_options(
    command: Callable[..., Ended], tmp_path: Path, small: Path, options: list[str], said: str
) -> None:
    """A wrong option is a usage error that says what would be right; nothing is written."""
    ended = command("run", small, "-o", "out", *options)
    assert ended.exit_code in (2, 3)
    _check(ended, tmp_path, ended.exit_code, said)


def test_unknown_setting(command: Callable[..., Ended], tmp_path: Path, small: Path) -> None:
    """A mistyped setting is answered with the one that was meant."""
    (tmp_path / "audit.toml").write_text('[audit]\nbrowsin = ["dcg"]\n')
    _check(command("run", small, "-c", "audit.toml", "-o", "out"), tmp_path, 2, "browsing")


def test_existing_folder_is_kept(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """A folder that is there is neither written into nor, unless ours, deleted with --force."""
    precious = tmp_path / "out" / "thesis.doc"
    precious.parent.mkdir()
    precious.write_text("years of work")
    for options in ([], ["--force"]):
        ended = command("run", small, "-o", "out", *options)
        assert ended.exit_code == 2
        assert precious.read_text() == "years of work"


@pytest.mark.parametrize("name", ["shard", "label_id", "seller_id"])
def test_columns_named_like_our_own(
    command: Callable[..., Ended], tmp_path: Path, small: Path, name: str
) -> None:
    """An attribute may bear a name that the engine uses for itself."""
    text = small.read_text().replace("locality", name, 1)
    small.write_text(text)
    ended = command("run", small, "--attribute", f"{name}={name}", "-q", "-o", "out")
    assert ended.exit_code == 0, ended.stderr
    assert (tmp_path / "out" / "results.json").is_file()


def test_a_name_for_each_seller_is_no_grouping(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """An attribute with a group for nearly every seller is refused at once."""
    rows = [f"q{n // 20},{n % 20 + 1},l{n},s{n},g{n}" for n in range(2000)]
    (tmp_path / "log.csv").write_text("\n".join(["request,position,listing,seller,who", *rows]))
    _check(command("run", "log.csv", "--attribute", "who=who", "-o", "out"), tmp_path, 2, "2,001")


def test_a_name_given_twice(command: Callable[..., Ended], tmp_path: Path, small: Path) -> None:
    """The second of two equal names does not silently replace the first."""
    ended = command(
        "run", small, "--attribute", "a=locality", "--attribute", "a=seller", "-o", "out"
    )
    _check(ended, tmp_path, 2, "--attribute names a twice")
