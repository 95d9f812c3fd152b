"""A Spark cluster on the loopback: a master, two workers, and one of them killed in the middle."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits import engines
from fairshelf.audits.config import load
from fairshelf.audits.errors import UsageError
from fairshelf.audits.pipeline import audit
from fairshelf.audits.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fairshelf.audits.pipeline import Audit

pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed <socket:ResourceWarning"  # a thread of ours that Python ends takes along
)  # the connection that py4j opened in it

HERE = "127.0.0.1"
STARTED = 60.0
_SLIM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A master's address and its workers."""

    master: str
    workers: tuple[subprocess.Popen[bytes], ...]


@contextmanager
def _daemon(folder: Path, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a part of Spark, and end it with all that it started."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HERE,
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": _SLIM,
    }
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children, such as a worker's executor, at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + STARTED
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex((HERE, port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the Spark master did not start")


@pytest.fixture
def cluster(java: None, tmp_path: Path) -> Iterator[Cluster]:  # noqa: ARG001 - skips
    """Start a master and two workers that listen on the loopback only, and end them."""
    with socket.socket() as one:
        one.bind((HERE, 0))
        port = one.getsockname()[1]
    where = ("--host", HERE, "--webui-port", "0")
    with ExitStack() as stack:
        start = ("master.Master", *where, "--port", str(port))
        stack.enter_context(_daemon(tmp_path, *start))
        _wait(port)
        master = f"spark://{HERE}:{port}"
        size = ("--cores", "1", "--memory", "600m")
        workers = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            told = ("worker.Worker", *where, *size, "--work-dir", str(tmp_path / name), master)
            workers.append(stack.enter_context(_daemon(tmp_path, *told)))
        yield Cluster(master, tuple(workers))


def test_an_audit_survives_the_loss_of_a_worker(
    cluster: Cluster,
    quick: dict[str, str],
    folders: dict[str, Path],
    alone: dict[str, Audit],
    alike: Callable[[Audit, Audit], None],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A worker killed while the tally is counted changes nothing in the result.

    Nothing that Spark says of it reaches the terminal.
    """
    options = quick | {
        "spark.driver.host": HERE,
        "spark.driver.bindAddress": HERE,
        "spark.executor.memory": "512m",
        "spark.executor.cores": "1",
        "spark.executor.extraJavaOptions": _SLIM,
    }
    told: list[str] = []
    timers: list[threading.Timer] = []

    class Killing(Stages):
        def __call__(self, name: str) -> None:
            told.append(name)
            if name == "tally":  # once the first of its queries runs
                timers.append(threading.Timer(1.0, _kill, cluster.workers[:1]))
                timers[0].start()
            if name == "measure":
                assert cluster.workers[0].poll() is not None
                assert cluster.workers[1].poll() is None

    settings = load(None, {"permutations": 99})
    asked = engines.engine(cluster.master, options)
    found = audit([str(folders["plain"])], None, None, settings, Killing(), engine=asked)
    timers[0].join()
    gc.collect()
    alike(found, alone["plain"])
    assert capfd.readouterr() == ("", "")
    assert told[-1] == "measure"


def test_a_master_that_is_not_there_is_an_error(
    java: None,  # noqa: ARG001 - skips
    folders: dict[str, Path],
) -> None:
    """It is found out in seconds, not after Spark's own minute."""
    with socket.socket() as one:
        one.bind((HERE, 0))
        asked = engines.engine(f"spark://{HERE}:{one.getsockname()[1]}")
        start = time.monotonic()
        with pytest.raises(UsageError) as caught:
            audit([str(folders["plain"])], None, None, load(None, {}), engine=asked)
    assert caught.value.code == "engine_unreachable"
    assert time.monotonic() - start < 10
