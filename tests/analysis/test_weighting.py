"""Weights meet their margins, strata merge as declared, and what cannot be met is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import weighting
from analysis.calibration import calibrate
from analysis.errors import MonitorError
from analysis.population import PopulationRules, cells, membership, read_rules, totals, with_groups
from tests.analysis.conftest import BOUNDS, Survey
from tests.analysis.invented import CONFIG, but, invent_respondents, invent_strata


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), response=st.floats(0.3, 0.9))
def test_weights_meet_every_margin_within_their_bounds(seed: int, response: float) -> None:
    rules = read_rules(CONFIG / "population" / "officeholders.yml")
    strata = invent_strata((2024,))
    respondents = invent_respondents(strata, response, seed)
    weighted, _ = weighting.weight(respondents, strata, rules, BOUNDS)
    grouped, population = with_groups(weighted, rules), cells(strata, 2024, rules)
    for margin in rules.margins:
        reached = weighted["weight"].to_numpy() @ membership(grouped, population, margin)
        np.testing.assert_allclose(reached, totals(population, margin), rtol=1e-8)
    ratio = weighted["weight"] / weighted["base_weight"]
    assert BOUNDS[0] < ratio.min() <= ratio.max() < BOUNDS[1]


def test_weights_come_in_the_order_of_the_respondents(survey: Survey) -> None:
    assert survey.weighted[["wave", "respondent"]].equals(survey.respondents[["wave", "respondent"]])


def test_report_tells_iterations_margins_and_response(survey: Survey) -> None:
    report = survey.report["2024"]
    assert 1 <= report["iterations"] < 20
    assert report["largest_margin_error"] < 1e-6
    assert report["kish_design_effect"] >= 1
    assert sum(row["respondents"] for row in report["response"]) == report["respondents"]
    assert {row["margin"] for row in report["margins"]} == {"function", "gender", "province", "size_class"}


def test_respondent_who_leaves_gender_open_keeps_a_weight_and_the_margin_still_holds(
    survey: Survey, rules: PopulationRules
) -> None:
    respondents = survey.respondents[survey.respondents["wave"] == 2024].copy()
    councillors = respondents.index[respondents["function"] == "raadslid"]
    respondents.loc[councillors[0], "gender"] = "refused"
    answered = (respondents.loc[councillors, "gender"] == "vrouw").sum()
    weighted, report = weighting.weight(respondents, survey.strata, rules, BOUNDS)
    assert (weighted["weight"] > 0).all()
    assert report["2024"]["largest_margin_error"] < 1e-6
    women = {row["category"]: row for row in report["2024"]["margins"] if row["margin"] == "gender"}
    people = survey.strata[(survey.strata["wave"] == 2024) & (survey.strata["function"] == "raadslid")]
    share = people["women"].sum() / people["population"].sum()
    assert women["raadslid/vrouw"]["respondents"] == pytest.approx(answered + share, rel=1e-12)


def merged(
    population: dict[str, int], responded: dict[str, int], rules: PopulationRules, invited: int | None = None
) -> pd.DataFrame:
    """Strata of wethouders in these provinces, and of one burgemeester who answered."""
    rows = [("wethouder", province, "tot_20k", persons) for province, persons in population.items()]
    rows.append(("burgemeester", "nvt", "tot_20k", 1))
    strata = pd.DataFrame(rows, columns=["function", "province", "size_class", "population"])
    strata = strata.assign(wave=2024, layer="gemeente", women=0.0)
    people = [("wethouder", province) for province, n in responded.items() for _ in range(n)]
    respondents = pd.DataFrame([*people, ("burgemeester", "nvt")], columns=["function", "province"])
    passport = None
    if invited is not None:
        passport = strata[["wave", "function", "province", "population"]].assign(invited=invited)
    of_wave = cells(strata, 2024, rules)
    return weighting.merge_strata(respondents, of_wave, rules, 2024, passport).set_index("province")


def test_stratum_that_is_large_enough_stays_alone(rules: PopulationRules) -> None:
    table = merged({"groningen": 40, "drenthe": 30}, {"groningen": 9, "drenthe": 2}, rules)
    assert table.loc["drenthe", "stratum"] == "wethouder/drenthe"
    assert list(table["level"]) == [0, 0, 0]


def test_small_population_merges_its_landsdeel_and_no_other(rules: PopulationRules) -> None:
    table = merged({"groningen": 40, "drenthe": 9, "utrecht": 50}, {"groningen": 9, "drenthe": 5, "utrecht": 9}, rules)
    assert table.loc["drenthe", "stratum"] == table.loc["groningen", "stratum"] == "wethouder/noord"
    assert table.loc["groningen", "stratum_population"] == 49
    assert table.loc["groningen", "stratum_respondents"] == 14
    assert table.loc["utrecht", "stratum"] == "wethouder/utrecht"


@pytest.mark.parametrize(("invited", "stratum"), [(19, "wethouder/noord"), (20, "wethouder/drenthe")])
def test_few_planned_respondents_merge_although_the_population_is_large(
    invited: int, stratum: str, rules: PopulationRules
) -> None:
    """A quarter of the invited was planned to answer: 5 of 20, less than 5 of 19."""
    table = merged({"groningen": 40, "drenthe": 40}, {"groningen": 3, "drenthe": 3}, rules, invited=invited)
    assert table.loc["drenthe", "stratum"] == stratum


@pytest.mark.parametrize(("persons", "stratum"), [(9, "wethouder/noord"), (10, "wethouder/drenthe")])
def test_a_population_below_ten_merges_although_enough_are_planned(
    persons: int, stratum: str, rules: PopulationRules
) -> None:
    table = merged({"groningen": 40, "drenthe": persons}, {"groningen": 9, "drenthe": 3}, planned(rules, 1.0))
    assert table.loc["drenthe", "stratum"] == stratum


def test_how_many_answered_moves_no_stratum_from_two_respondents_on(rules: PopulationRules) -> None:
    """Merging by the outcome would choose the strata by the answers that came in."""
    table = merged({"groningen": 40, "drenthe": 40}, {"groningen": 30, "drenthe": 2}, rules)
    assert table.loc["drenthe", "stratum"] == "wethouder/drenthe"


def planned(rules: PopulationRules, share: float) -> PopulationRules:
    return but(rules, strata=but(rules.strata, planned_response=share))


def test_lone_respondent_merges_up_to_the_function(rules: PopulationRules) -> None:
    table = merged({"groningen": 40, "utrecht": 40}, {"groningen": 9, "utrecht": 1}, rules)
    assert table.loc["utrecht", "stratum"] == table.loc["groningen", "stratum"] == "wethouder"


def test_the_only_person_of_a_function_is_not_a_lone_respondent(rules: PopulationRules) -> None:
    table = merged({"groningen": 40}, {"groningen": 9}, but(rules, strata=but(rules.strata, lone_respondent="error")))
    assert table.loc["nvt", "stratum_respondents"] == table.loc["nvt", "stratum_population"] == 1


def test_person_who_is_a_stratum_and_answered_stays_one(rules: PopulationRules) -> None:
    minimum = but(rules.strata.minimum, population=1, planned=0)
    table = merged(
        {"groningen": 40, "drenthe": 1},
        {"groningen": 9, "drenthe": 1},
        but(rules, strata=but(rules.strata, minimum=minimum)),
    )
    assert table.loc["drenthe", "stratum"] == "wethouder/drenthe"


def test_lone_respondent_of_several_is_an_error_where_the_rules_say_so(rules: PopulationRules) -> None:
    with pytest.raises(MonitorError, match="Lone respondent") as error:
        merged({"groningen": 40}, {"groningen": 1}, but(rules, strata=but(rules.strata, lone_respondent="error")))
    assert "wethouder" in error.value.where


def test_population_without_respondents_is_an_error(rules: PopulationRules) -> None:
    with pytest.raises(MonitorError, match="a population without respondents") as error:
        merged({"groningen": 40}, {}, rules)
    assert error.value.where == "wave 2024, stratum wethouder"
    assert "40 persons" in error.value.expected


def test_respondents_outside_the_population_are_an_error(rules: PopulationRules) -> None:
    with pytest.raises(MonitorError, match="outside the population") as error:
        merged({"groningen": 40}, {"groningen": 5, "limburg": 3}, rules)
    assert "wethouder / limburg" in error.value.where


def test_passport_that_disagrees_with_the_population_is_an_error(survey: Survey, rules: PopulationRules) -> None:
    counts = survey.strata.groupby(["wave", "function", "province"], as_index=False)["population"].sum()
    passport = counts.assign(invited=counts["population"])
    weighting.weight(survey.respondents, survey.strata, rules, BOUNDS, passport)
    passport.loc[passport["function"] == "burgemeester", "population"] += 1
    with pytest.raises(MonitorError, match="passport and population disagree") as error:
        weighting.weight(survey.respondents, survey.strata, rules, BOUNDS, passport)
    assert "burgemeester" in error.value.where


def test_employees_weigh_as_many_as_their_layer_holds() -> None:
    """By hand: 200 municipal employees in the panel for 184,000 of them, 50 of the Rijk for 138,000, in 2022."""
    rules = read_rules(CONFIG / "population" / "employees.yml")
    strata = pd.read_csv(CONFIG.parent / "data" / "raw" / "population" / rules.counted_in)
    answered = {"gemeente": 200, "provincie": 40, "waterschap": 30, "rijk": 50}
    layers = [layer for layer, n in answered.items() for _ in range(n)]
    rows = pd.DataFrame({"survey": "employees", "wave": 2022, "layer": layers})
    weighted, report = weighting.weight(rows.assign(respondent=rows.index.astype(str)), strata, rules, BOUNDS)
    sums = weighted.groupby("layer")["weight"].sum()
    totals_of_2022 = {"gemeente": 184_000, "provincie": 13_900, "waterschap": 12_900, "rijk": 138_000}
    np.testing.assert_allclose(sums, pd.Series(totals_of_2022)[sums.index], rtol=1e-12)
    assert set(weighted.loc[weighted["layer"] == "gemeente", "weight"].round(9)) == {920.0}
    assert {row["layer"]: row["respondents"] for row in report["2022"]["response"]} == answered


def test_organisations_without_a_size_class_are_a_category_of_that_margin() -> None:
    rules = read_rules(CONFIG / "population" / "organisations.yml")
    strata = pd.read_csv(CONFIG.parent / "data" / "raw" / "population" / rules.counted_in)
    of_wave = cells(strata, 2022, rules)
    found = totals(of_wave, rules.margins[0])
    assert found[["provincie", "waterschap", "zbo", "gemeente/tot_20k"]].tolist() == [12, 21, 120, 71]
    assert found.sum() == 540 == of_wave["population"].sum()


def one_margin(counts: dict[str, float], respondents: str) -> tuple[np.ndarray, pd.Series]:
    target = pd.Series(counts)
    return np.array([[float(own == name) for name in target.index] for own in respondents]), target


def test_margins_that_disagree_are_named() -> None:
    first, second = one_margin({"a": 10, "b": 10}, "aabb"), one_margin({"x": 12, "y": 9}, "xyxy")
    with pytest.raises(MonitorError, match="gender") as error:
        calibrate(np.full(4, 5.0), [first[0], second[0]], [first[1], second[1]], ["function", "gender"], BOUNDS)
    assert "20.0 persons" in error.value.expected
    assert error.value.got == "21.0"


def test_margins_that_contradict_each_other_although_their_sums_agree() -> None:
    """The same two groups, counted differently by two margins."""
    first, second = one_margin({"a": 10, "b": 10}, "aabb"), one_margin({"a": 12, "b": 8}, "aabb")
    with pytest.raises(MonitorError, match="cannot be met") as error:
        calibrate(np.full(4, 5.0), [first[0], second[0]], [first[1], second[1]], ["one", "two"], BOUNDS)
    assert "contradict" in error.value.hint


def test_empty_sample_cell_with_a_population_is_named() -> None:
    matrix, target = one_margin({"v": 3, "m": 17}, "mmmm")
    with pytest.raises(MonitorError, match="gender") as error:
        calibrate(np.full(4, 5.0), [matrix], [target], ["gender"], BOUNDS, where="wave 2024")
    assert error.value.where == "wave 2024, margin gender, category v"


def test_margin_out_of_reach_of_the_bounds_is_named() -> None:
    """One woman of twenty respondents would need a weight 9 times the base weight."""
    matrix, target = one_margin({"v": 90, "m": 110}, "v" + "m" * 19)
    with pytest.raises(MonitorError, match="gender") as error:
        calibrate(np.full(20, 10.0), [matrix], [target], ["gender"], (0.4, 2.5), where="wave 2024")
    assert "bounds" in error.value.hint
    weights, _ = calibrate(np.full(20, 10.0), [matrix], [target], ["gender"], (0.0, np.inf))
    assert weights[0] == pytest.approx(90)


def test_more_women_than_persons_is_an_error(survey: Survey, rules: PopulationRules) -> None:
    strata = survey.strata.copy()
    strata.loc[0, "women"] = strata.loc[0, "population"] + 1.0
    with pytest.raises(MonitorError, match="gender") as error:
        weighting.weight(survey.respondents, strata, rules, BOUNDS)
    assert "raadslid / groningen / tot_20k" in error.value.where


def test_respondents_in_a_size_class_without_population_are_an_error(survey: Survey, rules: PopulationRules) -> None:
    respondents = survey.respondents.copy()
    respondents.loc[0, "size_class"] = "50k_100k"
    with pytest.raises(MonitorError, match="size_class") as error:
        weighting.weight(respondents, survey.strata, rules, BOUNDS)
    assert "50k_100k" in error.value.got


def test_wave_without_a_population_is_an_error(survey: Survey, rules: PopulationRules) -> None:
    with pytest.raises(MonitorError, match="Wave without a population") as error:
        weighting.weight(survey.respondents.replace({"wave": {2024: 2026}}), survey.strata, rules, BOUNDS)
    assert "2026" in error.value.where


def test_function_without_a_group_is_an_error(survey: Survey, rules: PopulationRules) -> None:
    strata = survey.strata.replace({"function": {"db_lid": "heemraad"}})
    with pytest.raises(MonitorError, match="Value without a group") as error:
        weighting.weight(survey.respondents, strata, rules, BOUNDS)
    assert error.value.got == "heemraad"
