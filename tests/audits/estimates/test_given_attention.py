"""Attention that the user supplies instead of a browsing model."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline import audit


def _log(folder: Path, *, attention: bool) -> str:
    """Write 20 requests of 6: rural sellers get a quarter of the pixels urban ones get."""
    rows = ["request,position,listing,seller,locality" + (",attention" if attention else "")]
    for request in range(20):
        for place in range(6):
            n = (request + place) % 12
            where, pixels = ("rural", "0.25") if n % 2 else ("urban", "1")
            rows.append(f"q{request},{place + 1},l{n},s{n},{where}" + f",{pixels}" * attention)
    (folder / "log.csv").write_text("\n".join(rows) + "\n")
    return str(folder / "log.csv")


def test_given_attention_is_summed_as_it_stands(tmp_path: Path) -> None:
    """With the model ``given`` exposure is the log's own column, whatever the position."""
    settings = Settings(browsing=("given", "dcg"), attributes={"locality": None}, permutations=99)
    results = audit([_log(tmp_path, attention=True)], None, None, settings).results
    found = {
        (e.metric, e.group): e.value
        for e in results.estimates
        if e.browsing == "given" and e.baseline in (None, "shown")
    }
    assert found["exposure_share", "rural"] == pytest.approx(0.2)
    assert found["attention_per_impression", "rural"] == pytest.approx(0.25)
    assert found["exposure_ratio", "rural"] == pytest.approx(0.25)


def test_given_attention_must_be_there(tmp_path: Path) -> None:
    """Asking for ``given`` without the column is an error that says so."""
    with pytest.raises(DataError, match="no_attention"):
        audit(
            [_log(tmp_path, attention=False)],
            None,
            None,
            Settings(browsing=("given",), attributes={"locality": None}),
        )


def _blank(folder: Path, every: int) -> str:
    """Blank the attention of some rural rows."""
    rows = Path(_log(folder, attention=True)).read_text().splitlines()
    rural = [n for n, row in enumerate(rows) if ",rural," in row]
    for n in rural[::every]:
        rows[n] = rows[n].removesuffix("0.25")
    (folder / "log.csv").write_text("\n".join(rows) + "\n")
    return str(folder / "log.csv")


def test_blank_attention_is_not_attention_of_nobody(tmp_path: Path) -> None:
    """Half of the rural rows blank would read as half the attention; it is refused instead."""
    settings = Settings(browsing=("given",), attributes={"locality": None}, permutations=99)
    with pytest.raises(DataError, match="attention_missing") as error:
        audit([_blank(tmp_path, every=2)], None, None, settings)
    assert error.value.facts["share"] == pytest.approx(0.25)
    other = Settings(browsing=("dcg",), attributes={"locality": None}, permutations=99)
    audit([str(tmp_path / "log.csv")], None, None, other)


def test_a_few_blank_cells_of_attention_are_told(tmp_path: Path) -> None:
    """Three of 120 rows are blank: they count as 0, and the report says so."""
    settings = Settings(browsing=("given",), attributes={"locality": None}, permutations=99)
    results = audit([_blank(tmp_path, every=20)], None, None, settings).results
    (told,) = (one for one in results.limits if one.code == "limit_attention_missing")
    assert told.facts == {"share": pytest.approx(3 / 120)}


@pytest.mark.parametrize(
    ("column", "setting"),
    [("attention", {"browsing": ("given",)}), ("relevance", {"baseline": "merit"})],
)
def test_a_column_that_some_files_have_is_not_said_to_be_in_none(
    tmp_path: Path, column: str, setting: dict[str, object]
) -> None:
    """Of two files one has the column: the other is named."""
    text = Path(_log(tmp_path, attention=True)).read_text().replace("attention", column)
    (tmp_path / "first.csv").write_text(text)
    _log(tmp_path, attention=False)
    files = [str(tmp_path / name) for name in ("first.csv", "log.csv")]
    settings = Settings.model_validate({"attributes": {"locality": None}, **setting})
    with pytest.raises(DataError, match=f"{column}_in_some_files") as error:
        audit(files, None, None, settings)
    assert error.value.facts["files"] == ["log.csv"]


@pytest.mark.parametrize(
    ("column", "browsing", "baseline"),
    [("attention", "given", "shown"), ("relevance", "dcg", "merit")],
)
def test_a_row_shown_thrice_counts_as_three_rows(
    tmp_path: Path, column: str, browsing: str, baseline: str
) -> None:
    """Attention and relevance are told of one impression: ``impressions`` weighs them too."""
    head = f"request,position,listing,seller,locality,{column}"
    short, long = [head + ",impressions"], [head]
    for request in range(30):
        times = 1 + request % 3
        for place in range(6):
            n = (request * 5 + place * place) % 12
            amount = (1 + (request * 3 + n) % 7) / 4
            row = f"{place + 1},l{n},s{n},{'rural' if n % 2 else 'urban'},{amount}"
            short.append(f"q{request},{row},{times}")
            long += [f"q{request}-{time},{row}" for time in range(times)]
    settings = Settings(
        browsing=(browsing,),
        baseline=baseline,  # type: ignore[arg-type]
        attributes={"locality": None},
        permutations=99,
    )
    told = []
    for name, rows in (("short", short), ("long", long)):
        (tmp_path / f"{name}.csv").write_text("\n".join(rows) + "\n")
        found = audit([str(tmp_path / f"{name}.csv")], None, None, settings).results.estimates
        told.append({e.key: e.value for e in found if e.baseline == baseline})
    assert told[0] == pytest.approx(told[1])
