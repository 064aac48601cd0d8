"""What a report tells of other surveys than that of officeholders: which, what of it, and that nothing is left out."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from great_tables import GT

from analysis.declared import read_yaml
from opendata.document import rows_of
from presentation import chapters, organisations
from presentation.factsheets import Sheet, report_sheet, target_group_sheet
from presentation.publications import find_publication, read_publications
from presentation.subjects import surveys

ROOT = Path(__file__).parents[2]
EDITIONS = read_yaml(ROOT / "config" / "monitor.yml")["editions"]
# How a report's chapters call the sheet of a survey, and the chapters without which it is not told at all.
SHEETS = {"officeholders": "sheet", "organisations": "policy", "employees": "staff"}
CHAPTERS = {"organisations": "policy", "employees": "employees"}


@cache
def policies(wave: int = 2024) -> Sheet:
    return target_group_sheet("organisaties", wave)


def asked(survey: str, wave: int) -> pd.DataFrame:
    """The publishable rows of a survey in a wave, read without the code that shows them."""
    rows = pd.read_parquet(ROOT / "data" / "processed" / "5-publishable-estimates.parquet")
    return rows[(rows["survey"] == survey) & (rows["wave"] == wave)]


def bodies(edition: int) -> str:
    """The sources of the chapters of an edition's report, one behind the other."""
    stub = (ROOT / "report" / str(edition) / "monitor.qmd").read_text(encoding="utf-8")
    names = re.findall(r"include \.\./_monitor/([\w-]+\.qmd)", stub)
    return "\n".join((ROOT / "report" / "_monitor" / name).read_text(encoding="utf-8") for name in names)


def with_verdicts(sheet: Sheet, **verdicts: str) -> Sheet:
    """The sheet with these verdicts on middling gemeenten beside all gemeenten, and no other difference."""
    compared = sheet.results.comparisons.assign(verdict="no_demonstrable_difference")
    for indicator, verdict in verdicts.items():
        mine = (compared["indicator"] == indicator) & (compared["domain"] == "size_class=20k_50k")
        compared.loc[mine & (compared["wave"] == sheet.wave), "verdict"] = verdict
    return replace(sheet, results=replace(sheet.results, comparisons=compared))


@pytest.mark.parametrize(
    ("edition", "held"),
    [
        (2016, ["officeholders", "employees", "organisations"]),
        (2018, ["officeholders", "organisations"]),
        (2020, ["officeholders", "organisations"]),
        (2022, ["officeholders", "employees", "organisations"]),
        (2024, ["officeholders", "employees", "organisations"]),
    ],
)
def test_a_report_tells_of_the_surveys_that_its_wave_held(edition: int, held: list[str]) -> None:
    assert [sheet.results.survey for sheet in surveys(edition)] == held
    told = [survey for survey, chapter in CHAPTERS.items() if chapter in EDITIONS[edition]["chapters"]]
    assert sorted(told) == sorted(held[1:])


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_annex_has_every_theme_and_questionnaire_of_every_survey(edition: int) -> None:
    source = bodies(edition)
    for survey in (sheet.results.survey for sheet in surveys(edition)):
        rows = read_yaml(ROOT / "config" / "indicators.yml")["indicators"]
        counted = {row["id"]: row["theme"] for row in rows if survey in row.get("surveys", ["officeholders"])}
        themes = {counted[name] for name in asked(survey, edition)["indicator"]}
        assert set(map(int, re.findall(rf"every_figure\({SHEETS[survey]}, (\d+)\)", source))) == themes
        assert ("annex(edition)" if survey == "officeholders" else f'annex(edition, "{survey}")') in source


@pytest.mark.parametrize("survey", CHAPTERS)
def test_the_annex_leaves_out_no_figure_of_a_theme(survey: str) -> None:
    sheet = next(sheet for sheet in surveys(2024) if sheet.results.survey == survey)
    themes = sorted({row["theme"] for row in sheet.results.indicators.values()})
    shown = [chapters.every_figure(sheet, theme) for theme in themes]
    printed = {name for one in shown for name in one.rows.get("id", ())}
    rows = asked(survey, 2024)
    assert printed == set(rows.loc[rows["domain"] == "all", "id"])


def test_tables_of_two_surveys_have_ids_of_their_own() -> None:
    made = [chapters.group_figures(sheet, "any_aggression").shown for sheet in surveys(2024)[:2]]
    names = {match[1] for one in made if isinstance(one, GT) and (match := re.search(r'id="(\S+)"', one.as_raw_html()))}
    assert len(names) == 2


def test_a_report_has_the_rows_of_its_surveys_in_its_data_file() -> None:
    known = read_publications(ROOT / "config" / "publications.csv")
    ids = rows_of(find_publication(known, "2024/monitor"))["id"]
    assert ids.is_unique
    assert {"any_aggression|2024|all", "employees:any_aggression|2024|layer=gemeente"} <= set(ids)
    assert {"organisations:protocol|2024|layer=provincie", "organisations:protocol|2018|all"} <= set(ids)
    sheet = rows_of(find_publication(known, "2024/vijf-minuten"))["id"]
    assert not sheet.str.contains(":").any()


def test_a_box_compares_with_no_wave_from_which_a_break_parts_it() -> None:
    assert "Vergeleken met" not in chapters.in_short(policies(2024).about("layer=gemeente"), "protocol", "registration")
    goes_on = chapters.in_short(policies(2018).about("layer=gemeente"), "protocol", "registration")
    assert "Vergeleken met de meting van 2016" in goes_on
    assert "Vergeleken met" in chapters.in_short(report_sheet(2024), "any_aggression", "verbal")


def test_of_a_question_and_the_one_in_its_place_the_one_is_told_that_was_asked() -> None:
    pair = ("saw_rules_broken", "saw_rules_broken_2016")
    before, now = (chapters.tell_asked(target_group_sheet("medewerkers", wave), *pair) for wave in (2016, 2024))
    assert "niet integer" in before and "niet integer" not in now and "overtreden" in now
    assert "gevraagd" not in before + now


def test_sizes_of_gemeenten_that_differ_are_told_by_subject_and_otherwise_that_none_does() -> None:
    none = organisations.by_size(with_verdicts(policies()))
    assert none == "Tussen kleine en grote gemeenten zijn bij deze onderwerpen geen verschillen aangetoond."
    some = organisations.by_size(with_verdicts(policies(), protocol="lower", any_training="higher"))
    beside = "Vergeleken met alle gemeenten is het aandeel"
    assert some.startswith(f"**Protocol voor agressie en geweld.** {beside} lager bij ")
    assert f"**Training over agressie.** {beside} hoger bij " in some
    assert some.count("gemeenten van 20.000 tot 50.000 inwoners (") == 2 and "geen verschillen" not in some


def test_of_a_subject_that_the_wave_did_not_ask_no_size_is_told() -> None:
    assert "Gedragscode" not in organisations.by_size(with_verdicts(policies(2018), any_code_of_conduct="higher"))
