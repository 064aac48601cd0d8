"""Deliveries as a bureau hands them over: an SPSS file with that wave's names and codes, and its passport."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pyreadstat
import yaml

from fieldwork.columns import DeliveredColumn
from fieldwork.settings import Generator

# Where the header of an SPSS system file holds the day ("dd mmm yy") and time ("hh:mm:ss") of its making:
# PSPP developers, System File Format, File Header Record.
_CREATION_OFFSET, _CREATION_LENGTH = 92, 17
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def encode(answers: pd.DataFrame, columns: Sequence[DeliveredColumn], order: str, background: int) -> pd.DataFrame:
    """Turn harmonised answer ids into a wave's delivered names and codes; None becomes an empty cell.

    `order` is that of generator.yml; `background` is how many columns after the respondent's number are background.
    """
    encoded = {}
    for column in columns:
        values = answers[column.variable]
        encoded[column.name] = values.map(column.codes).astype(float) if column.codes else values
    names = [column.name for column in columns]
    if order == "background_last":
        names = names[:1] + names[1 + background :] + names[1 : 1 + background]
    elif order == "by_name":
        names = sorted(names)
    return pd.DataFrame(encoded)[names].reset_index(drop=True)


def sav_bytes(delivery: pd.DataFrame, columns: Sequence[DeliveredColumn], settings: Generator, wave: int) -> bytes:
    """Write a delivery as SPSS: Dutch labels, user-missing codes, the example mark as file label and note.

    The writer puts the clock into the header; it is set to the day of delivery, so that the same data are the same
    bytes (pyreadstat can write to a path only).
    """
    coded = [column for column in columns if column.codes]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "delivery.sav"
        pyreadstat.write_sav(
            delivery,  # pyright: ignore[reportArgumentType]
            str(path),
            file_label=settings.mark,
            note=[settings.mark, f"Meting {wave}. {settings.producer}."],
            column_labels={column.name: column.label for column in columns},
            variable_value_labels={
                column.name: {float(code): label for code, label in column.labels.items()} for column in coded
            },
            missing_ranges={column.name: list(column.missing) for column in coded if column.missing},
            variable_measure={column.name: "nominal" for column in columns},
            variable_format={column.name: "F3.0" for column in coded},
            row_compress=True,
        )
        return _dated(path.read_bytes(), settings.waves[wave].delivered)


def passport(
    survey: str, wave: int, sav: bytes, delivery: pd.DataFrame, strata: pd.DataFrame, settings: Generator
) -> dict[str, object]:
    """Describe a delivery: whose, when, census or sample, its size and sha256, and N, m and n per stratum.

    `strata` has function, province, population, invited and responded.
    """
    campaign = settings.waves[wave]
    return {
        "file": file_name(survey, wave),
        "survey": survey,
        "wave": wave,
        "producer": settings.producer,
        "origin": "synthetic",
        "fieldwork": {"from": campaign.start, "to": campaign.end},
        "design": "census" if (strata["invited"] == strata["population"]).all() else "sample",
        "delivered": campaign.delivered,
        "licence": settings.licence,
        "sha256": hashlib.sha256(sav).hexdigest(),
        "rows": len(delivery),
        "columns": delivery.shape[1],
        "strata": [_Line(row) for row in strata.to_dict("records")],
    }


def file_name(survey: str, wave: int) -> str:
    """Where a delivery stands in data/raw."""
    return f"waves/{wave}/{survey}.sav"


def manifest_text(passports: Sequence[dict[str, object]]) -> str:
    """Write the passports as YAML, a stratum on a line."""
    head = "# Passports of the deliveries in this folder; made with them by `fieldwork`, never edited by hand.\n"
    body = yaml.dump({"deliveries": list(passports)}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return head + body


class _Line(dict):
    """A mapping that stands on one line of the manifest."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Line, lambda dumper, row: dumper.represent_mapping("tag:yaml.org,2002:map", row, flow_style=True)
)


def _dated(sav: bytes, day: date) -> bytes:
    stamp = f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year % 100:02d}00:00:00".encode("ascii")
    return sav[:_CREATION_OFFSET] + stamp + sav[_CREATION_OFFSET + _CREATION_LENGTH :]
