"""What an audit says of itself: its inputs, its attributes, and where its numbers come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf.audits.results import AttributeRecord, InputFile, Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.config import Settings
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.groups import Labels
    from fairshelf.audits.results import Message


def input_file(raw: RawTable, detection: Detection, rows: int) -> InputFile:
    """Describe one input as it was read."""
    return InputFile(
        role=raw.role,
        name=raw.name,
        sha256=raw.sha256,
        bytes=raw.bytes,
        rows=rows,
        format=raw.format,
        encoding=raw.encoding,
        delimiter=raw.delimiter,
        header_row=raw.header_row,
        sheet=raw.sheet,
        decimal=raw.decimal,
        columns=detection.matches,
        unused=detection.unused,
    )


def attribute_records(
    ctx: Context, labels: Sequence[Labels], groups: Sequence[Grouping]
) -> tuple[AttributeRecord, ...]:
    """Describe every attribute and count its groups."""
    return tuple(
        AttributeRecord(
            name=label.name,
            column=label.column,
            standard=label.standard,
            standard_version=label.standard_version,
            source=label.source,
            verification=label.verification,
            declared=label.declared,
            reference=group.reference,
            levels=tuple(_levels(ctx, group)),
            mapping=label.mapping,
        )
        for label, group in zip(labels, groups, strict=True)
    )


def _levels(ctx: Context, group: Grouping) -> list[Level]:
    arrays = ctx.arrays
    listings = arrays.catalogue_listings
    if listings is None:
        listings = arrays.shown_listings

    def whole(values: np.ndarray | None) -> list[int]:
        return (
            [0] * len(group.levels) if values is None else group.sums(values).astype(int).tolist()
        )

    columns = zip(
        group.levels,
        whole(arrays.shown * 0 + 1) if ctx.has_sellers else [0] * len(group.levels),
        whole(arrays.shown) if ctx.has_sellers else [0] * len(group.levels),
        whole(listings),
        whole(arrays.shown_listings),
        whole(arrays.impressions),
        strict=True,
    )
    return [Level(*row) for row in columns if any(row[1:])]


def provenance(ctx: Context, settings: Settings, labels: Sequence[Labels]) -> dict[str, object]:
    """Give what a second person needs to get the same numbers."""
    return {
        "seed": settings.seed,
        "permutations": settings.permutations or "by number of sellers",
        "primary_baseline": ctx.primary,
        "primary_browsing": ctx.models[0].name,
        "primary_cutoff": ctx.depths[0],
        "question": ctx.question,
        "requests": ctx.tally.requests,
        "request_shards": ctx.tally.shards,
        "standards": [
            {"attribute": label.name, "standard": label.standard, "source": label.source}
            for label in labels
            if label.standard
        ],
    }


def headed(messages: Sequence[Message], detections: Sequence[Detection]) -> tuple[Message, ...]:
    """Name the column that would group sellers by its heading, as it is typed."""
    told = []
    for one in messages:
        column = str(one.facts.get("column"))
        headings = [found.heading(column) for found in detections]
        heading = next((name for name in headings if name), None)
        if one.code == "column_would_group" and heading is not None:
            one = replace(one, facts={**one.facts, "column": heading})  # noqa: PLW2901 - the same, by its heading
        told.append(one)
    return tuple(told)


def once(notices: Sequence[Message]) -> tuple[Message, ...]:
    """Keep the first of notices that say the same."""
    told: list[Message] = []
    for notice in notices:
        if notice not in told:
            told.append(notice)
    return tuple(told)
