"""What fieldwork did to the answers, deliveries undoes: by the same rows of config, from SPSS and from text alike."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from deliveries import corrections, examination
from deliveries.cells import Cells, Column
from deliveries.formats import read_cells
from deliveries.harmonise import examine
from deliveries.labels import check_columns_mean
from deliveries.passports import read_manifest
from fieldwork.synthetic import delivered as cells_of
from tests.fieldwork.conftest import CONFIG, FILES, ROOT

EMPTY = ["no_answer", "routed_out"]


def csv_bytes(delivery: pd.DataFrame, encoding: str, delimiter: str) -> bytes:
    """A delivery as text, with the same cells as its SPSS file; a whole number has no decimals."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(delivery.columns)
    for row in delivery.itertuples(index=False):
        writer.writerow("" if pd.isna(cell) else f"{cell:g}" if isinstance(cell, float) else cell for cell in row)
    return text.getvalue().encode(encoding)


@pytest.fixture(scope="module")
def decided(inputs):
    answers = pd.read_csv(CONFIG / "answers.csv", dtype={"code": str})
    return examination.Decided(
        inputs.questionnaires, inputs.variables, answers, corrections.read_corrections(CONFIG / "corrections.yml")
    )


@pytest.fixture(scope="module")
def harmonised(decided) -> dict:
    raw = ROOT / "data" / "raw"
    read = {
        (one.survey, one.wave): examination.examine_delivery(raw / one.file, one, decided)
        for one in read_manifest(raw / "manifest.yml")
    }
    assert not [str(finding) for _, findings in read.values() for finding in findings]
    return {key: answers for key, (answers, _) in read.items()}


@pytest.mark.parametrize(("survey", "wave"), FILES)
def test_what_was_answered_is_what_is_read(inputs, made, harmonised, survey, wave):
    answers = made.waves[survey, wave].answers.set_index("respondent")
    read = harmonised[survey, wave].frame.set_index("respondent")
    assert set(read.index) == set(answers.index)
    for name in answers:
        if (read[name] == "not_asked").all():
            continue
        told, given = read.loc[answers.index, name].astype(str), answers[name]
        assert (told[given.notna()] == given[given.notna()]).all(), name
        assert told[given.isna()].isin(EMPTY).all(), name


@pytest.mark.parametrize(("survey", "wave"), FILES)
def test_rows_are_dropped_for_the_reasons_for_which_they_were_added(inputs, harmonised, survey, wave):
    campaign = inputs.settings.surveys[survey].waves[wave]
    assert harmonised[survey, wave].dropped == {
        "test_record": campaign.test_records.rows,
        "duplicate": campaign.duplicates,
        "partial": campaign.partials,
    }


@pytest.mark.parametrize(
    ("survey", "wave", "encoding", "delimiter"),
    [
        ("officeholders", 2020, "cp1252", ";"),
        ("officeholders", 2022, "utf-8", "\t"),
        ("employees", 2024, "latin-1", ";"),
        ("organisations", 2018, "utf-8", ","),
    ],
)
def test_text_gives_the_same_rows_as_spss(
    inputs, made, harmonised, decided, tmp_path, survey, wave, encoding, delimiter
):
    questionnaire = inputs.questionnaires[survey]
    cells, _ = cells_of(made.waves[survey, wave], inputs.settings, questionnaire, inputs.variables, inputs.codes)
    content = csv_bytes(cells, encoding, delimiter)
    path = tmp_path / f"{survey}.csv"
    path.write_bytes(content)
    manifest = read_manifest(ROOT / "data" / "raw" / "manifest.yml")
    passport = next(one for one in manifest if (one.survey, one.wave) == (survey, wave))
    changes = {"file": path.name, "sha256": hashlib.sha256(content).hexdigest()}
    passport = passport.model_copy(update={**changes, "encoding": encoding, "delimiter": delimiter})
    answers, findings = examination.examine_delivery(path, passport, decided)
    assert not [str(finding) for finding in findings]
    pd.testing.assert_frame_equal(answers.frame, harmonised[survey, wave].frame)


@pytest.mark.parametrize(
    ("wave", "pair"),
    [
        (2016, ["verbal", "threat"]),
        (2022, ["threat_kinds__bedreigen_persoon", "threat_kinds__bedreigen_naasten"]),
        (2024, ["discussed", "reported"]),
    ],
)
def test_two_columns_that_change_places_in_the_map_are_found_though_their_codes_are_alike(decided, wave, pair):
    table = decided.variables.set_index(["survey", "variable"])
    places = [("officeholders", name) for name in pair]
    table.loc[places, str(wave)] = table.loc[places[::-1], str(wave)].to_numpy()
    passports = read_manifest(ROOT / "data" / "raw" / "manifest.yml")
    passport = next(one for one in passports if (one.survey, one.wave) == ("officeholders", wave))
    path = ROOT / "data" / "raw" / passport.file
    _, findings = examination.examine_delivery(path, passport, replace(decided, variables=table.reset_index()))
    titles = {name: [one.title for one in findings if f"variables.csv, {name}," in one.where] for name in pair}
    assert all(found == ["Label in the file is that of another question"] for found in titles.values()), titles


FORMS = {
    "question and option": lambda question, option: f"{question} - {option}" if option else question,
    "option and question": lambda question, option: f"{option} ({question})" if option else question,
    "the question alone": lambda question, option: question,
    "the option alone": lambda question, option: option or question,
    "numbered": lambda question, option: f"Q14a. {option or question}",
    "shouted": lambda question, option: f"{question}: {option}".upper(),
    "cut at 60": lambda question, option: f"vr_1 {question}"[:60],
    "cut at 30": lambda question, option: (f"{option} ({question})" if option else question)[:30],
    "in English": lambda question, option: "How often in the last 12 months?",
}


@pytest.mark.parametrize("form", FORMS)
def test_labels_of_any_form_are_no_fault_where_columns_stand_in_their_place(inputs, decided, form):
    for (survey, wave), questionnaire in ((key, inputs.questionnaires[key[0]]) for key in FILES):
        delivered = decided.delivered(survey, wave, survey)
        columns = {}
        for question in questionnaire.questions:
            options = {f"{question.id}__{one.id}": one.wording(wave) for one in question.answers}
            for name in question.columns if delivered.names(question) else ():
                option = (
                    options.get(name, "") if question.kind == "multiple" and not delivered.delimited(question) else ""
                )
                label = FORMS[form](question.wording(wave), option)
                columns[delivered.columns[name]] = Column(np.zeros(1, dtype=int), ("1",), question=label)
        assert list(check_columns_mean(Cells(1, tuple(columns), columns), delivered, questionnaire)) == []


@pytest.mark.parametrize(("wave", "variable"), [(2024, "severity"), (2016, "motive"), (2022, "police_report")])
def test_a_question_that_nobody_answered_of_those_whom_a_routing_led_to_it_is_found(inputs, decided, wave, variable):
    passports = read_manifest(ROOT / "data" / "raw" / "manifest.yml")
    passport = next(one for one in passports if (one.survey, one.wave) == ("officeholders", wave))
    delivered = decided.delivered("officeholders", wave, passport.file)
    read = read_cells(ROOT / "data" / "raw" / passport.file, delivered.used)
    name = delivered.columns[variable]
    emptied = {**read.columns, name: replace(read.columns[name], codes=np.full(read.rows, -1))}
    _, findings = examine(replace(read, columns=emptied), delivered, inputs.questionnaires["officeholders"], passport)
    found = [one for one in findings if one.title == "Question without an answer"]
    assert [one.where.partition("column ")[2] for one in found] == [f"{name} ({variable})"]
    assert "whom its routing leads to it" in found[0].expected
