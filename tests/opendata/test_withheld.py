"""What became of planned figures: shown, bracketed, of too few respondents, or secret by itself or beside others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from opendata import withheld

ROOT = Path(__file__).resolve().parents[2]


def figures(**texts: str) -> pd.DataFrame:
    rows = [{"id": name, "text": text, "sign": text if text in ("x", "/", ".") else ""} for name, text in texts.items()]
    return pd.DataFrame(rows).assign(together="")


def test_a_figure_is_secret_by_itself_or_beside_others() -> None:
    published = figures(a="12%", b="minder dan 5%", c="/", d="x", e="x", f=".", g="3,4", h="6 van de 8", i="x")
    by_itself = pd.Series({"a": "", "d": "x", "e": "", "i": ""})
    assert withheld.outcomes(published, by_itself).to_dict() == {
        **{"a": "shown", "b": "bracketed", "c": "too_few", "d": "alone", "e": "beside"},
        **{"g": "shown", "h": "shown", "i": "beside"},
    }


def test_answers_together_are_merged_where_what_they_are_together_is_shown_and_it_is_no_planned_figure() -> None:
    published = figures(ab="12%", a="x", b="x", cd="x", c="x", d="x", ef="minder dan 5%", e="x", f="x", g="x")
    published["together"] = ["", "ab", "ab", "", "cd", "cd", "", "ef", "ef", ""]
    signs = dict.fromkeys("abcdefg", "x") | {"ab": "", "cd": "", "ef": ""}
    assert withheld.outcomes(published, pd.Series(signs)).to_dict() == {
        **dict.fromkeys("abef", "merged"),
        **dict.fromkeys("cd", "beside"),
        "g": "alone",
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
        wholes = mine[mine["id"].isin(mine["together"])]
        mine = mine.drop(wholes.index)
        signs, merged = Counter(mine["sign"]), mine["together"].isin(wholes.loc[wholes["sign"] == "", "id"]).sum()
        assert (row["planned"], row["too_few"]) == (len(mine), signs["/"])
        assert (row["merged"], row["merged"] + row["alone"] + row["beside"]) == (merged, signs["x"])
        assert row["bracketed"] == mine["text"].str.match("minder dan|meer dan").sum()
    assert sum(row["planned"] for row in told) == (~asked["id"].isin(asked["together"])).sum()
    assert sum(row["merged"] for row in told) > 0
