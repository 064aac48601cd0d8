"""What an SPSS file says of its own columns and codes, held against config: what contradicts it, and what does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import MonitorError
from analysis.questionnaire import read_questionnaires
from deliveries.cells import Cells, Column
from deliveries.columns import Delivered, describe, read_answers, read_variables
from deliveries.labels import check_codes_mean, check_columns_mean, check_valid_codes, labelled
from tests.analysis.told import told
from tests.deliveries import made

CONFIG = Path(__file__).parents[2] / "config"
PAPER = read_questionnaires(CONFIG / "questionnaire")["officeholders"]
VARIABLES, ANSWERS = read_variables(CONFIG / "variables.csv"), read_answers(CONFIG / "answers.csv")
DELIVERED = describe("officeholders", 2024, "waves/2024/officeholders.sav", VARIABLES, ANSWERS, ())
ANOTHER, NONE = "Label in the file means another answer", "Label in the file is like no answer"
NUMBER = "Label in the file has another number or an opposite"
DIFFERENT = "Label in the file asks something else"


def file(**columns: Column) -> Cells:
    """A file with these columns, named as the variables are."""
    return Cells(1, (), {DELIVERED.columns[name]: column for name, column in columns.items()})


def coded(labels: Mapping[str, str], *names: str, delivered: Delivered = DELIVERED) -> list[MonitorError]:
    """What is found of columns whose codes have these labels; in 2024 code 1 of gender is a woman."""
    columns = {name: Column(np.zeros(1, dtype=int), ("1",), labels) for name in names}
    return list(check_codes_mean(file(**columns), delivered, PAPER))


WRONG: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "other boundaries": (
        "incidents",
        {"2": "2 keer", "3": "3 tot en met 6 keer", "4": "7 tot en met 10 keer"},
        [NUMBER] * 2,
    ),
    "other boundaries in words": ("incidents", {"4": "Zeven tot en met tien keer"}, [NUMBER]),
    "other years": ("years_in_office", {"1": "Korter dan 2 jaar", "2": "2 tot 5 jaar"}, [NUMBER] * 2),
    "a number cut through": ("incidents", {"5": "Meer dan 1"}, [NUMBER]),
    "less for more": ("incidents", {"5": "Minder dan 10 keer"}, [NUMBER]),
    "a denial left out": ("aftercare", {"2": "Nee, dat was ook nodig"}, [NUMBER]),
    "a denial put in": ("severity", {"3": "Niet zeer ernstig"}, [NUMBER]),
    "letters reversed": ("gender", {"1": "M", "2": "V"}, [ANOTHER] * 2),
    "yes and no reversed": ("police_report", {"1": "N", "2": "J"}, [ANOTHER] * 2),
    "English reversed": ("police_report", {"1": "No", "2": "Yes"}, [NONE] * 2),
    "ticks reversed": ("verbal_kinds__kleineren", {"1": "Niet aangevinkt", "0": "Yes"}, [ANOTHER] * 2),
    "signs": ("home_safe", {"1": "++", "5": "--"}, [NONE] * 2),
    "another scale": ("severity", {"1": "Heel erg"}, [NONE]),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_label_of_another_meaning_is_found(what: str) -> None:
    name, labels, titles = WRONG[what]
    assert [finding.title for finding in coded(labels, name)] == titles


RIGHT: dict[str, tuple[str, dict[str, str]]] = {
    "to the letter": ("incidents", {"3": "3 tot en met 5 keer"}),
    "typed wrong": ("severity", {"1": "Mindr ernstig", "2": "Ernsitg", "3": "Zeer ernstg"}),
    "cut off": ("severity", {"1": "Minder ern", "3": "Zeer", "8": "Weet ik nie"}),
    "letters": ("gender", {"1": "V", "2": "M"}),
    "numbered": ("police_report", {"1": "1. Ja", "2": "2 Nee", "9": "9=Wil ik niet zeggen"}),
    "shouted, without signs": ("aftercare", {"2": "NEE DAT WAS OOK NIET NODIG"}),
    "numbers in other words": ("incidents", {"1": "Eén keer", "2": "twee keer", "3": "3 t/m 5 keer"}),
    "nothing but the code": ("home_safe", {"2": "2", "3": " ", "4": "4"}),
    "ticks in English": ("verbal_kinds__kleineren", {"1": "Yes", "0": "Not selected"}),
    "of a code that config does not know": ("police_report", {"7": "Meer dan 100 keer"}),
}


@pytest.mark.parametrize("form", RIGHT)
def test_a_label_of_the_same_meaning_is_no_fault_in_any_form(form: str) -> None:
    name, labels = RIGHT[form]
    assert [str(finding) for finding in coded(labels, name)] == []


def with_row(row: str, folder: Path) -> Delivered:
    """The delivery after a line was added to answers.csv."""
    path = folder / "answers.csv"
    path.write_text((CONFIG / "answers.csv").read_text("utf-8") + row + "\n", encoding="utf-8")
    return describe("officeholders", 2024, DELIVERED.file, VARIABLES, read_answers(path), ())


@pytest.mark.parametrize(
    ("name", "code", "label"),
    [("police_report", "2", "Yes"), ("incidents", "3", "3, 4, 5 of 6"), ("severity", "3", 'De "ergste"')],
)
def test_the_row_in_the_hint_accepts_the_label_and_leaves_the_codes_alone(
    tmp_path: Path, name: str, code: str, label: str
) -> None:
    (finding,) = coded({code: label}, name)
    accepted = with_row(finding.hint.partition("by a row: ")[2], tmp_path)
    assert coded({code: label}, name, delivered=accepted) == []
    assert coded({code: f"{label} niet"}, name, delivered=accepted)
    before, after = (one.answers(PAPER[name], name) for one in (DELIVERED, accepted))
    assert {key: answer for key, answer in after.items() if "=" not in key} == before


def test_signs_that_a_screen_would_obey_are_not_printed() -> None:
    (finding,) = coded({"1": "\x1b[2J"}, "police_report")
    assert str(finding).replace("\n", "").isprintable()
    assert finding.hint.endswith("officeholders,police_report,2024,1=?[2J,ja")


def test_one_label_in_many_columns_is_one_finding_that_one_row_accepts(tmp_path: Path) -> None:
    names = [name for name in PAPER.columns if "__" in name and name in DELIVERED.columns][:12]
    (finding,) = coded({"1": "Kruisje"}, *names)
    assert told(finding)["where"].endswith("column vr_09_1 (verbal_kinds__schreeuwen) and 11 more columns, code 1")
    assert finding.hint.endswith(": officeholders,*,2024,1=Kruisje,yes")
    assert coded({"1": "Kruisje"}, *names, delivered=with_row(finding.hint.partition("row: ")[2], tmp_path)) == []


def test_a_code_that_is_said_to_be_no_answer_may_have_any_label_but_that_of_an_answer() -> None:
    empty = replace(DELIVERED, codes={**DELIVERED.codes, "threat": {"7": "no_answer"}})
    assert coded({"7": "Overgeslagen"}, "threat", delivered=empty) == []
    assert [one.title for one in coded({"7": "Nooit"}, "threat", delivered=empty)] == [ANOTHER]


def asked(name: str, label: str) -> list[str]:
    column = Column(np.zeros(1, dtype=int), ("1",), question=label)
    return [finding.got for finding in check_columns_mean(file(**{name: column}), DELIVERED, PAPER)]


VERBAL = PAPER["verbal"].wording(2024)


@pytest.mark.parametrize(
    ("name", "label", "differs"),
    [
        ("verbal", VERBAL.replace("12 maanden", "24 maanden"), "24"),
        ("verbal", VERBAL.replace("12 maanden", "12 weken"), "weken"),
        ("threat", "Bedreiging, 24mnd", "24"),
        ("physical", "Hoe vaak fysieke agressie in het afgelopen half jaar?", "½"),
        ("incidents", "Hoeveel keer gaf u in de afgelopen 12 maanden", "gaf"),
        ("aimed_at", PAPER["aimed_at"].wording(2024).replace("laatste", "eerste"), "eerste"),
        ("training", "Kreeg u in de afgelopen vijf jaar een training?", "5"),
        ("training", "Kreeg u in het afgelopen 1 jaar een training?", "1"),
        ("saw_rules_broken__lekken", f"Lekken ({PAPER['saw_rules_broken'].wording(2020)})", "2"),
    ],
)
def test_a_question_about_another_time_or_in_opposite_words_is_found(name: str, label: str, differs: str) -> None:
    assert asked(name, label) == [f"{differs}: in {label!r}"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("verbal", VERBAL.replace("12", "twaalf")),
        ("verbal", VERBAL[:40]),
        ("verbal", "6. Verbale agressie, 12 mnd (vr_06)"),
        ("verbal", "Monitor 2024: verbale agressie"),
        ("function", "Vraag 1 Welke functie heeft u?"),
        ("training", "Training of cursus"),
        ("training", "In the last 24 months, were you trained?"),
        ("training", "Kreeg u in de afgelopen twee jaar 1 training?"),
    ],
)
def test_a_question_in_other_words_that_differs_in_no_number_is_no_fault(name: str, label: str) -> None:
    assert asked(name, label) == []


def test_options_of_one_question_that_asks_something_else_are_one_finding() -> None:
    question = PAPER["saw_rules_broken"]
    text = question.wording(2024).replace("12", "36")
    labels = {f"{question.id}__{option.id}": f"{option.wording(2024)} ({text})" for option in question.answers}
    columns = {name: Column(np.zeros(1, dtype=int), ("1",), question=label) for name, label in labels.items()}
    (finding,) = check_columns_mean(file(**columns), DELIVERED, PAPER)
    assert finding.title == DIFFERENT
    assert finding.where.endswith("column vr_40_1 (saw_rules_broken__lekken) and 9 more columns")


def test_an_answer_that_the_file_declares_missing_is_found_once_for_all_columns() -> None:
    column = Column(np.zeros(1, dtype=int), ("1",), missing=((5.0, 88.0),))
    columns = file(reaction_satisfaction=column, aftercare_satisfaction=column, police_report=column)
    (finding,) = check_valid_codes(columns, DELIVERED, PAPER)
    assert finding.title == "Code of an answer is declared missing"
    assert finding.where.endswith("column vr_29 (reaction_satisfaction) and 1 more column")
    assert finding.got == "user-missing: 5 (zeer_tevreden)"
    columns = file(reaction_satisfaction=replace(column, missing=((8.0, 8.0), (-9.0, -1.0))))
    assert list(check_valid_codes(columns, DELIVERED, PAPER)) == []


def test_user_missing_ranges_and_texts_are_read_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.write(tmp_path, made.delivered_rows())
    assert made.examined(path)[1] == []
    monkeypatch.setattr(made, "MISSING", {"q1": [99], "q3": [{"lo": 3, "hi": 8}]})
    (finding,) = made.examined(made.write(tmp_path, made.delivered_rows()))[1]
    assert (finding.title, finding.got) == (
        "Code of an answer is declared missing",
        "user-missing: 3 (minder_ernstig)",
    )
    text = Column(np.zeros(1, dtype=int), ("J",), missing=(("J", "J"),))
    assert [text.declares_missing(code) for code in ("J", "N", "1")] == [True, False, False]


def test_columns_with_labels_are_counted() -> None:
    bare = Column(np.zeros(1, dtype=int), ("1",))
    columns = file(verbal=bare, threat=replace(bare, question="?"), physical=replace(bare, labels={"1": "Nooit"}))
    assert labelled(columns) == {"columns": 3, "question": 1, "codes": 1}
