"""What documents say of employees and organisations: in the words of their survey, several in the plural."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from great_tables import GT

from analysis.declared import read_yaml
from analysis.errors import MonitorError
from presentation import dutch, exhibits, organisations
from presentation.charts import lettering
from presentation.factsheets import Sheet, target_group_sheet
from presentation.results import read_results

CONFIG = Path(__file__).parents[2] / "config"
SURVEYS = ("officeholders", "employees", "organisations")


def plain(phrase: str) -> str:
    """The words that a reader sees."""
    return re.sub(r"\[(.*?)\]\{[^}]*\}", r"\1", phrase)


@cache
def policies(wave: int = 2024) -> Sheet:
    return target_group_sheet("organisaties", wave)


def with_counts(took_part: int = 8, **counts: int) -> Sheet:
    """The sheet of organisations with this many of eight provincies and waterschappen that have a protocol."""
    sheet = policies()
    figures, response = sheet.results.figures.copy(), sheet.results.response.copy()
    for layer, count in counts.items():
        name = f"organisations:protocol|2024|layer={layer}"
        figures.loc[name, ["n", "count", "text"]] = [8, count, f"{count} van de 8"]
        response.loc[(response["wave"] == 2024) & (response["domain"] == f"layer={layer}"), "responded"] = took_part
    return replace(sheet, results=replace(sheet.results, figures=figures, response=response))


def test_every_verb_of_organisations_has_its_plural() -> None:
    rows = read_yaml(CONFIG / "indicators.yml")["indicators"]
    verbs = {row["does"].partition(" ")[0] for row in rows if "organisations" in row.get("surveys", [])}
    assert {verb: dutch.plural(verb) for verb in verbs} and dutch.plural("heeft") == "hebben"
    with pytest.raises(MonitorError):
        dutch.plural("fietst")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (6, "6 van de 8 deelnemende provincies hebben een protocol voor agressie en geweld."),
        (1, "1 van de 8 deelnemende provincies heeft een protocol voor agressie en geweld."),
        (0, "Geen van de 8 deelnemende provincies heeft een protocol voor agressie en geweld."),
        (8, "Alle 8 deelnemende provincies hebben een protocol voor agressie en geweld."),
    ],
)
def test_a_count_is_said_with_the_verb_that_it_takes(count: int, said: str) -> None:
    assert plain(with_counts(provincie=count).about("layer=provincie").tell("protocol")) == said


def test_what_holds_for_gemeenten_is_said_of_the_others_by_their_counts() -> None:
    said = plain(organisations.tell(with_counts(provincie=6, waterschap=8), "protocol"))
    first, second = re.split(r"(?<=\.) (?=D)", said)
    share = plain(policies().figure("protocol", domain="layer=gemeente").say())
    assert share in first
    assert " een protocol voor agressie en geweld; onzekerheid: tussen " in first
    assert second == "Dat geldt ook voor 6 van de 8 deelnemende provincies en voor alle 8 deelnemende waterschappen."


def test_a_count_tells_when_some_who_took_part_left_the_question_out() -> None:
    sheet = with_counts(took_part=9, provincie=6, waterschap=8)
    alone = "6 van de 8 provincies die deze vraag beantwoordden, hebben een protocol voor agressie en geweld."
    assert plain(sheet.about("layer=provincie").tell("protocol")) == alone
    beside = plain(organisations.tell(sheet, "protocol"))
    assert beside.endswith("en voor alle 8 waterschappen die deze vraag beantwoordden.")
    assert "deelnemende" not in beside


def test_of_a_kind_without_any_yes_nothing_is_said_to_hold_as_well() -> None:
    said = plain(organisations.tell(with_counts(provincie=0, waterschap=8), "protocol"))
    assert "Dat geldt ook voor alle 8 deelnemende waterschappen. Geen van de 8 deelnemende provincies heeft" in said


def test_the_kinds_are_those_that_a_wave_asked() -> None:
    assert "ministeries" in organisations.took_part(policies(2022))
    assert "ministeries" not in organisations.took_part(policies())
    counts = policies().about("layer=provincie").response()
    assert f"{counts['responded']} van de {counts['invited']} provincies" in organisations.took_part(policies())


def test_where_nothing_compares_a_sheet_says_so_once_and_shows_no_verdict() -> None:
    sheet = target_group_sheet("medewerkers", 2024)
    assert exhibits.apart(sheet).startswith("Deze cijfers zijn niet te vergelijken met die van eerdere metingen.")
    assert "die van 2022 ook over het Rijk." in exhibits.apart(sheet)
    assert sheet.since("any_aggression") == "" and sheet.verdict_lines("any_aggression") == []
    table = exhibits.headline_table(sheet)
    assert set(table.rows["wave"]) == {2024}
    assert exhibits.apart(target_group_sheet("raadsleden", 2024)) == ""


def test_the_groups_beside_a_sheet_are_those_of_its_survey() -> None:
    parts = target_group_sheet("medewerkers", 2024).parts
    assert "citizen_contact=dagelijks" in parts and len(parts) == len(set(parts))
    assert not [part for part in parts if part.startswith(("function_group=", "size_class="))]


def test_the_interval_of_a_panel_is_called_indicative_in_prose_chart_and_table() -> None:
    sheet = target_group_sheet("medewerkers", 2024)
    chart, table = exhibits.breakdown(sheet, "any_aggression").shown, exhibits.headline_table(sheet).shown
    assert isinstance(table, GT) and not isinstance(chart, GT)
    assert "Streep: indicatieve marge." in " ".join(re.sub(r"<[^>]*>", " ", chart.svg).split())
    assert "Indicatieve marge" in table.as_raw_html() and "Onzekerheid" not in table.as_raw_html()
    assert "indicatieve marge: tussen " in sheet.tell("any_aggression")


@pytest.mark.parametrize("survey", SURVEYS)
def test_only_officeholders_are_called_so(survey: str) -> None:
    told = read_yaml(CONFIG / "surveys.yml")[survey]
    assert told.keys() == read_yaml(CONFIG / "surveys.yml")["officeholders"].keys()
    words = " ".join(told.values()).replace("getoetst tegen die van politieke ambtsdragers", "")
    assert ("ambtsdragers" in words) is (survey == "officeholders")
    assert read_results(survey=survey).telling == told


def test_measures_are_drawn_from_what_most_have_to_what_least_have_and_counted_in_the_title() -> None:
    gemeenten = policies().about("layer=gemeente")
    shown = exhibits.measures(gemeenten, ["safety_goals", "protocol", "registration_complete"])
    drawn = shown.rows["percent"].tolist()
    assert drawn == sorted(drawn, reverse=True) and len(drawn) == 3
    above = int((shown.rows["low"] > 50).sum())
    assert not isinstance(shown.shown, GT)
    assert f"{above} van deze 3 maatregelen komt voor bij meer dan de helft van de gemeenten" in shown.shown.alt


def test_the_head_of_a_column_of_counts_fits_in_it() -> None:
    """Guards a bug: in a PDF the last head ran off the table. A4 less its margins."""
    shown = exhibits.beside(policies(), ["protocol"], organisations.kinds(policies()), "soorten").shown
    assert isinstance(shown, GT)
    shares = re.findall(r"<col style=\"width:\s*(\d+)%", shown.as_raw_html())
    rooms = [int(share) / 100 * (595.28 - 2 * 56.69) for share in shares]
    heads = [lettering.width(head, 9, lettering.SEMIBOLD) for head in ("Provincies", "Waterschappen")]
    assert sum(map(int, shares)) == 100 and all(head <= room for head, room in zip(heads, rooms[-2:], strict=True))


def test_groups_beside_each_other_have_percentages_with_n_or_counts_alone() -> None:
    shown = exhibits.beside(policies(), ["protocol", "training"], organisations.kinds(policies()), "soorten")
    assert isinstance(shown.shown, GT)
    page = shown.shown.as_raw_html()
    figures = pd.Series(shown.rows["text"].to_numpy(), index=shown.rows["id"])
    for domain in ("gemeente", "provincie", "waterschap"):
        assert figures[f"organisations:protocol|2024|layer={domain}"] in page.replace("\N{NO-BREAK SPACE}", " ")
    assert page.count(">Aantal<") == 2 and page.count(">% (onzekerheid)<") == 1
    assert "Voor niemand" not in page and "Training gegeven: voor bestuurders" in page
