"""Rules that a ranking must keep, and whether results keep them."""

from fairshelf.audits.gate.config import Gate, load_gate
from fairshelf.audits.gate.decide import Verdict, decide

__all__ = ["Gate", "Verdict", "decide", "load_gate"]
