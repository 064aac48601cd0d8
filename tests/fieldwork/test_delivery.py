"""The committed files as a bureau would deliver them, read with pyreadstat."""

from __future__ import annotations

import hashlib
import pickle
import sys
from datetime import datetime

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from analysis.errors import MonitorError
from fieldwork.columns import delivered_columns
from fieldwork.delivery import sav_bytes
from tests.fieldwork.conftest import ROOT

WAVES = (2016, 2018, 2020, 2022, 2024)
FORMS = ["verbal", "threat", "physical"]
HAPPENED = ["een_keer", "meerdere_keren"]


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the lock has another numpy for other Pythons than 3.11")
def test_files_made_again_are_the_same_bytes(inputs, waves):
    for name, content in inputs.files(list(waves.values()), inputs.settings).items():
        assert (ROOT / "data" / "raw" / name).read_bytes() == content, name


def test_passports_describe_the_files(passports, delivered):
    assert [passport["wave"] for passport in passports] == list(WAVES)
    for passport in passports:
        file = delivered[passport["wave"]]
        assert hashlib.sha256(file.path.read_bytes()).hexdigest() == passport["sha256"]
        assert file.codes.shape == (passport["rows"], passport["columns"])
        assert passport["origin"] == "synthetic"
        assert passport["design"] == ("sample" if passport["wave"] == 2024 else "census")


def test_passports_count_population_invited_and_responded(inputs, passports, delivered):
    for passport in passports:
        strata = pd.DataFrame(passport["strata"]).set_index(["function", "province"]).sort_index()
        cells = inputs.strata[inputs.strata["wave"] == passport["wave"]]
        population = cells.groupby(["function", "province"])["population"].sum()
        assert strata["population"].to_dict() == population.to_dict()
        rows = delivered[passport["wave"]].answers.groupby(["function", "province"]).size()
        assert strata.loc[strata["responded"] > 0, "responded"].to_dict() == rows.to_dict()
        assert (strata["responded"] <= strata["invited"]).all()
        assert (strata["invited"] <= strata["population"]).all()


@pytest.mark.parametrize("wave", WAVES)
def test_every_file_says_that_it_is_an_example(delivered, inputs, wave):
    meta = delivered[wave].meta
    assert meta.file_label == inputs.settings.mark == "Voorbeeldcijfers: door de computer gemaakt, niet echt"
    assert meta.notes[0] == inputs.settings.mark


@pytest.mark.parametrize("wave", WAVES)
def test_header_holds_the_day_of_delivery(delivered, passports, wave):
    passport = next(passport for passport in passports if passport["wave"] == wave)
    assert delivered[wave].meta.creation_time == datetime.combine(passport["delivered"], datetime.min.time())


def test_dating_the_header_leaves_the_answers_as_they_were(inputs, tmp_path):
    # Guards a bug: the day was written over the compression bias, and every code came back 100 higher.
    columns = delivered_columns(inputs.questionnaire, inputs.variables, inputs.codes, 2022)
    values = {
        column.name: [float(next(iter(column.codes.values()))), np.nan] if column.codes else ["P1", "P2"]
        for column in columns
    }
    written = pd.DataFrame(values)
    path = tmp_path / "one.sav"
    path.write_bytes(sav_bytes(written, columns, inputs.settings, 2022))
    pd.testing.assert_frame_equal(pyreadstat.read_sav(path, user_missing=True)[0], written)


@pytest.mark.parametrize("wave", WAVES)
def test_codes_labels_and_user_missing_are_declared(inputs, delivered, wave):
    meta, codes = delivered[wave].meta, delivered[wave].codes
    plain, _ = pyreadstat.read_sav(delivered[wave].path)
    for column in delivered_columns(inputs.questionnaire, inputs.variables, inputs.codes, wave):
        assert meta.column_names_to_labels[column.name] == column.label
        if column.codes:
            assert meta.variable_value_labels[column.name] == column.labels
            assert set(codes[column.name].dropna()) <= set(column.labels)
            assert not plain[column.name].isin(column.missing).any()
            if column.missing and codes[column.name].isin(column.missing).any():
                assert plain[column.name].isna().sum() > codes[column.name].isna().sum()


def test_waves_differ_in_names_codes_and_order(delivered):
    names = {wave: list(file.codes.columns) for wave, file in delivered.items()}
    assert all(not set(names[one]) & set(names[other]) for one in WAVES for other in WAVES if one != other)
    never = {wave: file.codes.loc[file.answers["verbal"] == "nooit"].iloc[0] for wave, file in delivered.items()}
    assert never[2018]["q6"] == 0
    assert never[2020]["Q14a"] == 3
    assert names[2016].index("V02") < names[2016].index("V06")
    assert names[2024].index("vr_02") > names[2024].index("vr_06")


@pytest.mark.parametrize("wave", WAVES)
def test_rows_that_could_be_recognised_carry_no_province(delivered, wave):
    answers = delivered[wave].answers
    few = answers["function"].isin(["burgemeester", "commissaris", "gedeputeerde", "dijkgraaf", "db_lid", "ab_lid"])
    assert few.sum() > 100
    assert set(answers.loc[few, "province"]) == {"nvt"}
    assert "nvt" not in set(answers.loc[~few, "province"])
    assert set(answers.loc[answers["function"] == "statenlid", "size_class"]) == {"nvt"}


def asked_of(answers: pd.DataFrame) -> dict[str, pd.Series]:
    """Who is asked what, in the words of the contract rather than the questionnaire's file."""
    happened = {form: answers[form].isin(HAPPENED) for form in FORMS}
    victims = happened["verbal"] | happened["threat"] | happened["physical"]
    asked = {f"{form}_kinds": happened[form] for form in FORMS}
    for question in ("incidents", "severity", "aimed_at", "motive", "perpetrator", "place", "police_report", "effects"):
        asked[question] = victims
    for question in {"discussed", "reported", "considered_quitting"} & set(answers):
        asked[question] = victims
    if "discussed" in answers:
        asked["discussed_with"] = answers["discussed"] == "ja"
        asked["not_discussed_reasons"] = (answers["discussed"] == "nee") & (answers["reported"] == "nee")
    asked["no_police_reasons"] = answers["police_report"] == "nee"
    return asked


@pytest.mark.parametrize("wave", WAVES)
def test_routed_out_questions_are_empty_and_asked_ones_mostly_answered(delivered, wave):
    answers = delivered[wave].answers
    for question, asked in asked_of(answers).items():
        columns = [name for name in answers if name == question or name.startswith(f"{question}__")]
        given = answers[columns].notna()
        assert not given[~asked].any(axis=None), question
        assert given[asked].to_numpy().mean() > 0.93, question
        assert (given.any(axis=1) == given.all(axis=1)).all(), question


@pytest.mark.parametrize("wave", WAVES)
def test_answers_of_one_person_agree(delivered, wave):
    answers = delivered[wave].answers
    effects = answers.filter(like="effects__") == "yes"
    answered = answers["effects__geen"].notna()
    assert (effects.drop(columns="effects__geen").any(axis=1) != effects["effects__geen"])[answered].all()
    repeated = (answers[FORMS] == "meerdere_keren").any(axis=1)
    assert not (answers.loc[repeated, "incidents"] == "een").any()
    for kinds in ("verbal_kinds", "threat_kinds", "physical_kinds"):
        named = answers.filter(like=f"{kinds}__")
        assert (named == "yes").any(axis=1)[named.notna().all(axis=1)].all(), kinds


def test_a_question_without_a_row_in_the_column_map_is_told(inputs):
    variables = inputs.variables[inputs.variables["variable"] != "effects__besluiten"]
    with pytest.raises(MonitorError, match=r"Variable not in the column map(.|\n)*no row for effects__besluiten"):
        delivered_columns(inputs.questionnaire, variables, inputs.codes, 2024)


def test_an_error_survives_the_way_from_a_worker():
    error = MonitorError("Title", where="here", expected="this", got="that", hint="mend it")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert str(error).splitlines()[-1] == "  hint      mend it"


def test_wave_without_comparable_question_delivers_no_column(delivered):
    assert "discussed" not in delivered[2018].answers
    assert "considered_quitting" not in delivered[2016].answers
    assert delivered[2018].codes.shape[1] < delivered[2020].codes.shape[1]
