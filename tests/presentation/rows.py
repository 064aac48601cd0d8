"""Rows as the pipeline publishes them, made by hand."""

from __future__ import annotations

import pandas as pd

from presentation import palette

MARK = "Voorbeeldcijfers: door de computer gemaakt, niet echt"
SUBJECT, WHOLE = "province=flevoland", "province=*"
SEVERITY = palette.shades(["minder_ernstig", "ernstig", "zeer_ernstig"], ["onbekend"])
NAMES = {SUBJECT: "Flevoland", WHOLE: "Alle gemeenten en provincies samen"}


def row(percent: int | None = 45, low: int | None = None, high: int | None = None, **given: object) -> dict:
    """One publishable row with what `Sheet.rows` adds; a row without a percentage carries its sign as text."""
    text = f"{percent}%" if percent is not None else given.get("sign", "")
    plain = {
        "indicator": "any_aggression",
        "answer": "",
        "wave": 2024,
        "domain": SUBJECT,
        "n": 65,
        "percent": percent,
        "low": low,
        "high": high,
        "sign": "",
        "text": text,
        "indicative": False,
        "label": "Agressie meegemaakt",
        "base": "politieke ambtsdragers",
        "answer_label": "",
        "group": NAMES.get(str(given.get("domain", SUBJECT)), "Groep"),
    }
    return {**plain, **given}


def frame(rows: list[dict]) -> pd.DataFrame:
    """Rows with the types of the published file: whole percents that may be missing."""
    return pd.DataFrame(rows).astype(dict.fromkeys(["n", "percent", "low", "high"], "Int64"))
