"""The population of a wave: its cells, the groups made from them, and the margins that weights must meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import yaml

from analysis.errors import MonitorError

CELL = ["function", "province", "size_class"]
MISSING = ("dont_know", "refused", "no_answer", "routed_out", "not_asked")


@dataclass(frozen=True)
class Margin:
    """A cross of variables whose population totals the weights must meet, and how sure those totals are."""

    id: str
    variables: tuple[str, ...]
    certainty: Literal["known", "estimated"]
    reference: str
    source: str


@dataclass(frozen=True)
class PopulationRules:
    """What people decided about the population: margins, groups made from a variable, and when strata are merged.

    `groups` holds per new variable the variable it is made from and, per value of that one, the group. `levels` are
    the crosses that define strata, from fine to coarse; `minimum_*` are counts of persons below which a stratum goes to
    the next level.
    """

    margins: tuple[Margin, ...]
    groups: Mapping[str, tuple[str, Mapping[str, str]]]
    levels: tuple[tuple[str, ...], ...]
    minimum_population: float
    minimum_invited: float
    minimum_respondents: int
    lone_respondent: Literal["centre", "error"]


def read_rules(path: Path) -> PopulationRules:
    """Read population.yml."""
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    groups = {
        name: (group["of"], {value: key for key, values in group["values"].items() for value in values})
        for name, group in config["groups"].items()
    }
    strata = config["strata"]
    return PopulationRules(
        margins=tuple(Margin(**{**row, "variables": tuple(row["variables"])}) for row in config["margins"]),
        groups=groups,
        levels=tuple(tuple(level) for level in strata["levels"]),
        minimum_population=strata["minimum"]["population"],
        minimum_invited=strata["minimum"]["invited"],
        minimum_respondents=strata["minimum"]["respondents"],
        lone_respondent=strata["lone_respondent"],
    )


def with_groups(frame: pd.DataFrame, rules: PopulationRules) -> pd.DataFrame:
    """Add the group variables of the rules to a frame that holds the variables they are made from.

    A missing answer stays what it is. Raises MonitorError for a value that no group names.
    """
    added = {}
    for name, (variable, group_of) in rules.groups.items():
        values = frame[variable].map(
            lambda value, group_of=group_of: group_of.get(value, value if value in MISSING else "")
        )
        if (values == "").any():
            raise MonitorError(
                "Value without a group",
                where=f"population.yml, groups, {name}",
                expected=f"a group for every {variable}",
                got=", ".join(sorted(frame.loc[values == "", variable].unique())),
                hint="add the value to one of the groups, or mend it in the data",
            )
        added[name] = values
    return frame.assign(**added)


def cells(strata: pd.DataFrame, wave: int, rules: PopulationRules) -> pd.DataFrame:
    """Population of one wave per function x province x size class x gender, with the group variables.

    Parameters: `strata`, rows of strata.csv (population and women as numbers of persons). Returns one row per cell with
    `population` > 0 as a float. Raises MonitorError when the wave has no rows or more women than persons.
    """
    rows = strata[strata["wave"] == wave]
    if rows.empty:
        raise MonitorError(
            "Wave without a population",
            where=f"population/strata.csv, wave {wave}",
            expected="at least one row per function",
            got=f"rows for {', '.join(str(w) for w in sorted(strata['wave'].unique()))}",
            hint="add the population of the wave",
        )
    wrong = rows[(rows["women"] < 0) | (rows["women"] > rows["population"])]
    if len(wrong):
        row = wrong.iloc[0]
        raise MonitorError(
            "Margin that cannot be met: gender",
            where=f"population/strata.csv, wave {wave}, {' / '.join(row[CELL])}",
            expected=f"between 0 and {row['population']} women",
            got=f"{row['women']:g}",
            hint="mend the number of women or the population of this cell",
        )
    women = rows[CELL].assign(gender="vrouw", population=rows["women"].astype(float))
    men = rows[CELL].assign(gender="man", population=(rows["population"] - rows["women"]).astype(float))
    both = pd.concat([women, men], ignore_index=True)
    return with_groups(both[both["population"] > 0].reset_index(drop=True), rules)


def key(frame: pd.DataFrame, variables: tuple[str, ...]) -> pd.Series:
    """One text per row that names its category of a cross: the values joined by a slash, without "nvt" parts."""
    joined = frame[variables[0]].astype(str)
    for variable in variables[1:]:
        joined = joined.where(frame[variable] == "nvt", joined + "/" + frame[variable])
    return joined


def totals(cells: pd.DataFrame, margin: Margin) -> pd.Series:
    """Persons in the population per category of a margin, in a fixed order."""
    return cells.groupby(key(cells, margin.variables))["population"].sum().sort_index()


def membership(respondents: pd.DataFrame, cells: pd.DataFrame, margin: Margin) -> np.ndarray:
    """Category membership of each respondent, n x categories, every row adding up to 1.

    A respondent who did not answer a variable of the margin gets the shares of the population with the same function:
    nobody is dropped from the weights for leaving a background question open. Raises MonitorError for a respondent in a
    category that has no population.
    """
    categories = totals(cells, margin).index
    unknown = respondents[list(margin.variables)].isin(MISSING).any(axis=1).to_numpy()
    codes = categories.get_indexer(pd.Index(key(respondents, margin.variables)))
    outside = (codes < 0) & ~unknown
    if outside.any():
        strange = sorted(key(respondents, margin.variables)[outside].unique())
        raise MonitorError(
            f"Respondents in a category without a population: {margin.id}",
            where=f"margin {margin.id} ({' x '.join(margin.variables)})",
            expected=", ".join(categories),
            got=f"{int(outside.sum())} respondents in {', '.join(strange)}",
            hint="mend the value in the delivery (corrections.yml), or add its population to strata.csv",
        )
    matrix = np.zeros((len(respondents), len(categories)))
    matrix[np.flatnonzero(~unknown), codes[~unknown]] = 1.0
    if unknown.any():
        persons = cells.pivot_table("population", "function", key(cells, margin.variables), "sum", fill_value=0.0)
        shares = persons.div(persons.sum(axis=1), axis=0)[list(categories)]
        matrix[unknown] = shares.loc[respondents.loc[unknown, "function"]].to_numpy()
    return matrix
