"""Coverage is told from its committed table: every cell and every count is that of its row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from great_tables import GT
from lxml import html

from analysis.errors import MonitorError
from presentation.coverage import FILE, Coverage, read_coverage
from tests.analysis.told import told
from tests.presentation.rows import MARK

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"Heel het land": "national", "Functies": "function", "Provincies": "province", "Kleine groepen": "small"}


@pytest.fixture(scope="module")
def counted() -> Coverage:
    return read_coverage(ROOT)


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    """The table, read as text without the code that tells it."""
    return pd.read_csv(ROOT / FILE, comment="#").to_dict("records")


def lines(table: GT) -> list[list[str]]:
    """Rows of the body without those that name a group, each a list of texts."""
    tree = html.fromstring(table.as_raw_html()).xpath("//table")[0]
    body = [[" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")] for row in tree.xpath(".//tr")]
    return [row for row in body if row[0] in SIZES]


def numbers(cells: list[str]) -> list[float]:
    """The numbers in cells, NaN for a dash; each is right to half of its last decimal."""
    text = " ".join(cells).replace("±", "").replace("bij", "").replace("–", "nan").replace(",", ".")
    return [float(word) for word in text.split()]


def assert_same(cells: list[str], expected: list[float]) -> None:
    np.testing.assert_allclose(numbers(cells), expected, rtol=0, atol=0.05 + 1e-9)


def test_every_cell_about_intervals_is_that_of_its_row(counted: Coverage, rows: list[dict]) -> None:
    told_lines = lines(counted.intervals(MARK))
    assert len(told_lines) == len(rows) == 24
    for line, row in zip(told_lines, rows, strict=True):
        assert SIZES[line[0]] == row["size"]
        assert line[1] == f"{round(row['n']):,}".replace(",", ".")
        parts = ("coverage", "below", "above", "width", "worst_coverage")
        shares = {name: 100 * row[name] for name in parts}
        assert_same(line[2:3], [shares["width"]])
        assert_same(line[3:4], [shares["coverage"], 200 * row["error_coverage"]])
        assert_same(line[4:6], [shares["below"], shares["above"]])
        assert_same(line[6:], [shares["worst_coverage"], row["worst_item"]])


def test_every_cell_about_verdicts_is_that_of_its_row(counted: Coverage, rows: list[dict]) -> None:
    judged = [row for row in rows if row["arm"] != "outcome"]
    told_lines = lines(counted.verdicts(MARK))
    assert len(told_lines) == len(judged) == 12
    for line, row in zip(told_lines, judged, strict=True):
        assert SIZES[line[0]] == row["size"]
        for cell, name in zip(line[1:4], ("coverage_superpopulation", "false_verdicts", "false_between"), strict=True):
            share, error = 100 * row[name], 200 * row[f"error_{name}"]
            assert_same([cell], [share, error] if share == share else [np.nan])
        assert_same(line[4:], [100 * row[f"power_{points}"] for points in (3, 5, 10)])


def test_arms_are_called_by_what_decides_who_takes_part(counted: Coverage) -> None:
    text = html.fromstring(counted.intervals(MARK).as_raw_html()).text_content()
    assert "kansverhouding 1,1" in text and "kansverhouding 1,5" in text
    assert text.index("toeval") < text.index("geslacht en grootte") < text.index("jaren in functie")
    assert MARK in text


@pytest.mark.parametrize(
    ("share", "words"), [(0.951, "95 van de 100"), (0.945, "95 van de 100"), (0.004, "minder dan 1 van de 100")]
)
def test_a_share_is_told_as_a_reader_counts(share: float, words: str, counted: Coverage) -> None:
    row = {"arm": "strata", "odds": 1.0, "size": "national", "coverage": share}
    one = Coverage(pd.DataFrame([row]), counted.counted, counted.commit, 0.05)
    assert one.times("coverage", "strata", "national") == words
    assert one.allowed == "5 van de 100"


def test_table_without_its_origin_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text("arm,odds,size\n", encoding="utf-8")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "families.yml").write_bytes((ROOT / "config" / "families.yml").read_bytes())
    with pytest.raises(MonitorError) as error:
        read_coverage(tmp_path)
    message = told(error.value)
    assert message["title"] == "Coverage of unknown origin"
    assert message["got"] == "arm,odds,size"
