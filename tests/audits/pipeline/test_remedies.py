"""Remedies on the sample platform, whose rule and location term are known."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest

from fairshelf.audits.config import load
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.pipeline.choices import choices
from fairshelf.audits.pipeline.remedies.ask import CHANCES, RemedyAsk, Utility, Worth
from fairshelf.audits.pipeline.remedies.catalogue import RULES
from fairshelf.audits.pipeline.remedies.run import remedies
from fairshelf.audits.pipeline.replay import ModelAsk
from fairshelf.audits.remedies.points import disparity
from fairshelf.sample_data import candidates, ranking

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.pipeline.remedies.ask import Remedies

TRUTH = 0.5679
"""Exposure ratio of the sample's rule without advertisements (sample_data/truth.toml)."""

SPREAD = 0.0834
"""Standard deviation of its logarithm from platform to platform."""

SETTINGS = load(None, {"attributes": {"locality": None}, "reference": {"locality": "urban"}})


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the candidates, the sellers and the planted rule of the sample platform."""
    place = tmp_path_factory.mktemp("platform")
    candidates.write(place)
    return place


def _asked(place: Path, ask: RemedyAsk, *, shown: int | None = 18) -> Remedies:
    model = ModelAsk(str(place / "rule.toml"), shown=shown)
    files = [str(place / "candidates.csv")], str(place / "sellers.csv")
    return remedies(model, ask, *files, SETTINGS)


@pytest.fixture(scope="module")
def whole(platform: Path) -> Remedies:
    """Run every rule that needs nothing, the planted term off, pooling, training and a levy."""
    ask = RemedyAsk(
        neutral=(("rural", "0"),), lift=("quality",), levy=0.2, target=1.0, horizon=True
    )
    return _asked(platform, ask)


def test_the_platform_s_point_lies_where_it_was_planted(whole: Remedies) -> None:
    """The present ratio is the planted one within two spreads, and its interval holds it."""
    ratio = whole.present.ratio
    assert abs(np.log(ratio.value / TRUTH)) < 2 * SPREAD
    assert ratio.bounds is not None
    assert ratio.bounds[0] < TRUTH < ratio.bounds[1]


def test_without_the_planted_term_the_gap_is_closed(whole: Remedies) -> None:
    """With the model not shown who is rural, parity lies in the interval of the ratio."""
    (off,) = [one for one in whole.points if (one.remedy, one.strength) == ("neutral", 1.0)]
    assert off.ratio.bounds is not None
    assert off.ratio.bounds[0] < 1 < off.ratio.bounds[1]
    change = off.effect.changes[0][1].interval
    assert change is not None
    assert change.low > 1.3, "and the change itself is beyond doubt"


def test_a_boost_of_the_planted_size_undoes_the_planted_term(platform: Path) -> None:
    """Adding 0.4 to rural scores gives the very order of the rule without the term."""
    ask = RemedyAsk(
        what=("boost", "neutral"), neutral=(("rural", "0"),), strengths={"boost": (0.4,)}
    )
    found = {(one.remedy, one.strength): one for one in _asked(platform, ask).points}
    boosted, off = found["boost", 0.4], found["neutral", 1.0]
    assert boosted.ratio.value == pytest.approx(off.ratio.value, rel=1e-9)
    assert boosted.utility.value == pytest.approx(off.utility.value, rel=1e-9)


def test_what_is_clearly_better_is_named_with_the_paired_change(whole: Remedies) -> None:
    """An order beats the planted one in pairs; its factor is that of the two ratios."""
    clear = whole.front.standings[0].clearly
    assert clear is not None
    order = whole.points[clear.order]
    assert clear.orders == len(whole.points) - 1
    assert clear.factor.value == pytest.approx(order.ratio.value / whole.present.ratio.value)
    assert clear.utility.value == pytest.approx(order.utility.value - 1)
    change = order.effect.changes[0][1].interval
    assert change is not None
    assert clear.factor.low is not None
    assert 1 < clear.factor.low < change.low, "wider, for the number of orders tried"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_names_what_is_clearly_better(whole: Remedies, lang: str) -> None:
    """The last sentence of the lead names the rule, and says of how many orders it is the best."""
    from fairshelf.reports.changes.remedy import page
    from fairshelf.reports.wording import Words

    words = Words(lang, strict=True)
    clear = whole.front.standings[0].clearly
    assert clear is not None
    told = page(whole, words).lead[-1]
    assert words.text(f"remedy.rule.{whole.points[clear.order].remedy}") in told
    assert words.ratio(clear.factor.low) in told
    assert str(clear.orders) in told


def test_the_front_is_monotone(whole: Remedies) -> None:
    """Along the front, from parity outwards, utility only rises as disparity does."""
    points = [whole.points[n] for n in whole.front.front]
    far = [disparity(one.ratio).value for one in points]
    worth = [one.utility.value for one in points]
    assert len(points) >= 2
    assert far == sorted(far)
    assert worth == sorted(worth)


@pytest.mark.parametrize("rule", ["floor", "quota", "boost"])
def test_more_of_a_rule_brings_more(whole: Remedies, rule: str) -> None:
    """The ratio never falls as a floor, a quota or a boost grows."""
    ratios = [one.ratio.value for one in whole.points if one.remedy == rule]
    assert len(ratios) >= 4
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(ratios))


def test_no_promise_is_broken(whole: Remedies) -> None:
    """Every check of every output holds, or the list allows no more."""
    checked = [one.held for one in whole.points if one.held is not None]
    assert len(checked) >= 15
    assert all(one.broken == 0 for one in checked)


def test_what_quality_and_what_the_rule_closes_add_up(whole: Remedies) -> None:
    """Gap = quality + rule + rest; the planted term makes the gap, though lifts help anybody."""
    assert whole.training is not None
    split = whole.training.split
    assert split is not None
    total = split.quality_shapley.value + split.rule_shapley.value + split.left.value
    assert total == pytest.approx(split.gap.value)
    assert split.rule_shapley.share > 0.7
    assert split.rule_shapley.interval is not None
    assert split.rule_shapley.interval.low > 0
    assert split.quality_shapley.share < split.rule_shapley.share / 2


def test_a_levy_keeps_its_books(whole: Remedies) -> None:
    """What is levied is returned or kept to the last digit, and the ratio comes nearer to 1."""
    levy = whole.levy
    assert levy is not None
    assert levy.pot == levy.returned + levy.kept
    assert levy.ratio[0] < levy.ratio[1] <= 1.0000001
    assert levy.gini[1] < levy.gini[0]


def test_the_target_is_reached_between_the_strengths_tried(whole: Remedies) -> None:
    """The boost that brings 1 lies near the planted 0.4, and its price has an interval."""
    (boost,) = [one.at for one in whole.targets if one.remedy == "boost"]
    assert boost is not None
    assert 0.2 < boost.strength < 0.5
    assert 1.0 <= boost.ratio.value < 1.05, "the rule was run, and reaches it"
    assert boost.utility.bounds is not None


def test_the_same_seed_gives_the_same_record(platform: Path) -> None:
    """Two runs with chance in them agree in every figure; another seed draws otherwise."""
    ask = RemedyAsk(what=("explore",), fresh=("quality", 60.0))
    first, again = _asked(platform, ask), _asked(platform, ask)
    assert first.points == again.points
    model = ModelAsk(str(platform / "rule.toml"), shown=18)
    files = [str(platform / "candidates.csv")], str(platform / "sellers.csv")
    other = remedies(model, ask, *files, SETTINGS.model_copy(update={"seed": 1}))
    assert other.points[1].ratio != first.points[1].ratio


def test_rules_without_what_they_need_are_refused(platform: Path) -> None:
    """A rule that lacks its column, an unknown rule, group, feature or co-op: one error each."""
    for ask, code in (
        (RemedyAsk(what=("ad_load",)), "remedy_needs"),
        (RemedyAsk(what=("explore",)), "remedy_needs"),
        (RemedyAsk(what=("flor",)), "remedy_unknown"),
        (RemedyAsk(what=("floor",), group="mountain"), "unknown_group"),
        (RemedyAsk(what=("floor",), lift=("qualty",)), "remedy_unknown_column"),
        (RemedyAsk(what=("floor",), coop="villages"), "remedy_unknown_coop"),
        (RemedyAsk(what=("floor",), coop="group"), "remedy_no_history"),
        (RemedyAsk(what=("explore",), fresh=("age", 3.0)), "remedy_unknown_column"),
        (RemedyAsk(what=("floor",), group="urban"), "group_is_reference"),
    ):
        with pytest.raises(UsageError) as found:
            _asked(platform, ask)
        assert found.value.code == code, ask


def test_every_rule_is_in_the_sentences() -> None:
    """Each rule of the catalogue has a name, a unit and a description in both languages."""
    from fairshelf.reports.wording import Words

    for lang in ("en", "zh"):
        words = Words(lang, strict=True)
        for rule in RULES:
            assert words.text(f"remedy.rule.{rule.name}")
            assert words.text(f"remedy.strength.{rule.name}", strength="1")
            assert words.text(f"remedy.what.{rule.name}")
        for worth in get_args(Worth):
            assert words.text(f"remedy.head.utility.{worth}")
            assert words.text(f"remedy.front.y.{worth}")
            assert words.text(f"remedy.utility.{worth}")


def test_dear_rules_run_when_they_are_named(tmp_path: Path) -> None:
    """Exposure by merit keeps its NDCG, a lottery ends in an order; both move the ratio up."""
    rng = np.random.default_rng(0)
    lines = ["request,listing,seller,locality,relevance,score"]
    for request in range(30):
        for one in rng.choice(40, 8, replace=False):
            rural = one < 16
            worth = rng.integers(1, 5)
            lines.append(
                f"q{request},l{one},s{one},{'rural' if rural else 'urban'},"
                f"{worth},{worth - 2 * rural + rng.normal():.4f}"
            )
    (tmp_path / "c.csv").write_text("\n".join(lines), encoding="utf-8")
    ask = RemedyAsk(what=("merit", "lottery"))
    found = remedies(ModelAsk("column:score"), ask, [str(tmp_path / "c.csv")], None, SETTINGS)
    assert {one.remedy for one in found.points} == {"present", "merit", "lottery"}
    for one in found.points[1:]:
        assert one.held is not None
        assert one.held.broken == 0
        assert one.ratio.value > found.present.ratio.value


def test_a_log_without_a_model_is_ranked_otherwise_from_its_own_order(tmp_path: Path) -> None:
    """Positions are the present order; without a worth, utility is likeness and starts at 1."""
    rng = np.random.default_rng(1)
    lines = ["request,position,listing,seller,locality,sponsored"]
    for request in range(40):
        order = sorted(rng.choice(60, 10, replace=False), key=lambda n: rng.random() + (n < 24))
        lines += [
            f"q{request},{place + 1},l{n},s{n},{'rural' if n < 24 else 'urban'},{int(place == 0)}"
            for place, n in enumerate(order)
        ]
    (tmp_path / "log.csv").write_text("\n".join(lines), encoding="utf-8")
    found = remedies(None, RemedyAsk(), [str(tmp_path / "log.csv")], None, SETTINGS)
    assert found.worth == "likeness"
    assert found.present.utility.value == 1
    assert {"floor", "quota", "fa_ir", "boost", "fairco", "ad_load"} <= {
        one.remedy for one in found.points
    }
    assert all(one.utility.value <= 1 + 1e-12 for one in found.points)
    assert "remedy_limit_shown_only" in {one.code for one in found.head.limits}


def test_another_rule_of_the_platform_is_seen(tmp_path: Path) -> None:
    """Where nothing was planted, parity lies in the interval and a boost of 1 goes past it."""
    candidates.write(tmp_path, rule=replace(ranking.Rule(), rural=0.0), requests=60)
    found = _asked(tmp_path, RemedyAsk(what=("boost",), strengths={"boost": (1.0,)}))
    assert found.present.ratio.bounds is not None
    assert found.present.ratio.bounds[0] < 1 < found.present.ratio.bounds[1]
    assert found.points[1].ratio.value > 1.5


def test_a_rule_with_nothing_to_try_is_named(tmp_path: Path) -> None:
    """A boost that was asked for and not tried, as the group leads, is named beside the limits."""
    candidates.write(tmp_path, rule=replace(ranking.Rule(), rural=1.0), requests=30)
    found = _asked(tmp_path, RemedyAsk(what=("boost", "floor"), strengths={"floor": (0.5,)}))
    assert {one.remedy for one in found.points} == {"present", "floor"}
    idle = [one for one in found.head.limits if one.code == "remedy_limit_idle"]
    assert [one.facts["remedies"] for one in idle] == [["boost"]]


def test_choices_hold_what_the_files_say(platform: Path) -> None:
    """Every candidate is there once, in the model's order, with its features beside it."""
    model = ModelAsk(str(platform / "rule.toml"))
    files = [str(platform / "candidates.csv")], str(platform / "sellers.csv")
    with choices(model, *files, SETTINGS) as given:
        rows = len((platform / "candidates.csv").read_text(encoding="utf-8").splitlines()) - 1
        assert given.place.size == rows
        inside = np.diff(given.score)[np.diff(given.sets.request) == 0]
        assert (inside <= 0).all()
        assert (given.ranked_by(given.score) == given.place).all()
        assert given.features is not None
        assert given.scored(given.features) == pytest.approx(given.score)


def _priced(place: Path) -> str:
    """Write two requests of the same four candidates: the rural ones cheap and clicked less."""
    lines = ["request,listing,seller,locality,relevance,price,revenue,score,guess"]
    for request in ("a", "b"):
        lines += [
            f"{request},l1,s1,urban,0.4,10,100,4,0.1",
            f"{request},l2,s2,urban,0.2,10,60,3,0.1",
            f"{request},l3,s3,rural,0.1,5,20,2,0.3",
            f"{request},l4,s4,rural,0.1,5,20,1,0.1",
        ]
    (place / "c.csv").write_text("\n".join(lines), encoding="utf-8")
    return str(place / "c.csv")


def _on_top(file: str, utility: Utility, forecast: str | None = None) -> Remedies:
    """Put the rural pair on top."""
    guess = None if forecast is None else ModelAsk(forecast)
    ask = RemedyAsk(("boost",), {"boost": (10.0,)}, utility=utility, forecast=guess)
    return remedies(ModelAsk("column:score"), ask, [file], None, SETTINGS)


def test_what_the_price_is_told_in_is_worked_by_hand(tmp_path: Path) -> None:
    """Chances .4, .2, .1, .1 at places 1 to 4, then 3, 4, 1, 2: clicks, orders, revenue, NDCG."""
    file, place = _priced(tmp_path), 1 / np.log2(np.arange(2, 6))
    now, then = np.array([0.4, 0.2, 0.1, 0.1]), np.array([0.1, 0.1, 0.4, 0.2])
    found = {}
    for utility in get_args(Utility):
        done = _on_top(file, utility)
        assert done.worth == utility
        found[utility] = done.points[1].utility.value
        if utility in ("answers", "clicks", "orders"):
            clicks = done.points[1].effect.clicks
            assert clicks is not None
            assert (clicks.before, clicks.after) == pytest.approx((now @ place, then @ place))
    for utility in ("answers", "clicks", "orders", "ndcg"):
        assert found[utility] == pytest.approx(then @ place / (now @ place)), utility
    dear, cheap = np.array([4.0, 2, 0.5, 0.5]), np.array([0.5, 0.5, 4, 2])
    assert found["revenue"] == pytest.approx(cheap @ place / (dear @ place))


def test_a_forecast_is_the_worth_where_it_is_said_of_what(tmp_path: Path) -> None:
    """Guesses .1, .1, .3, .1 in place of relevance: with the third on top clicks rise.

    That the log's own clicks are no forecast is said where one asks for it all the same.
    """
    file, place = _priced(tmp_path), 1 / np.log2(np.arange(2, 6))
    done = _on_top(file, "clicks", "column:guess")
    now, then = np.array([0.1, 0.1, 0.3, 0.1]), np.array([0.3, 0.1, 0.1, 0.1])
    assert done.points[1].utility.value == pytest.approx(then @ place / (now @ place))
    assert (done.head.gain, done.head.forecast) == (None, "column:guess")
    assert "remedy_limit_forecast" in {one.code for one in done.head.limits}
    text = (tmp_path / "c.csv").read_text(encoding="utf-8").replace("guess", "clicks")
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    done = _on_top(file, "clicks", "column:clicks")
    assert "remedy_limit_hindsight" in {one.code for one in done.head.limits}


def test_a_worth_that_is_no_chance_gives_no_clicks(tmp_path: Path) -> None:
    """Grades of 4, a score as a forecast, a forecast of nobody says what: one error each."""
    file = _priced(tmp_path)
    with pytest.raises(UsageError) as found:
        _on_top(file, "answers", "column:guess")
    assert found.value.code == "forecast_of_what"
    with pytest.raises(DataError) as read:
        _on_top(file, "orders", "column:price")
    assert read.value.code == "forecast_no_chance"
    text = (tmp_path / "c.csv").read_text(encoding="utf-8").replace("0.4", "4")
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    for utility in CHANCES:
        with pytest.raises(UsageError) as found:
            _on_top(file, utility)
        assert found.value.code == "worth_no_chance"
    assert _on_top(file, "answers").worth == "answers"


def test_a_levy_on_revenue_is_worked_by_hand(tmp_path: Path) -> None:
    """Revenues 200, 120, 40, 40 of one listing each: half of what is above 100 goes to the 40s."""
    ask = RemedyAsk(what=("floor",), levy=0.5, levy_on="revenue", levy_rule="per_seller")
    done = remedies(ModelAsk("column:score"), ask, [_priced(tmp_path)], None, SETTINGS)
    levy = done.levy
    assert levy is not None
    assert levy.held == pytest.approx(400)
    assert levy.pot == pytest.approx(60)
    assert levy.returned == pytest.approx(60)
    assert list(levy.ratio) == pytest.approx([40 / 160, 70 / 130])
    assert levy.payers == (0, 2)
    assert levy.receivers == 2


def test_a_price_or_revenue_that_nobody_told_is_refused(platform: Path, tmp_path: Path) -> None:
    """The sample's candidates have no revenue, these no price: one error each."""
    with pytest.raises(UsageError) as found:
        _asked(platform, RemedyAsk(what=("floor",), levy=0.1, levy_on="revenue"))
    assert found.value.code == "remedy_needs"
    text = (platform / "candidates.csv").read_text(encoding="utf-8").replace(",price,", ",p,", 1)
    (tmp_path / "candidates.csv").write_text(text, encoding="utf-8")
    for name in ("rule.toml", "sellers.csv"):
        (tmp_path / name).write_text((platform / name).read_text("utf-8"), encoding="utf-8")
    with pytest.raises(UsageError) as found:
        _asked(tmp_path, RemedyAsk(utility="revenue"))
    assert found.value.code == "remedy_needs"


def test_places_that_others_hold_stay_theirs(tmp_path: Path) -> None:
    """Urban shops at 1 to 12 and rural ones at 21 to 32 are as far apart as the log has them."""
    lines = ["request,position,listing,seller,locality"]
    for request in range(12):
        for n in range(24):
            place = n + 1 if n < 12 else n + 9
            lines.append(f"q{request},{place},l{n},s{n},{'urban' if n < 12 else 'rural'}")
    (tmp_path / "log.csv").write_text("\n".join(lines), encoding="utf-8")
    found = remedies(None, RemedyAsk(what=("floor",)), [str(tmp_path / "log.csv")], None, SETTINGS)
    weight = 1 / np.log2(1 + np.arange(1, 33))
    assert found.present.ratio.value == pytest.approx(weight[20:32].sum() / weight[:12].sum())
    assert "remedy_limit_gaps" in {one.code for one in found.head.limits}
    at_parity = found.points[-1]
    assert at_parity.ratio.value > 0.85
    kept = found.points[-1].effect.moved
    assert kept.sellers == 12


def test_clicks_are_no_worth(tmp_path: Path) -> None:
    """Clicks were earned at the places listings had: no rule is judged by them, and it is said."""
    rng = np.random.default_rng(2)
    lines = ["request,position,listing,seller,locality,clicks"]
    for request in range(20):
        for place, n in enumerate(rng.permutation(30)[:10]):
            click = int(rng.random() < 1 / (place + 1))
            lines.append(
                f"q{request},{place + 1},l{n},s{n},{'rural' if n < 12 else 'urban'},{click}"
            )
    (tmp_path / "log.csv").write_text("\n".join(lines), encoding="utf-8")
    found = remedies(None, RemedyAsk(what=("floor",)), [str(tmp_path / "log.csv")], None, SETTINGS)
    assert found.worth == "likeness"
    assert "remedy_limit_answers" in {one.code for one in found.head.limits}


def test_a_few_requests_have_no_interval(tmp_path: Path) -> None:
    """With four requests nothing tells how the next would differ: ratios stand alone."""
    candidates.write(tmp_path, requests=4)
    found = _asked(tmp_path, RemedyAsk(what=("floor",)))
    assert found.present.ratio.bounds is None
    assert found.points[1].effect.changes[0][1].interval is None


def test_the_ratio_does_not_fall_as_the_log_grows(tmp_path: Path) -> None:
    """Rural listings that are new in every request: noise ranks them alike however long the log."""
    ratios = []
    for requests in (10, 80):
        rng = np.random.default_rng(5)
        lines = ["request,listing,seller,locality,score"]
        for request in range(requests):
            for n in range(20):
                rural = n < 10
                listing = f"r{request}-{n}" if rural else f"u{n}"
                where = "rural" if rural else "urban"
                lines.append(f"q{request},{listing},s{n},{where},{rng.normal():.5f}")
        (tmp_path / "c.csv").write_text("\n".join(lines), encoding="utf-8")
        ask = RemedyAsk(what=("floor",))
        found = remedies(ModelAsk("column:score"), ask, [str(tmp_path / "c.csv")], None, SETTINGS)
        ratios.append(found.present.ratio.value)
    assert ratios == pytest.approx([1, 1], abs=0.15)


def test_a_levy_goes_by_listings_not_by_how_often_they_stand_for_choice(tmp_path: Path) -> None:
    """A rural listing in one request of two, all else in both: shares are of four listings."""
    lines = ["request,listing,seller,locality,revenue,score"]
    for request in ("a", "b"):
        lines += [f"{request},l1,s1,urban,100,4", f"{request},l2,s2,urban,60,3"]
        lines += [f"{request},l3,s3,rural,20,2"]
    lines.append("a,l4,s4,rural,40,1")
    (tmp_path / "c.csv").write_text("\n".join(lines), encoding="utf-8")
    ask = RemedyAsk(what=("floor",), levy=0.5, levy_on="revenue", levy_rule="per_seller")
    model, files = ModelAsk("column:score"), [str(tmp_path / "c.csv")]
    levy = remedies(model, ask, files, None, SETTINGS).levy
    assert levy is not None
    assert levy.pot == pytest.approx(60), "half of 100 and of 20 above a fourth of 400 each"


def test_co_operatives_by_the_bare_name_of_an_attribute(platform: Path) -> None:
    """``locality`` is understood where the attribute is ``locality:rural_urban``."""
    settings = load(None, {"reference": {"locality": "urban"}})
    model = ModelAsk(str(platform / "rule-history.toml"), shown=18)
    files = [str(platform / "candidates.csv")], str(platform / "sellers.csv")
    told = remedies(model, RemedyAsk(what=("floor",), coop="locality"), *files, settings)
    assert told.attribute == "locality:rural_urban"
    assert told.coop is not None
    assert told.coop.storefronts == 2
