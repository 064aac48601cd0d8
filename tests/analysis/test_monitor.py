"""A researcher's own cut has the figures that are published, the rules of publication, and errors that teach."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import MonitorError
from analysis.monitor import Monitor
from tests.analysis.told import told

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "data" / "processed" / "5-publishable-estimates.parquet"


@pytest.fixture(scope="module")
def monitor() -> Monitor:
    return Monitor(root=ROOT)


def published(domain: str, indicator: str = "any_aggression", wave: int = 2024) -> pd.Series:
    rows = pd.read_parquet(PUBLISHED)
    mine = (rows["survey"] == "officeholders") & (rows["indicator"] == indicator) & (rows["answer"] == "")
    return rows[mine & (rows["domain"] == domain) & (rows["wave"] == wave)].iloc[0]


@pytest.mark.parametrize(
    ("by", "domain"),
    [
        (["gender"], "gender=vrouw"),
        (["function_group", "gender"], "function_group=raadslid&gender=vrouw"),
        (["layer"], "layer=waterschap"),
    ],
)
def test_a_cut_that_is_published_has_the_published_figures(monitor: Monitor, by: list[str], domain: str) -> None:
    rows = monitor.estimate("any_aggression", by=by, wave=2024)
    wanted = dict(part.split("=") for part in domain.split("&"))
    row = rows[(rows[list(wanted)] == pd.Series(wanted)).all(axis=1)].iloc[0]
    assert (
        row[["n", "percent", "low", "high", "text"]].tolist()
        == published(domain)[["n", "percent", "low", "high", "text"]].tolist()
    )


def test_all_waves_and_no_groups(monitor: Monitor) -> None:
    rows = monitor.estimate("any_aggression")
    assert rows["wave"].tolist() == [2016, 2018, 2020, 2022, 2024]
    assert rows["percent"].iloc[-1] == published("all")["percent"]


def test_small_groups_and_what_is_kept_apart_are_withheld(monitor: Monitor) -> None:
    rows = monitor.estimate("any_aggression", by=["function"], wave=2024).set_index("function")
    for function in ("commissaris", "dijkgraaf"):
        assert rows.loc[function, "text"] == "/"
        assert pd.isna(rows.loc[function, "percent"])
    crossed = monitor.estimate("any_aggression", by=["function", "province"], wave=2022)
    assert (crossed.loc[crossed["function"] != "raadslid", "text"].isin(["x"])).all()
    assert crossed.loc[crossed["function"] != "raadslid", ["percent", "low", "high"]].isna().all(axis=None)
    assert crossed.loc[crossed["function"] == "raadslid", "percent"].notna().any()


@pytest.mark.parametrize(
    ("arguments", "title", "got"),
    [
        ({"indicator": "agression"}, "Indicator does not exist", "agression"),
        ({"by": ["sex"]}, "Variable does not exist", "sex"),
        ({"by": ["respondent"]}, "Variable does not exist", "respondent"),
        ({"wave": 2023}, "Wave does not exist", "2023"),
        ({"by": ["function", "gender", "years_in_office"]}, "Cut too fine", "function, gender, years_in_office"),
    ],
)
def test_what_does_not_exist_is_told(monitor: Monitor, arguments: dict, title: str, got: str) -> None:
    with pytest.raises(MonitorError) as caught:
        monitor.estimate(**{"indicator": "any_aggression", **arguments})
    message = told(caught.value)
    assert (message["title"], message["got"]) == (title, got)


def test_without_figures_it_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(MonitorError) as caught:
        Monitor(root=tmp_path).estimate("any_aggression")
    assert "make figures" in told(caught.value)["hint"]
