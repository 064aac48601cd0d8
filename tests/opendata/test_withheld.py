"""What became of planned figures: shown, bracketed, of too few respondents, or secret by itself or beside others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from opendata import withheld

ROOT = Path(__file__).resolve().parents[2]


def figures(**texts: str) -> pd.DataFrame:
    rows = [{"id": name, "text": text, "sign": text if text in ("x", "/", ".") else ""} for name, text in texts.items()]
    return pd.DataFrame(rows)


def test_a_figure_is_secret_by_itself_or_beside_others() -> None:
    published = figures(a="12%", b="minder dan 5%", c="/", d="x", e="x", f=".", g="3,4", h="6 van de 8", i="x")
    by_itself = pd.Series({"a": "", "d": "x", "e": "", "i": ""})
    assert withheld.outcomes(published, by_itself).to_dict() == {
        **{"a": "shown", "b": "bracketed", "c": "too_few", "d": "alone", "e": "beside"},
        **{"g": "shown", "h": "shown", "i": "beside"},
    }


def test_totals_are_of_every_survey_and_wave_alone() -> None:
    ids = ["a|2024|all", "a|2024|layer=ministerie+zbo", "a|2022|all", "a|2022+2024|all"]
    published = figures(a="12%", b="x", c="/", d="9%").assign(
        id=ids, survey="officeholders", wave=[2024, 2024, 2022, 2024]
    )
    became = withheld.outcomes(published, pd.Series({ids[1]: "x"}))
    rows = withheld.told(became, published, [], ROOT)["waves"]
    assert [(row["wave"], row["planned"], row["alone"], row["too_few"]) for row in rows] == [
        (2022, 1, 0, 1),
        (2024, 2, 1, 0),
    ]


def test_the_build_counts_what_was_published() -> None:
    """Held against the publishable rows: signs and brackets per survey and wave."""
    published = pd.read_parquet(ROOT / "data" / "processed" / "5-publishable-estimates.parquet")
    asked = published[published["sign"] != "."]
    told = pd.read_json(ROOT / "data" / "processed" / "6-protection.json", typ="series")["waves"]
    for row in told:
        mine = asked[(asked["survey"] == row["survey"]) & (asked["wave"] == row["wave"])]
        signs = Counter(mine["sign"])
        assert (row["planned"], row["too_few"], row["alone"] + row["beside"]) == (len(mine), signs["/"], signs["x"])
        assert row["bracketed"] == mine["text"].str.match("minder dan|meer dan").sum()
    assert sum(row["planned"] for row in told) == len(asked)
