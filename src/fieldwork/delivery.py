"""Deliveries as a bureau hands them over: the wave's names, codes and spellings, as SPSS."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from analysis.questionnaire import YES
from fieldwork.columns import IGNORED, DeliveredColumn
from fieldwork.randomness import stream
from fieldwork.settings import Campaign, Generator, Ignored

# Where the header of an SPSS system file holds the day ("dd mmm yy") and time ("hh:mm:ss") of its making:
# PSPP developers, System File Format, File Header Record.
_CREATION_OFFSET, _CREATION_LENGTH = 92, 17
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NONE_NAMED = "0"
_PERCENT = 100


def encode(
    answers: pd.DataFrame,
    columns: Sequence[DeliveredColumn],
    campaign: Campaign,
    ignored: Mapping[str, Ignored],
    seed: int,
) -> pd.DataFrame:
    """Turn harmonised answer ids into a wave's delivered names and cells; None becomes an empty cell.

    Columns of codes are numbers, the others text. Where an answer has other spellings or codes, some cells have those.
    """
    encoded = {}
    for column in columns:
        random = stream(seed, "spelling", campaign.start.year, column.name)
        if column.form == "ignored":
            encoded[column.name] = _thrown_away(ignored[column.question.removeprefix(IGNORED)], len(answers), random)
        elif column.form == "delimited":
            encoded[column.name] = _delimited(answers, column, campaign.separator)
        else:
            share = campaign.other_spellings.get(column.question, campaign.other_spellings.get("default", 0))
            encoded[column.name] = _cells(answers[column.variables[0]], column, share, random)
    return pd.DataFrame(encoded)


def ordered(delivery: pd.DataFrame, columns: Sequence[DeliveredColumn], order: str, background: int) -> pd.DataFrame:
    """Put the columns in the order of generator.yml; `background` is how many after the first are background."""
    names = [column.name for column in columns]
    if order == "background_last":
        names = names[:1] + names[1 + background :] + names[1 : 1 + background]
    elif order == "by_name":
        names = sorted(names)
    return delivery[names].reset_index(drop=True)


def _cells(values: pd.Series, column: DeliveredColumn, share: float, random: np.random.Generator) -> pd.Series:
    if column.form == "id":
        return values
    if column.form == "date":
        days = {day: date.fromisoformat(day) for day in values.unique()}
        spellings = [
            [values.map({day: one.strftime(form) for day, one in days.items()}) for form in column.codes["date"]]
        ]
        mine = [np.ones(len(values), bool)]
    else:
        spellings = [[pd.Series(code, values.index) for code in codes] for codes in column.codes.values()]
        mine = [(values == answer).to_numpy() for answer in column.codes]
    cells = pd.Series(None, values.index, dtype=object)
    for where, (usual, *others) in zip(mine, spellings, strict=True):
        cells = cells.mask(where, usual)
        which = random.integers(len(others), size=len(values)) if others else None
        wrong = where & (random.random(len(values)) < share / _PERCENT)
        for position, other in enumerate(others):
            cells = cells.mask(wrong & (which == position), other)
    return cells.astype(float) if column.form == "coded" else cells.fillna("")


def _delimited(answers: pd.DataFrame, column: DeliveredColumn, separator: str) -> pd.Series:
    named = answers[list(column.variables)]
    codes = np.array([column.codes[variable][0] for variable in column.variables], object)
    rows = (named == YES).to_numpy()
    cells = [separator.join(codes[row]) or _NONE_NAMED for row in rows]
    return pd.Series(cells, named.index).mask(named.isna().all(axis=1), "")


def _thrown_away(ignored: Ignored, count: int, random: np.random.Generator) -> np.ndarray:
    if ignored.texts:
        texts = random.choice(np.array(ignored.texts, object), count)
        return np.where(random.random(count) < ignored.share / _PERCENT, texts, "")
    return np.round(random.uniform(ignored.low, ignored.high, count), ignored.decimals)


def sav_bytes(
    delivery: pd.DataFrame, columns: Sequence[DeliveredColumn], settings: Generator, campaign: Campaign
) -> bytes:
    """Write a delivery as SPSS: Dutch labels, user-missing codes, the example mark as file label and note.

    The writer puts the clock into the header; it is set to the day of delivery, so that the same data are the same
    bytes (pyreadstat can write to a path only).
    """
    coded = [column for column in columns if column.form == "coded"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "delivery.sav"
        pyreadstat.write_sav(
            delivery,  # pyright: ignore[reportArgumentType]
            str(path),
            file_label=settings.mark,
            note=[settings.mark, f"Meting {campaign.start.year}. {settings.producer}."],
            column_labels={column.name: column.label for column in columns},
            variable_value_labels={column.name: value_labels(column, campaign) for column in coded},
            missing_ranges={column.name: _user_missing(column, campaign) for column in coded if column.missing},
            variable_measure={column.name: "nominal" for column in coded},
            variable_format={column.name: "F3.0" for column in coded},
            row_compress=True,
        )
        return _dated(path.read_bytes(), campaign.delivered)


def value_labels(column: DeliveredColumn, campaign: Campaign) -> dict[float, str]:
    """Value labels of a column of codes, with the typing errors that generator.yml declares."""
    wrong = campaign.label_errors.get(column.question, {})
    mistyped = {code: label for answer, label in wrong.items() for code in column.codes[answer]}
    return {float(code): label for code, label in (column.labels | mistyped).items()}


def _user_missing(column: DeliveredColumn, campaign: Campaign) -> list[Any]:
    if campaign.user_missing:
        return [{"lo": float(campaign.user_missing[0]), "hi": float(campaign.user_missing[1])}]
    return sorted(float(code) for code in column.missing)


def _dated(sav: bytes, day: date) -> bytes:
    stamp = f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year % 100:02d}00:00:00".encode("ascii")
    return sav[:_CREATION_OFFSET] + stamp + sav[_CREATION_OFFSET + _CREATION_LENGTH :]
