"""What earlier editions and newspapers printed, beside what the population of the example data holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fieldwork.chances import Expectation, solve
from fieldwork.population import NOT_IN_ROWS
from fieldwork.settings import Generator, Survey
from fieldwork.synthetic import population_cells

# Published indicator -> the chance that it counts, and the chance of those who are its base. A chance with the wave
# behind its name stands for a question that later changed.
_COUNTED = {
    "any_aggression": ("any_aggression", "everyone"),
    "verbal": ("verbal", "everyone"),
    "threat": ("threat", "everyone"),
    "physical": ("physical", "everyone"),
    "serious": ("serious", "everyone"),
    "via_social_media": ("via_social_media", "everyone"),
    "verbal_online": ("verbal_online", "verbal"),
    "discussed_or_reported": ("spoke", "any_aggression"),
    "police_report": ("police_report", "any_aggression"),
    "any_effect": ("any_effect", "any_aggression"),
    "witnessed_colleague": ("witnessed", "everyone"),
    "saw_rules_broken": ("saw_rules_broken", "everyone"),
}
# Published indicator -> question, option, and the chance of those who are its base (absent: whoever is asked).
_OPTIONS = {
    "effect_job_satisfaction": ("effects", "werkplezier", "any_aggression"),
    "effect_behaviour": ("effects", "gedrag", "any_aggression"),
    "effect_mental_health": ("effects", "mentale_gezondheid", "any_aggression"),
    "effect_decisions": ("effects", "besluiten", "any_aggression"),
    "reason_not_serious_enough": ("not_discussed_reasons", "niet_ernstig", None),
}
_EMPLOYEES = "employees"
_UNKNOWN_BASE = "unknown"
_TOLERANCE = 0.5


def published_against(
    published: pd.DataFrame, populations: Mapping[str, pd.DataFrame], provinces: pd.DataFrame, settings: Generator
) -> pd.DataFrame:
    """Set each published figure beside the expectation of the population from which the example data are drawn.

    Parameters: data/raw/population/published_figures.csv, strata.csv and strata-employees.csv by survey,
    config/provinces.csv, config/generator.yml. Returns indicator, group, wave, base, published and population
    (percentages 0-100), status and why: `met` (within half a point), `missed`, `base unknown` (not tuned to), `not
    asked` (no question about it here). A province's figure counts raadsleden, wethouders and Statenleden: the rows that
    have a province.
    """
    everything = {
        (name, wave): _expected(settings.surveys[name], populations[name], wave)
        for name in ("officeholders", _EMPLOYEES)
        for wave in settings.surveys[name].waves
    }
    rows = []
    for row in published.to_dict("records"):
        name = _EMPLOYEES if row["group"] == _EMPLOYEES else "officeholders"
        survey, expected = settings.surveys[name], everything[name, row["wave"]]
        concerned = _group(row["group"], expected.cells, provinces)
        status, population = "not asked", np.nan
        if row["base"] == _UNKNOWN_BASE:
            status = "base unknown"
        elif concerned is not None and row["indicator"] in _COUNTED | _OPTIONS:
            population = _percent(row["indicator"], row["wave"], expected.persons, concerned, survey)
            status = "met" if abs(population - row["percent"]) <= _TOLERANCE else "missed"
        reasons = {(one.indicator, one.group, one.wave): one.why for one in survey.missed}
        named = {key: row[key] for key in ("indicator", "group", "wave", "base")}
        why = reasons.get((row["indicator"], row["group"], row["wave"]), "")
        rows.append(named | {"published": row["percent"], "population": population, "status": status, "why": why})
    return pd.DataFrame(rows)


def _expected(survey: Survey, population: pd.DataFrame, wave: int) -> Expectation:
    return solve(survey.chances, population_cells(population[population["wave"] == wave], survey), wave)[1]


def _percent(indicator: str, wave: int, reached: dict[str, np.ndarray], concerned: np.ndarray, survey: Survey) -> float:
    if indicator in _COUNTED:
        counted, base = _COUNTED[indicator]
        counted = f"{counted}_{wave}" if f"{counted}_{wave}" in reached else counted
        return 100 * reached[counted][concerned].sum() / reached[base][concerned].sum()
    question, option, base = _OPTIONS[indicator]
    row = next(row for row in survey.answers[question] if option in (row.at_least_one or {}))
    share = (row.at_least_one or {})[option]
    if base is None:
        return share
    return share * sum(reached[name][concerned].sum() for name in row.when) / reached[base][concerned].sum()


def _group(group: str, cells: pd.DataFrame, provinces: pd.DataFrame) -> np.ndarray | None:
    slugs = dict(zip("province:" + provinces["name"], provinces["province"], strict=True))
    if group in slugs:
        return (cells["province"] == slugs[group]).to_numpy()
    if group in ("all", _EMPLOYEES):
        return np.ones(len(cells), bool)
    groups = {
        "all, as printed in the province factsheets": ("province", NOT_IN_ROWS, False),
        "provincies": ("layer", "provincie", True),
        "women": ("gender", "vrouw", True),
        "men": ("gender", "man", True),
    }
    name, level, equal = groups.get(group, ("function", group, True))
    concerned = ((cells[name] == level) == equal).to_numpy()
    return concerned if concerned.any() else None
