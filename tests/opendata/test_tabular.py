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
from opendata.document import rows_of
from presentation import dutch
from presentation.publications import Publication
from presentation.reuse import csv_files
from tests.opendata.conftest import LICENCE, ROOT, Made

SOME = 20


@pytest.fixture
def files(made: Made, tmp_path: Path) -> Path:
    """The CSV files of an edition, each cut to some rows (the validator is slow); returns what describes them."""
    names = csv_files(made.edition.wave, ROOT)
    named = {of: name.rpartition("/")[2] for of, name in names.items()}
    for of, name in named.items():
        part = tabular.sheet(made.rows, made.edition, *of)
        part.head(SOME).to_csv(tmp_path / name, index=False, lineterminator="\n")
    about = tmp_path / "metadata.json"
    about.write_text(tabular.metadata(made.edition, named, LICENCE), encoding="utf-8")
    return about


def valid(path: Path) -> bool:
    """Whether every CSV is what the metadata say; a key that stands twice is raised, the rest is told."""
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
    assert rows["meting"].tolist() == same["meting"].tolist()
    assert set(rows["voorbeeld"]) == {made.mark}


def test_answers_together_stand_before_the_first_of_them_in_every_wave_and_group(made: Made) -> None:
    rows, together = made.rows, made.published["together"]
    place = {name: at for at, name in enumerate(rows["id"])}
    wholes = [name for name in together.unique() if name]
    assert wholes
    for whole in wholes:
        mine = rows[rows["indicator"] == rows["indicator"][place[whole]]]
        parts = made.published.loc[together == whole, "answer"]
        order = list(dict.fromkeys(mine["antwoordcode"]))
        first = min(order.index(part) for part in parts)
        assert order[first - 1] == made.published.loc[whole, "answer"]
        assert rows["antwoord"][place[whole]] not in set(mine["antwoordcode"])


def test_a_small_group_has_two_waves_together_as_on_its_sheet_and_without_a_verdict(made: Made) -> None:
    rows = made.rows.set_index("id")
    both = rows[rows["meting"].str.contains("+", regex=False)]
    assert both.empty == (made.edition.wave == 2016)  # the first wave has none before it
    assert both[["geheel", "oordeel_geheel", "vorige_meting", "oordeel_vorige", "reeksbreuk"]].isna().all(axis=None)
    if made.edition.wave == 2024:
        sheet = rows_of(Publication(2024, "province", "x", "X", "flevoland")).set_index("id")
        told = sheet[sheet["meting"] == "2022+2024"]
        ours = rows.loc[told.index, told.columns]
        beside, here = (each.astype("string").fillna("").to_dict("index") for each in (told, ours))
        assert len(told) and here == beside
        assert set(rows.loc[told.index, "periode"]) == {"voorjaar 2022 en voorjaar 2024"}


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
        assert before == max(each for each in asked[survey, indicator] if each < int(wave))


def test_a_base_is_said_in_words_and_a_break_where_it_is(made: Made) -> None:
    rows = made.rows.set_index("id")
    assert rows.loc["discussed|2016|all", "basis"] == "politieke ambtsdragers die agressie meemaakten"
    if made.edition.wave == 2024:
        assert rows.loc["discussed|2020|all", "reeksbreuk"] == "andere vraag"
        assert pd.isna(rows.loc["discussed|2022|all", "reeksbreuk"])
        assert rows.loc["employees:any_aggression|2022|all", "reeksbreuk"] == "andere groep"


def test_the_csv_files_hold_every_row_once_and_open_in_a_spreadsheet_without_waiting(made: Made) -> None:
    parts = [tabular.sheet(made.rows, made.edition, *of) for of in csv_files(made.edition.wave, ROOT)]
    assert sorted(name for part in parts for name in part["id"]) == sorted(made.published.index)
    for part in parts:
        assert part["thema"].nunique() == part["onderzoek"].nunique() == 1
        assert len(part.to_csv(index=False).encode()) < 5_000_000


def test_csvw_finds_the_files_as_they_are_told(files: Path) -> None:
    assert valid(files)


@pytest.mark.parametrize(
    ("column", "wrong"), [("percentage", "46,2"), ("meting", ""), ("indicatief", "misschien"), ("id", "twice")]
)
def test_csvw_finds_a_cell_that_is_not_as_told(files: Path, column: str, wrong: str) -> None:
    last = sorted(files.parent.glob("*.csv"))[-1]
    rows = pd.read_csv(last, dtype=str, keep_default_na=False)
    rows.loc[[0, 1] if wrong == "twice" else [0], column] = wrong
    rows.to_csv(last, index=False)
    assert not valid(files)


def test_every_column_is_told_in_dutch_and_english(made: Made) -> None:
    about = json.loads(tabular.metadata(made.edition, {(1, "employees"): "x.csv"}, LICENCE))
    (table,) = about["tables"]
    assert (table["url"], table["dc:title"]) == ("x.csv", "Ervaring met agressie: medewerkers")
    assert [column["name"] for column in table["tableSchema"]["columns"]] == list(made.rows)
    for column in table["tableSchema"]["columns"]:
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
