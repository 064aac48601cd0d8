"""One delivery examined whole: quirks undone, rows dropped and counted, and all that is wrong found at once."""

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
from tests.analysis.told import told
from tests.deliveries import made
from tests.deliveries.examined import PASSPORT, WHOLE, found, titles, with_correction
from tests.deliveries.made import cells, harmonised


def test_every_quirk_is_undone_and_dropped_rows_are_counted_by_reason() -> None:
    done = harmonised(cells(made.delivered_rows()), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT)
    assert done.frame.to_dict("list") == WHOLE
    assert done.read == 8
    assert done.dropped == {"test_record": 1, "duplicate": 1, "partial": 1}


def test_spaces_around_a_text_and_other_ways_to_write_a_number_do_not_count() -> None:
    rows = change("functie", 1, " Wethouder ")(change("nr", 1, "P2 ")(made.delivered_rows()))
    rows["q1"] = ["0.0", "01", "1.0", "1", "99", " 1", "0", " "]
    assert harmonised(cells(rows), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT).frame.to_dict("list") == WHOLE


def test_rows_and_columns_in_another_order_are_the_same_answers() -> None:
    turned = made.delivered_rows().iloc[::-1, ::-1].reset_index(drop=True)
    frame = harmonised(cells(turned), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT).frame
    assert frame.iloc[::-1].to_dict("list") == WHOLE


def test_categories_are_those_of_the_question_whatever_was_delivered() -> None:
    frame = harmonised(cells(made.delivered_rows()), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT).frame
    reasons = ["no_answer", "routed_out", "not_asked"]
    assert list(frame["threat"].cat.categories) == ["ja", "nee", "refused", *reasons]
    assert list(frame["place"].cat.categories) == ["thuis", "online", *reasons]
    assert list(frame["channels__brief"].cat.categories) == ["yes", "no", *reasons]
    assert all(frame[name].cat.codes.dtype == np.int8 for name in frame if name not in TEXTS)


TEXTS = ("wave", "respondent", "completed_on")


change = made.changed
REFUSED_ROWS: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str, str]] = {
    "spelling that is not listed": (change("functie", 1, "Wethouderr"), "Unknown answer code", "/ Wethouderr"),
    "option that is not there": (change("q2", 1, "1;4"), "Unknown answer code", "/ 1;4"),
    "option named twice": (change("q2", 1, "1;1"), "Unknown answer code", "/ 1;1"),
    "none and one": (change("q2", 1, "0;1"), "Unknown answer code", "/ 0;1"),
    "answer that another wave offered": (change("q5", 1, 2.0), "Unknown answer code", "1 (thuis)"),
    "the usual code of an answer that has another": (change("q1", 1, 2.0), "Unknown answer code", "99 (refused)"),
    "answers that exclude each other": (change("q2", 2, "3;1"), "Answers that exclude each other", "Geen hiervan"),
    "a day that is not on the calendar": (change("dag", 1, "31-02-2018"), "Impossible date", "%d-%m-%Y or %Y-%m-%d"),
    "a date by another pattern": (change("dag", 1, "02/17/2018"), "Impossible date", "/ 02/17/2018"),
    "a day before the fieldwork": (change("dag", 1, "15-04-2018"), "Date outside the fieldwork", "/ 2018-04-15"),
    "a day after the fieldwork": (change("dag", 1, "01-05-2018"), "Date outside the fieldwork", "to 2018-04-30"),
    "no number": (change("nr", 1, " "), "Respondent without a number", "an empty cell"),
    "a number that cannot be printed": (change("nr", 1, "P\x07"), "Respondent without a number", "cannot be printed"),
}


@pytest.mark.parametrize("what", REFUSED_ROWS)
def test_a_row_that_cannot_be_right_is_found(what: str) -> None:
    broken, title, words = REFUSED_ROWS[what]
    message = found(broken)
    assert message["title"] == title
    assert message["where"].startswith("waves/2018/invented.sav, column ")
    assert message["where"].endswith((", rows 2", ", rows 3"))
    assert words in f"{message['expected']} / {message['got']}"


COUNTS = "Respondents are not those of the passport"


def test_rows_that_do_not_count_are_never_dropped_without_a_correction() -> None:
    """A test record that is not marked and a second row of somebody each stop, by what is expected and by n."""
    missed = "Correction does not find its rows"
    assert titles(change("opm", 3, "")) == [missed, "Date outside the fieldwork", COUNTS]
    assert titles(lambda rows: rows, corrections=made.CORRECTIONS[:1]) == ["Respondent delivered twice"]
    assert titles(change("nr", 0, "P2")) == [missed, COUNTS]
    assert titles(lambda rows: rows.drop(index=6).reset_index(drop=True)) == [missed]


def test_who_answered_nothing_that_matters_is_a_partial_and_one_more_is_found_by_the_counts() -> None:
    def broken_off(rows: pd.DataFrame) -> pd.DataFrame:
        answers = ["q1", "q4_1", "q4_2", "q5"]
        return rows.assign(**{name: rows[name].where(rows.index != 0) for name in answers})

    assert titles(broken_off) == [COUNTS]
    message = found(broken_off)
    assert message["where"].startswith("waves/2018/invented.sav, function")
    assert message["expected"] == "burgemeester: 2   from manifest.yml"
    assert message["got"] == "burgemeester: 1"


def test_who_left_the_core_open_and_went_on_did_not_break_off() -> None:
    """Dropped as a partial answer, the others would be lost in silence."""
    _, findings = harmonising.examine(
        cells(change("q1", 0, np.nan)(made.delivered_rows())), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT
    )
    message = told(findings[0])
    assert (message["title"], message["got"]) == ("Partial answers that go on", "1 row with answers to other questions")
    assert message["where"].endswith("columns of threat, rows 1")


def test_numbers_that_differ_in_their_capitals_are_one_respondent() -> None:
    assert titles(change("nr", 1, "p1")) == ["Respondent delivered twice"]


def test_a_question_that_most_left_open_is_found_unless_corrections_say_that_it_was_so() -> None:
    rows = made.delivered_rows()
    counted = rows.loc[[0, 1, 2, 4, 5]]
    more = [counted.assign(nr=counted["nr"] + f"-{at}") for at in range(5)]
    many = pd.concat([rows, *more], ignore_index=True)
    strata = [one.model_copy(update={"responded": 6 * one.responded}) for one in PASSPORT.strata]
    passport = PASSPORT.model_copy(update={"strata": tuple(strata)})
    halves = {n: many.assign(q5=many["q5"].where(many.index < n)) for n in (17, 25)}
    asked = 30
    _, (finding,) = harmonising.examine(cells(halves[17]), made.DELIVERED, made.QUESTIONNAIRE, passport)
    message, open_ = told(finding), int(halves[17].loc[[0, 1, 2, 4, 5, *range(8, 33)], "q5"].isna().sum())
    assert message["title"] == "Question that most left open"
    assert message["got"] == f"{open_} empty cells of {asked}"
    assert harmonising.examine(cells(halves[25]), made.DELIVERED, made.QUESTIONNAIRE, passport)[1] == []
    empties = int(halves[17]["q5"].isna().sum())
    known = with_correction(variable="place", where={"q5": ""}, to="no_answer", expect=empties)
    assert harmonising.examine(cells(halves[17]), known, made.QUESTIONNAIRE, passport)[1] == []


def test_a_respondent_outside_the_frame_is_found_with_the_row() -> None:
    strata = tuple(stratum for stratum in PASSPORT.strata if stratum.place["function"] == "wethouder")
    only = PASSPORT.model_copy(update={"strata": strata})
    _, (finding,) = harmonising.examine(cells(made.delivered_rows()), made.DELIVERED, made.QUESTIONNAIRE, only)
    message = told(finding)
    assert message["title"] == "Respondent outside the frame"
    assert message["where"].endswith("column functie (function), rows 1, 5")
    assert message["got"] == "burgemeester"


def test_a_no_with_answers_that_follow_a_yes_is_one_finding_for_each_question() -> None:
    rows = change("q1", 1, 0.0)(made.delivered_rows())
    _, findings = harmonising.examine(cells(rows), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT)
    assert [(error.title, error.got) for error in findings] == [
        ("Answer to a question that was not asked", "3 answers"),
        ("Answer to a question that was not asked", "1 answer"),
    ]
    assert "column q2 (channels__brief) and 2 more of channels, rows 2" in told(findings[0])["where"]


def test_a_wrong_answer_to_a_routing_question_is_one_finding_and_not_one_for_all_that_follow() -> None:
    assert titles(change("q1", 1, 7.0)) == ["Unknown answer code"]


def test_units_are_counted_not_rows() -> None:
    """Two informants of one organisation are two rows and one organisation."""
    questions = [{"id": "organisation", "theme": 0, "kind": "id"}, *made.QUESTIONS[1:]]
    questionnaire = made.QUESTIONNAIRE.model_copy(
        update={
            "unit": "organisation",
            "questions": (
                made.QUESTIONNAIRE.questions[0],
                *Questionnaire.model_validate(
                    {"survey": "x", "title": "x", "questions": [{"text": {2016: "?"}, **row} for row in questions]}
                ).questions,
            ),
        }
    )
    rows = made.delivered_rows().assign(org=["O1", "O2", "O2", "O9", "O4", "O5", "O5", "O6"])
    delivered = replace(made.DELIVERED, columns=dict(made.DELIVERED.columns) | {"organisation": "org"})
    _, findings = harmonising.examine(cells(rows), delivered, questionnaire, PASSPORT)
    assert [told(error)["got"] for error in findings] == ["wethouder: 2"]
    fewer = [stratum.model_copy(update={"responded": 2}) for stratum in PASSPORT.strata]
    right = PASSPORT.model_copy(update={"strata": tuple(fewer)})
    assert harmonising.examine(cells(rows), delivered, questionnaire, right)[1] == []


def labelled(**labels: dict[str, str]) -> list[dict[str, str]]:
    read = cells(made.delivered_rows())
    columns = {name: replace(column, labels=labels.get(name, {})) for name, column in read.columns.items()}
    _, findings = harmonising.examine(replace(read, columns=columns), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT)
    return [told(error) for error in findings]


def test_labels_of_the_file_that_contradict_the_codes_stop_and_typing_errors_do_not() -> None:
    assert labelled(q1={"1": "Ja", "0": "Nee", "99": "Wil niet zegen"}) == []
    assert labelled(q3={"3": "Minder enrstig", "2": "Ernstg", "1": "Zeer ernstg"}) == []
    assert [error["got"] for error in labelled(q1={"1": "Eens"})] == ["'Eens'"]  # like neither Ja nor Nee
    (message,) = labelled(q3={"1": "Minder ernstig"})
    assert message["title"] == "Label in the file means another answer"
    assert message["where"].endswith("column q3 (severity), code 1")
    assert message["got"] == "'Minder ernstig', which is like 'Minder ernstig' (minder_ernstig)"
    assert [error["where"][-6:] for error in labelled(q1={"1": "Nee", "0": "Ja"})] == ["code 1", "code 0"]
    assert len(labelled(q4_1={"0": "Genoemd", "1": "Niet genoemd"})) == 2


def titled(**labels: str) -> list[dict[str, str]]:
    read = cells(made.delivered_rows())
    columns = {name: replace(column, question=labels.get(name, "")) for name, column in read.columns.items()}
    _, findings = harmonising.examine(replace(read, columns=columns), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT)
    return [told(error) for error in findings]


def test_a_column_whose_label_is_the_text_of_another_question_stops() -> None:
    first, second = titled(q4_1="Slecht slapen", q4_2="V4. MINDER plezier")
    assert first["title"] == "Label in the file is that of another question"
    assert first["where"].endswith("variables.csv, effects__plezier, column q4_1")
    assert first["expected"] == "'Minder plezier (?)'   from the questionnaire"
    assert first["got"] == "'Slecht slapen', which is that of effects__slaap"
    assert second["got"] == "'V4. MINDER plezier', which is that of effects__plezier"


def test_a_label_in_other_words_tells_nothing() -> None:
    assert titled(q4_1="Mindr plezier", q4_2="slecht slapen", q5="Vraag 5", q3="q3") == []


def test_a_column_that_the_wave_did_not_ask_by_the_questionnaire_stops() -> None:
    asked = dict(made.DELIVERED.columns) | {"quit": "q6"}
    rows = made.delivered_rows().assign(q6=1.0)
    _, (finding,) = harmonising.examine(
        cells(rows), replace(made.DELIVERED, columns=asked), made.QUESTIONNAIRE, PASSPORT
    )
    message = told(finding)
    assert message["title"] == "Column for a question that was not asked"
    assert (message["got"], message["expected"][:9]) == ("q6", "not_asked")


def test_options_of_a_question_that_the_wave_did_not_ask_are_one_finding() -> None:
    effects = made.QUESTIONNAIRE["effects"].model_copy(update={"waves": (2022,)})
    questions = tuple(effects if one.id == "effects" else one for one in made.QUESTIONNAIRE.questions)
    later = made.QUESTIONNAIRE.model_copy(update={"questions": questions})
    _, (finding,) = harmonising.examine(cells(made.delivered_rows()), made.DELIVERED, later, PASSPORT)
    assert finding.title == "Column for a question that was not asked"
    assert told(finding)["where"].endswith("variables.csv, effects__plezier and 1 more of effects, column 2018")
    assert finding.got == "q4_1, q4_2"


def test_names_in_other_capitals_are_said_to_be_so_and_nothing_else_is_found_of_their_columns() -> None:
    rows = made.delivered_rows().rename(columns={"nr": "NR", "q5": "Q5", "opm": "opmerking"})
    _, findings = harmonising.examine(cells(rows), replace(made.DELIVERED, corrections=()), made.QUESTIONNAIRE)
    assert [(error.title, error.got) for error in findings] == [
        ("Column name differs only in upper and lower case", "NR, Q5"),
        ("Column missing from the delivery", "10 other columns"),
        ("Column of the delivery is not in the map", "1 that it does not name"),
    ]
    assert findings[0].expected == "nr, q5   from variables.csv"


def test_options_share_one_column_all_or_none() -> None:
    half = dict(made.DELIVERED.columns) | {"channels__geen": "q9"}
    message = told(
        harmonising.examine(cells(made.delivered_rows()), replace(made.DELIVERED, columns=half), made.QUESTIONNAIRE)[1][
            0
        ]
    )
    assert (message["title"], message["got"]) == ("Column map is not one to one", "q2")


def test_ignored_columns_are_thrown_away_and_must_be_there() -> None:
    frame = harmonised(cells(made.delivered_rows()), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT).frame
    assert not [name for name in frame if "ignored" in name or name == "opm"]
    assert titles(lambda rows: rows.drop(columns="opm"))[0] == "Column missing from the delivery"


def test_one_code_with_two_answers_and_one_variable_with_two_columns_stop(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("survey,variable,wave,code,answer\nx,q,2018,1,ja\nx,q,2018,2,ja\nx,q,2018,1.0,nee\n", "utf-8")
    with pytest.raises(MonitorError) as caught:
        subject.read_answers(path)
    assert (told(caught.value)["where"], told(caught.value)["got"]) == ("answers.csv, x q 2018 1", "lines 2, 4")
    path = tmp_path / "variables.csv"
    path.write_text("survey,variable,2018\nx,q,a\nx,q,b\n", "utf-8")
    with pytest.raises(MonitorError) as caught:
        subject.read_variables(path)
    assert (told(caught.value)["where"], told(caught.value)["got"]) == ("variables.csv, x q", "lines 2, 3")


def test_who_answered_one_core_question_did_not_break_off() -> None:
    """P3 has no place, P1 gets no threat; P6 has neither."""
    questionnaire = made.QUESTIONNAIRE.model_copy(update={"core": ("threat", "place")})
    rows = change("q1", 0, np.nan)(made.delivered_rows())
    done, findings = harmonising.examine(cells(rows), made.DELIVERED, questionnaire, PASSPORT)
    assert findings == []
    assert done.dropped["partial"] == 1
    assert done.frame["respondent"].tolist() == ["P1", "P2", "P3", "P4", "P5"]


def test_a_correction_gives_a_date_and_an_option_of_a_delimited_answer() -> None:
    rows = change("dag", 1, "17-04-2081")(change("q2", 2, "3;x")(made.delivered_rows()))
    day = {"variable": "completed_on", "where": {"nr": "P2"}, "to": "2018-04-17"}
    delivered = with_correction(**day)
    _, findings = harmonising.examine(cells(rows), delivered, made.QUESTIONNAIRE, PASSPORT)
    assert [error.title for error in findings] == ["Unknown answer code"]
    options = [("brief", "no"), ("email", "no"), ("geen", "yes")]
    more = [{"variable": f"channels__{option}", "where": {"q2": "3;x"}, "to": to} for option, to in options]
    all_ = tuple(row for fields in (day, *more) for row in with_correction(**fields).corrections[2:])
    mended = replace(made.DELIVERED, corrections=(*made.CORRECTIONS, *all_))
    assert harmonised(cells(rows), mended, made.QUESTIONNAIRE, PASSPORT).frame.to_dict("list") == WHOLE


@pytest.mark.parametrize(
    "fields",
    [
        {"variable": "completed_on", "where": {"nr": "P2"}, "to": "morgen"},
        {"variable": "respondent", "where": {"nr": "P2"}, "to": "no_answer"},
        {"variable": "threat", "where": {"nr": "P2"}, "to": "latest"},
        {"variable": "channels", "where": {"nr": "P2"}, "to": "brief"},
    ],
)
def test_a_correction_to_what_a_question_cannot_hold_stops(fields: dict) -> None:
    delivered = with_correction(**fields)
    _, findings = harmonising.examine(cells(made.delivered_rows()), delivered, made.QUESTIONNAIRE, PASSPORT)
    assert [error.title for error in findings] == ["Correction not understood"]


def test_a_delivery_without_rows_is_no_accident_of_the_code() -> None:
    empty = made.delivered_rows().iloc[:0]
    _, findings = harmonising.examine(cells(empty), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT)
    assert {error.title for error in findings} == {"Correction does not find its rows", COUNTS}


def test_of_two_rows_the_one_completed_last_stays_and_one_without_a_day_was_not_completed() -> None:
    for day, kept in (("19-04-2018", "nee"), ("18-04-2018", "nee"), ("17-04-2018", "ja"), ("", "ja")):
        rows = change("dag", 6, day)(made.delivered_rows())
        done, findings = harmonising.examine(cells(rows), made.DELIVERED, made.QUESTIONNAIRE, PASSPORT)
        assert findings == []
        assert done.frame.set_index("respondent")["threat"]["P5"] == kept, day


def test_a_question_put_to_everybody_that_nobody_answered_is_found_whatever_else_stands_in_its_column() -> None:
    message = found(lambda rows: rows.assign(q5=np.nan))
    assert (message["title"], message["got"]) == ("Question without an answer", "5 empty cells")
    assert message["where"].endswith("column q5 (place)")
    message = found(lambda rows: rows.assign(q4_1=np.nan, q4_2=np.nan))
    assert message["where"].endswith("column q4_1 (effects__plezier) and 1 more of effects")
    assert titles(lambda rows: rows.assign(q3=np.nan)) == []  # not put to everybody


def test_background_that_a_respondent_left_empty_is_found_unless_a_correction_says_so() -> None:
    message = found(change("dag", 1, ""))
    assert (message["title"], message["got"]) == ("Background without an answer", "1 empty cell")
    assert "column dag (completed_on), row" in message["where"]
    known = with_correction(variable="completed_on", where={"nr": "P2"}, to="no_answer")
    assert titles(change("dag", 1, ""), corrections=known.corrections) == []
    background = [question.model_copy(update={"theme": 0}) for question in made.QUESTIONNAIRE.questions]
    questionnaire = made.QUESTIONNAIRE.model_copy(update={"questions": tuple(background)})
    _, (finding,) = harmonising.examine(cells(made.delivered_rows()), made.DELIVERED, questionnaire, PASSPORT)
    assert (finding.title, "column q5 (place), row" in finding.where) == ("Background without an answer", True)


def test_a_correction_that_finds_other_rows_tells_which_they_are_and_what_to_do() -> None:
    rows = change("nr", 0, "P2")(made.delivered_rows())
    delivered, questionnaire = made.DELIVERED, made.QUESTIONNAIRE
    message = told(harmonising.examine(cells(rows), delivered, questionnaire, PASSPORT)[1][0])
    assert (message["expected"], message["got"]) == ("1 row", "2 rows: rows 1, 7")
    assert message["hint"].startswith("more rows than were known")
    assert "entry 2 of invented 2018, respondent: opnieuw begonnen" in message["where"]
    message = told(harmonising.examine(cells(change("opm", 3, "")(rows)), delivered, questionnaire, PASSPORT)[1][0])
    assert (message["expected"], message["got"]) == ("1 row", "0 rows")
    assert message["hint"].startswith("the delivery changed")


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("survey;variable;wave;code;answer\nx;q;2018;1;ja\n", "head survey;variable;wave;code;answer"),
        ("survey,variable,wave,code,answer\nx,q,2018,1,ja\nx,q,2018,2,nee,\n", "Expected 5 fields in line 3, saw 6"),
        ("survey,variable,wave,code,answer\nx,q,2018,1,ja,\n", "lines with more cells than the head"),
        ("survey,variable,wave,code,answer,\nx,q,2018,1,ja,\n", "Unnamed"),
        ("survey,variable,wave,code,answer\nx,q,toen,1,ja\n", "toen"),
        ("", "No columns"),
    ],
)
def test_a_table_of_another_form_is_told_with_its_head(tmp_path: Path, text: str, got: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(MonitorError) as caught:
        subject.read_answers(path)
    message = told(caught.value)
    assert (message["title"], message["where"]) == ("Table not understood", "answers.csv")
    assert got in message["got"]
    assert message["expected"].endswith("survey,variable,wave,code,answer")
    with pytest.raises(MonitorError):
        subject.read_variables(path) if ";" in text else subject.read_answers(path)
