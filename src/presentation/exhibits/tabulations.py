"""Tables of a sheet, each with its base, its source and the mark; what sets them stands in `tables`."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from great_tables import GT

from presentation import dutch, tables
from presentation.charts import Wording
from presentation.exhibits.pictures import not_asked
from presentation.factsheets import Sheet
from presentation.rows import Shown

_NOTHING = "geen"


def headline_table(sheet: Sheet, themes: Collection[int] = ()) -> Shown:
    """Headline figures (of `themes`, else all) beside those of the wave before, if any, and the comparator, if any.

    Where two waves are pooled, these stand in the place of the wave before, which is one of them.
    """
    headline = [name for theme in themes or sheet.results.themes for name in sheet.headlines(theme)]
    words, pooled = notes(sheet), sheet.pooled
    pooled = pooled[pooled["indicator"].isin(headline)]
    waves = sheet.waves[-2:] if pooled.empty else [sheet.wave]
    rows = sheet.rows(headline, waves=waves, domains=sheet.both)
    if not sheet.whole and (len(waves) == 1 or sheet.apart):
        rows = rows[rows["wave"] == sheet.wave]
        return Shown(tables.estimates(rows, words, id="cijfers", stub="label", stubhead="Onderwerp"), rows)
    if not sheet.whole:
        return Shown(tables.change(rows, sheet.comparisons(str(waves[0])), words, id="cijfers"), rows)
    sides = {"subject": sheet.domain, "comparator": sheet.whole}
    made = tables.overview(rows, sheet.comparisons(), words, id="cijfers", waves=waves, pooled=pooled, **sides)
    told = pooled.assign(wave=pooled["waves"].map(dutch.waves))
    return Shown(made, pd.concat([rows, told], ignore_index=True) if len(pooled) else rows)


def beside(sheet: Sheet, indicators: list[str], domains: list[str], name: str) -> Shown:
    """Indicators, or their answers, as lines and groups as columns of a table called `name`; of the wave only.

    The answer that nothing is so is left out: another indicator counts its opposite.
    """
    asked = [indicator for indicator in indicators if sheet.asks(indicator)]
    rows = sheet.rows(asked, domains=domains)
    rows = rows[rows["answer"] != _NOTHING].reset_index(drop=True)
    named = zip(rows["indicator"], rows["answer"], strict=True)
    rows["answer_label"] = [sheet.label(*pair) if pair[1] else "" for pair in named]
    rows["base"] = [sheet.base(indicator) for indicator in rows["indicator"]]
    return Shown(tables.beside(rows, notes(sheet), id=name), rows)


def group_table(sheet: Sheet, indicator: str) -> Shown:
    """One indicator for every group, as figures."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    rows = sheet.rows([indicator], domains=[sheet.domain, *sheet.parts]).assign(base="")
    words = notes(sheet, f"Basis: wie tot de genoemde groep hoort, {sheet.period}.")
    return Shown(tables.estimates(rows, words, id=f"groepen-{indicator}", stub="group", stubhead="Groep"), rows)


def answer_table(sheet: Sheet, indicator: str) -> Shown:
    """The answers to one question, as figures."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    words = notes(sheet, sheet.base_line(indicator))
    rows = sheet.rows([indicator])
    return Shown(
        tables.estimates(rows, words, id=f"antwoorden-{indicator}", stub="answer_label", stubhead="Antwoord"), rows
    )


def signs_table() -> GT:
    """What the signs and marks mean."""
    return tables.signs(id="tekens")


def notes(sheet: Sheet, base: str = "") -> Wording:
    """The words below a table: base where its lines have one, source and mark."""
    settings = sheet.results.settings
    return Wording("", base, f"Bron: {settings.name(sheet.wave)}.", settings.mark)
