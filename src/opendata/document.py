"""The data file of a document: the publishable rows that it may show, and nothing finer."""

from __future__ import annotations

import pandas as pd

from presentation.factsheets import province_sheet, report_sheet, target_group_sheet
from presentation.publications import Publication

_COLUMNS = {
    **{"id": "id", "theme": "thema", "label": "onderwerp", "answer_label": "antwoord", "base": "basis"},
    **{"group": "groep", "wave": "meting", "percent": "percentage", "low": "ondergrens", "high": "bovengrens"},
    **{"n": "respondenten_afgerond", "sign": "teken", "text": "weergave", "indicative": "indicatief"},
}


def rows_of(publication: Publication) -> pd.DataFrame:
    """Figures of a document's group, its comparator and its parts, in all waves up to its edition.

    Of a small group also those of two waves together, of which the wave is written "2022+2024".

    Percentages are whole (0-100), respondents rounded; the column `voorbeeld` says that the figures are made up.
    """
    sheets = {"province": province_sheet, "target_group": target_group_sheet, "organisations": target_group_sheet}
    product, about, edition = publication.product, publication.subject, publication.edition
    sheet = sheets[product](about, edition) if product in sheets else report_sheet(edition)
    wanted = [sheet.domain, *([sheet.whole] if sheet.whole else []), *sheet.parts]
    rows = sheet.rows(list(sheet.results.indicators), waves=sheet.waves, domains=list(dict.fromkeys(wanted)))
    pooled = sheet.pooled.assign(wave=sheet.pooled["waves"])
    rows = pd.concat([rows, pooled], ignore_index=True) if len(pooled) else rows
    rows["theme"] = [sheet.results.themes[sheet.results.indicators[name]["theme"]] for name in rows["indicator"]]
    return rows[list(_COLUMNS)].rename(columns=_COLUMNS).assign(voorbeeld=sheet.results.settings.mark)
