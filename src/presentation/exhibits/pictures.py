"""Charts of a sheet, each with its finding, its base, its source and the mark; what draws them stands in `charts`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
from plotnine import ggplot

from analysis.groups import ALL_PROVINCES
from analysis.settings import project_root
from presentation import charts, dutch, palette
from presentation.charts import Wording, alt_text
from presentation.charts.picture import Picture
from presentation.factsheets import Sheet
from presentation.figure import read_figure
from presentation.rows import Shown

_FONTS = "_extensions/monitor/fonts"
_HALF = 50


def trend(sheet: Sheet, indicator: str, title: str = "") -> Shown:
    """An indicator over the waves, beside the comparator where the sheet has one.

    Without a `title` of its own it states the finding, as severity does.
    """
    rows = sheet.rows([indicator], waves=sheet.waves, domains=sheet.both)
    if rows.empty:
        return not_asked(sheet, indicator)
    words = _words(sheet, title or sheet.trend_finding(indicator), indicator)
    results = sheet.results
    breaks = {at: why for at, why in results.breaks[indicator].items() if at in sheet.waves[1:]}
    unasked = {at: results.unasked(indicator, at) for at in sheet.waves if not results.asked(indicator, at)}
    gaps = {"breaks": breaks, "unasked": unasked}
    sides = {"subject": sheet.domain, "comparator": sheet.whole}
    draw = partial(charts.trend, rows, words, waves=sheet.waves, **sides, **gaps)
    return _picture(draw, alt_text.trend(rows, words, sheet.domain, sheet.whole, **gaps), rows)


def against(sheet: Sheet, indicators: list[str]) -> Shown:
    """Indicators that share a base and were asked, the sheet's group beside its comparator, with the verdicts."""
    asked = [indicator for indicator in indicators if sheet.asks(indicator)]
    if not asked:
        return not_asked(sheet, *indicators)
    rows = sheet.rows(asked, domains=sheet.both)
    words = _words(sheet, sheet.summary(asked), asked[0], label=False)
    compared = sheet.comparisons(sheet.whole)
    draw = partial(charts.against, rows, compared, words, subject=sheet.domain, comparator=sheet.whole)
    return _picture(draw, alt_text.against(rows, compared, words, sheet.domain, sheet.whole), rows)


def breakdown(sheet: Sheet, indicator: str) -> Shown:
    """An indicator for the sheet's group and every group that target_groups.csv sets beside it."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    rows = sheet.rows([indicator], domains=[sheet.domain, *sheet.parts])
    words = _words(sheet, sheet.breakdown_finding(indicator), indicator)
    return _picture(partial(charts.breakdown, rows, words, whole=sheet.domain), alt_text.breakdown(rows, words), rows)


def bars(sheet: Sheet, indicator: str) -> Shown:
    """The answers to one question; where all of them have too few respondents or are withheld, that."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    rows = sheet.rows([indicator])
    drawn = _drawn_rows(rows)
    if (drawn["sign"] == "/").all():
        return _notice(sheet, sheet.label(indicator), f"Voor deze vraag zijn er {dutch.SIGNS['/']}.")
    if (drawn["sign"] == "x").all():
        return _notice(sheet, sheet.label(indicator), f"De antwoorden op deze vraag zijn {dutch.RECOGNISABLE}.")
    words = _words(sheet, sheet.answers_finding(indicator), indicator, label=False)
    return _picture(partial(charts.bars, drawn, words), alt_text.bars(drawn, words), rows)


def measures(sheet: Sheet, indicators: list[str]) -> Shown:
    """What the sheet's group has arranged, of indicators that share a base: a bar each, most first."""
    rows = sheet.rows([indicator for indicator in indicators if sheet.asks(indicator)])
    values = {row["indicator"]: read_figure(row) for row in rows.to_dict("records")}
    ordered = sorted(values, key=lambda name: -(values[name].reach if (p := values[name].percent) is None else p))
    rows = sheet.rows(ordered)
    most = sum((value.low or value.reach) > _HALF for value in values.values())
    n = len(ordered)
    many = {0: f"Geen van deze {n}", n: f"Alle {n}"}.get(most, f"{most} van deze {n}")
    words = _words(
        sheet,
        f"{many} maatregelen {'komen' if most > 1 else 'komt'} voor bij meer dan de helft van de {sheet.group.plural}",
        ordered[0],
        label=False,
    )
    return _picture(partial(charts.bars, rows, words), alt_text.bars(rows, words), rows)


def bars_of(sheet: Sheet, indicators: list[str]) -> Shown:
    """Indicators that share a base and were asked, as bars under the title of their theme."""
    asked = [indicator for indicator in indicators if sheet.asks(indicator)]
    if not asked:
        return not_asked(sheet, *indicators)
    rows = sheet.rows(asked)
    drawn = rows.assign(answer=rows["indicator"], answer_label=rows["label"])
    title = sheet.results.themes[sheet.results.indicators[asked[0]]["theme"]]
    words = _words(sheet, title, asked[0], label=False)
    return _picture(partial(charts.bars, drawn, words), alt_text.bars(drawn, words), rows)


def severity(sheet: Sheet, domains: list[str] | None = None, title: str = "") -> Shown:
    """Severity of the most recent incident, of everybody in the group; the parts add up to any aggression."""
    whole, parts = "any_aggression", "severity_all"
    if not sheet.asks(parts):
        return not_asked(sheet, parts)
    rows = sheet.rows([whole, parts], domains=domains or sheet.both)
    words = _words(sheet, title or sheet.severity_finding(), parts, label=False)
    made, drawn = sheet.results.indicators[parts], _drawn_rows(rows)
    unknown, thin = list(made["merge"]), made.get("thin", {})
    named = [name for name in sheet.results.in_order(parts, rows["answer"]) if name not in ("", made["routed_out"])]
    shades = palette.shades([name for name in named if name not in (*unknown, *thin)], unknown)
    fills = {name: next(shades[part] for part in thin.get(name, [name]) if part in shades) for name in named}
    return _picture(partial(charts.severity, drawn, words, fills), alt_text.severity(drawn, words, fills), rows)


def locate(sheet: Sheet) -> Picture:
    """Where the sheet's province lies."""
    province = sheet.domain.partition("=")[2]
    words = Wording(title="", subtitle="", source="", mark=sheet.results.settings.mark)
    draw = partial(charts.locate, sheet.results.tiles, province, words)
    return _drawn(draw, alt_text.locate(sheet.results.tiles, province))


def tile_map(sheet: Sheet, indicator: str) -> Shown:
    """An indicator in the twelve provinces, each with its verdict; provinces are not ranked."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    provinces = [domain for domain in sheet.domains("province") if domain != ALL_PROVINCES]
    rows = sheet.rows([indicator], domains=provinces)
    words = _words(sheet, sheet.provinces_finding(indicator), indicator, domain=ALL_PROVINCES)
    compared = sheet.results.comparisons.query("kind == 'whole' and wave == @sheet.wave and indicator == @indicator")
    draw = partial(charts.tile_map, rows, compared, sheet.results.tiles, words, comparator=ALL_PROVINCES)
    return _picture(draw, alt_text.tile_map(rows, compared, words, ALL_PROVINCES), rows)


def not_asked(sheet: Sheet, *indicators: str) -> Shown:
    """What stands where a chart or table would: that the wave did not ask it."""
    how = sheet.results.unasked(indicators[0], sheet.wave).removesuffix(" gevraagd")
    labels = dutch.listing([sheet.label(indicator) for indicator in indicators])
    return _notice(sheet, labels, f"Deze vraag is in deze meting {how} gesteld.")


def _drawn_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows without the answers that are shown together: what they are together stands in their place."""
    return rows[rows["together"] == ""].reset_index(drop=True)


def _notice(sheet: Sheet, title: str, why: str) -> Shown:
    words = Wording(title, why, "", sheet.results.settings.mark)
    return _picture(partial(charts.notice, words), alt_text.notice(words), pd.DataFrame())


def _words(sheet: Sheet, title: str, indicator: str, *, label: bool = True, domain: str = "") -> Wording:
    """The words around a chart: finding, what is measured of whom, what the bars mean, source and mark."""
    measured = f"{sheet.results.indicators[indicator]['label']}. " if label else ""
    settings = sheet.results.settings
    source = f"Bron: {settings.name(sheet.wave)}. Streep: {sheet.results.telling['margin']}."
    return Wording(title, measured + sheet.base_line(indicator, domain or None), source, settings.mark)


def _picture(draw: Callable[[], ggplot], alt: str, rows: pd.DataFrame) -> Shown:
    return Shown(_drawn(draw, alt), rows)


def _drawn(draw: Callable[[], ggplot], alt: str) -> Picture:
    """Draw with the house's type, which must be known before labels are measured."""
    charts.use_fonts(project_root() / _FONTS)
    return Picture(draw(), alt)
