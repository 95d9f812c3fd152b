"""Both languages say the same things, and numbers never round across a line that matters."""

from __future__ import annotations

import re
import string
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.results import Message
from fairshelf.reports.wording import LANGUAGES, Words, catalogue

if TYPE_CHECKING:
    from pathlib import Path

HAN = re.compile("[\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")

# Latin words a Chinese reader meets in these very letters: names, formats, codes, options, and
# whatever is typed at the command: settings, columns, baselines.
NAMES = frozenset(
    """
    ref
    fairshelf audit run inspect init json csv xlsx xls parquet gz zst zip tsv toml html pdf utf gb
    gbk big excel sha holm log lorenz dcg rbp geom top uniform given reciprocal cascade empirical
    results schema version estimates map lang zh en out force null nan url id ids sellers catalogue
    shown merit auto given true false none tab logclip candidates cell legitimate crv
    sqlite stuart cinelli hazlett gelbach kitagawa day week month kl explain rnd size
    ml pip wps ctrl enter install chernozhukov benjamini hochberg
    pickle joblib dill torch skops onnx lightgbm xgboost ubjson pip dump model save as external
    data command http module function feature output trust code io python localhost port
    ndcg kendall tau docs md program column models
    arm ips probability set missing replay check compare rural inconclusive
    merge tmpdir
    rules waivers id rule level off warn error reason owner expires gate
    cn eu us uk in jp kr plan request strobe von elm platform authority markdown hmac
    community regulator apt get debian ubuntu pango libpango libpangoft libharfbuzz subset fonts
    noto cjk ed keygen ro manifest tagmanifest sum weasyprint pseudonymise rcny cfr
    lambdamart auc brier whatif fit scikit learn simpleimputer
    parties kind boost detconstsort geyik zehlike morik biega singh joachims shapley worth own
    neutral fresh county group sales sponsored price revenue mb gb
    spark hive postgresql clickhouse bigquery snowflake trino ibis openjdk jre headless engine
    master worker workers schema postgres table parquet local
    cast numeric float
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
TYPED = frozenset(part for name in (*Settings.model_fields, *BY_NAME) for part in name.split("_"))


def _entries(lang: str) -> dict[str, dict[str, str]]:
    folder = files("fairshelf.reports") / "locales" / lang
    found = {}
    for file in folder.iterdir():
        if file.name.endswith(".po"):
            with file.open("rb") as stream:
                entries = read_po(stream)
            found[file.name] = {str(e.id): str(e.string) for e in entries if e.id}
    return found


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_names() -> None:
    """Each catalogue file exists in both languages with the same symbolic names."""
    english, chinese = _entries("en"), _entries("zh")
    assert set(english) == set(chinese)
    for file, entries in english.items():
        assert set(entries) == set(chinese[file]), file


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_left_unsaid(lang: str) -> None:
    """No entry is empty, marked fuzzy, or says its own name."""
    for file, entries in _entries(lang).items():
        for name, sentence in entries.items():
            assert sentence.strip(), (file, name)
            assert sentence != name or "." not in name, (file, name)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_name_stands_in_one_file_only(lang: str) -> None:
    """No symbolic name is defined twice, so that no file can silently overrule another."""
    names = [name for entries in _entries(lang).values() for name in entries]
    assert sorted(set(names)) == sorted(names)


def test_both_languages_state_the_same_facts() -> None:
    """A sentence has the same placeholders in both languages."""
    english, chinese = catalogue("en"), catalogue("zh")
    for name, sentence in english.items():
        assert _placeholders(sentence) == _placeholders(chinese[name]), name


def test_chinese_is_chinese() -> None:
    """A Chinese sentence holds no English word but names, formats, options and codes."""
    offending = {}
    for name, sentence in catalogue("zh").items():
        bare = re.sub(r"\{[^}]*\}", "", sentence)
        bare = re.sub(r"(?<![\w-])--?[a-z][a-z-]*(=\S+)?|[\w.]*[_.=/][\w./=-]*", "", bare)
        words = {word.lower() for word in LATIN.findall(bare)} - NAMES - TYPED
        allowed = {word for word in words if re.search(rf"\b{word}\b", _codes(name), re.IGNORECASE)}
        if words - allowed - _STANDARDS:
            offending[name] = words - allowed - _STANDARDS
    assert not offending


_STANDARDS = frozenset(
    {"nbs", "urc", "rucc", "ruca", "degurba", "eu", "uk", "us", "cn", "miit", "msme", "in", "adm"}
    | {"twn", "cnty", "cny", "usd", "eur", "inr", "gbp", "ca", "rmb", "ole", "unicode", "duckdb"}
    | {"latin", "cp", "le", "be", "bom", "ascii", "at", "cnty", "retail", "tsv", "jsonl", "lines"}
)


def _codes(name: str) -> str:
    return name.replace(".", " ").replace("_", " ")


def test_english_is_english() -> None:
    """An English sentence holds no Chinese character, headings given as examples apart."""
    for name, sentence in catalogue("en").items():
        bare = re.sub(r"[\w-]+=[^\s]+|[“\"'(][^”\"')]*[”\"')]", "", sentence)
        assert not HAN.search(bare), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_called_unlawful(lang: str) -> None:
    """No sentence accuses: the words for illegality and discrimination do not occur."""
    banned = re.compile(r"illegal|unlawful|discriminat|违法|歧视|非法", re.IGNORECASE)
    for name, sentence in catalogue(lang).items():
        assert not banned.search(sentence), name


def test_chinese_punctuation_is_full_width() -> None:
    """Between Chinese characters stand Chinese commas, colons, semicolons and question marks."""
    half = re.compile("[\u4e00-\u9fff][,;:?!][\u4e00-\u9fff]")
    halved = [name for name, sentence in catalogue("zh").items() if half.search(sentence)]
    assert not halved


def test_a_missing_sentence_raises_in_tests_only() -> None:
    """Strict words raise for an unknown name; a reader gets the name and the facts."""
    with pytest.raises(KeyError):
        Words("en", strict=True).text("no.such.name")
    assert Words("en").text("no.such.name", rows=3) == "no.such.name (rows=3)"


def test_a_missing_fact_raises_in_tests_only() -> None:
    """Strict words raise for a placeholder without a fact; a reader sees the placeholder."""
    with pytest.raises(KeyError):
        Words("en", strict=True).text("findings.more")
    assert "{count}" in Words("en").text("findings.more")


def test_facts_cannot_reach_into_objects() -> None:
    """A fact that holds braces is text: nothing in it is looked up or formatted again."""
    said = Words("en").text("findings.more", count="{0.__class__} {count}")
    assert "{0.__class__} {count}" in said


def test_an_report_language_is_refused() -> None:
    """A language without catalogues is a usage error that lists those there are."""
    with pytest.raises(UsageError) as caught:
        Words("xx")
    assert caught.value.facts["known"] == list(LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_errors_without_words_are_still_told(lang: str) -> None:
    """An error whose sentence is missing is told by its code and facts."""
    what, where, do = Words(lang).error(DataError("no_such_code", file="log.csv"))
    assert "no_such_code" in what
    assert "log.csv" in what
    assert not where + do


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "error",
    [
        DataError("results_not_json", why="x"),
        DataError("results_foreign"),
        DataError("results_newer", version="2.0", known="1.0"),
        DataError("results_broken", field="rows.read", why="x"),
        UsageError("report_language", language="fr", known=["en", "zh"]),
    ],
)
def test_our_errors_say_what_where_and_what_to_do(lang: str, error: DataError) -> None:
    """Each error of the reports has all three sentences in both languages."""
    assert all(Words(lang, strict=True).error(error))


def test_a_message_without_words_is_its_code() -> None:
    """A notice whose sentence is missing is shown by its code, not as a traceback."""
    assert "no_such_notice" in Words("zh").message(Message("no_such_notice", {"rows": 1}))


ratios = st.floats(0.0001, 1000, allow_nan=False)


@given(ratios)
def test_rounding_never_lands_on_a_mark(value: float) -> None:
    """A ratio is printed as 0.80, 1.00 or 1.25 only if it is that to six places."""
    shown = Words("en").ratio(value, (0.8, 1.0, 1.25)).replace(",", "")
    side, told = shown[:10], float(shown.removeprefix("just above ").removeprefix("just below "))
    for mark in (0.8, 1.0, 1.25):
        if abs(value - mark) <= 1e-6:
            continue
        if told == mark:
            assert side == ("just below" if value < mark else "just above")
        else:
            assert (told < mark) == (value < mark)


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (1.00001, "just above 1", "略高于 1"),
        (0.99999, "just below 1", "略低于 1"),
        (0.80003, "just above 0.8", "略高于 0.8"),
        (0.999, "0.999", "0.999"),
        (1.0004, "1.0004", "1.0004"),
        (1.0, "1.00", "1.00"),
    ],
)
def test_beside_a_mark_a_ratio_is_said_in_words(value: float, en: str, zh: str) -> None:
    """What four places do not tell from 1 or a bound is just above or below it, never equal."""
    assert Words("en").ratio(value, (0.8, 1.0, 1.25)) == en
    assert Words("zh").ratio(value, (0.8, 1.0, 1.25)) == zh


def test_words_in_the_place_of_a_number_take_no_blank_in_chinese() -> None:
    """In Chinese the blank before a number goes where words stand in its place."""
    told = Words("zh").text("range.full", low="0.85", high=Words("zh").ratio(0.99999))
    assert told == "0.85 至略低于 1"
    assert Words("en").text("range.full", low="0.85", high="just below 1") == "0.85 to just below 1"


def test_the_example_of_the_bound() -> None:
    """0.7996 beside the bound 0.8 is printed in full, 0.87 as 0.87, zero as 0."""
    words = Words("en")
    assert words.ratio(0.7996, (0.8, 1.0)) == "0.7996"
    assert words.ratio(0.8655, (0.8, 1.0)) == "0.87"
    assert words.ratio(0.0) == "0"
    assert words.ratio(0.0421) == "0.042"
    assert words.ratio(3e-31) == "< 0.0001"
    assert words.ratio(1234.5678) == "1,234.57"


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.13, "13.0%"), (0.0, "0%"), (1.0, "100.0%"), (0.0005, "0.05%"), (0.00001, "< 0.01%")],
)
def test_percentages(share: float, shown: str) -> None:
    """Shares are printed with one place; small ones with two; zero only where it is zero."""
    assert shown == Words("en").percent(share)


def test_numbers_of_p_and_lists() -> None:
    """Small p-values are bounded, lists are joined as the language does, long ones are counted."""
    assert Words("en").p_value(0.00002) == "< 0.001"
    assert Words("en").p_value(0.04449) == "0.044"
    assert Words("zh").listing(["县域", "远郊区"]) == "县域、远郊区"
    assert "3" in Words("en").listing([str(n) for n in range(15)]).split(" and ")[-1]
    assert Words("zh").date("2020-06-20") == "2020年6月20日"
    assert Words("en").date("June 2020") == "June 2020"


def test_there_are_catalogues_in_the_checkout(root: Path) -> None:
    """The catalogues that are read are those of the checkout's reports folder."""
    assert (root / "reports" / "locales" / "zh" / "report.po").is_file()


def test_one_thing_has_one_name_in_chinese(root: Path) -> None:
    """The exposure ratio is 关注度比值, the reference 参照群体, a group 群体.

    An attribute is 分组方式. So in every catalogue, in the help, and in the documents; 一组 and
    两组 only count groups.
    """
    others = re.compile(
        "曝光比|参照组|对照组|第一页之比|组别|群组|分组属性|群体属性|分组依据|(?<![分一两])[该本某]组"
        "|各组(?![合织成])"
    )
    assert not {name for name, sentence in catalogue("zh").items() if others.search(sentence)}
    written = [root / "cli" / "help.zh.toml", root / "README.zh.md", *root.glob("docs/*.zh.md")]
    assert not {file.name for file in written if others.search(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("店铺", "区间考虑了同一店铺的各行"),
        ("shop", "区间考虑了同一 shop 的各行"),
        ("店铺（seller）", "区间考虑了同一 店铺（seller）的各行"),
    ],
)
def test_a_chinese_fact_takes_no_blank_in_chinese(column: str, said: str) -> None:
    """A blank stands beside foreign words and file names only, and not behind a full stop."""
    told = Words("zh", strict=True).text("gap.clustered", column=column)
    assert told.startswith(said)
    assert "\ue000" not in told


def test_only_pages_divide_words() -> None:
    """A terminal or a file shows no soft hyphen, which would shift columns; pages keep theirs."""
    written = [text for text in catalogue("en").values() if "\u00ad" in text]
    assert written
    assert Words("en").label("browsing", "dcg") == "logarithmic decline"
    assert "\u00ad" in Words("en", hyphens=True).label("browsing", "dcg")
