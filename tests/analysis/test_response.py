"""R-indicators against R and by laws; tipping points and other shares of women by arithmetic; what cannot be is told.

R's numbers are those of tests/reference/response.R, person by person; agreement to 1e-8 is asked of every one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import publishable, selectivity, weighting
from analysis.errors import MonitorError
from analysis.indicators import Indicator
from analysis.population import MISSING, PopulationRules
from analysis.response import representativity, response_table
from tests.analysis.conftest import BOUNDS, Survey

REFERENCE = Path(__file__).parents[1] / "reference"
COUNTS = ["population", "invited", "respondents"]


@pytest.fixture(scope="module")
def strata() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "response.csv")


@pytest.fixture(scope="module")
def r() -> dict[str, float]:
    results = pd.read_csv(REFERENCE / "response-results.csv", float_precision="round_trip")
    return dict(zip(results["name"], results["value"], strict=True))


def crossed(rates: dict[tuple[str, str], float], persons: int = 1000) -> pd.DataFrame:
    """Strata of a census, each of as many persons."""
    rows = [(*place, persons, persons, round(rate * persons)) for place, rate in rates.items()]
    return pd.DataFrame(rows, columns=["function", "province", *COUNTS])


def by_function(*rates: float) -> pd.DataFrame:
    """Functions that differ, in two provinces that do not."""
    return crossed({(f"f{i}", province): rate for i, rate in enumerate(rates) for province in ("a", "b")})


@pytest.mark.parametrize("name", ["mean", "unadjusted", "indicator", "standard_error", "correction"])
def test_r_indicator_is_that_of_r(name: str, strata: pd.DataFrame, r: dict[str, float]) -> None:
    assert representativity(strata)[name] == pytest.approx(r[name], rel=1e-8)


@pytest.mark.parametrize("variable", ["function", "province"])
@pytest.mark.parametrize("kind", ["unconditional", "conditional"])
def test_partial_r_indicators_are_those_of_r(
    variable: str, kind: str, strata: pd.DataFrame, r: dict[str, float]
) -> None:
    found = representativity(strata)["partial"][variable]
    assert found[kind] == pytest.approx(r[f"{variable} {kind}"], rel=1e-8)
    assert len(found["categories"]) == strata[variable].nunique()
    for row in found["categories"]:
        expected = r[f"{variable} {row['category']} {kind}"]
        assert row[kind] == pytest.approx(expected, rel=1e-8, abs=1e-12), row["category"]


def test_propensities_are_those_of_statsmodels(strata: pd.DataFrame) -> None:
    """Second witness, on the grouped counts."""
    share = strata["population"] / strata["population"].sum()
    weight = share * strata["invited"].sum()
    rate = strata["respondents"] / strata["invited"]
    x = (
        pd.get_dummies(strata[["function", "province"]])
        .drop(columns=["province_nvt", "province_utrecht"])
        .astype(float)
    )
    fit = sm.GLM(rate, x, family=sm.families.Binomial(), var_weights=weight).fit(tol=1e-14)
    spread = np.sqrt(share @ (fit.fittedvalues - share @ fit.fittedvalues) ** 2)
    assert representativity(strata)["unadjusted"] == pytest.approx(1 - 2 * spread, rel=1e-10)


def test_strata_that_answer_alike_give_one() -> None:
    found = representativity(by_function(0.3, 0.3, 0.3))
    assert (found["indicator"], found["unadjusted"]) == pytest.approx((1, 1), abs=1e-12)
    assert found["standard_error"] is None


def test_r_indicator_by_hand() -> None:
    """Rates of 0.2 and 0.4 in halves of the population: a standard deviation of 0.1, all of it between functions."""
    found = representativity(by_function(0.2, 0.4))
    assert found["unadjusted"] == pytest.approx(1 - 2 * 0.1, rel=1e-10)
    assert found["mean"] == pytest.approx(0.3, rel=1e-10)
    own, other = found["partial"]["function"], found["partial"]["province"]
    assert (own["unconditional"], own["conditional"]) == pytest.approx((0.1, 0.1), rel=1e-10)
    assert other["unconditional"] == pytest.approx(0, abs=1e-10)
    half = 0.1 * 0.5**0.5
    assert [row["unconditional"] for row in own["categories"]] == pytest.approx([-half, half], rel=1e-10)


def test_rare_functions_pull_less() -> None:
    """Population 9,000 and 1,000: sd = 0.2 x sqrt(0.9 x 0.1) = 0.06; invited in equal numbers it would be 0.1."""
    strata = by_function(0.2, 0.4)
    strata["population"], strata["invited"] = [4500, 4500, 500, 500], 500
    strata["respondents"] = [100, 100, 200, 200]
    assert representativity(strata)["unadjusted"] == pytest.approx(1 - 2 * 0.06, rel=1e-10)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.05, 0.95), min_size=4, max_size=4), st.integers(2, 10))
def test_laws_of_parts_and_of_scale(rates: list[float], times: int) -> None:
    """Balanced cells: squares of between and within add up to S^2. So many times the persons change no unadjusted R."""
    places = [(f, p) for f in ("f", "g") for p in ("a", "b")]
    strata = crossed(dict(zip(places, rates, strict=True)), 400)
    found = representativity(strata)
    variance = (1 - found["unadjusted"]) ** 2 / 4
    own, other = found["partial"]["function"], found["partial"]["province"]
    for here, there in ((own, other), (other, own)):
        assert here["unconditional"] ** 2 + there["conditional"] ** 2 == pytest.approx(variance, rel=1e-9, abs=1e-15)
        squares = sum(row["unconditional"] ** 2 for row in here["categories"])
        assert squares == pytest.approx(here["unconditional"] ** 2, rel=1e-9, abs=1e-15)
    more = representativity(strata.assign(**{name: strata[name] * times for name in COUNTS}))
    assert more["unadjusted"] == pytest.approx(found["unadjusted"], rel=1e-9)
    assert more["indicator"] <= found["indicator"] + 1e-12, "with more persons less of the spread can be chance"


def test_correction_takes_away_the_spread_that_chance_alone_gives() -> None:
    """Everybody answers with the same chance in 40 strata of 100; the mean over 60 draws, true S^2 = 0."""
    rng = np.random.default_rng(7)
    strata = crossed({(f"f{i}", f"p{j}"): 0.25 for i in range(8) for j in range(5)}, 100)
    found = [
        representativity(strata.assign(respondents=rng.binomial(100, 0.25, len(strata)))) for _ in range(60)
    ]  # 12 parameters: S^2 of (12 - 1) x 0.25 x 0.75 / 4000 by chance
    by_chance = np.mean([(1 - one["unadjusted"]) ** 2 / 4 for one in found])
    assert by_chance == pytest.approx(11 * 0.1875 / 4000, rel=0.15)
    assert np.mean([(1 - one["indicator"]) ** 2 / 4 for one in found]) < 0.25 * by_chance


def test_standard_error_is_the_spread_over_draws() -> None:
    rng = np.random.default_rng(8)
    strata = by_function(0.2, 0.3, 0.45)
    chances = strata["respondents"] / 1000
    found = [representativity(strata.assign(respondents=rng.binomial(1000, chances))) for _ in range(150)]
    spread = np.std([one["unadjusted"] for one in found])
    assert np.mean([one["standard_error"] for one in found]) == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize("rates", [(0.0, 0.3), (1.0, 0.3), (0.0, 1.0)])
def test_functions_that_answered_in_full_or_not_at_all(rates: tuple[float, float]) -> None:
    """A logistic regression has no finite coefficient there; the propensities are 0 and 1, and R follows by hand."""
    found = representativity(by_function(*rates))
    assert found["unadjusted"] == pytest.approx(1 - abs(rates[0] - rates[1]), abs=1e-9)
    assert np.isfinite([found["indicator"], found["standard_error"]]).all()


def test_everybody_answered() -> None:
    found = representativity(by_function(1.0, 1.0))
    assert found["indicator"] == pytest.approx(1, abs=1e-9)
    assert found["mean"] == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    ("column", "value"), [("respondents", 1001), ("invited", 1001), ("invited", 0), ("respondents", -1)]
)
def test_response_that_cannot_be_is_an_error(column: str, value: int) -> None:
    """n over m, m over N, nobody invited, fewer than none."""
    strata = by_function(0.2, 0.4)
    strata.loc[2, column] = value
    with pytest.raises(MonitorError, match="Response that cannot be") as error:
        representativity(strata, "wave 2024")
    assert error.value.where == "wave 2024, f1 / a"
    assert str(value) in error.value.got


def test_stratum_of_which_nobody_was_invited_is_an_error() -> None:
    strata = by_function(0.2, 0.4)
    strata.loc[3, ["invited", "respondents"]] = 0
    with pytest.raises(MonitorError, match="Response that cannot be") as error:
        representativity(strata)
    assert (error.value.where, error.value.got) == ("f1 / b", "0, 0, 1000")


def test_response_table_adds_up_and_divides() -> None:
    rows = response_table(by_function(0.2, 0.4), "function")
    assert rows[1] == {"function": "f1", "population": 2000, "invited": 2000, "respondents": 800, "rate": 0.4}


def test_weighting_report_holds_the_response_by_function_and_layer(survey: Survey) -> None:
    report = survey.report["2024"]
    for name in ("response", "response_by_layer"):
        assert sum(row["respondents"] for row in report[name]) == report["respondents"]
        assert sum(row["population"] for row in report[name]) == report["population"]
    assert {row["layer"] for row in report["response_by_layer"]} == {"gemeente", "provincie", "waterschap"}
    assert 0 < report["representativity"]["indicator"] <= 1


def test_invited_of_the_passport_stand_in_the_report(survey: Survey, rules: PopulationRules) -> None:
    counts = survey.strata.groupby(["wave", "function", "province"], as_index=False)["population"].sum()
    answered = survey.respondents.groupby(["wave", "function", "province"]).size().rename("n").reset_index()
    passport = counts.merge(answered, how="left").fillna({"n": 0})
    passport["invited"] = np.ceil((passport["population"] + passport["n"]) / 2)
    _, report = weighting.weight(survey.respondents, survey.strata, rules, BOUNDS, passport)
    of_wave = passport[passport["wave"] == 2024]
    assert sum(row["invited"] for row in report["2024"]["response"]) == of_wave["invited"].sum()
    passport.loc[passport["n"] > 3, "invited"] = 1
    with pytest.raises(MonitorError, match="Response that cannot be") as error:
        weighting.weight(survey.respondents, survey.strata, rules, BOUNDS, passport)
    assert error.value.where.startswith("wave 20")


def test_tipping_point_by_arithmetic() -> None:
    """Of 10,000, 4,500 victims: 2,600 answer, 49 % of them victims: 1,274 of 4,500, and 1,326 of 5,500 others."""
    victims, others = 1274 / 4500, 1326 / 5500
    odds, rates = selectivity.tipping_point(0.45, 0.49, 0.26) or (0.0, 0.0)
    assert odds == pytest.approx((1274 / (4500 - 1274)) / (1326 / (5500 - 1326)), rel=1e-12)
    assert rates == pytest.approx(victims / others, rel=1e-12)
    assert odds == pytest.approx(1.24, abs=0.005), "the 1.25 of the specification"


@pytest.mark.parametrize(("previous", "present", "response"), [(0.3, 0.3, 0.2), (0.3, 0.3, 0.9)])
def test_no_change_asks_for_no_selection(previous: float, present: float, response: float) -> None:
    assert selectivity.tipping_point(previous, present, response) == pytest.approx((1, 1))


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0.01, 0.05))
def test_tipping_point_of_no_is_the_inverse(previous: float, present: float, response: float) -> None:
    odds, rates = selectivity.tipping_point(previous, present, response) or (1.0, 1.0)
    other = selectivity.tipping_point(1 - previous, 1 - present, response) or (1.0, 1.0)
    assert (odds * other[0], rates * other[1]) == pytest.approx((1, 1))


@pytest.mark.parametrize(
    ("previous", "present", "response"),
    [
        (0.0, 0.2, 0.3),
        (1.0, 0.8, 0.3),
        (0.2, 0.0, 0.3),
        (0.2, 1.0, 0.3),
        (0.2, 0.3, 1.0),
        (0.3, 0.3, 1.0),
        (0.1, 0.3, 0.5),
        (0.2, 0.3, 0),
    ],
)
def test_selection_that_cannot_be(previous: float, present: float, response: float) -> None:
    """Shares of 0 and 1, a census answered in full, nobody, and 0.5 x 0.3 / 0.1 = 1.5 of all who say yes."""
    assert selectivity.tipping_point(previous, present, response) is None


def test_tipping_points_follow_the_waves_that_asked_and_stop_at_a_break() -> None:
    estimates = pd.DataFrame(
        [("a", 2016, 0.3), ("a", 2020, 0.36), ("a", 2022, 0.4), ("b", 2022, 0.2)],
        columns=["indicator", "wave", "estimate"],
    )
    rows = selectivity.tipping_points(estimates, {"a": [2022]}, {2020: 0.5, 2022: 0.5})
    # a, 2020: rates 0.5 x 0.36 / 0.3 = 0.6 and 0.5 x 0.64 / 0.7 = 16/35; b has one wave, 2022 another question
    assert [(row["indicator"], row["wave"], row["reference"]) for row in rows] == [("a", 2020, 2016)]
    assert rows[0]["odds_ratio"] == pytest.approx(1.5 / (16 / 19), rel=1e-12)
    assert rows[0]["rate_ratio"] == pytest.approx(0.6 * 35 / 16, rel=1e-12)


def test_share_of_women_moves_within_bounds() -> None:
    strata = pd.DataFrame({"population": [100, 100, 100], "women": [50.0, 1.0, 99.0]})
    assert selectivity.with_women(strata, 3)["women"].tolist() == [53, 4, 100]
    assert selectivity.with_women(strata, -3)["women"].tolist() == [47, 0, 96]


@pytest.fixture(scope="module")
def moved(
    survey: Survey, rules: PopulationRules, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]
) -> dict[int, dict[str, Any]]:
    headline = [indicator for indicator in indicators if indicator.id == "any_aggression"]
    own = (survey.respondents, survey.strata, rules, BOUNDS, None, headline, codebook, 3)
    return {row["wave"]: row for row in selectivity.at_other_shares(*own)}


def test_headline_lies_between_those_of_fewer_and_of_more_women(
    survey: Survey, moved: dict[int, dict[str, Any]]
) -> None:
    """Women say yes more often here. Three points more of them move it by about 0.03 x (women - men)."""
    estimates = survey.estimates[survey.estimates["indicator"] == "any_aggression"].set_index(["wave", "domain"])
    for wave, row in moved.items():
        share = estimates["estimate"][wave]
        difference = share["gender=vrouw"] - share["gender=man"]
        assert row["lower"] < share["all"] < row["higher"]
        assert row["higher"] - row["lower"] == pytest.approx(0.06 * difference, rel=0.25)


def test_share_that_no_weights_reach_has_no_estimate(
    survey: Survey, rules: PopulationRules, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]
) -> None:
    """With all population women the men among the respondents cannot be weighted to nought within the bounds."""
    headline = [indicator for indicator in indicators if indicator.id == "any_aggression"]
    of_wave = survey.respondents[survey.respondents["wave"] == 2024]
    for points in (100, 60):
        rows = selectivity.at_other_shares(of_wave, survey.strata, rules, BOUNDS, None, headline, codebook, points)
        assert all(row["lower"] is None and row["higher"] is None for row in rows)


def told(**changes: object) -> dict[str, Any]:
    """A weighting report and its selectivity as the pipeline has them, rounded by hand in the tests below."""
    found = {"indicator": 0.9644, "unadjusted": 0.9429, "standard_error": 0.0115, "correction": 0.36}
    found["partial"] = {"function": {"unconditional": 0.026, "conditional": 0.018}}  # pyright: ignore[reportArgumentType]
    report = {"representativity": found, "largest_margin_error": 2e-11, "weight": [1.96, 9.27]}
    return {"2024": report | {"kish_design_effect": 1.0968} | changes}


def publish(women: list[dict], points: list[dict], percents: dict[int, int]) -> dict[str, Any]:
    published = pd.DataFrame(
        [
            {"indicator": "a", "wave": wave, "domain": "all", "percent": percent, "indicative": False}
            for wave, percent in percents.items()
        ]
    )
    counts = {"function_group=f": (800, 400, 80), "function_group=g": (200, 200, 80), "all": (1000, 600, 160)}
    response = pd.DataFrame(
        [(2024, name, *row, round(100 * row[2] / row[1])) for name, row in counts.items()],
        columns=["wave", "domain", "population", "invited", "responded", "percent"],
    )
    missing = [{"indicator": "a", "wave": 2024, "strict": 0.625, "lenient": 0.5949}]
    selective = {"tipping_points": points, "women": women, "missing": missing}
    return publishable.publish_weighting(told(), selective, published, response)["2024"]


def test_published_weighting_is_rounded_and_follows_from_rounded_figures() -> None:
    women = [{"indicator": "a", "answer": "", "wave": 2024, "lower": 0.4449, "higher": 0.455}]
    point = [{"indicator": "a", "wave": 2024, "reference": 2022, "odds_ratio": 1.2345, "rate_ratio": 1.1}]
    made = publish(women, point, {2022: 20, 2024: 60})
    assert (made["indicator"], made["unadjusted"], made["margin"]) == (0.96, 0.94, 0.02)
    assert made["variables"] == {"function": {"unconditional": 0.02, "conditional": 0.01}}  # x sqrt(0.36)
    assert (made["margin_error"], made["weight"], made["design_effect"]) == (0.01, [2.0, 9.3], 1.1)
    # rates 0.2 and 0.4, mean 0.24: sqrt(0.8) x -0.04 and sqrt(0.2) x 0.16
    assert made["groups"] == {"function_group=f": -36, "function_group=g": 72}
    # r = 0.27: 0.27 x 60 / 20 = 0.81, 0.27 x 40 / 80 = 0.135; not the exact 1.2345
    odds = (0.81 / 0.19) / (0.135 / 0.865)
    assert made["headline"] == [
        {
            **{"indicator": "a", "reference": 2022, "odds_ratio": round(odds, 2), "took_part": [81, 14]},
            **{"lower": 44, "higher": 46},
        }
    ]
    assert made["missing"] == [{"indicator": "a", "strict": 63, "lenient": 59}]


def test_published_headline_without_a_wave_before_or_a_figure() -> None:
    women = [{"indicator": "a", "answer": "", "wave": 2024, "lower": None, "higher": 0.455}]
    made = publish(women, [], {2024: 45})
    absent = {"reference": None, "odds_ratio": None, "took_part": None}
    assert made["headline"] == [{"indicator": "a", **absent, "lower": None, "higher": 46}]
    withheld = publish(women, [], {2022: 45})
    assert (withheld["headline"], withheld["missing"]) == ([], [])


def test_other_rules_for_open_questions_by_hand(
    survey: Survey, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]
) -> None:
    """Strict leaves out who left a form open and said no to the rest; lenient counts who said no to one at least."""
    any_of = next(indicator for indicator in indicators if indicator.id == "any_aggression")
    rows = selectivity.at_other_rules(survey.designs, [any_of], codebook)
    for row in rows:
        mine = survey.weighted[survey.weighted["wave"] == row["wave"]]
        yes = np.logical_or.reduce([mine[name].isin(answers) for name, answers in any_of.any.items()])
        open_ = sum(mine[name].isin(MISSING).astype(int) for name in any_of.any)
        for rule, most in (("strict", 0), ("lenient", len(any_of.any) - 1)):
            known = yes | (open_ <= most)
            assert row[rule] == pytest.approx(mine["weight"][yes].sum() / mine["weight"][known].sum(), rel=1e-12)
    assert any(row["strict"] > row["lenient"] for row in rows)
