"""The synthetic online panel: employees of each layer, invited anew in every wave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fieldwork.officeholders import pseudonyms
from fieldwork.population import share_out
from fieldwork.randomness import stream
from fieldwork.settings import Shares, Survey

_LAYER = ["wave", "layer", "population"]


def panel(population: pd.DataFrame, survey: Survey, seed: int) -> dict[int, pd.DataFrame]:
    """Invite panel members: as many of each layer and wave as generator.yml's `panel` says, nobody twice.

    `population` has wave, layer and population (persons). Returns per wave a row per invited member: person, respondent
    (pseudonym), layer and the background, whose shares within a layer are met to the nearest person.
    """
    layers = population.loc[[row.layer in survey.response.panel[row.wave] for row in population.itertuples()], _LAYER]
    sizes = [survey.response.panel[row.wave][row.layer] for row in layers.itertuples()]
    members = layers.loc[layers.index.repeat(sizes), ["wave", "layer"]].reset_index(drop=True)
    members["person"] = np.arange(len(members))
    members["respondent"] = pseudonyms(survey.numbers, len(members), seed)[members["person"]]
    for name, shares in survey.background.items():
        for (wave, layer), rows in members.groupby(["wave", "layer"]).groups.items():
            counts = share_out(np.array(list(shares.values())), len(rows))
            order = stream(seed, name, wave, layer).permutation(len(rows))
            members.loc[rows, name] = np.repeat(list(shares), counts)[order]
    return {int(wave): rows.drop(columns="wave").reset_index(drop=True) for wave, rows in members.groupby("wave")}


def crossed(population: pd.DataFrame, background: dict[str, Shares]) -> pd.DataFrame:
    """Split every row of the population by background, as if its parts were independent: adds `count` (persons)."""
    cells = population.assign(count=population["population"].astype(float))
    for name, shares in background.items():
        total = sum(shares.values())
        cells = cells.merge(pd.DataFrame({name: list(shares), "share": np.array(list(shares.values())) / total}), how="cross")
        cells = cells.assign(count=cells["count"] * cells["share"]).drop(columns="share")
    return cells.drop(columns="population")
