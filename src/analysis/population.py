"""The population of a wave: its cells, the groups made from them, and the margins that weights must meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError

Names = Annotated[tuple[str, ...], Field(min_length=1)]
MISSING = ("dont_know", "refused", "no_answer", "routed_out", "not_asked")


class Margin(Declared):
    """A cross of variables whose population totals the weights must meet, and how sure those totals are."""

    id: str
    variables: Names
    certainty: Literal["known", "estimated"]
    reference: str
    source: str


class Grouping(Declared):
    """A variable made from another one: per group the values of the variable `of` that it holds."""

    of: str
    values: dict[str, tuple[str, ...]]


class Minimum(Declared):
    """Counts below which a stratum is taken together with others; `planned` are respondents expected beforehand."""

    population: float = Field(ge=0, allow_inf_nan=False)
    planned: float = Field(ge=0, allow_inf_nan=False)
    respondents: int = Field(ge=0)


class Strata(Declared):
    """The crosses that define strata, from fine to coarse, and when a stratum goes from one to the next.

    `planned_response` is the share (0-1) of the invited that was expected to answer.
    """

    levels: tuple[Names, ...] = Field(min_length=1)
    minimum: Minimum
    planned_response: float = Field(gt=0, le=1)
    lone_respondent: Literal["centre", "error"]

    @property
    def coarsest(self) -> str:
        """The variable whose categories are never taken together."""
        return self.levels[-1][0]


class PopulationRules(Declared):
    """What people decided about the population of one survey: config/population/<survey>.yml.

    `counted_in` is the file of data/raw/population with its units (persons, organisations) per wave and cell.
    """

    counted_in: str
    margins: tuple[Margin, ...]
    groups: dict[str, Grouping] = Field(default_factory=dict)
    strata: Strata

    @property
    def variables(self) -> set[str]:
        """What has to be known of respondents and population: the variables of strata and margins, before grouping."""
        crosses = [*self.strata.levels, *(margin.variables for margin in self.margins)]
        return {self.groups[name].of if name in self.groups else name for cross in crosses for name in cross}


def read_rules(path: Path) -> PopulationRules:
    """Read the rules of a survey; raises MonitorError with the field that is missing, misspelt or out of its type."""
    return read_declared(path, PopulationRules)


def by_wave(rows: pd.DataFrame, needed: Iterable[str]) -> list[tuple[int, pd.DataFrame]]:
    """The rows of every wave of a survey, from the first wave on.

    Raises MonitorError where there are none, a column that is `needed` is not among them, a wave is no whole number,
    or a respondent stands twice in a wave: who stands twice is two persons, and nothing would show it.
    """
    _check_columns(rows, {"wave", "respondent", *needed}, "respondents")
    if rows.empty or pd.api.types.infer_dtype(rows["wave"]) != "integer":
        got = f"{rows['wave'].iloc[0]!r}" if len(rows) else "no rows"
        hint = "look at the delivery, or at what was left out before"
        expected = "rows of at least one wave, a whole number such as 2024"
        raise MonitorError("Respondents of no wave", where="column wave", expected=expected, got=got, hint=hint)
    _check_once(rows, ["wave", "respondent"], "respondents", "or give each of them a name of their own")
    return [(int(str(wave)), part) for wave, part in rows.groupby("wave", sort=True)]


def _check_columns(frame: pd.DataFrame, needed: Iterable[str], where: str) -> None:
    lacking, there = sorted({*needed} - {*frame}), ", ".join(map(str, frame)) or "no columns"
    if lacking:
        hint = "mend the name of the column, or the rules of config/population that need it"
        raise MonitorError("Missing columns", where=where, expected=", ".join(lacking), got=there[:200], hint=hint)


def _check_once(rows: pd.DataFrame, columns: list[str], where: str, hint: str) -> None:
    twice = rows[rows.duplicated(columns)]
    if len(twice):
        raise MonitorError(
            "Rows that stand twice",
            where=f"{where}, {' / '.join(map(str, twice[columns].iloc[0]))}",
            expected=f"one row per {' x '.join(columns)}",
            got=f"{len(twice)} rows too many",
            hint=f"take out rows that were added twice: each would count; {hint}",
        )


def with_groups(frame: pd.DataFrame, rules: PopulationRules) -> pd.DataFrame:
    """Add the group variables of the rules to a frame that holds the variables they are made from.

    A missing answer stays what it is. Raises MonitorError for a value that no group names.
    """
    added = {}
    for name, grouping in rules.groups.items():
        group_of = {value: group for group, values in grouping.values.items() for value in values}
        made_from = frame[grouping.of].astype(object)
        values = made_from.map({**{missing: missing for missing in MISSING}, **group_of}).fillna("")
        if (values == "").any():
            raise MonitorError(
                "Value without a group",
                where=f"config/population, groups, {name}",
                expected=f"a group for every {grouping.of}",
                got=", ".join(sorted(made_from[values == ""].astype(str).unique())),
                hint="add the value to one of the groups, or mend it in the data",
            )
        added[name] = values
    return frame.assign(**added)


def cells(strata: pd.DataFrame, wave: int, rules: PopulationRules) -> pd.DataFrame:
    """Population of one wave per cell of its survey, and per gender where women are counted, with the group variables.

    Parameters: `strata`, rows of `rules.counted_in` (population and women as numbers; the other columns make the cell).
    Returns one row per cell with `population` > 0 as a float. Raises MonitorError when the wave has no rows, a column
    or a number is missing, a cell stands twice, or there are more women than persons.
    """
    told = {"gender"} if "women" in strata else set()
    _check_columns(strata, {"wave", "layer", "population", *rules.variables} - told, f"population/{rules.counted_in}")
    rows = strata[strata["wave"] == wave]
    cell = [str(name) for name in strata if name not in ("wave", "population", "women")]
    where = f"population/{rules.counted_in}, wave {wave}"
    if rows.empty:
        raise MonitorError(
            "Wave without a population",
            where=where,
            expected=f"at least one row per {rules.strata.coarsest}",
            got=f"rows for {', '.join(str(w) for w in sorted(strata['wave'].unique()))}",
            hint="add the population of the wave",
        )
    _check_once(rows, cell, where, "or name what makes their cells differ")
    counted = rows["women"] if "women" in rows else rows["population"] * 0
    wrong = rows[~((counted >= 0) & (counted <= rows["population"]))]  # a missing number is wrong too
    if len(wrong):
        row = wrong.iloc[0]
        raise MonitorError(
            "Margin that cannot be met: gender",
            where=f"{where}, {' / '.join(row[cell])}",
            expected=f"between 0 and {row['population']} women",
            got=f"{counted.loc[wrong.index[0]]:g}",
            hint="mend the number of women or the population of this cell",
        )
    if "women" not in rows:
        return with_groups(rows.loc[rows["population"] > 0, [*cell, "population"]].reset_index(drop=True), rules)
    women = rows[cell].assign(gender="vrouw", population=rows["women"].astype(float))
    men = rows[cell].assign(gender="man", population=(rows["population"] - rows["women"]).astype(float))
    both = pd.concat([women, men], ignore_index=True)
    return with_groups(both[both["population"] > 0].reset_index(drop=True), rules)


def key(frame: pd.DataFrame, variables: tuple[str, ...]) -> pd.Series:
    """One text per row that names its category of a cross: the values joined by a slash, without "nvt" parts."""
    joined = frame[variables[0]].astype(str)
    for variable in variables[1:]:
        value = frame[variable].astype(object)
        joined = joined.where(value == "nvt", joined + "/" + value)
    return joined


def check_placed(respondents: pd.DataFrame, cells: pd.DataFrame, rules: PopulationRules, wave: int) -> None:
    """Hold the background of every respondent against the cells of the population: function, province and size class.

    Parameters: `respondents`, rows of one wave; `cells`, its population. An open answer contradicts nothing. Raises
    MonitorError for respondents in a place where the population has nobody, a raadslid without a gemeente.
    """
    apart = ("gender", "population", *rules.groups)
    place = [str(name) for name in cells if name not in apart and name in respondents]
    there = respondents[place].astype(object)
    known = there[~there.isin(MISSING).any(axis=1)]
    places = known.value_counts()
    strange = places.index.difference(pd.MultiIndex.from_frame(cells[place]))
    if len(strange):
        told = [" / ".join(map(str, one)) for one in strange]
        raise MonitorError(
            "Respondents outside the population",
            where=f"wave {wave}, {' x '.join(place)} {told[0]}",
            expected=f"a row of {rules.counted_in} for every {' x '.join(place)} that occurs",
            got=f"{int(places[strange].sum())} respondents in {', '.join(told[:5])}"
            + (f" and {len(told) - 5} more such places" if len(told) > 5 else ""),
            hint=f"mend {' or '.join(place)} in the delivery (corrections.yml), or add the population",
        )


def totals(cells: pd.DataFrame, margin: Margin) -> pd.Series:
    """Persons in the population per category of a margin, in a fixed order."""
    return cells.groupby(key(cells, margin.variables))["population"].sum().sort_index()


def membership(respondents: pd.DataFrame, cells: pd.DataFrame, margin: Margin, within: str = "function") -> np.ndarray:
    """Category membership of each respondent, n x categories, every row adding up to 1.

    A respondent who did not answer a variable of the margin gets the shares of the population with the same `within`:
    nobody is dropped from the weights for leaving a background question open. Raises MonitorError for a respondent in a
    category that has no population.
    """
    categories = totals(cells, margin).index
    unknown = respondents[list(margin.variables)].isin(MISSING).any(axis=1).to_numpy()
    codes = categories.get_indexer(pd.Index(key(respondents, margin.variables)))
    outside = (codes < 0) & ~unknown
    if outside.any():
        strange = sorted(key(respondents, margin.variables)[outside].astype(str).unique())
        raise MonitorError(
            f"Respondents in a category without a population: {margin.id}",
            where=f"margin {margin.id} ({' x '.join(margin.variables)})",
            expected=", ".join(categories),
            got=f"{int(outside.sum())} respondents in {', '.join(strange)}",
            hint="mend the value in the delivery (corrections.yml), or add its population (data/raw/population)",
        )
    matrix = np.zeros((len(respondents), len(categories)))
    matrix[np.flatnonzero(~unknown), codes[~unknown]] = 1.0
    if unknown.any():
        persons = cells.pivot_table("population", within, key(cells, margin.variables), "sum", fill_value=0.0)
        shares = persons.div(persons.sum(axis=1), axis=0)[list(categories)]
        matrix[unknown] = shares.loc[respondents.loc[unknown, within]].to_numpy()
    return matrix


def check_met(
    reached: np.ndarray,
    target: np.ndarray,
    labels: Sequence[str],
    where: str,
    hint: str,
    tolerance: float,
    title: str = "Margin that cannot be met",
) -> None:
    """Hold weighted totals against those of the population; raises MonitorError with the one that is furthest off."""
    error = np.abs(reached - target) / np.maximum(target, 1.0)
    worst = int(error.argmax())
    if not error[worst] <= tolerance:
        raise MonitorError(
            f"{title}: {labels[worst].split(' ')[0]}",
            where=f"{where}, margin {labels[worst]}",
            expected=f"{target[worst]:.2f} persons",
            got=f"{reached[worst]:.2f}",
            hint=hint,
        )
