"""The figures that stand here, and the files that are made of them, once for all tests."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from analysis.settings import read_settings
from opendata import tabular
from opendata.edition import Edition, read_edition
from opendata.tablebook import tablebook

ROOT = Path(__file__).resolve().parents[2]
LICENCE = "CC0-1.0"
#: The last wave with all surveys, one without employees and integrity, and the first.
EDITIONS = (2024, 2018, 2016)


@dataclass(frozen=True, repr=False)  # pytest would print whole tables
class Made:
    """An edition, its files, and the publishable rows that they must agree with, read without the code under test."""

    edition: Edition
    xlsx: bytes
    book: Workbook
    rows: pd.DataFrame
    published: pd.DataFrame  # of two waves together too: their name is then "2022+2024" in `meting`, and in the id
    figures: dict[str, dict[str, Any]]  # the same rows by id, for tests that look up one after another
    compared: pd.DataFrame
    mark: str


@pytest.fixture(scope="session", params=EDITIONS)
def made(request: pytest.FixtureRequest) -> Made:
    edition = read_edition(request.param, ROOT)
    xlsx = tablebook(edition, LICENCE)
    files = ("estimates", "pooled", "comparisons")
    read = [pd.read_parquet(ROOT / f"data/processed/5-publishable-{name}.parquet") for name in files]
    single, pooled, compared = (rows[rows["wave"] <= request.param].set_index("id") for rows in read)
    published = pd.concat([single.assign(meting=single["wave"].astype(str)), pooled.assign(meting=pooled["waves"])])
    mark = read_settings(ROOT / "config" / "monitor.yml").mark
    book = openpyxl.load_workbook(io.BytesIO(xlsx))
    return Made(edition, xlsx, book, tabular.table(edition), published, published.to_dict("index"), compared, mark)
