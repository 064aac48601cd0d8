"""Figures of the population turned into odds, and drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MonitorError
from fieldwork.chances import solve
from fieldwork.randomness import at_least_one, persistent_uniform, set_shares
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
    reached = solve({"it": chance}, CELLS, 2022)[1].persons["it"]
    assert reached[:2].sum() == pytest.approx(300)
    assert reached[2:].sum() == pytest.approx(60)
    share = reached / CELLS["count"]
    assert share[0] / (1 - share[0]) / (share[1] / (1 - share[1])) == pytest.approx(3)


def test_a_share_of_everyone_is_turned_into_a_share_of_those_it_can_happen_to():
    chances = {"it": Chance(percent={2016: 50}), "more": Chance(among="it", of="everyone", percent={2016: 20})}
    solved, expected = solve(chances, CELLS, 2016)
    assert solved["more"].of(CELLS) == pytest.approx(0.4)
    assert expected.persons["more"].sum() == pytest.approx(220)


def test_a_wave_uses_the_latest_figure_that_is_not_younger():
    chance = Chance(percent={2016: 10, 2020: 20})
    totals = {
        wave: solve({"it": chance}, CELLS, wave)[1].persons["it"].sum() / 1100 for wave in (2016, 2018, 2020, 2024)
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
        (
            {
                "it": Chance(percent={2016: 50}),
                "more": Chance(percent={2016: 30}, odds=(Odds(effect="it", level=True, ratio=float("inf")),)),
            },
            r"Figure cannot be met(.|\n)*at least 550, to whom it must(.|\n)*330 persons",
        ),
    ],
)
def test_a_row_that_cannot_be_carried_out_is_told(chances, message):
    with pytest.raises(MonitorError, match=message):
        solve(chances, CELLS, 2016)


def test_an_effect_of_what_happened_leaves_the_figure_as_it_is():
    chances = {
        "it": Chance(percent={2016: 40}, odds=(Odds(effect="gender", level="vrouw", ratio=2),)),
        "grave": Chance(among="it", percent={2016: 30}),
        "after": Chance(among="it", percent={2016: 20}, odds=(Odds(effect="grave", level=True, ratio=3),)),
    }
    _, expected = solve(chances, CELLS, 2016)
    cells, persons = expected.cells, expected.persons
    assert persons["it"].sum() == pytest.approx(440)
    assert persons["after"].sum() == pytest.approx(88)
    assert cells["count"].sum() == pytest.approx(1100)
    share = {
        grave: persons["after"][cells["grave"] == grave].sum() / persons["it"][cells["grave"] == grave].sum()
        for grave in (True, False)
    }
    odds = {grave: value / (1 - value) for grave, value in share.items()}
    assert odds[True] / odds[False] == pytest.approx(3)


def test_one_of_two_may_never_happen_and_then_the_other_always():
    together = {
        "talk": Chance(percent={2016: 60}, together="forms"),
        "threat": Chance(percent={2016: 55}, together="forms"),
    }
    chances = together | {
        "online": Chance(among=("talk", "threat"), percent={2016: 50}),
        "talk_online": Chance(
            among="online",
            percent={2016: 50},
            odds=(Odds(effect="talk", level=False, ratio=0), Odds(effect="threat", level=False, ratio=float("inf"))),
        ),
    }
    _, expected = solve(chances, CELLS, 2016)
    cells, persons = expected.cells, expected.persons
    assert cells["talk"].astype(int).add(cells["threat"]).min() == 1
    assert persons["online"].sum() == pytest.approx(550)
    assert persons["talk_online"].sum() == pytest.approx(275)
    assert persons["talk_online"][~cells["talk"]].sum() == 0
    only = (cells["talk"] & ~cells["threat"]).to_numpy()
    assert persons["talk_online"][only].sum() == pytest.approx(persons["online"][only].sum())


def test_sets_are_as_likely_as_they_are_drawn():
    shares = np.tile([0.8, 0.45, 0.13], (200_000, 1))
    drawn = at_least_one(shares, np.random.default_rng(2)) @ [1, 2, 4]
    likely = set_shares(shares[:1])[0]
    assert likely.sum() == pytest.approx(1)
    assert likely[0] == 0
    np.testing.assert_allclose(np.bincount(drawn, minlength=8) / 200_000, likely, atol=4 * 0.5 / np.sqrt(200_000))


def test_nothing_and_everything_are_figures_too():
    solved, _ = solve({"never": Chance(percent={2016: 0}), "always": Chance(percent={2016: 100})}, CELLS, 2016)
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
