"""What parties accept, as the page on remedies has it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from fairshelf.audits.remedies.stakeholders import Losing, Names, Party
from fairshelf.reports.changes import parties
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.remedies.ask import Remedies
    from fairshelf.reports.changes.names import ChangeNames


@pytest.mark.parametrize(("lang", "more"), [("en", "and 2 more"), ("zh", "另有 2 种")])
def test_orders_that_are_not_named_are_counted(lang: str, more: str) -> None:
    """Ten orders: eight are named, parted by what is in no name, and two are said to be more."""
    names = cast("ChangeNames", SimpleNamespace(words=Words(lang, strict=True)))
    points = [SimpleNamespace(remedy="floor", strength=n / 10) for n in range(1, 11)]
    record = cast("Remedies", SimpleNamespace(points=points))
    told = parties._options(range(10), record, names)
    assert more in told
    assert len(told.split(names.words.text("remedy.parties.join").strip())) in {8, 9}
    assert "more" not in parties._options(range(8), record, names)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_term_of_a_party_is_shown(lang: str) -> None:
    """A limit on sellers who lose stands beside the other terms, with both of its shares."""
    names = cast("ChangeNames", SimpleNamespace(words=Words(lang, strict=True)))
    one = Party(
        id="growers",
        name=Names(zh="果农合作社", en="Growers"),
        kind="coop",
        losing=Losing(more_than=0.05, at_most=0.2),
    )
    (row,) = parties._terms((one,), names).rows
    (cell,) = (cell for cell in row if "20%" in cell.text)
    assert "5%" in cell.text.replace("20%", "")
