"""The codebook's page holds what config says, read here without the code that wrote the page."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pypandoc
import pytest
import yaml
from lxml import html

from analysis.errors import MonitorError
from deliveries import codebook
from deliveries.codebook import escaped, page, question_in_short, read_codebook

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
# The waves of each survey, as the publications of the monitor have it (1-monitor.md), not as config says.
HELD = {
    "officeholders": [2016, 2018, 2020, 2022, 2024],
    "employees": [2016, 2022, 2024],
    "organisations": [2016, 2018, 2020, 2022, 2024],
}
SURVEYS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (CONFIG / "questionnaire").glob("*.yml")
}
QUESTIONS = [(survey, question) for survey, rows in SURVEYS.items() for question in rows["questions"]]
every_question = pytest.mark.parametrize(
    ("survey", "question"), QUESTIONS, ids=[f"{survey}-{question['id']}" for survey, question in QUESTIONS]
)


@pytest.fixture(scope="module")
def shown() -> html.HtmlElement:
    return html.document_fromstring(pypandoc.convert_text(page(), "html", "markdown", ["--section-divs"]))


@cache
def sections(shown: html.HtmlElement) -> dict[str, list[html.HtmlElement]]:
    """The sections of the page by their id: the page is long, and every question is looked up several times."""
    found: dict[str, list[html.HtmlElement]] = {}
    for each in shown.iter("section"):
        found.setdefault(str(each.get("id")), []).append(each)
    return found


def section(shown: html.HtmlElement, survey: str, question: str) -> html.HtmlElement:
    (found,) = sections(shown)[f"q-{survey}-{question}"]
    return found


def facts(block: html.HtmlElement) -> dict[str, list[html.HtmlElement]]:
    """What the definition lists of a block say, without those of the blocks in it."""
    told: dict[str, list[html.HtmlElement]] = {}
    name = ""
    for each in block.xpath("./dl/* | ./div/dl/*"):
        name = words(each) if each.tag == "dt" else name
        told.setdefault(name, []).extend([each] if each.tag == "dd" else [])
    return told


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def rows(name: str) -> list[dict[str, str]]:
    with (CONFIG / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(question: dict[str, Any]) -> list[str]:
    options = [f"{question['id']}__{answer['id']}" for answer in question.get("answers", [])]
    return options if question["kind"] == "multiple" else [question["id"]]


def labels(answer: dict[str, Any]) -> list[str]:
    return list(answer["label"].values()) if isinstance(answer["label"], dict) else [answer["label"]]


def test_all_three_surveys_are_there(shown: html.HtmlElement) -> None:
    assert {str(each.get("id")) for each in shown.xpath("//section[starts-with(@id, 's-')]")} == {
        f"s-{survey}" for survey in HELD
    }
    assert len(shown.xpath("//section[starts-with(@id, 'q-')]")) == len(QUESTIONS)


@every_question
def test_question_stands_once_with_its_waves(shown: html.HtmlElement, survey: str, question: dict[str, Any]) -> None:
    told = facts(section(shown, survey, question["id"]))
    asked = question.get("waves", HELD[survey])
    origin = {"addresses": "uit het adressenbestand", "bureau": "vastgelegd door het bureau"}.get(
        question.get("origin")
    )
    assert words(told["In de levering" if origin else "Gevraagd"][0]) == ", ".join(map(str, asked))
    assert [words(each) for each in told.get("Niet gesteld", [])] == ([origin] if origin else [])
    assert ("Gesteld aan" in told) != bool(origin)
    others = [words(each) for name in ("Niet gevraagd", "Anders gevraagd") for each in told.get(name, [])]
    assert sorted(re.findall(r"\d{4}", " ".join(others))) == [str(wave) for wave in HELD[survey] if wave not in asked]


@every_question
def test_question_has_its_wordings_and_answers_in_order(
    shown: html.HtmlElement, survey: str, question: dict[str, Any]
) -> None:
    block = section(shown, survey, question["id"])
    asked = question.get("waves", HELD[survey])
    in_force = {wave: question["text"][max(year for year in question["text"] if year <= wave)] for wave in asked}
    (heading,) = block.xpath("./h4")
    assert words(heading) == in_force[asked[-1]]
    earlier = " ".join(words(each) for each in facts(block).get("Eerdere tekst", []))
    assert all(text in earlier for text in in_force.values() if text != words(heading))
    cells = [words(each) for each in block.xpath("./table/tbody/tr/td[2]")]
    answers = question.get("answers", [])
    assert len(cells) == len(answers)
    for cell, answer in zip(cells, answers, strict=True):
        assert cell.startswith(labels(answer)[-1])
        assert ("geen inhoudelijk antwoord" in cell) == answer.get("missing", False)
        assert ("sluit andere antwoorden uit" in cell) == answer.get("exclusive", False)
        offered = [wave for wave in asked if wave in answer.get("waves", asked)]
        assert offered == asked or ", ".join(map(str, offered)) in cell.removeprefix(labels(answer)[-1])


@every_question
def test_base_is_told_in_the_labels_of_its_routing(
    shown: html.HtmlElement, survey: str, question: dict[str, Any]
) -> None:
    by_column = {column: each for each in SURVEYS[survey]["questions"] for column in columns(each)}
    asked = question.get("waves", HELD[survey])
    base = facts(section(shown, survey, question["id"])).get("Gesteld aan", [])
    told = " ".join(words(each) for each in base)
    routings = {max((year for year in question.get("asked_if", {}) if year <= wave), default=0) for wave in asked}
    assert ("iedereen" in told) == (0 in routings and "origin" not in question)
    links = {str(link) for each in base for link in each.xpath(".//a/@href")}
    expected = set()
    for year in routings - {0}:
        for rules in question["asked_if"][year].values():
            for column, answers in (pair for rule in rules for pair in rule.items()):
                led = by_column[column]
                expected.add(f"#q-{survey}-{led['id']}")
                named = [column.partition("__")[2]] if led["kind"] == "multiple" else answers
                for answer in led["answers"]:
                    if answer["id"] in named:
                        assert any(f"“{label}”" in told for label in labels(answer)), answer["id"]
    assert links == expected


def test_base_reads_as_dutch(shown: html.HtmlElement) -> None:
    """Any of several questions: of. All of them: en. Written by hand from the questionnaire."""
    told = words(facts(section(shown, "officeholders", "no_police_reasons"))["Gesteld aan"][0])
    assert told == "wie bij “Heeft u of uw organisatie aangifte gedaan bij de politie?” antwoordde: “Nee”"
    told = words(facts(section(shown, "officeholders", "not_discussed_reasons"))["Gesteld aan"][-1])
    assert re.fullmatch(r"2022, 2024: wie bij “[^”]*besproken[^”]*” en bij “[^”]*gemeld[^”]*” antwoordde: “Nee”", told)
    told = words(facts(section(shown, "officeholders", "severity"))["Gesteld aan"][0])
    assert re.fullmatch(
        r"2016, 2018, 2020: wie bij “[^”]*verbale[^”]*”, bij “[^”]*bedreiging[^”]*” of bij “[^”]*fysieke[^”]*” "
        r"antwoordde: “Eén keer” of “Meerdere keren”",
        told,
    )


def of_waves(told: list[html.HtmlElement], asked: list[int]) -> dict[int, str]:
    """What each wave is told: a line holds for the waves that it begins with, a line without any for all."""
    found = {}
    for line in map(words, told):
        waves, colon, said = line.partition(": ")
        dated = bool(colon and re.fullmatch(r"\d{4}(, \d{4})*", waves))
        found |= dict.fromkeys(map(int, waves.split(", ")) if dated else asked, said if dated else line)
    return found


@every_question
def test_base_quotes_what_its_own_wave_asked(shown: html.HtmlElement, survey: str, question: dict[str, Any]) -> None:
    by_column = {column: each for each in SURVEYS[survey]["questions"] for column in columns(each)}
    asked = question.get("waves", HELD[survey])
    told = of_waves(facts(section(shown, survey, question["id"])).get("Gesteld aan", []), asked)
    assert set(told) == set(asked if "origin" not in question else [])
    for wave, said in told.items():
        year = max((year for year in question.get("asked_if", {}) if year <= wave), default=0)
        for rules in question["asked_if"][year].values() if year else []:
            for text in (by_column[column]["text"] for rule in rules for column in rule):
                own = question_in_short(text[max(year for year in text if year <= wave)])
                assert f"“{own}”" in said, wave
                others = {question_in_short(other) for other in text.values()} - {own}
                assert not any(f"“{other}”" in said for other in others), wave


def test_breaks_stand_at_their_questions_and_nowhere_else(shown: html.HtmlElement) -> None:
    """A break of all stands at the head of its survey, one of an indicator at the questions that it counts.

    Other words for the same question stand apart from breaks, under a name that says that they are none.
    """
    counted = yaml.safe_load((CONFIG / "indicators.yml").read_text(encoding="utf-8"))["indicators"]
    stands_on = {
        (survey, each["id"]): {each.get("variable", ""), *each.get("any", {})}
        for each in counted
        for survey in each.get("surveys", ["officeholders"])
    }
    expected: dict[tuple[str, str], set[str]] = {}
    for row in rows("breaks.csv"):
        title = "Geen breuk" if row["kind"] == "wording" else "Breuk"
        name, survey = row["variable_or_indicator"], row["survey"]
        about = {name} | stands_on.get((survey, name), set())
        places = [
            f"q-{survey}-{each['id']}" for each in SURVEYS[survey]["questions"] if about & {each["id"], *columns(each)}
        ]
        for place in [f"s-{survey}"] if name == "all" else places:
            said = f"vanaf {row['wave']} ({codebook.BREAKS[row['kind']]}): {row['why']}"
            expected.setdefault((place, title), set()).add(re.sub("['‘’]", "", said))
    found = {
        (str(block.get("id")), title): {re.sub("['‘’]", "", words(each)) for each in told}
        for block in shown.xpath("//section[starts-with(@id, 'q-') or starts-with(@id, 's-')]")
        for title, told in facts(block).items()
        if "reuk" in title
    }
    assert found == expected
    assert {("q-officeholders-discussed", "Breuk"), ("s-employees", "Breuk")} < set(expected)
    assert ("q-officeholders-verbal", "Geen breuk") in expected and ("q-officeholders-verbal", "Breuk") not in expected


def test_delivered_names_are_those_of_the_column_map(shown: html.HtmlElement) -> None:
    signs = {"not_asked": "–", "asked_differently": "anders"}
    wanted = {
        (row["survey"], row["variable"], *(signs.get(row[str(wave)], row[str(wave)]) for wave in HELD[row["survey"]]))
        for row in rows("variables.csv")
        if not row["variable"].startswith("ignored__")
    }
    found = {
        (survey, *(words(cell) for cell in line.xpath("./td")))
        for survey in HELD
        for line in shown.xpath("//section[@id=$id]//details//tbody/tr", id=f"s-{survey}")
    }
    assert found == wanted


def test_indicators_stand_at_the_questions_they_count(shown: html.HtmlElement) -> None:
    for row in yaml.safe_load((CONFIG / "indicators.yml").read_text(encoding="utf-8"))["indicators"]:
        for survey in row.get("surveys", ["officeholders"]):
            for variable in {row.get("variable", ""), *row.get("any", {})} - {""}:
                told = facts(section(shown, survey, variable.partition("__")[0]))["Cijfers"]
                assert row["label"] in words(told[0]).split("; "), row["id"]


def test_whose_answer_counts_is_told_for_organisations(shown: html.HtmlElement) -> None:
    told = of_waves(facts(section(shown, "organisations", "protocol"))["Wie telt"], HELD["organisations"])
    assert told[2024] == told[2022] == "“Secretaris of directeur”, anders “Griffier”, anders “Een andere functie”"
    assert told[2016] == told[2018] == told[2020] == "“Secretaris”, anders “Griffier”, anders “Een andere functie”"
    (only,) = facts(section(shown, "organisations", "council_side_jobs"))["Wie telt"]
    assert words(only) == "“Griffier”", "one line where all waves are alike"


def test_register_leads_to_every_question(shown: html.HtmlElement) -> None:
    links = shown.xpath("//section[@id='register']//a/@href")
    assert sorted(links) == sorted(f"#q-{survey}-{question['id']}" for survey, question in QUESTIONS)


def test_signs_of_markdown_are_shown_as_they_are() -> None:
    text = "a_b *c* [d](e) <f> $g$ h|i #j @k ~l~ ^m^ `n` {o} \\p"
    assert words(html.fromstring(pypandoc.convert_text(escaped(text), "html", "markdown"))) == text


def test_the_sentence_that_asks_is_found_between_others() -> None:
    assert question_in_short("Denk aan de laatste keer. Wat gebeurde er? U kunt meer kiezen.") == "Wat gebeurde er?"
    assert question_in_short("Nummer van de deelnemer") == "Nummer van de deelnemer"


def test_kind_of_break_without_a_name_is_an_error() -> None:
    book = read_codebook(ROOT)
    breaks = tuple({**row, "kind": "vraag"} for row in book.breaks)
    with pytest.raises(MonitorError, match="Unknown kind of break"):
        codebook._check(replace(book, breaks=breaks))


def test_theme_without_a_title_is_an_error() -> None:
    with pytest.raises(MonitorError, match="Unknown theme"):
        codebook._check(replace(read_codebook(ROOT), themes={1: "Ervaring"}))
