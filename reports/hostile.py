"""Make text that others wrote safe to show: shop names, headings, group names, file names.

Escaping for HTML is Jinja2's business; this file deals with what escaping leaves in: characters
that reverse the reading direction, control characters, endless length, and spreadsheet formulas.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80
"""Characters of foreign text shown in a page; the full text stands in ``results.json``."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TURNING = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Bidirectional marks, overrides and isolates, and line breaks that are none in a file."""
_COMMAND = re.compile(r"^[^\S\n]*(?=::)|##(?=(?:vso)?\[)", re.MULTILINE)
_HARMLESS_FORMATS = frozenset("\u200c\u200d")


def visible(text: str, longest: int = LONGEST) -> str:
    """Show foreign text without hidden characters, cut to a length.

    Parameters
    ----------
    text
        Anything from the data.
    longest
        Characters kept; what is cut is marked by an ellipsis. 0 keeps all.

    Returns
    -------
    str
        White space folded to single blanks, control and format characters (Unicode categories
        Cc, Cf, Cs, Co, among them every bidirectional override) replaced by U+FFFD.
    """
    looked_at = text[: 4 * longest] if longest else text
    shown = " ".join("".join(_seen(character) for character in looked_at).split())
    cut = bool(longest) and (len(shown) > longest or len(looked_at) < len(text))
    return shown[: longest - 1] + "…" if cut else shown


def _seen(character: str) -> str:
    if character in "\t\n\r\u2028\u2029":
        return " "
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"}
    return "\ufffd" if hidden and character not in _HARMLESS_FORMATS else character


def written_out(text: str) -> str:
    r"""Write characters that turn or break text where it is shown as JSON does: ``\u202e``.

    A reader of JSON has the same text again.
    """
    return _TURNING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def no_command(text: str) -> str:
    """Give lines that a build server takes for no command of its own; a backslash is put in.

    GitHub's runner obeys a line that begins with ``::`` and one that holds ``##[``, Azure's
    ``##[`` and ``##vso[``: a seller's name could hide words in a log, or add an error to it.
    """
    return _COMMAND.sub(lambda found: "#\\#" if found[0] == "##" else f"{found[0]}\\", text)


def inert_cell(text: str) -> str:
    r"""Give a text cell of a CSV file that no spreadsheet takes for a formula.

    A leading ``=``, ``+``, ``-``, ``@`` (also their full-width forms), tab or line break is
    preceded by an apostrophe, as OWASP's "CSV Injection" page advises; control characters other
    than line breaks and tabs become U+FFFD. What turns the direction of reading is written out as
    ``\u202e``, so that the cell is read as it stands and the name can still be told.
    """
    clean = "".join(
        "\ufffd" if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n\r" else c
        for c in written_out(text)
    )
    return f"'{clean}" if clean.startswith(_FORMULA_STARTS) else clean
