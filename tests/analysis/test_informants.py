"""Whose answer counts for an organisation, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.informants import one_per_unit
from analysis.questionnaire import Questionnaire, read_questionnaire
from tests.analysis.invented import CONFIG

YES_NO = [
    {"id": "ja", "label": "Ja"},
    {"id": "nee", "label": "Nee"},
    {"id": "dont_know", "label": "?", "missing": True},
]
OPTIONS = [{"id": "raad", "label": "Raad"}, {"id": "geen", "label": "Geen", "exclusive": True}]


def question(name: str, **fields: object) -> dict[str, object]:
    return {"id": name, "theme": 11, "kind": "single", "text": {2016: "?"}, "answers": YES_NO} | fields


SECRETARY_FIRST, CLERK_FIRST = ("secretaris", "griffier"), ("griffier", "secretaris")
QUESTIONS = Questionnaire.model_validate(
    {
        **{"survey": "organisations", "title": "Organisaties", "unit": "organisation"},
        "questions": [
            question("organisation", kind="id", theme=0, answers=()),
            question("informant", theme=0, answers=[{"id": name, "label": name} for name in SECRETARY_FIRST]),
            question("protocol", informants=SECRETARY_FIRST),
            question("updated", informants=SECRETARY_FIRST, asked_if={2016: {"any": [{"protocol": ["ja"]}]}}),
            question("procedure", informants=CLERK_FIRST),
            question("training", kind="multiple", informants=SECRETARY_FIRST, answers=OPTIONS),
            question("council", informants=["griffier"], asked_if={2016: {"any": [{"informant": ["griffier"]}]}}),
            question(
                "both",
                informants=SECRETARY_FIRST,
                asked_if={2016: {"all": [{"protocol": ["ja"]}, {"procedure": ["ja"]}]}},
            ),
            question("later", informants=SECRETARY_FIRST),
        ],
    }
)


def row(informant: str, organisation: str = "a", **answers: str) -> dict[str, object]:
    usual = {"protocol": "nee", "updated": "routed_out", "procedure": "nee", "training__raad": "no"}
    usual |= {"training__geen": "yes", "council": "routed_out", "both": "routed_out", "later": "not_asked"}
    return {"wave": 2024, "organisation": organisation, "informant": informant, **usual, **answers}


def of_one(*rows: dict[str, object]) -> pd.Series:
    made = one_per_unit(pd.DataFrame(rows), QUESTIONS)
    assert len(made) == 1
    return made.iloc[0]


@pytest.mark.parametrize("order", [1, -1])
def test_the_informant_named_first_counts_item_by_item(order: int) -> None:
    rows = [row("secretaris", protocol="nee", procedure="nee"), row("griffier", protocol="ja", procedure="ja")]
    made = of_one(*rows[::order])
    assert (made["protocol"], made["procedure"]) == ("nee", "ja")


@pytest.mark.parametrize("silence", ["dont_know", "refused", "no_answer", "routed_out"])
def test_who_does_not_know_gives_way_to_who_does(silence: str) -> None:
    made = of_one(row("secretaris", procedure="ja", protocol=silence), row("griffier", protocol="ja", updated="nee"))
    assert (made["protocol"], made["updated"]) == ("ja", "nee")


def test_where_nobody_knows_the_first_named_says_why() -> None:
    made = of_one(row("griffier", protocol="no_answer"), row("secretaris", protocol="dont_know"))
    assert made["protocol"] == "dont_know"


def test_who_was_asked_and_does_not_know_goes_before_who_was_not_asked() -> None:
    first = row("secretaris", protocol="dont_know")
    made = of_one(first, row("griffier", protocol="ja", updated="dont_know"))
    assert (made["protocol"], made["updated"]) == ("ja", "dont_know")


def test_a_question_that_neither_was_asked_but_both_together_would_be_has_no_answer() -> None:
    made = of_one(row("secretaris", protocol="ja", updated="ja"), row("griffier", procedure="ja"))
    assert made[["protocol", "procedure", "both"]].tolist() == ["ja", "ja", "no_answer"]


def test_what_was_not_asked_of_the_one_who_counts_is_routed_out_though_another_answered_it() -> None:
    """The secretaris says that there is no protocol; the griffier, who thinks there is, says it was renewed."""
    made = of_one(row("secretaris", protocol="nee"), row("griffier", protocol="ja", updated="ja"))
    assert (made["protocol"], made["updated"]) == ("nee", "routed_out")


def test_a_question_for_the_griffier_counts_from_the_griffier_alone() -> None:
    both = of_one(row("secretaris"), row("griffier", council="ja"))
    assert (both["informant"], both["council"]) == ("griffier", "ja")
    alone = of_one(row("secretaris"))
    assert (alone["informant"], alone["council"]) == ("secretaris", "routed_out")


def test_options_of_one_question_come_from_one_informant() -> None:
    """Taken option by option, a training for the council and "none" could both be said."""
    first = row("secretaris", training__raad="no_answer", training__geen="no_answer")
    second = row("griffier", training__raad="yes", training__geen="no")
    assert of_one(first, second)[["training__raad", "training__geen"]].tolist() == ["yes", "no"]
    assert of_one(row("secretaris"), second)[["training__raad", "training__geen"]].tolist() == ["no", "yes"]


def test_an_informant_who_is_not_named_does_not_count() -> None:
    made = of_one(row("anders", protocol="ja", updated="ja"))
    assert (made["protocol"], made["updated"], made["later"]) == ("no_answer", "routed_out", "not_asked")


def test_organisations_and_waves_stay_apart_in_their_order() -> None:
    rows = [
        row("griffier", "b"),
        row("secretaris", "a"),
        row("secretaris", "b"),
        {**row("griffier", "b"), "wave": 2022},
    ]
    made = one_per_unit(pd.DataFrame(rows), QUESTIONS)
    assert made[["wave", "organisation"]].to_numpy().tolist() == [[2024, "b"], [2024, "a"], [2022, "b"]]


@pytest.mark.parametrize("survey", ["officeholders", "employees"])
def test_a_survey_of_persons_stays_as_it_is(survey: str) -> None:
    rows = pd.DataFrame({"wave": [2024, 2024], "respondent": ["x", "x"]})
    assert one_per_unit(rows, read_questionnaire(CONFIG / "questionnaire" / f"{survey}.yml")) is rows
