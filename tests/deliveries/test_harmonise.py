"""From delivered codes to answers: by hand on a questionnaire of five questions, and every input that must stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MonitorError
from analysis.questionnaire import Questionnaire
from deliveries import columns as subject
from deliveries import harmonise as harmonising
from deliveries.columns import Delivered
from deliveries.corrections import Correction, read_corrections
from tests.analysis.told import told
from tests.deliveries.made import cells, harmonised

CONFIG = Path(__file__).parents[2] / "config"
YES_NO = [{"id": "ja", "code": 1, "label": "Ja"}, {"id": "nee", "code": 2, "label": "Nee"}]
REFUSED = {"id": "refused", "code": 9, "label": "Wil ik niet zeggen", "missing": True}
VICTIM: dict = {"asked_if": {2016: {"any": [{"threat": ["ja"]}]}}}
QUESTIONS: list[dict] = [
    {"id": "respondent", "theme": 0, "kind": "id"},
    {"id": "threat", "theme": 2, "kind": "single", "answers": [*YES_NO, REFUSED]},
    {"id": "told", "theme": 5, "kind": "single", "answers": YES_NO, **VICTIM},
    {
        "id": "whom",
        "theme": 5,
        "kind": "multiple",
        "answers": [{"id": "collega", "label": "Collega"}, {"id": "politie", "label": "Politie"}],
        "asked_if": {2016: {"all": [{"threat": ["ja"]}, {"told": ["ja"]}]}},
    },
    {"id": "late", "theme": 8, "kind": "single", "answers": YES_NO},
]
QUESTIONNAIRE = Questionnaire.model_validate(
    {"survey": "officeholders", "title": "Vragen", "questions": [{"text": {2016: "?"}, **row} for row in QUESTIONS]}
)
# 2018 has codes of its own for `threat`, and did not ask `late`.
COLUMNS = {
    **{"respondent": "id", "threat": "q1", "told": "q2", "whom__collega": "q3_1", "whom__politie": "q3_2"},
    "late": "not_asked",
}
DELIVERED = Delivered(
    "officeholders", 2018, "waves/2018/x.sav", COLUMNS, {"threat": {"0": "nee", "1": "ja", "9": "refused"}}
)
NAN = np.nan


def delivery() -> pd.DataFrame:
    """Five people: no threat; refused; left open; threatened and told a colleague; threatened and told nobody."""
    return pd.DataFrame(
        {
            "id": ["P1", "P2", "P3", "P4", "P5"],
            "q1": [0.0, 9.0, NAN, 1.0, 1.0],
            "q2": [NAN, NAN, NAN, 1.0, 2.0],
            "q3_1": [NAN, NAN, NAN, 1.0, NAN],
            "q3_2": [NAN, NAN, NAN, 0.0, NAN],
        }
    )


def harmonise(frame: pd.DataFrame, delivered: Delivered, questionnaire: Questionnaire) -> pd.DataFrame:
    return harmonised(cells(frame), delivered, questionnaire).frame


def test_every_cell_holds_an_answer_or_the_reason_why_there_is_none() -> None:
    frame = harmonise(delivery(), DELIVERED, QUESTIONNAIRE)
    out = "routed_out"
    assert frame.to_dict("list") == {
        "survey": ["officeholders"] * 5,
        "wave": [2018] * 5,
        "respondent": ["P1", "P2", "P3", "P4", "P5"],
        "threat": ["nee", "refused", "no_answer", "ja", "ja"],
        "told": [out, out, out, "ja", "nee"],
        "whom__collega": [out, out, out, "yes", out],
        "whom__politie": [out, out, out, "no", out],
        "late": ["not_asked"] * 5,
    }


def test_who_should_have_answered_and_did_not_is_no_answer() -> None:
    empty = delivery().assign(q2=[NAN, NAN, NAN, NAN, 2.0], q3_1=NAN, q3_2=NAN)
    frame = harmonise(empty, DELIVERED, QUESTIONNAIRE)
    assert frame["told"].tolist()[3:] == ["no_answer", "nee"]
    assert frame["whom__collega"].tolist()[3:] == ["routed_out", "routed_out"]


def test_a_number_delivered_as_a_number_becomes_text() -> None:
    frame = harmonise(delivery().assign(id=[1.0, 2.0, 3.0, 4.0, 5.0]), DELIVERED, QUESTIONNAIRE)
    assert frame["respondent"].tolist() == ["1", "2", "3", "4", "5"]


def cell(column: str, row: int, value: object) -> pd.DataFrame:
    changed = delivery()
    changed.loc[row, column] = value
    return changed


def mapped(**changes: str) -> Delivered:
    return replace(DELIVERED, columns=COLUMNS | changes)


def without(name: str) -> Delivered:
    return replace(DELIVERED, columns={variable: column for variable, column in COLUMNS.items() if variable != name})


BAD: dict[str, tuple[Callable[[], pd.DataFrame], Delivered, str, str, str]] = {
    "unknown code": (
        lambda: cell("q1", 3, 4.0),
        DELIVERED,
        "Unknown answer code",
        "waves/2018/x.sav, column q1 (threat), rows 4",
        "0 (nee), 1 (ja), 9 (refused)   from the questionnaire or answers.csv / 4",
    ),
    "the questionnaire's own code where answers.csv gives others": (
        lambda: cell("q1", 0, 2.0),
        DELIVERED,
        "Unknown answer code",
        "column q1 (threat), rows 1",
        "/ 2",
    ),
    "unknown code of an option": (lambda: cell("q3_1", 3, 2.0), DELIVERED, "Unknown answer code", "q3_1", "0 (no), 1"),
    "text that is no code, among texts that are": (
        lambda: delivery().assign(q1=["0", "9", None, "1", "ja"]),
        DELIVERED,
        "Unknown answer code",
        "rows 5",
        "/ ja",
    ),
    "column of the map missing in the delivery": (
        lambda: delivery().drop(columns="q2"),
        DELIVERED,
        "Column missing from the delivery",
        "waves/2018/x.sav, q2",
        "every column that variables.csv names for 2018",
    ),
    "column not in the map": (
        lambda: delivery().assign(q99=1.0),
        DELIVERED,
        "Column of the delivery is not in the map",
        "q99",
        "1 that it does not name",
    ),
    "variable missing from the map": (
        delivery,
        without("told"),
        "Variable not in the column map",
        "variables.csv, survey officeholders",
        "no row for told",
    ),
    "variable that no question has": (
        delivery,
        mapped(tolled="q2b"),
        "Variable not in the questionnaire",
        "tolled",
        "config/questionnaire/officeholders.yml",
    ),
    "one column for two variables": (
        delivery,
        mapped(late="q2"),
        "Column map is not one to one",
        "variables.csv, column 2018",
        "/ q2",
    ),
    "empty cell in the map": (delivery, mapped(late=""), "Column map is not one to one", "2018", "an empty cell"),
    "codes for a variable that is misspelt": (
        delivery,
        replace(DELIVERED, codes={"thraet": {"0": "nee"}}),
        "Variable not in the questionnaire",
        "answers.csv, thraet",
        "1 that it does not know",
    ),
    "code for an answer that is misspelt": (
        delivery,
        replace(DELIVERED, codes={"threat": {"0": "neen"}}),
        "Answer not in the questionnaire",
        "answers.csv, threat, wave 2018",
        "ja, nee, refused, no_answer / neen",
    ),
    "an answer for every question": (
        delivery,
        replace(DELIVERED, codes={"*": {"": "nee"}}),
        "Answer not in the questionnaire",
        "answers.csv, *, wave 2018",
        "no_answer / nee",
    ),
    "no answer for a number": (
        delivery,
        replace(DELIVERED, codes={"respondent": {"NA": "no_answer"}}),
        "Answer not in the questionnaire",
        "answers.csv, respondent, wave 2018",
        "no row: it has no answers / no_answer",
    ),
    "answer to a question that routing skips": (
        lambda: cell("q2", 0, 1.0),
        DELIVERED,
        "Answer to a question that was not asked",
        "column q2 (told), rows 1",
        "1 answer",
    ),
    "option of a question that routing skips": (
        lambda: cell("q3_2", 4, 0.0),
        DELIVERED,
        "Answer to a question that was not asked",
        "column q3_2 (whom__politie), rows 5",
        "1 answer",
    ),
    "respondent twice": (
        lambda: cell("id", 4, "P2"),
        DELIVERED,
        "Respondent delivered twice",
        "column id, rows 2, 5",
        "2 rows share a respondent number",
    ),
    "respondent without a number": (lambda: cell("id", 1, ""), DELIVERED, "Respondent without a number", "rows 2", ""),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_stops_with_a_message_to_mend_it_from(case: str) -> None:
    made, delivered, title, where, sides = BAD[case]
    with pytest.raises(MonitorError) as caught:
        harmonise(made(), delivered, QUESTIONNAIRE)
    message = told(caught.value)
    assert message["title"] == title
    assert where in message["where"]
    assert sides in f"{message['expected']} / {message['got']}"


def corrected(**changes: object) -> Delivered:
    row = {"survey": "officeholders", "wave": 2018, "variable": "threat", "where": {"q1": 4}, "to": "nee", "expect": 1}
    row |= {"why": "typed wrong", "reported": "bureau, 1 June 2018"} | changes
    return replace(DELIVERED, corrections=(Correction.model_validate(row),))


def test_a_correction_gives_the_answer_by_its_name_in_the_codes_of_the_wave() -> None:
    frame = harmonise(cell("q1", 0, 4.0), corrected(), QUESTIONNAIRE)
    assert frame["threat"].tolist() == ["nee", "refused", "no_answer", "ja", "ja"]


def test_a_correction_empties_a_cell_or_leaves_a_row_out() -> None:
    skipped = cell("q2", 0, 1.0)
    emptied = corrected(variable="told", where={"id": "P1", "q2": 1}, to="no_answer")
    assert harmonise(skipped, emptied, QUESTIONNAIRE)["told"].tolist()[0] == "routed_out"
    left_out = corrected(variable="respondent", where={"id": "P2", "q1": 1}, to="no_row")
    frame = harmonise(cell("id", 4, "P2"), left_out, QUESTIONNAIRE)
    assert frame["respondent"].tolist() == ["P1", "P2", "P3", "P4"]


def test_rows_in_a_message_are_those_of_the_delivery_even_when_a_correction_leaves_one_out() -> None:
    left_out = corrected(variable="respondent", where={"id": "P1"}, to="no_row")
    with pytest.raises(MonitorError) as caught:
        harmonise(cell("q1", 3, 4.0), left_out, QUESTIONNAIRE)
    assert told(caught.value)["where"].endswith("rows 4")


@pytest.mark.parametrize(
    ("changes", "title", "got"),
    [
        ({"expect": 2}, "Correction does not find its rows", "1 row"),
        ({"where": {"q1": 5}}, "Correction does not find its rows", "0 rows"),
        ({"to": "neen"}, "Correction not understood", "where: q1; to: neen"),
        ({"where": {"q9": 4}}, "Correction not understood", "where: q9; to: nee"),
        ({"variable": "thraet"}, "Correction not understood", "where: q1; to: nee"),
        ({"variable": "late"}, "Correction not understood", "where: q1; to: nee"),
    ],
)
def test_a_correction_that_does_not_fit_the_delivery_stops(changes: dict, title: str, got: str) -> None:
    with pytest.raises(MonitorError) as caught:
        harmonise(cell("q1", 0, 4.0), corrected(**changes), QUESTIONNAIRE)
    message = told(caught.value)
    assert message["title"] == title
    assert message["got"] == got
    assert "typed wrong" in message["where"]


def test_corrections_are_read_by_their_fields(tmp_path: Path) -> None:
    assert isinstance(read_corrections(CONFIG / "corrections.yml"), tuple)
    wrong = tmp_path / "corrections.yml"
    wrong.write_text("corrections:\n- {survey: officeholders, wave: 2018, variable: threat, to: nee}\n", "utf-8")
    with pytest.raises(MonitorError) as caught:
        read_corrections(wrong)
    assert told(caught.value)["where"] == "corrections.yml, corrections.0.where"


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    return subject.read_variables(CONFIG / "variables.csv"), subject.read_answers(CONFIG / "answers.csv")


def test_describe_takes_a_waves_own_names_and_codes_out_of_the_tables() -> None:
    described = subject.describe("officeholders", 2018, "x.sav", *tables(), ())
    assert described.columns["respondent"] == "id"  # first row of variables.csv
    assert described.columns["discussed"] == "asked_differently"
    assert described.codes["gender"] == {"0": "man", "1": "vrouw", "9": "refused"}


def test_an_undocumented_wave_stops() -> None:
    with pytest.raises(MonitorError) as caught:
        subject.describe("officeholders", 2026, "waves/2026/officeholders.sav", *tables(), ())
    message = told(caught.value)
    assert message["title"] == "Wave without a column map"
    assert message["where"] == "variables.csv, column 2026"
    assert "2024" in message["got"]


def test_groups_come_from_functions_csv_and_an_unknown_function_stops() -> None:
    functions = pd.read_csv(CONFIG / "functions.csv", dtype=str)
    frame = harmonising.add_groups(pd.DataFrame({"function": ["raadslid", "dijkgraaf"]}), functions)
    assert frame["layer"].tolist() == ["gemeente", "waterschap"]
    assert frame["function_group"].tolist() == ["raadslid", "waterschapsbestuur"]
    with pytest.raises(MonitorError) as caught:
        harmonising.add_groups(pd.DataFrame({"function": ["raadslid", "no_answer"]}), functions)
    assert told(caught.value)["expected"].endswith(": no_answer")
