"""The population against the facts it is counted from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MonitorError
from fieldwork.population import by_gender, count_employees, count_organisations, count_strata, share_out
from tests.fieldwork.conftest import CONFIG, FACTS

FUNCTION_OF = {"commissaris van de Koning": "commissaris", "DB-lid": "db_lid", "AB-lid, niet DB": "ab_lid"}


def counted(**changed: pd.DataFrame) -> pd.DataFrame:
    facts = {name: pd.read_csv(FACTS / f"{name}.csv") for name in ("gemeenten", "provinces", "population_per_wave")}
    return count_strata(*(facts | changed).values(), pd.read_csv(CONFIG / "provinces.csv"))


def test_committed_strata_are_those_of_the_facts(inputs):
    pd.testing.assert_frame_equal(inputs.strata, counted())


def test_totals_and_women_per_wave_and_function_equal_the_facts(inputs):
    facts = inputs.totals[inputs.totals["population"] == "officeholders"]
    facts = facts.assign(function=facts["function"].replace(FUNCTION_OF)).set_index(["wave", "function"]).sort_index()
    totals = inputs.strata.groupby(["wave", "function"])[["population", "women"]].sum()
    assert (totals["population"] == facts["total"]).all()
    np.testing.assert_allclose(totals["women"], facts["total"] * facts["women_pct"] / 100, atol=0.01)


def test_committed_employees_and_organisations_are_those_of_the_facts(inputs):
    gemeenten, totals = (pd.read_csv(FACTS / f"{name}.csv") for name in ("gemeenten", "population_per_wave"))
    pd.testing.assert_frame_equal(inputs.populations["employees"], count_employees(totals))
    pd.testing.assert_frame_equal(inputs.populations["organisations"], count_organisations(gemeenten, totals))


@pytest.mark.parametrize("survey", ["employees", "organisations"])
def test_totals_per_wave_and_layer_equal_the_facts(inputs, survey):
    facts = inputs.totals[inputs.totals["population"] == survey].set_index(["wave", "layer"])["total"].sort_index()
    ours = inputs.populations[survey].groupby(["wave", "layer"])["population"].sum()
    assert ours.to_dict() == facts.to_dict()


def test_the_rijk_is_asked_in_2022_alone_and_its_numbers_are_marked_as_ours(inputs):
    rijk = inputs.totals[inputs.totals["layer"].isin(["rijk", "ministerie", "agentschap", "zbo"])]
    assert set(rijk["wave"]) == {2022}
    assert set(rijk["total_status"]) == {"estimated"}
    assert rijk.loc[rijk["population"] == "organisations", "source"].str.contains("ours").all()


def test_raadsleden_of_a_province_are_its_council_seats(inputs):
    # 2018 and later: population_per_wave.csv holds the seats by law themselves, so nothing is scaled.
    gemeenten = pd.read_csv(FACTS / "gemeenten.csv")
    limburg = gemeenten[(gemeenten["wave"] == 2024) & (gemeenten["province_code"] == "PV31")]
    rows = inputs.strata.query("wave == 2024 and function == 'raadslid' and province == 'limburg'")
    assert rows["population"].sum() == limburg["council_seats"].sum()
    large = rows.set_index("size_class").loc["vanaf_100k", "population"]
    assert large == limburg.loc[limburg["inhabitants"] >= 100_000, "council_seats"].sum()


def test_functions_that_could_be_recognised_have_no_province(inputs):
    few = inputs.strata[~inputs.strata["function"].isin(["raadslid", "wethouder", "statenlid"])]
    assert set(few["province"]) == {"nvt"}
    assert set(inputs.strata.loc[inputs.strata["layer"] != "gemeente", "size_class"]) == {"nvt"}


def test_sharing_out_rounds_the_largest_remainders_up():
    # Hamilton's method by hand: 10 seats over 47, 33 and 20 voters are 4.7, 3.3 and 2.0.
    assert share_out(np.array([47.0, 33.0, 20.0]), 10).tolist() == [5, 3, 2]


def test_women_and_men_add_up_to_the_population(inputs):
    cells = by_gender(inputs.strata)
    assert cells.groupby("wave")["count"].sum().round(6).to_dict() == (
        inputs.strata.groupby("wave")["population"].sum().to_dict()
    )


def test_a_province_code_that_does_not_exist_is_told():
    gemeenten = pd.read_csv(FACTS / "gemeenten.csv")
    gemeenten.loc[7, "province_code"] = "PV99"
    with pytest.raises(MonitorError, match=r"Province does not exist(.|\n)*gemeenten.csv, row 9(.|\n)*PV99"):
        counted(gemeenten=gemeenten)
