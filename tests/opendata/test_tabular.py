"""The data files of an edition: the CSV is its rows, Parquet is the CSV, and CSVW says what both hold."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path

import csvw
import pandas as pd
import pyarrow.parquet as pq
import pytest

from opendata import tabular
from opendata.columns import COLUMNS
from presentation import dutch
from tests.opendata.conftest import LICENCE, Made

SOME = 100


@pytest.fixture
def files(made: Made, tmp_path: Path) -> Path:
    """The CSV of an edition, cut to some rows of each survey (the validator is slow), with its metadata beside it."""
    path = tmp_path / "voorbeeld-cijfers.csv"
    some = made.rows.groupby("onderzoek").head(SOME)
    some.to_csv(path, index=False, lineterminator="\n")
    about = path.with_name(f"{path.name}-metadata.json")
    about.write_text(tabular.metadata(made.edition, path.name, LICENCE), encoding="utf-8")
    return path


def valid(path: Path) -> bool:
    """Whether the CSV is what its metadata say; a key that stands twice is raised, the rest is told."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # the validator counts them
        try:
            return csvw.CSVW(str(path), validate=True).is_valid
        except ValueError:
            return False


def test_the_rows_are_the_publishable_ones_up_to_the_edition(made: Made) -> None:
    rows = made.rows.set_index("id")
    assert sorted(rows.index) == sorted(made.published.index)
    same = made.published.loc[rows.index]
    pairs = {"percentage": "percent", "ondergrens": "low", "bovengrens": "high", "respondenten_afgerond": "n"}
    for ours, theirs in (pairs | {"aantal": "count", "weergave": "text", "indicatief": "indicative"}).items():
        said, published = (values.astype("string").fillna("").tolist() for values in (rows[ours], same[theirs]))
        assert said == published, ours
    assert set(rows["voorbeeld"]) == {made.mark}


def test_verdicts_are_those_of_the_comparisons(made: Made) -> None:
    compared = made.compared
    rows = made.rows.dropna(subset=["oordeel_vorige"])
    names = rows["id"] + "|wave=" + rows["vorige_meting"].astype("string")
    assert rows["oordeel_vorige"].tolist() == compared.loc[names, "verdict"].map(dutch.VERDICTS).tolist()
    assert rows["verschil_vorige"].tolist() == compared.loc[names, "difference"].tolist()
    wholes = compared[compared["kind"] == "whole"]
    wholes = wholes.set_index(wholes.index.str.rpartition("|").get_level_values(0))
    rows = made.rows.dropna(subset=["oordeel_geheel"])
    assert rows["oordeel_geheel"].tolist() == wholes.loc[rows["id"], "verdict"].map(dutch.VERDICTS).tolist()
    assert len(rows) == len(wholes)


def test_the_previous_wave_is_the_last_that_asked(made: Made) -> None:
    rows = made.rows.dropna(subset=["vorige_meting"])
    asked = made.published.groupby(["survey", "indicator"])["wave"].unique()
    surveys = made.published.loc[rows["id"], "survey"]
    for survey, indicator, wave, before in zip(
        surveys, rows["indicator"], rows["meting"], rows["vorige_meting"], strict=True
    ):
        assert before == max(each for each in asked[survey, indicator] if each < wave)


def test_a_base_is_said_in_words_and_a_break_where_it_is(made: Made) -> None:
    rows = made.rows.set_index("id")
    assert rows.loc["discussed|2016|all", "basis"] == "politieke ambtsdragers die agressie meemaakten"
    if made.edition.wave == 2024:
        assert rows.loc["discussed|2020|all", "reeksbreuk"] == "andere vraag"
        assert pd.isna(rows.loc["discussed|2022|all", "reeksbreuk"])
        assert rows.loc["employees:any_aggression|2022|all", "reeksbreuk"] == "andere groep"


def test_csvw_finds_the_file_as_it_is_told(files: Path) -> None:
    assert valid(files)


@pytest.mark.parametrize(
    ("column", "wrong"), [("percentage", "46,2"), ("meting", ""), ("indicatief", "misschien"), ("id", "twice")]
)
def test_csvw_finds_a_cell_that_is_not_as_told(files: Path, column: str, wrong: str) -> None:
    rows = pd.read_csv(files, dtype=str, keep_default_na=False)
    rows.loc[[0, 1] if wrong == "twice" else [0], column] = wrong
    rows.to_csv(files, index=False)
    assert not valid(files)


def test_every_column_is_told_in_dutch_and_english(made: Made) -> None:
    about = json.loads(tabular.metadata(made.edition, "x.csv", LICENCE))
    assert [column["name"] for column in about["tableSchema"]["columns"]] == list(made.rows)
    for column in about["tableSchema"]["columns"]:
        assert {each["@language"] for each in column["dc:description"] if each["@value"]} == {"nl", "en"}
    assert made.mark in about["dc:title"] and made.mark in about["dc:description"]
    assert "CBS, CC BY 4.0" in about["dc:rights"]


def test_parquet_is_the_csv_with_types(made: Made) -> None:
    content = tabular.parquet(made.rows, made.edition, LICENCE)
    read = pq.read_table(io.BytesIO(content))
    assert {field.name: str(field.type) for field in read.schema if field.name in ("id", "percentage", "panel")} == {
        "id": "string",
        "percentage": "int64",
        "panel": "bool",
    }
    text = io.StringIO(made.rows.to_csv(index=False))
    csv = pd.read_csv(text, dtype=str, keep_default_na=False)
    parquet = pd.read_csv(
        io.StringIO(read.to_pandas(integer_object_nulls=True).to_csv(index=False)), dtype=str, keep_default_na=False
    )
    pd.testing.assert_frame_equal(parquet, csv)
    assert made.mark in read.schema.metadata[b"title"].decode()
    assert content == tabular.parquet(made.rows, made.edition, LICENCE)


def test_names_of_columns_are_those_of_the_data_files_of_documents() -> None:
    """Who knows the file beside a factsheet knows this one: the same names for the same things."""
    from opendata.document import _COLUMNS

    ours = {column.source: column.name for column in COLUMNS}
    assert {source: ours[source] for source in _COLUMNS if source != "theme"} == {
        source: name for source, name in _COLUMNS.items() if source != "theme"
    }
