"""Trends: the line of generalised least squares against statsmodels, and when a line may be spoken of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import GLS

from analysis import estimation, trend
from analysis.families import Families, read_families
from analysis.indicators import Indicator
from tests.analysis.conftest import Survey
from tests.analysis.invented import CONFIG, but

YEARS = np.array([2016.0, 2018.0, 2020.0, 2022.0, 2024.0])
COVARIANCE = np.diag([4.0, 2.0, 1.0, 2.0, 3.0]) * 1e-4 + 0.2e-4


@pytest.fixture
def families() -> Families:
    return read_families(CONFIG / "families.yml")


def test_the_line_is_that_of_statsmodels_with_its_scale_fixed() -> None:
    estimates = np.array([0.31, 0.36, 0.33, 0.41, 0.44])
    slope, se, q = trend.line(estimates, COVARIANCE, YEARS)
    fit = GLS(estimates, np.column_stack([np.ones(5), YEARS - 2016]), sigma=COVARIANCE).fit(cov_type="fixed scale")
    assert slope == pytest.approx(fit.params[1], rel=1e-12)
    assert se == pytest.approx(fit.bse[1], rel=1e-12)
    assert q == pytest.approx(fit.wresid @ fit.wresid, rel=1e-10)


def test_two_independent_waves_on_a_line_by_hand() -> None:
    """Of two points the slope is their difference by the years between, and its error that of a difference."""
    slope, se, q = trend.line(np.array([0.2, 0.3]), np.diag([9e-4, 16e-4]), np.array([2020.0, 2024.0]))
    assert (slope, se) == (pytest.approx(0.1 / 4), pytest.approx(0.05 / 4))
    assert q == pytest.approx(0.0, abs=1e-12)


def series(estimates: list[float], n: int = 400) -> pd.DataFrame:
    waves = [int(year) for year in YEARS[: len(estimates)]]
    rows = {"survey": "officeholders", "indicator": "verbal", "answer": "", "domain": "all"}
    return pd.DataFrame({"wave": waves, "estimate": estimates, "se_superpopulation": 0.02, "n": n}).assign(
        n_effective=n, **rows
    )


def test_a_wave_in_which_nobody_says_yes_is_on_the_line(families: Families) -> None:
    """Its variance of 0 would make it certain, and the line impossible; it is that of one yes and one no more."""
    nobody = series([0.0, 0.02, 0.04]).assign(se_superpopulation=[0.0, 0.01, 0.01])
    row = told(nobody, families).loc[2020]
    added = 1 / 402 * (1 - 1 / 402) / 402  # a share of 1 / 402 on 402 people
    slope, se, q = trend.line(np.array([0.0, 0.02, 0.04]), np.diag([added, 1e-4, 1e-4]), YEARS[:3])
    assert (row["waves"], row["slope"], row["se"], row["q"]) == pytest.approx((3, slope, se, q), rel=1e-9)


def told(estimates: pd.DataFrame, families: Families, broken: dict[str, set[int]] | None = None) -> pd.DataFrame:
    verbal = Indicator.model_validate(
        {
            "id": "verbal",
            "kind": "proportion",
            "base": {"all": True},
            "variable": "verbal",
            "yes": ["yes"],
            "headline": True,
        }
    )
    return trend.trends(estimates, {}, [verbal], families, broken or {}, {}).set_index("wave")


@pytest.mark.parametrize(
    ("estimates", "verdict"),
    [
        ([0.30, 0.34, 0.38, 0.42, 0.46], "rising"),
        ([0.46, 0.42, 0.38, 0.34, 0.30], "falling"),
        ([0.40, 0.41, 0.40, 0.41, 0.40], "no_demonstrable_trend"),
        ([0.40, 0.60, 0.40, 0.60, 0.40], "not_linear"),
    ],
)
def test_verdict_by_example(estimates: list[float], verdict: str, families: Families) -> None:
    assert told(series(estimates), families)["verdict"][2024] == verdict


def test_what_is_certain_but_too_small_to_matter_is_no_trend(families: Families) -> None:
    rows = series([0.300, 0.305, 0.310, 0.315, 0.320]).assign(se_superpopulation=0.001)
    assert told(rows, families)["p_adjusted"][2024] < 1e-6
    assert told(rows, families)["verdict"][2024] == "no_demonstrable_trend"
    matters = but(families, relevant={**families.relevant, "trend": 1.0})
    assert told(rows, matters)["verdict"][2024] == "rising"


def test_a_trend_needs_three_waves_that_no_break_parts_and_enough_respondents(families: Families) -> None:
    rows = series([0.30, 0.34, 0.38, 0.42, 0.46])
    assert list(told(rows, families).index) == [2020, 2022, 2024]
    after = told(rows, families, {"verbal": {2020}})
    assert (list(after.index), after["first"][2024], after["waves"][2024]) == ([2024], 2020, 3)
    assert told(rows, families, {"verbal": {2022}}).index.tolist() == [2020]
    assert told(rows.assign(n=[400, 29, 29, 400, 400]), families).index.tolist() == [2024]


def test_the_interval_of_the_change_leaves_out_nought_when_the_trend_is_shown(families: Families) -> None:
    shown = told(series([0.30, 0.34, 0.38, 0.42, 0.46]), families).loc[2024]
    assert shown["change"] == pytest.approx(8 * shown["slope"])
    assert 0 < shown["low"] < shown["change"] < shown["high"]
    unsure = told(series([0.40, 0.41, 0.40, 0.41, 0.40]), families).loc[2024]
    assert unsure["low"] < 0 < unsure["high"]


def test_the_same_people_with_the_same_answers_make_no_line(
    survey: Survey, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]], families: Families
) -> None:
    """Their covariance cannot be inverted, which once stopped the build; taken for others they have a line."""
    one = survey.designs[max(survey.designs)]
    waves = {wave: replace(one, wave=wave) for wave in (2020, 2022, 2024)}
    estimates = estimation.estimate(waves, indicators, ["all"], codebook)
    assert trend.trends(estimates, waves, indicators, families, {}, codebook).empty
    apart = trend.trends(estimates, waves, indicators, but(families, persons={}), {}, codebook)
    assert "any_aggression" in set(apart["indicator"])
    assert apart["slope"].abs().max() < 1e-12
