"""An attacker with everything published, and the totals besides, cannot work out the few.

The attacker keeps, for each group and each amount (sellers, listings, impressions, places at the
top), the least and the most that it can be, and narrows them by every published number: counts,
totals, shares, rates, ratios times what is known of the other group, exact fractions, degrees of
freedom, steps of curves, counts told as a reason.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.reports import exports
from fairshelf.reports.disclosure import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairshelf.audits.results import Level, Results

OPEN = 0.5
"""Least width of what is left open of a withheld amount, as a share of it."""

UNITS = {"sellers": "sellers", "catalogue": "listings", "shown": "impressions"}


class Attacker:
    """What can be known of groups: ``held[attribute, group, amount]`` is the least and the most."""

    def __init__(self, told: dict[str, Any], totals: dict[str, float]) -> None:
        self.told = told
        self.totals = dict(totals)
        self.groups = {r["name"]: [one["level"] for one in r["levels"]] for r in told["groups"]}
        self.held = {
            (name, level, amount): (0.0, total)
            for name, levels in self.groups.items()
            for level in levels
            for amount, total in self.totals.items()
        }
        counts = [one[n] or 0 for r in told["groups"] for one in r["levels"] for n in COUNTED]
        self.coarse = all(count % 10 == 0 for count in [*counts, told["rows"]["used"]])

    def attack(self) -> None:
        """Narrow until nothing gets narrower."""
        for _ in range(30):
            before = dict(self.held)
            self.counts()
            self.shares()
            self.rates()
            self.side_counts()
            self.reasons()
            self.ratios()
            self.sums()
            if before == self.held:
                return

    def narrow(self, key: tuple[str, str, str], low: float, high: float) -> None:
        """Take what an amount must lie between; amounts that are counted are whole."""
        if key not in self.held:
            return
        least, most = self.held[key]
        low, high = max(least, low), min(most, high)
        if key[2] in COUNTED or key[2].startswith("top:"):
            low, high = math.ceil(low - 1e-6), math.floor(high + 1e-6)
        if low <= high + 1e-9:
            self.held[key] = (low, max(low, high))

    def near(self, count: float) -> float:
        """Give how far a published count may be from the real one."""
        digits = 10.0 ** max(0, math.floor(math.log10(max(count, 1))) - 2)
        step = max(digits, 10.0 if self.coarse else 1.0)
        return step / 2 if step > 1 else 0.0

    def estimates(self) -> Iterator[dict[str, Any]]:
        """Give the estimates with a value that are about the whole log's own definition."""
        for one in self.told["estimates"]:
            if one["value"] is not None and not (one["period"] or one["definition"]):
                yield one

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Give the rows of a published table."""
        found = self.told["tables"].get(table, {"columns": [], "rows": []})
        for row in found["rows"]:
            yield dict(zip(found["columns"], row, strict=True))

    def counts(self) -> None:
        """Read what is told of a group: its levels, and what its estimates count."""
        for record in self.told["groups"]:
            for level in record["levels"]:
                self._counted(record["name"], level["level"], level)
            for rule in record["mapping"]:
                for name in self.groups:
                    self._counted(name, rule["value"], rule)
        for one in self.told["estimates"]:
            if one["group"] is not None and one["reference"] is None and one["metric"] != "skew":
                self._counted(one["attribute"], one["group"], one)
                if one["df"] is not None and not one["note"]:
                    key = (one["attribute"], one["group"], "sellers")
                    self.narrow(key, one["df"] + 1, one["df"] + 1)

    def _counted(self, name: str, group: str, told: dict[str, Any]) -> None:
        for amount in COUNTED:
            if told.get(amount):
                off = self.near(told[amount])
                few = amount == "sellers" and told[amount] == rules().k  # so are fewer told
                low = 1 if few else told[amount] - off
                self.narrow((name, group, amount), low, told[amount] + off)

    def shares(self) -> None:
        """Multiply shares with totals; add the places of the positions up."""
        for one in self.estimates():
            amount = {"impression_share": "impressions", "topk_share": f"top:{one['cutoff']}"}
            name = amount.get(one["metric"])
            if one["metric"] == "exposure_share":
                name = self._amount(one["browsing"])
            if name in self.totals:
                total, off = self.totals[name], _unit(one["value"])
                key = (one["attribute"], one["group"], name)
                self.narrow(key, (one["value"] - off) * total, (one["value"] + off) * total)
        for depth in (name for name in self.totals if name.startswith("top:")):
            found: dict[tuple[str, str], list[float]] = {}
            for row in self.rows("exposure_by_position"):
                if int(str(row["position"]).rpartition("-")[2]) <= int(depth[4:]):
                    here = found.setdefault((row["attribute"], row["group"]), [])
                    here.append(row["impressions"])
            for (name, group), held in found.items():
                off = sum(self.near(count) for count in held)
                if len(held) == int(depth[4:]):
                    self.narrow((name, group, depth), sum(held) - off, sum(held) + off)

    def rates(self) -> None:
        """Turn exact fractions, and the steps of curves, back into what they are fractions of."""
        for one in self.estimates():
            if one["metric"] == "topk_selection_rate" and _digits(one["value"]) > 6:
                self._multiple(one, "listings", one["value"])

    def _multiple(self, told: dict[str, Any], amount: str, value: float) -> None:
        key = (told["attribute"], told["group"], amount)
        if key not in self.held:
            return
        least, most = self.held[key]
        whole = Fraction(value).limit_denominator(int(most)).denominator
        fits = [n for n in range(whole, int(most) + 1, whole) if n >= least]
        if len(fits) == 1:
            self.narrow(key, fits[0], fits[0])

    def side_counts(self) -> None:
        """Read sellers of both sides, or of the smaller one, out of tables and reasons."""
        for table in ("robustness", "placement"):
            for row in self.rows(table):
                if row["sellers"]:
                    self._both(row, row["sellers"])
        for row in self.rows("specification_curve"):
            if row["sellers"]:
                self._smaller(row, row["sellers"])
        for one in self.estimates():
            if one["reference"] is not None and one["sellers"]:
                self._both(one, one["sellers"])

    def reasons(self) -> None:
        """Read the sellers that a finding's reasons count."""
        for finding in self.told["findings"]:
            for reason in finding["reasons"]:
                if reason["facts"].get("of"):
                    self._both(finding, reason["facts"]["of"])
                elif reason["code"] == "certainty_few_sellers":
                    self._smaller(finding, reason["facts"]["sellers"])

    def _pair(self, told: dict[str, Any], amount: str) -> list[tuple[str, str, str]]:
        return [(told["attribute"], told[side], amount) for side in ("group", "reference")]

    def _both(self, told: dict[str, Any], count: float) -> None:
        if told["attribute"] not in self.groups:
            return
        pair, off = self._pair(told, "sellers"), self.near(count)
        for one, two in (pair, pair[::-1]):
            least, most = self.held[two]
            self.narrow(one, count - off - most, count + off - least)

    def _smaller(self, told: dict[str, Any], count: float) -> None:
        if told["attribute"] not in self.groups:
            return
        pair, off = self._pair(told, "sellers"), self.near(count)
        for one, two in (pair, pair[::-1]):
            self.narrow(one, count - off, math.inf)
            if self.held[two][0] > count + off:
                self.narrow(one, count - off, count + off)

    def ratios(self) -> None:
        """Multiply ratios with what is known of one side, to know the other."""
        for one in [*self.estimates(), *self.rows("specification_curve")]:
            plain = one.get("metric", "exposure_ratio") == "exposure_ratio"
            if not plain or one.get("reference") is None or one.get("adjusted"):
                continue
            if one.get("definition") not in (None, one["attribute"]) or one["ads"] != "all":
                continue
            top, bottom = self._amount(one["browsing"]), UNITS.get(one["baseline"])
            if top in self.totals and bottom in self.totals and one["attribute"] in self.groups:
                self._ratio(one, top, bottom)

    def _amount(self, browsing: str) -> str:
        return "impressions" if browsing == "uniform" else browsing

    def _ratio(self, told: dict[str, Any], top: str, bottom: str) -> None:
        """Narrow each of the four amounts of (a / b) / (c / d) by the other three."""
        (a, c), (b, d) = self._pair(told, top), self._pair(told, bottom)
        off = _unit(told["value"])
        value = (max(told["value"] - off, 0.0), told["value"] + off)
        for one, times, over in (
            (a, (value, self.held[b], self.held[c]), (self.held[d],)),
            (b, (self.held[a], self.held[d]), (self.held[c], value)),
            (c, (self.held[a], self.held[d]), (self.held[b], value)),
            (d, (value, self.held[b], self.held[c]), (self.held[a],)),
        ):
            low = math.prod(x for x, _ in times) / max(math.prod(y for _, y in over), 1e-12)
            least = math.prod(x for x, _ in over)
            self.narrow(one, low, math.prod(y for _, y in times) / least if least else math.inf)

    def sums(self) -> None:
        """Take the groups of an attribute from the total, and of a crossed one from its margins."""
        for name, levels in self.groups.items():
            for amount, total in self.totals.items():
                self._sum([(name, level, amount) for level in levels], (total, total))
        for crossed in (name for name in self.groups if "*" in name):
            for place, name in enumerate(crossed.split("*")):
                for level in self.groups[name]:
                    inside = [x for x in self.groups[crossed] if x.split(" × ")[place] == level]
                    for amount in self.totals:
                        whole = self.held[name, level, amount]
                        keys = [(crossed, one, amount) for one in inside]
                        self._sum(keys, whole)
                        low, high = (sum(self.held[key][n] for key in keys) for n in (0, 1))
                        self.narrow((name, level, amount), low, high)

    def _sum(self, keys: list[tuple[str, str, str]], whole: tuple[float, float]) -> None:
        for key in keys:
            low, high = (sum(self.held[one][n] for one in keys if one != key) for n in (0, 1))
            self.narrow(key, whole[0] - high, whole[1] - low)


COUNTED = ("sellers", "listings", "impressions")


def _digits(value: float) -> int:
    return len(f"{value:.12e}".lstrip("-").split("e")[0].replace(".", "").rstrip("0"))


def _unit(value: float) -> float:
    """Give half a unit of the fourth digit, or of the third where there are no more."""
    if value == 0 or _digits(value) > 6:
        return 1e-9
    digits = 4 if _digits(value) == 4 else 3
    return 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)


def _at_top(results: Results, name: str, group: str, depth: int) -> float:
    """Count a group's places among the first, from the full table of positions."""
    table = results.tables["exposure_by_position"]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return float(
        sum(
            int(row["impressions"] or 0)
            for row in rows
            if (row["attribute"], row["group"]) == (name, group)
            and int(str(row["position"]).rpartition("-")[2]) <= depth
        )
    )


def _level(results: Results, name: str, group: str) -> Level:
    record = next(one for one in results.groups if one.name == name)
    return next(one for one in record.levels if one.level == group)


def _totals(results: Results, depth: int) -> dict[str, float]:
    record = results.groups[0]
    told = {n: float(sum(getattr(x, n) or 0 for x in record.levels)) for n in COUNTED}
    told["dcg"] = 1.0
    whole = (_at_top(results, record.name, one.level, depth) for one in record.levels)
    return {**told, f"top:{depth}": sum(whole)}


def _truth(results: Results, few: tuple[str, str], amount: str) -> float:
    if amount in COUNTED:
        return float(getattr(_level(results, *few), amount))
    if amount.startswith("top:"):
        return _at_top(results, *few, int(amount[4:]))
    return next(
        float(one.value or 0)
        for one in results.estimates
        if (one.metric, one.attribute, one.group, one.browsing) == ("exposure_share", *few, amount)
    )


def test_nobody_can_work_out_the_few(shape: tuple[Any, Results, Results]) -> None:
    """What is left open of each amount of a withheld group is at least half as large as it is.

    The attacker also knows the totals of the whole log to the last digit.
    """
    told, full, shown = shape
    depth = int(str(full.provenance["primary_cutoff"]))
    attacker = Attacker(json.loads(exports.results_json(shown)), _totals(full, depth))
    attacker.attack()
    for few in told.few:
        for amount in attacker.totals:
            low, high = attacker.held[*few, amount]
            true = _truth(full, few, amount)
            assert low - 1e-9 <= true <= high + 1e-9, (few, amount)
            assert high - low >= OPEN * true, (few, amount, low, true, high)
            assert high > low, (few, amount)


def test_the_attacker_is_able(both: tuple[Results, Results]) -> None:
    """Given results whose counts and ratios are left as they are, it finds the few exactly."""
    full, _ = both
    told = json.loads(exports.results_json(full))
    for level in told["groups"][0]["levels"]:
        if level["level"] != "rural":
            level.update(dict.fromkeys(level, None) | {"level": level["level"]})
    told["estimates"] = [
        one
        for one in told["estimates"]
        if one["group"] != "island"
        and not (one["group"] == "urban" and one["metric"] != "topk_selection_rate")
    ]
    for one in told["estimates"]:
        if "urban" in (one["group"], one["reference"]):
            one.update({"sellers": None, "listings": None, "impressions": None, "df": None})
    told["groups"] = told["groups"][:1]
    told["tables"] = {n: told["tables"][n] for n in ("placement", "specification_curve")}
    depth = int(str(full.provenance["primary_cutoff"]))
    attacker = Attacker(told, _totals(full, depth))
    attacker.attack()
    for amount in ("sellers", "impressions", f"top:{depth}"):
        found = attacker.held["locality", "island", amount]
        assert found[0] == found[1] == _truth(full, ("locality", "island"), amount), amount


def test_the_comparison_of_the_large_groups_stays(shape: tuple[Any, Results, Results]) -> None:
    """Rural against urban is published, near what it is, where neither of them is small."""
    told, full, shown = shape
    if told.stay is None:  # the reference is the withheld group: nothing is left to compare
        assert all(one.withheld for one in shown.findings)
        return
    finding = next(
        one for one in shown.findings if (one.attribute, one.group, one.reference) == told.stay
    )
    assert not finding.withheld
    true, seen = (
        next(one for one in results.estimates if one.key == finding.keys[0])
        for results in (full, shown)
    )
    assert seen.value == pytest.approx(true.value, rel=0.011)
