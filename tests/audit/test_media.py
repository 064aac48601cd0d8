"""Every kind of file is really read: what is planted in one medium alone, in one place, is found, and named with it."""

from __future__ import annotations

import gzip
import json

import pandas as pd
import pytest

from tests.audit.invented import Chart, audited, lines, page, pdf, publication, workbook
from tests.audit.leaks import TABLES, columns

ONE = lines()[0]
OTHER = f"{max(int(row['percentage'] or 0) for row in lines()) + 7}%"  # what no figure has


def _changed() -> list[dict[str, str]]:
    return [ONE | {"percentage": OTHER[:-1], "weergave": OTHER}, *lines()[1:]]


def _html(tag: str) -> bytes:
    return page(lines(), more=f'<{tag} data-row="{ONE["id"]}">{OTHER}</{tag}>').encode()


def _row() -> bytes:
    heads = "<thead><tr><th>Onderwerp</th><th>Percentage</th></tr></thead>"
    row = f'<tr data-row="{ONE["id"]}"><th>x</th><td>{OTHER}</td></tr>'
    return page(lines(), more=f"<table>{heads}<tbody>{row}</tbody></table>").encode()


PLACES = {
    "blad.html a": _html("a"),
    "blad.html li": _html("li"),
    "blad.html tr": _row(),
    "blad.html aria-label": page(lines(), chart=Chart(f"Staven. groep {OTHER}", [10.0])).encode(),
    "blad.html svg": page(lines(), chart=Chart("Staven.", [45.37])).encode(),
    "blad.html comment": page(lines(), more="<!-- 45,37% -->").encode(),
    "blad.html data attribute": page(lines(), more='<p data-weight="1"></p>').encode(),
    "blad.pdf text": pdf(f"Van hen kreeg {OTHER} ermee te maken."),
    "blad.pdf letters of a chart": pdf("4 5 , 3 %"),
    "blad.pdf metadata": pdf("Geen.", Author="/home/els/monitor"),
    "boek.xlsx line": workbook(_changed()),
    "boek.xlsx hidden row": workbook(lines(), row='hidden="1"'),
    "boek.xlsx hidden sheet": workbook(lines(), sheet='state="hidden"'),
    "boek.xlsx metadata": workbook(lines(), creator="/home/els/monitor"),
    "catalogus.jsonld": json.dumps({"voorbeeld": f"{ONE['id']} {OTHER}"}).encode(),
    "catalogus.jsonld key": json.dumps({"standaardfout": 0.0123}).encode(),
    "codeboek.xml": f"<codeboek><vraag>{ONE['id']} {OTHER}</vraag></codeboek>".encode(),
    "zoek.pf_fragment": gzip.compress(f'{{"content":"{ONE["id"]} {OTHER}"}}'.encode()),
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_planted_in_one_place_is_found_there(place: str) -> None:
    name = place.partition(" ")[0]
    faults, _ = audited(publication() | {name: PLACES[place]})
    assert any(name in str(fault) for fault in faults)


@pytest.mark.parametrize("medium", TABLES)
@pytest.mark.parametrize("column", ["percentage", "weergave", "respondenten_afgerond", "ondergrens"])
def test_every_column_of_every_data_file_is_read(medium: str, column: str) -> None:
    files = publication()
    finer = {"weergave": "45,3%"}.get(column, "45.3")
    columns(files, medium, lambda frame: pd.DataFrame([ONE | {column: finer}, *frame.to_dict("records")[1:]]))
    faults, _ = audited(files)
    assert any(medium in str(fault) for fault in faults)
