"""Sixty draws hold what the committed thousand say, and the committed table is what it claims to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from tests.coverage.__main__ import TABLE
from tests.coverage.measurement import SEED, SIZES, Setup, draw_pair, read_setup, summarise
from tests.coverage.population import ARMS, EVEN, HEADLINE, ITEMS, NOW, RAISED, Arm, propensities, realise

PAIRS = 30
SELECTIVE = {"years", "outcome"}


@pytest.fixture(scope="module")
def setup() -> Setup:
    return read_setup()


@pytest.fixture(scope="module")
def drawn(setup: Setup) -> pd.DataFrame:
    """Sixty surveys in the arms that weighting can undo, without their verdicts."""
    arms = [arm for arm in ARMS if arm.id not in SELECTIVE]
    pairs = (draw_pair(setup, pair, arms, verdicts=False) for pair in range(PAIRS))
    return summarise(pd.concat([rows for pair in pairs for rows in pair]))


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return pd.read_csv(TABLE, comment="#")


def of(table: pd.DataFrame, size: str) -> Iterator[pd.Series]:
    """The rows of the arms that weighting can undo."""
    for _, row in table[(table["size"] == size) & ~table["arm"].isin(SELECTIVE)].iterrows():
        yield row


@pytest.mark.parametrize("column", ["coverage", "coverage_superpopulation"])
def test_national_intervals_cover_as_they_promise_within_the_error_of_sixty_draws(
    column: str, drawn: pd.DataFrame
) -> None:
    for row in of(drawn, "national"):
        assert row["draws"] == 2 * PAIRS and row["refused"] == 0
        error = 2 * row[f"error_{column}"]
        assert error < 0.03
        assert 0.93 - error <= row[column] <= 0.97 + error, row["arm"]


def test_small_groups_cover_at_least_as_often_as_they_promise(drawn: pd.DataFrame) -> None:
    for row in of(drawn, "small"):
        assert row["coverage"] >= 0.95 - 2 * row["error_coverage"]


def test_a_large_difference_in_the_country_is_found_and_none_is_made_up(setup: Setup) -> None:
    judged = pd.concat([rows for pair in range(3) for rows in draw_pair(setup, pair, ARMS[:1])])
    national = judged[judged["size"] == "national"]
    assert (national["power_10"] == 1).all()
    assert (national["false_verdicts"] == 0).all()
    assert judged.loc[judged["size"] == "small", "power_3"].max() < 0.5


def test_survey_that_cannot_be_weighted_is_counted_as_refused(setup: Setup) -> None:
    """Nobody of the burgemeesters answers: weighting says so, and no interval is counted."""
    response = np.where(setup.population.persons["function"] == "burgemeester", 1e-12, setup.population.response)
    silent = replace(setup, population=replace(setup.population, response=response))
    drawn = [pd.concat(draw_pair(one, 0, ARMS[:1], verdicts=False)) for one in (silent, setup)]
    table, alone = summarise(pd.concat(drawn)), summarise(drawn[1])
    assert list(table["draws"]) == [4] * len(SIZES) and list(table["refused"]) == [2] * len(SIZES)
    assert list(table["coverage"]) == list(alone["coverage"])


# The population that the draws come from.


def test_population_is_that_of_the_wave_and_its_items_have_their_shares(setup: Setup) -> None:
    population = setup.population
    strata = population.strata[population.strata["wave"] == NOW]
    assert len(population.persons) == strata["population"].sum() == 11_526
    assert (population.persons["gender"] == "vrouw").sum() == strata["women"].sum()
    np.testing.assert_allclose(population.chances[list(ITEMS)].mean(), list(ITEMS.values()), rtol=1e-9)
    for points, name in RAISED.items():
        np.testing.assert_allclose(population.chances[name] - population.chances[HEADLINE], points / 100)
    assert population.chances[EVEN].nunique() == 1
    assert population.chances[HEADLINE].max() < 0.9


def test_realised_populations_have_the_chances_behind_them(setup: Setup) -> None:
    answers = realise(setup.population, np.random.default_rng(1))
    spread = np.sqrt(0.25 / len(answers))
    assert (answers.mean() - setup.population.chances.mean()).abs().max() < 4 * spread
    assert answers[HEADLINE].corr(answers["item_60"]) > 0.2
    assert (answers[HEADLINE] <= answers[RAISED[10]]).all()


@pytest.mark.parametrize("arm", ARMS, ids=lambda arm: f"{arm.id} {arm.outcome}")
def test_response_is_that_of_the_monitor_and_depends_on_what_the_arm_says(arm: Arm, setup: Setup) -> None:
    answers = realise(setup.population, np.random.default_rng(2))
    chances, yes = propensities(setup.population, answers, arm), answers[HEADLINE].to_numpy()
    assert 0.22 < chances.mean() < 0.25
    persons = setup.population.persons.assign(outcome=yes, log_odds=logit(chances))
    expected = {
        "gender": 1.6 if arm.id == "margins" else 1.0,
        "years_in_office": 1.3 if arm.id == "years" else 1.0,
        "outcome": arm.outcome,
    }
    sides = {"gender": ("vrouw", "man"), "years_in_office": ("minder_dan_1", "1_4"), "outcome": (True, False)}
    for name, (one, other) in sides.items():
        others = [each for each in ("function", "province", "size_class", *sides) if each != name]
        alike = persons.pivot_table("log_odds", others, name)
        apart = (alike[one] - alike[other]).dropna()
        assert len(apart) > 100
        np.testing.assert_allclose(apart, np.log(expected[name]), atol=1e-9)


# The committed table.


def test_committed_table_says_how_when_and_from_which_commit_it_was_made(committed: pd.DataFrame) -> None:
    head = TABLE.read_text(encoding="utf-8").partition("\n")[0]
    assert re.fullmatch(rf"# 1000 draws from seed {SEED}, counted on \d{{4}}-\d\d-\d\d by commit [0-9a-f]{{10}}", head)
    assert set(committed["draws"]) == {1000}
    assert set(committed["refused"]) == {0}


def test_committed_table_has_every_arm_and_size_once(committed: pd.DataFrame, drawn: pd.DataFrame) -> None:
    expected = [(arm.id, arm.outcome, size) for arm in ARMS for size in SIZES]
    assert list(committed[["arm", "odds", "size"]].itertuples(index=False, name=None)) == expected
    assert list(committed.columns) == list(drawn.columns)
    np.testing.assert_allclose(committed["coverage"] + committed["below"] + committed["above"], 1, atol=2e-4)
    assert (committed["worst_coverage"] <= committed["coverage"]).all()
    assert (committed["error_coverage"] < 0.01).all()
    assert committed.loc[committed["arm"] != "outcome", "false_verdicts"].notna().all()


def test_committed_coverage_is_what_it_should_be_and_no_more(committed: pd.DataFrame) -> None:
    """Weighting undoes response by stratum and by margin; nothing undoes response by the outcome."""
    for row in of(committed, "national"):
        assert 0.93 <= row["coverage"] <= 0.97
    outcome = committed[(committed["arm"] == "outcome") & (committed["size"] == "national")]["headline_coverage"]
    assert outcome.is_monotonic_decreasing
    assert list(outcome < 0.05) == [False, True, True]


def test_committed_table_agrees_with_the_sixty_draws(committed: pd.DataFrame, drawn: pd.DataFrame) -> None:
    """The sixty are the first of the thousand: who changes the method and not the table is told."""
    both = drawn.merge(committed, on=["arm", "odds", "size"], suffixes=("", "_committed"))
    assert len(both) == len(drawn)
    for column in ("coverage", "coverage_superpopulation", "width"):
        error = 4 * both.get(f"error_{column}", 0.02 * both[column])
        assert ((both[column] - both[f"{column}_committed"]).abs() <= error).all(), column
