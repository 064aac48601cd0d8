"""The data file of a document: the publishable rows that it can print, and no others."""

from __future__ import annotations

import re

import pandas as pd

from presentation.factsheets import Sheet, province_sheet, report_sheet, target_group_sheet
from presentation.publications import Publication

_COLUMNS = {
    **{"id": "id", "theme": "thema", "label": "onderwerp", "answer_label": "antwoord", "base": "basis"},
    **{"group": "groep", "wave": "meting", "percent": "percentage", "low": "ondergrens", "high": "bovengrens"},
    **{"n": "respondenten_afgerond", "sign": "teken", "text": "weergave", "indicative": "indicatief"},
}
_SEVERITY = {"any_aggression", "severity_all"}  # what a chart of severity shows without naming it
_NAMES = re.compile(r'"([a-z_ ]+)"')
_PER_GROUP = re.compile(r"\b(?:breakdown|differing_groups|group_figures|group_table)\((.*?)\)")
_PER_PROVINCE = re.compile(r"\btile_map\((.*?)\)")
_HEADLINES = re.compile(r"\bheadline_table\(sheet(?:, themes=\[([\d, ]+)\])?\)")


def rows_of(publication: Publication, source: str) -> pd.DataFrame:
    """What a document can print: of its group and comparator in all waves up to its edition, of its parts in its own.

    `source` is its text with that of its includes: it names the indicators. A report, which has all figures of its wave
    in its annex and leads to this file for groups, has those of groups too. Percentages are whole (0-100), respondents
    rounded; the column `voorbeeld` says that the figures are made up.
    """
    sheets = {"province": province_sheet, "target_group": target_group_sheet, "organisations": target_group_sheet}
    product, about, edition = publication.product, publication.subject, publication.edition
    sheet = sheets[product](about, edition) if product in sheets else report_sheet(edition)
    own = [sheet.domain, *([sheet.whole] if sheet.whole else [])]
    shown, per_group = _named(sheet, source), _per_group(sheet, publication, source)
    wanted = list(dict.fromkeys([*own, *sheet.parts, *(domain for _, domain in per_group)]))
    rows = sheet.rows(list(sheet.results.indicators), waves=sheet.waves, domains=wanted)
    beside = pd.MultiIndex.from_frame(rows[["indicator", "domain"]]).isin(per_group) & (rows["wave"] == edition)
    rows = rows[rows["indicator"].isin(shown) & rows["domain"].isin(own) | beside]
    rows["theme"] = [sheet.results.themes[sheet.results.indicators[name]["theme"]] for name in rows["indicator"]]
    return rows[list(_COLUMNS)].rename(columns=_COLUMNS).assign(voorbeeld=sheet.results.settings.mark)


def _named(sheet: Sheet, source: str) -> set[str]:
    """The indicators that a source names, and those of its table of headlines, chart of severity, and annex."""
    names = _in(sheet, source) | (_SEVERITY if "severity(" in source else set())
    if "every_figure(" in source:
        names.update(name for name in sheet.results.indicators if sheet.asks(name))
    for call in _HEADLINES.finditer(source):
        themes = [int(number) for number in call[1].split(",")] if call[1] else list(sheet.results.themes)
        names.update(name for theme in themes for name in sheet.headlines(theme))
    return names


def _per_group(sheet: Sheet, publication: Publication, source: str) -> set[tuple[str, str]]:
    """The indicators that are shown for groups beside the document's own, with those groups (domains)."""
    every = _named(sheet, source)
    beside = {"report": every, "organisations": every, "five_minutes": _SEVERITY}.get(publication.product, set())
    groups = sheet.domains("layer") if publication.product == "five_minutes" else sheet.parts
    named = beside | {name for call in _PER_GROUP.findall(source) for name in _in(sheet, call)}
    provinces = {name for call in _PER_PROVINCE.findall(source) for name in _in(sheet, call)}
    pairs = {(name, domain) for name in named for domain in groups}
    return pairs | {(name, domain) for name in provinces for domain in sheet.domains("province")}


def _in(sheet: Sheet, text: str) -> set[str]:
    return {name for words in _NAMES.findall(text) for name in words.split() if name in sheet.results.indicators}
