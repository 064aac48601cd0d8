"""From respondents to weights: declared merging of strata, base weights, and calibration in one bounded step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy.linalg import qr, solve_triangular
from scipy.special import expit

from analysis.errors import MonitorError
from analysis.population import PopulationRules, cells, key, membership, totals, with_groups

_FINEST = ["function", "province"]
_Factors = tuple[np.ndarray, np.ndarray, np.ndarray]


def weight(
    respondents: pd.DataFrame,
    strata: pd.DataFrame,
    rules: PopulationRules,
    bounds: tuple[float, float],
    passport: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Give every respondent of every wave a weight.

    Parameters: `respondents`, harmonised rows; `strata`, rows of strata.csv; `bounds`, smallest and largest ratio of
    final to base weight; `passport`, per wave x function x province the `population` and `invited` that the deliveries
    declare (without it everybody counts as invited).
    Returns the respondents, in the same order, with `stratum`, `population_stratum` (persons), `base_weight`, `weight`
    (persons per respondent), and a report per wave. Raises MonitorError when passport and population disagree, a
    population has no respondents, or a margin cannot be met.
    """
    reports: dict[str, dict[str, Any]] = {}
    parts: list[pd.DataFrame] = []
    for wave, rows in respondents.groupby("wave", sort=True):
        of_wave = None if passport is None else passport[passport["wave"] == wave]
        part, report = _weight_wave(rows, strata, int(str(wave)), rules, bounds, of_wave)
        parts.append(part)
        reports[str(wave)] = report
    return pd.concat(parts).loc[respondents.index], reports


def _weight_wave(
    respondents: pd.DataFrame,
    strata: pd.DataFrame,
    wave: int,
    rules: PopulationRules,
    bounds: tuple[float, float],
    passport: pd.DataFrame | None,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    population = cells(strata, wave, rules)
    grouped = with_groups(respondents, rules)
    table = merge_strata(grouped, population, rules, wave, passport)
    placed = table.set_index(_FINEST).loc[pd.MultiIndex.from_frame(grouped[_FINEST])]
    base = (placed["stratum_population"] / placed["stratum_respondents"]).to_numpy()
    columns = [membership(grouped, population, margin) for margin in rules.margins]
    targets = [totals(population, margin) for margin in rules.margins]
    names = [margin.id for margin in rules.margins]
    weights, iterations = calibrate(base, columns, targets, names, bounds, where=f"wave {wave}")
    weighted = respondents.assign(
        stratum=placed["stratum"].to_numpy(),
        population_stratum=placed["stratum_population"].to_numpy(),
        base_weight=base,
        weight=weights,
    )
    margins = [
        {
            "margin": margin.id,
            "category": category,
            "certainty": margin.certainty,
            "population": float(target[category]),
            "respondents": float(matrix[:, i].sum()),
            "base_weighted": float(base @ matrix[:, i]),
            "weighted": float(weights @ matrix[:, i]),
        }
        for margin, matrix, target in zip(rules.margins, columns, targets, strict=True)
        for i, category in enumerate(target.index)
    ]
    merged = table[table["level"] > 0].groupby("stratum")
    report = {
        "population": float(population["population"].sum()),
        "respondents": len(respondents),
        "iterations": iterations,
        "largest_margin_error": max(abs(row["weighted"] - row["population"]) for row in margins),
        "weight": [float(weights.min()), float(weights.max())],
        "ratio": [float((weights / base).min()), float((weights / base).max())],
        "kish_design_effect": float(len(weights) * (weights @ weights) / weights.sum() ** 2),
        "merged_strata": [
            {"stratum": name, "of": sorted(key(rows, ("function", "province")))} for name, rows in merged
        ],
        "response": _response(table),
        "margins": margins,
    }
    return weighted, report


def _response(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Persons in the population, invited and responded per function."""
    counts = table.groupby("function")[["population", "invited", "respondents"]].sum().round().astype(int)
    return [
        {"function": str(function), **{str(k): int(v) for k, v in row.items()}} for function, row in counts.iterrows()
    ]


def merge_strata(
    respondents: pd.DataFrame,
    population: pd.DataFrame,
    rules: PopulationRules,
    wave: int,
    passport: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the stratum of every function x province by the rules that were declared beforehand.

    Returns one row per function x province: population, invited and respondents (persons), `level` of merging (0 is
    none), `stratum`, `stratum_population`, `stratum_respondents`. Raises MonitorError for a passport that disagrees
    with the population, respondents outside it, a stratum without respondents, or a forbidden lone respondent.
    """
    grouping = [name for level in rules.strata.levels for name in level if name not in _FINEST]
    table = population.groupby([*_FINEST, *dict.fromkeys(grouping)])["population"].sum().round(6).reset_index()
    place = pd.MultiIndex.from_frame(table[_FINEST])
    counts = respondents.groupby(_FINEST).size()
    strange = counts.index.difference(place)
    if len(strange):
        raise MonitorError(
            "Respondents outside the population",
            where=f"wave {wave}, function x province {' / '.join(strange[0])}",
            expected="a row of strata.csv for every function x province that occurs",
            got=f"{counts[strange].sum()} respondents in {len(strange)} such places",
            hint="mend function or province in the delivery (corrections.yml), or add the population",
        )
    table["respondents"] = counts.reindex(place, fill_value=0).to_numpy()
    table["invited"] = table["population"] if passport is None else _invited(table, passport, wave)
    table = _merge(table, rules)
    _check_strata(table, rules, wave)
    return table


def _merge(table: pd.DataFrame, rules: PopulationRules) -> pd.DataFrame:
    """Raise strata that fall short to the next level, with all that share that level, until none can rise further."""
    keys = [key(table, names).to_numpy() for names in rules.strata.levels]
    counts, minimum = ["population", "invited", "respondents"], rules.strata.minimum
    level = np.zeros(len(table), dtype=int)
    while True:
        stratum = np.choose(level, keys)
        sums = table[counts].groupby(stratum).transform("sum")
        lone = (sums["respondents"] < minimum.respondents) & (sums["respondents"] < sums["population"])
        short = lone | (sums["population"] < minimum.population) | (sums["invited"] < minimum.invited)
        rising = np.flatnonzero(short & (level < len(keys) - 1))
        if not len(rising):
            break
        for row, following in zip(rising, level[rising] + 1, strict=True):
            together = keys[following] == keys[following][row]
            level[together] = np.maximum(level[together], following)
    alone = pd.Series(stratum).groupby(stratum).transform("size").to_numpy() == 1
    return table.assign(
        level=np.where(alone, 0, level),
        stratum=stratum,
        stratum_population=sums["population"],
        stratum_respondents=sums["respondents"],
    )


def _invited(table: pd.DataFrame, passport: pd.DataFrame, wave: int) -> np.ndarray:
    declared = passport.set_index(_FINEST).reindex(pd.MultiIndex.from_frame(table[_FINEST]))
    wrong = np.flatnonzero((declared["population"].to_numpy() - table["population"].to_numpy()).round(3) != 0)
    if len(wrong):
        row = table.iloc[wrong[0]]
        raise MonitorError(
            "Margin that cannot be met: passport and population disagree",
            where=f"wave {wave}, {row['function']} / {row['province']}",
            expected=f"{row['population']:.0f} persons   from population/strata.csv",
            got=f"{declared['population'].iloc[wrong[0]]:.0f}   from manifest.yml",
            hint="find out which of the two is right and mend the other",
        )
    return declared["invited"].to_numpy()


def _check_strata(table: pd.DataFrame, rules: PopulationRules, wave: int) -> None:
    empty = table[table["stratum_respondents"] == 0]
    if len(empty):
        row = empty.iloc[0]
        raise MonitorError(
            "Margin that cannot be met: a population without respondents",
            where=f"wave {wave}, stratum {row['stratum']}",
            expected=f"at least one respondent for {row['stratum_population']:.0f} persons",
            got="0",
            hint="get answers from this group, or take it out of the population and say so in the publication",
        )
    lone = table[(table["stratum_respondents"] == 1) & (table["stratum_population"] > 1)]
    if len(lone) and rules.strata.lone_respondent == "error":
        row = lone.iloc[0]
        raise MonitorError(
            "Lone respondent",
            where=f"wave {wave}, stratum {row['stratum']}",
            expected=f"at least 2 respondents of {row['stratum_population']:.0f} persons, to see how they differ",
            got="1",
            hint="set lone_respondent to centre in population.yml, or declare a coarser level",
        )


def calibrate(
    base: np.ndarray,
    columns: Sequence[np.ndarray],
    targets: Sequence[pd.Series],
    names: Sequence[str],
    bounds: tuple[float, float],
    where: str = "",
    tolerance: float = 1e-11,
    steps: int = 60,
) -> tuple[np.ndarray, int]:
    """Weights nearest to the base weights that meet all margins at once, with a bounded ratio to them.

    The distance is the logit one of Deville and Särndal (1992, case 6); with bounds (0, inf) it is raking. Equals R
    `survey::calibrate(calfun = "logit", bounds = )` and `calfun = "raking"`. Solved by Newton's method with step
    halving on the convex dual, in an orthonormal basis of the margins, so that margins may overlap.
    Parameters: `columns`, per margin n x categories; `targets`, per margin persons per category. Returns weights and
    the number of iterations. Raises MonitorError when totals disagree, a category with a population has no respondents,
    or no weights within the bounds meet the margins.
    """
    _check_totals(columns, targets, names, where)
    design = np.hstack(columns)
    target = np.concatenate([series.to_numpy(dtype=float) for series in targets])
    labels = [f"{name} {category}" for name, series in zip(names, targets, strict=True) for category in series.index]
    root = np.sqrt(base)
    basis, triangle, order = orthonormal(design * root[:, None])
    basis /= root[:, None]
    rank = basis.shape[1]
    aim = solve_triangular(triangle[:, :rank], target[order][:rank], trans=1)
    reached = np.empty_like(target)
    reached[order] = triangle.T @ aim
    _check_met(
        reached, target, labels, where, "the totals contradict each other: find the margin that was changed", 1e-8
    )
    multipliers = np.zeros(rank)
    for iteration in range(steps):
        ratio, slope, dual = _ratio(basis @ multipliers, bounds)
        weights = base * ratio
        error = np.abs(design.T @ weights - target)
        if (error <= tolerance * np.maximum(target, 1.0)).all():
            return weights, iteration
        gradient = basis.T @ weights - aim
        hessian = basis.T @ (basis * (base * slope)[:, None])
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        here, size = base @ dual - aim @ multipliers, 1.0
        while size > 1e-8:
            moved = multipliers - size * step
            if base @ _ratio(basis @ moved, bounds)[2] - aim @ moved <= here - 1e-4 * size * gradient @ step + 1e-9:
                break
            size /= 2
        multipliers = multipliers - size * step
    _check_met(
        design.T @ weights, target, labels, where, "widen the bounds in monitor.yml, or merge categories", tolerance
    )
    return weights, steps


def orthonormal(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orthonormal basis of the columns of a matrix whose columns may depend on each other.

    Returns the basis (n x rank), the triangle (rank x columns) and the order of columns: basis @ triangle equals
    matrix[:, order] (QR with column pivoting).
    """
    basis, triangle, order = cast(_Factors, qr(matrix, mode="economic", pivoting=True))
    diagonal = np.abs(np.diag(triangle))
    rank = int((diagonal > diagonal.max(initial=0.0) * 1e-10).sum())
    return basis[:, :rank], triangle[:rank], order


def _ratio(u: np.ndarray, bounds: tuple[float, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratio of final to base weight for the linear predictor u, with its derivative and its integral."""
    lower, upper = bounds
    if np.isinf(upper):
        exponential = np.exp(np.minimum(u, 700.0))
        return exponential, exponential, exponential
    width = upper - lower
    rate = width / ((upper - 1) * (1 - lower))
    shifted = rate * u + np.log((1 - lower) / (upper - 1))
    share = expit(shifted)
    return (
        lower + width * share,
        width * rate * share * (1 - share),
        lower * u + width / rate * np.logaddexp(0, shifted),
    )


def _check_totals(
    columns: Sequence[np.ndarray], targets: Sequence[pd.Series], names: Sequence[str], where: str
) -> None:
    population = float(targets[0].sum())
    for name, matrix, target in zip(names, columns, targets, strict=True):
        if abs(target.sum() - population) > 1e-6 * population:
            raise MonitorError(
                f"Margin that cannot be met: {name}",
                where=f"{where}, margin {name}",
                expected=f"{population:.1f} persons, as margin {names[0]} has",
                got=f"{target.sum():.1f}",
                hint="margins of one population must add up to the same number",
            )
        empty = (matrix.sum(axis=0) == 0) & (target.to_numpy() > 0)
        if empty.any():
            category = target.index[empty][0]
            raise MonitorError(
                f"Margin that cannot be met: {name}",
                where=f"{where}, margin {name}, category {category}",
                expected=f"at least one respondent for {target[category]:.1f} persons",
                got="0",
                hint="take the category together with another in population.yml",
            )


def _check_met(
    reached: np.ndarray, target: np.ndarray, labels: Sequence[str], where: str, hint: str, tolerance: float
) -> None:
    error = np.abs(reached - target) / np.maximum(target, 1.0)
    worst = int(error.argmax())
    if not error[worst] <= tolerance:
        raise MonitorError(
            f"Margin that cannot be met: {labels[worst].split(' ')[0]}",
            where=f"{where}, margin {labels[worst]}",
            expected=f"{target[worst]:.2f} persons",
            got=f"{reached[worst]:.2f}",
            hint=hint,
        )
