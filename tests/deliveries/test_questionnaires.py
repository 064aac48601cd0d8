"""The questionnaire as an annex of the report prints it."""

from __future__ import annotations

import re

import pytest

from analysis.questionnaire import COUNTED
from deliveries.questionnaires import annex

SURVEYS = (COUNTED, "organisations", "employees")


def questions(told: str) -> dict[int, str]:
    """By number: the question, its answers and for whom it was."""
    parts = re.split(r"^\*\*(\d+)\. ", told, flags=re.MULTILINE)[1:]
    return {int(number): said for number, said in zip(parts[::2], parts[1::2], strict=True)}


def test_a_condition_names_the_numbers_of_the_questions_that_lead_on() -> None:
    """By hand from the questionnaire: who met any of the three forms of aggression tells how serious it was."""
    asked = questions(annex(2024))
    severity = next(said for said in asked.values() if "Hoe ernstig vond u" in said)
    forms = [number for number, said in asked.items() if said.startswith("Hoe vaak kreeg u in de afgelopen 12 maanden")]
    assert len(forms) == 3
    only = "Alleen voor wie bij vraag {}, {} of {} antwoordde: “Eén keer” of “Meerdere keren”.".format(*forms)
    assert f"[{only}]" in severity


def test_a_condition_on_what_nobody_was_asked_names_where_it_stands() -> None:
    only = "[Alleen voor wie in het adressenbestand staat als: “Gemeente”, “Provincie” of “Waterschap”.]"
    assert only in annex(2022, "organisations")


@pytest.mark.parametrize("wave", [2016, 2018, 2020, 2022, 2024])
@pytest.mark.parametrize("survey", SURVEYS)
def test_conditions_look_back_to_questions_that_offer_their_answers(survey: str, wave: int) -> None:
    asked = questions(annex(wave, survey))
    for number, said in asked.items():
        if not (condition := re.search(r"\[Alleen voor wie bij vraag ([\d, ofen]+) \w+(?: voor)?: (.*)\]", said)):
            continue
        for before in map(int, re.findall(r"\d+", condition[1])):
            assert before < number
            assert all(answer in asked[before] for answer in re.findall(r"“([^”]*)”", condition[2])), (number, before)


@pytest.mark.parametrize("survey", SURVEYS)
def test_the_last_questions_stay_together_without_a_heading(survey: str) -> None:
    before, together = annex(2022, survey).split("\n\n::: {.together}\n\n")
    assert together.endswith("\n\n:::") and "#" not in together.replace("{.key-note}", "")
    assert len(questions(together)) >= 3
    assert sorted([*questions(before), *questions(together)]) == list(questions(before + "\n\n" + together))
