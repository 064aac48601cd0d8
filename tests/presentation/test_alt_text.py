"""Alt text says what is measured, the base, every value with its interval, and that the figures are made up."""

from __future__ import annotations

import pandas as pd

from presentation.charts import Wording, alt_text
from tests.presentation.rows import MARK, SEVERITY, SUBJECT, WHOLE


def test_trend(trend_rows: pd.DataFrame, wording: Wording) -> None:
    text = alt_text.trend(trend_rows, wording, SUBJECT, WHOLE)
    assert "Basis: politieke ambtsdragers in Flevoland" in text
    assert "Flevoland: 2016 0% (tussen 0% en 0%); 2018 / te weinig waarnemingen; 2022 minder dan 5%;" in text
    assert "2024 100% (tussen 60% en 100%, indicatief)" in text
    assert "Alle gemeenten en provincies samen: 2016 0% (tussen 0% en 1%)" in text
    assert text.endswith(f"{MARK}.")


def test_trend_tells_where_its_line_is_cut(trend_rows: pd.DataFrame, wording: Wording) -> None:
    gaps = {"breaks": {2022: "andere vraag"}, "unasked": {2020: "niet gevraagd"}}
    text = alt_text.trend(trend_rows, wording, SUBJECT, WHOLE, **gaps)
    assert "De meting van 2020: niet gevraagd." in text
    assert "De lijn is onderbroken vóór de meting van 2022: andere vraag." in text


def test_against(against_rows: tuple[pd.DataFrame, pd.DataFrame], wording: Wording) -> None:
    text = alt_text.against(*against_rows, wording, SUBJECT, WHOLE)
    assert (
        "Agressie meegemaakt: Flevoland 51% (tussen 37% en 65%), "
        "Alle gemeenten en provincies samen 45% (tussen 43% en 47%); oordeel: hoger." in text
    )


def test_breakdown(group_rows: pd.DataFrame, wording: Wording) -> None:
    text = alt_text.breakdown(group_rows, wording)
    assert "Alle politieke ambtsdragers 45% (tussen 44% en 46%), n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}2.040." in text


def test_bars(answer_rows: pd.DataFrame, wording: Wording) -> None:
    assert "Schreeuwen 61% (tussen 55% en 67%)." in alt_text.bars(answer_rows, wording)


def test_severity(severity_rows: pd.DataFrame, wording: Wording) -> None:
    text = alt_text.severity(severity_rows, wording, SEVERITY)
    assert "in totaal 45% (tussen 43% en 47%), waarvan minder ernstig 20%, ernstig 18%, zeer ernstig 5%" in text
    assert "Dijkgraven en leden van het dagelijks bestuur: in totaal / te weinig waarnemingen." in text


def test_tile_map(province_rows: tuple[pd.DataFrame, pd.DataFrame], wording: Wording) -> None:
    assert "Groningen 0% (hoger)." in alt_text.tile_map(*province_rows, wording, WHOLE)


def test_locate(tiles: pd.DataFrame) -> None:
    assert alt_text.locate(tiles, "fryslan") == "Tegelkaart van de twaalf provincies, met Fryslân gemarkeerd."
