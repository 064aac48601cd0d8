"""A researcher's own cut has the figures that are published, the rules of publication, and errors that teach."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.domains import conditions
from analysis.errors import MonitorError
from analysis.groups import read_groups
from analysis.monitor import Monitor
from analysis.publishable import complete
from tests.analysis.told import told

ROOT = Path(__file__).parents[2]
DOMAINS = ROOT / "config" / "domains.yml"
CUTS = yaml.safe_load(DOMAINS.read_text(encoding="utf-8"))["cuts"]
OFFICEHOLDERS = CUTS["officeholders"]
MONITORS = {survey: Monitor(survey, root=ROOT) for survey in CUTS if survey != "organisations"}  # those of persons
WITHHELD = ["/", "x"]
PUBLISHED = ROOT / "data" / "processed" / "5-publishable-estimates.parquet"


@pytest.fixture(scope="module")
def monitor() -> Monitor:
    return MONITORS["officeholders"]


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


def test_offices_held_by_a_few_stand_together_under_the_name_that_was_asked(monitor: Monitor) -> None:
    asked = monitor.estimate("any_aggression", by=["function"], wave=2024)
    assert not set(asked["function"]) & {"commissaris", "gedeputeerde", "dijkgraaf", "db_lid"}
    grouped = monitor.estimate("any_aggression", by=["function_group"], wave=2024)
    pd.testing.assert_frame_equal(asked.rename(columns={"function": "function_group"}), grouped)
    assert grouped.set_index("function_group")["text"]["provinciebestuur"] == "/"


def test_a_province_is_cut_by_nothing_but_councillors(monitor: Monitor) -> None:
    crossed = monitor.estimate("any_aggression", by=["function", "province"], wave=2022)
    others = crossed[crossed["function"] != "raadslid"]
    assert (others["text"] == "x").all()
    assert others[["n", "percent", "low", "high"]].isna().all(axis=None)
    assert crossed.loc[crossed["function"] == "raadslid", "percent"].notna().any()
    for other in set(OFFICEHOLDERS) - {"function_group", "province"}:
        rows = monitor.estimate("any_aggression", by=["province", other], wave=2022)
        assert (rows["text"] == "x").all() and rows["n"].isna().all()


def test_functions_are_cut_as_planned_with_the_planned_figures(monitor: Monitor) -> None:
    """Every planned cross of two variables is shown, and of functions nothing but what is planned (or a province)."""
    groups = read_groups(DOMAINS, ROOT / "config" / "provinces.csv")
    planned = [conditions(group.domain) for group in groups if "&" in group.domain]
    for pair in {tuple(of) for of in planned}:
        rows = monitor.estimate("any_aggression", by=pair, wave=2024)
        mine = {tuple(of.values()) for of in planned if tuple(of) == pair}
        shown = rows[~rows["text"].isin(WITHHELD)]
        assert {tuple(values) for values in shown[list(pair)].to_numpy()} == mine
        for row in shown.to_dict("records"):
            same = published("&".join(f"{name}={row[name]}" for name in pair))
            assert all(row[name] == same[name] for name in ("n", "percent", "low", "high"))


@pytest.mark.parametrize(
    ("total", "part"),
    [
        ({"layer": "gemeente", "province": "flevoland"}, {"function": "raadslid", "province": "flevoland"}),
        ({"province": "flevoland"}, {"layer": "gemeente", "province": "flevoland"}),
        ({"province": "flevoland"}, {"function": "raadslid", "province": "flevoland"}),
        ({"layer": "gemeente", "gender": "vrouw"}, {"function": "burgemeester", "gender": "vrouw"}),
        ({"function_group": "waterschapsbestuur"}, {"function": "db_lid"}),
    ],
)
@pytest.mark.parametrize("wave", [2016, 2018, 2020, 2022, 2024])
def test_a_small_group_is_no_difference_of_two_cuts(
    monitor: Monitor, wave: int, total: dict[str, str], part: dict[str, str]
) -> None:
    shown = []
    for group in (total, part):
        rows = monitor.estimate("any_aggression", by=list(group), wave=wave)
        row = rows[(rows[list(group)] == pd.Series(group)).all(axis=1)]
        shown.append(bool(row["percent"].notna().any()))
    assert not all(shown)


def test_beside_councillors_of_a_province_stay_enough_others(monitor: Monitor) -> None:
    """Officeholders of a province are published: who is no councillor there follows by subtraction, as one group."""
    rows = monitor.estimate("any_aggression", by=["function", "province"])
    for row in rows[rows["percent"].notna()].to_dict("records"):
        people = monitor.designs[row["wave"]].respondents
        others = people[(people["province"] == row["province"]) & (people["function"] != "raadslid")]
        assert len(others) >= 30


@pytest.mark.parametrize(
    ("survey", "by"),
    [(survey, by) for survey in MONITORS for many in (1, 2) for by in combinations(CUTS[survey], many)],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_nothing_is_withheld_alone(survey: str, by: tuple[str, ...]) -> None:
    """Neither among the groups of a row, nor among the answers of a group: its shares add up to 100."""
    rows = MONITORS[survey].estimate("incidents", by=by)
    rows["withheld"] = rows["text"].isin(WITHHELD)
    lines = [["wave", "answer", *(other for other in by if other != name)] for name in by]
    for line in [*lines, ["wave", *by]]:
        held = rows.groupby(line)["withheld"].agg(["sum", "size"])
        assert not ((held["sum"] == 1) & (held["size"] > 1)).any()


def test_a_cut_shows_no_answers_together() -> None:
    """They would add up with those of each, and `thin` is for the groups of the publication."""
    answers = MONITORS["officeholders"].estimate("incidents")["answer"]
    assert set(answers) == {"een", "twee", "drie_tot_vijf", "zes_tot_tien", "meer_dan_tien"}


def cross(n: Sequence[Sequence[int]], withheld: set[tuple[int, int]]) -> pd.DataFrame:
    """The cells of a cross, in rows and columns, of one answer."""
    places = [(row, column) for row, values in enumerate(n) for column in range(len(values))]
    cells = pd.DataFrame(places, columns=pd.Index(["row", "column"]))
    return cells.assign(
        answer="",
        exact_n=[n[row][column] for row, column in places],
        share=0.5,
        withheld=[place in withheld for place in places],
    )


def test_the_smallest_beside_one_that_is_withheld_is_withheld_in_rows_and_columns() -> None:
    cells = cross([[20, 50, 60], [80, 90, 70], [95, 99, 98]], {(0, 0)})
    found = complete(cells, [["row"], ["column"]], 30).reshape(3, 3)
    assert np.argwhere(found).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_what_is_solved_by_several_lines_is_found_though_no_line_withholds_it_alone() -> None:
    """Two squares that are withheld, and one cell between them: rows 0 and 1 less columns 0 and 1 tell it."""
    squares = {(row + at, column + at) for row in (0, 1) for column in (0, 1) for at in (0, 2)}
    cells = cross([[40 + 10 * row + column for column in range(4)] for row in range(4)], {*squares, (1, 2)})
    found = complete(cells, [["row"], ["column"]], 30)
    held = cells.assign(withheld=found).groupby("row")["withheld"].sum()
    assert found.sum() > 9 and (held > 1).all()


def test_who_is_withheld_in_a_line_are_no_small_group_together_and_no_more_than_needed() -> None:
    assert complete(cross([[5, 6, 300, 400]], {(0, 0), (0, 1)}), [["row"]], 30).tolist() == [True, True, True, False]
    assert complete(cross([[5, 10, 27, 400]], {(0, 0)}), [["row"]], 30).tolist() == [True, False, True, False]
    assert complete(cross([[35, 40, 300, 400]], {(0, 0), (0, 1)}), [["row"]], 30).tolist() == [True, True, False, False]


def test_of_answers_that_add_up_the_next_smallest_share_is_withheld_too() -> None:
    cells = cross([[40, 40, 40]], {(0, 2)}).assign(share=[0.55, 0.4, 0.05])
    assert complete(cells, [["row"]], 30).tolist() == [False, True, True]


def test_a_cell_that_is_a_whole_line_takes_nothing_with_it() -> None:
    cells = cross([[20, 25, 50, 60]], {(0, 0), (0, 1)})  # as layer by size class: a column is a gemeente's size, once
    assert complete(cells, [["row"], ["column"]], 30).tolist() == [True, True, False, False]


@pytest.mark.parametrize(("by", "same"), [(None, []), ("gender", ["gender"]), (("gender",), ["gender"])])
def test_one_name_and_none_are_taken_as_they_are_meant(monitor: Monitor, by: object, same: list[str]) -> None:
    found = monitor.estimate("any_aggression", by=by, wave="2024")  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(found, monitor.estimate("any_aggression", by=same, wave=2024))


@pytest.mark.parametrize(
    ("arguments", "title", "got"),
    [
        ({"indicator": "agression"}, "Indicator does not exist", "agression"),
        ({"by": ["sex"]}, "Not a variable for a cut", "sex"),
        ({"by": ["gender", "gender"]}, "Variable stands twice", "gender, gender"),
        ({"by": ["function", "function_group"]}, "Variable stands twice", "function, function_group"),
        ({"wave": 2023}, "Wave does not exist", "2023"),
        ({"wave": [2024]}, "Wave does not exist", "[2024]"),
        ({"by": ["function", "gender", "years_in_office"]}, "Cut too fine", "function, gender, years_in_office"),
        ({"indicator": "spoke_2018", "wave": 2024}, "Not asked in this wave", "2024"),
        ({"indicator": "home_safe", "wave": 2016}, "Not asked in this wave", "2016"),
    ],
)
def test_what_does_not_exist_is_told(monitor: Monitor, arguments: dict, title: str, got: str) -> None:
    with pytest.raises(MonitorError) as caught:
        monitor.estimate(**{"indicator": "any_aggression", **arguments})
    message = told(caught.value)
    assert (message["title"], message["got"]) == (title, got)


@pytest.mark.parametrize("survey", CUTS)
def test_no_other_column_is_cut_by_and_none_of_its_values_is_told(survey: str) -> None:
    known = [*CUTS[survey], *(["function"] if survey == "officeholders" else [])]
    mine = MONITORS.get(survey) or Monitor(survey, root=ROOT)
    for name in ("stratum", "population_stratum", "weight", "base_weight", "respondent", "organisation"):
        with pytest.raises(MonitorError) as caught:
            mine.estimate(mine.survey.indicators[0].id, by=[name])
        assert told(caught.value)["expected"] == ", ".join(known)


def test_cuts_are_declared_for_every_weighted_survey_with_variables_it_has() -> None:
    assert set(CUTS) == {path.stem for path in (ROOT / "config" / "population").glob("*.yml")}
    for survey, names in CUTS.items():
        groups = read_groups(DOMAINS, ROOT / "config" / "provinces.csv", survey)
        assert set(names) == {name for group in groups for name in conditions(group.domain)}


def test_the_waves_that_asked_are_told(monitor: Monitor) -> None:
    asked = [str(wave) for wave in monitor.estimate("spoke_2018")["wave"].unique()]
    with pytest.raises(MonitorError) as caught:
        monitor.estimate("spoke_2018", wave=2024)
    assert told(caught.value)["expected"] == ", ".join(asked) != ""


def test_a_survey_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(MonitorError) as caught:
        Monitor("foo", root=ROOT)
    message = told(caught.value)
    assert (message["got"], message["expected"]) == ("foo", "employees, officeholders, organisations")


def test_without_figures_it_says_how_to_make_them(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    with pytest.raises(MonitorError) as caught:
        Monitor(root=tmp_path).estimate("any_aggression", wave=2024)
    assert "make figures" in told(caught.value)["hint"]
