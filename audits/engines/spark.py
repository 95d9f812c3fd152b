"""A Spark session of our own: started quietly, stopped for certain."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from fairshelf.audits.engines.address import Engine
    from fairshelf.audits.engines.spark_backend import SparkBackend

REACHED = 5.0
"""Seconds a master may take to answer."""

WORKERS = 60.0
"""Seconds until the first worker must have joined."""

_STOPPED = 20.0
_EACH = 0.2
_LOG = "spark.log"
_QUIET = """\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""

ALWAYS = {
    "spark.sql.caseSensitive": "true",  # columns are told apart as everywhere else
    "spark.sql.ansi.enabled": "true",  # a sum that overflows must fail, not wrap around
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # zone=01 is not zone 1
    "spark.ui.showConsoleProgress": "false",
}
"""What our queries rely on; nobody may set it otherwise."""

UNLESS_TOLD = {
    "spark.app.name": "fairshelf",
    "spark.ui.enabled": "false",
    "spark.driver.maxResultSize": "0",  # the small tables of a large log can be above Spark's 1 GB
}
LOCALLY = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": str(4 * (os.cpu_count() or 1)),
}


def connect(engine: Engine, work: Path) -> SparkBackend:
    """Start a session and give the Ibis backend over it.

    Parameters
    ----------
    engine
        The master and the configuration.
    work
        A folder for what Spark writes on its standard error, and for its own scratch files when it
        runs on this machine.

    Raises
    ------
    UsageError
        ``engine_not_installed``, ``engine_needs_java``, ``engine_unreachable``,
        ``engine_no_workers``.
    """
    try:
        import pyspark  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise UsageError(
            "engine_not_installed", engine="Spark", package="fairshelf[spark]"
        ) from error
    if engine.address.startswith("spark://"):
        _require_answer(engine)
    _require_java()
    from fairshelf.audits.engines.spark_backend import SparkBackend  # noqa: PLC0415 - an extra

    if not logging.getLogger().handlers:  # py4j tells there of a process that has ended
        logging.getLogger().addHandler(logging.NullHandler())
    context, gateway = _context(engine, work)
    con = SparkBackend.over(context, lambda: _stop(context, gateway))
    try:
        _require_workers(context, engine)
    except BaseException:
        con.disconnect()
        raise
    return con


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").is_file():
        return
    if home or shutil.which("java") is None:
        raise UsageError("engine_needs_java", home=home or "")


def _require_answer(engine: Engine) -> None:
    """See that one of the masters answers: Spark itself would try for a minute."""
    why = ""
    for one in engine.address.removeprefix("spark://").split(","):
        host, _, port = one.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=REACHED).close()
        except OSError as error:
            why = error.strerror or str(error)
        else:
            return
    raise UsageError("engine_unreachable", engine=engine.name, why=why)


def _configuration(engine: Engine, work: Path) -> dict[str, str]:
    local = engine.address.startswith("local")
    quiet = work / "log4j2.properties"
    quiet.write_text(_QUIET, encoding="utf-8")
    java = f"-Dlog4j2.configurationFile={quiet.as_uri()} -Dfile.encoding=UTF-8"
    usual = UNLESS_TOLD | (LOCALLY | {"spark.local.dir": str(work)} if local else {})
    told = usual | dict(engine.options) | ALWAYS | {"spark.master": engine.address}
    told["spark.driver.extraJavaOptions"] = " ".join(
        filter(None, (java, engine.options.get("spark.driver.extraJavaOptions")))
    )
    return told


def _context(engine: Engine, work: Path) -> tuple[Any, Any]:
    """Start the JVM with its chatter in a file, and the context in it."""
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - an extra
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415 - an extra

    conf = SparkConf(loadDefaults=False)
    for name, value in _configuration(engine, work).items():
        conf.set(name, value)
    gateway = None
    log = work / _LOG
    with log.open("wb") as chatter:
        try:
            gateway = launch_gateway(conf, {"stdout": chatter, "stderr": chatter})  # type: ignore[no-untyped-call]
            return SparkContext(conf=conf, gateway=gateway), gateway
        except Exception as error:
            if gateway is not None:
                _end(gateway)
            raise UsageError(
                "engine_unreachable", engine=engine.name, why=_cause(error, log)
            ) from error


def _cause(error: Exception, log: Path) -> str:
    """Give the line that says why: the exception's own cause, else the last of the chatter."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if "JAVA_GATEWAY_EXITED" in str(error):
        lines = log.read_text("utf-8", errors="replace").splitlines() or lines
    causes = [line for line in lines if "Exception" in line or "Error" in line]
    return (causes or lines or [type(error).__name__])[0][:300]


def _require_workers(context: Any, engine: Engine) -> None:  # noqa: ANN401 - pyspark is an extra
    """Wait for the first worker: without one, Spark would wait for ever and say nothing."""
    dynamic = engine.options.get("spark.dynamicAllocation.enabled") == "true"
    if not engine.address.startswith("spark://") or dynamic:
        return
    until = time.monotonic() + WORKERS
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:  # noqa: SLF001, PLR2004 - the driver is one of them
        if time.monotonic() > until:
            raise UsageError("engine_no_workers", engine=engine.name, seconds=int(WORKERS))
        time.sleep(_EACH)


def _stop(context: Any, gateway: Any) -> None:  # noqa: ANN401 - pyspark is an extra
    try:
        context.stop()
    except Exception:
        if gateway.proc is None or gateway.proc.poll() is None:
            raise  # else it has ended before us, by a signal to all of us, and nothing is to stop
    finally:
        _end(gateway)


def _end(gateway: Any) -> None:  # noqa: ANN401 - pyspark is an extra
    """End the JVM: it dies when its standard input closes."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an extra
    from pyspark import SparkContext  # noqa: PLC0415 - an extra

    with suppress(OSError, Py4JError):  # of a JVM that has ended
        gateway.shutdown()
    process = gateway.proc
    if process is not None:
        process.stdin.close()
        try:
            process.wait(_STOPPED)
        except Exception:  # noqa: BLE001 - whatever it was, the process must not stay
            process.kill()
            process.wait()
    SparkContext._gateway = None  # noqa: SLF001 - so that a later session starts its own
    SparkContext._jvm = None  # noqa: SLF001 - the same
