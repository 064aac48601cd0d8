"""How likely each thing is for each person: shares of the population turned into odds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from analysis.errors import MonitorError
from analysis.questionnaire import in_force
from fieldwork.randomness import set_shares
from fieldwork.settings import Chance, Odds

_OTHERS = "others"
_FIGURES_BY = ("function", "layer")
_LOG_ODDS_RANGE = 40.0
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Solved:
    """A chance in one wave with the log-odds of each group of functions that has a figure of its own."""

    name: str
    chance: Chance
    wave: int
    intercepts: dict[str, float]

    def of(self, people: pd.DataFrame) -> np.ndarray:
        """Probability (0-1) for each row of `people`, given that what it stands `among` happened to them.

        `people` has the background and, as booleans, the chances that an effect of this one looks at.
        """
        groups = group_of(people, figures_of(self.chance, self.wave), self.name)
        intercepts = groups.map(self.intercepts).to_numpy(float)
        return _share(intercepts, log_odds(people, self.chance.odds, self.wave, f"chances.{self.name}"))


@dataclass(frozen=True)
class Expectation:
    """The population in expectation: `cells` of people who are alike, and how likely each chance is in each cell.

    `cells` has the background, `count` (persons), and as booleans the chances that effects of later ones look at;
    `happened` the probability (0-1) of each chance so far, one number per cell.
    """

    cells: pd.DataFrame
    happened: dict[str, np.ndarray]

    @property
    def persons(self) -> dict[str, np.ndarray]:
        """Expected number of persons per cell to whom each chance happens, and `everyone`."""
        everyone = self.cells["count"].to_numpy(float)
        return {"everyone": everyone} | {name: everyone * share for name, share in self.happened.items()}

    def among(self, chance: Chance) -> np.ndarray:
        """Probability (0-1) per cell that what the chance stands among happened."""
        return np.maximum.reduce([np.zeros(len(self.cells)), *(self.happened[name] for name in chance.within)]) + (
            not chance.within
        )

    def after(self, solved: Sequence[Solved], told_apart: bool) -> Expectation:
        """Let chances that stand together happen; `told_apart` splits every cell by which of them did."""
        shares = np.column_stack([one.of(self.cells) for one in solved])
        among = self.among(solved[0].chance)
        names = [one.name for one in solved]
        if not told_apart:
            return Expectation(self.cells, self.happened | dict(zip(names, (among[:, None] * shares).T, strict=True)))
        sets = set_shares(shares) if len(solved) > 1 else np.column_stack([1 - shares, shares])
        sets *= among[:, None]
        sets[:, 0] += 1 - among
        cell, which = np.nonzero(sets)
        drawn = {name: which >> position & 1 == 1 for position, name in enumerate(names)}
        count = self.cells["count"].to_numpy(float)[cell] * sets[cell, which]
        cells = self.cells.iloc[cell].reset_index(drop=True).assign(count=count, **drawn)
        before = {name: share[cell] for name, share in self.happened.items()}
        return Expectation(cells, before | {name: happened.astype(float) for name, happened in drawn.items()})


def solve(chances: dict[str, Chance], cells: pd.DataFrame, wave: int) -> tuple[dict[str, Solved], Expectation]:
    """Find for every chance the log-odds with which the population meets the figures of `wave` in expectation.

    `cells` is the population of the wave: background and `count` (persons). Chances are solved in their order; one may
    stand `among`, and have effects of, earlier ones only. Raises MonitorError for a figure that cannot be met, a
    function without a figure, a figure or effect that concerns nobody.
    """
    told_apart = _told_apart(chances)
    solved: dict[str, Solved] = {}
    expected = Expectation(cells.reset_index(drop=True), {})
    for name, chance in chances.items():
        if name in solved:
            continue
        together = [other for other in chances if other == name or chances[other].together == (chance.together or name)]
        ours = [_solved(other, chances[other], expected, wave) for other in together]
        expected = expected.after(ours, bool(told_apart.intersection(together)))
        solved |= {one.name: one for one in ours}
    return {name: solved[name] for name in chances}, expected


def _told_apart(chances: dict[str, Chance]) -> set[str]:
    """Chances that effects look at, that others stand among more than one of, and all that these stand among."""
    told_apart = {row.effect for chance in chances.values() for row in chance.odds} & set(chances)
    for name in reversed(chances):
        chance = chances[name]
        together = {other for other in chances if chance.together and chances[other].together == chance.together}
        if told_apart & ({name} | together) or len(chance.within) > 1:
            told_apart |= set(chance.within)
    return told_apart


def _solved(name: str, chance: Chance, expected: Expectation, wave: int) -> Solved:
    cells, where = expected.cells, f"chances.{name}"
    figures = figures_of(chance, wave)
    groups = group_of(cells, figures, name)
    effects = log_odds(cells, chance.odds, wave, where)
    everyone = cells["count"].to_numpy(float)
    base = everyone * expected.among(chance)
    intercepts = {}
    for group, percent in figures.items():
        mine = (groups == group).to_numpy()
        target = percent / 100 * (everyone if chance.of == "everyone" else base)[mine].sum()
        intercepts[group] = _intercept(target, base[mine], effects[mine], f"{where}, {wave}, {group}")
    return Solved(name, chance, wave, intercepts)


def figures_of(chance: Chance, wave: int) -> Mapping[str, float]:
    """Percentages (0-100) of a chance in `wave`, by function, layer or `others`."""
    figures = in_force(chance.percent, wave)
    return figures if isinstance(figures, dict) else {_OTHERS: figures}


def group_of(people: pd.DataFrame, figures: Mapping[str, float], chance: str) -> pd.Series:
    """Which figure holds for each row: that of its function, else of its layer, else of the others."""
    if list(figures) == [_OTHERS]:
        return pd.Series(_OTHERS, index=people.index, dtype=object)
    by = [name for name in _FIGURES_BY if name in people]
    groups = pd.Series(_OTHERS if _OTHERS in figures else None, index=people.index, dtype=object)
    for name in reversed(by):
        groups = groups.mask(people[name].isin(list(figures)), people[name])
    unused = set(figures) - set(groups)
    if groups.isna().any() or unused:
        raise MonitorError(
            "Figures do not fit the functions",
            where=f"generator.yml, chances.{chance}",
            expected="a figure for every function, by function, layer or `others`, and none for nobody",
            got=f"no figure for {sorted(set(people.loc[groups.isna(), by[0]]))}, nobody for {sorted(unused)}",
            hint="mend the name, or add the figure",
        )
    return groups


def log_odds(people: pd.DataFrame, odds: tuple[Odds, ...], wave: int, where: str) -> np.ndarray:
    """Sum of the logarithms of the odds ratios that hold for each row of `people` in `wave`; never beats always."""
    total, never = np.zeros(len(people)), np.zeros(len(people), bool)
    for row in odds:
        if row.waves and wave not in row.waves:
            continue
        concerned = (people[row.effect] == row.level).to_numpy() if row.effect in people else np.zeros(0, bool)
        if not concerned.any() and not (isinstance(row.level, bool) and row.effect in people):
            raise MonitorError(
                "Effect that concerns nobody",
                where=f"generator.yml, {where}, {row.effect}: {row.level}",
                expected=f"an effect among {', '.join(people.columns)} and a level that occurs in {wave}",
                got=f"nobody with {row.effect} {row.level}",
                hint="mend the name of the effect or the level",
            )
        if row.ratio > 0:
            total += np.where(concerned, np.log(row.ratio), 0)
        else:
            never |= concerned
    return np.where(never, -np.inf, total)


def _share(intercepts: np.ndarray | float, effects: np.ndarray) -> np.ndarray:
    return expit(np.where(np.isfinite(effects), intercepts + effects, effects))


def _intercept(target: float, base: np.ndarray, effects: np.ndarray, where: str) -> float:
    def excess(intercept: float) -> float:
        return float((base * _share(intercept, effects)).sum() - target)

    least, most = base[effects == np.inf].sum(), base[effects > -np.inf].sum()
    if not least - _ROUNDING <= target <= most + _ROUNDING:
        raise MonitorError(
            "Figure cannot be met",
            where=f"generator.yml, {where}",
            expected=f"at most {most:.0f} persons, to whom it can happen, and at least {least:.0f}, to whom it must",
            got=f"{target:.0f} persons",
            hint="change the figure, or the one it stands among",
        )
    if excess(-_LOG_ODDS_RANGE) >= 0:
        return -np.inf
    if excess(_LOG_ODDS_RANGE) <= 0:
        return np.inf
    return float(brentq(excess, -_LOG_ODDS_RANGE, _LOG_ODDS_RANGE, xtol=1e-12))
