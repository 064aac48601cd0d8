"""Women and men within a function or layer: each beside all of it, never beside each other."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.errors import MonitorError
from presentation import chapters
from presentation.factsheets import Sheet, report_sheet, target_group_sheet
from presentation.rows import Shown
from tests.analysis.told import told

FUNCTIONS = "function_group x gender"
COUNCIL = "function_group=raadslid"
WOMEN, MEN = f"{COUNCIL}&gender=vrouw", f"{COUNCIL}&gender=man"


def split(verdicts: tuple[str, str], wave: int = 2024, **changes: object) -> Sheet:
    """The report's sheet along functions and gender: these verdicts on women and men of the council, and figures of
    its women changed so.
    """
    sheet = report_sheet(wave)
    compared, figures = sheet.results.comparisons.copy(), sheet.results.figures.copy()
    for domain, verdict in zip((WOMEN, MEN), verdicts, strict=True):
        compared.loc[(compared["domain"] == domain) & (compared["kind"] == "whole"), "verdict"] = verdict
    for name, value in changes.items():
        figures.loc[figures["domain"] == WOMEN, name] = value
    results = replace(sheet.results, comparisons=compared, figures=figures)
    return replace(sheet, results=results).along(FUNCTIONS)


def council(sheet: Sheet, indicator: str = "any_aggression") -> str:
    """The line on raadsleden, without what ties its numbers to their rows; "" where there is none."""
    lines = str(chapters.women_and_men(sheet, indicator)).splitlines()
    return re.sub(r"\[([^]]*)\]{[^}]*}", r"\1", next((line for line in lines if "**Raadsleden.**" in line), ""))


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (("higher", "lower"), "is bij vrouwen hoger en bij mannen lager dan bij alle raadsleden ("),
        (("higher", "small_difference"), "is bij vrouwen hoger dan bij alle raadsleden ("),
        (("about_equal", "lower"), "is bij mannen lager dan bij alle raadsleden ("),
        (
            ("no_demonstrable_difference", "about_equal"),
            "verschilt bij mannen weinig en bij vrouwen niet aantoonbaar van dat bij alle raadsleden (",
        ),
        (
            ("no_demonstrable_difference", "no_demonstrable_difference"),
            "verschilt bij vrouwen en mannen niet aantoonbaar van dat bij alle raadsleden (",
        ),
    ],
)
def test_women_and_men_are_told_by_their_verdicts_beside_all_of_their_function(
    verdicts: tuple[str, str], said: str
) -> None:
    assert f" Dat aandeel {said}" in council(split(verdicts))


def test_a_line_cites_women_men_and_all_and_gives_the_uncertainty_of_the_parts() -> None:
    line = next(
        line for line in chapters.women_and_men(split(("higher", "lower")), "verbal").splitlines() if COUNCIL in line
    )
    rows = re.findall(r'data-row="verbal&#124;2024&#124;([^"]*)"', line)
    assert rows == [WOMEN, WOMEN, MEN, MEN, COUNCIL]
    assert line.count("(onzekerheid: [tussen ") == 2


def test_of_victims_the_base_is_said_in_the_sentence() -> None:
    line = council(split(("about_equal", "about_equal")), "any_effect")
    assert "Van de vrouwelijke raadsleden die agressie meemaakten, merkte " in line


@pytest.mark.parametrize("change", [{"indicative": True}, {"sign": "x"}, {"sign": "/"}])
def test_a_function_of_which_a_figure_is_not_firm_is_left_out_and_the_others_stay(change: dict[str, object]) -> None:
    sheet = split(("higher", "lower"), **change)
    assert council(sheet) == ""
    assert "**Wethouders.**" in chapters.women_and_men(sheet, "any_aggression")


def test_a_function_without_a_verdict_on_one_of_them_is_left_out() -> None:
    assert council(split(("too_few", "lower"))) == ""


def test_of_what_the_wave_did_not_ask_nothing_is_told() -> None:
    assert chapters.women_and_men(split(("higher", "lower"), wave=2018), "reported") == ""


def test_a_table_has_each_function_above_its_women_and_men_and_an_id_of_its_own() -> None:
    tables = [chapters.group_figures(sheet, "verbal") for sheet in (report_sheet(2024), split(("higher", "lower")))]
    assert all(isinstance(table, Shown) for table in tables)
    domains = list(tables[1].rows["domain"])
    assert domains[domains.index(COUNCIL) :][:3] == [COUNCIL, WOMEN, MEN]
    assert domains[0] == "all" and len(domains) == len(set(domains))
    assert len({re.findall(r'id="(\S+)"', str(table._repr_html_()))[0] for table in tables}) == 2


def test_groups_along_dimensions_take_the_place_of_those_beside_the_sheet_and_stay_with_it() -> None:
    sheet = report_sheet(2024).along("layer", FUNCTIONS)
    assert sheet.parts[:3] == ["layer=gemeente", "layer=provincie", "layer=waterschap"] and WOMEN in sheet.parts
    assert sheet.about(COUNCIL).parts == target_group_sheet("raadsleden", 2024).parts


def test_a_dimension_without_groups_is_told_with_those_that_there_are() -> None:
    with pytest.raises(MonitorError) as error:
        report_sheet(2024).along("gender x layer")
    message = told(error.value)
    assert message["title"] == "No groups of a dimension" and message["got"] == "gender x layer"
    assert "layer x gender" in message["expected"]
