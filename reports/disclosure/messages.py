"""Notices, limits and reasons as published: rounded, and quoting nothing of the data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from fairshelf.audits.results import Fact, Finding
    from fairshelf.reports.disclosure.cells import Withheld
    from fairshelf.reports.disclosure.rules import Rules

FILES = frozenset(("file", "original", "folder", "files", "members", "sheet", "others_sheets"))
"""Facts that name files."""

VALUES = frozenset(
    ("value", "values", "example", "examples", "typed", "row", "rows_seen", "seller", "listing")
)
"""Facts that quote the data."""

UNQUOTED = frozenset(
    (
        *("codes_need_standard", "codes_unmatched", "decimal_mixed", "decimal_unclear"),
        *("ids_cut_off", "rows_misshapen", "words_unmapped", "words_not_settled"),
        *("sizes_not_settled", "county_seat_not_settled", "names_alike", "sellers_not_listed"),
    )
)
"""Messages with a second sentence, ``..._unquoted``, that gives no example."""

NOT_OF_THE_DATA = frozenset((("preamble_skipped", "row"), ("sheets_unread_unnamed", "count")))
"""Facts of a message that are not of the data, though named so: where headings are, sheets."""

ON_COUNTS = frozenset(("certainty_few_sellers", "certainty_few_carry"))
"""Reasons that count the sellers of a comparison."""

ON_UNKNOWN = frozenset(
    ("certainty_unknown", "certainty_unknown_turns", "certainty_definitions_disagree")
)
"""Reasons that hold another line between the groups, or none, against the audit's own."""


SHEETS = frozenset(("sheets_unread", "sheets_unread_alike"))
"""Notices whose ``sheet`` and ``others`` are names of sheets."""


def without_sheets(message: Message) -> Message:
    """Count the sheets that were not read, whose names are not for the public."""
    others = message.facts.get("others")
    if message.code not in SHEETS or not isinstance(others, list):
        return message
    return Message("sheets_unread_unnamed", {"file": message.facts["file"], "count": len(others)})


def _counted(message: Message, words: Fact) -> dict[str, Fact]:
    """Leave the number of words as it is where each of them is printed: anybody can count them."""
    count = message.facts.get("count")
    return {"count": count} if isinstance(words, list) and count == len(words) else {}


@dataclass(frozen=True, slots=True)
class Telling:
    """What a message may say: roles of files, words that stand in the report, lines, thresholds."""

    roles: dict[str, str]
    words: frozenset[str]
    marks: tuple[float, ...]
    closed: Withheld
    limits: Rules

    def notice(self, message: Message) -> Message:
        """Give a notice or a limit."""
        attribute = str(message.facts.get("attribute"))
        if message.code == "limit_unlabelled" and (attribute, "unknown") in self.closed.summed:
            return Message("limit_unlabelled_few", {"attribute": attribute, "k": self.limits.k})
        message = without_sheets(message)
        facts: dict[str, Fact] = {}
        missing = False
        for name, value in message.facts.items():
            told = value if (message.code, name) in NOT_OF_THE_DATA else self._fact(name, value)
            missing |= told in ("…", ["…"]) or (name == "words" and not told)
            facts[name] = told
        if "words" in facts and facts["words"] == message.facts["words"]:
            facts |= _counted(message, facts["words"])
        if missing and message.code in UNQUOTED:
            kept = {n: v for n, v in facts.items() if n != "words" and n not in VALUES}
            return Message(f"{message.code}_unquoted", kept)
        return Message(message.code, facts)

    def finding(self, finding: Finding) -> Finding:
        """Say of a finding about a withheld group only that it is withheld; round its reasons."""
        about = (finding.attribute, finding.group, finding.reference)
        if not self.closed.shuts(*about):
            return replace(finding, reasons=tuple(self._reason(r, about) for r in finding.reasons))
        return replace(
            finding,
            outcome="not_estimable",
            direction="none",
            size="none",
            certainty="very_low",
            keys=(),
            reasons=(),
            withheld=True,
        )

    def _reason(self, reason: Message, about: tuple[str, str, str]) -> Message:
        """Round the facts of a reason, or leave them out where they would tell a withheld group."""
        hidden = reason.code in ON_COUNTS and self.closed.hides(*about)
        if hidden or (reason.code in ON_UNKNOWN and self.closed.touches(about[0])):
            return Message(f"{reason.code}_withheld")
        return self.notice(reason)

    def _fact(self, name: str, value: Fact) -> Fact:
        if name in VALUES:
            return ["…"] if isinstance(value, list) else "…"
        if name in FILES:
            called = [
                self._role(str(one)) for one in (value if isinstance(value, list) else [value])
            ]
            return called if isinstance(value, list) else called[0]
        if name == "words" and isinstance(value, list):
            return [str(one) for one in value if str(one) in self.words]
        if isinstance(value, int) and not isinstance(value, bool):
            seller = "seller" in name
            return self.limits.sellers(value) if seller else self.limits.rounded(value)
        if isinstance(value, float):
            return self.limits.figure(value, self.marks, self.limits.figures)
        return value

    def _role(self, name: str) -> str:
        """Call a file by its role, a workbook by that of the only sheet read of it."""
        sheets = [role for file, role in self.roles.items() if file.startswith(f"{name} [")]
        return self.roles.get(name, sheets[0] if len(sheets) == 1 else "…")
