"""When a feature is said to tell the group of a seller: ``audits/standards/proxies.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class ProxyLimits:
    """``auc``: what the lower end of the interval must exceed; ``listings``: looked at, at most."""

    auc: float
    listings: int


@cache
def proxy_limits() -> ProxyLimits:
    """Read the limits."""
    text = (files("fairshelf.audits") / "standards" / "proxies.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)
    return ProxyLimits(float(told["auc"]["value"]), int(told["listings"]["value"]))
