"""What a reader opens below a chart or a table: its rows, each once, as it is published."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from great_tables import GT
from lxml import html

from presentation.charts.picture import Picture
from presentation.rows import Shown
from tests.presentation.rows import frame, row


@pytest.fixture
def rows() -> pd.DataFrame:
    """An ordinary figure, one that is withheld, one that is indicative, and one with signs that HTML knows."""
    made = frame(
        [
            row(42, 31, 54, wave=2024),
            row(None, sign="x", n=20, wave=2022),
            row(30, 20, 41, wave=2020, indicative=True),
            row(5, 1, 9, wave=2018),
        ]
    )
    return made.assign(
        id=[f"verbal|{wave}|province=flevoland" for wave in made["wave"]],
        label="Verbaal & <grof>",
        answer_label=["", "", "", "Nooit"],
        group="Flevoland",
    )


@pytest.fixture
def picture() -> Picture:
    drawn = object.__new__(Picture)
    drawn.alt, drawn.svg = "Staven.", "<svg/>"
    return drawn


def _lines(source: str) -> list[list[str]]:
    table = html.fragment_fromstring(source, create_parent="div")
    return [[cell.text_content() for cell in line] for line in table.iter("tr")]


def test_rows_of_a_table_stand_behind_it(rows: pd.DataFrame) -> None:
    shown = Shown(GT(pd.DataFrame({"a": [1]}), id="t"), rows)
    told = shown._repr_html_()
    assert told and shown._repr_markdown_() is None
    table, opened = told.split("<details")
    assert "<table" in table and "Cijfers bij deze tabel" in opened
    assert _lines("<details" + opened)[1:] == [
        ["Verbaal & <grof>", "Flevoland", "2024", "42%", "tussen 31% en 54%", "65"],
        ["Verbaal & <grof>", "Flevoland", "2022", "x niet getoond", "–", "–"],
        ["Verbaal & <grof>", "Flevoland", "2020", "30% (indicatief)", "tussen 20% en 41%", "65"],
        ["Verbaal & <grof>: nooit", "Flevoland", "2018", "5%", "tussen 1% en 9%", "65"],
    ]
    assert re.findall(r'data-row="([^"]*)"', opened) == list(rows["id"])


def test_rows_of_a_chart_travel_in_its_picture(rows: pd.DataFrame, picture: Picture) -> None:
    shown = Shown(picture, rows)
    told = shown._repr_markdown_()
    assert told and shown._repr_html_() is None
    match = re.fullmatch(r'!\[\]\(data:[^)]+\)\{fig-alt="Staven\." rows="([^"]*)"\}', told)
    assert match and "Cijfers bij deze figuur" in match[1]
    assert "&amp;amp; &amp;lt;grof" in match[1]


def test_nothing_can_be_opened_where_nothing_was_asked(picture: Picture) -> None:
    assert Shown(picture, pd.DataFrame())._repr_markdown_() == picture._repr_markdown_()
