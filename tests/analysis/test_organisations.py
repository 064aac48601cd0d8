"""Organisations: a full count, of which a part answered, against R (tests/reference/organisations.R)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import estimation, publishable, weighting
from analysis.design import Design, designs
from analysis.indicators import Base, Indicator
from analysis.population import read_rules
from analysis.settings import read_settings
from tests.analysis.invented import CONFIG

REFERENCE = Path(__file__).parents[1] / "reference"
RULES = read_rules(CONFIG / "population" / "organisations.yml")
CODEBOOK = {"protocol": ("ja", "nee"), "layer": ("gemeente", "provincie", "waterschap", "zbo")}
PROTOCOL = Indicator(id="protocol", kind="proportion", base=Base(all=True), variable="protocol", yes=("ja",))
DOMAINS = [
    *("all", "layer=gemeente", "layer=provincie", "layer=waterschap", "size_class=20k_50k"),
    "layer=provincie+waterschap",
]


@pytest.fixture(scope="module")
def r() -> dict[str, float]:
    results = pd.read_csv(REFERENCE / "organisations-results.csv", float_precision="round_trip")
    return dict(zip(results["name"], results["value"], strict=True))


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "organisations-population.csv")


@pytest.fixture(scope="module")
def design(population: pd.DataFrame) -> Design:
    """Weighted and estimated by the committed rules of organisations; no stratum here is small enough to be merged."""
    rows = pd.read_csv(REFERENCE / "organisations.csv", dtype={"protocol": str}, keep_default_na=False)
    rows = rows.assign(survey="organisations", respondent=rows["organisation"])
    rows["protocol"] = rows["protocol"].replace("", "no_answer")
    weighted, report = weighting.weight(rows, population, RULES, (0.4, 2.5))
    assert report["2024"]["merged_strata"] == [] and report["2024"]["iterations"] == 0
    return designs(weighted, population, RULES)[2024]


@pytest.mark.parametrize("domain", DOMAINS)
def test_estimates_are_those_of_svymean_with_and_without_fpc(domain: str, design: Design, r: dict[str, float]) -> None:
    row = estimation.estimate({2024: design}, [PROTOCOL], [domain], CODEBOOK).iloc[0]
    assert (row["n"], row["yes"]) == (r[f"{domain} n"], r[f"{domain} count"])
    for column in ("estimate", "se", "se_superpopulation", "df"):
        assert row[column] == pytest.approx(r[f"{domain} {column}"], rel=1e-12, abs=1e-15), column
    if row["method"] == "logit" and row["se"] > 0:
        assert row["low"] == pytest.approx(r[f"{domain} low"], rel=1e-6)
        assert row["high"] == pytest.approx(r[f"{domain} high"], rel=1e-6)


def test_weights_are_organisations_per_organisation_that_answered(design: Design) -> None:
    """By hand: 60 gemeenten of which 22 answered, 90 and 41, 40 and 13, 16 and 9; 12 and 12; 21 and 8."""
    found = pd.Series(design.weight).groupby(design.respondents["stratum"].to_numpy()).agg(["first", "nunique"])
    assert (found["nunique"] == 1).all()
    expected = {"tot_20k": 60 / 22, "20k_50k": 90 / 41, "50k_100k": 40 / 13, "vanaf_100k": 16 / 9}
    wanted = {f"gemeente/{size}": weight for size, weight in expected.items()}
    wanted |= {"provincie": 1.0, "waterschap": 21 / 8}
    np.testing.assert_allclose(found["first"], pd.Series(wanted)[found.index], rtol=1e-12)


def test_below_30_a_count_is_published_and_from_30_a_percentage(design: Design) -> None:
    """7 of 12 provincies, 3 of 8 waterschappen, and 60 of 80 gemeenten as R counted them above."""
    estimates = estimation.estimate({2024: design}, [PROTOCOL], DOMAINS, CODEBOOK)
    made = publishable.publish_estimates(estimates, read_settings(CONFIG / "monitor.yml")).set_index("domain")
    assert made.loc["layer=provincie", ["count", "n", "text", "sign"]].tolist() == [7, 12, "7 van de 12", ""]
    assert made.loc["layer=waterschap", ["count", "n", "text", "sign"]].tolist() == [3, 8, "3 van de 8", ""]
    assert made.loc[["layer=provincie", "layer=waterschap"], ["percent", "low", "high"]].isna().all(axis=None)
    assert made.loc["layer=gemeente", ["percent", "text"]].tolist() == [74, "74%"]
    assert pd.isna(made.loc["layer=gemeente", "count"])
    assert made.loc["layer=provincie", "id"] == "organisations:protocol|2024|layer=provincie"
