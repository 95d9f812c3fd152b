"""Reading: files of any kind to tables of text, and everything said about how they were read."""

from fairshelf.audits.ingest.read import read
from fairshelf.audits.ingest.stored import read_stored

__all__ = ["read", "read_stored"]
