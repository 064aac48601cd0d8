"""Verdicts follow from the numbers, families are corrected together, and no comparison crosses a break."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import comparisons, estimation, families, weighting
from analysis.design import designs
from analysis.errors import MonitorError
from analysis.families import Families, Family
from analysis.indicators import Base, Indicator
from analysis.population import PopulationRules
from tests.analysis.conftest import BOUNDS, Survey
from tests.analysis.invented import CONFIG, but, invent_respondents, invent_strata

Codebook = dict[str, tuple[str, ...]]
COLUMNS = [
    *("kind", "survey", "indicator", "answer", "domain", "wave", "reference", "difference", "se", "df", "p"),
    *("p_adjusted", "low", "high", "relevant", "smallest_demonstrable", "verdict", "n", "n_reference", "family"),
]
VERDICTS = {
    "higher",
    "lower",
    "about_equal",
    "small_difference",
    "no_demonstrable_difference",
    "not_comparable",
    "too_few",
}
VERBAL = Indicator(
    id="verbal", kind="proportion", base=Base(all=True), variable="verbal", yes=("een_keer", "meerdere_keren")
)
SINCE_PREVIOUS = Family(id="trend", kind="wave", against="previous", together=("domain", "wave", "reference"))

WAVES = (2016, 2018, 2020, 2022, 2024)


@pytest.fixture(scope="session")
def declared() -> Families:
    return families.read_families(CONFIG / "families.yml")


def test_every_comparison_has_one_row_and_one_of_six_verdicts(compared: pd.DataFrame) -> None:
    assert list(compared.columns) == COLUMNS
    assert not compared.duplicated(["kind", "indicator", "answer", "domain", "wave", "reference"]).any()
    assert set(compared["verdict"]) <= VERDICTS
    assert {"higher", "lower", "no_demonstrable_difference", "not_comparable", "too_few"} <= set(compared["verdict"])


def test_interval_excludes_nought_exactly_when_the_adjusted_test_rejects(compared: pd.DataFrame) -> None:
    tested = compared[compared["p_adjusted"].notna()]
    assert len(tested) > 300
    excludes = (tested["low"] > 0) | (tested["high"] < 0)
    assert (excludes == (tested["p_adjusted"] < 0.05)).all()
    assert (tested["p_adjusted"] >= tested["p"]).all()


def test_verdicts_follow_from_the_numbers(compared: pd.DataFrame) -> None:
    by = dict(tuple(compared.groupby("verdict")))
    for verdict, sign in (("higher", 1), ("lower", -1)):
        assert (by[verdict]["p_adjusted"] < 0.05).all()
        assert (sign * by[verdict]["difference"] >= by[verdict]["relevant"]).all()
        assert (by[verdict][["n", "n_reference"]] >= 30).all(axis=None)
    equal = by["about_equal"]
    assert (equal[["low", "high"]].abs().max(axis=1) < equal["relevant"]).all()
    undecided = by["no_demonstrable_difference"]
    assert ((undecided["p_adjusted"] >= 0.05) | (undecided["difference"].abs() < undecided["relevant"])).all()
    assert by["too_few"]["p"].isna().all()


def test_break_of_a_question_cuts_it_and_all_that_rests_on_it(compared: pd.DataFrame) -> None:
    """The fixture breaks `severity` in 2024: its three indicators are cut between waves, groups in a wave are not."""
    between = compared[compared["kind"] == "wave"]
    cut = between[between["verdict"] == "not_comparable"]
    assert set(cut["indicator"]) == {"severity", "severity_all", "serious"}
    assert cut[["difference", "se", "p", "low", "high", "smallest_demonstrable"]].isna().all(axis=None)
    assert (cut["n"] > 0).any()
    assert "not_comparable" not in set(compared.loc[compared["kind"] == "whole", "verdict"])


def test_break_of_a_form_cuts_everything_about_victims(indicators: tuple[Indicator, ...], codebook: Codebook) -> None:
    breaks = pd.DataFrame(
        {"survey": ["officeholders"], "variable_or_indicator": ["threat"], "wave": [2020], "kind": ["mode"]}
    )
    broken = families.broken_waves(breaks, "officeholders", indicators, codebook, WAVES)
    assert broken["any_aggression"] == broken["police_report"] == broken["threat_kinds"] == {2020: "andere werkwijze"}
    assert broken["verbal"] == broken["physical"] == {}


def test_break_of_all_cuts_every_indicator_of_its_survey(indicators: tuple[Indicator, ...], codebook: Codebook) -> None:
    breaks = families.read_breaks(CONFIG / "breaks.csv")
    broken = families.broken_waves(breaks, "employees", indicators, codebook, WAVES)
    assert {tuple(waves) for waves in broken.values()} == {(2022, 2024)}


def test_other_words_cut_nothing_and_hide_no_break(indicators: tuple[Indicator, ...], codebook: Codebook) -> None:
    row = {"survey": "officeholders", "variable_or_indicator": "threat", "wave": 2020}
    words, mode = ({**row, "kind": kind} for kind in ("wording", "mode"))
    for rows, expected in (([words], {}), ([words, mode], {2020: "andere werkwijze"})):
        broken = families.broken_waves(pd.DataFrame(rows), "officeholders", indicators, codebook, WAVES)
        assert broken["threat"] == broken["any_aggression"] == expected


def test_break_of_something_unknown_is_an_error(indicators: tuple[Indicator, ...], codebook: Codebook) -> None:
    breaks = pd.DataFrame({"survey": ["officeholders"], "variable_or_indicator": ["treat"], "wave": [2020]})
    with pytest.raises(MonitorError, match="Break of an unknown") as error:
        families.broken_waves(breaks, "officeholders", indicators, codebook, WAVES)
    assert error.value.got == "treat"


def test_break_of_an_unknown_kind_is_an_error(indicators: tuple[Indicator, ...], codebook: Codebook) -> None:
    breaks = pd.DataFrame(
        {"survey": ["officeholders"], "variable_or_indicator": ["threat"], "wave": [2020], "kind": ["vraag"]}
    )
    with pytest.raises(MonitorError, match="Break of an unknown kind") as error:
        families.broken_waves(breaks, "officeholders", indicators, codebook, WAVES)
    assert error.value.got == "vraag"


def test_break_at_no_wave_is_an_error_whatever_its_survey(
    indicators: tuple[Indicator, ...], codebook: Codebook
) -> None:
    breaks = pd.DataFrame(
        {"survey": ["employees"], "variable_or_indicator": ["threat"], "wave": [2019], "kind": ["mode"]}
    )
    with pytest.raises(MonitorError, match="Break of an unknown wave") as error:
        families.broken_waves(breaks, "officeholders", indicators, codebook, WAVES)
    assert error.value.got == "2019"


def test_committed_breaks_name_what_exists(indicators: tuple[Indicator, ...], codebook: Codebook) -> None:
    breaks = families.read_breaks(CONFIG / "breaks.csv")
    broken = families.broken_waves(breaks, "officeholders", indicators, codebook, WAVES)
    assert broken["discussed_or_reported"] == broken["reported"] == broken["discussed_with"] == {2020: "andere vraag"}
    assert set(breaks["kind"]) <= {"question", "population", "mode", "reference period", "frame", "wording"}
    assert broken["any_aggression"] == broken["verbal"] == broken["threat"] == broken["physical"] == {}


@pytest.mark.parametrize(
    ("wave", "reference", "expected"),
    [(2024, 2020, True), (2020, 2018, False), (2024, 2018, False), (2018, 2016, True)],
)
def test_a_break_lies_before_the_wave_that_it_names(wave: int, reference: int, expected: bool) -> None:
    assert families.comparable(wave, reference, (2020,)) is expected
    assert families.comparable(reference, wave, (2020,)) is expected


def level(wave: int, estimate: float, se: float, n: int = 500, domain: str = "all", indicator: str = "verbal") -> dict:
    return {
        **{"survey": "officeholders", "indicator": indicator, "answer": "", "wave": wave, "domain": domain, "n": n},
        **{"estimate": estimate, "se_superpopulation": se, "df": n - 10, "n_effective": float(n)},
    }


def judge(*levels: dict, declared: Families, broken: tuple[int, ...] = ()) -> pd.DataFrame:
    """Comparisons between the waves of these levels, all in one family per group and pair of waves."""
    only = but(declared, families=(SINCE_PREVIOUS, but(SINCE_PREVIOUS, id="first", against="first")))
    named = {row["indicator"] for row in levels}
    measured = [but(VERBAL, id=name) for name in sorted(named)]
    return comparisons.compare(pd.DataFrame(levels), {}, measured, only, dict.fromkeys(named, broken), {})


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        (level(2024, 0.50, 0.01), level(2022, 0.40, 0.01), "higher"),
        (level(2024, 0.40, 0.01), level(2022, 0.50, 0.01), "lower"),
        (level(2024, 0.40, 0.004), level(2022, 0.375, 0.004), "small_difference"),  # demonstrated, and below 3 points
        (level(2024, 0.40, 0.005), level(2022, 0.40, 0.005), "about_equal"),
        (level(2024, 0.40, 0.03), level(2022, 0.36, 0.03), "no_demonstrable_difference"),
        (level(2024, 0.90, 0.01, n=29), level(2022, 0.40, 0.01), "too_few"),
        (level(2024, 0.90, 0.01), level(2022, 0.40, 0.01, n=12), "too_few"),
        (level(2024, np.nan, np.nan, n=0), level(2022, 0.40, 0.01), "too_few"),
        (level(2024, 0.0, 0.0), level(2022, 0.0, 0.0), "about_equal"),
        (level(2024, 0.0, 0.0, n=40), level(2022, 0.03, 0.012), "no_demonstrable_difference"),  # 0 of 40 is not "never"
        (level(2024, 1.0, 0.0, n=400), level(2022, 0.40, 0.02), "higher"),
    ],
)
def test_verdict_by_example(now: dict, before: dict, verdict: str, declared: Families) -> None:
    table = judge(now, before, declared=declared)
    assert list(table["verdict"]) == [verdict]


def test_difference_between_waves_adds_their_variances(declared: Families) -> None:
    row = judge(level(2024, 0.5, 0.03, n=210), level(2022, 0.4, 0.04, n=410), declared=declared).iloc[0]
    assert row["se"] == pytest.approx(0.05)
    df = 0.0025**2 / (0.0009**2 / 200 + 0.0016**2 / 400)
    assert row["df"] == pytest.approx(df)
    assert row["p"] == pytest.approx(2 * stats.t.sf(2, df))
    assert row["low"] == pytest.approx(0.1 - stats.t.ppf(0.975, df) * 0.05)
    assert row["smallest_demonstrable"] == pytest.approx((stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df)) * 0.05)


def test_smallest_demonstrable_difference_may_be_too_small_to_matter(declared: Families) -> None:
    """What could be demonstrated is one thing, what counts as a difference another."""
    row = judge(level(2024, 0.5, 0.001), level(2022, 0.4, 0.001), declared=declared).iloc[0]
    assert row["smallest_demonstrable"] < row["relevant"] == 0.03


def test_waves_are_compared_with_the_previous_and_the_first_one_that_asked(declared: Families) -> None:
    table = judge(*(level(wave, 0.4, 0.01) for wave in (2016, 2020, 2022, 2024)), declared=declared)
    pairs = set(zip(table["wave"], table["reference"], strict=True))
    assert pairs == {(2020, "2016"), (2022, "2020"), (2022, "2016"), (2024, "2022"), (2024, "2016")}


def test_after_a_break_a_wave_is_also_compared_with_the_first_after_it(declared: Families) -> None:
    table = judge(
        *(level(wave, 0.4, 0.01) for wave in (2016, 2018, 2020, 2022, 2024)), declared=declared, broken=(2020,)
    )
    verdicts = table[table["wave"] == 2024].set_index("reference")["verdict"]
    assert verdicts["2016"] == "not_comparable"
    assert verdicts["2020"] == verdicts["2022"] == "about_equal"
    assert set(table.loc[table["wave"] == 2020, "verdict"]) == {"not_comparable"}


def test_a_family_of_many_asks_more_of_each(declared: Families) -> None:
    """p is about 0.02 for every indicator: enough alone, too little among twelve."""
    pair = [level(2024, 0.447, 0.0141), level(2022, 0.40, 0.0141)]
    assert list(judge(*pair, declared=declared)["verdict"]) == ["higher"]
    many = [row | {"indicator": f"i{i:02d}"} for i in range(12) for row in pair]
    table = judge(*many, declared=declared)
    assert set(table["verdict"]) == {"no_demonstrable_difference"}
    assert table["family"].nunique() == 1
    assert (table["high"] - table["low"] > 0.1).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(1e-6, 1, exclude_max=True), min_size=1, max_size=12), st.integers(0, 3))
def test_holm_interval_level_agrees_with_its_test(p: list[float], nothing: int) -> None:
    """At level 1 - 0.05 / steps the interval excludes 0 exactly when p < 0.05 / steps."""
    values = pd.Series(p + [np.nan] * nothing)
    adjusted, steps = comparisons.holm(values, pd.Series(["f"] * len(values)), 0.05)
    assert adjusted.isna().sum() == nothing
    kept = adjusted.notna()
    assert ((values[kept] < 0.05 / steps[kept]) == (adjusted[kept] < 0.05)).all()
    assert ((steps[kept] >= 1) & (steps[kept] <= len(p))).all()


def test_families_do_not_touch_each_other() -> None:
    p = pd.Series([0.01, 0.02, 0.01, 0.02])
    adjusted, _ = comparisons.holm(p, pd.Series(["a", "b", "b", "c"]), 0.05)
    np.testing.assert_allclose(adjusted, [0.01, 0.02, 0.02, 0.02])


def test_two_families_may_not_claim_one_comparison(survey: Survey, declared: Families, codebook: Codebook) -> None:
    twice = but(declared, families=(SINCE_PREVIOUS, but(SINCE_PREVIOUS, id="again")))
    with pytest.raises(MonitorError, match="Comparison in two families") as error:
        comparisons.compare(survey.estimates, survey.designs, [VERBAL], twice, {}, codebook)
    assert error.value.where == "families.yml, again"


def test_crossed_groups_are_compared_with_their_first_part_and_provinces_with_all_of_them(
    compared: pd.DataFrame,
) -> None:
    whole = compared[compared["kind"] == "whole"].drop_duplicates("domain").set_index("domain")["reference"]
    assert whole["function_group=raadslid&gender=vrouw"] == "function_group=raadslid"
    assert whole["province=zeeland"] == "province=*"
    assert whole["gender=vrouw"] == "all"
    assert "province=*" not in whole.index


def test_difference_from_the_whole_is_that_of_the_estimates(compared: pd.DataFrame, survey: Survey) -> None:
    row = compared[
        (compared["indicator"] == "verbal") & (compared["domain"] == "province=zeeland") & (compared["kind"] == "whole")
    ].iloc[0]
    of = survey.estimates[(survey.estimates["indicator"] == "verbal") & (survey.estimates["wave"] == row["wave"])]
    of = of.set_index("domain")["estimate"]
    assert row["difference"] == pytest.approx(of["province=zeeland"] - of["province=*"])


def test_women_who_are_made_to_say_yes_more_often_are_found_higher(compared: pd.DataFrame) -> None:
    """The invented answers have half as many yes again among women."""
    rows = compared[(compared["indicator"] == "any_aggression") & (compared["domain"] == "gender=vrouw")]
    assert list(rows.loc[rows["kind"] == "whole", "verdict"]) == ["higher", "higher"]


def test_survey_of_one_wave_without_victims_is_compared_all_the_same(
    rules: PopulationRules, indicators: tuple[Indicator, ...], codebook: Codebook, declared: Families
) -> None:
    strata = invent_strata((2024,))
    respondents = invent_respondents(strata, 0.4, seed=5, yes=0.0)
    weighted, _ = weighting.weight(respondents, strata, rules, BOUNDS)
    made = designs(weighted, strata, rules)
    estimates = estimation.estimate(made, indicators, ["all", "province=*", "province=zeeland"], codebook)
    table = comparisons.compare(estimates, made, indicators, declared, {}, codebook)
    verdicts = table.set_index(["indicator", "answer"])["verdict"]
    assert verdicts[("any_aggression", "")] in {"about_equal", "no_demonstrable_difference"}
    assert verdicts[("severity", "ernstig")] == "too_few"


@pytest.mark.parametrize(
    ("written", "mistaken", "where"),
    [
        ("reference: all,", "referenz: all,", "families.6.referenz"),
        ("error_rate: 0.05", "error_rate: vijf", "error_rate"),
        ("against: first", "against: eerste", "families.1.against"),
    ],
)
def test_families_file_with_a_mistake_is_told_where(written: str, mistaken: str, where: str, tmp_path: Path) -> None:
    path = tmp_path / "families.yml"
    path.write_text((CONFIG / "families.yml").read_text().replace(written, mistaken, 1))
    with pytest.raises(MonitorError, match="Declaration not understood") as error:
        families.read_families(path)
    assert error.value.where == f"families.yml, {where}"


def test_the_same_people_in_two_waves_have_the_covariance_of_their_contributions(
    survey: Survey, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]
) -> None:
    """Where all answer in both, the variance of a difference is that of the differences per person."""
    design = survey.designs[max(survey.designs)]
    answers = design.respondents.assign(verbal=design.respondents["verbal"].sample(frac=1, random_state=1).to_numpy())
    verbal = [indicator for indicator in indicators if indicator.id == "verbal"]
    samples = {
        wave: estimation.Sample(one, estimation.measure(one.respondents, verbal, codebook, wave), codebook)
        for wave, one in {2022: design, 2024: replace(design, respondents=answers)}.items()
    }
    domains = ["all", "gender=vrouw", "province=zeeland"]
    found = comparisons.covariances(samples, [(2024, 2022)], domains, "respondent").set_index("domain")["covariance"]
    for domain in domains:
        parts = [estimation.contributions(one.design, one.measures, one.inside(domain)) for one in samples.values()]
        one, other, apart = (design.variances(part)[1][0] for part in (*parts, parts[1] - parts[0]))
        assert found[domain] == pytest.approx((one + other - apart) / 2, rel=1e-10)
    strangers = answers.assign(respondent="x" + answers["respondent"])
    samples[2024] = estimation.Sample(replace(design, respondents=strangers), samples[2024].measures, codebook)
    assert comparisons.covariances(samples, [(2024, 2022)], domains, "respondent")["covariance"].eq(0).all()


def test_persons_without_a_number_that_stays_are_taken_for_others(
    survey: Survey, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]
) -> None:
    declared = families.read_families(CONFIG / "families.yml")
    waves = {wave: survey.designs[max(survey.designs)] for wave in (2022, 2024)}
    waves = {wave: replace(design, wave=wave) for wave, design in waves.items()}
    estimates = estimation.estimate(waves, indicators, ["all"], codebook)
    made = [
        comparisons.compare(estimates, waves, indicators, one, {}, codebook).set_index("indicator").loc["verbal"]
        for one in (declared, but(declared, persons={}))
    ]
    same, apart = (rows[rows["kind"] == "wave"].iloc[0] if rows.ndim == 2 else rows for rows in made)
    level = estimates[(estimates["indicator"] == "verbal") & (estimates["wave"] == 2024)].iloc[0]
    assert same["se"] == pytest.approx(0.0, abs=1e-9)
    assert apart["se"] == pytest.approx(np.sqrt(2) * level["se_superpopulation"], rel=1e-12)
