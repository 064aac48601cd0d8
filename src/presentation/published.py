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
    estimates. Returns indicator, answer, wave, domain, published, percent, low, high (0-100, whole), `within`: whether
    the published figure lies within the interval, rounding included, and `links`: a list in Markdown of where it stood.
    Withheld figures are left out.
    """
    domain = published["group"].map(counterparts["groups"])
    known = published.assign(ours=counterpart(published, counterparts["indicators"]), domain=domain)
    known = known[known["base"] != "unknown"].dropna(subset=["ours", "domain"])
    ids = known["ours"] + "|" + known["wave"].astype(str) + "|" + known["domain"]
    both = known.assign(id=ids).rename(columns={"percent": "published"})[["id", "published", "source"]]
    table = both.merge(figures.reset_index(drop=True), on="id").dropna(subset=["percent", "low", "high"])
    within = (table["published"] >= table["low"]) & (table["published"] <= table["high"])
    columns = ["indicator", "answer", "wave", "domain", "published", "percent", "low", "high"]
    links = table["source"].map(lambda source: _links(source, counterparts["pages"]))
    return table[columns].assign(within=within.astype(bool), links=links).reset_index(drop=True)


def _links(source: str, pages: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What a source names ("site what; site"), each a link: to its page where `pages` has it, else its site."""
    named = [part.partition("(")[0].strip() for part in source.split(";")]
    sites = {name: {"title": name, "address": f"https://{name.split()[0]}"} for name in named}
    return ["[{title}]({address})".format(**{**sites, **pages}[name]) for name in named]


def counterpart(published: pd.DataFrame, indicators: Mapping[str, str | Mapping[int, str]]) -> pd.Series:
    """Our figure for each published row, missing where there is none; by wave where the question changed.

    A name by wave holds from the wave that it is given for until a later one.
    """
    ours = []
    for name, wave in zip(published["indicator"], published["wave"], strict=True):
        named = indicators.get(name)
        ours.append(in_force(named, wave) if isinstance(named, Mapping) else named)
    return pd.Series(ours, index=published.index, dtype=object)
