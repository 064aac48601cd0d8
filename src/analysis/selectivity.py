"""How far the figures of a wave rest on who answered, and on how questions that were left open are counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis import design, estimation, weighting
from analysis.domains import ALL
from analysis.errors import MonitorError
from analysis.families import comparable
from analysis.indicators import Codebook, Indicator
from analysis.population import PopulationRules

_MEASURE = ["indicator", "answer", "wave"]


def tipping_point(previous: float, present: float, response: float) -> tuple[float, float] | None:
    """How selective response must have been to explain the change from `previous` to `present` all by itself.

    With the previous share as the truth, those who say yes answered at rate r p1 / p0 and the others at
    r (1 - p1) / (1 - p0), r the overall `response` (all 0-1). Returns the ratio of the odds and the ratio of the rates
    of the two; None where no selection can do it: a share of 0 or 1, or a rate of 1 or more.
    """
    yes, no = rates(previous, present, response) or (0, 0)
    return ((yes / (1 - yes)) / (no / (1 - no)), yes / no) if yes and no else None


def rates(previous: float, present: float, response: float) -> tuple[float, float] | None:
    """The rates (0-1) at which those who say yes, and the others, answered at the `tipping_point`; None as there."""
    shares = (previous, present)
    if not (all(0 < share < 1 for share in shares) and response > 0):
        return None
    yes, no = response * present / previous, response * (1 - present) / (1 - previous)
    return (yes, no) if max(yes, no) < 1 else None


def tipping_points(
    estimates: pd.DataFrame, broken: Mapping[str, Collection[int]], response: Mapping[int, float]
) -> list[dict[str, Any]]:
    """The tipping point of every indicator in every wave that has an earlier one to compare with.

    Parameters: `estimates`, rows of one domain with indicator, wave and estimate (0-1); `broken`, per indicator the
    waves at which its series breaks; `response` per wave (0-1). Returns rows with indicator, wave, `reference` (the
    previous wave that asked it), `odds_ratio` and `rate_ratio` (None: no selection can do it).
    """
    rows = []
    for indicator, own in estimates.sort_values("wave").groupby("indicator", sort=False):
        waves, shares = own["wave"].astype(int).tolist(), own["estimate"].tolist()
        for place in range(1, len(waves)):
            if not comparable(waves[place], waves[place - 1], broken.get(str(indicator), ())):
                continue
            odds, rates = tipping_point(shares[place - 1], shares[place], response[waves[place]]) or (None, None)
            row = {"indicator": str(indicator), "wave": waves[place], "reference": waves[place - 1]}
            rows.append({**row, "odds_ratio": odds, "rate_ratio": rates})
    return rows


def with_women(strata: pd.DataFrame, points: float) -> pd.DataFrame:
    """The population (rows of strata.csv) with the share of women `points` (0-100) higher, never below 0 or above 1."""
    moved = strata["women"] + points / 100 * strata["population"]
    return strata.assign(women=np.clip(moved, 0, strata["population"]))


def at_other_shares(
    respondents: pd.DataFrame,
    strata: pd.DataFrame,
    rules: PopulationRules,
    bounds: tuple[float, float],
    passport: pd.DataFrame | None,
    indicators: Sequence[Indicator],
    codebook: Codebook,
    points: float,
) -> list[dict[str, Any]]:
    """Estimates of everybody when women are weighted to a share that is `points` higher, and lower, in every cell.

    The share of women is an estimated margin: no standard error covers it. Parameters as for `weighting.weight` and
    `estimation.estimate`. Returns rows with indicator, answer, wave, `lower` and `higher` (0-1); None where no weights
    within the bounds meet the moved margin.
    """
    told: dict[tuple[Any, ...], dict[str, Any]] = {}
    for wave, rows in respondents.groupby("wave"):
        for side, moved in {"lower": -points, "higher": points}.items():
            population = with_women(strata[strata["wave"] == wave], moved)
            try:
                weighted, _ = weighting.weight(rows, population, rules, bounds, passport)
            except MonitorError:
                continue  # the margins themselves were met: it is the moved one that is out of reach
            designs = design.designs(weighted, population, rules)
            for row in estimation.estimate(designs, indicators, [ALL], codebook).to_dict("records"):
                own = {name: row[name] for name in _MEASURE}
                kept = told.setdefault(tuple(own.values()), {**own, "lower": None, "higher": None})
                kept[side] = None if np.isnan(row["estimate"]) else row["estimate"]
    return list(told.values())


def at_other_rules(
    designs: Mapping[int, design.Design], indicators: Sequence[Indicator], codebook: Codebook
) -> list[dict[str, Any]]:
    """Estimates of everybody by the extremes of the rule for questions of an "any" indicator that were left open.

    `strict`: who left one open says no to nothing, and is missing. `lenient`: one answer is enough for a no. Who says
    yes to one question says yes by every rule. Returns rows with indicator, wave, `strict` and `lenient` (0-1).
    """
    told: dict[tuple[Any, ...], dict[str, Any]] = {}
    several = [indicator for indicator in indicators if indicator.any]
    for rule in ("strict", "lenient"):
        ruled = [
            one.model_copy(update={"allow_missing": len(one.any) - 1 if rule == "lenient" else 0}) for one in several
        ]
        for row in estimation.estimate(designs, ruled, [ALL], codebook).to_dict("records"):
            own = {name: row[name] for name in ("indicator", "wave")}
            told.setdefault(tuple(own.values()), own)[rule] = row["estimate"]
    return list(told.values())
