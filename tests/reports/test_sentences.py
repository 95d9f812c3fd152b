"""Every finding is said in both languages: the deciding fact first, ratios with intervals."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest

from fairshelf.audits.results import Certainty, Direction, Finding, Outcome
from fairshelf.reports.forest import measure_of
from fairshelf.reports.names import Names
from fairshelf.reports.sentences import Sentences, say
from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from fairshelf.audits.results import Results

SIZES = ("none", "small", "moderate", "large", "total", "unknown")


def _said(results: Results, lang: str, finding: Finding | None = None) -> Sentences:
    finding = replace(finding or results.findings[0], reasons=())
    return say(finding, results, Names(results, Words(lang, strict=True)))


def _with_lead(results: Results, **changes: Any) -> Results:  # noqa: ANN401 - fields of an estimate
    """Change the estimate the first finding rests on."""
    key = results.findings[0].keys[0]
    changed = [replace(e, **changes) if e.key == key else e for e in results.estimates]
    return replace(results, estimates=tuple(changed))


def test_absence_from_the_first_page_leads(results: Results) -> None:
    """The first sentence states the exclusion; the favourable ratio comes only afterwards."""
    said = _said(results, "en")
    assert said.lead == (
        "Group “县域” holds none of the first 49 places, although it makes up 13.0% of the "
        "impressions shown."
    )
    assert (
        "Over all places shown, group “县域” receives 0.87 times as much attention per impression "
        "as group “中心城区” (95% interval 0.85 to 0.89)."
    ) in said.support


def test_absence_from_the_first_page_leads_in_chinese(results: Results) -> None:
    """The Chinese says the same, as Chinese."""
    said = _said(results, "zh")
    assert said.lead == "前 49 位中没有一个属于县域，而它占全部展示的 13.0%。"
    assert any("0.87 倍（95% 区间 0.85 至 0.89）" in sentence for sentence in said.support)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_finding_has_its_sentences(results: Results, lang: str) -> None:
    """Each outcome, certainty, size, measure and value is said without a missing word."""
    kinds = itertools.product(
        get_args(Outcome),
        get_args(Certainty),
        SIZES,
        ("exposure_ratio", "topk_impact_ratio"),
        ((0.0, 0.0, 0.4), (0.7, 0.6, 0.79), (1.4, 1.3, None), (None, 2.0, None), (1.0, None, None)),
        get_args(Direction),
    )
    for outcome, certainty, size, metric, (value, low, high), direction in kinds:
        note = "reference_zero" if value is None else None
        told = _with_lead(results, metric=metric, value=value, low=low, high=high, note=note)
        finding = replace(
            results.findings[0],
            outcome=outcome,
            certainty=certainty,
            size=size,
            direction=direction,
        )
        said = _said(told, lang, finding)
        assert said.lead
        assert "{" not in said.lead + "".join(said.support)
        assert "None" not in said.lead + "".join(said.support)


GRADES = {"high": " is ", "moderate": "probably", "low": "may ", "very_low": "very uncertain"}


@pytest.mark.parametrize(("certainty", "phrase"), GRADES.items())
def test_certainty_sets_the_verb(results: Results, certainty: Any, phrase: str) -> None:  # noqa: ANN401 - a name of the Literal
    """High certainty states; moderate says probably; low says may; very low says so."""
    finding = replace(results.findings[0], certainty=certainty)
    said = _said(results, "en", finding)
    assert phrase in said.support[0]
    others = [word for name, word in GRADES.items() if name not in {"high", certainty}]
    assert not any(word in said.support[0] for word in others)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_ratio_has_its_interval(results: Results, lang: str) -> None:
    """A sentence that prints a ratio prints its interval too."""
    times = re.compile(r"0\.\d+ times|\d 倍")
    ratios = []
    for finding in results.findings:
        said = _said(results, lang, finding)
        ratios += [
            sentence
            for sentence in (said.lead, *said.support)
            if times.search(sentence) and "rule out" not in sentence and "不能排除" not in sentence
        ]
    assert ratios
    for sentence in ratios:
        assert {"en": "interval", "zh": "区间"}[lang] in sentence


def test_inconclusive_says_what_is_not_excluded(results: Results) -> None:
    """An inconclusive finding names both ends and does not pass for equality."""
    said = _said(results, "en", results.findings[2])
    assert "do not settle" in said.lead
    assert any(
        "0.7996" in part and "not the same as finding equality" in part for part in said.support
    )


def test_a_bare_absence_that_could_be_chance_is_not_a_gap(results: Results) -> None:
    """A group with none of the first places, undecided, is told with that caution."""
    told = _with_lead(results, high=1.8)
    finding = replace(results.findings[0], outcome="inconclusive", certainty="low")
    said = _said(told, "en", finding)
    assert "do not settle whether that is more than chance" in said.lead


def test_a_higher_group_means_the_reference_has_less(results: Results) -> None:
    """Where the group has more the sentence begins with the reference that has less."""
    told = _with_lead(results, metric="exposure_ratio", value=1.6, low=1.4, high=1.9)
    finding = replace(results.findings[0], direction="higher", certainty="high", size="moderate")
    assert _said(told, "en", finding).lead.startswith("Group “中心城区” receives less attention")


@pytest.mark.parametrize(
    ("lang", "certainty", "guard"),
    [
        ("en", "moderate", "probably"),
        ("en", "low", "may stand"),
        ("en", "very_low", "very uncertain"),
        ("zh", "moderate", "很可能"),
        ("zh", "low", "可能多于"),
        ("zh", "very_low", "把握很低"),
    ],
)
def test_an_empty_reference_is_no_surer_than_its_certainty(
    results: Results, lang: str, certainty: Certainty, guard: str
) -> None:
    """The bound of a group beside one with nothing is guarded as every other gap is."""
    told = _with_lead(results, value=None, low=12.0, high=None, note="reference_zero")
    finding = replace(
        results.findings[0], outcome="disparity", direction="higher", certainty=certainty
    )
    assert any(guard in part for part in _said(told, lang, finding).support)
    sure = _said(told, lang, replace(finding, certainty="high"))
    assert not any(guard in part for part in sure.support)


def test_the_unit_follows_the_baseline(results: Results) -> None:
    """Attention is told per seller, listing, impression or relevance, as the baseline has it."""
    finding = replace(results.findings[0], certainty="high")
    for baseline, unit in (
        ("sellers", "per seller"),
        ("catalogue", "per listing in the catalogue"),
        ("shown", "per impression"),
        ("merit", "per unit of relevance"),
    ):
        told = _with_lead(
            results, metric="exposure_ratio", value=0.6, low=0.5, high=0.7, baseline=baseline
        )
        assert unit in _said(told, "en", finding).lead


def test_a_small_gap_within_the_bounds_is_named(results: Results) -> None:
    """Shown equivalence whose interval excludes 1 still names who is worse off."""
    told = _with_lead(results, metric="exposure_ratio", value=0.9, low=0.85, high=0.95)
    finding = replace(results.findings[0], outcome="no_material_disparity", certainty="high")
    said = _said(told, "en", finding)
    assert "to the disadvantage of group “县域”" in said.support[0]


def test_few_sellers_are_given_as_the_reason(results: Results) -> None:
    """A finding that cannot be estimated for want of sellers says how many there are."""
    few = replace(results.groups[0].levels[1], sellers=3)
    record = replace(results.groups[0], levels=(results.groups[0].levels[0], few))
    told = replace(results, groups=(record,))
    finding = replace(results.findings[0], outcome="not_estimable", keys=())
    said = _said(told, "en", finding)
    assert "cannot be compared" in said.lead
    assert "“县域”: 3;" in said.support[0]


def test_a_hostile_group_name_stays_text(results: Results) -> None:
    """A group called like a placeholder or a tag is said as it is, controls made visible."""
    name = "{ratio}<b>\u202e"
    finding = replace(results.findings[0], group=name)
    assert "{ratio}<b>\ufffd" in _said(results, "en", finding).lead


def test_keys_without_estimates_do_not_break_a_report(results: Results) -> None:
    """A finding whose estimates are missing is told as not comparable."""
    finding = replace(results.findings[0], keys=("gone",))
    assert "cannot be compared" in _said(results, "en", finding).lead


def test_estimates_are_looked_up_not_computed(results: Results) -> None:
    """The numbers in the sentence are those of the estimate, whatever they are."""
    told = _with_lead(results, metric="exposure_ratio", value=0.4321, low=0.3333, high=0.5555)
    finding = replace(results.findings[0], certainty="high")
    lead = _said(told, "en", finding).lead
    assert all(number in lead for number in ("0.43", "0.33", "0.56"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_first_places_of_a_model_are_told_as_first_places(results: Results, lang: str) -> None:
    """An exposure ratio under the model top:10 speaks of the first 10 places, not of attention."""
    told = _with_lead(
        results, metric="exposure_ratio", browsing="top:10", value=0.6, low=0.5, high=0.7
    )
    said = _said(told, lang, replace(results.findings[0], certainty="high"))
    assert ("the first 10 places" if lang == "en" else "前 10 位") in said.lead
    assert "attention" not in said.lead
    assert "关注度" not in said.lead


def test_yes_and_no_are_told_with_their_attribute(results: Results) -> None:
    """A group called 是 is named with its attribute, so that a sentence can be read."""
    finding = replace(results.findings[0], attribute="minority", group="是", reference="否")
    lead = _said(results, "zh", finding).lead
    assert "“minority：是”" in lead


RATE = {"en": re.compile(r"\brate\b|reach"), "zh": re.compile("比率|进入")}
PER_IMPRESSION = {"en": "er impression", "zh": "每次展示"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("certainty", get_args(Certainty))
@pytest.mark.parametrize("outcome", ["material_disparity", "no_material_disparity", "inconclusive"])
def test_being_shown_in_the_first_places_is_not_called_the_rate_of_reaching_them(
    results: Results, lang: str, certainty: Certainty, outcome: Outcome
) -> None:
    """Attention within the first places is told per unit; the glossary's rate is another number."""
    finding = replace(results.findings[0], outcome=outcome, certainty=certainty)
    said = {}
    for metric in ("exposure_ratio", "topk_impact_ratio"):
        told = _with_lead(
            *(results,),
            metric=metric,
            browsing="top:5",
            cutoff="5",
            baseline="shown",
            value=0.077,
            low=0.052,
            high=0.11,
        )
        said[metric] = _said(told, lang, finding).lead
    assert not RATE[lang].search(said["exposure_ratio"])
    assert PER_IMPRESSION[lang] in said["exposure_ratio"]
    assert RATE[lang].search(said["topk_impact_ratio"])


def test_the_second_comparison_is_named_as_the_headline_has_it(results: Results) -> None:
    """Support that rests on the first places says of what, in the words of the terminal's table."""
    names = Names(results, Words("zh", strict=True))
    (first, *_) = (e for e in results.estimates if e.metric == "exposure_ratio")
    top = replace(first, key="top", browsing="top:5", baseline="shown", value=0.077, low=0.052)
    told = replace(results, estimates=(*results.estimates, top))
    finding = replace(results.findings[0], keys=(first.key, "top"))
    (support, *_) = _said(told, "zh", finding).support
    assert support.startswith("前 5 位的展示机会，县域（按每次展示计）为中心城区的 0.077 倍")
    assert measure_of(top, names).startswith("前 5 位的展示机会（")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("metric", ["exposure_ratio", "topk_impact_ratio"])
@pytest.mark.parametrize("outcome", ["material_disparity", "no_material_disparity"])
def test_very_low_certainty_says_of_what_it_is_uncertain(
    results: Results, lang: str, metric: str, outcome: Outcome
) -> None:
    """What these data show is told as it is; the doubt is about what lies beyond them."""
    for value, direction in ((0.55, "lower"), (1.8, "higher")):
        told = _with_lead(results, metric=metric, value=value, low=value - 0.03, high=value + 0.02)
        finding = replace(
            *(results.findings[0],),
            certainty="very_low",
            direction=direction,
            outcome=outcome,
        )
        lead = _said(told, lang, finding).lead
        assert lead.startswith({"en": "In these data", "zh": "在这份数据里"}[lang])
        fact, _, doubt = lead.partition({"en": ";", "zh": "；"}[lang])
        assert f"{value:.2f}" in fact
        assert {"en": "beyond them", "zh": "这份数据之外"}[lang] in doubt


@pytest.mark.parametrize("lang", LANGUAGES)
def test_blanks_are_not_a_second_group_and_that_is_said(results: Results, lang: str) -> None:
    """Where one group and blanks are all there is, the reader hears what to write in the file."""
    finding = replace(results.findings[0], outcome="not_estimable", reference="", keys=())

    def told(unknown: int) -> tuple[str, ...]:
        groups = tuple(
            replace(
                one,
                levels=(
                    replace(one.levels[0], level=finding.group),
                    replace(one.levels[0], level="unknown", sellers=unknown),
                ),
            )
            for one in results.groups
        )
        return _said(replace(results, groups=groups), lang, finding).support

    assert told(3) == (Words(lang, strict=True).text("not_estimable.blank"),)
    assert told(0) == ()
