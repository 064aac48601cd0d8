"""The design of one wave as variance estimation needs it: strata, weights, and the margins they were calibrated to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.calibration import orthonormal
from analysis.population import PopulationRules, cells, membership, with_groups


@dataclass(frozen=True, eq=False)
class Design:
    """Respondents of one wave ordered by stratum, with what their standard errors stand on.

    `first` is the first row of each stratum; `size` and `population` its respondents and persons; `basis` an
    orthonormal basis (n x rank) of the known margins times the root of the base weight.
    """

    wave: int
    respondents: pd.DataFrame
    weight: np.ndarray
    base_weight: np.ndarray
    first: np.ndarray
    size: np.ndarray
    population: np.ndarray
    basis: np.ndarray

    def contributions(self, influence: np.ndarray) -> np.ndarray:
        """Weighted residuals of influence values (n x k) on the known margins.

        The regression is on the margins with the base weights and the residual is multiplied with the calibrated weight
        (Deville and Särndal 1992, eq. 3.4; R: `svyrecvar` with the qr of `calibrate`).
        """
        root = np.sqrt(self.base_weight)[:, None]
        scaled = influence * root
        scaled -= self.basis @ (self.basis.T @ scaled)
        scaled *= self.weight[:, None] / root
        return scaled

    def variances(self, contributions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Variance of the total of contributions (n x k): with and without the finite population correction.

        Stratified sampling without replacement (Särndal, Swensson and Wretman 1992, eq. 3.7.8). A lone respondent is
        centred at zero, the mean of all contributions (R: `lonely.psu = "adjust"`).
        """
        means = np.add.reduceat(contributions, self.first, axis=0) / self.size[:, None]
        means[self.size == 1] = 0.0
        squares = contributions - np.repeat(means, self.size, axis=0)
        squares *= squares
        factor = self.size / np.maximum(self.size - 1, 1)
        correction = np.clip(1 - self.size / self.population, 0.0, 1.0)
        both = np.repeat(np.stack([factor * correction, factor]), self.size, axis=1) @ squares
        return both[0], both[1]


def designs(weighted: pd.DataFrame, strata: pd.DataFrame, rules: PopulationRules) -> dict[int, Design]:
    """The design of every wave, from weighted respondents and the population and rules of their survey."""
    waves = weighted.groupby("wave", sort=True)
    return {int(str(wave)): _design(int(str(wave)), rows, strata, rules) for wave, rows in waves}


def _design(wave: int, weighted: pd.DataFrame, strata: pd.DataFrame, rules: PopulationRules) -> Design:
    rows = weighted.sort_values(["stratum", "respondent"], kind="stable").reset_index(drop=True)
    population = cells(strata, wave, rules)
    grouped = with_groups(rows, rules)
    within = rules.strata.coarsest
    known = [membership(grouped, population, one, within) for one in rules.margins if one.certainty == "known"]
    base = rows["base_weight"].to_numpy(dtype=float)
    basis = np.empty((len(rows), 0))
    if known:
        basis = orthonormal(np.hstack(known) * np.sqrt(base)[:, None])[0]
    _, first, size = np.unique(rows["stratum"].to_numpy(dtype=str), return_index=True, return_counts=True)
    order = np.argsort(first)
    first, size = first[order], size[order]
    persons = rows["population_stratum"].to_numpy(dtype=float)[first]
    return Design(wave, rows, rows["weight"].to_numpy(dtype=float), base, first, size, persons, basis)
