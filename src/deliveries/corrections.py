"""Known errors of a delivery, as people declare them in corrections.yml."""

from __future__ import annotations

from pathlib import Path

from analysis.declared import Declared, read_declared

NO_ROW, LATEST = "no_row", "latest"


class Correction(Declared):
    """A known error of a delivery, corrected before decoding; corrections.yml explains the fields at its head."""

    survey: str
    wave: int
    variable: str
    where: dict[str, str | float]
    to: str
    why: str
    reported: str
    expect: int
    reason: str = ""


class Corrections(Declared):
    """All corrections: config/corrections.yml."""

    corrections: tuple[Correction, ...]


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Read corrections.yml; raises MonitorError with the field that is missing, misspelt or out of its type."""
    return read_declared(path, Corrections).corrections
