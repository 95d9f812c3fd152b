"""The machine-readable files: ``results.json``, ``estimates.csv``, ``rejected.csv``, the schema.

The same results give the same bytes: no clock, no sorting by hash, floats in their shortest form
that reads back to the same number. NaN and infinities do not exist in JSON; they become null.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import DataError
from fairshelf.audits.refused import once, reason
from fairshelf.audits.results import SCHEMA_VERSION, Estimate, Results
from fairshelf.reports.hostile import inert_cell, written_out
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa
    from pydantic import TypeAdapter

    from fairshelf.audits.pipeline.fit import Fit
    from fairshelf.audits.pipeline.remedies.ask import Remedies

ESTIMATE_COLUMNS: tuple[str, ...] = tuple(field.name for field in dataclasses.fields(Estimate))

WHY = {"en": "why", "zh": "原因"}
"""The headings under which ``rejected.csv`` gives each reason in words, by language."""

_SCALARS = (str, int, float, bool, type(None))


def results_json(results: Results | Fit) -> bytes:
    """Write results, of an audit or of a fit, as JSON.

    Returns
    -------
    bytes
        UTF-8 without BOM, ending in a line feed. Records of plain values (an estimate, a row of a
        table) stand on one line each, so that two files can be compared line by line.
    """
    return as_json_lines(results).encode("utf-8")


def as_json_lines(record: object) -> str:
    """Write a record as JSON, records of plain values on one line each.

    Characters that turn the direction of reading are escaped; whoever reads it back has them.
    """
    return written_out(_layout(_plain(record), "")) + "\n"


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON values are of any type
    """Turn records, tuples and odd numbers into what JSON can hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if hasattr(value, "model_dump"):
        return _plain(value.model_dump())
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if isinstance(value, _SCALARS) else str(value)


def _layout(value: Any, indent: str) -> str:  # noqa: ANN401 - JSON values are of any type
    """Give JSON with every container on lines of its own unless it holds plain values only."""
    inner = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(inner, list) or all(_is_small(child) for child in inner):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(key, ensure_ascii=False)}: {_layout(child, deeper)}"
            for key, child in value.items()
        ]
        opening, closing = "{", "}"
    else:
        lines = [_layout(child, deeper) for child in value]
        opening, closing = "[", "]"
    return f"{opening}\n{deeper}" + f",\n{deeper}".join(lines) + f"\n{indent}{closing}"


def _is_small(value: object) -> bool:
    return isinstance(value, _SCALARS) or not value


def load_results(content: bytes) -> Results:
    """Read ``results.json`` back into records; the inverse of :func:`results_json`.

    Unknown fields of a later minor version are passed over.

    Raises
    ------
    DataError
        ``results_not_json``, ``results_foreign`` (JSON, but not fairshelf's), ``results_newer``
        (written by a version with another major schema) or ``results_broken`` (a field is missing,
        of a wrong type, or a number that no audit gives).
    """
    from pydantic import ValidationError  # noqa: PLC0415 - slow, and only needed here

    from fairshelf.reports.sound import require_sound  # noqa: PLC0415 - only what is read back

    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise DataError("results_not_json", why=str(error)) from error
    version = document.get("schema_version") if isinstance(document, dict) else None
    if not isinstance(version, str) or "estimates" not in document:
        raise DataError("results_foreign")
    if version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise DataError("results_newer", version=version, known=SCHEMA_VERSION)
    try:
        results = reader().validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DataError("results_broken", field=place, **reason(first)) from error
    require_sound(results)
    return results


@lru_cache(maxsize=1)
def reader() -> TypeAdapter[Results]:
    """Give what makes records of the fields of ``results.json``."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow, and only needed here

    return TypeAdapter(Results)


def plan_json(plan: dict[str, Any]) -> str:
    """Write a frozen plan, a setting a line."""
    return as_json_lines(plan)


def estimates_csv(results: Results) -> bytes:
    """Write the estimates, one row per interval, in the columns of ``results.json``.

    Returns
    -------
    bytes
        Comma-separated UTF-8, lines ending as RFC 4180 has it, **with** a byte order mark: Excel
        on a Chinese Windows reads CSV without one as GBK and turns every group name into
        nonsense, while pandas, polars, R and DuckDB skip the mark. Missing values are empty, flags
        ``true`` and ``false``; text that a spreadsheet would run as a formula is preceded by an
        apostrophe.
    """
    rows = ([getattr(one, name) for name in ESTIMATE_COLUMNS] for one in results.estimates)
    return _csv(ESTIMATE_COLUMNS, rows)


def rejected_csv(table: pa.Table) -> bytes:
    """Write the rows that were set aside: file, row number, column, value, and the reason thrice.

    Parameters
    ----------
    table
        ``CleanLog.rejects`` or a concatenation of several: any columns, text or whole numbers,
        ``reason`` among them.

    Returns
    -------
    bytes
        CSV as :func:`estimates_csv` writes it: the columns of the table, then the reason in the
        words of each language (:data:`WHY`), so that the file is the same whoever ran the audit.
    """
    import pyarrow as pa  # noqa: PLC0415 - only where rows were read

    reasons: list[str] = table.column("reason").to_pylist()
    for lang, heading in WHY.items():
        said = Words(lang)
        told = {reason: said.text(f"reason.{reason}") for reason in set(reasons)}
        words = pa.array([told[reason] for reason in reasons], pa.string())
        table = table.append_column(heading, words)
    return table_csv(table)


def table_csv(table: pa.Table) -> bytes:
    """Write a table of text and whole numbers as CSV, as :func:`estimates_csv` does."""
    rows = (
        list(row)
        for batch in table.to_batches()
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    return _csv(table.column_names, rows)


def priorities_csv(record: Remedies) -> bytes:
    """Write whom training would help most, best first: a working file that names sellers."""
    columns = ("seller", "gain", "lift", "gain_per_lift", "features")
    return _csv(
        columns,
        (
            (seller, one.gain, one.lift, one.per_unit, " ".join(one.features))
            for seller, one in record.priorities
        ),
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(float(value))
    return inert_cell(value) if isinstance(value, str) else str(value)


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of ``results.json``."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow, and only needed here

    schema = TypeAdapter(Results).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
