"""Laws that estimates obey whatever the data, and the corners where there is nothing to estimate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import domains, estimation, intervals, weighting
from analysis.design import Design, designs
from analysis.errors import MonitorError
from analysis.indicators import Indicator, Measures
from analysis.population import PopulationRules
from tests.analysis.conftest import BOUNDS, Survey
from tests.analysis.invented import invent_respondents, invent_strata

COLUMNS = [
    *("survey", "indicator", "answer", "wave", "domain", "n", "yes", "persons", "estimate", "se"),
    *("se_superpopulation", "df", "n_effective", "design_effect", "low", "high", "method"),
]


def one(design: Design, values: np.ndarray, inside: np.ndarray | None = None) -> tuple[float, float]:
    """Estimate and standard error (no fpc) of values that everybody answered."""
    measures = Measures((("y", ""),), values.astype(float)[:, None], np.ones((len(values), 1)))
    mask = np.ones(len(values), dtype=bool) if inside is None else inside
    p, _ = estimation.proportions(design, measures, mask)
    return p[0], float(np.sqrt(design.variances(estimation.contributions(design, measures, mask))[1][0]))


def test_table_has_the_columns_of_the_contract_and_a_row_for_every_combination(survey: Survey) -> None:
    estimates = survey.estimates
    assert list(estimates.columns) == COLUMNS
    assert not estimates.duplicated(["indicator", "answer", "wave", "domain"]).any()
    assert len(estimates) == 14 * len(estimates[["wave", "indicator", "answer"]].drop_duplicates())


@pytest.mark.parametrize("indicator", ["severity", "severity_all", "incidents", "motive"])
def test_shares_of_a_distribution_add_up_to_one(
    indicator: str, survey: Survey, indicators: tuple[Indicator, ...]
) -> None:
    """Also with answers that may be shown together in the place of each."""
    rows = survey.estimates[(survey.estimates["indicator"] == indicator) & (survey.estimates["n"] > 0)]
    thin = next(one.thin for one in indicators if one.id == indicator)
    for left_out in (set(thin), set(sum(thin.values(), ()))):
        sums = rows[~rows["answer"].isin(left_out)].groupby(["wave", "domain"])["estimate"].sum()
        assert len(sums) >= 20
        np.testing.assert_allclose(sums, 1.0, rtol=1e-12)


def test_severities_of_all_add_up_to_any_aggression(survey: Survey) -> None:
    table = survey.estimates[survey.estimates["n"] > 0].pivot_table(
        "estimate", ["wave", "domain"], ["indicator", "answer"]
    )
    np.testing.assert_allclose(1 - table[("severity_all", "geen")], table[("any_aggression", "")], rtol=1e-12)


def test_total_is_the_sum_of_share_times_part(survey: Survey) -> None:
    design = survey.designs[2024]
    women = domains.mask("gender=vrouw", design.respondents)
    y = (design.respondents["verbal"] == "een_keer").to_numpy()
    share = design.weight[women].sum() / design.weight.sum()
    parts = share * one(design, y, women)[0] + (1 - share) * one(design, y, ~women)[0]
    assert one(design, y)[0] == pytest.approx(parts, rel=1e-12)


@pytest.mark.parametrize(
    "domain", ["function=raadslid", "province=zeeland", "size_class=vanaf_100k", "layer=provincie"]
)
def test_share_of_a_known_margin_has_no_standard_error(domain: str, survey: Survey) -> None:
    design = survey.designs[2024]
    p, se = one(design, domains.mask(domain, design.respondents))
    assert 0 < p < 1
    assert se < 1e-12


def test_share_of_women_keeps_its_standard_error_because_its_margin_is_an_estimate(survey: Survey) -> None:
    p, se = one(survey.designs[2024], domains.mask("gender=vrouw", survey.designs[2024].respondents))
    assert p == pytest.approx(1 / 3, rel=1e-9)
    assert se > 0.01


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_part_against_rest_and_part_against_whole_are_the_same_test(seed: int, survey: Survey) -> None:
    """Where the share s of the part is a known margin: part - whole = (1 - s)(part - rest), with its standard error."""
    design = survey.designs[2024]
    y = np.random.default_rng(seed).random((len(design.weight), 1)) < 0.3
    measures = Measures((("y", ""),), y.astype(float), np.ones_like(y, dtype=float))
    part = domains.mask("province=groningen", design.respondents)
    everybody = np.ones_like(part)
    z = []
    for other in (everybody, ~part):
        d = estimation.proportions(design, measures, part)[0] - estimation.proportions(design, measures, other)[0]
        apart = estimation.contributions(design, measures, part) - estimation.contributions(design, measures, other)
        z.append(d[0] / np.sqrt(design.variances(apart)[1][0]))
    assert z[0] == pytest.approx(z[1], rel=1e-9)


@settings(max_examples=10, deadline=None)
@given(factor=st.floats(1e-3, 1e3))
def test_scaling_all_weights_changes_no_proportion_and_no_standard_error(factor: float, survey: Survey) -> None:
    design = survey.designs[2022]
    scaled = replace(design, weight=design.weight * factor, base_weight=design.base_weight * factor)
    y = (design.respondents["threat"] == "een_keer").to_numpy()
    inside = domains.mask("layer=gemeente", design.respondents)
    assert one(scaled, y, inside) == pytest.approx(one(design, y, inside), rel=1e-10)


def test_standard_error_without_fpc_is_never_the_smaller_one(survey: Survey) -> None:
    rows = survey.estimates[survey.estimates["n"] > 1]
    assert (rows["se_superpopulation"] >= rows["se"] * (1 - 1e-12)).all()


def test_interval_holds_its_estimate_within_nought_and_one(survey: Survey) -> None:
    rows = survey.estimates[survey.estimates["method"] != "none"]
    assert len(rows) > 1000
    assert ((rows["low"] <= rows["estimate"] + 1e-12) & (rows["estimate"] <= rows["high"] + 1e-12)).all()
    assert ((rows["low"] >= 0) & (rows["high"] <= 1)).all()
    few = rows[["yes"]].assign(no=rows["n"] - rows["yes"]).min(axis=1) < 5
    assert (rows.loc[few, "method"] == "korn-graubard").all()
    assert (rows.loc[~few, "method"] == "logit").all()


def test_fewer_than_8_degrees_of_freedom_give_no_interval(survey: Survey) -> None:
    rows = survey.estimates[survey.estimates["df"] < 8]
    assert len(rows)
    assert rows[["low", "high"]].isna().all(axis=None)
    assert (rows["method"] == "none").all()


def test_domain_without_respondents_has_a_row_without_an_estimate(survey: Survey) -> None:
    rows = survey.estimates[survey.estimates["domain"] == "province=overijssel"]
    assert len(rows)
    assert (rows[["n", "yes"]] == 0).all(axis=None)
    assert rows[["estimate", "se", "low", "high", "n_effective"]].isna().all(axis=None)


def test_survey_in_which_nobody_is_a_victim_is_estimated_all_the_same(
    rules: PopulationRules, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]
) -> None:
    strata = invent_strata((2024,))
    respondents = invent_respondents(strata, 0.4, seed=5, yes=0.0)
    weighted, _ = weighting.weight(respondents, strata, rules, BOUNDS)
    estimates = estimation.estimate(designs(weighted, strata, rules), indicators, ["all"], codebook)
    rows = estimates.set_index(["indicator", "answer"])
    headline = rows.loc[("any_aggression", "")]
    assert headline["estimate"] == headline["low"] == 0
    assert headline["method"] == "korn-graubard"
    weights = weighted.loc[weighted["verbal"] != "refused", "weight"]
    assert rows.loc[("verbal", ""), "n_effective"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum(), rel=1e-9)
    # Clopper-Pearson for 0 of n_effective at 95 %: 1 - 0.025^(1/n)
    assert headline["high"] == pytest.approx(1 - 0.025 ** (1 / headline["n_effective"]), rel=1e-9)
    assert rows.loc[("severity", "ernstig"), "n"] == 0
    assert rows.loc[("severity_all", "geen"), "estimate"] == 1


def test_question_that_a_wave_did_not_ask_has_no_row_in_that_wave(
    survey: Survey, rules: PopulationRules, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]
) -> None:
    weighted = survey.weighted.copy()
    weighted.loc[weighted["wave"] == 2022, "police_report"] = "not_asked"
    estimates = estimation.estimate(designs(weighted, survey.strata, rules), indicators, ["all"], codebook)
    assert list(estimates.loc[estimates["indicator"] == "police_report", "wave"]) == [2024]


def test_row_order_of_respondents_changes_nothing(
    survey: Survey, rules: PopulationRules, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]
) -> None:
    shuffled = designs(survey.weighted.sample(frac=1, random_state=1), survey.strata, rules)
    again = estimation.estimate(shuffled, indicators, ["all", "province=zeeland"], codebook)
    before = survey.estimates[survey.estimates["domain"].isin(["all", "province=zeeland"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, before, rtol=1e-9)


@pytest.mark.parametrize(
    ("domain", "title", "got"),
    [
        ("regio=noord", "unknown variable", "regio"),
        ("province=grunn", "unknown value of province", "grunn"),
        ("layer=gemente", "unknown value of layer", "gemente"),
        ("gender=vrouw&provnce=limburg", "unknown variable", "provnce"),
        ("everybody", "unknown variable", "everybody"),
    ],
)
def test_domain_with_a_mistake_is_told_which_one(
    domain: str, title: str, got: str, survey: Survey, codebook: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(MonitorError, match=title) as error:
        domains.mask(domain, survey.respondents, codebook)
    assert error.value.where == f"domain {domain}"
    assert error.value.got == got


def test_domains_combine_conditions_alternatives_and_any_value() -> None:
    frame = pd.DataFrame(
        {"function": ["ab_lid", "db_lid", "raadslid", "raadslid"], "province": ["nvt", "nvt", "zeeland", "no_answer"]}
    )
    assert list(domains.mask("function=ab_lid+db_lid", frame)) == [True, True, False, False]
    assert list(domains.mask("province=*", frame)) == [False, False, True, False]
    assert list(domains.mask("function=raadslid&province=zeeland", frame)) == [False, False, True, False]
    assert domains.dimension("function=raadslid&province=zeeland") == "function x province"


def test_korn_graubard_never_counts_more_respondents_than_answered() -> None:
    p, se, n = np.array([0.01]), np.array([1e-4]), np.array([300.0])
    assert intervals.korn_graubard_n(p, se, n, n - 5, np.ones(1))[0] == 300


def test_unequal_weights_count_as_fewer_respondents_at_nought_percent() -> None:
    zero, n = np.zeros(1), np.full(1, 60.0)
    _, equal, _ = intervals.of_level(zero, zero, n, zero, n - 1, np.ones(1))
    _, unequal, _ = intervals.of_level(zero, zero, n, zero, n - 1, np.full(1, 1.5))
    assert equal[0] == pytest.approx(1 - 0.025 ** (1 / 60), rel=1e-9)
    assert unequal[0] == pytest.approx(1 - 0.025 ** (1 / 40), rel=1e-9)
