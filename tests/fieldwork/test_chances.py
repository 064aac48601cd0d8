"""Figures of the population turned into odds, and drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MonitorError
from fieldwork.chances import expected, solve
from fieldwork.randomness import at_least_one, persistent_uniform
from fieldwork.settings import Chance, Odds

CELLS = pd.DataFrame(
    {
        "function": ["raadslid", "raadslid", "wethouder", "wethouder"],
        "layer": "gemeente",
        "gender": ["vrouw", "man", "vrouw", "man"],
        "count": [300.0, 700.0, 40.0, 60.0],
    }
)


def test_figures_are_met_whatever_the_odds():
    odds = (Odds(effect="gender", level="vrouw", ratio=3),)
    chance = Chance(percent={2016: {"raadslid": 30, "others": 60}}, odds=odds)
    reached = expected(solve({"it": chance}, CELLS, 2022), CELLS)["it"]
    assert reached[:2].sum() == pytest.approx(300)
    assert reached[2:].sum() == pytest.approx(60)
    share = reached / CELLS["count"]
    assert share[0] / (1 - share[0]) / (share[1] / (1 - share[1])) == pytest.approx(3)


def test_a_share_of_everyone_is_turned_into_a_share_of_those_it_can_happen_to():
    chances = {"it": Chance(percent={2016: 50}), "more": Chance(among="it", of="everyone", percent={2016: 20})}
    solved = solve(chances, CELLS, 2016)
    assert solved["more"].of(CELLS) == pytest.approx(0.4)
    assert expected(solved, CELLS)["more"].sum() == pytest.approx(220)


def test_a_wave_uses_the_latest_figure_that_is_not_younger():
    chance = Chance(percent={2016: 10, 2020: 20})
    totals = {
        wave: expected(solve({"it": chance}, CELLS, wave), CELLS)["it"].sum() / 1100
        for wave in (2016, 2018, 2020, 2024)
    }
    assert totals == pytest.approx({2016: 0.1, 2018: 0.1, 2020: 0.2, 2024: 0.2})


@pytest.mark.parametrize(
    ("chances", "message"),
    [
        ({"it": Chance(percent={2016: {"raadslid": 10}})}, r"Figures do not fit(.|\n)*no figure for \['wethouder'\]"),
        ({"it": Chance(percent={2016: {"wethouders": 1, "others": 2}})}, r"nobody for \['wethouders'\]"),
        ({"it": Chance(percent={2016: 9}, odds=(Odds(effect="gender", level="vrow", ratio=2),))}, "concerns nobody"),
        ({"it": Chance(percent={2016: 9}, odds=(Odds(effect="sex", level="vrouw", ratio=2),))}, "concerns nobody"),
        (
            {"it": Chance(percent={2016: 9}), "more": Chance(among="it", of="everyone", percent={2016: 10})},
            r"Figure cannot be met(.|\n)*at most 99 persons(.|\n)*110 persons",
        ),
    ],
)
def test_a_row_that_cannot_be_carried_out_is_told(chances, message):
    with pytest.raises(MonitorError, match=message):
        solve(chances, CELLS, 2016)


def test_nothing_and_everything_are_figures_too():
    solved = solve({"never": Chance(percent={2016: 0}), "always": Chance(percent={2016: 100})}, CELLS, 2016)
    assert (solved["never"].of(CELLS) == 0).all()
    assert (solved["always"].of(CELLS) == 1).all()


def test_at_least_one_has_its_shares_and_never_none():
    shares = np.tile([0.9, 0.5, 0.06], (200_000, 1))
    drawn = at_least_one(shares, np.random.default_rng(1))
    assert drawn.any(axis=1).all()
    np.testing.assert_allclose(drawn.mean(axis=0), shares[0], atol=4 * 0.5 / np.sqrt(200_000))


def test_options_that_add_up_to_one_exclude_each_other():
    drawn = at_least_one(np.tile([0.25, 0.25, 0.5], (10_000, 1)), np.random.default_rng(1))
    assert (drawn.sum(axis=1) == 1).all()


def test_numbers_of_one_person_are_alike_over_waves_and_uniform():
    person = np.arange(100_000)
    then, now = (persistent_uniform(1, "it", wave, person, 0.5) for wave in (2016, 2018))
    deciles = np.histogram(now, bins=10, range=(0, 1))[0]
    assert abs(deciles - 10_000).max() < 400
    # Spearman's rho of a Gaussian copula is 6/pi asin(r/2) (Pearson 1907): 0.483 for r = 0.5.
    assert np.corrcoef(then, now)[0, 1] == pytest.approx(6 / np.pi * np.arcsin(0.25), abs=0.01)
