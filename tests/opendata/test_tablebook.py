"""The tabellenboek, read back: every cell is its row, nothing is finer or hidden, and every sheet can be printed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from analysis.declared import read_yaml
from opendata.tablebook import tablebook
from presentation import dutch
from tests.opendata.conftest import LICENCE, ROOT, Made

HEAD = 5
NAMES = ["Onderwerp", "Antwoord", "Uitsplitsing", "Groep"]
#: Answers that are shown together somewhere, as the names of their figures begin.
TOGETHER = {
    f"{row['id']}.{name}"
    for row in read_yaml(ROOT / "config" / "indicators.yml")["indicators"]
    for name in row.get("thin", {})
}


def theme_sheets(made: Made) -> list[Worksheet]:
    return [sheet for sheet in made.book if sheet.title not in ("Inhoud", "Toelichting")]


def lines(sheet: Worksheet) -> Iterator[dict[str, object]]:
    """The rows with a figure, by heading; a heading is on one line."""
    heads = [str(cell.value).replace("-\n", "").replace("\n", " ") for cell in sheet[HEAD]]
    for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True):
        line = dict(zip(heads, row, strict=True))
        if line["Groep"] and line["Uitsplitsing"]:
            yield line


def expected(row: dict[str, Any]) -> object:
    """What a reader must find for a publishable row, written out again."""
    if pd.notna(row["percent"]):
        return row["percent"] / 100
    return row["sign"] or row["text"].replace("minder dan ", "<").replace("meer dan ", ">")


def own_rows(made: Made) -> pd.DataFrame:
    """The edition's rows of its own wave, with the names of the data file: those are tested against the figures.

    Of two waves together the group is named with both.
    """
    rows = made.rows[made.rows["meting"].str.endswith(str(made.edition.wave))]
    both = rows["groep"] + ", " + rows["meting"].str.replace("+", " en ") + " samen"
    return rows.assign(groep=rows["groep"].mask(rows["meting"].str.contains("+", regex=False), both))


def named(made: Made, people: str) -> dict[tuple, str]:
    rows = own_rows(made)
    mine = rows[rows["onderzoek"] == people].fillna({"antwoord": ""})
    keys = zip(mine["onderwerp"], mine["antwoord"], mine["uitsplitsing"], mine["groep"], strict=True)
    found = dict(zip(keys, mine["id"], strict=True))
    assert len(found) == len(mine), "two rows go under one name"
    return found


def test_a_note_says_how_answers_add_up_where_some_are_shown_together(made: Made) -> None:
    own = made.published[made.published["wave"] == made.edition.wave]
    wholes = set(own["together"]) & set(own.index)
    assert wholes
    notes = [str(cell.value) for sheet in theme_sheets(made) for cell in sheet["D"] if "samen staan" in str(cell.value)]
    indicators = own.loc[list(wholes), ["survey", "indicator"]].drop_duplicates()
    assert len(notes) == len(indicators)


def test_every_figure_of_the_wave_stands_on_a_sheet_as_it_was_published(made: Made) -> None:
    seen: list[str] = []
    for sheet in theme_sheets(made):
        ids = named(made, str(sheet["A1"].value).rpartition(": ")[2])
        for line in lines(sheet):
            name = ids[tuple(line[name] or "" for name in NAMES)]
            row = made.figures[name]
            bounds = [None if pd.isna(row[bound]) else row[bound] / 100 for bound in ("low", "high")]
            assert line[str(made.edition.wave)] == expected(row), name
            assert [line["Ondergrens"], line["Bovengrens"], line["n afgerond"]] == [*bounds, row["n"]], name
            assert (line["Opmerking"] == "indicatief") == row["indicative"], name
            seen.append(name)
    wanted = made.published.index[made.published["wave"] == made.edition.wave]
    assert sorted(seen) == sorted(wanted)


def test_a_figure_of_an_earlier_wave_is_that_of_the_same_group(made: Made) -> None:
    """What answers are together is an empty cell of a wave that had each of them by itself."""
    for sheet in theme_sheets(made):
        ids = named(made, str(sheet["A1"].value).rpartition(": ")[2])
        for line in lines(sheet):
            name = ids[tuple(line[name] or "" for name in NAMES)]
            before, own, domain = name.split("|")
            for wave in [head for head in line if head.isdigit() and int(head) < made.edition.wave]:
                known = f"{before}|{wave}|{domain}"
                there = known in made.figures
                absent = None if before.rpartition(":")[2] in TOGETHER else "."
                told = expected(made.figures[known]) if there else absent
                assert line[wave] == (None if "+" in own else told), known


def test_two_waves_together_stand_below_the_wave_itself_and_are_explained(made: Made) -> None:
    """Once, and only where a factsheet has them: beside a figure of the group in the wave itself."""
    seen = 0
    for sheet in theme_sheets(made):
        above: dict[str, object] = {}
        for line in lines(sheet):
            if re.search(r", \d{4} en \d{4} samen$", str(line["Groep"])):
                first, own = made.edition.wave - 2, made.edition.wave
                assert line["Groep"] == f"{above['Groep']}, {first} en {own} samen"
                assert line["Onderwerp"] == above["Onderwerp"]
                seen += 1
            above = line
    pooled = pd.read_parquet(ROOT / "data/processed/5-publishable-pooled.parquet")
    assert seen == (pooled["wave"] == made.edition.wave).sum()
    front = [str(cell.value) for row in made.book["Inhoud"].iter_rows() for cell in row]
    assert any("twee metingen samen" in words for words in front) == bool(seen)


def test_a_verdict_is_that_of_its_comparison(made: Made) -> None:
    """The wave before is the last that asked: answers that only an older one shows together have no verdict there."""
    whole, before = {}, {}
    asked = made.published.groupby(["survey", "indicator"])["wave"].unique()
    for name, row in made.compared.iterrows():
        figure, _, against = str(name).rpartition("|")
        previous = max((each for each in asked[row["survey"], row["indicator"]] if each < row["wave"]), default=0)
        if against.startswith("whole=") or against == f"wave={previous}":
            verdict = dutch.SHORT_VERDICTS[row["verdict"]]
            (whole if against.startswith("whole=") else before)[figure] = verdict
    for sheet in theme_sheets(made):
        ids = named(made, str(sheet["A1"].value).rpartition(": ")[2])
        for line in lines(sheet):
            name = ids[tuple(line[name] or "" for name in NAMES)]
            assert str(line["Oordeel naast het geheel"] or "")[2:] == whole.get(name, ""), name
            if "Oordeel sinds vorige meting" in line:
                assert str(line["Oordeel sinds vorige meting"] or "")[2:] == before.get(name, ""), name


def test_no_number_is_finer_than_a_whole_percent_or_a_rounded_count(made: Made) -> None:
    cells = [cell for sheet in made.book for row in sheet.iter_rows() for cell in row]
    numbers = [cell for cell in cells if isinstance(cell.value, int | float)]
    assert {cell.number_format for cell in numbers} <= {"0%", "#,##0", "0"}
    for cell in numbers:
        step = 100 if cell.number_format == "0%" else 1
        assert cell.value == round(cell.value * step) / step, cell.coordinate


def test_a_base_stands_above_every_block(made: Made) -> None:
    for sheet in theme_sheets(made):
        subject = ""
        for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True):
            if row[2] and row[3]:
                assert row[0] == subject, sheet.title
            elif str(row[3] or "").startswith("Basis: "):
                subject = str(row[0])
                assert re.search(r"; voorjaar \d{4}$", str(row[3])), row[3]


def test_every_sheet_carries_the_mark_on_screen_and_on_paper(made: Made) -> None:
    for sheet in made.book:
        assert sheet["A2"].value == made.mark
        assert made.mark in str(sheet.oddHeader.left.text)


def test_every_sheet_can_be_printed(made: Made) -> None:
    for sheet in made.book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
        assert "Pagina &P van &N" in str(sheet.oddFooter.right.text)
    for sheet in theme_sheets(made):
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}"


def test_headings_and_names_stay_in_view_and_can_be_filtered(made: Made) -> None:
    for sheet in theme_sheets(made):
        assert sheet.freeze_panes == f"E{HEAD + 1}"
        assert str(sheet.auto_filter.ref).startswith(f"A{HEAD}:")


def test_contents_lead_to_every_sheet(made: Made) -> None:
    front = made.book["Inhoud"]
    led = {cell.hyperlink.location for row in front.iter_rows() for cell in row if cell.hyperlink}
    assert led == {f"'{sheet.title}'!A1" for sheet in made.book if sheet is not front}


def test_nothing_is_hidden_and_nobody_is_named(made: Made) -> None:
    for sheet in made.book:
        assert sheet.sheet_state == "visible"
        assert not [each for each in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()) if each.hidden]
        assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment]
    about = made.book.properties
    assert not about.creator and not about.lastModifiedBy and not about.description
    assert made.mark == about.subject


def test_what_a_wave_did_not_ask_has_no_sheet_and_is_told(made: Made) -> None:
    names = [sheet.title for sheet in made.book]
    told = " ".join(str(cell.value) for row in made.book["Inhoud"].iter_rows() for cell in row if cell.value)
    if made.edition.wave == 2018:  # no integrity, no employees
        assert not [name for name in names if "Integriteit" in name or "medewerkers" in name]
        assert "Niet gevraagd in 2018: 12 Integriteit" in told
    else:
        assert {"1 Ervaring", "1 Ervaring medewerkers", "11 Beleid", "12 Integriteit"} <= set(names)


def test_the_same_edition_gives_the_same_bytes(made: Made) -> None:
    assert tablebook(made.edition, LICENCE) == made.xlsx
    with zipfile.ZipFile(io.BytesIO(made.xlsx)) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}


@pytest.mark.parametrize("wave", [2022])
def test_a_group_that_a_wave_did_not_have_was_not_asked(wave: int) -> None:
    """Employees of the Rijk took part in 2022 and not in 2016: no nought, and no empty cell."""
    from opendata.blocks import themes
    from opendata.edition import read_edition

    block = themes(read_edition(wave, ROOT))["1 Ervaring medewerkers"].blocks[0]
    line = next(line for line in block.lines if line.domain == "layer=rijk")
    assert block.series(line, [2016]) == [(".", False)]
