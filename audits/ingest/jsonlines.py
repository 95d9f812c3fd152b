"""JSON lines, or one array of objects: values as text, nested ones as JSON."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.engines.shortage import short_of
from fairshelf.audits.errors import DataError
from fairshelf.audits.ingest import engine
from fairshelf.audits.ingest.found import Read
from fairshelf.audits.ingest.header import each_named
from fairshelf.audits.ingest.said import about_rejects
from fairshelf.audits.ingest.sink import Sink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_KEYS = 2_000


def read_json(con: Any, path: Path, name: str, workdir: Path) -> Read:  # noqa: ANN401 - ibis has no public type for it
    """Read JSON lines or an array of objects.

    Parameters
    ----------
    con
        ibis DuckDB backend.
    path
        UTF-8.
    name
        What messages call it.
    workdir
        A folder that may be written into.

    Raises
    ------
    DataError
        ``json_broken``, ``json_no_objects``, ``no_rows``.
    """
    try:
        keys = engine.json_keys(con, path)
        if each_named(keys) != keys or any("\0" in key for key in keys):
            return _careful(con, path, name, workdir, "")
        table = engine.read_json(con, path, keys)
        rows = engine.count(table)
        engine.refused(table.aggregate([table[key].count() for key in keys]).to_pyarrow)
    except (engine.EngineRefusedError, RecursionError) as error:
        return _careful(con, path, name, workdir, str(error))
    except Exception as error:
        if short_of(error) != "memory":
            raise
        with suppress(DataError):  # the engine's reader wants 32 MB a thread for any file
            return _careful(con, path, name, workdir, "")
        raise
    if not rows:
        raise DataError("nothing_beneath", file=name, row=0)
    return Read(table, tuple(keys), 1, lambda: engine.number(table, 1), "jsonl")


def _careful(con: Any, path: Path, name: str, workdir: Path, why: str) -> Read:  # noqa: ANN401 - ibis has no public type for it
    """Read line by line; lines that are no object are set aside."""
    keys: dict[str, None] = {}
    good = 0
    rejects: list[tuple[int, str]] = []
    for line, record in _objects(path):
        if record is None:
            rejects.append((line, "json_not_readable"))
            continue
        good += 1
        keys.update(dict.fromkeys(record))
    if len(rejects) > good or not keys or len(keys) > MOST_KEYS:
        raise DataError("json_broken", file=name, why=why)
    headings = each_named([_plain(key) for key in keys])
    with Sink(workdir, headings) as sink:
        for line, record in _objects(path):
            if record is not None:
                sink.add(line, [_text(record.get(key)) for key in keys])
    whole = engine.read_parquet(con, [engine.literal(sink.path)])
    return Read(
        table=whole.drop(ROW),
        headings=headings,
        first_row=1,
        numbered=lambda: whole,
        format="jsonl",
        rejects=tuple(rejects),
        notices=about_rejects(tuple(rejects), len(keys), name),
    )


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                record = None
            yield number, record if isinstance(record, dict) else None


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return _mended(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _mended(json.dumps(value, ensure_ascii=False))


def _plain(text: str) -> str:
    """Give a heading that the engine takes: without NUL."""
    return _mended(text).replace("\0", "")


def _mended(text: str) -> str:
    """Give text that can be stored: half of a character is U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
