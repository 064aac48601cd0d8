"""The tabellenboek of an edition: a spreadsheet with a sheet for every theme of a survey, to filter and to print."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, time

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from opendata import theme_sheet
from opendata.blocks import Theme, themes
from opendata.closing_sheet import write_closing
from opendata.edition import Edition
from opendata.page import MARKS, formats, set_up, write_lines
from presentation import dutch
from presentation.tables import MEANINGS, SIGNS

CONTENTS, CLOSING = "Inhoud", "Toelichting"
_WIDTHS = (30, 24, 90)  # of the columns of the first sheet, in letters
_HOW = (
    "Elk blad gaat over één thema en één groep ondervraagden. Boven elk blok staat over wie de percentages gaan.",
    "Met de knoppen in de kopregel kiest u een onderwerp, een uitsplitsing of een groep. Elke regel is één cijfer.",
    "Onder- en bovengrens geven de onzekerheid door toeval aan. n is het aantal respondenten, afgerond.",
    "Een oordeel staat er alleen bij verschillen die zijn getoetst. Noem een verschil niet zonder zijn oordeel.",
    "Indicatief: weinig respondenten of een ruime onzekerheid. Gebruik zo’n cijfer niet in een kop.",
)
_TOGETHER = "Onder een kleine groep staat ook een regel met twee metingen samen: het gemiddelde van die twee."


def tablebook(edition: Edition, licence: str) -> bytes:
    """The tabellenboek as an .xlsx. Whole percents only; nothing is hidden; the same edition gives the same bytes.

    `licence` is the SPDX name of the licence of the figures.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        looks, mark = formats(book), edition.settings.mark
        released = datetime.combine(edition.settings.editions[edition.wave].released, time())
        book.set_properties({"title": f"Tabellenboek {edition.name}", "subject": mark, "created": released})
        named = themes(edition)
        front = book.add_worksheet(CONTENTS)
        set_up(front, mark, edition.name)
        _write_front(front, looks, edition, named)
        for name, theme in named.items():
            sheet = book.add_worksheet(name)
            set_up(sheet, mark, edition.name, theme_sheet.HEAD)
            theme_sheet.write(sheet, looks, theme)
        closing = book.add_worksheet(CLOSING)
        set_up(closing, mark, edition.name)
        write_closing(closing, looks, edition, licence)
    return buffer.getvalue()


def _write_front(sheet: Worksheet, looks: Mapping[str, Format], edition: Edition, named: Mapping[str, Theme]) -> None:
    settings = edition.settings
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    released = dutch.day(settings.editions[edition.wave].released)
    sheet.write_string(0, 0, f"Tabellenboek {edition.name}", looks["title"])
    sheet.write_string(1, 0, settings.mark, looks["mark"])
    sheet.write_string(2, 0, f"Meting van {settings.waves[edition.wave].period}. Uitgave van {released}.")
    sheet.write_string(4, 0, "Hoe leest u dit?", looks["heading"])
    together = any(line.together for theme in named.values() for block in theme.blocks for line in block.lines)
    how = [*_HOW, *([_TOGETHER] if together else [])]
    at = write_lines(sheet, 5, [(words,) for words in how], looks["line"])
    at = write_lines(sheet, at + 1, [("Bladen", "Ondervraagden", "Onderwerpen")], looks["heading"])
    told = [(theme.part.people, "; ".join(block.label for block in theme.blocks)) for theme in named.values()]
    told.append(("", "Respons, basis, breuken in de reeks, werkwijze, bronnen en licentie"))
    for row, name in enumerate((*named, CLOSING), start=at):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", looks["link"], name)
    at = write_lines(sheet, at, told, looks["text"], _WIDTHS[1:], column=1)
    asked = {theme.number for theme in named.values()}
    left_out = [f"{theme} {short}" for theme, short in edition.sheets.items() if theme not in asked]
    if left_out:
        at = write_lines(sheet, at, [(f"Niet gevraagd in {edition.wave}: {dutch.listing(left_out)}.",)], looks["note"])
    signs = {sign: meaning for sign, meaning in SIGNS.items() if sign != "*"}  # here a column says indicatief
    verdicts = {f"{MARKS[name]} {dutch.SHORT_VERDICTS[name]}": meaning for name, meaning in MEANINGS.items()}
    sheet.write_string(at + 1, 0, "Verklaring van tekens", looks["heading"])
    write_lines(sheet, at + 2, [*signs.items(), *verdicts.items()], looks["line"])
