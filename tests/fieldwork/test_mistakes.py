"""Mistakes of a delivery: as many as declared, and undone by the rows of corrections.yml."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.errors import MonitorError
from fieldwork.settings import Rows
from fieldwork.synthetic import delivered as cells_of
from tests.fieldwork.conftest import CONFIG, FILES, changed_survey

CORRECTIONS = yaml.safe_load((CONFIG / "corrections.yml").read_text(encoding="utf-8"))["corrections"]


def campaign_of(inputs, survey, wave):
    return inputs.settings.surveys[survey].waves[wave]


@pytest.mark.parametrize(("survey", "wave"), FILES)
def test_rows_too_many_are_those_declared(inputs, delivered, survey, wave):
    file, campaign = delivered[survey, wave], campaign_of(inputs, survey, wave)
    rows, core = file.rows, [name for name in inputs.questionnaires[survey].core if name in file.rows]
    tests = rows["respondent"].str.startswith("TEST")
    real = rows[~tests]
    twice = real[real["respondent"].duplicated(keep=False)]
    nothing = real[real[core].isna().all(axis=1)]
    assert tests.sum() == campaign.test_records.rows > 0
    assert len(twice) / 2 == twice["respondent"].nunique() == campaign.duplicates > 0
    assert len(nothing) == campaign.partials > 0
    assert not set(nothing["respondent"]) & set(file.answers["respondent"])
    for column, value in campaign.test_records.cells.items():
        assert (file.codes[column] == value).sum() == tests.sum()


@pytest.mark.parametrize(("survey", "wave"), FILES)
def test_of_a_duplicate_the_later_row_is_the_whole_one(delivered, survey, wave):
    rows = delivered[survey, wave].rows
    twice = rows[rows["respondent"].duplicated(keep=False)].sort_values(["respondent", "completed_on"])
    first, last = twice.iloc[::2], twice.iloc[1::2]
    assert (first["completed_on"].to_numpy() < last["completed_on"].to_numpy()).all()
    assert (first.notna().sum(axis=1).to_numpy() < last.notna().sum(axis=1).to_numpy()).all()


@pytest.mark.parametrize(("survey", "wave"), FILES)
def test_everybody_answered_within_the_fieldwork(inputs, delivered, survey, wave):
    campaign = campaign_of(inputs, survey, wave)
    days = delivered[survey, wave].rows["completed_on"].map(date.fromisoformat)
    assert campaign.start <= days.min()
    assert days.max() <= campaign.end


def test_corrections_undo_what_generator_declares(inputs):
    """One row for each mistake: who changes one file and not the other is told here."""
    expected = set()
    for survey, settings in inputs.settings.surveys.items():
        for wave, campaign in settings.waves.items():
            expected.add((survey, wave, "no_row", campaign.test_records.rows, str(campaign.test_records.cells)))
            expected.add((survey, wave, "latest", campaign.duplicates, "{}"))
            for error in campaign.miscoded:
                expected.add((survey, wave, error.answer, error.rows, str(error.cells)))
    rows = [(row["survey"], row["wave"], row["to"], row["expect"], str(row["where"])) for row in CORRECTIONS]
    assert len(rows) == len(set(rows)) == len(expected)
    assert set(rows) == expected


def test_corrections_find_exactly_their_rows(delivered):
    for row in CORRECTIONS:
        codes = delivered[row["survey"], row["wave"]].codes
        if row["where"]:
            found = np.logical_and.reduce([codes[column] == value for column, value in row["where"].items()])
            assert found.sum() == row["expect"], row


def test_rows_that_were_coded_wrongly_belong_to_people_who_gave_the_answer(inputs, made, delivered):
    seen = 0
    for survey, wave in FILES:
        for error in campaign_of(inputs, survey, wave).miscoded:
            file = delivered[survey, wave]
            found = np.logical_and.reduce([file.codes[column] == value for column, value in error.cells.items()])
            true = made.waves[survey, wave].answers.set_index("respondent")[error.variable]
            assert (true[file.rows.loc[found, "respondent"]] == error.answer).all()
            seen += 1
    assert seen == 3


def test_other_spellings_are_as_frequent_as_declared(inputs, delivered):
    """Of the cells of answers with more than one spelling or code, those that do not have the first."""
    checked = 0
    for survey, wave in FILES:
        share = campaign_of(inputs, survey, wave).other_spellings
        for column in inputs.columns(survey, wave):
            several = {answer: codes for answer, codes in column.codes.items() if len(codes) > 1}
            if not several or column.form not in ("coded", "text"):
                continue
            cells = delivered[survey, wave].codes[column.name]
            cells = cells.map(lambda cell: f"{cell:g}") if column.form == "coded" else cells
            usual = cells.isin([codes[0] for codes in several.values()]).sum()
            other = cells.isin([code for codes in several.values() for code in codes[1:]]).sum()
            declared = share.get(column.question, share.get("default", 0)) / 100
            assert declared > 0, (survey, wave, column.name)
            allowed = 4 * np.sqrt(declared * (1 - declared) / (usual + other))
            assert abs(other / (usual + other) - declared) < allowed + 0.01, (survey, wave, column.name)
            checked += 1
    assert checked >= 8


def test_a_date_may_have_two_patterns(delivered):
    days = delivered["organisations", 2018].codes["odatum"]
    turned = days.str.match(r"\d{4}-\d\d-\d\d$")
    assert 0.1 < turned.mean() < 0.3
    assert (turned | days.str.match(r"\d\d-\d\d-\d{4}$")).all()


def test_labels_with_typing_errors_are_in_the_files(inputs, delivered):
    seen = 0
    for survey, wave in FILES:
        for question, wrong in campaign_of(inputs, survey, wave).label_errors.items():
            column = next(one for one in inputs.columns(survey, wave) if one.question == question)
            labels = delivered[survey, wave].meta.variable_value_labels[column.name]
            right = {answer.id: answer.wording(wave) for answer in inputs.questionnaires[survey][question].answers}
            for answer, label in wrong.items():
                assert labels[float(column.codes[answer][0])] == label != right[answer]
                seen += 1
    assert seen >= 5


def test_columns_that_are_thrown_away_are_filled(inputs, delivered):
    for survey, wave in FILES:
        codes = delivered[survey, wave].codes
        for column in inputs.columns(survey, wave):
            if column.form == "ignored":
                assert codes[column.name].nunique() > 1, (survey, wave, column.name)


def test_every_kind_of_quirk_occurs(inputs):
    """The kinds of the contract that one can read off config; the others have a test of their own above."""
    forms = {column.form for file in FILES for column in inputs.columns(*file)}
    assert forms == {"id", "date", "coded", "text", "delimited", "ignored"}
    campaigns = [campaign_of(inputs, *file) for file in FILES]
    assert {campaign.order for campaign in campaigns} == {"as_asked", "background_last", "by_name"}
    assert {campaign.separator for campaign in campaigns} == {";", ",", "|", " "}
    missing = {code for file in FILES for column in inputs.columns(*file) for code in column.missing}
    assert {"8", "9", "88", "98", "99", "-8", "-9"} <= missing
    recoded = {column.codes["ja"][0] for file in FILES for column in inputs.columns(*file) if "ja" in column.codes}
    assert {"0", "1", "2"} & recoded >= {"1"}
    patterns = {
        code
        for file in FILES
        for column in inputs.columns(*file)
        if column.form == "date"
        for code in column.codes["date"]
    }
    assert len(patterns) >= 5


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (Rows(rows=4000, variable="severity", answer="ernstig", cells={"B1_ernst": 3}), "4000 rows"),
        (Rows(rows=1, variable="severity", answer="ernstig", cells={"B1": 3}), "no column B1"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_told(inputs, made, error, message):
    campaign = campaign_of(inputs, "officeholders", 2022).model_copy(update={"miscoded": (error,)})
    settings = changed_survey(inputs.settings, waves={2022: campaign})
    one = made.waves["officeholders", 2022]
    with pytest.raises(MonitorError, match=rf"Mistake cannot be made(.|\n)*{message}"):
        cells_of(one, settings, inputs.questionnaires["officeholders"], inputs.variables, inputs.codes)


def test_an_empty_cell_is_empty_whatever_its_column(delivered):
    rows, codes = delivered["officeholders", 2020].rows, delivered["officeholders", 2020].codes
    partial = rows["verbal"].isna() & rows["witnessed_colleague"].isna() & rows["safe_to_report"].isna()
    assert partial.sum() >= 36
    cells = codes.loc[partial].drop(columns=["RESPID", "EINDE", "Q1", "Q2", "Q3", "Q4", "Q5", "Duration", "GEWICHT"])
    empty = cells.drop(columns="Q99_open").apply(lambda column: column.isna() | (column == ""))
    assert empty.all(axis=None)
    assert isinstance(cells, pd.DataFrame)
