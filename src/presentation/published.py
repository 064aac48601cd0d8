"""The figures that the ministry published, beside ours: how near the example data come to what is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.questionnaire import in_force


def beside_published(
    published: pd.DataFrame, counterparts: Mapping[str, Mapping[str, Any]], figures: pd.DataFrame
) -> pd.DataFrame:
    """Set each published figure that has a counterpart beside ours.

    Parameters: `published`, rows of published_figures.csv; `counterparts`, config/published.yml; `figures`, publishable
    estimates. Returns indicator, answer, wave, domain, source, published, percent, low, high (0-100, whole), and
    `within`: whether the published figure lies within the interval, rounding included. Withheld figures are left out.
    """
    domain = published["group"].map(counterparts["groups"])
    known = published.assign(ours=counterpart(published, counterparts["indicators"]), domain=domain)
    known = known[known["base"] != "unknown"].dropna(subset=["ours", "domain"])
    ids = known["ours"] + "|" + known["wave"].astype(str) + "|" + known["domain"]
    both = known.assign(id=ids).rename(columns={"percent": "published"})[["id", "published", "source"]]
    table = both.merge(figures.reset_index(drop=True), on="id").dropna(subset=["percent", "low", "high"])
    within = (table["published"] >= table["low"]) & (table["published"] <= table["high"])
    columns = ["indicator", "answer", "wave", "domain", "published", "percent", "low", "high", "source"]
    return table[columns].assign(within=within.astype(bool)).reset_index(drop=True)


def counterpart(published: pd.DataFrame, indicators: Mapping[str, str | Mapping[int, str]]) -> pd.Series:
    """Our figure for each published row, missing where there is none; by wave where the question changed.

    A name by wave holds from the wave that it is given for until a later one.
    """
    ours = []
    for name, wave in zip(published["indicator"], published["wave"], strict=True):
        named = indicators.get(name)
        ours.append(in_force(named, wave) if isinstance(named, Mapping) else named)
    return pd.Series(ours, index=published.index, dtype=object)
