"""What a bundle holds, by name, and how large it may be."""

from __future__ import annotations

from fairshelf.reports.audiences import AUDIENCES
from fairshelf.reports.wording import LANGUAGES

RESULTS = "results.public.json"
ESTIMATES = "estimates.public.csv"
PAGES = ("report.en.html", "report.zh.html")
PDFS = {
    f"report.{'' if audience == 'regulator' else f'{audience}.'}{lang}.pdf": (audience, lang)
    for audience in AUDIENCES
    for lang in LANGUAGES
}
"""PDFs a bundle may hold: for whom, and in which language."""

RECORDS = ("settings.json", "environment.json", "custody.json", "rejected.json", "README.txt")
CRATE = "ro-crate-metadata.json"
NEEDED = (RESULTS, ESTIMATES, *RECORDS, CRATE)
"""Payload that every bundle has, beside at least one page."""

OPTIONAL = ("plan.json", "case.json")
BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
SIGNATURE = "signature.json"
SEALED = "sealed"

MOST_FILES = 200
MOST_BYTES = 512 * 2**20
MOST_RATIO = 200
"""Bytes a zipped entry may grow to for each byte it takes, from a mebibyte on."""

SMALL = 2**20
