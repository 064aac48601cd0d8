"""A population on the counts of a real wave whose chances are known, and respondents who answer by a rule of ours.

Persons, functions, provinces, size classes and numbers of women are those of strata.csv. Everything else is made up
here: every person has a chance (0-1) of yes on every item, and a realised population is one draw from those chances.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtr

from analysis.design import Design, designs
from analysis.population import PopulationRules
from analysis.questionnaire import COUNTED
from analysis.weighting import weight

COUNTS = 2024
BEFORE, NOW = 2022, 2024
ITEMS = {f"item_{percent:02d}": percent / 100 for percent in (45, 60, 30, 20, 15, 10, 5, 3)}
HEADLINE = "item_45"
EVEN = "item_30"
RAISED = {points: f"{HEADLINE}_raised_{points}" for points in (3, 5, 10)}
_TOGETHER = 0.6  # correlation of two items of one person, on the scale of the normal distribution
_CHANCES = {
    "function": {"burgemeester": 3.0, "wethouder": 2.0, "statenlid": 1.3, "ab_lid": 0.6, "db_lid": 0.9},
    "gender": {"vrouw": 1.5},
    "size_class": {"tot_20k": 0.85, "vanaf_100k": 1.3},
    "years_in_office": {"minder_dan_1": 0.6, "8_plus": 1.5},
}
_YEARS = {"minder_dan_1": 0.1, "1_4": 0.4, "4_8": 0.25, "8_plus": 0.25}
_RESPONSE = (0.20, 0.26)  # of the provinces, from the first to the last
_OF_FEW = {"commissaris": 0.6, "dijkgraaf": 0.6}  # twelve and twenty-one persons: a wave must seldom have none


@dataclass(frozen=True)
class Arm:
    """A rule by which people answer: the stratum's own rate, times odds by background and by the headline item."""

    id: str
    odds: dict[str, dict[str, float]] = field(default_factory=dict)
    outcome: float = 1.0


ARMS = (
    Arm("strata"),
    Arm("margins", {"gender": {"vrouw": 1.6}, "size_class": {"tot_20k": 0.6, "vanaf_100k": 1.5}}),
    Arm("years", {"years_in_office": {"minder_dan_1": 1.3, "8_plus": 0.75}}),
    *(Arm("outcome", outcome=odds) for odds in (1.1, 1.2, 1.5)),
)


@dataclass(frozen=True, eq=False)
class Population:
    """Persons, their rows of strata.csv for both waves, chances of yes (persons x items; the raised ones last), and
    chances to answer before an arm changes them.
    """

    persons: pd.DataFrame
    strata: pd.DataFrame
    chances: pd.DataFrame
    response: np.ndarray


def populate(strata: pd.DataFrame, functions: pd.DataFrame) -> Population:
    """The population of the wave `COUNTS` with its chances; the same at every call.

    Parameters: rows of strata.csv and of functions.csv. Women are rounded to persons, and the margins with them. The
    item EVEN has one chance for everybody, so that no two groups differ in it.
    """
    cells = strata[strata["wave"] == COUNTS].reset_index(drop=True)
    cells = cells.assign(women=cells["women"].round().clip(upper=cells["population"]))
    rng = np.random.default_rng(COUNTS)
    persons = cells.loc[
        cells.index.repeat(cells["population"]), ["layer", "function", "province", "size_class", "women"]
    ]
    women = persons.groupby(level=0).cumcount() < persons.pop("women")
    persons = persons.assign(gender=np.where(women, "vrouw", "man")).reset_index(drop=True)
    persons["years_in_office"] = rng.choice(list(_YEARS), len(persons), p=list(_YEARS.values()))
    persons = persons.merge(functions[["function", "function_group"]], on="function", how="left")
    effects = _log_odds(persons, _CHANCES)
    chances = {
        name: _level(np.zeros_like(effects) if name == EVEN else effects, share) for name, share in ITEMS.items()
    }
    chances |= {name: np.minimum(chances[HEADLINE] + points / 100, 1) for points, name in RAISED.items()}
    both = pd.concat([cells.assign(wave=wave) for wave in (BEFORE, NOW)], ignore_index=True)
    return Population(persons, both, pd.DataFrame(chances), _response(persons))


def realise(population: Population, rng: np.random.Generator) -> pd.DataFrame:
    """Answers of everybody, as booleans: one realised population. The items of a person hang together."""
    shape = (len(population.persons), len(ITEMS))
    trait, own = rng.standard_normal((shape[0], 1)), rng.standard_normal(shape)
    rank = pd.DataFrame(ndtr(np.sqrt(_TOGETHER) * trait + np.sqrt(1 - _TOGETHER) * own), columns=list(ITEMS))
    ranks = rank.assign(**dict.fromkeys(RAISED.values(), rank[HEADLINE]))
    return ranks < population.chances


def propensities(population: Population, answers: pd.DataFrame, arm: Arm) -> np.ndarray:
    """The chance (0-1) of every person to answer in an arm, about as high on average as without it."""
    effects = _log_odds(population.persons, arm.odds) + np.log(arm.outcome) * answers[HEADLINE].to_numpy()
    return expit(logit(population.response) + effects - effects.mean())


def survey(
    population: Population,
    realised: dict[int, pd.DataFrame],
    arm: Arm,
    rng: np.random.Generator,
    rules: PopulationRules,
    bounds: tuple[float, float],
) -> dict[int, Design]:
    """The designs of waves answered in an arm, weighted as the monitor weights; MonitorError where that cannot be."""
    waves = []
    for wave, answers in realised.items():
        chances = propensities(population, answers, arm)
        here = np.flatnonzero(rng.random(len(chances)) < chances)  # each person independent of all others
        said = {name: np.where(answers[name].to_numpy()[here], "yes", "no") for name in answers}
        rows = population.persons.iloc[here].assign(survey=COUNTED, wave=wave, respondent=here, **said)
        waves.append(rows)
    weighted, _ = weight(pd.concat(waves, ignore_index=True), population.strata, rules, bounds)
    return designs(weighted, population.strata, rules)


def _response(persons: pd.DataFrame) -> np.ndarray:
    """The chance to answer of each function x province."""
    provinces = sorted(set(persons["province"]) - {"nvt"})
    rates = dict(zip(provinces, np.linspace(*_RESPONSE, len(provinces)), strict=True))
    rate = persons["province"].map(rates).fillna(np.mean(_RESPONSE))
    return persons["function"].map(_OF_FEW).fillna(rate).to_numpy()


def _log_odds(persons: pd.DataFrame, odds: dict[str, dict[str, float]]) -> np.ndarray:
    parts = [np.log(persons[name].map(ratios).fillna(1.0).to_numpy(dtype=float)) for name, ratios in odds.items()]
    return np.sum(parts, axis=0) if parts else np.zeros(len(persons))


def _level(effects: np.ndarray, share: float) -> np.ndarray:
    """Chances with these log odds between persons and this mean."""
    return expit(effects + brentq(lambda level: expit(effects + level).mean() - share, -20, 20))
