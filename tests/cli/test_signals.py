"""What the system and a closing terminal say is heeded, unless the user has it ignored."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

CODE = """if True:
    import os, signal, sys
    from fairshelf.cli import signals
    number = int(sys.argv[1])
    signal.signal(number, getattr(signal, sys.argv[2]))
    signals.heed()
    try:
        os.kill(os.getpid(), number)
        print("went on")
    except KeyboardInterrupt:
        print(signals.status(), flush=True)
        os.kill(os.getpid(), number)
        print("twice in vain")
"""


def _told(number: signal.Signals, before: str) -> tuple[str, int]:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(int(number)), before],
        capture_output=True,
        check=False,
        text=True,
    )
    return done.stdout.strip(), done.returncode


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_once_it_stops_as_by_ctrl_c_and_twice_at_once(number: signal.Signals) -> None:
    """The status is a shell's; what does not end by itself can still be ended."""
    assert _told(number, "SIG_DFL") == (str(128 + number), -number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_is_ignored_stays_ignored(number: signal.Signals) -> None:
    """``nohup audit run ...`` outlives its terminal."""
    assert _told(number, "SIG_IGN") == ("went on", 0)


DURING = """if True:
    import os, signal, sys
    wanted = sys.argv.pop(1)
    class Pressed:
        def find_spec(self, name, path=None, target=None):
            if name == wanted:
                os.kill(os.getpid(), signal.SIGINT)
    sys.meta_path.insert(0, Pressed())
    from fairshelf.__main__ import main
    main()
"""


@pytest.mark.parametrize(
    ("module", "status"),
    [
        ("typer", -signal.SIGINT),
        ("fairshelf.cli.app", -signal.SIGINT),
        ("fairshelf.cli.usage", -signal.SIGINT),
        ("fairshelf.cli.explain", 128 + signal.SIGINT),
        ("fairshelf.reports.wording", 128 + signal.SIGINT),
    ],
)
def test_ctrl_c_while_modules_are_loaded_shows_no_traceback(module: str, status: int) -> None:
    """Before ours are there the system ends the process, from then on we do; a shell sees 130."""
    done = subprocess.run(
        [sys.executable, "-c", DURING, module, "explain", "exposure_ratio"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == status
    assert not done.stderr.strip()


def test_ctrl_c_when_all_is_done_shows_no_traceback() -> None:
    """While Python tidies up it ends the process at once."""
    code = (
        "import os, signal, sys\n"
        "from fairshelf.__main__ import main\n"
        "sys.argv = ['audit', '--version']\n"
        "try:\n    main()\n"
        "finally:\n    os.kill(os.getpid(), signal.SIGINT)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def test_ctrl_c_that_is_ignored_stays_ignored() -> None:
    """A process of a script in the background (``audit run ... &``) is not ended by it."""
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from fairshelf.__main__ import main\n"
        "sys.argv = ['audit', '--version']\n"
        "try:\n    main()\n"
        "finally:\n    os.kill(os.getpid(), signal.SIGINT)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_ctrl_c_has_its_own_status() -> None:
    """Where nothing else was told it is Ctrl-C's."""
    code = "from fairshelf.cli import signals; print(signals.status())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "130"
