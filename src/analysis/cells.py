"""Cells: respondents who are alike in every group that is published, and what they answered, counted.

What protection works on, and what the audit grants its attacker: who took part, in which groups and with which weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.design import Design
from analysis.indicators import Codebook, Indicator, measure


def cells(
    designs: Mapping[int, Design], indicators: Sequence[Indicator], codebook: Codebook, variables: Sequence[str]
) -> pd.DataFrame:
    """How many of each cell answered a question (n) and said yes (yes): one row per wave, cell, indicator and answer.

    A cell holds the respondents of one wave with the same weight and the same values of `variables`, which stand beside
    it as columns. Columns: survey, wave, cell (numbered within its wave), one per variable, weight, size (respondents),
    indicator, answer, n, yes. Means and ratios are left out: nobody says yes to them. Cells in which nobody answered
    have no row.
    """
    frames = []
    for wave, design in designs.items():
        measures = measure(design.respondents, indicators, codebook, wave)
        alike = design.respondents[list(variables)].astype(str).assign(weight=design.weight.round(9))
        numbered = alike.groupby([*variables, "weight"], sort=True).ngroup().to_numpy()
        sizes = np.bincount(numbered)
        heads = alike.assign(cell=numbered, size=sizes[numbered]).drop_duplicates("cell").sort_values("cell")
        inside = np.zeros((len(heads), len(numbered)))
        inside[numbered, np.arange(len(numbered))] = 1
        n, yes = (np.rint(inside @ table).astype(int) for table in (measures.valid, measures.values))
        for key, (indicator, answer) in enumerate(measures.keys):
            if key not in measures.scored:
                counted = heads.assign(indicator=indicator, answer=answer, n=n[:, key], yes=yes[:, key])
                frames.append(counted[counted["n"] > 0].assign(wave=wave))
    survey = next(iter(designs.values())).respondents["survey"].iloc[0]
    made = pd.concat(frames, ignore_index=True).assign(survey=survey)
    return made[["survey", "wave", "cell", *variables, "weight", "size", "indicator", "answer", "n", "yes"]]
