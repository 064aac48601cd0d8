"""The questionnaire in the annex of a report, as who reads it must understand it."""

from __future__ import annotations

import re

import pytest

from deliveries.questionnaires import annex

QUESTION = re.compile(r"\*\*(\d+)\. ")
SURVEYS = ("officeholders", "employees", "organisations")


def questions(survey: str) -> dict[int, str]:
    """The paragraphs of the annex of 2024 by the number that opens them."""
    paragraphs = annex(2024, survey).split("\n\n")
    return {int(found[1]): text for text in paragraphs if (found := QUESTION.match(text))}


@pytest.mark.parametrize("survey", SURVEYS)
def test_who_was_asked_stands_in_the_paragraph_of_its_question(survey: str) -> None:
    """Guards a bug: below a question, whom it was for was read as the heading of the next one."""
    paragraphs = annex(2024, survey).split("\n\n")
    assert any("Alleen voor" in text for text in paragraphs)
    assert all(QUESTION.match(text) for text in paragraphs if "Alleen voor" in text)


@pytest.mark.parametrize("survey", SURVEYS)
def test_a_question_leads_to_later_ones_by_its_number(survey: str) -> None:
    asked = questions(survey)
    led = {own: re.findall(r"vraag (\d+)", text.partition("Alleen voor")[2]) for own, text in asked.items()}
    assert any(led.values())
    for own, numbers in led.items():
        assert all(int(number) < own for number in numbers)
        said = re.search(r"Alleen voor wie (?:bij vraag \d+(?:,| of)? ?)+antwoordde: “([^”]+)”", asked[own])
        assert not said or all(said[1] in asked[int(number)] for number in numbers)


def test_numbers_are_those_of_the_questions_that_are_meant() -> None:
    """Worked by hand from the questionnaire of employees: why nothing was reported is asked of who said so."""
    asked = questions("employees")
    (why_not,) = [text for text in asked.values() if "Waarom is er geen aangifte gedaan" in text]
    (number,) = re.findall(r"vraag (\d+)", why_not)
    assert "aangifte gedaan bij de politie?" in asked[int(number)]
