"""A delivery is read only when it is the file that its passport describes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml

from analysis.errors import MonitorError
from deliveries.formats import compare
from deliveries.passports import (
    Passport,
    check_documented,
    delivered_below,
    deliveries,
    passport_strata,
    read_manifest,
)
from tests.analysis.told import told
from tests.deliveries import made

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sav(tmp_path: Path) -> Path:
    path = tmp_path / "waves" / "2018" / "x.sav"
    path.parent.mkdir(parents=True)
    frame = pd.DataFrame({"id": ["P1", "P2", "P3"], "q1": [1.0, 9.0, None]})
    pyreadstat.write_sav(frame, str(path), missing_ranges={"q1": [9]})
    return path


def passport(path: Path, **changes: object) -> Passport:
    fields = {
        **{"file": "waves/2018/x.sav", "survey": "officeholders", "wave": 2018, "producer": "bureau"},
        **{"origin": "delivered", "fieldwork": {"from": "2018-04-16", "to": "2018-04-30"}, "design": "census"},
        **{"delivered": "2018-06-01", "licence": "none", "rows": 3, "columns": 2},
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "strata": [{"function": "raadslid", "province": "drenthe", "population": 9, "invited": 9, "responded": 3}],
    }
    return Passport.model_validate(fields | changes)


def days(year: int) -> dict[str, str]:
    return {"from": f"{year}-04-16", "to": f"{year}-04-30"}


def test_user_missing_codes_stay_and_empty_cells_stay_empty(sav: Path) -> None:
    read, findings = compare(sav, passport(sav), ["id", "q1"])
    assert read is not None and not findings
    assert read.columns["id"].take(read.columns["id"].texts, "").tolist() == ["P1", "P2", "P3"]
    assert read.columns["q1"].take(read.columns["q1"].texts, "").tolist() == ["1", "9", ""]


MISMATCHES: dict[str, tuple[dict, str, str]] = {
    "sha256": ({"sha256": "0" * 64}, "0" * 64, ""),
    "rows": ({"rows": 4}, "4", "3"),
    "columns": ({"columns": 1}, "1", "2"),
}


@pytest.mark.parametrize("field", MISMATCHES)
def test_a_file_that_is_not_what_its_passport_says_stops(sav: Path, field: str) -> None:
    changes, expected, got = MISMATCHES[field]
    _, findings = compare(sav, passport(sav, **changes), ["id", "q1"])
    message = told(findings[0])
    assert message["title"] == "Delivery is not what its passport says"
    assert message["where"] == f"waves/2018/x.sav, {field}"
    assert message["expected"] == f"{expected}   from manifest.yml"
    assert message["got"] == (got or hashlib.sha256(sav.read_bytes()).hexdigest())


def test_a_file_that_is_not_there_stops(sav: Path, tmp_path: Path) -> None:
    described = manifest(tmp_path, passport(sav))
    sav.unlink()
    with pytest.raises(MonitorError) as caught:
        deliveries([described])
    assert told(caught.value)["got"] == "no such file"


def manifest(folder: Path, *passports: Passport) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "manifest.yml"
    path.write_text(yaml.safe_dump({"deliveries": [row.model_dump(mode="json") for row in passports]}), "utf-8")
    return path


def test_a_real_delivery_takes_the_place_of_the_synthetic_one_of_its_wave(sav: Path, tmp_path: Path) -> None:
    for copy in (tmp_path / "waves" / "2020" / "x.sav", tmp_path / "real" / "waves" / "2018" / "x.sav"):
        copy.parent.mkdir(parents=True)
        copy.write_bytes(sav.read_bytes())
    later = {"wave": 2020, "file": "waves/2020/x.sav", "fieldwork": days(2020), "delivered": "2020-06-01"}
    both = [passport(sav, origin="synthetic"), passport(sav, **later, sha256="0" * 64, origin="synthetic")]
    ours = manifest(tmp_path, *both)
    real = manifest(tmp_path / "real", passport(sav, producer="real bureau"))
    found = deliveries([ours, real])
    assert [(folder.name, row.wave, row.origin) for folder, row in found] == [
        ("real", 2018, "delivered"),
        (tmp_path.name, 2020, "synthetic"),
    ]


def test_last_waves_file_that_came_again_as_a_new_wave_stops(sav: Path, tmp_path: Path) -> None:
    again = passport(sav, wave=2020, file="waves/2020/x.sav", fieldwork=days(2020), delivered="2020-06-01")
    with pytest.raises(MonitorError) as caught:
        read_manifest(manifest(tmp_path, passport(sav), again))
    message = told(caught.value)
    assert message["title"] == "One file under two passports"
    assert message["where"].endswith("manifest.yml, officeholders 2020")
    assert (
        message["got"] == "waves/2020/x.sav, which is the same file as waves/2018/x.sav of officeholders 2018 (sha256)"
    )
    ours, real = manifest(tmp_path / "ours", passport(sav)), manifest(tmp_path / "ours" / "real", again)
    with pytest.raises(MonitorError, match="One file under two passports"):
        deliveries([ours, real])


def test_a_delivery_without_a_passport_is_not_passed_over(sav: Path, tmp_path: Path) -> None:
    described = manifest(tmp_path, passport(sav))
    check_documented([sav], [described])
    stray = tmp_path / "waves" / "2026" / "officeholders.sav"
    with pytest.raises(MonitorError) as caught:
        check_documented([sav, stray], [described])
    message = told(caught.value)
    assert message["title"] == "Delivery without a passport"
    assert message["where"] == "waves/2026/officeholders.sav"


def test_real_deliveries_of_any_kind_and_place_need_a_passport(tmp_path: Path) -> None:
    names = ["real/a.csv", "real/deep/b.SAV", "real/c.zsav", "waves/2024/d.csv", "e.sav", "real/manifest.yml"]
    for name in (*names, "population/strata.csv", "real/notes.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert delivered_below(tmp_path) == sorted(tmp_path / name for name in names[:-1])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda row: row.pop("sha256"), "manifest.yml, deliveries.0.sha256"),
        (lambda row: row.update(shasum="x"), "manifest.yml, deliveries.0.shasum"),
        (lambda row: row.update(design="poll"), "manifest.yml, deliveries.0.design"),
        (lambda row: row.update(rows="many"), "manifest.yml, deliveries.0.rows"),
    ],
)
def test_a_passport_lacks_nothing_and_holds_nothing_else(
    sav: Path, tmp_path: Path, change: Callable[[dict], object], where: str
) -> None:
    row = passport(sav).model_dump(mode="json")
    change(row)
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump({"deliveries": [row]}), "utf-8")
    with pytest.raises(MonitorError) as caught:
        read_manifest(path)
    assert told(caught.value)["where"] == where


def test_the_committed_passports_count_the_committed_population() -> None:
    passports = read_manifest(ROOT / "data" / "raw" / "manifest.yml")
    strata = passport_strata([passport for passport in passports if passport.survey == "officeholders"])
    population = pd.read_csv(ROOT / "data" / "raw" / "population" / "strata.csv")
    ours = strata.groupby(["wave", "function"])["population"].sum()
    assert ours.to_dict() == population.groupby(["wave", "function"])["population"].sum().to_dict()
    assert (strata["responded"] <= strata["invited"]).all()
    assert (strata["invited"] <= strata["population"]).all()


@pytest.mark.parametrize(
    ("written", "got"),
    [
        ("from: 2018-04-31", "day is out of range for month"),
        ("producer: bureau\nproducer: other", "producer stands twice"),
        ("producer: caf\xe9", "incomplete UTF-8"),
        ("producer: [", "did not find expected"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_told_in_words(tmp_path: Path, written: str, got: str) -> None:
    path = tmp_path / "manifest.yml"
    path.write_bytes(written.encode("latin-1"))
    with pytest.raises(MonitorError) as caught:
        read_manifest(path)
    message = told(caught.value)
    assert message["title"] == "File is not YAML"
    assert message["where"].startswith("manifest.yml")
    assert got in message["got"]


def passports_in(folder: Path, *changes: dict, **fields: object) -> Path:
    """A manifest of a passport per set of changes, as people would write it."""
    path = made.write(folder, made.delivered_rows())
    rows = [{**made.passport(path).model_dump(mode="json"), **fields, **change} for change in changes or ({},)]
    manifest = folder / "manifest.yml"
    manifest.write_text(yaml.safe_dump({"deliveries": rows}), "utf-8")
    return manifest


BACKWARDS = {"from": "2018-04-30", "to": "2018-04-16"}
AFTER = {"from": "2018-04-16", "to": "2018-06-02"}
WRONG: dict[str, tuple[list[dict], str, str]] = {
    # what: changes of each passport, where the message points, what else it names
    "two for one survey and wave": ([{}, {"file": "waves/2018/more.csv"}], "invented 2018", "waves/2018/more.csv"),
    "fieldwork that runs backwards": ([{"fieldwork": BACKWARDS}], "fieldwork", "from 2018-04-30 to 2018-04-16"),
    "delivered before the fieldwork ended": ([{"fieldwork": AFTER}], "fieldwork", "delivered 2018-06-01"),
    "fieldwork in another year than the wave's": ([{"wave": 2020}], "fieldwork", "days in 2020, the year of the wave"),
    "fieldwork that goes on into another year": (
        [{"fieldwork": {"from": "2017-12-01", "to": "2018-01-31"}}],
        "fieldwork",
        "2017-12-01",
    ),
    "fieldwork without an end": ([{"fieldwork": {"from": "2018-04-16"}}], "fieldwork", "from and to"),
    "a path upwards": ([{"file": "waves/../../invented.sav"}], "file", "below the folder of manifest.yml"),
    "an absolute path": ([{"file": "/etc/invented.sav"}], "file", "below the folder of manifest.yml"),
    "another format": ([{"file": "waves/2018/invented.xlsx"}], "file", "ends in .sav or .csv"),
    "a delimiter of two characters": ([{"delimiter": "::"}], "delimiter", "one character"),
    "no rows": ([{"rows": 0}], "rows, columns", "0 rows"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_passport_that_cannot_be_right_stops(tmp_path: Path, what: str) -> None:
    changes, where, words = WRONG[what]
    manifest = passports_in(tmp_path / "raw" / "real", *changes)
    with pytest.raises(MonitorError) as caught:
        read_manifest(manifest)
    message = told(caught.value)
    assert message["where"].startswith("raw/real/manifest.yml, ")
    assert message["where"].endswith(where)
    assert words in f"{message['expected']} / {message['got']}"


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    manifest = passports_in(tmp_path / "here", {"file": "waves/2018/link.sav"})
    elsewhere = made.write(tmp_path / "elsewhere", made.delivered_rows())
    (tmp_path / "here" / "waves" / "2018" / "link.sav").symlink_to(elsewhere)
    with pytest.raises(MonitorError) as caught:
        read_manifest(manifest)
    assert told(caught.value)["got"] == "waves/2018/link.sav"
    inside = passports_in(tmp_path / "there", {"file": "waves/2018/link.sav"})
    (tmp_path / "there" / "waves" / "2018" / "link.sav").symlink_to(inside.parent / "waves" / "2018" / "invented.sav")
    assert read_manifest(inside)[0].file == "waves/2018/link.sav"


def stratum(**fields: object) -> dict:
    return {"function": "wethouder", "population": 9, "invited": 9, "responded": 3} | fields


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"survey": "other"}, "survey", "invented / other"),
        ({"strata": [stratum(province="drenthe")]}, "strata", "function   from the questionnaire's strata"),
        ({"strata": [stratum(function="wethouders")]}, "strata", "function: burgemeester, wethouder / function: weth"),
        ({"strata": [stratum(), stratum()]}, "strata", "every stratum once"),
        ({"strata": [stratum(responded=10)]}, "strata", "function: wethouder: 10, 9, 9"),
        ({"strata": [stratum(invited=12)]}, "strata", "responded up to invited up to population"),
    ],
)
def test_strata_are_those_of_the_questionnaire(tmp_path: Path, changes: dict, where: str, words: str) -> None:
    path = made.write(tmp_path, made.delivered_rows())
    message = told(made.examined(path, **changes)[1][0])
    assert message["title"] == "Passport not understood"
    assert message["where"] == f"manifest.yml, waves/2018/invented.sav, {where}"
    assert words in f"{message['expected']} / {message['got']}"


@pytest.mark.parametrize("design", ["census", "sample", "panel"])
def test_strata_may_be_any_variables_and_a_design_is_one_of_three(tmp_path: Path, design: str) -> None:
    rows = [{"layer": "gemeente", "size_class": "nvt", "population": 9, "invited": 8, "responded": 7}]
    (read,) = read_manifest(passports_in(tmp_path, design=design, strata=rows))
    assert read.strata[0].place == {"layer": "gemeente", "size_class": "nvt"}
    table = passport_strata([read])
    assert table.to_dict("records") == [{"survey": "invented", "wave": 2018, **rows[0]}]


def test_csv_files_of_waves_need_a_passport_too(tmp_path: Path) -> None:
    for name in ("waves/2018/x.csv", "real/waves/2020/y.SAV", "population/z.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in delivered_below(tmp_path)] == ["y.SAV", "x.csv"]
