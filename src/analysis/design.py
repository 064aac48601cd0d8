"""The design of one wave as variance estimation needs it: strata, weights, and the margins they were calibrated to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack

from analysis.errors import MonitorError
from analysis.population import Margin, PopulationRules, by_wave, cells, check_met, membership, totals, with_groups

COUNT, WEIGHT, SQUARE, SCALED = 0, 1, 2, slice(3, 5)  # rows of totals
_USED = ("stratum", "weight", "base_weight", "population_stratum")  # columns that weighting adds
_MET = 1e-6  # how far weighted totals may be from those of the population, of these
_RANK = 1e-10  # smallest eigenvalue of the margins, of the largest, that counts as a margin of its own
_ROUNDING = 1e-12  # a variance this much smaller than what it is the difference of is rounding, and so zero


@dataclass(frozen=True, eq=False)
class Design:
    """Respondents of one wave ordered by stratum, with what their standard errors stand on.

    `first` is the first row of each stratum; `size` and `population` its respondents and persons. Respondents who are
    alike in stratum, weights and margins form a cell: `cell` is its number per respondent, numbered by stratum, and
    `margins` (cells x categories) its membership of the known margins. Sums per cell are all that a variance needs.
    """

    wave: int
    respondents: pd.DataFrame
    weight: np.ndarray
    base_weight: np.ndarray
    first: np.ndarray
    size: np.ndarray
    population: np.ndarray
    cell: np.ndarray
    margins: np.ndarray

    def contributions(self, influence: np.ndarray) -> np.ndarray:
        """Weighted residuals of influence values (n x k) on the known margins.

        The regression is on the margins with the base weights and the residual is multiplied with the calibrated weight
        (Deville and Särndal 1992, eq. 3.4; R: `svyrecvar` with the qr of `calibrate`).
        """
        slopes = self._inverse @ self.totals(influence)[self._places["base"]]
        return self.weight[:, None] * (influence - (self.margins @ slopes)[self.cell])

    def variances(self, contributions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Variance of the total of contributions (n x k): with and without the finite population correction.

        Stratified sampling without replacement (Särndal, Swensson and Wretman 1992, eq. 3.7.8). A lone respondent is
        centred at zero, the mean of all contributions (R: `lonely.psu = "adjust"`).
        """
        means = np.add.reduceat(contributions, self.first, axis=0) / self.size[:, None]
        means[self.size == 1] = 0.0
        squares = contributions - np.repeat(means, self.size, axis=0)
        squares *= squares
        both = np.repeat(self._factors, self.size, axis=1) @ squares
        return both[0], both[1]

    def totals(self, values: np.ndarray, inside: np.ndarray | None = None) -> np.ndarray:
        """Sums of values (n x k) over the respondents inside a domain, with all the weights that estimates need.

        `inside` are n booleans, or domains x n for many domains at once; the result is rows x k, or rows x domains x k.
        Rows: `COUNT` (unweighted), `WEIGHT`, `SQUARE` (squared weights), `SCALED` (these as they count in each of the
        two variances), and what the variances stand on; the weighted sums per stratum are `in_strata`. They are linear:
        those of y - p x are those of y less p times those of x.
        """
        within = np.ones(len(self.cell), dtype=bool) if inside is None else inside
        several, within = within.ndim == 2, np.atleast_2d(within)
        domain, rows = np.nonzero(within)
        place = domain * len(self.margins) + self.cell[rows]  # of a cell in a domain, of which those held are kept
        held = np.zeros(len(within) * len(self.margins), dtype=bool)
        held[place] = True
        order = (np.cumsum(held) - 1)[place]
        per_cell = csr_array((np.ones(len(rows)), (order, rows)), shape=(held.sum(), len(self.cell))) @ values
        domains, cells = np.divmod(np.flatnonzero(held), len(self.margins))
        weights = self._all_weights[cells]
        columns = weights.indices * len(within) + np.repeat(domains, np.diff(weights.indptr))
        shape = (len(cells), weights.shape[1] * len(within))
        found = csr_array((weights.data, columns, weights.indptr), shape=shape).T @ per_cell
        return found.reshape(weights.shape[1], len(within), -1) if several else found

    def deviations(self, influence: np.ndarray, totals: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Contributions of some respondents (`rows`) less the mean of their stratum, from their influence (m x k).

        `totals` are those of everybody's influence. Scaled so that the squares of all add up to the variance without
        correction, and products with the deviations of another wave, over who answered in both, to the covariance.
        """
        slopes = self._inverse @ totals[self._places["base"]]
        means = (self.in_strata(totals) - self._by_stratum @ slopes) / self.size[:, None]
        means[self.size == 1] = 0.0
        stratum = self._cells["stratum"][self.cell[rows]]
        residuals = self.weight[rows, None] * (influence - (self.margins @ slopes)[self.cell[rows]])
        return (residuals - means[stratum]) * np.sqrt(self._factors[1])[stratum, None]

    def in_strata(self, totals: np.ndarray) -> np.ndarray:
        """The rows of totals that are the weighted sums per stratum (strata x k)."""
        return totals[self._places["strata"]]

    def variances_of_totals(self, influence: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What `variances` of the `contributions` gives, from the totals of influence values and of their squares.

        The squares of residuals are written out, so that respondents are added up once and for all; what is left of a
        variance of zero is rounding, and taken for zero.
        """
        slopes = np.tensordot(self._inverse, influence[self._places["base"]], 1)
        strata = self.in_strata(influence) - np.tensordot(self._by_stratum, slopes, 1)
        strata[self.size == 1] = 0.0
        found = []
        for which, (factor, cross) in enumerate(zip(self._factors, self._crosses, strict=True)):
            whole = squares[SCALED][which]
            crossed = np.tensordot(cross, slopes, 1) - 2 * influence[self._places[f"cross {which}"]]
            variance = whole + (slopes * crossed).sum(axis=0) - np.tensordot(factor / self.size, strata**2, 1)
            found.append(np.where(variance > _ROUNDING * whole, variance, 0.0))
        return found[0], found[1]

    @cached_property
    def _factors(self) -> np.ndarray:
        """What the squares within each stratum count for (2 x strata): with and without the correction."""
        factor = self.size / np.maximum(self.size - 1, 1)
        return np.stack([factor * np.clip(1 - self.size / self.population, 0.0, 1.0), factor])

    @cached_property
    def _cells(self) -> dict[str, np.ndarray]:
        """Of every cell its stratum, its weights, how many respondents it has, and what a square in it counts for."""
        one = np.unique(self.cell, return_index=True)[1]
        strata = np.searchsorted(self.first, one, side="right") - 1
        return {
            **{"stratum": strata, "weight": self.weight[one], "base": self.base_weight[one]},
            **{"size": np.bincount(self.cell), "factors": self._factors[:, strata] * self.weight[one] ** 2},
        }

    @cached_property
    def _places(self) -> dict[str, slice]:
        """Where the rows of totals stand."""
        categories = self.margins.shape[1]
        sizes = {"base": categories, "cross 0": categories, "cross 1": categories, "strata": len(self.size)}
        ends = np.cumsum([SCALED.stop, *sizes.values()])
        return {name: slice(end, end + size) for (name, size), end in zip(sizes.items(), ends, strict=False)}

    @cached_property
    def _all_weights(self) -> csr_array:
        """What a sum in each cell counts for in every row of totals (cells x rows)."""
        of = self._cells
        strata = csr_array((of["weight"], (np.arange(len(self.margins)), of["stratum"])))
        alone = [np.ones(len(self.margins)), of["weight"], of["weight"] ** 2, *of["factors"]]
        crossed = [self.margins * scale[:, None] for scale in (of["base"], *of["factors"])]
        return csr_array(hstack([csr_array(np.stack(alone, axis=1)), *map(csr_array, crossed), strata]))

    @cached_property
    def _inverse(self) -> np.ndarray:
        """Inverse of the margins' matrix of products, on the directions in which they do not depend on each other."""
        products = self._products(self._cells["base"])
        scale = np.sqrt(np.diag(products))
        scale[scale == 0] = 1.0
        values, vectors = np.linalg.eigh(products / np.outer(scale, scale))
        kept = values > _RANK * values.max(initial=0.0)
        half = vectors[:, kept] / (np.sqrt(values[kept]) * scale[:, None])
        return half @ half.T

    @cached_property
    def _by_stratum(self) -> np.ndarray:
        """Weighted margins of the respondents of each stratum (strata x categories)."""
        weighted = self.margins * (self._cells["weight"] * self._cells["size"])[:, None]
        return np.add.reduceat(weighted, np.flatnonzero(np.diff(self._cells["stratum"], prepend=-1)), axis=0)

    @cached_property
    def _crosses(self) -> list[np.ndarray]:
        """Products of the margins as they count in each of the two variances (categories x categories)."""
        return [self._products(scale) for scale in self._cells["factors"]]

    def _products(self, scale: np.ndarray) -> np.ndarray:
        return self.margins.T @ (self.margins * (scale * self._cells["size"])[:, None])


def designs(weighted: pd.DataFrame, strata: pd.DataFrame, rules: PopulationRules) -> dict[int, Design]:
    """The design of every wave, from weighted respondents and the population and rules of their survey.

    Raises MonitorError for a respondent who stands twice or has no stratum or positive weight, a stratum whose base
    weights do not add up to its persons or that has more respondents than persons, strata that do not add up to the
    population, and weights that do not meet a margin: the numbers made from it would look right.
    """
    waves = by_wave(weighted, {"survey", *_USED, *rules.variables})
    return {wave: _design(wave, rows, strata, rules) for wave, rows in waves}


def _design(wave: int, weighted: pd.DataFrame, strata: pd.DataFrame, rules: PopulationRules) -> Design:
    _check_respondents(wave, weighted)
    rows = weighted.sort_values(["stratum", "respondent"], kind="stable").reset_index(drop=True)
    population = cells(strata, wave, rules)
    grouped = with_groups(rows, rules)
    within = rules.strata.coarsest
    met = {one: membership(grouped, population, one, within) for one in rules.margins}
    known = [matrix for one, matrix in met.items() if one.certainty == "known"]
    margins = np.hstack(known) if known else np.empty((len(rows), 0))
    weight, base = (rows[name].to_numpy(dtype=float) for name in ("weight", "base_weight"))
    _, first, size = np.unique(rows["stratum"].to_numpy(dtype=str), return_index=True, return_counts=True)
    order = np.argsort(first)
    first, size = first[order], size[order]
    persons = rows["population_stratum"].to_numpy(dtype=float)[first]
    _check_strata(wave, rows["stratum"].to_numpy()[first], size, persons, np.add.reduceat(base, first))
    _check_population(f"wave {wave}, {rules.counted_in}", population, persons, weight, met)
    alike = pd.DataFrame({"stratum": np.repeat(np.arange(len(size)), size), "weight": weight, "base": base})
    cell = pd.concat([alike, pd.DataFrame(margins)], axis=1).groupby([*alike, *range(margins.shape[1])]).ngroup()
    one = np.unique(cell, return_index=True)[1]
    return Design(wave, rows, weight, base, first, size, persons, cell.to_numpy(), margins[one])


def _check_population(
    where: str, population: pd.DataFrame, persons: np.ndarray, weight: np.ndarray, met: dict[Margin, np.ndarray]
) -> None:
    """Hold strata and weights against the population: all of its persons, and those of each category of a margin."""
    hint = "give estimates all rows of a wave, as weighting.weight returned them: a part is a domain, never a filter"
    sums, everybody = np.array([persons.sum(), weight.sum()]), np.full(2, population["population"].sum())
    check_met(sums, everybody, ["strata together", "weights together"], where, hint, _MET, "Wave that is not whole")
    for margin, matrix in met.items():
        target = totals(population, margin)
        labels = [f"{margin.id} {category}" for category in target.index]
        check_met(weight @ matrix, target.to_numpy(), labels, where, hint, _MET, "Weights that do not meet a margin")


def _check_respondents(wave: int, weighted: pd.DataFrame) -> None:
    columns = [*_USED[1:]]
    counts = weighted[columns].to_numpy(dtype=float)
    good = np.column_stack([weighted["stratum"].notna(), np.isfinite(counts) & (counts > 0)])
    if not good.all():
        row, column = (int(place[0]) for place in np.nonzero(~good))
        name = ["stratum", *columns][column]
        raise MonitorError(
            f"Respondent without a usable {name.replace('_', ' ')}",
            where=f"wave {wave}, respondent {weighted['respondent'].iloc[row]}, column {name}",
            expected="a name" if column == 0 else "a number above 0",
            got=f"{weighted[name].iloc[row]}, in {int((~good[:, column]).sum())} rows",
            hint="give estimates the rows as weighting.weight returned them",
        )


def _check_strata(wave: int, names: np.ndarray, size: np.ndarray, persons: np.ndarray, weighted: np.ndarray) -> None:
    for at in np.flatnonzero(size > persons):
        raise MonitorError(
            "More respondents than persons",
            where=f"wave {wave}, stratum {names[at]}",
            expected=f"at most the {persons[at]:g} persons of the stratum",
            got=f"{size[at]} respondents",
            hint="look for rows that stand twice, or mend the population",
        )
    for at in np.flatnonzero(~np.isclose(weighted, persons, rtol=1e-6)):
        raise MonitorError(
            "Stratum that is not whole",
            where=f"wave {wave}, stratum {names[at]}",
            expected=f"base weights that add up to its {persons[at]:g} persons",
            got=f"{weighted[at]:g}, of {size[at]} respondents",
            hint="give estimates all rows of a wave, each once: a part of them is a domain, never a filter",
        )
