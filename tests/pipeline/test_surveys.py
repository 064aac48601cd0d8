"""Three surveys in the same tables: each complete, none against another, and documents show officeholders alone."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from analysis.comparisons import referred
from deliveries.passports import passport_strata, read_manifest
from presentation.results import read_results
from tests.pipeline.conftest import ROOT

SURVEYS = {"employees", "officeholders", "organisations"}
TABLES = (
    "3-estimates",
    "4-comparisons",
    *(f"5-publishable-{name}" for name in ("estimates", "comparisons", "response")),
)
_FIGURE = ["survey", "indicator", "answer", "wave", "domain"]


def table(name: str) -> pd.DataFrame:
    return pd.read_parquet(ROOT / "data" / "processed" / f"{name}.parquet")


@pytest.mark.parametrize("name", TABLES)
def test_every_table_holds_every_survey(name: str) -> None:
    assert set(table(name)["survey"]) == SURVEYS


def test_no_difference_is_between_surveys() -> None:
    """Each is that of two estimates of its own survey: of the other ones it would be another number."""
    estimates = table("3-estimates").set_index(_FIGURE)["estimate"]
    compared = table("4-comparisons").dropna(subset="difference")
    sides = [estimates.reindex(pd.MultiIndex.from_frame(rows[_FIGURE])) for rows in (compared, referred(compared))]
    assert sides[0].notna().all() and sides[1].notna().all()
    apart = sides[0].to_numpy() - sides[1].to_numpy() - compared["difference"].to_numpy()
    assert abs(apart).max() < 1e-12
    references = set(compared.loc[compared["kind"] == "whole", "reference"])
    assert not [name for name in references if any(survey in name for survey in SURVEYS)]


def test_waves_of_employees_are_never_compared_because_each_asked_another_group() -> None:
    compared = table("5-publishable-comparisons").query("survey == 'employees' and kind == 'wave'")
    assert len(compared) and set(compared["verdict"]) == {"not_comparable"}
    assert compared["difference"].isna().all()


def test_one_row_per_organisation_that_its_passport_counts_and_weights_that_add_up_to_all() -> None:
    passports = [one for one in read_manifest(ROOT / "data" / "raw" / "manifest.yml") if one.survey == "organisations"]
    declared = passport_strata(passports).groupby("wave")[["responded", "population"]].sum()
    rows = table("2-weighted-organisations")
    assert not rows.duplicated(["wave", "organisation"]).any()
    assert rows.groupby("wave").size().tolist() == declared["responded"].tolist()
    assert rows.groupby("wave")["weight"].sum().round(6).tolist() == declared["population"].tolist()


def test_organisations_are_counted_below_30_and_of_persons_nothing_is() -> None:
    figures = table("5-publishable-estimates")
    few = figures[(figures["survey"] == "organisations") & (figures["n"] < 30)]
    assert len(few) > 500
    assert (few["count"].notna() | (few["sign"] == ".")).all() and few["percent"].isna().all()
    assert figures.loc[figures["survey"] != "organisations", "count"].isna().all()
    assert set(figures.loc[figures["panel"], "survey"]) == {"employees"}


def test_documents_look_up_officeholders_and_no_other_survey() -> None:
    results = read_results(ROOT)
    for rows in (results.figures, results.comparisons, results.response):
        assert len(rows) and set(rows["survey"]) == {"officeholders"}
    figures = table("5-publishable-estimates")
    assert figures["id"].is_unique
    elsewhere = set(figures.loc[figures["survey"] != "officeholders", "indicator"]) - set(results.figures["indicator"])
    assert elsewhere and not elsewhere & set(results.indicators)
    mine = results.figure("any_aggression", 2024, "all")
    assert mine.percent == figures.set_index("id").loc["any_aggression|2024|all", "percent"]
    assert results.indicators["severity_all"]["label"].endswith("van alle ambtsdragers")


def test_policy_of_organisations_has_every_indicator_of_theme_11() -> None:
    rows = yaml.safe_load((ROOT / "config" / "indicators.yml").read_text(encoding="utf-8"))["indicators"]
    planned = {row["id"] for row in rows if row.get("surveys") == ["organisations"]}
    figures = table("5-publishable-estimates").query("survey == 'organisations'")
    assert set(figures["indicator"]) == planned and len(planned) >= 27
