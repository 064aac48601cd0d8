"""Codes and options: what stands in a cell, or does not, and which answer it is."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.questionnaire import Questionnaire
from deliveries import columns as subject
from deliveries import harmonise as harmonising
from tests.analysis.told import told
from tests.deliveries import made
from tests.deliveries.examined import OUT, PASSPORT, WHOLE, found, harmonise, titles, with_correction
from tests.deliveries.made import cells, harmonised
from tests.deliveries.made import changed as change


@pytest.mark.parametrize("text", ["1;2", "2;1", "1,2", "1|2", "1 2", "1 ; 2", "01;2.0", "1;2;"])
def test_delimited_answers_may_be_divided_in_several_ways(text: str) -> None:
    rows = made.changed("q2", 1, text.rstrip(";"))(made.delivered_rows())
    assert harmonised(cells(rows), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT).frame.to_dict("list") == WHOLE


def ticks(**columns: list[float]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """The two options of the question of effects, for the five who count."""
    return lambda rows: rows.assign(
        **{name: [*cells[:3], rows[name][3], cells[3], cells[4], *rows[name][6:]] for name, cells in columns.items()}
    )


def test_an_empty_cell_beside_a_tick_is_neither_a_no_nor_no_answer_until_somebody_says_so() -> None:
    """Taken for no answer, who did not tick an option would leave its base: every share would be 100 %."""
    only_ticks = ticks(q4_1=[np.nan, 1, np.nan, np.nan, np.nan], q4_2=[np.nan, np.nan, 1, np.nan, np.nan])
    message = found(only_ticks)
    assert message["title"] == "Empty beside a ticked option"
    assert message["where"].endswith(("(effects__plezier), rows 2, 3", "(effects__slaap), rows 2, 3"))
    assert message["got"] == "2 rows with an empty cell, in 2 options of the question"
    assert titles(ticks(q4_1=[0, 1, 0, 0, 0], q4_2=[np.nan, np.nan, 1, 0, 0])) == ["Empty beside a ticked option"]
    known = with_correction(variable="effects__slaap", where={"nr": "P2"}, to="no_answer")
    one_open = ticks(q4_1=[0, 1, 0, 0, 0], q4_2=[0, np.nan, 1, 0, 0])
    assert titles(one_open, corrections=known.corrections) == []


def test_nothing_ticked_where_none_of_these_was_offered_is_found_and_a_correction_can_say_no_answer() -> None:
    options = deepcopy(made.QUESTIONS)
    effects = next(row for row in options if row["id"] == "effects")
    effects["answers"][1] |= {"exclusive": True}
    questionnaire = made.QUESTIONNAIRE.model_copy(
        update={
            "questions": Questionnaire.model_validate(
                {"survey": "x", "title": "x", "questions": [{"text": {2016: "?"}, **row} for row in options]}
            ).questions
        }
    )
    rows = cells(ticks(q4_1=[0, 1, 0, 1, 1], q4_2=[0, 0, 1, 0, 0])(made.delivered_rows()))
    _, (finding,) = harmonising.examine(rows, made.DELIVERED, questionnaire, PASSPORT)
    message = told(finding)
    assert (message["title"], message["got"]) == ("Nothing ticked", "1 row with a no to every option")
    assert message["expected"] == "one option at least: 'Slecht slapen' was offered"
    known = with_correction(variable="effects", where={"nr": "P1"}, to="no_answer")
    frame = harmonised(rows, known, questionnaire, PASSPORT).frame
    assert frame.loc[0, ["effects__plezier", "effects__slaap"]].tolist() == ["no_answer", "no_answer"]


MANY = ["q1", "q3", "q4_1", "q4_2", "q5"]


def written(form: Callable[[float], str], empty: str = "") -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Rows whose columns of codes are texts."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        texts = {name: [empty if np.isnan(value) else form(value) for value in frame[name]] for name in MANY}
        return frame.assign(**texts)

    return change


def coded(**codes: dict[str, str]) -> dict[str, dict]:
    """answers.csv with these codes too, by variable; `every` is each of them."""
    rows = {name.replace("every", "*"): added for name, added in codes.items()}
    return {
        "codes": {
            **made.DELIVERED.codes,
            **{name: {**made.DELIVERED.codes.get(name, {}), **rows[name]} for name in rows},
        }
    }


@pytest.mark.parametrize("empty", ["NA", "#NULL!", "n.v.t., niet gevraagd"])
def test_one_text_for_empty_cells_is_one_finding_whose_row_mends_it(tmp_path: Path, empty: str) -> None:
    rows = written("{:.0f}".format, empty)
    message = found(rows)
    assert (message["title"], message["got"]) == ("Unknown answer code", empty)
    assert message["where"].endswith("5 columns, such as q1")
    path = tmp_path / "answers.csv"
    row = message["hint"].partition("answers.csv: ")[2].partition("; else")[0]
    path.write_text(f"survey,variable,wave,code,answer\n{row}\n", "utf-8")
    (added,) = subject.read_answers(path).to_dict("records")
    assert (added["variable"], added["answer"]) == ("*", "no_answer")
    harmonise(rows, **coded(every={added["code"]: added["answer"]}))


@pytest.mark.parametrize("form", ["{:.1f}", "{:.0e}"])
def test_numbers_of_another_form_in_many_columns_are_one_finding_that_names_the_form(form: str) -> None:
    message = found(written(lambda value: form.format(value).replace(".", ",")))
    assert message["got"] == "numbers with a decimal comma or a power of ten"
    assert message["hint"].startswith("ask the producer for whole numbers")


def test_a_text_of_few_columns_is_told_with_its_rows_beside_one_of_many() -> None:
    rows = change("q1", 1, "7")(written("{:.0f}".format, "NA")(made.delivered_rows()))
    delivered = made.DELIVERED
    _, findings = harmonising.examine(cells(rows), delivered, made.QUESTIONNAIRE, PASSPORT)
    assert [error.got for error in findings] == ["NA", "7"]
    assert told(findings[1])["where"].endswith("column q1 (threat), rows 2")
    assert "no_answer for an empty cell" in findings[1].hint


def test_a_code_may_be_no_answer_to_one_question_or_to_every_one_dates_too() -> None:
    frame = harmonise(change("q5", 1, 77.0), **coded(place={"77": "no_answer"}))
    assert frame["place"].tolist()[:3] == ["thuis", "no_answer", "no_answer"]
    assert frame.drop(columns="place").to_dict("list") == {key: WHOLE[key] for key in WHOLE if key != "place"}
    frame = harmonise(change("q2", 3, "NA"), **coded(every={"NA": "no_answer"}))
    assert frame.to_dict("list") == WHOLE
    assert found(change("q2", 1, "NA"), **coded(every={"NB": "no_answer"}))["title"] == "Unknown answer code"
    frame = harmonise(change("q2", 1, "NA"), **coded(every={"NA": "no_answer"}))
    assert frame["channels__email"].tolist() == [OUT, "no_answer", "no", OUT, "no"]
    message = found(change("dag", 1, "NA"), **coded(every={"NA": "no_answer"}))
    assert message["title"] == "Background without an answer"


def test_a_row_for_every_question_is_about_those_that_have_its_answer() -> None:
    message = found(change("functie", 1, "1=Yes"), **coded(every={"1=Yes": "yes"}))
    got = "a text of 5 signs that is not told"
    assert (message["title"], message["got"]) == ("Unknown answer code", got)


def ticked(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a file in which what was not ticked is empty, also where all options stand in one cell."""
    none = {name: frame[name].where(frame[name] != 0) for name in ("q4_1", "q4_2")}
    return frame.assign(**none, q2=frame["q2"].replace("0", ""))


@pytest.mark.parametrize(
    "codes",
    [
        {"effects": {"": "no"}, "channels": {"": "no"}},
        {"effects__plezier": {"": "no"}, "effects__slaap": {"": "no"}, "channels": {"": "no"}},
    ],
)
def test_an_empty_cell_is_the_answer_that_a_row_without_a_code_gives_to_those_who_were_asked(codes: dict) -> None:
    frame = harmonise(ticked, **coded(**codes))
    effects = {name: [cell.replace("no_answer", "no") for cell in WHOLE[name]] for name in WHOLE if "effects" in name}
    assert frame.to_dict("list") == WHOLE | effects
    assert harmonise(lambda rows: rows, **coded(**codes)).to_dict("list") == WHOLE | effects  # a 0 is a "no" too


def test_an_empty_cell_of_all_options_may_be_one_of_them() -> None:
    frame = harmonise(ticked, **coded(channels={"": "geen"}, effects={"": "no"}))
    assert frame["channels__geen"].tolist() == [OUT, "no", "yes", OUT, "yes"]
    assert frame["channels__brief"].tolist() == WHOLE["channels__brief"]


def test_a_correction_of_an_empty_cell_that_is_an_answer_must_still_fit_the_routing() -> None:
    given = with_correction(variable="channels__brief", where={"nr": "P1"}, to="yes")
    message = found(ticked, corrections=given.corrections, **coded(channels={"": "no"}, effects={"": "no"}))
    assert message["title"] == "Answer to a question that was not asked"
