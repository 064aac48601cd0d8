"""The synthetic online panel: employees of each layer, invited anew in every wave."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.errors import MonitorError
from fieldwork.officeholders import pseudonyms
from fieldwork.population import STRATA_FILES, share_out
from fieldwork.randomness import stream
from fieldwork.settings import Divided, Shares, Survey


def panel(population: pd.DataFrame, survey: Survey, seed: int) -> dict[int, pd.DataFrame]:
    """Invite panel members: as many of each layer and wave as generator.yml's `panel` says, nobody twice.

    `population` has wave, layer and population (persons). Returns per wave a row per invited member: person, respondent
    (pseudonym), layer and the background, whose shares within a layer are met to the nearest person. Raises
    MonitorError for a layer without a population.
    """
    rows = []
    for wave, layers in survey.response.panel.items():
        for layer, size in layers.items():
            _check_population(wave, layer, population)
            member = pd.DataFrame({"wave": wave, "layer": layer}, index=range(size))
            for name, shares in survey.background.items():
                divided = isinstance(shares, Divided)
                for level, mine in shares.shares.items() if divided else [("", shares)]:
                    who = member.index[member[shares.by] == level] if divided else member.index
                    counts = share_out(np.array(list(mine.values())), len(who))
                    order = stream(seed, name, wave, layer, *([level] if divided else [])).permutation(len(who))
                    member.loc[who, name] = np.repeat(list(mine), counts)[order]
            rows.append(member)
    members = pd.concat(rows, ignore_index=True)
    members["person"] = np.arange(len(members))
    members["respondent"] = pseudonyms(survey.numbers, len(members), seed)[members["person"]]
    return {wave: members[members["wave"] == wave].drop(columns="wave").reset_index(drop=True) for wave in survey.waves}


def _check_population(wave: int, layer: str, population: pd.DataFrame) -> None:
    if not ((population["wave"] == wave) & (population["layer"] == layer)).any():
        raise MonitorError(
            "Panel without a population",
            where=f"generator.yml, response.panel, {wave}, {layer}",
            expected=f"a row of {STRATA_FILES['employees']} for the wave and the layer",
            got="none",
            hint="add the population to population_per_wave.csv and make the data, or take the layer out of the panel",
        )


def crossed(population: pd.DataFrame, background: Mapping[str, Shares | Divided]) -> pd.DataFrame:
    """Split every row of the population by background, independent but where one is divided by another.

    Adds `count` (persons).
    """
    cells = population.assign(count=population["population"].astype(float))
    for name, shares in background.items():
        divided = isinstance(shares, Divided)
        levels = shares.shares if divided else {"": shares}
        table = pd.DataFrame(
            [
                {"level": level, name: answer, "share": share / sum(mine.values())}
                for level, mine in levels.items()
                for answer, share in mine.items()
            ]
        )
        cells = cells.assign(level=cells[shares.by] if divided else "").merge(table, on="level").drop(columns="level")
        cells = cells.assign(count=cells["count"] * cells["share"]).drop(columns="share")
    return cells.drop(columns="population")
