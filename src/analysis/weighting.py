"""From respondents to weights: declared merging of strata, base weights, and calibration to the margins."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.calibration import calibrate
from analysis.errors import MonitorError
from analysis.population import PopulationRules, by_wave, cells, check_placed, key, membership, totals, with_groups
from analysis.response import representativity, response_table


def weight(
    respondents: pd.DataFrame,
    strata: pd.DataFrame,
    rules: PopulationRules,
    bounds: tuple[float, float],
    passport: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Give every respondent of every wave of one survey a weight.

    Parameters: `respondents`, harmonised rows, one per unit (person, organisation); `strata`, rows of the population
    that `rules` name; `bounds`, smallest and largest ratio of final to base weight; `passport`, per wave and cell of
    the finest strata the `population` and `invited` that the deliveries declare (without it everybody is invited).
    Returns the respondents, in the same order, with `stratum`, `population_stratum` (units), `base_weight`, `weight`
    (units per respondent), and a report per wave. Raises MonitorError when there are no respondents or one stands
    twice, passport and population disagree, a population has no respondents, or a margin cannot be met.
    """
    reports: dict[str, dict[str, Any]] = {}
    parts: list[pd.DataFrame] = []
    for wave, rows in by_wave(respondents, rules.variables):
        of_wave = None if passport is None else passport[passport["wave"] == wave]
        part, report = _weight_wave(rows, strata, wave, rules, bounds, of_wave)
        parts.append(part)
        reports[str(wave)] = report
    order = np.argsort(respondents["wave"].to_numpy(), kind="stable")  # by place: an index may hold a label twice
    return pd.concat(parts).iloc[np.argsort(order)], reports


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
    finest = rules.strata.levels[0]
    placed = table.set_index(key(table, finest)).loc[key(grouped, finest)]
    base = (placed["stratum_population"] / placed["stratum_respondents"]).to_numpy()
    columns = [membership(grouped, population, margin, rules.strata.coarsest) for margin in rules.margins]
    targets = [totals(population, margin) for margin in rules.margins]
    names = [margin.id for margin in rules.margins]
    weights, iterations = calibrate(base, columns, targets, names, bounds, where=f"wave {wave}, {rules.counted_in}")
    weighted = respondents.assign(
        stratum=placed["stratum"].to_numpy(),
        population_stratum=placed["stratum_population"].to_numpy(),
        base_weight=base,
        weight=weights,
    )
    reached = [
        {
            "margin": margin.id,
            "category": str(category),
            "certainty": margin.certainty,
            "population": float(target[category]),
            "respondents": float(matrix[:, position].sum()),
            "base_weighted": float(base @ matrix[:, position]),
            "weighted": float(weights @ matrix[:, position]),
        }
        for margin, matrix, target in zip(rules.margins, columns, targets, strict=True)
        for position, category in enumerate(target.index)
    ]
    if "layer" not in table:
        layers = strata[strata["wave"] == wave].drop_duplicates(finest[0]).set_index(finest[0])["layer"]
        table = table.assign(layer=table[finest[0]].map(layers))
    return weighted, _report(weighted, table, reached, iterations, rules, wave)


def _report(
    weighted: pd.DataFrame,
    table: pd.DataFrame,
    margins: list[dict[str, Any]],
    iterations: int,
    rules: PopulationRules,
    wave: int,
) -> dict[str, Any]:
    """The weighting report of a wave, ready for JSON: numbers of units, unless they are ratios."""
    weights, ratio = weighted["weight"], weighted["weight"] / weighted["base_weight"]
    merged = table[table["level"] > 0].groupby("stratum")
    finest = rules.strata.levels[0]
    return {
        "population": float(table["population"].sum()),
        "respondents": len(weighted),
        "iterations": iterations,
        "largest_margin_error": max(abs(row["weighted"] - row["population"]) for row in margins),
        "weight": [float(weights.min()), float(weights.max())],
        "ratio": [float(ratio.min()), float(ratio.max())],
        "kish_design_effect": float(len(weights) * (weights**2).sum() / weights.sum() ** 2),
        "merged_strata": [{"stratum": name, "of": sorted(key(rows, finest))} for name, rows in merged],
        "response": response_table(table, finest[0]),
        "response_by_layer": response_table(table, "layer"),
        "representativity": representativity(table, f"wave {wave}") if "province" in finest else None,
        "margins": margins,
    }


def merge_strata(
    respondents: pd.DataFrame,
    population: pd.DataFrame,
    rules: PopulationRules,
    wave: int,
    passport: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the stratum of every cell of the finest strata by the rules that were declared beforehand.

    Returns one row per cell, such as function x province: population, invited and respondents (units), `level` of
    merging (0 is none), `stratum`, `stratum_population`, `stratum_respondents`. Raises MonitorError for a passport that
    disagrees with the population, respondents outside it, a stratum without respondents or with more of them than
    units, or a forbidden lone respondent.
    """
    check_placed(respondents, population, rules, wave)
    finest, named = rules.strata.levels[0], [name for level in rules.strata.levels for name in level]
    table = population.groupby(list(dict.fromkeys(named)))["population"].sum().round(6).reset_index()
    place = key(table, finest)
    counts = key(respondents, finest).value_counts()
    table["respondents"] = counts.reindex(place, fill_value=0).to_numpy()
    table["invited"] = table["population"] if passport is None else _invited(table, passport, rules, wave)
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
        planned = sums["invited"] * rules.strata.planned_response
        short = lone | (sums["population"] < minimum.population) | (planned < minimum.planned)
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


def _told(place: str) -> str:
    return place.replace("/", " / ")


def _invited(table: pd.DataFrame, passport: pd.DataFrame, rules: PopulationRules, wave: int) -> np.ndarray:
    place = key(table, rules.strata.levels[0])
    declared = passport.set_index(key(passport, rules.strata.levels[0])).reindex(place)
    wrong = np.flatnonzero((declared["population"].to_numpy() - table["population"].to_numpy()).round(3) != 0)
    if len(wrong):
        row = table.iloc[wrong[0]]
        raise MonitorError(
            "Margin that cannot be met: passport and population disagree",
            where=f"wave {wave}, {_told(place.iloc[wrong[0]])}",
            expected=f"{row['population']:.0f}   from population/{rules.counted_in}",
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
            expected=f"at least one respondent for {row['stratum_population']:.0f} persons   from {rules.counted_in}",
            got="0",
            hint="get answers from this group, or take it out of the population and say so in the publication",
        )
    many = table[table["stratum_respondents"] > table["stratum_population"]]
    if len(many):
        row = many.iloc[0]
        raise MonitorError(
            "More respondents than persons",
            where=f"wave {wave}, stratum {row['stratum']}",
            expected=f"at most the {row['stratum_population']:g} persons of strata.csv",
            got=f"{row['stratum_respondents']} respondents",
            hint="look for a function or province that is coded wrongly (corrections.yml), or mend the population",
        )
    lone = table[(table["stratum_respondents"] == 1) & (table["stratum_population"] > 1)]
    if len(lone) and rules.strata.lone_respondent == "error":
        row = lone.iloc[0]
        raise MonitorError(
            "Lone respondent",
            where=f"wave {wave}, stratum {row['stratum']}",
            expected=f"at least 2 respondents of {row['stratum_population']:.0f} persons, to see how they differ",
            got="1",
            hint="set lone_respondent to centre in config/population, or declare a coarser level",
        )
