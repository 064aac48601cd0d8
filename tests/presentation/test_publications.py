"""Rows of publications.csv: documents, their stubs, and what the front page says of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from analysis.errors import MonitorError
from analysis.settings import read_settings
from presentation.publications import Publication, find_publication, province_shelf, read_publications, shelf
from tests.analysis.told import told

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
HEAD = "edition,product,id,title,subject\n"
SETTINGS = read_settings(CONFIG / "monitor.yml")
FLEVOLAND = Publication(2024, "province", "flevoland", "Agressie in Flevoland", "flevoland")


def front_matter(text: str) -> tuple[dict, str]:
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body


def test_a_stub_names_its_file_and_gives_edition_and_province() -> None:
    head, body = front_matter(FLEVOLAND.stub(SETTINGS))
    assert head["title"] == "Agressie in Flevoland"
    assert head["output-file"] == "voorbeeld-flevoland"
    assert "#| tags: [parameters]" in body
    assert 'edition = 2024\ndocument = "flevoland"\nprovince = "flevoland"\n' in body
    assert body.rstrip().endswith("{{< include ../_province.qmd >}}")
    assert (FLEVOLAND.name, FLEVOLAND.source) == ("2024/flevoland", "2024/flevoland.qmd")


def test_a_report_is_numbered_and_takes_no_subject() -> None:
    head, body = front_matter(Publication(2024, "report", "monitor", "Monitor 2024", "all").stub(SETTINGS))
    assert head["number-sections"] is True
    assert "subject" not in body and "all" not in body.split("```")[1]


def test_the_committed_documents_are_those_of_the_house() -> None:
    rows = read_publications(CONFIG / "publications.csv")
    assert len([row for row in rows if row.product == "province" and row.edition == 2024]) == 12
    assert rows[0].product == "report"
    assert find_publication(rows, "2024/raadsleden").product == "target_group"


@pytest.mark.parametrize(
    ("line", "got"),
    [
        ("2024,provincie,x,Titel,x", "2024,provincie,x,Titel,x"),
        ("twee,province,x,Titel,x", "twee,province,x,Titel,x"),
        ("2024,province,x,Titel", "2024,province,x,Titel,None"),
        ("2024,province,x,Titel, met komma,x", "['x']"),
        ("2024,province,,Titel,x", "2024,province,,Titel,x"),
        ("2024,province,a,Titel,a", "2024,province,a,Titel,a"),
    ],
)
def test_a_line_that_is_no_document_is_told(tmp_path: Path, line: str, got: str) -> None:
    path = tmp_path / "publications.csv"
    path.write_text(f"{HEAD}2024,province,a,Titel,a\n{line}\n", encoding="utf-8")
    with pytest.raises(MonitorError) as caught:
        read_publications(path)
    message = told(caught.value)
    assert message["where"] == "publications.csv, line 3"
    assert message["got"].endswith(got)


@pytest.mark.parametrize(
    ("line", "title", "expected"),
    [
        ("2023,province,a,Titel,zeeland", "Edition does not exist", "2024"),
        ("2024,province,a,Titel,zeelnd", "Province does not exist", "zeeland"),
        ("2024,target_group,a,Titel,zeeland", "Target group does not exist", "raadsleden"),
    ],
)
def test_an_edition_or_subject_that_there_is_not_is_told(tmp_path: Path, line: str, title: str, expected: str) -> None:
    path = tmp_path / "publications.csv"
    path.write_text(f"{HEAD}{line}\n", encoding="utf-8")
    there_are = {"edition": [2024], "province": ["zeeland"], "target_group": ["raadsleden"]}
    with pytest.raises(MonitorError) as caught:
        read_publications(path, there_are)
    message = told(caught.value)
    assert (message["title"], message["where"], message["expected"]) == (title, "publications.csv, line 2", expected)


def test_a_title_with_quotes_and_a_colon_stays_a_title() -> None:
    title = 'Agressie: "gewoon" werk? \\ Fryslân'
    head, _ = front_matter(Publication(2024, "province", "x", title, "fryslan").stub(SETTINGS))
    assert head["title"] == title


def test_a_document_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(MonitorError) as caught:
        find_publication([FLEVOLAND], "2024/atlantis")
    message = told(caught.value)
    assert message["where"] == "only=2024/atlantis"
    assert message["expected"] == "2024/flevoland"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with config and nothing made yet, in which the caller stands."""
    (tmp_path / "config").mkdir()
    shutil.copyfile(CONFIG / "monitor.yml", tmp_path / "config" / "monitor.yml")
    rows = [
        "2024,report,monitor,Monitor 2024,all",
        "2024,province,fryslan,Agressie tegen politieke ambtsdragers in Fryslân,fryslan",
        "2022,report,monitor,Monitor 2022,all",
    ]
    (tmp_path / "config" / "publications.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "_quarto.yml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def note(place: Path, name: str, noted: object) -> None:
    """What the pipeline notes about files."""
    path = place / "data" / "processed" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(noted), encoding="utf-8")


def test_the_shelf_names_type_size_and_date_of_one_edition(place: Path) -> None:
    note(place, "products", {"2024/voorbeeld-monitor.pdf": 1_234_567, "2024/voorbeeld-monitor.csv": 1_499})
    line, all_figures = str(shelf(2024)).splitlines()[1:-1]
    assert "[XLSX](2024/voorbeeld-tabellenboek-2024.xlsx)" in all_figures
    assert line == (
        "- [Monitor 2024](2024/monitor.qmd) [[PDF, 1,2 MB](2024/voorbeeld-monitor.pdf)"
        " · [CSV, 1 kB](2024/voorbeeld-monitor.csv) · [22 november 2026]{.date}]{.files}"
    )


def test_the_shelf_says_how_often_a_file_was_downloaded_where_that_was_counted(place: Path) -> None:
    counts = {"2024/voorbeeld-monitor.pdf": 1_234, "2024/voorbeeld-fryslan.csv": 7}
    note(place, "downloads", {"files": counts, "lines": 9_999, "unreadable": 0})
    assert "[PDF](2024/voorbeeld-monitor.pdf) (1.200 keer gedownload) · [CSV]" in str(shelf(2024))
    assert "[CSV](2024/voorbeeld-fryslan.csv) (7 keer gedownload)]" in str(province_shelf(2024))
    assert str(shelf(2024)).count("keer") == 1


@pytest.mark.parametrize("noted", [None, {"files": {}, "lines": 0, "unreadable": 0}])
def test_without_a_count_nothing_is_said_of_downloads(place: Path, noted: object) -> None:
    if noted:
        note(place, "downloads", noted)
    assert "gedownload" not in f"{shelf(2024)}{province_shelf(2024)}"


def test_a_shelf_without_sizes_yet_says_nothing_of_them(place: Path) -> None:
    text = str(province_shelf(2024))
    assert "- [[Fryslân](2024/fryslan.qmd)]{.tile-fryslan}" in text
    assert "- [Fryslân](2024/fryslan.qmd) [[PDF](2024/voorbeeld-fryslan.pdf)" in text
    assert "kB" not in text and "2026" not in text


def test_a_five_minute_version_has_no_contents_and_takes_no_subject() -> None:
    stub = Publication(2024, "five_minutes", "vijf-minuten", "In vijf minuten", "all").stub(SETTINGS)
    head, body = front_matter(stub)
    assert head["toc"] is False
    assert head["subtitle"] == "Acht bevindingen uit de Monitor Integriteit en Veiligheid 2024"
    assert body.split("```")[1].endswith('document = "vijf-minuten"\n')
    assert body.rstrip().endswith("{{< include ../_five-minutes.qmd >}}")
