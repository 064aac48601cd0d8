"""The planned groups exist: in the population, in the questionnaire, in the comparisons and in the target groups."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis import domains
from analysis.errors import MonitorError
from analysis.families import read_families
from analysis.groups import ALL_PROVINCES, find_group, read_groups
from analysis.questionnaire import Questionnaire, read_questionnaire
from tests.analysis.told import told

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
GROUPS = read_groups(CONFIG / "domains.yml", CONFIG / "provinces.csv")
OTHERS = {
    survey: read_groups(CONFIG / "domains.yml", CONFIG / "provinces.csv", survey)
    for survey in ("employees", "organisations")
}


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    functions = pd.read_csv(CONFIG / "functions.csv", dtype=str)
    strata = pd.read_csv(ROOT / "data" / "raw" / "population" / "strata.csv")
    return strata.merge(functions[["function", "function_group"]], on="function")


@pytest.fixture(scope="module")
def questions() -> Questionnaire:
    return read_questionnaire(CONFIG / "questionnaire" / "officeholders.yml")


@pytest.mark.parametrize("wave", [2016, 2018, 2020, 2022, 2024])
@pytest.mark.parametrize("domain", [group.domain for group in GROUPS])
def test_every_planned_group_holds_people_in_every_wave(
    population: pd.DataFrame, questions: Questionnaire, domain: str, wave: int
) -> None:
    people = population[population["wave"] == wave]
    for variable, value in domains.conditions(domain).items():
        if variable == "gender":
            women = people["women"]
            people = people[(women if value == "vrouw" else people["population"] - women) > 0]
        elif variable == "years_in_office":
            assert value in [answer.id for answer in questions[variable].answers]
        else:
            people = people[people[variable] != "nvt" if value == "*" else people[variable] == value]
    assert people["population"].sum() >= 60


def test_no_office_of_a_few_stands_alone(population: pd.DataFrame) -> None:
    """Commissarissen (12) and dijkgraven (21) only together with others; nobody but raadsleden within a province."""
    values = {value for group in GROUPS for value in domains.conditions(group.domain).values()}
    assert not values & {"commissaris", "gedeputeerde", "dijkgraaf", "db_lid"}
    assert not [group for group in GROUPS if "province" in group.domain and "&" in group.domain]
    assert not [group for group in GROUPS if domains.conditions(group.domain).keys() >= {"function"}]


def test_groups_have_one_domain_and_names_each() -> None:
    assert len({group.domain for group in GROUPS}) == len(GROUPS)
    assert all(group.label and group.plural for group in GROUPS)
    assert next(group.domain for group in GROUPS if group.dimension == "province") == ALL_PROVINCES
    for group in GROUPS:
        one_province = "province=" in group.domain and group.domain != ALL_PROVINCES
        assert group.place == (f"In {group.label}" if one_province else "")


def test_comparisons_and_target_groups_name_planned_groups() -> None:
    everywhere = [group for groups in (GROUPS, *OTHERS.values()) for group in groups]
    planned = {group.domain for group in everywhere}
    dimensions = {group.dimension for group in everywhere}
    for family in read_families(CONFIG / "families.yml").families:
        assert family.dimension in dimensions | {""}
        assert family.reference in planned | {"", "first"}
    targets = pd.read_csv(CONFIG / "target_groups.csv", keep_default_na=False)
    for survey, groups in {"officeholders": GROUPS, **OTHERS}.items():
        mine = targets[targets["survey"] == survey]
        planned = {group.domain for group in groups}
        assert set(mine["domain"]) <= planned
        assert set(mine["comparator"]) <= planned | {""}
        named = {name for names in mine["dimensions"] for name in names.split(";")}
        assert named <= planned | {group.dimension for group in groups}


@pytest.mark.parametrize("survey", OTHERS)
def test_groups_of_other_surveys_are_answers_of_their_own_questionnaire(survey: str) -> None:
    questions = read_questionnaire(CONFIG / "questionnaire" / f"{survey}.yml")
    groups = OTHERS[survey]
    assert groups[0].domain == "all" and len({group.domain for group in groups}) == len(groups)
    for group in groups:
        assert not group.place and "ambtsdragers" not in group.plural
        for variable, values in domains.conditions(group.domain).items():
            assert set(values.split("+")) <= {answer.id for answer in questions[variable].answers}


def test_the_rijk_has_rows_in_the_wave_that_asked_it_and_in_no_other() -> None:
    for survey, rijk in {"employees": "layer=rijk", "organisations": "layer=ministerie+agentschap+zbo"}.items():
        questions = read_questionnaire(CONFIG / "questionnaire" / f"{survey}.yml")
        rows = pd.DataFrame([(domain, wave) for domain in ("all", rijk) for wave in (2016, 2022, 2024)])
        rows.columns = pd.Index(["domain", "wave"])
        kept = domains.of_offered_groups(rows, questions).to_numpy().tolist()
        assert kept == [["all", 2016], ["all", 2022], ["all", 2024], [rijk, 2022]]


def test_rows_of_config_are_about_surveys_that_there_are() -> None:
    surveys = {path.stem for path in (CONFIG / "questionnaire").glob("*.yml")}
    named = [row.get("survey") for row in yaml.safe_load((CONFIG / "domains.yml").read_text("utf-8"))["planned"]]
    indicators = yaml.safe_load((CONFIG / "indicators.yml").read_text("utf-8"))["indicators"]
    named += [survey for row in indicators for survey in row.get("surveys", [])]
    named += [path.stem for path in (CONFIG / "population").glob("*.yml")]
    named += yaml.safe_load((CONFIG / "monitor.yml").read_text("utf-8"))["showing"]["counts"]
    assert set(named) - {None} <= surveys
    ids = [(survey, row["id"]) for row in indicators for survey in row.get("surveys", ["officeholders"])]
    assert len(set(ids)) == len(ids)


def test_what_is_planned_away_says_why() -> None:
    away = yaml.safe_load((CONFIG / "domains.yml").read_text(encoding="utf-8"))["planned_away"]
    assert away and all(set(row) == {"groups", "why"} and row["why"] for row in away)


def test_a_province_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(MonitorError) as caught:
        find_group(GROUPS, "province=atlantis", where="a document")
    message = told(caught.value)
    assert message["title"] == "Province does not exist"
    assert message["got"] == "atlantis"
    assert message["expected"].split(", ")[:3] == ["groningen", "fryslan", "drenthe"]


def test_a_group_that_is_not_planned_is_told_with_those_of_its_kind() -> None:
    with pytest.raises(MonitorError) as caught:
        find_group(GROUPS, "layer=rijk", where="a document")
    message = told(caught.value)
    assert message["title"] == "Group does not exist"
    assert message["expected"] == "layer=gemeente, layer=provincie, layer=waterschap"


@pytest.mark.parametrize(
    ("domain", "inline"),
    [
        ("function_group=statenlid", "Statenleden"),
        ("layer=provincie", "provincies"),
        ("function_group=raadslid&gender=vrouw", "vrouwelijke raadsleden"),
    ],
)
def test_a_name_inside_a_title_is_small_unless_it_takes_a_capital(domain: str, inline: str) -> None:
    assert find_group(GROUPS, domain, where="a test").inline == inline
