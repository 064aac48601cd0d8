"""How a sheet of the tabellenboek looks on the screen and on paper: cell formats, page set-up, headings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from textwrap import wrap
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from presentation import palette

#: A sign of the fonts that every spreadsheet has, in the shape of the drawn mark.
MARKS = {
    "higher": "▲",
    "lower": "▼",
    "about_equal": "●",
    "small_difference": "■",
    "no_demonstrable_difference": "○",
    "not_comparable": "◆",
    "too_few": "/",
    "withheld": "x",
}
_TOP: dict[str, Any] = {"valign": "top"}
_QUIET = {"font_color": palette.QUIET}
_HEAD = {"bold": True, "font_color": palette.PAPER, "bg_color": palette.SUBJECT, "text_wrap": True, "border": 1}
_BLOCK = {"bg_color": palette.SUBJECT_TINT}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": palette.INK},
    "heading": {"bold": True, "font_size": 12, "font_color": palette.SUBJECT},
    "mark": {"bold": True, "font_color": palette.HIGHER},
    "head": {**_HEAD, "valign": "vcenter"},
    "head_right": {**_HEAD, "valign": "vcenter", "align": "right"},
    "text": {**_TOP, "text_wrap": True},
    "line": _TOP,
    "remark": {**_TOP, "indent": 1},
    "quiet": {**_TOP, **_QUIET, "text_wrap": True},
    "subject": {**_TOP, **_QUIET},
    "link": {**_TOP, "font_color": palette.SUBJECT, "underline": 1},
    "block": {**_BLOCK, "bold": True},
    "base": _BLOCK,
    "subject_again": {**_BLOCK, **_QUIET},
    "note": {**_QUIET, "italic": True},
    "figure": {**_TOP, "num_format": "0%", "align": "right", "bold": True},
    "percent": {**_TOP, "num_format": "0%", "align": "right"},
    "cut": {**_TOP, **_QUIET, "num_format": "0%", "align": "right", "italic": True},
    "number": {**_TOP, "num_format": "#,##0", "align": "right"},
    "year": {**_TOP, "num_format": "0", "align": "right"},
    **{name: {**_TOP, "font_color": look.colour} for name, look in palette.VERDICTS.items()},
}
_MARGIN = 0.3  # inches; what most printers reach
_LINE = 15  # points: a line of a cell
_NARROW = 1.2  # letters that fit where one digit does, by which spreadsheets measure columns


def formats(book: Workbook) -> dict[str, Format]:
    """The cell formats by what they are for; verdicts have the colour of their mark."""
    return {name: book.add_format(look) for name, look in _LOOKS.items()}


def set_up(sheet: Worksheet, mark: str, source: str, head: int | None = None) -> None:
    """A4 across, one page wide, the mark above, source and page number below; the row `head` on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=0.6, bottom=0.6)
    sheet.set_header(f"&L&9{mark}&R&9&A")
    sheet.set_footer(f"&L&9{source}&R&9Pagina &P van &N")
    if head is not None:
        sheet.repeat_rows(head)


def write_lines(
    sheet: Worksheet, at: int, lines: Sequence[Sequence[str]], look: Format, widths: Sequence[int] = (), column: int = 0
) -> int:
    """Write texts below each other from row `at` on, each in its columns from `column` on; returns the row below.

    Rows are as high as texts need that are broken within `widths` (in letters).
    """
    for row, words in enumerate(lines, start=at):
        for place, text in enumerate(words, start=column):
            sheet.write_string(row, place, text, look)
        fit_height(sheet, row, [*zip(words, widths, strict=False)])
    return at + len(lines)


def fit_height(sheet: Worksheet, row: int, texts: Sequence[tuple[str, int]]) -> None:
    """Make a row as high as its texts need within their widths; not every program does so by itself."""
    lines = max((_lines(text, width) for text, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, _LINE * lines)


@cache
def _lines(text: str, width: int) -> int:
    fits = int(width * _NARROW)
    return len(wrap(text, fits)) if len(text) > fits else 1
