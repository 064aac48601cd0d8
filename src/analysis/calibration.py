"""Calibration: weights nearest to the base weights that meet all margins at once, within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd
from scipy.linalg import qr, solve_triangular
from scipy.special import expit

from analysis.errors import MonitorError
from analysis.population import check_met

_TOLERANCE, _STEPS = 1e-11, 60
_Factors = tuple[np.ndarray, np.ndarray, np.ndarray]


def calibrate(
    base: np.ndarray,
    columns: Sequence[np.ndarray],
    targets: Sequence[pd.Series],
    names: Sequence[str],
    bounds: tuple[float, float],
    where: str = "",
) -> tuple[np.ndarray, int]:
    """Weights nearest to the base weights that meet all margins at once, with a bounded ratio to them.

    The distance is the logit one of Deville and Särndal (1992, case 6); with bounds (0, inf) it is raking. Equals R
    `survey::calibrate(calfun = "logit", bounds = )` and `calfun = "raking"`. Solved by Newton's method with step
    halving on the convex dual, in an orthonormal basis of the margins, so that margins may overlap. Who is alike in
    margins and base weight is counted, not repeated, and so has the same weight to the last digit.
    Parameters: `columns`, per margin n x categories; `targets`, per margin persons per category. Returns weights and
    the number of iterations. Raises MonitorError for numbers that cannot be (a base weight of 0, bounds on one side of
    1), when totals disagree, a category with a population has no respondents, or no weights within the bounds meet the
    margins.
    """
    _check_numbers(base, targets, names, bounds, where)
    _check_totals(columns, targets, names, where)
    everybody = np.hstack(columns)
    alike = pd.DataFrame(everybody).assign(base=base).groupby([*range(everybody.shape[1]), "base"]).ngroup().to_numpy()
    _, one, times = np.unique(alike, return_index=True, return_counts=True)
    design, started = everybody[one], base[one] * times
    target = np.concatenate([series.to_numpy(dtype=float) for series in targets])
    labels = [f"{name} {category}" for name, series in zip(names, targets, strict=True) for category in series.index]
    root = np.sqrt(started)
    basis, triangle, order = orthonormal(design * root[:, None])
    basis /= root[:, None]
    rank = basis.shape[1]
    aim = solve_triangular(triangle[:, :rank], target[order][:rank], trans=1)
    reached = np.empty_like(target)
    reached[order] = triangle.T @ aim
    hint = "the totals contradict each other: find the margin that was changed"
    check_met(reached, target, labels, where, hint, 1e-8)
    multipliers = np.zeros(rank)
    for iteration in range(_STEPS):
        ratio, slope, dual = _ratio(basis @ multipliers, bounds)
        weights = started * ratio
        error = np.abs(design.T @ weights - target)
        if (error <= _TOLERANCE * np.maximum(target, 1.0)).all():
            return base * ratio[alike], iteration
        gradient = basis.T @ weights - aim
        hessian = basis.T @ (basis * (started * slope)[:, None])
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        here, size = started @ dual - aim @ multipliers, 1.0
        while size > 1e-8:
            moved = multipliers - size * step
            if started @ _ratio(basis @ moved, bounds)[2] - aim @ moved <= here - 1e-4 * size * gradient @ step + 1e-9:
                break
            size /= 2
        multipliers = multipliers - size * step
    hint = f"widen the bounds in monitor.yml ({bounds[0]:g} to {bounds[1]:g}), or merge categories in config/population"
    check_met(design.T @ weights, target, labels, where, hint, _TOLERANCE)
    return base * ratio[alike], _STEPS


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
    integral = lower * u + width / rate * np.logaddexp(0, shifted)
    return lower + width * share, width * rate * share * (1 - share), integral


def _check_numbers(
    base: np.ndarray, targets: Sequence[pd.Series], names: Sequence[str], bounds: tuple[float, float], where: str
) -> None:
    wrong = {
        "base weights": ("numbers above 0", base[~(np.isfinite(base) & (base > 0))]),
        "margins": ("one at least", [] if len(names) else ["none"]),
        "bounds": ("0 <= lower < 1 < upper", [] if 0 <= bounds[0] < 1 < bounds[1] else bounds),
    }
    for name, target in zip(names, targets, strict=True):
        wrong[f"margin {name}"] = ("numbers from 0 on", target[~(np.isfinite(target) & (target >= 0))])
    title, hint = "No weights from these numbers", "look at the population, its rules in config, and monitor.yml"
    for what, (expected, found) in wrong.items():
        if len(found):
            got = ", ".join(map(str, [*found][:5]))
            raise MonitorError(title, where=f"{where}, {what}", expected=expected, got=got, hint=hint)


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
                hint="take the category together with another in config/population",
            )
