"""Equality with R's survey package, on the data and numbers that tests/reference/survey.R made (versions: session.txt).

Every number is a ratio of sums over 405 respondents, so equality to about 1e-12 is asked; weights to 1e-10, because R
stops its iterations on the misfit of the margins and not on the weights.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import comparisons, domains, estimation, families, intervals, weighting
from analysis.calibration import calibrate
from analysis.design import Design, designs
from analysis.indicators import Base, Indicator, measure
from analysis.population import PopulationRules, cells, membership, read_rules, totals, with_groups
from tests.analysis.invented import but

REFERENCE = Path(__file__).parents[1] / "reference"
CONFIG = Path(__file__).parents[2] / "config"
BOUNDS = (0.4, 2.5)
CODEBOOK = {"verbal": ("yes", "no"), "rare": ("yes", "no")}
VERBAL = Indicator(id="verbal", kind="proportion", base=Base(all=True), variable="verbal", yes=("yes",))
DOMAINS = [
    "all",
    "function=wethouder",
    "function=commissaris",
    "province=flevoland",
    "gender=vrouw",
    "function=raadslid&gender=vrouw",
]


@pytest.fixture(scope="module")
def r() -> dict[str, float]:
    results = pd.read_csv(REFERENCE / "results.csv", float_precision="round_trip")
    return dict(zip(results["name"], results["value"], strict=True))


@pytest.fixture(scope="module")
def r_weights() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "weights.csv", float_precision="round_trip")


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "population.csv")


@pytest.fixture(scope="module")
def rules() -> PopulationRules:
    """The committed rules without merging, every margin known: R knows no estimated ones."""
    rules = read_rules(CONFIG / "population" / "officeholders.yml")
    margins = tuple(but(margin, certainty="known") for margin in rules.margins)
    never = but(rules.strata.minimum, population=0, planned=0, respondents=0)
    return but(rules, margins=margins, strata=but(rules.strata, minimum=never))


@pytest.fixture(scope="module")
def respondents() -> pd.DataFrame:
    answers = {"1": "yes", "0": "no", "": "no_answer"}
    frame = pd.read_csv(REFERENCE / "respondents.csv", dtype=str, keep_default_na=False)
    frame[["verbal", "rare"]] = frame[["verbal", "rare"]].replace(answers)
    return frame.assign(survey="officeholders", wave=2024)


@pytest.fixture(scope="module")
def calibrated(respondents: pd.DataFrame, population: pd.DataFrame, rules: PopulationRules) -> Design:
    weighted, _ = weighting.weight(respondents, population, rules, BOUNDS)
    return designs(weighted, population, rules)[2024]


@pytest.fixture(scope="module")
def uncalibrated(respondents: pd.DataFrame, population: pd.DataFrame, rules: PopulationRules) -> Design:
    weighted, _ = weighting.weight(respondents, population, but(rules, margins=rules.margins[:1]), BOUNDS)
    return designs(weighted.assign(weight=weighted["base_weight"]), population, but(rules, margins=()))[2024]


@pytest.fixture(params=["base", "calibrated"])
def design(request: pytest.FixtureRequest, calibrated: Design, uncalibrated: Design) -> tuple[str, Design]:
    return request.param, calibrated if request.param == "calibrated" else uncalibrated


def test_base_weights_are_those_of_svydesign(calibrated: Design, r_weights: pd.DataFrame) -> None:
    ours = pd.Series(calibrated.base_weight, index=calibrated.respondents["respondent"])
    np.testing.assert_allclose(ours[r_weights["respondent"]], r_weights["base"], rtol=1e-14)


@pytest.mark.parametrize(
    ("column", "bounds"), [("logit", (0.4, 2.5)), ("tight", (0.7, 1.3)), ("raking", (0.0, np.inf))]
)
def test_calibrated_weights_are_those_of_calibrate(
    column: str,
    bounds: tuple[float, float],
    respondents: pd.DataFrame,
    population: pd.DataFrame,
    rules: PopulationRules,
    r_weights: pd.DataFrame,
) -> None:
    weighted, _ = weighting.weight(respondents, population, rules, bounds)
    np.testing.assert_allclose(weighted["weight"], r_weights[column], rtol=1e-10)


@pytest.mark.parametrize("domain", DOMAINS)
def test_levels_in_domains_are_those_of_svymean(domain: str, design: tuple[str, Design], r: dict[str, float]) -> None:
    kind, of_wave = design
    row = estimation.estimate({2024: of_wave}, [VERBAL], [domain], CODEBOOK).iloc[0]
    for column in ("estimate", "se", "se_superpopulation", "df"):
        assert row[column] == pytest.approx(r[f"{domain} {kind} {column}"], rel=1e-12, abs=1e-15), column


@pytest.mark.parametrize("domain", [domain for domain in DOMAINS if domain != "function=commissaris"])
def test_logit_intervals_are_those_of_svyciprop(domain: str, design: tuple[str, Design], r: dict[str, float]) -> None:
    """R's logit comes from a fitted glm that stops at 1e-8 of the deviance, so it is equal to fewer digits."""
    kind, of_wave = design
    row = estimation.estimate({2024: of_wave}, [VERBAL], [domain], CODEBOOK).iloc[0]
    assert row["method"] == "logit"
    assert row["low"] == pytest.approx(r[f"{domain} {kind} low"], rel=1e-6)
    assert row["high"] == pytest.approx(r[f"{domain} {kind} high"], rel=1e-6)


def test_stratum_that_answered_in_full_has_no_chance_in_it(uncalibrated: Design) -> None:
    row = estimation.estimate({2024: uncalibrated}, [VERBAL], ["function=commissaris"], CODEBOOK).iloc[0]
    assert row["n"] == 5
    assert row["se"] == 0.0
    assert row["se_superpopulation"] > 0.2


def test_design_effect_is_that_of_svymean(uncalibrated: Design, r: dict[str, float]) -> None:
    """R divides by the variance of simple random sampling with n - 1, Korn and Graubard with n."""
    row = estimation.estimate({2024: uncalibrated}, [VERBAL], ["all"], CODEBOOK).iloc[0]
    n = r["all base deff n"]
    assert row["design_effect"] * (n - 1) / n == pytest.approx(r["all base deff"], rel=1e-12)
    assert row["n_effective"] * row["design_effect"] == pytest.approx(n, rel=1e-12)


@pytest.mark.parametrize("domain", ["all", "gender=vrouw", "province=flevoland"])
def test_beta_intervals_are_those_of_svyciprop(domain: str, r: dict[str, float]) -> None:
    """R does not take the minimum with n; where its effective n is below n the two are the same."""
    p, se, n, df = (np.array([r[f"{domain} rare {name}"]]) for name in ("estimate", "se", "n", "df"))
    n_effective = intervals.korn_graubard_n(p, se, n, df, np.ones(1))
    unbounded = p * (1 - p) / se**2 * (intervals.t_quantile(0.975, n - 1) / intervals.t_quantile(0.975, df)) ** 2
    low, high = intervals.beta(p, unbounded)
    np.testing.assert_allclose([low[0], high[0]], [r[f"{domain} rare low"], r[f"{domain} rare high"]], rtol=1e-10)
    assert n_effective == np.minimum(unbounded, n)


def test_interval_at_zero_is_clopper_pearson(r: dict[str, float]) -> None:
    zero, one, n = np.zeros(1), np.ones(1), np.full(1, 40.0)
    low, high, method = intervals.of_level(zero, zero, n, zero, n - 5, one)
    assert method[0] == "korn-graubard"
    np.testing.assert_allclose([low[0], high[0]], [r["none of 40 low"], r["none of 40 high"]], rtol=1e-12)
    low, high, _ = intervals.of_level(one, zero, n, n, n - 5, one)
    np.testing.assert_allclose([1 - high[0], 1 - low[0]], [r["none of 40 low"], r["none of 40 high"]], rtol=1e-12)


@pytest.mark.parametrize("domain", ["province=flevoland", "function=wethouder", "function=raadslid&gender=vrouw"])
@pytest.mark.parametrize("against", ["whole", "rest"])
def test_part_against_whole_and_rest_are_those_of_svycontrast(
    domain: str, against: str, calibrated: Design, r: dict[str, float]
) -> None:
    measures = measure(calibrated.respondents, [VERBAL], CODEBOOK)
    inside = domains.mask(domain, calibrated.respondents)
    other = np.ones_like(inside) if against == "whole" else ~inside
    difference = (
        estimation.proportions(calibrated, measures, inside)[0] - estimation.proportions(calibrated, measures, other)[0]
    )
    apart = estimation.contributions(calibrated, measures, inside)
    variance = calibrated.variances(apart - estimation.contributions(calibrated, measures, other))[1]
    assert difference[0] == pytest.approx(r[f"{domain} {against} difference"], rel=1e-12)
    assert np.sqrt(variance[0]) == pytest.approx(r[f"{domain} {against} se"], rel=1e-12)


def test_compared_with_the_whole_as_svycontrast_does_without_fpc(calibrated: Design, r: dict[str, float]) -> None:
    waves = {2024: calibrated}
    estimates = estimation.estimate(waves, [VERBAL], DOMAINS, CODEBOOK)
    declared = families.read_families(CONFIG / "families.yml")
    provinces = next(family for family in declared.families if family.id == "provinces")
    only = but(declared, families=(but(provinces, reference="all"),))
    row = comparisons.compare(estimates, waves, [VERBAL], only, {}, CODEBOOK).iloc[0]
    assert row["domain"] == "province=flevoland"
    assert row["difference"] == pytest.approx(r["province=flevoland whole difference"], rel=1e-12)
    assert row["se"] == pytest.approx(r["province=flevoland whole se"], rel=1e-12)


def test_holm_is_that_of_p_adjust(r: dict[str, float]) -> None:
    p = pd.Series([0.01, 0.04, 0.03, 0.005, 0.2, 0.9])
    adjusted, _ = comparisons.holm(p, pd.Series(["one"] * 6), 0.05)
    np.testing.assert_allclose(adjusted, [r[f"holm {i}"] for i in range(1, 7)], rtol=1e-14)


@pytest.mark.filterwarnings("ignore:samplics is archived:FutureWarning")
def test_raking_is_that_of_samplics(
    respondents: pd.DataFrame, population: pd.DataFrame, rules: PopulationRules
) -> None:
    """Second witness, by another algorithm (iterative proportional fitting)."""
    from samplics.weighting import SampleWeight

    of_wave = cells(population, 2024, rules)
    grouped = with_groups(respondents, rules)
    base = weighting.merge_strata(grouped, of_wave, rules, 2024).set_index(["function", "province"])
    placed = base.loc[pd.MultiIndex.from_frame(grouped[["function", "province"]])]
    start = (placed["stratum_population"] / placed["stratum_respondents"]).to_numpy()
    columns = [membership(grouped, of_wave, margin) for margin in rules.margins]
    targets = [totals(of_wave, margin) for margin in rules.margins]
    ours, _ = calibrate(start, columns, targets, [m.id for m in rules.margins], (0.0, np.inf))
    theirs = SampleWeight().rake(
        samp_weight=start,
        margins={
            m.id: np.array(target.index)[matrix.argmax(axis=1)]
            for m, target, matrix in zip(rules.margins, targets, columns, strict=True)
        },
        control={m.id: target.to_dict() for m, target in zip(rules.margins, targets, strict=True)},
        tol=1e-12,
        ctrl_tol=1e-12,
        max_iter=2000,
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
