"""The data file of a document: the publishable rows that it may show, and nothing finer."""

from __future__ import annotations

import pandas as pd

from presentation.factsheets import Sheet
from presentation.publications import Publication
from presentation.subjects import sheets_of

_COLUMNS = {
    **{"id": "id", "theme": "thema", "label": "onderwerp", "answer_label": "antwoord", "base": "basis"},
    **{"group": "groep", "waves": "meting", "percent": "percentage", "low": "ondergrens", "high": "bovengrens"},
    **{"n": "respondenten_afgerond", "sign": "teken", "text": "weergave", "indicative": "indicatief"},
}

_FUNCTIONS, _LAYERS = "function_group x gender", "layer x gender"


def rows_of(publication: Publication) -> pd.DataFrame:
    """Figures of a document's group and its comparator in all waves up to its edition, and of its parts in its own.

    Of a report those of every survey that its wave held, of layers in all waves (a chapter may be about one), and of
    women and men within functions and layers.
    Percentages are whole (0-100), respondents rounded; the column `voorbeeld` says that the figures are made up. Of a
    small group also those of two waves together, of which the wave is written "2022+2024".
    """
    return pd.concat([_rows(sheet, publication.product) for sheet in sheets_of(publication)], ignore_index=True)


def _rows(sheet: Sheet, product: str) -> pd.DataFrame:
    """What `rows_of` says of one sheet: its group, comparator and parts by the product, under the names of the file."""
    layers = sheet.domains("layer") if product == "report" else []
    own = [sheet.domain, *([sheet.whole] if sheet.whole else []), *layers]
    parts = sheet.domains("layer") if product == "five_minutes" else sheet.parts
    if product == "report":  # it has the map, and a chapter on women and men
        parts = [*parts, *sheet.domains("province"), *sheet.domains(_FUNCTIONS), *sheet.domains(_LAYERS)]
    wanted = list(dict.fromkeys([*own, *parts]))
    rows = sheet.rows(list(sheet.results.indicators), waves=sheet.waves, domains=wanted)
    rows = rows[rows["domain"].isin(own) | (rows["wave"] == sheet.wave)].copy()
    rows = pd.concat([rows.assign(waves=rows["wave"].astype(str)), sheet.pooled], ignore_index=True)
    rows["theme"] = [sheet.results.themes[sheet.results.indicators[name]["theme"]] for name in rows["indicator"]]
    return rows[list(_COLUMNS)].rename(columns=_COLUMNS).assign(voorbeeld=sheet.results.settings.mark)
