"""The figures that the ministry published, beside ours: how near the example data come to what is known."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def beside_published(
    published: pd.DataFrame, counterparts: Mapping[str, Mapping[str, str]], figures: pd.DataFrame
) -> pd.DataFrame:
    """Set each published figure that has a counterpart beside ours.

    Parameters: `published`, rows of published_figures.csv; `counterparts`, config/published.yml; `figures`, publishable
    estimates. Returns indicator, answer, wave, domain, source, published, percent, low, high (0-100, whole), and
    `within`: whether the published figure lies within the interval, rounding included. Withheld figures are left out.
    """
    known = published.assign(
        ours=published["indicator"].map(counterparts["indicators"]),
        domain=published["group"].map(counterparts["groups"]),
    )
    known = known[known["base"] != "unknown"].dropna(subset=["ours", "domain"])
    ids = known["ours"] + "|" + known["wave"].astype(str) + "|" + known["domain"]
    both = known.assign(id=ids).rename(columns={"percent": "published"})[["id", "published", "source"]]
    table = both.merge(figures.reset_index(drop=True), on="id").dropna(subset=["percent", "low", "high"])
    within = (table["published"] >= table["low"]) & (table["published"] <= table["high"])
    columns = ["indicator", "answer", "wave", "domain", "published", "percent", "low", "high", "source"]
    return table[columns].assign(within=within.astype(bool)).reset_index(drop=True)
