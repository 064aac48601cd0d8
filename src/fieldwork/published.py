"""What earlier editions and newspapers printed, beside what the population of the example data holds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fieldwork.chances import expected, solve
from fieldwork.population import NOT_IN_ROWS, by_gender
from fieldwork.settings import Generator

# Published indicator -> the chance that it counts, and the chance of those who are its base.
_COUNTED = {
    "any_aggression": ("any_aggression", "everyone"),
    "verbal": ("verbal", "everyone"),
    "threat": ("threat", "everyone"),
    "physical": ("physical", "everyone"),
    "serious": ("serious", "everyone"),
    "discussed_or_reported": ("spoke", "any_aggression"),
    "police_report": ("police_report", "any_aggression"),
    "any_effect": ("any_effect", "any_aggression"),
}
# Published indicator -> question, option, and the chance of those who are its base (absent: whoever is asked).
_OPTIONS = {
    "effect_job_satisfaction": ("effects", "werkplezier", "any_aggression"),
    "effect_behaviour": ("effects", "gedrag", "any_aggression"),
    "effect_mental_health": ("effects", "mentale_gezondheid", "any_aggression"),
    "effect_decisions": ("effects", "besluiten", "any_aggression"),
    "reason_not_serious_enough": ("not_discussed_reasons", "niet_ernstig", None),
}
_UNKNOWN_BASE = "unknown"
_TOLERANCE = 0.5


def published_against(
    published: pd.DataFrame, strata: pd.DataFrame, provinces: pd.DataFrame, settings: Generator
) -> pd.DataFrame:
    """Set each published figure beside the expectation of the population from which the example data are drawn.

    Parameters: data/raw/population/published_figures.csv and strata.csv, config/provinces.csv, config/generator.yml.
    Returns indicator, group, wave, base, published and population (percentages 0-100), status and why:
    `met` (within half a point), `missed`, `base unknown` (not tuned to), `not asked` (no question about it here).
    A province's figure counts raadsleden, wethouders and Statenleden: the rows that have a province.
    """
    everything = {}
    for wave in settings.waves:
        cells = by_gender(strata[strata["wave"] == wave])
        everything[wave] = (cells, expected(solve(settings.chances, cells, wave), cells))
    reasons = {(row.indicator, row.group, row.wave): row.why for row in settings.missed}
    rows = []
    for row in published.to_dict("records"):
        cells, reached = everything[row["wave"]]
        status, population = "not asked", np.nan
        concerned = _group(row["group"], cells, provinces)
        if row["base"] == _UNKNOWN_BASE:
            status = "base unknown"
        elif concerned is not None and row["indicator"] in _COUNTED | _OPTIONS:
            population = _percent(row["indicator"], reached, concerned, settings)
            status = "met" if abs(population - row["percent"]) <= _TOLERANCE else "missed"
        named = {name: row[name] for name in ("indicator", "group", "wave", "base")}
        why = reasons.get((row["indicator"], row["group"], row["wave"]), "")
        rows.append(named | {"published": row["percent"], "population": population, "status": status, "why": why})
    return pd.DataFrame(rows)


def _percent(indicator: str, reached: dict[str, np.ndarray], concerned: np.ndarray, settings: Generator) -> float:
    if indicator in _COUNTED:
        counted, base = _COUNTED[indicator]
        return 100 * reached[counted][concerned].sum() / reached[base][concerned].sum()
    question, option, base = _OPTIONS[indicator]
    row = next(row for row in settings.answers[question] if option in (row.at_least_one or {}))
    share = (row.at_least_one or {})[option]
    if base is None:
        return share
    return share * sum(reached[name][concerned].sum() for name in row.when) / reached[base][concerned].sum()


def _group(group: str, cells: pd.DataFrame, provinces: pd.DataFrame) -> np.ndarray | None:
    slugs = dict(zip("province:" + provinces["name"], provinces["province"], strict=True))
    if group in slugs:
        return (cells["province"] == slugs[group]).to_numpy()
    groups = {
        "all": np.ones(len(cells), bool),
        "all, as printed in the province factsheets": (cells["province"] != NOT_IN_ROWS).to_numpy(),
        "provincies": (cells["layer"] == "provincie").to_numpy(),
        "women": (cells["gender"] == "vrouw").to_numpy(),
        "men": (cells["gender"] == "man").to_numpy(),
    }
    if group in set(cells["function"]):
        return (cells["function"] == group).to_numpy()
    return groups.get(group)
