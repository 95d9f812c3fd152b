"""What ``audit plan`` prints: the power of designs, and the digest of a frozen plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.audits.power import enough
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from fairshelf.audits.power import Power


def power_view(
    powers: Sequence[Power], wanted: float, replicates: int, seed: int, lang: str
) -> RenderableType:
    """Lay out how often the gap was seen in each design, and the cheapest that is enough.

    Parameters
    ----------
    powers
        Of one gap, at least one.
    wanted
        The chance wanted.
    replicates, seed
        How they were simulated.
    lang
        ``en`` or ``zh``.
    """
    words = Words(lang)
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name in ("sellers", "requests", "found", "parity"):
        table.add_column(words.text(f"power.{name}"), justify="right", overflow="fold")
    for one in powers:
        table.add_row(
            f"{words.integer(one.design.group)} / {words.integer(one.design.reference)}",
            words.integer(one.design.requests),
            f"{words.percent(one.found, 0)} {words.text('power.error', error=one.error)}",
            words.percent(one.parity_shown, 0),
        )
    best = enough(powers, wanted)
    if best is None:
        said = words.text("power.not_enough", wanted=words.percent(wanted, 0))
    else:
        said = words.text(
            "power.enough",
            wanted=words.percent(wanted, 0),
            group=best.design.group,
            reference=best.design.reference,
            requests=best.design.requests,
        )
    first = powers[0].design
    note = words.text(
        "power.note", replicates=replicates, length=first.length, spread=first.spread, seed=seed
    )
    title = Text(words.text("power.title", gap=powers[0].gap), style="bold")
    return Group(title, table, Text(said), Text(note))


def written_view(out: str, digest: str, lang: str, *, grouped: bool) -> RenderableType:
    """Say where the plan stands and what its digest is, and whether it says who is compared."""
    words = Words(lang)
    told = words.text("plan.written", out=out, digest=digest)
    return Text(told if grouped else f"{told}\n{words.text('plan.open')}")
