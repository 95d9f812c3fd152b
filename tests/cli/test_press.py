"""The process that makes pages: the same pages, and none of it left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fairshelf.cli.press import Press, pressed
from fairshelf.reports import exports, html
from fairshelf.sample_data import path

from .conftest import audit_the_sample, outside

LANGUAGES = ("en", "zh")
SECONDS = 30


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Audit the sample quickly, for all tests of this file."""
    folder = tmp_path_factory.mktemp("audited")
    audit_the_sample(folder)
    return folder


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what draws seem not to be loaded, as at the start of a command."""
    monkeypatch.setattr("fairshelf.cli.press.DRAWS", "none.such")


def _gone(pid: int) -> bool:
    """Wait until a process is no more, or only its entry is."""
    for _ in range(SECONDS * 20):
        try:
            with Path(f"/proc/{pid}/stat").open(errors="replace") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("audience", ["regulator", "community"])
def test_its_pages_are_those_made_here(audited: Path, audience: str) -> None:
    """Byte for byte, in both languages."""
    content = (audited / "out" / "results.public.json").read_bytes()
    with pressed(LANGUAGES) as press:
        made = press.pages(content, LANGUAGES, audience)
    results = exports.load_results(content)
    assert made == {lang: html.render(results, lang, audience=audience) for lang in LANGUAGES}


def test_a_command_makes_the_pages_there_and_they_are_the_same(audited: Path) -> None:
    """A command of its own process, which has drawn nothing before, writes the same bytes."""
    files = (path("log.en.csv"), "--sellers", path("sellers.en.csv"))
    ended = outside(audited, "run", *files, "-c", "audit.toml", "-o", "apart", "-q")
    assert ended.returncode == 0, ended.stderr
    for name in ("report.en.html", "report.zh.html", "results.json"):
        assert (audited / "apart" / name).read_bytes() == (audited / "out" / name).read_bytes()


def test_a_command_does_not_load_what_draws(tmp_path: Path) -> None:
    """Neither matplotlib nor the templates are loaded beside the engine, nor it beside them."""
    code = """if True:
        import sys
        from fairshelf.cli.app import main
        try:
            main()
        except SystemExit as end:
            assert not end.code
        print(*(name for name in ("matplotlib", "jinja2") if name in sys.modules))
    """
    done = subprocess.run(
        [sys.executable, "-c", code, "demo", "--quiet", "--out", str(tmp_path / "made")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert not done.stdout.strip()
    code = """if True:
        import sys, fairshelf.reports.press
        heavy = ("ibis", "duckdb", "pyarrow", "pandas", "scipy", "sklearn", "statsmodels")
        print(*(name for name in heavy if name in sys.modules))
    """
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not done.stdout.strip()


@pytest.mark.usefixtures("fresh")
def test_where_it_was_lost_the_pages_are_made_here(audited: Path) -> None:
    """A process that was killed, or that ended in an error, gives nothing and raises nothing."""
    content = (audited / "out" / "results.public.json").read_bytes()
    with pressed(LANGUAGES) as press:
        assert press.process is not None
        press.process.kill()
        assert press.pages(content, LANGUAGES, "regulator") is None
    with pressed(LANGUAGES) as press:
        assert press.pages(b"{}", LANGUAGES, "regulator") is None
    with pressed(LANGUAGES) as press:
        assert press.pages(content, LANGUAGES, "regulator") is not None
        assert press.pages(content, LANGUAGES, "regulator") is None  # it answers once


def test_none_is_started_where_what_draws_is_loaded() -> None:
    """The pages are then made here at once."""
    import matplotlib.figure  # noqa: F401 - what the test is about

    with pressed(LANGUAGES) as press:
        assert press.process is None
        assert press.pages(b"", LANGUAGES, "regulator") is None
    assert Press().pages(b"", LANGUAGES, "regulator") is None


@pytest.mark.usefixtures("fresh")
def test_a_command_that_fails_leaves_no_process() -> None:
    """What is raised comes out, and the process is gone."""
    processes: list[subprocess.Popen[bytes] | None] = []

    def failing() -> None:
        with pressed(LANGUAGES) as press:
            processes.append(press.process)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing()
    assert processes[0] is not None
    with pytest.raises(ProcessLookupError):
        os.kill(processes[0].pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_goes_when_the_command_is_killed() -> None:
    """A command that cannot clean up any more leaves no process behind."""
    code = """if True:
        import time
        from fairshelf.cli.press import pressed
        with pressed(("en",)) as press:
            print(press.process.pid, flush=True)
            time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        pid = int(one.stdout.readline())
        os.kill(one.pid, 9)
    assert _gone(pid)


def test_the_end_of_input_is_its_end() -> None:
    """With nothing asked it ends well and says nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "fairshelf.reports.press"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.mark.parametrize("option", ["-I", "-E"])
def test_it_looks_for_modules_where_the_command_does(tmp_path: Path, option: str) -> None:
    """What ``PYTHONPATH`` names is passed over there too where Python was told to pass it over."""
    folder = tmp_path / "fairshelf"
    folder.mkdir()
    mark = tmp_path / "loaded"
    (folder / "__init__.py").write_text(f"open({str(mark)!r}, 'w').close()\n", encoding="utf-8")
    code = """if True:
        from fairshelf.cli.press import pressed
        with pressed(("en",)) as press:
            press.process.communicate(b"")
            print(press.process.returncode)
    """
    done = subprocess.run(
        [sys.executable, option, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    assert done.stdout.strip() == "0"
    assert not mark.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_it_has_started_ends_with_it() -> None:
    """A copy that draws beside it does not outlive it when the command gives up."""
    code = "import os, time; os.write(1, b'%d\\n' % os.fork()); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=-1, stdout=subprocess.PIPE, process_group=0
    )
    assert process.stdout is not None
    told = {int(process.stdout.readline()) for _ in range(2)} - {0}
    Press(process).end()
    assert _gone(told.pop())
    assert process.returncode == -9
