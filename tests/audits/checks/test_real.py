"""Real files, from the bytes on the disk to the account of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.checks import clean_log
from fairshelf.audits.columns.detect import detect, survey
from fairshelf.audits.config import Settings
from fairshelf.audits.ingest.read import read

if TYPE_CHECKING:
    from pathlib import Path

    from ibis.backends import BaseBackend

CASES = [
    ("tujia_chengdu_gb18030.csv", {}, "file", "listing", 2499),
    ("tujia_suzhou.csv", {}, "file", "listing", 2499),
    ("rankingfacts_cs_departments.csv", {}, "request", "listing", 51),
    ("rankingfacts_adult_sample.csv.gz", {}, "request", "listing", 1000),
    ("amazon_first_positions_long.csv.gz", {"group": "group"}, "request", "none", 8960),
    ("obd_zozotown_all_20k.parquet", {"group_1": "group_1"}, "request", "listing", 20000),
]


@pytest.mark.parametrize(("file", "extras", "request_is", "seller_is", "rows"), CASES)
def test_every_row_of_a_real_log_is_used(  # noqa: PLR0913, PLR0917 - one case a row
    shared: Path,
    con: BaseBackend,
    tmp_path: Path,
    file: str,
    extras: dict[str, str],
    request_is: str,
    seller_is: str,
    rows: int,
) -> None:
    """Clean real logs lose no row, and what stands for request and seller is found."""
    raws = read(con, [str(shared / file)], "log", Settings(), tmp_path)
    log = clean_log(con, raws, [detect(raw, {}, extras) for raw in raws], Settings())
    assert (log.request_is, log.seller_is) == (request_is, seller_is)
    assert (log.read, log.used, log.rejected, log.duplicate) == (rows, rows, 0, 0)
    assert log.table.position.min().to_pyarrow().as_py() == 1


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("amazon_share_by_position.csv", "already_shares"),
        ("amazon_first_positions_wide.csv.gz", "no_position_wide"),
        ("isp_att_atlanta.parquet", "no_position"),
        ("messy/GEN_amazon_business_report_de.csv", "no_position_export"),
        ("messy/GEN_jd_shangzhi_sku_gb18030.csv", "no_position_export"),
        ("messy/GEN_shengyicanmou_header_row6.xlsx", "no_position_shops"),
    ],
)
def test_a_file_that_is_no_ranking_is_told_what_it_is(
    shared: Path, con: BaseBackend, tmp_path: Path, file: str, code: str
) -> None:
    """Each file that cannot be audited ends in the answer for its kind."""
    (raw, *_) = read(con, [str(shared / file)], "log", Settings(), tmp_path)
    problems: tuple[Any, ...] = survey(raw, {}, {}).problems
    assert problems[0].code == code
