"""Cells of workbooks as text, as a reader of the sheet would copy them out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

EXACT_DIGITS = 15
"""Significant digits a spreadsheet keeps; of a longer number the rest is already lost."""


def render(cell: object, mark: str = ".") -> str:
    """Give a cell as text.

    Whole numbers come without a decimal part, others in their shortest exact form with the
    file's decimal mark, dates in ISO form. A number of more than 15 digits, of which the
    spreadsheet has already lost the end, comes as ``5.64940950728123E+17``, so that nobody takes
    it for an identifier.

    Parameters
    ----------
    cell
        A value as the workbook reader gives it.
    mark
        The decimal mark of the file's other numbers.
    """
    if isinstance(cell, str):
        return cell.strip("\x00")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return _number(float(cell), mark)
    if isinstance(cell, dt.datetime):
        whole_day = cell.time() == dt.time()
        return cell.date().isoformat() if whole_day else cell.isoformat(sep=" ")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _number(value: float, mark: str) -> str:
    if value.is_integer() and abs(value) < 10**EXACT_DIGITS:
        return str(int(value))
    if abs(value) >= 10**EXACT_DIGITS:
        mantissa, _, exponent = f"{value:.{EXACT_DIGITS - 1}E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    return format(Decimal(repr(value)), "f").replace(".", mark)
