"""Figures that contradict each other stop the build: every law, broken on purpose, names figure, expected and got."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import publishable
from analysis.consistency import Partition, Stages, check, read_partitions
from analysis.errors import MonitorError
from analysis.indicators import Base, Indicator
from analysis.population import PopulationRules
from analysis.questionnaire import read_questionnaire
from analysis.settings import read_settings
from tests.analysis.conftest import Survey
from tests.analysis.invented import CONFIG, but
from tests.analysis.told import told

# The invented survey estimates these dimensions whole; in its population everybody has a gender.
PARTITIONS = (Partition("layer", "all", False), Partition("gender", "all", True))
SETTINGS = read_settings(CONFIG / "monitor.yml")
Plant = Callable[[Stages], Stages]


@pytest.fixture(scope="module")
def stages(survey: Survey, compared: pd.DataFrame, rules: PopulationRules, indicators: tuple[Indicator, ...]) -> Stages:
    passport = survey.strata.groupby(["wave", "function", "province"], as_index=False)["population"].sum()
    published = publishable.publish_estimates(survey.estimates, SETTINGS)
    return Stages(
        respondents=survey.weighted,
        questionnaire=read_questionnaire(CONFIG / "questionnaire" / "officeholders.yml"),
        strata=survey.strata,
        rules=rules,
        passport=passport.assign(survey="officeholders", size_class=np.nan),
        indicators=indicators,
        partitions=PARTITIONS,
        estimates=survey.estimates,
        comparisons=compared,
        published=published,
        verdicts=publishable.publish_comparisons(compared, published),
    )


def test_a_survey_without_contradictions_passes_and_every_law_is_held_against_something(stages: Stages) -> None:
    held = check(stages)
    nothing = {law for law, n in held.items() if n == 0}
    assert nothing == {"A against B is the opposite of B against A", "printed counts are counted figures"}
    assert held["rows routed out are those that the questionnaire does not ask"] > 50
    asked = stages.estimates[(stages.estimates["indicator"] == "any_aggression") & (stages.estimates["n"] > 0)]
    assert len(asked) < held["answers but geen add up to any_aggression"] <= 2 * len(asked)


def test_the_dimensions_of_the_monitor_say_what_they_split() -> None:
    split = {row.dimension: row for row in read_partitions(CONFIG / "domains.yml")}
    assert split["province"].parts_of == "province=*" and not split["province"].open
    assert split["gender"].parent("gender=vrouw") == "all" and split["gender"].open
    assert split["layer x gender"].parent("layer=gemeente&gender=man") == "layer=gemeente"


def at(frame: pd.DataFrame, indicator: str, answer: str = "", domain: str = "all", wave: int = 2024) -> pd.Series:
    mine = (frame["indicator"] == indicator) & (frame["answer"] == answer) & (frame["wave"] == wave)
    return mine & (frame["domain"] == domain)


def figure(column: str, change: float, *row: str) -> Plant:
    """Add to one estimate of 2024, and publish again."""

    def plant(stages: Stages) -> Stages:
        made = stages.estimates.copy()
        made.loc[at(made, *row), column] += change
        return replace(stages, estimates=made, published=publishable.publish_estimates(made, SETTINGS))

    return plant


def printed(change: int, *row: str) -> Plant:
    def plant(stages: Stages) -> Stages:
        made = stages.published.copy()
        made.loc[at(made, *row), "percent"] += change
        return replace(stages, published=made)

    return plant


def without(domain: str) -> Plant:
    return lambda stages: replace(stages, estimates=stages.estimates[stages.estimates["domain"] != domain])


def answer_to_one(variable: str, given: str, to: str) -> Plant:
    """Change the answer of the first respondent of 2024 who gave that one."""

    def plant(stages: Stages) -> Stages:
        rows = stages.respondents.copy()
        first = rows.index[(rows["wave"] == 2024) & (rows[variable] == given)][0]
        rows.loc[first, variable] = to
        return replace(stages, respondents=rows)

    return plant


def base(indicator: str, of: Base) -> Plant:
    return lambda stages: replace(
        stages, indicators=[but_base(row, of) if row.id == indicator else row for row in stages.indicators]
    )


def but_base(row: Indicator, of: Base) -> Indicator:
    return row.model_copy(update={"base": of})


def one_size_unknown(stages: Stages) -> Stages:
    """A margin whose second variable is empty in one row of the population: its persons fall out of the margin."""
    strata = stages.strata.copy()
    strata.loc[strata["wave"] == 2024, "size_class"] = strata["size_class"].where(strata.index % 5 > 0)
    margin = but(stages.rules.margins[0], id="crossed", variables=("function", "size_class"))
    return replace(stages, strata=strata, rules=but(stages.rules, margins=(*stages.rules.margins, margin)))


def one_more_in_the_passport(stages: Stages) -> Stages:
    passport = stages.passport.copy()
    passport.loc[passport["function"].eq("ab_lid") & passport["wave"].eq(2024), "population"] += 1
    return replace(stages, passport=passport)


def twice(name: str) -> Plant:
    return lambda stages: replace(stages, **{name: pd.concat([getattr(stages, name), getattr(stages, name).iloc[:1]])})


def every_form_above_any(stages: Stages) -> Stages:
    made = stages.estimates.copy()
    forms = made["indicator"] == "verbal"
    made.loc[forms, "estimate"] = (made.loc[forms, "estimate"] + 0.6).clip(upper=1)
    published = publishable.publish_estimates(made, SETTINGS)
    return replace(stages, estimates=made, published=published, partitions=())


def compared_first(stages: Stages, verdict: str) -> pd.Series:
    first = stages.verdicts.index[stages.verdicts["verdict"] == verdict][0]
    return stages.verdicts.index == first


def verdict(says: str, becomes: str, *, everywhere: bool) -> Plant:
    """Another verdict on the first comparison that has one, in the printed file or in both files."""

    def plant(stages: Stages) -> Stages:
        mine = compared_first(stages, says)
        said = stages.verdicts["verdict"].mask(mine, becomes)
        meant = stages.comparisons["verdict"].mask(mine, becomes) if everywhere else stages.comparisons["verdict"]
        return replace(
            stages, verdicts=stages.verdicts.assign(verdict=said), comparisons=stages.comparisons.assign(verdict=meant)
        )

    return plant


def difference(stages: Stages) -> Stages:
    mine = compared_first(stages, "no_demonstrable_difference")
    return replace(stages, verdicts=stages.verdicts.assign(difference=stages.verdicts["difference"] + mine * 2))


def the_other_way_too(stages: Stages) -> Stages:
    """Women against all says one thing; all against women is made too, and says the same instead of the opposite."""
    made = stages.comparisons
    mine = made[(made["kind"] == "whole") & (made["domain"] == "gender=vrouw") & (made["difference"].abs() > 0.01)]
    back = mine.iloc[:1].assign(domain="all", reference="gender=vrouw")
    verdicts = stages.verdicts
    return replace(
        stages,
        comparisons=pd.concat(
            [made, back.assign(difference=-back["difference"], verdict="no_demonstrable_difference")]
        ),
        verdicts=verdicts,
    )


def counted(yes: int, n: int) -> Plant:
    """Print a count of one figure of 2024, as organisations have them, that is so much beside the exact one."""

    def plant(stages: Stages) -> Stages:
        mine = at(stages.published, "threat", domain="layer=provincie")
        exact = stages.estimates[at(stages.estimates, "threat", domain="layer=provincie")].iloc[0]
        made = stages.published.copy()
        made.loc[mine, ["count", "n"]] = [exact["yes"] + yes, exact["n"] + n]
        return replace(stages, published=made)

    return plant


GEEN = ("severity_all", "geen")
BROKEN: dict[str, tuple[Plant, str, str, str]] = {
    # planted: how, where, the law with what it expects, what came; "" where the number follows from no arithmetic here
    "an answer of someone who was not asked": (
        answer_to_one("severity", "routed_out", "ernstig"),
        "1-harmonised, officeholders, wave 2024, severity",
        "rows routed out are those that the questionnaire does not ask: 0",
        "1",
    ),
    "no answer of someone who was asked": (
        answer_to_one("severity", "ernstig", "routed_out"),
        "1-harmonised, officeholders, wave 2024, severity",
        "rows routed out are those that the questionnaire does not ask: 0",
        "1",
    ),
    "a base that the questionnaire does not ask": (
        base("discussed_with", Base(indicator="any_aggression")),
        "1-harmonised, officeholders, wave 2022, discussed_with",
        "respondents in the base who were not asked: 0",
        "",
    ),
    "a margin that loses persons": (
        one_size_unknown,
        "population/officeholders.yml, wave 2024, crossed",
        "margins of a wave have one total: ",
        "",
    ),
    "another population in the passport": (
        one_more_in_the_passport,
        "manifest.yml, strata.csv, 2024 | ab_lid | nvt",
        "passports count the population: 150",
        "151",
    ),
    "a figure twice": (
        twice("estimates"),
        "3-estimates.parquet, officeholders | any_aggression | 2022 | all",
        "one figure has one row: 1",
        "2",
    ),
    "more in a base than said yes": (
        figure("n", 1, "severity", "ernstig"),
        "3-estimates.parquet, officeholders | severity | ernstig | 2024 | all",
        "respondents of any_aggression in its base: ",
        "",
    ),
    "fewer in a base that counts silence too": (
        figure("n", -1, "severity", "ernstig"),
        "3-estimates.parquet, officeholders | severity | ernstig | 2024 | all",
        "respondents of any_aggression in its base: ",
        "",
    ),
    "answers above 1": (
        figure("estimate", 0.01, *GEEN),
        "3-estimates.parquet, officeholders | severity_all | 2024 | all",
        "answers add up to 1: 1",
        "1.01",
    ),
    "answers together that are more than each": (
        figure("estimate", 0.01, "severity_all", "ernstig_of_zeer_ernstig"),
        "3-estimates.parquet, severity_all.ernstig_of_zeer_ernstig, officeholders | 2024 | all",
        "what is shown together is the sum of its answers: ",
        "",
    ),
    "severities that are not all": (
        figure("estimate", 0.01, "any_aggression"),
        "3-estimates.parquet, severity_all, officeholders | 2024 | all",
        "answers but geen add up to any_aggression: ",
        "",
    ),
    "more persons in a layer": (
        figure("persons", 50.0, "threat", "", "layer=gemeente"),
        "3-estimates.parquet, officeholders | threat | 2024 | all",
        "persons per layer add up to all: 1",
        "1.0",
    ),
    "a layer that is not there": (
        without("layer=waterschap"),
        "3-estimates.parquet, officeholders | any_aggression | 2022 | all",
        "persons per layer add up to all: 1",
        "0.",
    ),
    "a layer that says more": (
        figure("estimate", 0.05, "threat", "", "layer=provincie"),
        "3-estimates.parquet, officeholders | threat | 2024 | all",
        "shares per layer add up to all: ",
        "",
    ),
    "women and men who cannot make that total": (
        figure("estimate", 0.05, "threat", "", "gender=vrouw"),
        "3-estimates.parquet, officeholders | threat | 2024 | all",
        "shares per gender add up to all: ",
        "",
    ),
    "a form above any": (
        every_form_above_any,
        "3-estimates.parquet, verbal, officeholders | 2022 | ",
        "any_aggression is at least each form: 0 to ",
        "",
    ),
    "printed answers that add up to more than rounding allows": (
        printed(9, *GEEN),
        "5-publishable-estimates.parquet, officeholders | severity_all | 2024 | all",
        "answers add up to 1: 1",
        "",
    ),
    "a printed layer beyond rounding": (
        printed(9, "threat", "", "layer=gemeente"),
        "5-publishable-estimates.parquet, officeholders | threat | 2024 | all",
        "shares per layer add up to all: ",
        "",
    ),
    "a printed percentage that is not the figure": (
        printed(1, "threat", "", "function_group=raadslid"),
        "5-publishable-estimates.parquet, officeholders | threat | 2024 | function_group=raadslid",
        "printed percents are rounded figures: ",
        "",
    ),
    "a printed count of more than said yes": (
        counted(1, 0),
        "5-publishable-estimates.parquet, officeholders | threat | 2024 | layer=provincie",
        "printed counts are counted figures: ",
        "",
    ),
    "a printed count of more than there were": (
        counted(0, 1),
        "5-publishable-estimates.parquet, officeholders | threat | 2024 | layer=provincie",
        "printed counts are counted figures: ",
        "",
    ),
    "a comparison twice": (
        twice("comparisons"),
        "4-comparisons.parquet, ",
        "one comparison has one row: 1",
        "2",
    ),
    "a difference that is not that of its figures": (
        difference,
        "5-publishable-comparisons.parquet, ",
        "a difference is that of its two figures: ",
        "",
    ),
    "a verdict that its interval denies": (
        verdict("no_demonstrable_difference", "higher", everywhere=True),
        "4-comparisons.parquet, ",
        "a verdict is that of its own difference and interval: higher",
        "",
    ),
    "another verdict in print": (
        verdict("higher", "no_demonstrable_difference", everywhere=False),
        "5-publishable-comparisons.parquet, ",
        "one comparison has one verdict in every file: higher",
        "no_demonstrable_difference",
    ),
    "secret, called too few": (
        verdict("withheld", "too_few", everywhere=False),
        "5-publishable-comparisons.parquet, ",
        "a comparison is withheld where one of its figures is, or is bracketed: True",
        "False",
    ),
    "two ways, two verdicts": (
        the_other_way_too,
        "4-comparisons.parquet, whole | officeholders",
        "A against B is the opposite of B against A: ",
        "",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_law_stops_the_build(stages: Stages, what: str) -> None:
    plant, where, expected, got = BROKEN[what]
    with pytest.raises(MonitorError) as caught:
        check(plant(stages))
    message = told(caught.value)
    assert message["title"] == "Figures contradict each other"
    assert message["where"].startswith(where)
    assert message["expected"].startswith(expected)
    assert message["got"].startswith(got)


def test_an_empty_group_is_no_contradiction(stages: Stages) -> None:
    empty = stages.estimates[at(stages.estimates, "threat")].assign(domain="layer=rijk", n=0, yes=0, persons=0.0)
    nothing = empty.assign(estimate=np.nan, low=np.nan, high=np.nan)
    made = pd.concat([stages.estimates, nothing], ignore_index=True)
    check(replace(stages, estimates=made, published=publishable.publish_estimates(made, SETTINGS)))
