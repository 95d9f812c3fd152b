"""A gate: rules on estimates, decided on their intervals, for builds that must not pass unseen."""

from fairshelf.audits.gate.needs import widened
from fairshelf.audits.gate.records import Gate, Rule, Verdict
from fairshelf.audits.gate.run import failed, gate_of, judge
from fairshelf.audits.gate.settings import GateTable, load_gate, rules_of, typed_rules

__all__ = [
    "Gate",
    "GateTable",
    "Rule",
    "Verdict",
    "failed",
    "gate_of",
    "judge",
    "load_gate",
    "rules_of",
    "typed_rules",
    "widened",
]
