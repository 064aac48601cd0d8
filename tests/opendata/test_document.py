"""The data file of a document: rows that it can print, of its own groups, and none that only its neighbours need."""

from __future__ import annotations

import pandas as pd
import pytest

from opendata.document import rows_of
from presentation.publications import Publication
from tests.opendata.conftest import ROOT

WAVE = 2024


def publication(product: str, subject: str) -> Publication:
    return Publication(WAVE, product, "x", "X", subject)


def keys(rows: pd.DataFrame) -> set[tuple[str, int, str]]:
    """Indicator (without its answer), wave and domain of every row."""
    parts = rows["id"].str.split("|")
    return {(indicator.partition(".")[0], int(wave), domain) for indicator, wave, domain in parts}


def test_what_a_source_names_is_there_in_all_waves_and_beside_its_comparator() -> None:
    rows = rows_of(publication("province", "flevoland"), 'exhibits.trend(sheet, "any_aggression")')
    waves = {2016, 2018, 2020, 2022, 2024}
    assert keys(rows) == {
        ("any_aggression", wave, domain) for wave in waves for domain in ("province=flevoland", "province=*")
    }


def test_groups_are_there_of_what_is_shown_per_group_and_in_its_own_wave_alone() -> None:
    source = 'exhibits.breakdown(sheet, "any_aggression")\nsheet.tell("verbal", "threat")'
    found = keys(rows_of(publication("target_group", "algemeen"), source))
    beside = {(indicator, wave) for indicator, wave, domain in found if domain != "all"}
    assert beside == {("any_aggression", WAVE)}
    assert {indicator for indicator, _, _ in found} == {"any_aggression", "verbal", "threat"}
    assert ("any_aggression", WAVE, "gender=vrouw") in found


def test_a_tile_map_brings_the_provinces() -> None:
    found = keys(rows_of(publication("five_minutes", "all"), 'exhibits.tile_map(sheet, "any_aggression")'))
    assert ("any_aggression", WAVE, "province=zeeland") in found


def test_headlines_are_those_of_the_themes_that_the_table_names() -> None:
    source = "exhibits.headline_table(sheet, themes=[1, 6])"
    rows = rows_of(publication("target_group", "raadsleden"), source)
    assert set(rows["thema"]) == {"Ervaring met agressie", "Aangifte"}


def test_the_annex_of_a_report_has_what_its_wave_asked() -> None:
    rows = rows_of(publication("report", "all"), "chapters.every_figure(sheet, 1)")
    published = pd.read_parquet(ROOT / "data" / "processed" / "5-publishable-estimates.parquet")
    mine = published[(published["survey"] == "officeholders") & (published["wave"] == WAVE)]
    assert set(mine.loc[mine["domain"] == "all", "id"]) <= set(rows["id"])
    assert {name for name, _, _ in keys(rows)} == set(mine["indicator"])


@pytest.mark.parametrize("words", ["Een training, of een “protocol”.", '#| fig-cap: "Training en protocol."'])
def test_a_word_of_prose_names_no_indicator(words: str) -> None:
    assert rows_of(publication("target_group", "algemeen"), words).empty
