"""The data file of a document: its own group over the waves, its parts in its wave, and none that others need."""

from __future__ import annotations

import pandas as pd

from opendata.document import rows_of
from presentation.publications import Publication
from tests.opendata.conftest import ROOT

WAVE = 2024


def keys(product: str, subject: str) -> set[tuple[str, int, str]]:
    """Indicator (without its answer), wave and domain of every row that is not of two waves together."""
    parts = rows_of(Publication(WAVE, product, "x", "X", subject))["id"].str.split("|")
    single = ((indicator, wave, domain) for indicator, wave, domain in parts if "+" not in wave)
    return {(indicator.partition(".")[0], int(wave), domain) for indicator, wave, domain in single}


def test_a_province_stands_in_all_waves_beside_its_comparator() -> None:
    found = {(wave, domain) for indicator, wave, domain in keys("province", "flevoland") if indicator == "verbal"}
    waves = {2016, 2018, 2020, 2022, 2024}
    assert found == {(wave, domain) for wave in waves for domain in ("province=flevoland", "province=*")}


def test_groups_beside_the_own_one_stand_in_its_wave_alone() -> None:
    beside = {(wave, domain) for _, wave, domain in keys("target_group", "algemeen") if domain != "all"}
    assert (WAVE, "gender=vrouw") in beside
    assert {wave for wave, _ in beside} == {WAVE}


def test_five_minutes_have_layers_and_no_finer_group() -> None:
    domains = {domain for _, _, domain in keys("five_minutes", "all")}
    assert domains == {"all", "layer=gemeente", "layer=provincie", "layer=waterschap"}


def test_a_report_has_what_its_wave_asked_of_every_survey_and_the_provinces_of_its_map() -> None:
    published = pd.read_parquet(ROOT / "data" / "processed" / "5-publishable-estimates.parquet")
    mine = published[(published["wave"] == WAVE) & (published["domain"] == "all")]
    ids = set(rows_of(Publication(WAVE, "report", "x", "X", "all"))["id"])
    assert set(mine["id"]) <= ids
    assert f"any_aggression|{WAVE}|province=zeeland" in ids


def test_women_and_men_within_functions_and_layers_stand_in_the_file_of_the_report_and_in_its_wave_alone() -> None:
    def crossed(product: str, subject: str) -> set[tuple[int, str]]:
        return {(wave, domain) for _, wave, domain in keys(product, subject) if "&gender=" in domain}

    report = crossed("report", "all")
    assert {(WAVE, "function_group=wethouder&gender=vrouw"), (WAVE, "layer=waterschap&gender=man")} <= report
    assert {wave for wave, _ in report} == {WAVE}
    assert not crossed("target_group", "algemeen") and not crossed("five_minutes", "all")
