"""One sheet of the tabellenboek: what a survey asked about one theme, a row for every figure, in blocks by subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from opendata.blocks import Block, Line, Theme
from opendata.page import MARKS, fit_height
from presentation import dutch

HEAD = 4  # the row of headings, from 0; above it stand title, mark, what the sheet is about, and the way back
_GROUPS = 4  # columns that say what a row is about: they stay in view
# Widths are in letters; together no more than what can be read when the sheet is printed one page wide.
_NAMES = (("Onderwerp", 14), ("Antwoord", 18), ("Uitsplitsing", 24), ("Groep", 25))
_OWN = (("Onder-\ngrens", 7), ("Boven-\ngrens", 7), ("n\nafgerond", 9), ("Opmerking", 12))
_WHOLE = (("Oordeel naast\nhet geheel", 17), ("Het geheel", 24))
_BEFORE = (("Oordeel sinds\nvorige meting", 17), ("Vorige\nmeting", 7))
_WRAPPED = ("text", "quiet")
Cell = tuple[str | float | None, str]  # a value, and the name of its format


def write(sheet: Worksheet, looks: Mapping[str, Format], theme: Theme) -> None:
    """Write headings, blocks and what was not asked; rows and columns that name a figure stay in view."""
    settings, headings = theme.part.results.settings, _headings(theme)
    panel = " Respondenten uit een panel: de onzekerheid is een indicatie." if theme.part.rows["panel"].any() else ""
    period = settings.waves[theme.wave].period
    sheet.write_string(0, 0, theme.title, looks["title"])
    sheet.write_string(1, 0, settings.mark, looks["mark"])
    sheet.write_string(2, 0, f"Meting van {period}; percentages, met de grenzen van de onzekerheid.{panel}")
    sheet.write_url(3, 0, "internal:'Inhoud'!A1", looks["link"], "Terug naar de inhoud")
    for column, (name, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD, column, name, looks["head" if width > 9 else "head_right"])
    sheet.set_row(HEAD, 45)  # two lines, and the buttons of the filter below them
    at = HEAD + 1
    for block in theme.blocks:
        for cells in _rows(block, theme.waves, len(headings)):
            for column, (value, name) in enumerate(cells):
                _write_cell(sheet, at, column, value, looks[name])
            sized = zip(cells, headings, strict=True)
            fit_height(sheet, at, [(str(value), width) for (value, name), (_, width) in sized if name in _WRAPPED])
            at += 1
    sheet.autofilter(HEAD, 0, at - 1, len(headings) - 1)
    sheet.freeze_panes(HEAD + 1, _GROUPS)
    if theme.left_out:
        words = f"Niet of anders gevraagd in {theme.wave}: {'; '.join(theme.left_out)}."
        sheet.write_string(at + 1, 0, words, looks["note"])


def _headings(theme: Theme) -> list[tuple[str, int]]:
    """Names and widths (in letters) of the columns; those of earlier waves only where there are any."""
    first = [*_NAMES, (str(theme.wave), 8), *_OWN, *_WHOLE]
    return [*first, *_BEFORE, *((str(wave), 7) for wave in theme.waves)] if theme.waves else first


def _rows(block: Block, waves: list[int], width: int) -> Iterator[list[Cell]]:
    """The line with the base, notes, and a row a figure. All carry the subject, so that a filter on it keeps them."""
    blank: Cell = (None, "base")
    for number, words in enumerate((block.base, *block.notes)):
        subject = (block.label, "block" if number == 0 else "subject_again")
        yield [subject, *[blank] * (_GROUPS - 2), (words, "base"), *[blank] * (width - _GROUPS)]
    for line in block.lines:
        yield _cells(block, line, waves)


def _cells(block: Block, line: Line, waves: list[int]) -> list[Cell]:
    low, high = line.bounds
    first: list[Cell] = [
        *((line.label, "subject"), (line.answer_label, "text"), (line.dimension, "text"), (line.whose, "text")),
        *((line.value, "figure"), (low, "percent"), (high, "percent"), (line.n, "number"), (line.remark, "remark")),
        *(_verdict(line.whole_verdict), (line.whole_reference or "", "quiet")),
    ]
    if not waves:
        return first
    earlier = [(value, "percent" if alike else "cut") for value, alike in block.series(line, waves)]
    return [*first, _verdict(line.before_verdict), (line.before_reference, "year"), *earlier]


def _verdict(name: str | None) -> Cell:
    """A verdict as its mark and its short word, in its own colour; nothing where nothing was compared."""
    return (None, "line") if name is None else (f"{MARKS[name]} {dutch.SHORT_VERDICTS[name]}", name)


def _write_cell(sheet: Worksheet, row: int, column: int, value: str | float | None, look: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    else:
        sheet.write_number(row, column, value, look)
