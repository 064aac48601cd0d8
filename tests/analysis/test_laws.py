"""Laws that hold for any survey, so that nobody has to know the right answer: hypothesis looks for a breach.

Laws that need no second survey (parts add up to their whole, a known margin has no standard error, part against rest
and against whole) stand in test_estimation.py and test_weighting.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis import domains, estimation, intervals, weighting
from analysis.calibration import calibrate
from analysis.design import Design, designs
from analysis.indicators import Base, Indicator, measure
from analysis.population import Margin, PopulationRules, cells, membership, read_rules, totals, with_groups
from tests.analysis.conftest import BOUNDS, Survey
from tests.analysis.invented import CONFIG, but, invent_respondents, invent_strata

Codebook = dict[str, tuple[str, ...]]
DOMAINS = ["all", "province=zeeland", "function_group=raadslid&gender=vrouw", "layer=waterschap"]
VERBAL = Indicator(
    id="verbal", kind="proportion", base=Base(all=True), variable="verbal", yes=("een_keer", "meerdere_keren")
)
NUMBERS = ["n", "yes", "persons", "estimate", "se", "se_superpopulation", "df", "n_effective", "low", "high"]
surveys = st.tuples(st.integers(0, 10_000), st.floats(0.6, 0.9))
# No seed is smaller than another: what breaks a law is not shrunk.
few = settings(max_examples=4, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


def unmerged() -> PopulationRules:
    """The committed rules, but every function x province stays a stratum, however few answer."""
    rules = read_rules(CONFIG / "population" / "officeholders.yml")
    never = but(rules.strata.minimum, population=0, planned=0, respondents=0)
    return but(rules, strata=but(rules.strata, minimum=never))


def invent(seed: int, response: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    strata = invent_strata((2024,))
    return strata, invent_respondents(strata, response, seed)


def design_of(strata: pd.DataFrame, respondents: pd.DataFrame, rules: PopulationRules) -> Design:
    weighted, _ = weighting.weight(respondents, strata, rules, BOUNDS)
    return designs(weighted, strata, rules)[2024]


def estimated(design: Design, codebook: Codebook, indicator: Indicator = VERBAL) -> pd.DataFrame:
    return estimation.estimate({2024: design}, [indicator], DOMAINS, codebook)


@few
@given(made=surveys, factor=st.floats(1e-3, 1e3))
def test_scaling_the_base_weights_changes_no_raked_weight(made: tuple[int, float], factor: float) -> None:
    """Raking has no bounds, so that only the ratios between base weights count; margins give the scale."""
    rules = unmerged()
    strata, respondents = invent(*made)
    population, grouped = cells(strata, 2024, rules), with_groups(respondents, rules)
    columns = [membership(grouped, population, margin) for margin in rules.margins]
    targets = [totals(population, margin) for margin in rules.margins]
    names = [margin.id for margin in rules.margins]
    base = 1 + np.random.default_rng(made[0]).random(len(respondents))
    once, _ = calibrate(base, columns, targets, names, (0.0, np.inf))
    again, _ = calibrate(factor * base, columns, targets, names, (0.0, np.inf))
    np.testing.assert_allclose(again, once, rtol=1e-8)


@few
@given(made=surveys)
def test_everybody_twice_in_a_population_twice_as_large(made: tuple[int, float], codebook: Codebook) -> None:
    """Weights and estimates stay. The copies of a person, taken together as a cluster would, contribute what the person
    did; taken apart, as if they were other persons, they leave (n - 1) / (2n - 1) of each stratum's variance: half the
    squares, and 2n / (2n - 1) where n / (n - 1) was. The sampling fraction is the same, and with it the fpc.
    """
    rules = unmerged()
    strata, respondents = invent(*made)
    twice = pd.concat([respondents, respondents.assign(respondent=respondents["respondent"] + "'")], ignore_index=True)
    larger = strata.assign(population=2 * strata["population"], women=2 * strata["women"])
    once, doubled = design_of(strata, respondents, rules), design_of(larger, twice, rules)
    pairs = doubled.respondents["respondent"].str.rstrip("'")
    assert list(pairs[::2]) == list(pairs[1::2]) == list(once.respondents["respondent"])
    np.testing.assert_allclose(doubled.weight[::2], once.weight, rtol=1e-8)
    for domain in DOMAINS:
        (e1, p1), (e2, p2) = ((contributed(design, domain, codebook)) for design in (once, doubled))
        assert p2 == pytest.approx(p1, rel=1e-8)
        np.testing.assert_allclose(e2[::2] + e2[1::2], e1, atol=1e-10)
        left = np.zeros(2)
        for first, n in zip(once.first, once.size, strict=True):
            alone = np.zeros_like(e1)
            alone[first : first + n] = e1[first : first + n]
            left += np.ravel(once.variances(alone)) * (n - 1) / (2 * n - 1)
        np.testing.assert_allclose(np.ravel(doubled.variances(e2)), left, rtol=1e-6)


def contributed(design: Design, domain: str, codebook: Codebook) -> tuple[np.ndarray, float]:
    """Contributions of the respondents to one proportion, and the proportion."""
    measures = measure(design.respondents, [VERBAL], codebook)
    inside = domains.mask(domain, design.respondents, codebook)
    return estimation.contributions(design, measures, inside), estimation.proportions(design, measures, inside)[0][0]


@few
@given(made=surveys, order=st.integers(0, 10_000))
def test_order_of_respondents_changes_no_weight(made: tuple[int, float], order: int) -> None:
    """Nor does it matter that the waves lie through each other."""
    strata = invent_strata((2022, 2024))
    respondents = invent_respondents(strata, made[1], made[0])
    once, _ = weighting.weight(respondents, strata, unmerged(), BOUNDS)
    again, _ = weighting.weight(respondents.sample(frac=1, random_state=order), strata, unmerged(), BOUNDS)
    key = ["wave", "respondent"]
    pd.testing.assert_frame_equal(again.sort_values(key), once.sort_values(key), rtol=1e-9)


@few
@given(names=st.permutations(range(23)))
def test_names_of_strata_change_nothing(
    names: list[int], survey: Survey, rules: PopulationRules, codebook: Codebook
) -> None:
    """Another name is another place in the order of strata, and another order of respondents."""
    weighted = survey.weighted[survey.weighted["wave"] == 2024]
    old = sorted(weighted["stratum"].unique())
    assert len(old) <= len(names)
    renamed = weighted.assign(stratum=weighted["stratum"].map({name: f"s{names[i]}" for i, name in enumerate(old)}))
    once, again = (estimated(designs(rows, survey.strata, rules)[2024], codebook) for rows in (weighted, renamed))
    np.testing.assert_allclose(again[NUMBERS], once[NUMBERS], rtol=1e-9)


@pytest.mark.parametrize("certainty", ["known", "estimated"])
def test_margin_of_one_category_changes_nothing(certainty: str, survey: Survey, codebook: Codebook) -> None:
    """Everybody is in it, so that it tells nothing that the other margins do not."""
    rules = unmerged()
    strata = survey.strata.assign(country="nl")
    respondents = survey.respondents[survey.respondents["wave"] == 2024].assign(country="nl")
    constant = Margin(id="country", variables=("country",), certainty=certainty, reference="", source="")
    grouping = {"country": {"of": "function", "values": {"nl": tuple(strata["function"].unique())}}}
    more = PopulationRules.model_validate(
        rules.model_dump()
        | {"margins": [*rules.model_dump()["margins"], constant.model_dump()]}
        | {"groups": rules.model_dump()["groups"] | grouping}
    )
    once, again = (estimated(design_of(strata, respondents, one), codebook) for one in (rules, more))
    np.testing.assert_allclose(again[NUMBERS], once[NUMBERS], rtol=1e-8)


@few
@given(made=surveys)
def test_saying_no_is_saying_yes_in_a_mirror(made: tuple[int, float], codebook: Codebook) -> None:
    strata, respondents = invent(*made)
    design = design_of(strata, respondents, unmerged())
    once, mirrored = (estimated(design, codebook, one) for one in (VERBAL, but(VERBAL, yes=("nooit",))))
    np.testing.assert_allclose(mirrored["estimate"], 1 - once["estimate"], atol=1e-12)
    np.testing.assert_allclose(mirrored["low"], 1 - once["high"], atol=1e-9)
    np.testing.assert_allclose(mirrored["high"], 1 - once["low"], atol=1e-9)
    same = ["n", "persons", "se", "se_superpopulation", "df", "n_effective", "design_effect"]
    np.testing.assert_allclose(mirrored[same], once[same], rtol=1e-9)


@st.composite
def levels(draw: st.DrawFn) -> tuple[np.ndarray, ...]:
    """A proportion as a wave may give it: p, se, n, yes, df, kish, of at least 8 degrees of freedom."""
    n = draw(st.integers(9, 3000))
    yes = draw(st.integers(0, n))
    p = yes / n if yes in (0, n) else min(max(yes / n + draw(st.floats(-0.05, 0.05)), 1e-4), 1 - 1e-4)
    effect = draw(st.floats(0.05, 3.0))
    se = 0.0 if yes in (0, n) else np.sqrt(effect * p * (1 - p) / n)
    df = draw(st.integers(8, n - 1))
    return tuple(np.array([float(value)]) for value in (p, se, n, yes, df, draw(st.floats(1.0, 3.0))))


@settings(max_examples=300, deadline=None)
@given(level=levels(), confidence=st.floats(0.5, 0.99), more=st.floats(0.001, 0.009))
def test_interval_holds_its_estimate_and_grows_with_confidence(
    level: tuple[np.ndarray, ...], confidence: float, more: float
) -> None:
    (low,), (high,), _ = intervals.of_level(*level, confidence)
    (lower,), (higher,), _ = intervals.of_level(*level, confidence + more)
    assert 0 <= low <= level[0][0] <= high <= 1
    assert lower <= low and high <= higher
    assert higher - lower > high - low


@settings(max_examples=300, deadline=None)
@given(level=levels())
def test_interval_of_the_rest_is_that_of_the_part_in_a_mirror(level: tuple[np.ndarray, ...]) -> None:
    p, se, n, yes, df, kish = level
    (low,), (high,), method = intervals.of_level(p, se, n, yes, df, kish)
    (low_rest,), (high_rest,), method_rest = intervals.of_level(1 - p, se, n, n - yes, df, kish)
    assert method == method_rest
    assert low_rest == pytest.approx(1 - high, abs=1e-9)
    assert high_rest == pytest.approx(1 - low, abs=1e-9)


@settings(max_examples=300, deadline=None)
@given(level=levels(), more=st.floats(1.01, 2.0))
def test_interval_grows_with_the_standard_error(level: tuple[np.ndarray, ...], more: float) -> None:
    p, se, n, yes, df, kish = level
    (low,), (high,), _ = intervals.of_level(*level)
    (lower,), (higher,), _ = intervals.of_level(p, se * more, n, yes, df, kish)
    assert higher - lower >= high - low
