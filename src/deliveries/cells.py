"""What a delivered file holds, whatever its format: per column the different texts, and which of them each row has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

NUMBER = re.compile(r"[+-]?[0-9]{1,300}([.][0-9]+)?")


@dataclass(frozen=True, eq=False)
class Column:
    """One delivered column: `texts` are its different contents, `codes` the one of each row (-1: an empty cell).

    A number stands as text: 1.0 as "1". A date stands as ISO text. `labels` are the value labels that the file itself
    gives to its codes, `question` its label of the whole column (empty where it has none), `missing` the ranges of
    codes that it declares user-missing, both ends included.
    """

    codes: np.ndarray
    texts: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    missing: tuple[tuple[Any, Any], ...] = ()

    def declares_missing(self, code: str) -> bool:
        """Whether the file declares a code user-missing."""
        value: Any = float(code) if NUMBER.fullmatch(code) else code
        return any(type(low) is type(value) and low <= value <= high for low, high in self.missing)

    def rows(self, texts: Sequence[str]) -> np.ndarray:
        """Which rows hold one of these texts, of which "" is an empty cell: n booleans."""
        wanted = {canonical(text) for text in texts}
        return self.take([canonical(text) in wanted for text in self.texts], "" in wanted)

    def take(self, values: Sequence[object], empty: object) -> np.ndarray:
        """A value per row from a value per text, with `empty` for the empty cells."""
        return np.array([*values, empty], dtype=object if isinstance(empty, str) else None)[self.codes]


@dataclass(frozen=True, eq=False)
class Cells:
    """A delivered file: how many rows, the names of all its columns in order, and the columns that were kept."""

    rows: int
    names: tuple[str, ...]
    columns: Mapping[str, Column]


def numbers(values: np.ndarray, labels: Mapping[str, str] | None = None) -> Column:
    """A column of numbers, NaN for an empty cell."""
    codes, different = pd.factorize(values)
    return Column(_small(codes), tuple(written(float(value)) for value in different), labels or {})


def strings(values: Sequence[str | None] | np.ndarray, labels: Mapping[str, str] | None = None) -> Column:
    """A column of texts; None and blanks are empty cells, and spaces around a text do not count."""
    codes, different = pd.factorize(np.asarray(values, dtype=object))
    return merged(codes, [str(text) for text in different], labels)


def merged(codes: np.ndarray, different: Sequence[str], labels: Mapping[str, str] | None = None) -> Column:
    """A column from texts that may differ by the spaces around them only, or be blank."""
    places: dict[str, int] = {}
    place = [places.setdefault(text.strip(), len(places)) if text.strip() else -1 for text in different]
    return Column(_small(np.array([*place, -1])[codes]), tuple(places), labels or {})


def written(value: float) -> str:
    """A number as text: without decimals where it has none."""
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)


def canonical(text: str) -> str:
    """A code as it is compared: 01, 1 and 1.0 are one number; any other text is itself."""
    return written(float(text) + 0.0) if NUMBER.fullmatch(text) else text


def shown(path: Path) -> str:
    """Where a file stands, as a message tells it: its name and the two folders above it."""
    return "/".join(path.parts[-3:]).replace("//", "/")


def printable(text: str) -> str:
    """What stood in a file, as a message can show it on one line."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def counted(number: int, noun: str) -> str:
    """How many there are, as a message tells it: 1 row, 2 rows."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def numbered(rows: Sequence[int] | np.ndarray) -> str:
    """The first of these rows of a file (counted from 0), as a message tells them: rows 1, 3."""
    told = ", ".join(str(row + 1) for row in rows[:5])
    return f"rows {told}" + (f" and {len(rows) - 5} more" if len(rows) > 5 else "")


def _small(codes: np.ndarray) -> np.ndarray:
    """In the smallest kind of whole number that holds the codes: a survey has many cells and few different answers."""
    largest = int(codes.max(initial=0))
    return codes.astype(np.int8 if largest < 127 else np.int16 if largest < 32767 else np.int32)
