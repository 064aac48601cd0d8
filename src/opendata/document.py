"""The data file of a document: the publishable rows that it may show, and nothing finer."""

from __future__ import annotations

import pandas as pd

from presentation.factsheets import Sheet
from presentation.publications import Publication
from presentation.subjects import sheets_of

_COLUMNS = {
    **{"id": "id", "theme": "thema", "label": "onderwerp", "answer_label": "antwoord", "base": "basis"},
    **{"group": "groep", "wave": "meting", "percent": "percentage", "low": "ondergrens", "high": "bovengrens"},
    **{"n": "respondenten_afgerond", "sign": "teken", "text": "weergave", "indicative": "indicatief"},
}


def rows_of(publication: Publication) -> pd.DataFrame:
    """Figures of a document's group, its comparator and its parts, in all waves up to its edition; a report's surveys.

    Percentages are whole (0-100), respondents rounded; the column `voorbeeld` says that the figures are made up.
    """
    return pd.concat(map(_rows, sheets_of(publication)), ignore_index=True)


def _rows(sheet: Sheet) -> pd.DataFrame:
    wanted = [sheet.domain, *([sheet.whole] if sheet.whole else []), *sheet.parts]
    rows = sheet.rows(list(sheet.results.indicators), waves=sheet.waves, domains=list(dict.fromkeys(wanted)))
    rows["theme"] = [sheet.results.themes[sheet.results.indicators[name]["theme"]] for name in rows["indicator"]]
    return rows[list(_COLUMNS)].rename(columns=_COLUMNS).assign(voorbeeld=sheet.results.settings.mark)
