"""Files as delivered cells: SPSS and CSV alike, and every file that must be refused in words."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from analysis.errors import MonitorError
from analysis.questionnaire import read_questionnaires
from deliveries import spss
from deliveries.columns import describe, read_answers, read_variables
from deliveries.corrections import read_corrections
from deliveries.formats import compare, read_cells
from deliveries.harmonise import examine
from deliveries.passports import read_manifest
from tests.analysis.told import told
from tests.deliveries import made

ROOT = Path(__file__).parents[2]
RAW, CONFIG = ROOT / "data" / "raw", ROOT / "config"
KEEP = list(made.delivered_rows().columns)


def refused(path: Path, **changes: object) -> list[dict[str, str]]:
    """All findings of a file with a passport that is right about its hash."""
    return [told(error) for error in made.examined(path, **changes)[1]]


def test_a_csv_file_gives_the_same_rows_as_an_spss_file(tmp_path: Path) -> None:
    both = [made.examined(made.write(tmp_path, made.delivered_rows(), suffix)) for suffix in (".sav", ".csv")]
    (sav, found), (csv, too) = both
    assert found == too == []
    pd.testing.assert_frame_equal(sav.frame, csv.frame)
    assert sav.dropped == csv.dropped == {"test_record": 1, "duplicate": 1, "partial": 1}


@pytest.mark.parametrize("survey", ["officeholders", "employees", "organisations"])
def test_a_committed_delivery_as_csv_gives_the_same_rows(survey: str, tmp_path: Path) -> None:
    passport = next(row for row in read_manifest(RAW / "manifest.yml") if (row.survey, row.wave) == (survey, 2022))
    tables = read_variables(CONFIG / "variables.csv"), read_answers(CONFIG / "answers.csv")
    delivered = describe(survey, 2022, passport.file, *tables, read_corrections(CONFIG / "corrections.yml"))
    questionnaire = read_questionnaires(CONFIG / "questionnaire")[survey]
    frame, _ = pyreadstat.read_sav(str(RAW / passport.file), user_missing=True)
    path = tmp_path / f"{survey}.csv"
    frame.to_csv(path, sep=",", index=False, encoding="cp1252")
    ways = [(RAW / passport.file, "utf-8", ";"), (path, "cp1252", ",")]
    read = [read_cells(file, delivered.used, passport.rows, *how) for file, *how in ways]
    (sav, found), (csv, too) = (examine(cells, delivered, questionnaire, passport) for cells in read)
    assert found == too == []
    sav, csv = sav.frame, csv.frame
    assert len(sav) > 200
    pd.testing.assert_frame_equal(sav, csv)


def test_quotes_hold_separators_quotes_and_line_ends_together(tmp_path: Path) -> None:
    frame = made.delivered_rows()
    frame.loc[1, "opm"] = 'zei "nee"; en toen\nniets meer'
    harmonised, found = made.examined(made.write(tmp_path, frame, ".csv"))
    assert found == []
    assert harmonised.read == 8


def test_spss_dates_become_iso_text(tmp_path: Path) -> None:
    frame = made.delivered_rows()
    days = [pd.Timestamp(int(day[6:]), int(day[3:5]), int(day[:2])) for day in frame["dag"]]
    path = made.write(tmp_path, frame.assign(dag=pd.Series(days).dt.date))
    harmonised, found = made.examined(path)
    assert found == []
    assert harmonised.frame["completed_on"].tolist() == [f"2018-04-{day}" for day in (16, 17, 17, 18, 18)]


def same_name(content: bytes) -> bytes:
    """The SPSS file with its column q4_2 called q4_1 too, in the list of long names."""
    return content.replace(b"Q4_2=q4_2", b"Q4_2=q4_1")


BAD: dict[str, tuple[str, Callable[[bytes], bytes], str, str]] = {
    # what: format, damage, title of the message, what its other lines must name
    "empty": (".sav", lambda _: b"", "File is empty", "waves/2018/invented.sav / no bytes"),
    "empty csv": (".csv", lambda _: b"", "File is empty", "waves/2018/invented.csv / no bytes"),
    "blank csv": (".csv", lambda _: b"\n\n", "File is empty", "line 1"),
    "truncated": (".sav", lambda content: content[:-80], "File cannot be read", "a whole SPSS file"),
    "truncated in its head": (".sav", lambda content: content[:200], "File cannot be read", "a whole SPSS file"),
    "corrupt": (".sav", lambda content: bytes(len(content)), "File cannot be read", "does not begin as an SPSS file"),
    "a spreadsheet": (".sav", lambda _: b"PK\x03\x04" * 99, "File cannot be read", ".sav or .csv / .xlsx"),
    "a spreadsheet called csv": (".csv", lambda _: b"PK\x03\x04" * 99, "File cannot be read", "not read here"),
    "another delimiter": (
        ".csv",
        lambda content: content.replace(b";", b","),
        "CSV file of another form",
        "line 1 / the head holds 9 commas and no ;",
    ),
    "text in another encoding": (
        ".sav",
        lambda content: content.replace(b"Burgemeester (waar", b"Burgemeester \xe9waar"),
        "File cannot be read",
        "encoding",
    ),
    "column twice": (".sav", same_name, "Column delivered twice", "q4_1"),
    "csv column twice": (
        ".csv",
        lambda content: content.replace(b"q4_2", b"q4_1", 1),
        "Column delivered twice",
        "line 1 / every column once / q4_1",
    ),
    "csv column without a name": (
        ".csv",
        lambda content: content.replace(b"q4_2", b"", 1),
        "Column delivered twice",
        "a column without a name",
    ),
    "csv in another encoding": (
        ".csv",
        lambda content: content.replace(b"goed onderzoek", "één keer".encode("cp1252")),
        "Text in another encoding",
        "line 3 / text in utf-8   from the passport's encoding / cp1252 or latin-1 would read it",
    ),
    "utf-16": (
        ".csv",
        lambda content: content.decode().encode("utf-16"),
        "Text in another encoding",
        "text in utf-8 / utf-16, by the byte-order mark / name utf-16 in the passport",
    ),
    "a .sav called .csv": (".csv", lambda _: b"$FL2@(#)" + bytes(99), "File cannot be read", "an SPSS file / .sav"),
    "a line for Excel": (
        ".csv",
        lambda content: b"sep=;\n" + content,
        "CSV file of another form",
        "line 1 / 'sep=;', for Excel / take that out",
    ),
    "a separator at every end": (
        ".csv",
        lambda content: content.replace(b"\n", b";\n"),
        "CSV file of another form",
        "line 1 / ';' at its end / take that out, of every line",
    ),
    "separators at every end, as Windows writes lines": (
        ".csv",
        lambda content: content.replace(b"\n", b";;\r\n"),
        "CSV file of another form",
        "';;' at its end",
    ),
    "line too long": (
        ".csv",
        lambda content: content.replace(b";goed", b";;goed"),
        "CSV file of another form",
        "Row #3: Expected 10 columns, got 11",
    ),
    "line too short": (
        ".csv",
        lambda content: content.replace(b";goed", b" goed"),
        "CSV file of another form",
        "10 cells in every line, between ';'   from the passport's delimiter",
    ),
    "quote left open": (
        ".csv",
        lambda content: content.replace(b"goed", b'"goed'),
        "CSV file of another form",
        "its end / every quote closed / a quote left open",
    ),
    "line ends of an old Macintosh": (
        ".csv",
        lambda content: content.replace(b"\n", b"\r"),
        "CSV file of another form",
        "line 1 / a head that ends / new-line character seen in unquoted field",
    ),
    "NUL bytes": (".csv", lambda content: content.replace(b"goed", b"go\0d"), "NUL byte in a CSV file", "line 3"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_in_words(tmp_path: Path, what: str) -> None:
    suffix, damage, title, words = BAD[what]
    path = made.write(tmp_path, made.delivered_rows(), suffix)
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert path.read_bytes() != before
    (message,) = refused(path)
    assert message["title"] == title
    assert all(word in " / ".join([*message, *message.values()]) for word in words.split(" / "))


@pytest.mark.parametrize("cell", ["=1+1", "+31612345678A", "-Zeer goed", "@SUM(A1)", "=HYPERLINK(A1)", " =1"])
def test_a_formula_in_a_text_cell_is_refused_also_where_it_would_be_thrown_away(tmp_path: Path, cell: str) -> None:
    path = made.write(tmp_path, made.changed("opm", 1, cell)(made.delivered_rows()), ".csv")
    (message,) = refused(path)
    assert message["title"] == "Formula in a text cell"
    assert "column opm" in message["where"]
    assert (
        message["got"] == f"a text of {len(cell.strip())} signs that is not told, and begins with {cell.strip()[0]!r}"
    )


def test_all_columns_with_formulas_are_one_finding_with_the_rows(tmp_path: Path) -> None:
    rows = made.changed("opm", 1, "=1+1")(made.changed("opm", 5, "=2")(made.delivered_rows()))
    rows = made.changed("functie", 2, "@A1")(rows).rename(columns={"q4_2": "=q4"})
    (message,) = refused(made.write(tmp_path, rows, ".csv"))
    assert message["where"].startswith("waves/2018/invented.csv, column functie, row")
    assert message["where"].endswith("; column 8, its name; column opm, rows 2, 6")
    assert message["got"] == "a text of 3 signs that is not told, and begins with '@'; and 3 more"


@pytest.mark.parametrize("cell", ["-9", "+3", "-1.5", "-1,5", "nee - dank u", "a=b"])
def test_a_number_with_a_sign_is_no_formula(tmp_path: Path, cell: str) -> None:
    path = made.write(tmp_path, made.changed("opm", 1, cell)(made.delivered_rows()), ".csv")
    assert refused(path) == []


def test_utf_8_in_a_file_that_should_be_cp1252_is_found_out(tmp_path: Path) -> None:
    """Guards against Ã©: bytes of utf-8 are also text in cp1252, and would be read without complaint."""
    path = made.write(tmp_path, made.changed("opm", 1, "één keer")(made.delivered_rows()), ".csv")
    assert refused(path) == []
    (message,) = refused(path, encoding="cp1252")
    assert (message["title"], message["got"]) == ("Text in another encoding", "text in utf-8")
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))
    assert refused(path, encoding="cp1252") == []
    (message,) = refused(path, encoding="klingon")
    assert "unknown encoding: klingon" in message["got"]


def test_utf_16_is_read_when_the_passport_names_it(tmp_path: Path) -> None:
    path = made.write(tmp_path, made.delivered_rows(), ".csv")
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    harmonised, found = made.examined(path, encoding="utf-16")
    assert found == []
    assert harmonised.read == 8


def many(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame] * 100, ignore_index=True)


def test_an_spss_file_of_100_times_as_many_rows_is_refused_by_its_head(tmp_path: Path) -> None:
    """Its rows are cut off: who reads them would find that out first."""
    path = made.write(tmp_path, many(made.delivered_rows()))
    path.write_bytes(path.read_bytes()[:4000])
    (message,) = refused(path)
    assert message["title"] == "Delivery is not what its passport says"
    assert (message["expected"], message["got"]) == ("8   from manifest.yml", "800")


def test_a_csv_file_of_100_times_as_many_rows_is_refused_by_its_first_lines(tmp_path: Path) -> None:
    """What follows is no text: who reads it all would find that out first."""
    path = made.write(tmp_path, many(made.delivered_rows()), ".csv")
    path.write_bytes(path.read_bytes() + b"\0" * (1 << 22))
    (message,) = refused(path)
    assert message["title"] == "Delivery is not what its passport says"
    assert message["expected"] == "8   from manifest.yml"
    assert message["got"].startswith("at least ")


def test_a_file_with_fewer_rows_is_refused(tmp_path: Path) -> None:
    for suffix in (".sav", ".csv"):
        path = made.write(tmp_path, made.delivered_rows().iloc[:-1], suffix)
        found = refused(path)
        assert (found[0]["expected"], found[0]["got"]) == ("8   from manifest.yml", "7")


def test_a_wrong_passport_hides_nothing_of_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    for suffix in (".sav", ".csv"):
        path = made.write(tmp_path, made.changed("dag", 1, "31-02-2018")(made.delivered_rows()), suffix)
        found = refused(path, rows=5, sha256="0" * 64)
        assert [message["where"].rpartition(", ")[2] for message in found[:2]] == ["sha256", "rows"]
        assert [message["title"] for message in found[2:]] == ["Impossible date"]
        assert len(refused(path, rows=3, sha256="0" * 64)) == 1


def test_another_file_is_named_so_before_what_is_wrong_with_it(tmp_path: Path) -> None:
    path = made.write(tmp_path, made.delivered_rows())
    right = made.passport(path)
    path.write_bytes(path.read_bytes()[:900])
    _, findings = compare(path, right, KEEP)
    assert [told(error)["title"] for error in findings] == [
        "Delivery is not what its passport says",
        "File cannot be read",
    ]


def crash(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def test_a_crash_of_the_reader_is_an_error_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ReadStat does crash on damaged files; test_damage meets such files, this does it on purpose."""
    path = made.write(tmp_path, made.delivered_rows())
    monkeypatch.setattr(spss, "_read", crash)
    with pytest.raises(MonitorError) as caught:
        spss.read_sav(path, KEEP, 8)
    assert told(caught.value)["got"] == "the reader of SPSS files crashed on it"


def test_a_reader_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.write(tmp_path, made.delivered_rows())
    monkeypatch.setattr(spss, "_read", lambda *_: time.sleep(60))
    monkeypatch.setattr(spss, "_SECONDS", 0.2)
    began = time.monotonic()
    with pytest.raises(MonitorError) as caught:
        spss.read_sav(path, KEEP, 8)
    assert told(caught.value)["got"] == "no end of reading in 0.2 seconds"
    assert time.monotonic() - began < 10
