"""Bad input: an error that says where, or a row that is marked as empty; never a number that looks right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis import comparisons, estimation, families, indicators, models, publishable, weighting
from analysis.calibration import calibrate
from analysis.design import designs
from analysis.errors import MonitorError
from analysis.indicators import Indicator
from analysis.population import PopulationRules, cells, read_rules
from analysis.response import representativity
from analysis.settings import read_settings
from tests.analysis.conftest import BOUNDS, Survey
from tests.analysis.invented import CONFIG, but
from tests.analysis.told import told

Codebook = dict[str, tuple[str, ...]]


VERBAL = Indicator.model_validate(
    {"id": "verbal", "kind": "proportion", "base": {"all": True}, "variable": "verbal", "yes": ("een_keer",)}
)


def error_of(weighted: pd.DataFrame, survey: Survey, rules: PopulationRules) -> dict[str, str]:
    """What is said of weighted rows when standard errors are asked for."""
    with pytest.raises(MonitorError) as error:
        designs(weighted, survey.strata, rules)
    return told(error.value)


@pytest.mark.parametrize("value", [np.nan, 0.0, -5.0, np.inf])
@pytest.mark.parametrize("column", ["weight", "base_weight"])
def test_weight_that_is_missing_or_not_above_nought_is_told(
    column: str, value: float, survey: Survey, rules: PopulationRules
) -> None:
    weighted = survey.weighted.copy()
    weighted.loc[7, column] = value
    error = error_of(weighted, survey, rules)
    assert error["title"] == f"Respondent without a usable {column.replace('_', ' ')}"
    assert error["where"] == f"wave 2022, respondent {weighted.loc[7, 'respondent']}, column {column}"
    assert error["got"] == f"{value}, in 1 rows"


@pytest.mark.parametrize("column", ["stratum", "population_stratum"])
def test_respondent_in_no_stratum_is_told(column: str, survey: Survey, rules: PopulationRules) -> None:
    weighted = survey.weighted.copy()
    weighted.loc[[4, 9], column] = None
    error = error_of(weighted, survey, rules)
    assert error["title"] == f"Respondent without a usable {column.replace('_', ' ')}"
    assert error["where"] == f"wave 2022, respondent {weighted.loc[4, 'respondent']}, column {column}"
    assert error["got"].endswith("in 2 rows")


def test_rows_that_were_filtered_are_no_design(survey: Survey, rules: PopulationRules) -> None:
    """Their standard errors would be those of a smaller survey: domains are never filters."""
    women = survey.weighted[survey.weighted["gender"] == "vrouw"]
    error = error_of(women, survey, rules)
    assert error["title"] == "Stratum that is not whole"
    assert error["where"].startswith("wave 2022, stratum ")
    assert "never a filter" in error["hint"]


def test_strata_that_were_left_out_are_no_design(survey: Survey, rules: PopulationRules) -> None:
    """Of what is left every stratum is whole."""
    part = survey.weighted[survey.weighted["function"] == "wethouder"]
    error = error_of(part, survey, rules)
    assert error["title"].startswith("Wave that is not whole: ")
    assert error["where"].startswith("wave 2022, strata.csv, ")
    assert error["got"] == f"{part.loc[part['wave'] == 2022, 'base_weight'].sum():.2f}"
    assert "never a filter" in error["hint"]


def test_rows_that_stand_twice_are_no_design(survey: Survey, rules: PopulationRules) -> None:
    """Twice one in five of a stratum is not more than the stratum holds, but its base weights are twice its persons."""
    stratum = survey.weighted[(survey.weighted["wave"] == 2024) & survey.weighted["stratum"].eq("raadslid/limburg")]
    assert 2 * len(stratum) <= stratum["population_stratum"].iloc[0]
    others = stratum.assign(respondent=stratum["respondent"] + "'")
    error = error_of(pd.concat([survey.weighted, others]), survey, rules)
    assert error["title"] == "Stratum that is not whole"
    assert error["where"] == "wave 2024, stratum raadslid/limburg"


def test_respondents_who_stand_twice_with_half_their_weight_are_no_design(
    survey: Survey, rules: PopulationRules
) -> None:
    """Everything adds up, and standard errors would be a third too small."""
    halved = survey.weighted[["weight", "base_weight"]] / 2
    error = error_of(pd.concat([survey.weighted.assign(**halved)] * 2), survey, rules)
    assert error["title"] == "Rows that stand twice"
    assert error["where"] == f"respondents, 2022 / {survey.weighted['respondent'].iloc[0]}"
    assert error["got"] == f"{len(survey.weighted)} rows too many"
    same = error_of(survey.weighted.assign(respondent="R1"), survey, rules)
    assert same["where"] == "respondents, 2022 / R1"


def test_respondents_who_stand_twice_are_not_weighted(survey: Survey, rules: PopulationRules) -> None:
    again = pd.concat([survey.respondents, survey.respondents.tail(5)])
    with pytest.raises(MonitorError) as error:
        weighting.weight(again, survey.strata, rules, BOUNDS)
    assert told(error.value)["title"] == "Rows that stand twice"
    assert told(error.value)["got"] == "5 rows too many"


def test_index_with_a_label_twice_makes_no_rows(survey: Survey, rules: PopulationRules) -> None:
    """Two waves that were put together keep their own numbers; a row is not there once for each of them."""
    twice = survey.respondents.set_axis(survey.respondents.groupby("wave").cumcount())
    weighted, _ = weighting.weight(twice, survey.strata, rules, BOUNDS)
    pd.testing.assert_frame_equal(weighted.reset_index(drop=True), survey.weighted)


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        (lambda rows: rows.assign(weight=2 * rows["weight"]), "Wave that is not whole: weights"),
        (
            lambda rows: rows.assign(weight=rows["weight"].where(rows.index != 7, 1e-300)),
            "Wave that is not whole: weights",
        ),
        (lambda rows: rows.assign(weight=rows["base_weight"]), "Weights that do not meet a margin: gender"),
        (
            lambda rows: rows.assign(province=rows["province"].where(rows["province"] == "nvt", "flevoland")),
            "Weights that do not meet a margin: province",
        ),
    ],
    ids=["twice", "one of nothing", "not calibrated", "another province"],
)
def test_weights_that_do_not_meet_the_margins_are_no_design(
    changed: Callable[[pd.DataFrame], pd.DataFrame], title: str, survey: Survey, rules: PopulationRules
) -> None:
    error = error_of(changed(survey.weighted), survey, rules)
    assert error["title"] == title
    assert error["where"].startswith("wave 2022, strata.csv, margin ")


def test_weights_of_rules_without_margins_meet_the_population(survey: Survey, rules: PopulationRules) -> None:
    without = but(rules, margins=())
    based = survey.weighted.assign(weight=survey.weighted["base_weight"])
    assert set(designs(based, survey.strata, without)) == {2022, 2024}
    error = error_of(based.assign(weight=2 * based["weight"]), survey, without)
    assert error["title"] == "Wave that is not whole: weights"


@pytest.mark.parametrize("make", ["weights", "design"])
@pytest.mark.parametrize(
    ("changed", "title", "got"),
    [
        (lambda rows: rows.head(0), "Respondents of no wave", "no rows"),
        (lambda rows: rows.assign(wave=rows["wave"].astype(float).astype(str)), "Respondents of no wave", "'2022.0'"),
        (lambda rows: rows.drop(columns="province"), "Missing columns", "layer, function, size_class"),
        (lambda rows: rows.drop(columns="respondent"), "Missing columns", "layer, function, province"),
    ],
    ids=["no rows", "waves as text", "no province", "no respondent"],
)
def test_rows_that_are_no_respondents_are_told(
    make: str,
    changed: Callable[[pd.DataFrame], pd.DataFrame],
    title: str,
    got: str,
    survey: Survey,
    rules: PopulationRules,
) -> None:
    with pytest.raises(MonitorError) as error:
        if make == "weights":
            weighting.weight(changed(survey.respondents), survey.strata, rules, BOUNDS)
        else:
            designs(changed(survey.weighted), survey.strata, rules)
    assert told(error.value)["title"] == title
    assert told(error.value)["got"].startswith(got)


def test_population_that_stands_twice_is_told(survey: Survey, rules: PopulationRules) -> None:
    """All weights would be twice as large."""
    with pytest.raises(MonitorError) as error:
        weighting.weight(survey.respondents, pd.concat([survey.strata] * 2), rules, BOUNDS)
    where = " / ".join(survey.strata.loc[0, ["layer", "function", "province", "size_class"]])
    assert told(error.value)["title"] == "Rows that stand twice"
    assert told(error.value)["where"] == f"population/strata.csv, wave 2022, {where}"
    assert told(error.value)["got"] == f"{(survey.strata['wave'] == 2022).sum()} rows too many"


def test_population_without_a_column_is_told(survey: Survey, rules: PopulationRules) -> None:
    with pytest.raises(MonitorError) as error:
        cells(survey.strata.drop(columns=["size_class", "layer"]), 2022, rules)
    assert told(error.value)["where"] == "population/strata.csv"
    assert told(error.value)["expected"] == "layer, size_class"


@pytest.mark.parametrize("answer", ["JA!", 1.0, None])
@pytest.mark.parametrize("kind", [object, "category"])
def test_answer_that_the_codebook_does_not_know_is_no_no(
    kind: Any, answer: object, survey: Survey, codebook: Codebook
) -> None:
    row = survey.weighted.index[survey.weighted["wave"] == 2024][3]
    wave = survey.weighted[survey.weighted["wave"] == 2024].astype({"verbal": object})
    wave.loc[row, "verbal"] = answer
    with pytest.raises(MonitorError) as error:
        indicators.measure(wave.astype({"verbal": kind}), [VERBAL], codebook)
    message = told(error.value)
    assert message["title"] == "Answer that the codebook does not know"
    assert message["where"] == "wave 2024, column verbal"
    assert message["expected"].startswith("nooit, een_keer, ")
    assert message["got"].endswith(", in 1 rows")


def test_answer_that_nobody_gave_is_no_unknown_answer(survey: Survey, codebook: Codebook) -> None:
    """A category of the column that no row has."""
    column = pd.Categorical(survey.weighted["verbal"]).add_categories("JA!")
    once = indicators.measure(survey.weighted, [VERBAL], codebook)
    again = indicators.measure(survey.weighted.assign(verbal=column), [VERBAL], codebook)
    np.testing.assert_array_equal(again.values, once.values)


def test_unknown_background_is_in_no_domain_and_told(survey: Survey, codebook: Codebook) -> None:
    design = survey.designs[2024]
    design = replace(design, respondents=design.respondents.assign(gender="Man"))
    with pytest.raises(MonitorError) as error:
        estimation.estimate({2024: design}, [VERBAL], ["gender=man"], codebook)
    assert told(error.value)["where"] == "wave 2024, column gender"


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ({"designs": {}}, "0 waves, 1 domains, confidence 0.95"),
        ({"domains": []}, "1 waves, 0 domains, confidence 0.95"),
        ({"confidence": 95}, "1 waves, 1 domains, confidence 95"),
        ({"confidence": np.nan}, "1 waves, 1 domains, confidence nan"),
    ],
)
def test_estimates_of_nothing_are_told(asked: dict[str, Any], got: str, survey: Survey, codebook: Codebook) -> None:
    usual = {"designs": {2024: survey.designs[2024]}, "domains": ["all"], "indicators": [VERBAL], "codebook": codebook}
    with pytest.raises(MonitorError) as error:
        estimation.estimate(**(usual | asked))
    assert told(error.value)["got"] == got


@pytest.mark.parametrize("empty", [False, True])
def test_response_of_nobody_is_not_representative(empty: bool) -> None:
    names = {"function": ["a", "a", "b"], "province": ["x", "y", "x"]}
    strata = pd.DataFrame({**names, "population": 100, "invited": 50, "respondents": 0})
    with pytest.raises(MonitorError) as error:
        representativity(strata.head(0) if empty else strata, "wave 2024")
    assert told(error.value)["title"] == "Response of nobody"
    assert told(error.value)["where"] == "wave 2024"


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("of", ["base weights", "margin function"])
def test_numbers_that_no_weights_can_be_made_from_are_told(of: str, value: float) -> None:
    base, target = np.full(4, 5.0), pd.Series({"a": 10.0, "b": 10.0})
    if of == "base weights":
        base[2] = value
    else:
        target["b"] = value or -2.0
    with pytest.raises(MonitorError) as error:
        calibrate(base, [np.repeat(np.eye(2), 2, axis=0)], [target], ["function"], BOUNDS, "wave 2024")
    assert told(error.value)["title"] == "No weights from these numbers"
    assert told(error.value)["where"] == f"wave 2024, {of}"


@pytest.mark.parametrize(
    ("margins", "bounds", "where"), [(0, BOUNDS, "margins"), (1, (1.2, 3.0), "bounds"), (1, (0.3, 0.9), "bounds")]
)
def test_calibration_to_nothing_or_within_nothing_is_told(
    margins: int, bounds: tuple[float, float], where: str
) -> None:
    columns, targets, names = [np.repeat(np.eye(2), 2, axis=0)], [pd.Series({"a": 10.0, "b": 10.0})], ["function"]
    with pytest.raises(MonitorError) as error:
        calibrate(np.full(4, 5.0), columns[:margins], targets[:margins], names[:margins], bounds, "wave 2024")
    assert told(error.value)["where"] == f"wave 2024, {where}"


@pytest.mark.parametrize("of", ["predictor", "outcome", "domain"])
@pytest.mark.parametrize("how", ["text", "length"])
def test_model_of_what_are_no_numbers_is_told(how: str, of: str, survey: Survey) -> None:
    n = len(survey.designs[2024].weight)
    given = {"predictor": np.arange(n) % 3, "outcome": np.arange(n) % 2, "domain": np.ones(n)}
    given[of] = given[of][1:] if how == "length" else np.full(n, "ja")
    with pytest.raises(MonitorError) as error:
        predictors = pd.DataFrame({"x": given["predictor"]})
        models.quasibinomial(survey.designs[2024], given["outcome"], predictors, given["domain"])
    assert told(error.value)["title"] == "Model of what are no numbers"
    assert told(error.value)["where"] == "(intercept), x"


RULES = "population/officeholders.yml"


@pytest.mark.parametrize(
    ("file", "field", "value"),
    [
        *(("monitor.yml", "calibration.lower", value) for value in (1.2, -0.1)),
        *(("monitor.yml", "calibration.upper", value) for value in (0.9, float("inf"))),
        *(("monitor.yml", "confidence", value) for value in (95, 0.05, float("nan"))),
        *(("monitor.yml", f"showing.{name}", 0) for name in ("shown", "firm", "half_width", "pooled")),
        *(("monitor.yml", f"rounding.{name}", 0) for name in ("n_step", "n_step_large", "n_large")),
        *(("monitor.yml", f"brackets.{name}", 0) for name in ("count", "n", "percent", "upto")),
        *(("monitor.yml", "protection.integers", value) for value in (0, 1)),
        *(("monitor.yml", "protection.sampled", value) for value in (0, 1.5)),
        ("monitor.yml", "protection.known", -1),
        *(("monitor.yml", "women_points", value) for value in (-3, 300)),
        *(("families.yml", name, value) for name in ("error_rate", "power") for value in (0, 1, 5)),
        *(("families.yml", "relevant.wave", value) for value in (-3, float("nan"))),
        ("families.yml", "relevant", {"wave": 3, "whole": 5}),
        *(("families.yml", f"minimum.{name}", -1) for name in ("respondents", "df")),
        *((RULES, "strata.planned_response", value) for value in (0, 25)),
        *((RULES, f"strata.minimum.{name}", -1) for name in ("population", "planned", "respondents")),
        (RULES, "strata.levels", []),
    ],
)
def test_declaration_out_of_its_range_is_told(file: str, field: str, value: object, tmp_path: Path) -> None:
    read = {"monitor.yml": read_settings, "families.yml": families.read_families, RULES: read_rules}[file]
    declared = yaml.safe_load((CONFIG / file).read_text(encoding="utf-8"))
    *path, name = field.split(".")
    within = declared
    for step in path:
        within = within[step]
    within[name] = value
    changed = tmp_path / Path(file).name
    changed.write_text(yaml.safe_dump(declared), encoding="utf-8")
    with pytest.raises(MonitorError) as error:
        read(changed)
    message = told(error.value)
    assert message["title"] == "Declaration not understood"
    assert message["where"] == f"{changed.name}, {field}"
    assert message["got"] == repr(value)


@pytest.mark.parametrize(
    ("field", "value", "other"),
    [
        ("brackets.count", 9, "brackets.upto, which is 6"),
        ("brackets.upto", 70, "brackets.n, which is 60"),
        ("showing.shown", 80, "brackets.n, which is 60"),
        ("showing.shown", 55, "showing.firm, which is 50"),
        ("showing.firm", 20, "showing.firm, which is 20"),
        ("showing.pooled", 20, "showing.pooled, which is 20"),
        ("protection.integers", 99, "showing.shown, which is 30"),
        ("rounding.n_step", 20, "rounding.n_step_large, which is 10"),
        ("rounding.n_large", 8, "rounding.n_large, which is 8"),
    ],
)
def test_rules_that_contradict_each_other_are_told(field: str, value: int, other: str, tmp_path: Path) -> None:
    declared = yaml.safe_load((CONFIG / "monitor.yml").read_text(encoding="utf-8"))
    section, name = field.split(".")
    declared[section][name] = value
    changed = tmp_path / "monitor.yml"
    changed.write_text(yaml.safe_dump(declared), encoding="utf-8")
    with pytest.raises(MonitorError) as error:
        read_settings(changed)
    message = told(error.value)
    assert (message["title"], message["expected"]) == ("Rules contradict each other", f"at most {other}")


def test_only_organisations_are_counted_where_no_percentage_is_shown(tmp_path: Path) -> None:
    """A survey of persons whose counts are shown would be protected by nothing."""
    declared = yaml.safe_load((CONFIG / "monitor.yml").read_text(encoding="utf-8"))
    declared["showing"]["counts"] = ["organisations", "employees"]
    changed = tmp_path / "monitor.yml"
    changed.write_text(yaml.safe_dump(declared), encoding="utf-8")
    with pytest.raises(MonitorError) as error:
        read_settings(changed)
    assert told(error.value)["where"] == "monitor.yml, showing.counts.1"


def test_more_respondents_than_persons_are_told_before_they_are_weighted(
    survey: Survey, rules: PopulationRules
) -> None:
    """Their base weight would be below 1, and their standard error nought, as if everybody had answered."""
    few = survey.respondents[(survey.respondents["wave"] == 2024) & (survey.respondents["function"] == "commissaris")]
    others = [few.assign(respondent=few["respondent"] + mark) for mark in "'\""]
    many = pd.concat([survey.respondents, *others], ignore_index=True)
    with pytest.raises(MonitorError) as error:
        weighting.weight(many, survey.strata, rules, BOUNDS)
    message = told(error.value)
    assert message["title"] == "More respondents than persons"
    assert message["where"] == "wave 2024, stratum commissaris"
    assert message["expected"] == "at most the 6 persons of strata.csv"
    assert message["got"] == f"{3 * len(few)} respondents"


def test_more_respondents_than_persons_are_told_of_a_design_too(survey: Survey, rules: PopulationRules) -> None:
    answered = survey.weighted.groupby(["wave", "stratum"])["weight"].transform("size")
    error = error_of(survey.weighted.assign(population_stratum=answered - 0.5), survey, rules)
    assert error["title"] == "More respondents than persons"
    assert error["expected"] == f"at most the {float(error['got'].split()[0]) - 0.5:g} persons of the stratum"


@pytest.mark.parametrize(
    ("column", "title"),
    [
        ("function", "Value without a group"),
        ("province", "Value without a group"),
        ("gender", "Respondents in a category without a population: gender"),
        ("size_class", "Respondents in a category without a population: size_class"),
    ],
)
def test_respondent_with_an_empty_cell_where_the_population_is_counted_is_told(
    column: str, title: str, survey: Survey, rules: PopulationRules
) -> None:
    respondents = survey.respondents.astype({column: object})
    respondents.loc[3, column] = None
    with pytest.raises(MonitorError) as error:
        weighting.weight(respondents, survey.strata, rules, BOUNDS)
    assert told(error.value)["title"] == title


@pytest.mark.parametrize("column", ["population", "women"])
def test_population_with_an_empty_cell_is_told(column: str, survey: Survey, rules: PopulationRules) -> None:
    """It would be left out as if nobody were there."""
    strata = survey.strata.astype({"population": float})
    strata.loc[2, column] = np.nan
    with pytest.raises(MonitorError) as error:
        weighting.weight(survey.respondents, strata, rules, BOUNDS)
    where = " / ".join(strata.loc[2, ["layer", "function", "province", "size_class"]])
    assert told(error.value)["where"] == f"population/strata.csv, wave 2022, {where}"


@pytest.mark.parametrize("empty", ["domain", "item"])
def test_nobody_to_ask_and_nobody_who_answered_give_a_marked_row_and_no_verdict(
    empty: str, survey: Survey, rules: PopulationRules, indicators: tuple[Indicator, ...], codebook: Codebook
) -> None:
    """A domain without respondents, and an item that all of a domain left open, from answers to what may be shown."""
    weighted, domain = survey.weighted.copy(), "province=overijssel" if empty == "domain" else "province=zeeland"
    weighted.loc[weighted["province"] == domain.partition("=")[2], "verbal"] = "refused"
    made = designs(weighted, survey.strata, rules)
    estimates = estimation.estimate(made, indicators, [domain, "province=*"], codebook)
    rows = estimates[(estimates["indicator"] == "verbal") & (estimates["domain"] == domain)]
    assert len(rows) == 2
    assert (rows[["n", "yes", "persons"]] == 0).all(axis=None)
    assert rows[["estimate", "se", "se_superpopulation", "low", "high"]].isna().all(axis=None)

    figures = publishable.publish_estimates(estimates, read_settings(CONFIG / "monitor.yml"))
    shown = figures[(figures["indicator"] == "verbal") & (figures["domain"] == domain)]
    assert list(shown["text"]) == list(shown["sign"]) == ["/", "/"]
    assert list(shown["n"]) == [0, 0]
    assert shown[["percent", "low", "high"]].isna().all(axis=None)

    declared = families.read_families(CONFIG / "families.yml")
    compared = comparisons.compare(estimates, made, indicators, declared, {}, codebook)
    told_of = publishable.publish_comparisons(compared, figures)
    verdicts = told_of[(told_of["indicator"] == "verbal") & (told_of["domain"] == domain)]
    assert set(verdicts["kind"]) == {"wave", "whole"}
    assert set(verdicts["verdict"]) == {"too_few"}
    assert verdicts[["difference", "low", "high", "smallest_demonstrable"]].isna().all(axis=None)
