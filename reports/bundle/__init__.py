"""The evidence bundle: one folder and zip that anyone can check, and a sealed part kept apart."""

from fairshelf.reports.bundle.make import Sources, make
from fairshelf.reports.bundle.problems import Checked, Problem
from fairshelf.reports.bundle.sign import keygen
from fairshelf.reports.bundle.verify import Verified, verify

__all__ = ["Checked", "Problem", "Sources", "Verified", "keygen", "make", "verify"]
