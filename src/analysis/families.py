"""Families of comparisons, and the breaks that no comparison crosses: the rows of families.yml and breaks.csv."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError
from analysis.indicators import Codebook, Indicator, variables_of
from analysis.questionnaire import COUNTED

EVERYTHING = "all"
KINDS = {
    "question": "andere vraag",
    "population": "andere groep",
    "mode": "andere werkwijze",
    "reference period": "andere periode",
    "frame": "andere adressen",
}
WORDING = "wording"  # of a row that cuts nothing: other words for the same question, with why its series goes on


Compared = Literal["wave", "whole", "trend"]
Chance = Annotated[float, Field(gt=0, lt=1)]
Points = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Family(Declared):
    """Comparisons that are made and corrected together; the fields are explained at the head of families.yml."""

    id: str
    kind: Compared
    together: tuple[str, ...]
    against: Literal["previous", "first", ""] = ""
    dimension: str = ""
    reference: str = ""
    indicators: Literal["all", "headline", "other"] = "all"

    def holds(self, indicator: Indicator) -> bool:
        """Whether comparisons of this indicator belong to the family."""
        return {"all": True, "headline": indicator.headline, "other": not indicator.headline}[self.indicators]

    def names(self, rows: pd.DataFrame) -> pd.Series:
        """The family of tests of each row: those of a survey that are alike in `together` are corrected together."""
        named = rows["survey"].map(lambda survey: "" if survey == COUNTED else f"{survey}:") + self.id
        for column in self.together:
            named += "|" + rows[column].astype(str)
        return named


class Minimum(Declared):
    """Respondents on both sides and degrees of freedom below which there is no verdict."""

    respondents: int = Field(ge=0)
    df: int = Field(ge=0)


class Families(Declared):
    """All families, with what they share: config/families.yml.

    `error_rate` is the chance of any false verdict in a family, `power` the chance with which the smallest demonstrable
    difference is found, `relevant` a difference in percentage points (0-100) per kind of comparison. `persons` names,
    per survey, the variable that is the same for the same person in every wave; a survey without one is not named.
    """

    error_rate: Chance
    power: Chance
    relevant: dict[Compared, Points] = Field(min_length=3)
    minimum: Minimum
    persons: dict[str, str] = Field(default_factory=dict)
    families: tuple[Family, ...]


def read_families(path: Path) -> Families:
    """Read families.yml; raises MonitorError with the field that is missing, misspelt or out of its type."""
    return read_declared(path, Families)


def read_breaks(path: Path) -> pd.DataFrame:
    """Read breaks.csv: survey, variable_or_indicator, wave from which it holds, kind (WORDING cuts nothing), why."""
    return pd.read_csv(path, dtype={"wave": int}, keep_default_na=False)


def broken_waves(
    breaks: pd.DataFrame, survey: str, indicators: Sequence[Indicator], codebook: Codebook, waves: Iterable[int]
) -> dict[str, dict[int, str]]:
    """Per indicator the waves, of those of the monitor, at which its series breaks, with the word for its first kind.

    A series breaks by the indicator itself, by a variable, or by the indicator of its base.

    A break of `all` (another frame, mode or population) cuts every indicator, a row of WORDING none. Raises
    MonitorError for a break of something that is neither a variable nor an indicator, at no wave, or of a kind that a
    chart has no word for.
    """
    by_id = {indicator.id: indicator for indicator in indicators}
    mine = breaks[breaks["survey"] == survey]
    known = {EVERYTHING, *by_id, *codebook, *(name.split("__")[0] for name in codebook)}
    for column, names in {"variable_or_indicator": known, "kind": {*KINDS, WORDING}, "wave": set(waves)}.items():
        for name in set((mine if names is known else breaks)[column]) - names:
            raise MonitorError(
                f"Break of an unknown {column.replace('_', ' ')}",
                where="breaks.csv",
                expected=f"one of {', '.join(sorted(map(str, names)))}",
                got=str(name),
                hint="mend it, or add the question to the questionnaire or the wave to monitor.yml",
            )
    broken, mine = {}, mine[mine["kind"] != WORDING]
    for indicator in indicators:
        own = mine[mine["variable_or_indicator"].isin([EVERYTHING, *variables_of(indicator, by_id, codebook)])]
        first = own.drop_duplicates("wave").sort_values("wave")
        broken[indicator.id] = {int(wave): KINDS[kind] for wave, kind in zip(first["wave"], first["kind"], strict=True)}
    return broken


def comparable(wave: int, reference: int, broken: Iterable[int]) -> bool:
    """Whether no break lies between two waves."""
    return not any(min(wave, reference) < at <= max(wave, reference) for at in broken)
