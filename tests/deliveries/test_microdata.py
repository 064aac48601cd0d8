"""What people wrote, and who they are, goes no further: open answers are dropped, and public config names nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis.errors import MonitorError
from analysis.questionnaire import read_questionnaire
from deliveries.answers import categories
from deliveries.corrections import Correction
from deliveries.examination import examine_delivery
from tests.deliveries import made

ROOT = Path(__file__).parents[2]
SURVEYS = sorted(path.stem for path in (ROOT / "config" / "questionnaire").glob("*.yml"))
WORDS = "mijn buurman, om de windmolens"


@pytest.mark.parametrize("suffix", [".sav", ".csv"])
def test_an_open_answer_is_dropped_before_answers_are_harmonised(tmp_path: Path, suffix: str) -> None:
    rows = made.delivered_rows()
    rows["opm"] = [text if text == "TEST" else WORDS for text in rows["opm"]]
    harmonised, findings = made.examined(made.write(tmp_path, rows, suffix))
    assert harmonised is not None and findings == []
    assert list(harmonised.frame) == ["survey", "wave", *made.QUESTIONNAIRE.columns]
    assert WORDS not in harmonised.frame.astype(str).to_csv()


def test_an_open_answer_that_no_row_of_config_names_stops(tmp_path: Path) -> None:
    rows = made.delivered_rows().assign(toelichting=WORDS)
    path = made.write(tmp_path, rows)
    _, findings = made.examined(path, columns=11)
    assert [finding.title for finding in findings] == ["Column of the delivery is not in the map"]


def test_a_questionnaire_has_no_open_questions(tmp_path: Path) -> None:
    """So that no cell of a harmonised answer can hold words: every kind of question but number and date is coded."""
    question = {"id": "toelichting", "theme": 1, "kind": "open", "text": {2016: "Licht toe"}}
    path = tmp_path / "x.yml"
    path.write_text(yaml.safe_dump({"survey": "x", "title": "x", "questions": [question]}), encoding="utf-8")
    with pytest.raises(MonitorError) as caught:
        read_questionnaire(path)
    assert caught.value.where == "x.yml, questions.0.kind"


@pytest.mark.parametrize("survey", SURVEYS)
def test_harmonised_answers_are_those_of_the_questionnaire_and_nothing_else(survey: str) -> None:
    rows = pd.read_parquet(ROOT / "data" / "processed" / f"1-harmonised-{survey}.parquet")
    questionnaire = read_questionnaire(ROOT / "config" / "questionnaire" / f"{survey}.yml")
    for question in questionnaire.questions:
        for name in question.columns:
            if question.kind == "id":
                assert rows[name].str.fullmatch(r"[\w.-]{0,20}").all(), name
            elif question.kind != "date":
                assert set(rows[name].dropna()) <= set(categories(question).categories), name


def correction(**where: str) -> Correction:
    fields = {**made.ROW, "variable": "threat", "where": where, "to": "nee", "why": "verkeerd overgenomen", "expect": 1}
    return Correction.model_validate(fields)


def test_a_correction_that_names_a_respondent_stands_where_git_ignores_it(tmp_path: Path) -> None:
    """Config is public: number and right answer would stand there side by side."""
    path = made.write(tmp_path, made.delivered_rows())
    public = replace(made.DECIDED, corrections=(*made.CORRECTIONS, correction(nr="P2", q1="1")))
    with pytest.raises(MonitorError) as caught:
        examine_delivery(path, made.passport(path), public)
    assert (caught.value.title, caught.value.got) == ("Correction names a respondent", "where: nr, q1")
    assert "P2" not in str(caught.value)
    kept = replace(made.DECIDED, kept=(correction(nr="P5", opm="per ongeluk verzonden"),))
    harmonised, findings = examine_delivery(path, made.passport(path), kept)
    assert harmonised is not None and findings == []
    other = replace(made.DECIDED, corrections=(*made.CORRECTIONS, correction(dag="18-04-2018", functie="Wethouder")))
    _, findings = examine_delivery(path, made.passport(path), other)
    assert {finding.title for finding in findings} == {"Answer to a question that was not asked"}
