"""An edition's figures as a table for machines: its rows, what their CSV says of itself (CSVW), and Parquet."""

from __future__ import annotations

import io
import json

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


def metadata(edition: Edition, file: str, licence: str) -> str:
    """What the CSV named `file` holds, as CSV on the Web says it (W3C, Metadata Vocabulary for Tabular Data, 2015)."""
    told = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": file,
        "dc:title": title(edition),
        "dc:description": description(edition),
        "dc:language": "nl",
        "dc:publisher": PUBLISHER,
        "dc:issued": edition.settings.editions[edition.wave].released.isoformat(),
        "dc:license": {"@id": licence_address(licence)},
        "dc:rights": CREDITS,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {"columns": [_described(column) for column in COLUMNS], "primaryKey": "id"},
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


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
