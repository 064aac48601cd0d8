"""Laws of models and of the test of two answers, and bad input. Their equality with R stands in test_against_r.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import domains, estimation, models
from analysis.design import Design
from analysis.errors import MonitorError
from analysis.indicators import Measures
from analysis.settings import read_settings
from tests.analysis.against_r import designed
from tests.analysis.told import told


@pytest.fixture(scope="module")
def design() -> Design:
    return designed(2024, "logit")


@pytest.fixture(scope="module")
def simple() -> Design:
    """The same people as one simple random sample of a population without end."""
    made = designed(2024, "none")
    ones = np.ones(len(made.weight))
    one = {"first": np.zeros(1, dtype=int), "size": np.array([len(ones)]), "population": np.array([1e12])}
    return replace(made, weight=ones, base_weight=ones, **one)


def verbal(design: Design) -> np.ndarray:
    return design.respondents["verbal"].map({"yes": 1.0, "no": 0.0}).to_numpy()


def frame(design: Design, **columns: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(columns, index=range(len(design.weight)))


def women(design: Design) -> np.ndarray:
    return design.respondents["gender"].map({"vrouw": 1.0, "man": 0.0}).to_numpy()


def test_model_without_predictors_is_the_logit_of_the_proportion(design: Design) -> None:
    y = verbal(design)
    fit = models.quasibinomial(design, y, frame(design))
    measures = Measures((("y", ""),), np.nan_to_num(y)[:, None], np.isfinite(y).astype(float)[:, None])
    everybody = np.ones(len(y), dtype=bool)
    p = estimation.proportions(design, measures, everybody)[0][0]
    variances = design.variances(estimation.contributions(design, measures, everybody))
    assert fit.coefficients[0] == pytest.approx(np.log(p / (1 - p)), rel=1e-10)
    for covariance, variance in zip((fit.covariance, fit.covariance_superpopulation), variances, strict=True):
        assert covariance[0, 0] == pytest.approx(variance[0] / (p * (1 - p)) ** 2, rel=1e-9)


def test_coefficient_of_a_yes_or_no_predictor_is_the_log_odds_ratio(simple: Design) -> None:
    """Of a simple random sample: the logarithm of ad/bc, its variance 1/a + 1/b + 1/c + 1/d times n/(n - 1)."""
    y, x = verbal(simple), women(simple)
    fit = models.quasibinomial(simple, y, frame(simple, vrouw=x))
    a, b, c, d = (np.sum((y == one) & (x == other)) for one, other in [(1, 1), (0, 1), (1, 0), (0, 0)])
    n = len(y)
    assert fit.n == a + b + c + d < n
    assert fit.coefficients[1] == pytest.approx(np.log(a * d / (b * c)), rel=1e-10)
    variance = (1 / a + 1 / b + 1 / c + 1 / d) * n / (n - 1)
    assert fit.covariance_superpopulation[1, 1] == pytest.approx(variance, rel=1e-9)
    row = fit.table.iloc[1]
    assert row["p"] == pytest.approx(2 * stats.t.sf(abs(fit.coefficients[1]) / variance**0.5, fit.df), rel=1e-8)
    assert fit.df == fit.n - 2


def test_unit_and_origin_of_a_predictor_change_its_coefficient_and_no_test(design: Design) -> None:
    years = pd.to_numeric(design.respondents["years"]).to_numpy()
    one = models.quasibinomial(design, verbal(design), frame(design, years=years, vrouw=women(design)))
    other = models.quasibinomial(design, verbal(design), frame(design, years=2000 + years * 12, vrouw=women(design)))
    assert other.coefficients[1] * 12 == pytest.approx(one.coefficients[1], rel=1e-7)
    np.testing.assert_allclose(other.table["p"][1:], one.table["p"][1:], rtol=1e-6)


def test_rare_outcome_is_fitted(simple: Design) -> None:
    y = np.zeros(len(simple.weight))
    y[[3, 40]] = 1
    fit = models.quasibinomial(simple, y, frame(simple))
    assert fit.coefficients[0] == pytest.approx(np.log(2 / (len(y) - 2)), rel=1e-10)


def bad_models(design: Design) -> dict[str, tuple[Callable[[], object], str]]:
    y, x = verbal(design), women(design)
    no = np.zeros(len(y), dtype=bool)

    def fit(outcome: np.ndarray, inside: np.ndarray | None = None, **columns: np.ndarray) -> Callable[[], object]:
        return lambda: models.quasibinomial(design, outcome, frame(design, **columns), inside)

    complete = np.nan_to_num(y)
    some = (complete == 1) & (np.arange(len(y)) % 7 == 0)
    return {
        "constant": (fit(y, large=np.full(len(y), 3.0)), "the same value of large"),
        "follows": (fit(y, vrouw=x, man=100 - 100 * x), "vrouw, man"),
        "separated in one group": (fit(complete, some=some.astype(float)), "odds without a limit"),
        "nobody": (fit(y, no, vrouw=x), "none"),
        "all missing": (fit(np.full(len(y), np.nan), vrouw=x), "none"),
        "always no": (fit(np.zeros(len(y)), vrouw=x), f"the same from all {np.isfinite(x).sum()} respondents"),
        "a grade": (fit(complete * 2, vrouw=x), "2"),
    }


@pytest.mark.parametrize(
    ("what", "title"),
    [
        ("constant", "Predictor that is constant"),
        ("follows", "Predictor that follows from the others"),
        ("separated in one group", "Outcome that the predictors separate"),
        ("nobody", "Model of nobody"),
        ("all missing", "Model of nobody"),
        ("always no", "Outcome that is always the same"),
        ("a grade", "Outcome that is not yes or no"),
    ],
)
def test_bad_model_is_told(what: str, title: str, design: Design) -> None:
    call, got = bad_models(design)[what]
    with pytest.raises(MonitorError, match=title) as error:
        call()
    assert got in told(error.value)["got"]


@pytest.mark.parametrize("kind", ["none", "logit", "raking"])
@pytest.mark.parametrize("gap", [0.0, 1e-6, 3.0])
def test_outcome_that_a_number_separates_has_no_model(kind: str, gap: float) -> None:
    """Whoever has the larger number says yes: with a gap between the two, or with one value that both have."""
    design = designed(2024, kind)
    number = np.linspace(0.0, 1.0, len(design.weight))
    y = (number > 0.4).astype(float)
    number = number + gap * y
    if gap == 0.0:
        number = np.round(number, 1)
        y = (number > 0.4).astype(float)
        y[np.flatnonzero(number == 0.4)[::2]] = 1.0
    with pytest.raises(MonitorError, match="Outcome that the predictors separate"):
        models.quasibinomial(design, y, frame(design, number=number))


def test_model_needs_more_respondents_than_strata_and_terms(design: Design) -> None:
    inside = np.zeros(len(design.weight), dtype=bool)
    inside[design.first[:4]] = True
    inside[design.first[0] + 1] = True
    y = np.zeros(len(design.weight))
    y[design.first[0]] = 1.0
    with pytest.raises(MonitorError, match="Too few respondents for a model"):
        models.quasibinomial(design, y, frame(design, row=np.arange(len(y)) % 5.0), inside)


def test_rao_scott_is_pearson_on_a_simple_random_sample(simple: Design) -> None:
    """There V is n/(n - 1) times that of a multinomial, so F is X2 (n - 1)/n over the df of the table."""
    rows = simple.respondents["incidents"].replace("no_answer", "none").to_numpy(dtype=object)
    columns = simple.respondents["size_class"].to_numpy(dtype=object)
    made = models.rao_scott(simple, rows, columns)
    pearson = stats.chi2_contingency(pd.crosstab(rows, columns), correction=False)
    n = len(rows)
    assert made.n == n
    assert made.f == pytest.approx(pearson.statistic * (n - 1) / n / pearson.dof, rel=1e-10)
    assert made.ndf == pytest.approx(pearson.dof, rel=1e-10)
    assert made.ddf == pytest.approx(pearson.dof * (n - 1), rel=1e-10)


def test_rao_scott_does_not_know_rows_from_columns(design: Design) -> None:
    one = design.respondents["incidents"].to_numpy(dtype=object)
    other = design.respondents["province"].to_numpy(dtype=object)
    made, turned = models.rao_scott(design, one, other), models.rao_scott(design, other, one)
    for name in ("f", "ndf", "ddf", "p", "n"):
        assert getattr(made, name) == pytest.approx(getattr(turned, name), rel=1e-10)


def test_answers_outside_the_domain_are_not_tested_but_stay_in_the_design(design: Design) -> None:
    inside = domains.mask("province=flevoland", design.respondents)
    one = design.respondents["verbal"].to_numpy(dtype=object)
    other = design.respondents["threat"].to_numpy(dtype=object)
    made = models.rao_scott(design, one, other, inside)
    outside = np.where(inside, one, "no_answer"), np.where(inside, other, "something else")
    assert models.rao_scott(design, *outside) == made


@pytest.mark.parametrize(
    ("one", "other", "title"),
    [
        ("never", "gender", "Answers that cannot be tested"),
        ("nothing", "gender", "Answers that cannot be tested"),
        ("in_flevoland", "province", "Table that the margins fix"),
        ("respondent", "gender", "Answers that cannot be tested"),
        ("incidents", "incidents", "Table with too many empty cells"),
    ],
)
def test_bad_table_is_told(one: str, other: str, title: str, design: Design) -> None:
    rows = design.respondents.assign(
        nothing="refused",
        in_flevoland=np.where(design.respondents["province"] == "flevoland", "yes", "no"),
    )
    with pytest.raises(MonitorError, match=title) as error:
        models.rao_scott(design, *(rows[name].to_numpy(dtype=object) for name in (one, other)))
    told(error.value)


SETTINGS = read_settings(Path(__file__).parents[2] / "config" / "monitor.yml")


def test_a_published_model_has_ratios_in_tenths_and_nothing_that_tells_a_group(design: Design) -> None:
    fit = models.quasibinomial(design, verbal(design), frame(design, woman=women(design)))
    told_of = models.publish_model(fit, SETTINGS)
    assert list(told_of) == ["term", "odds_ratio", "low", "high", "n"] and told_of["term"].tolist() == ["woman"]
    row = told_of.iloc[0]
    assert row["odds_ratio"] == pytest.approx(np.exp(fit.coefficients[1]), abs=0.05)
    values = told_of[["odds_ratio", "low", "high"]].to_numpy()
    assert (values == values.round(1)).all() and row["low"] <= row["odds_ratio"] <= row["high"]
    assert row["n"] % SETTINGS.rounding.n_step == 0 and abs(row["n"] - fit.n) <= SETTINGS.rounding.n_step


def few(n: int, yes: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether each of 200 is in a group of n, of whom `yes` say yes; of the others every other one does."""
    group = (np.arange(200) < n).astype(float)
    outcome = np.arange(200) % 2.0
    outcome[:n] = np.arange(n) < yes
    return group, outcome


@pytest.mark.parametrize("as_reference", [False, True])
@pytest.mark.parametrize(("n", "yes", "shown"), [(30, 12, True), (29, 12, False), (30, 2, False), (30, 28, False)])
def test_a_model_that_sets_a_small_group_apart_is_not_published(
    n: int, yes: int, shown: bool, as_reference: bool
) -> None:
    """As a predictor, or as those who have none of the predictors, of whom the intercept tells."""
    group, outcome = few(n, yes)
    other = (np.arange(200) >= 110).astype(float)
    predictors = np.column_stack([1 - group - other, other] if as_reference else [group, other])
    fewest = models._fewest(np.column_stack([np.ones(200), predictors]), outcome)
    fit = models.Logistic(("(intercept)", "a", "b"), np.zeros(3), np.eye(3), np.eye(3), 100, 200, fewest)
    if shown:
        assert len(models.publish_model(fit, SETTINGS)) == 2
        return
    with pytest.raises(MonitorError) as caught:
        models.publish_model(fit, SETTINGS)
    assert told(caught.value)["title"] == "Model of too few respondents"
    assert not {str(n), str(yes)} & set(told(caught.value)["got"].split())
