"""Sellers in groups: rural and urban, small and large, and any column a user names."""

from __future__ import annotations

from fairshelf.audits.groups.label import label_sellers
from fairshelf.audits.groups.labels import UNKNOWN, Labels
from fairshelf.audits.groups.standards import Standard, list_standards

__all__ = ["UNKNOWN", "Labels", "Standard", "label_sellers", "list_standards"]
