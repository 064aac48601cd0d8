"""The last sheet of the tabellenboek: response, bases, series breaks, method in short, credits and licence."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis.domains import ALL
from opendata.edition import Edition, Part, up_to
from opendata.page import write_lines
from opendata.terms import CONTACT, CREDITS, PUBLISHER, licence_address
from presentation import exhibits
from presentation.factsheets import report_sheet

_RESPONSE = ("Groep", "Populatie", "Aangeschreven", "Respondenten", "Respons")
_WIDTH = 110  # letters of a line


def write_closing(sheet: Worksheet, looks: Mapping[str, Format], edition: Edition, licence: str) -> None:
    """Write the sheet, a heading and its lines at a time; numbers of respondents are rounded as everywhere."""
    sheet.set_column(0, 0, _WIDTH)
    sheet.set_column(1, 4, 15)
    sheet.write_string(0, 0, f"Toelichting bij het tabellenboek {edition.name}", looks["title"])
    sheet.write_string(1, 0, edition.settings.mark, looks["mark"])
    at = 3
    for part in edition.parts:
        at = _response(sheet, looks, part, edition.wave, at)
    for heading, lines in _sections(edition, licence).items():
        sheet.write_string(at, 0, heading, looks["heading"])
        at = write_lines(sheet, at + 1, [(line,) for line in lines], looks["text"], [_WIDTH]) + 1


def _sections(edition: Edition, licence: str) -> dict[str, list[str]]:
    bases, breaks = {}, {}
    for part in edition.parts:
        own = part.rows[(part.rows["wave"] == edition.wave) & (part.rows["domain"] == ALL)]
        told = exhibits.series_breaks(report_sheet(edition.wave, up_to(part.results, edition.wave)))
        if len(own):
            bases[f"Basis: over wie de percentages gaan ({part.people})"] = [*own["base"].drop_duplicates()]
        if told:
            breaks[f"Waar de reeks breekt ({part.people})"] = [line.removeprefix("- ") for line in told.split("\n")]
    address = licence_address(licence)
    terms = licence if address == licence else f"{licence} ({address})"
    return {
        **bases,
        **breaks,
        "Hoe de cijfers zijn gemaakt": _method(edition),
        "Bronnen": [CREDITS],
        "Licentie": [f"Voorbeeldcijfers: {terms}. De licentie van een echte uitgave volgt."],
        "Uitgever en contact": [f"{PUBLISHER}. {CONTACT}."],
    }


def _method(edition: Edition) -> list[str]:
    settings, results = edition.settings, edition.parts[0].results
    showing, brackets, rounding = settings.showing, settings.brackets, settings.rounding
    sure = f"{100 * settings.confidence:.0f} van de 100"
    return [
        "De antwoorden zijn gewogen naar de bekende samenstelling van de groepen. Hoe, staat in de verantwoording.",
        f"Onzekerheid: bij {sure} zulke onderzoeken ligt het cijfer voor de hele groep tussen de twee grenzen.",
        f"Een percentage staat er bij {showing.shown} respondenten of meer. Het is indicatief bij minder "
        f"dan {showing.firm} respondenten of een onzekerheid van meer dan {showing.half_width} "
        "procentpunten naar elke kant.",
        f"Een zeldzaam antwoord, van minder dan {brackets.upto} respondenten, heet <{brackets.percent}%; wat bijna "
        f"iedereen antwoordt, heet >{100 - brackets.percent}%. In kleine groepen staan zij er niet.",
        "Zou een zeldzaam antwoord zo geheim zijn, dan staat het waar dat kan samen met een ander antwoord.",
        "Een cijfer is ook geheim (x), of heet zo, als het samen met andere te veel over personen zou vertellen.",
        f"Het aantal respondenten is afgerond op {rounding.n_step}, boven de {rounding.n_large} op "
        f"{rounding.n_step_large}. Bij weinig organisaties staat er een precies aantal.",
        "Hoger of lager: het verschil is aantoonbaar, na correctie voor het aantal vergelijkingen, en groot genoeg: "
        f"{exhibits.relevance(report_sheet(edition.wave, results))}.",
        *(f"Niet getoond: {row['groups']} ({row['why']})." for row in results.planned_away),
    ]


def _response(sheet: Worksheet, looks: Mapping[str, Format], part: Part, wave: int, at: int) -> int:
    """Write the response of a survey in this wave, and return the row below; nothing where it was not held."""
    rows = part.results.response[part.results.response["wave"] == wave]
    if rows.empty:
        return at
    sheet.write_string(at, 0, f"Respons: {part.people}", looks["heading"])
    at = write_lines(sheet, at + 1, [_RESPONSE], looks["head"])
    for row, told in enumerate(rows.to_dict("records"), start=at):
        sheet.write_string(row, 0, part.results.group(str(told["domain"])).label, looks["text"])
        for column, name in enumerate(("population", "invited", "responded", "percent"), start=1):
            share = name == "percent"
            if not pd.isna(told[name]):
                number = told[name] / 100 if share else told[name]
                sheet.write_number(row, column, number, looks["percent" if share else "number"])
    return at + len(rows) + 1
