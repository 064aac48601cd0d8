"""An edition's figures as a table for machines: its rows, what their CSV says of itself (CSVW), and Parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from opendata.columns import COLUMNS, Column
from opendata.edition import Edition
from opendata.terms import CREDITS, PUBLISHER, description, licence_address, title
from presentation import dutch

_ARROW = {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}
_TRUTH = "True|False"  # as pandas writes them, and the data files of the documents


def table(edition: Edition) -> pd.DataFrame:
    """The rows of an edition under the names that a reader gets; an empty text is missing.

    Percentages are whole (0-100), differences whole points, respondents rounded; every row carries the mark.
    """
    rows = edition.rows.assign(mark=edition.settings.mark)
    for name in ("whole_verdict", "before_verdict"):
        rows[name] = rows[name].map(dutch.VERDICTS)
    people = {part.results.survey: part.people for part in edition.parts}
    rows["people"] = rows["survey"].map(people)
    return pd.DataFrame({column.name: _column(rows[column.source], column.kind) for column in COLUMNS})


def _column(values: pd.Series, kind: str) -> pd.Series:
    if kind == "string":
        return values.where(values != "").astype("string")
    return values.astype("boolean") if kind == "boolean" else values.astype("Int64")


def sheet(rows: pd.DataFrame, edition: Edition, theme: int, survey: str) -> pd.DataFrame:
    """Of `rows`, all that `table` gave, those of a survey about a theme: a CSV, and a sheet of the tabellenboek."""
    return rows[(rows["themanummer"] == theme) & (edition.rows["survey"] == survey)]


def parquet(rows: pd.DataFrame, edition: Edition, licence: str) -> bytes:
    """The rows as Parquet; file and columns say what they are. The same rows give the same bytes."""
    about = {"title": title(edition), "description": description(edition), "license": licence_address(licence)}
    fields = [
        pa.field(column.name, _ARROW[column.kind], not column.required, {"nl": column.nl, "en": column.en})
        for column in COLUMNS
    ]
    made = pa.Table.from_pandas(rows, pa.schema(fields, about), preserve_index=False)
    buffer = io.BytesIO()
    pq.write_table(made.replace_schema_metadata(about), buffer, compression="zstd")
    return buffer.getvalue()


def metadata(edition: Edition, files: Mapping[tuple[int, str], str], licence: str) -> str:
    """What the CSV files hold, as CSV on the Web says it (W3C, Metadata Vocabulary for Tabular Data, 2015).

    `files` are their names by number of the theme and survey. The schema is told of each: not every reader of CSVW
    looks for it at the group.
    """
    schema = {"columns": [_described(column) for column in COLUMNS], "primaryKey": "id"}
    told = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "dc:title": title(edition),
        "dc:description": description(edition),
        "dc:language": "nl",
        "dc:publisher": PUBLISHER,
        "dc:issued": edition.settings.editions[edition.wave].released.isoformat(),
        "dc:license": {"@id": licence_address(licence)},
        "dc:rights": CREDITS,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]},
        "tables": [
            {"url": file, "dc:title": _called(edition, *of), "tableSchema": schema} for of, file in files.items()
        ],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _called(edition: Edition, theme: int, survey: str) -> str:
    themes = edition.parts[0].results.themes
    people = next((part.people for part in edition.parts if part.results.survey == survey), survey)
    return f"{themes[theme]}: {people}"


def _described(column: Column) -> dict[str, object]:
    kind = {"base": "boolean", "format": _TRUTH} if column.kind == "boolean" else column.kind
    about = [{"@value": column.nl, "@language": "nl"}, {"@value": column.en, "@language": "en"}]
    return {
        "name": column.name,
        "titles": {"nl": column.name},
        "dc:description": about,
        "datatype": kind,
        "required": column.required,
    }
