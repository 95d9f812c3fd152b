"""The order of an audit, and nothing else."""

from fairshelf.audits.pipeline.run import Audit, audit

__all__ = ["Audit", "audit"]
