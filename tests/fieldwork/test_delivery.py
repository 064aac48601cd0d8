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
from fieldwork.delivery import sav_bytes, value_labels
from fieldwork.synthetic import delivered as cells_of
from tests.fieldwork.conftest import FILES, ROOT

WAVES = (2016, 2018, 2020, 2022, 2024)
FORMS = ["verbal", "threat", "physical"]
HAPPENED = ["een_keer", "meerdere_keren"]
# Other Pythons than that of the lock have another numpy, which draws otherwise.
LOCKED = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="the lock has another numpy for other Pythons than 3.11"
)


@LOCKED
def test_files_made_again_are_the_same_bytes(made):
    assert len(made.files) == len(FILES) == 13
    for name, content in made.files.items():
        assert (ROOT / "data" / "raw" / name).read_bytes() == content, name


def test_another_seed_gives_other_bytes(inputs, made):
    for survey in ("employees", "organisations"):
        other = inputs.settings.model_copy(update={"seed": 1})
        files = inputs.files(inputs.run(other, survey), other)
        assert files
        assert not set(files.values()) & set(made.files.values())


def test_all_files_are_made_within_a_minute(made):
    assert made.seconds < 60


def test_the_files_stay_small():
    assert sum(path.stat().st_size for path in (ROOT / "data" / "raw" / "waves").rglob("*.sav")) < 4_000_000


def test_passports_describe_the_files(passports, delivered):
    assert list(passports) == sorted(FILES)
    for (survey, wave), passport in passports.items():
        file = delivered[survey, wave]
        assert hashlib.sha256(file.path.read_bytes()).hexdigest() == passport["sha256"]
        assert file.codes.shape == (passport["rows"], passport["columns"])
        assert passport["origin"] == "synthetic"
        sample = "sample" if wave == 2024 else "census"
        assert passport["design"] == {"officeholders": sample, "employees": "panel", "organisations": "census"}[survey]


def test_passports_count_population_invited_and_responded(inputs, passports, delivered):
    for (survey, wave), passport in passports.items():
        questionnaire = inputs.questionnaires[survey]
        by = list(questionnaire.strata)
        strata = pd.DataFrame(passport["strata"]).set_index(by).sort_index()
        cells = inputs.populations[survey]
        population = cells[cells["wave"] == wave].groupby(by)["population"].sum()
        assert strata["population"].to_dict() == population.to_dict()
        units = delivered[survey, wave].answers.groupby(by)[questionnaire.unit].nunique()
        assert strata.loc[strata["responded"] > 0, "responded"].to_dict() == units.to_dict()
        assert (strata["responded"] <= strata["invited"]).all()
        assert (strata["invited"] <= strata["population"]).all()


def test_as_many_answered_as_was_published(delivered):
    assert len(delivered["employees", 2022].answers) == 1434
    organisations = delivered["organisations", 2022].answers.groupby("layer")["organisation"].nunique()
    assert organisations[["gemeente", "provincie", "waterschap"]].to_dict() == {
        "gemeente": 133,
        "provincie": 8,
        "waterschap": 10,
    }


@pytest.mark.parametrize(("survey", "wave"), FILES)
def test_every_file_says_that_it_is_an_example(delivered, inputs, survey, wave):
    meta = delivered[survey, wave].meta
    assert meta.file_label == inputs.settings.mark == "Voorbeeldcijfers: door de computer gemaakt, niet echt"
    assert meta.notes[0] == inputs.settings.mark


@pytest.mark.parametrize(("survey", "wave"), FILES)
def test_header_holds_the_day_of_delivery(delivered, passports, survey, wave):
    made = delivered[survey, wave].meta.creation_time
    assert made == datetime.combine(passports[survey, wave]["delivered"], datetime.min.time())


def test_dating_the_header_leaves_the_answers_as_they_were(inputs, tmp_path):
    # Guards a bug: the day was written over the compression bias, and every code came back 100 higher.
    columns = inputs.columns("officeholders", 2022)
    values = {
        column.name: [float(next(iter(column.codes.values()))[0]), np.nan] if column.form == "coded" else ["P1", "P2"]
        for column in columns
    }
    written = pd.DataFrame(values)
    path = tmp_path / "one.sav"
    path.write_bytes(sav_bytes(written, columns, inputs.settings, inputs.settings.surveys["officeholders"].waves[2022]))
    pd.testing.assert_frame_equal(pyreadstat.read_sav(path, user_missing=True)[0], written)


@pytest.mark.parametrize(("survey", "wave"), FILES)
def test_the_file_holds_the_cells_that_were_made(inputs, made, delivered, survey, wave):
    cells, _ = cells_of(
        made.waves[survey, wave], inputs.settings, inputs.questionnaires[survey], inputs.variables, inputs.codes
    )
    assert list(delivered[survey, wave].codes.columns) == list(cells.columns)
    for name in cells:
        assert (delivered[survey, wave].codes[name].fillna("") == cells[name].fillna("")).all(), name


@pytest.mark.parametrize(("survey", "wave"), FILES)
def test_codes_labels_and_user_missing_are_declared(inputs, delivered, survey, wave):
    meta, codes = delivered[survey, wave].meta, delivered[survey, wave].codes
    campaign = inputs.settings.surveys[survey].waves[wave]
    plain, _ = pyreadstat.read_sav(delivered[survey, wave].path)
    for column in inputs.columns(survey, wave):
        assert meta.column_names_to_labels[column.name] == column.label
        if column.form != "coded":
            continue
        assert meta.variable_value_labels[column.name] == value_labels(column, campaign)
        assert set(codes[column.name].dropna()) <= {float(code) for code in column.labels}
        if column.missing:
            missing = [float(code) for code in column.missing]
            assert not plain[column.name].isin(missing).any()
            span = meta.missing_ranges[column.name]
            if campaign.user_missing:
                low, high = campaign.user_missing
                assert span == [{"lo": low, "hi": high}]
                assert set(missing) == {float(code) for code in column.labels if low <= int(code) <= high}
            else:
                assert sorted(one["lo"] for one in span) == sorted(one["hi"] for one in span) == sorted(missing)


def test_waves_differ_in_names_codes_and_order(delivered):
    files = {wave: delivered["officeholders", wave] for wave in WAVES}
    names = {wave: list(file.codes.columns) for wave, file in files.items()}
    assert all(not set(names[one]) & set(names[other]) for one in WAVES for other in WAVES if one != other)
    never = {wave: file.codes.loc[file.rows["verbal"] == "nooit"].iloc[0] for wave, file in files.items()}
    assert never[2018]["q6"] == 0
    assert never[2020]["Q14a"] == 3
    assert names[2016].index("V02") < names[2016].index("V06")
    assert names[2024].index("vr_02") > names[2024].index("vr_06")


@pytest.mark.parametrize("wave", WAVES)
def test_rows_that_could_be_recognised_carry_no_province(delivered, wave):
    answers = delivered["officeholders", wave].answers
    few = answers["function"].isin(["burgemeester", "commissaris", "gedeputeerde", "dijkgraaf", "db_lid", "ab_lid"])
    assert few.sum() > 100
    assert set(answers.loc[few, "province"]) == {"nvt"}
    assert "nvt" not in set(answers.loc[~few, "province"])
    assert set(answers.loc[answers["function"] == "statenlid", "size_class"]) == {"nvt"}


@pytest.mark.parametrize(("survey", "wave"), [file for file in FILES if file[0] != "officeholders"])
def test_rows_of_employees_and_organisations_name_no_place(delivered, inputs, survey, wave):
    gemeenten = set(pd.read_csv(ROOT / "data" / "raw" / "population" / "gemeenten.csv")["name"])
    codes = delivered[survey, wave].codes
    assert "province" not in delivered[survey, wave].rows
    for name in codes.select_dtypes(include=["object", "string"]):
        assert not set(codes[name]) & (gemeenten | set(inputs.provinces["name"])), name


NINE_FORMS = "saw_rules_broken__"


def asked_of(answers: pd.DataFrame, survey: str, wave: int) -> dict[str, pd.Series]:
    """Who is asked what, in the words of the contract rather than the questionnaire's file."""
    happened = {form: answers[form].isin(HAPPENED) for form in FORMS}
    victims = happened["verbal"] | happened["threat"] | happened["physical"]
    asked = {f"{form}_kinds": happened[form] for form in FORMS}
    asked |= {f"{form}_channels": happened[form] for form in ("verbal", "threat")}
    of_victims = ("incidents", "severity", "aimed_at", "motive", "perpetrator", "place", "police_report", "effects")
    of_some_waves = ("discussed", "reported", "considered_quitting", "aftercare")
    for question in (*of_victims, *of_some_waves, "reaction", "reaction_satisfaction"):
        asked[question] = victims
    if (survey, wave) == ("employees", 2016):
        asked["aftercare"] = answers["reported"] == "ja"
    asked["aftercare_satisfaction"] = answers["aftercare"] == "ja"
    asked["no_police_reasons"] = answers["police_report"] == "nee"
    if "discussed" in answers:
        asked["discussed_with"] = answers["discussed"] == "ja"
        asked["not_discussed_reasons"] = (answers["discussed"] == "nee") & (answers["reported"] == "nee")
    if "saw_rules_broken__geen" in answers:
        forms = [name for name in answers if name.startswith(NINE_FORMS) and not name.endswith("geen")]
        assert len(forms) == 9
        asked["saw_rules_reported"] = (answers[forms] == "yes").any(axis=1)
        asked["saw_rules_satisfaction"] = answers["saw_rules_reported"] == "ja"
    elif "saw_rules_broken_2016" in answers:
        asked["saw_rules_reported"] = answers["saw_rules_broken_2016"] == "ja"
    if "shelter_aggression" in answers:
        asked["shelter_aggression"] = answers["shelter_decisions"] == "ja"
    if "start_helped" in answers:
        asked["start_helped"] = answers["start_talk"] == "ja"
    if "remote_tone" in answers:
        asked["remote_tone"] = answers["remote_meetings"].isin(["soms", "vaak", "altijd"])
    return {question: mask for question, mask in asked.items() if columns_of(answers, question)}


def columns_of(answers: pd.DataFrame, question: str) -> list[str]:
    return [name for name in answers if name == question or name.startswith(f"{question}__")]


@pytest.mark.parametrize(("survey", "wave"), [file for file in FILES if file[0] != "organisations"])
def test_routed_out_questions_are_empty_and_asked_ones_mostly_answered(delivered, survey, wave):
    answers = delivered[survey, wave].answers
    for question, asked in asked_of(answers, survey, wave).items():
        given = answers[columns_of(answers, question)].notna()
        assert not given[~asked].any(axis=None), question
        assert given[asked].to_numpy().mean() > 0.9, question
        assert (given.any(axis=1) == given.all(axis=1)).all(), question


@pytest.mark.parametrize(("survey", "wave"), [file for file in FILES if file[0] != "organisations"])
def test_answers_of_one_person_agree(delivered, survey, wave):
    answers = delivered[survey, wave].answers
    for question, alone in (
        ("effects", "geen"),
        ("reaction", "geen"),
        ("reaction", "weet_niet"),
        ("saw_rules_broken", "geen"),
    ):
        if f"{question}__{alone}" in answers:
            named = (answers[columns_of(answers, question)] == "yes").sum(axis=1)
            assert (named[answers[f"{question}__{alone}"] == "yes"] == 1).all(), question
            assert (named[answers[f"{question}__{alone}"].notna()] >= 1).all(), question
    repeated = (answers[FORMS] == "meerdere_keren").any(axis=1)
    assert not (answers.loc[repeated, "incidents"] == "een").any()
    for kinds in ("verbal_kinds", "threat_kinds", "physical_kinds", "verbal_channels", "threat_channels"):
        named = answers[columns_of(answers, kinds)]
        assert (named == "yes").any(axis=1)[named.notna().all(axis=1)].all(), kinds


def test_a_question_without_a_row_in_the_column_map_is_told(inputs):
    variables = inputs.variables[inputs.variables["variable"] != "effects__besluiten"]
    with pytest.raises(MonitorError, match=r"Variable not in the column map(.|\n)*no row for effects__besluiten"):
        delivered_columns(inputs.questionnaires["officeholders"], variables, inputs.codes, 2024)


def test_an_error_survives_the_way_from_a_worker():
    error = MonitorError("Title", where="here", expected="this", got="that", hint="mend it")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert str(error).splitlines()[-1] == "  hint      mend it"


def test_what_was_not_asked_in_a_wave_has_no_column(delivered):
    files = {wave: delivered["officeholders", wave].answers for wave in WAVES}
    assert "discussed" not in files[2018]
    assert "considered_quitting" not in files[2016]
    integrity = {wave: {name for name in answers if "rules" in name} for wave, answers in files.items()}
    assert integrity[2018] == set()
    assert "saw_rules_broken_2016" in integrity[2016]
    assert not any(name.startswith(NINE_FORMS) for name in integrity[2016])
    assert "rijk" not in set(delivered["employees", 2024].answers["layer"])
    assert set(delivered["organisations", 2024].answers["layer"]) == {"gemeente", "provincie", "waterschap"}
