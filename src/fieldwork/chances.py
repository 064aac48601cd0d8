"""How likely each thing is for each person: shares of the population turned into odds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from analysis.errors import MonitorError
from analysis.questionnaire import in_force
from fieldwork.settings import Chance, Odds

_OTHERS = "others"
_LOG_ODDS_RANGE = 40.0


@dataclass(frozen=True)
class Solved:
    """A chance in one wave with the log-odds of each group of functions that has a figure of its own."""

    name: str
    chance: Chance
    wave: int
    intercepts: dict[str, float]

    def of(self, people: pd.DataFrame) -> np.ndarray:
        """Probability (0-1) for each row of `people`, given that what it stands `among` happened to them."""
        groups = group_of(people, figures_of(self.chance, self.wave), self.name)
        intercepts = groups.map(self.intercepts).to_numpy(float)
        return expit(intercepts + log_odds(people, self.chance.odds, self.wave, f"chances.{self.name}"))


def solve(chances: dict[str, Chance], cells: pd.DataFrame, wave: int) -> dict[str, Solved]:
    """Find for every chance the log-odds with which the population meets the figures of `wave` in expectation.

    `cells` is the population of the wave: function, layer, province, size_class, gender and `count` (persons).
    Chances are solved in their order; one may stand `among` an earlier one only. Raises MonitorError for a figure
    that cannot be met, a function without a figure, a figure or effect that concerns nobody.
    """
    solved: dict[str, Solved] = {}
    reached: dict[str, np.ndarray] = {}
    everyone = cells["count"].to_numpy(float)
    for name, chance in chances.items():
        base = reached[chance.among] if chance.among else everyone
        figures = figures_of(chance, wave)
        groups = group_of(cells, figures, name)
        effects = log_odds(cells, chance.odds, wave, f"chances.{name}")
        intercepts = {}
        for group, percent in figures.items():
            mine = (groups == group).to_numpy()
            denominator = everyone if chance.of == "everyone" else base
            target = percent / 100 * denominator[mine].sum()
            intercepts[group] = _intercept(target, base[mine], effects[mine], f"chances.{name}, {wave}, {group}")
        solved[name] = Solved(name, chance, wave, intercepts)
        reached[name] = base * solved[name].of(cells)
    return solved


def expected(solved: dict[str, Solved], cells: pd.DataFrame) -> dict[str, np.ndarray]:
    """Expected number of persons per cell to whom each chance happens, and `everyone`."""
    reached = {"everyone": cells["count"].to_numpy(float)}
    for name, one in solved.items():
        reached[name] = reached[one.chance.among or "everyone"] * one.of(cells)
    return reached


def figures_of(chance: Chance, wave: int) -> Mapping[str, float]:
    """Percentages (0-100) of a chance in `wave`, by function, layer or `others`."""
    figures = in_force(chance.percent, wave)
    return figures if isinstance(figures, dict) else {_OTHERS: figures}


def group_of(people: pd.DataFrame, figures: Mapping[str, float], name: str) -> pd.Series:
    """Which figure holds for each row: that of its function, else of its layer, else of the others."""
    function, layer = people["function"], people["layer"]
    rest = layer.where(layer.isin(list(figures)), _OTHERS if _OTHERS in figures else np.nan)
    groups = function.where(function.isin(list(figures)), rest)
    unused = set(figures) - set(groups)
    if groups.isna().any() or unused:
        raise MonitorError(
            "Figures do not fit the functions",
            where=f"generator.yml, chances.{name}",
            expected="a figure for every function, by function, layer or `others`, and none for nobody",
            got=f"no figure for {sorted(set(function[groups.isna()]))}, nobody for {sorted(unused)}",
            hint="mend the name, or add the figure",
        )
    return groups


def log_odds(people: pd.DataFrame, odds: tuple[Odds, ...], wave: int, where: str) -> np.ndarray:
    """Sum of the logarithms of the odds ratios that hold for each row of `people` in `wave`."""
    total = np.zeros(len(people))
    for row in odds:
        if row.waves and wave not in row.waves:
            continue
        concerned = (people[row.effect] == row.level).to_numpy() if row.effect in people else np.zeros(0, bool)
        if not concerned.any():
            raise MonitorError(
                "Effect that concerns nobody",
                where=f"generator.yml, {where}, {row.effect}: {row.level}",
                expected=f"an effect among {', '.join(people.columns)} and a level that occurs in {wave}",
                got=f"nobody with {row.effect} {row.level}",
                hint="mend the name of the effect or the level",
            )
        total += np.log(row.ratio) * concerned
    return total


def _intercept(target: float, base: np.ndarray, effects: np.ndarray, where: str) -> float:
    def excess(intercept: float) -> float:
        return float((base * expit(intercept + effects)).sum() - target)

    if excess(-_LOG_ODDS_RANGE) > 0:
        return -np.inf
    if target > base.sum():
        raise MonitorError(
            "Figure cannot be met",
            where=f"generator.yml, {where}",
            expected=f"at most {base.sum():.0f} persons, to whom it can happen",
            got=f"{target:.0f} persons",
            hint="lower the figure, or raise the one it stands among",
        )
    if excess(_LOG_ODDS_RANGE) <= 0:
        return np.inf
    return float(brentq(excess, -_LOG_ODDS_RANGE, _LOG_ODDS_RANGE, xtol=1e-12))
