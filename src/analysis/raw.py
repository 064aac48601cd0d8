"""Deliveries and their passports: a file is read only when it is the file that its passport describes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
import pyreadstat
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.errors import MonitorError


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Stratum(_Frozen):
    """Population N, invited m and responded n of one stratum of the design."""

    function: str
    province: str
    population: int
    invited: int
    responded: int


class Passport(_Frozen):
    """What is known about a delivery before it is opened."""

    file: str
    survey: str
    wave: int
    producer: str
    origin: Literal["synthetic", "delivered"]
    fieldwork: dict[str, date]
    design: Literal["census", "sample"]
    delivered: date
    licence: str
    sha256: str
    rows: int
    columns: int
    strata: tuple[Stratum, ...]


def read_manifest(path: Path) -> tuple[Passport, ...]:
    """Read the passports of all deliveries from a manifest.yml.

    Raises MonitorError for a passport that lacks a field or holds a wrong one.
    """
    deliveries = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("deliveries", [])
    try:
        return tuple(Passport.model_validate(delivery) for delivery in deliveries)
    except ValidationError as error:
        first = error.errors()[0]
        raise MonitorError(
            "Passport not understood",
            where=f"{path.name}, field {'.'.join(str(part) for part in first['loc'])}",
            expected=str(first["msg"]),
            got=repr(first["input"])[:80],
            hint="a passport names file, survey, wave, producer, origin, fieldwork, design, delivered, licence, "
            "sha256, rows, columns and strata",
        ) from error


def read_delivery(path: Path, passport: Passport) -> pd.DataFrame:
    """Read one SPSS delivery as delivered codes, after holding it against its passport.

    Returns one row per respondent with the delivery's own column names. User-missing codes stay what they are, so
    that harmonising can tell "wil ik niet zeggen" from an empty cell. Raises MonitorError when the file is absent,
    or its sha256, number of rows or number of columns is not the passport's.
    """
    if not path.exists():
        raise _mismatch(passport, "file", passport.file, "no such file", "put the delivery there or drop its passport")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    hint = "ask the producer which is right; a corrected file gets a new passport in manifest.yml"
    if digest != passport.sha256:
        raise _mismatch(passport, "sha256", passport.sha256, digest, hint)
    frame, _ = pyreadstat.read_sav(str(path), user_missing=True)
    if len(frame) != passport.rows:
        raise _mismatch(passport, "rows", str(passport.rows), str(len(frame)), hint)
    if frame.shape[1] != passport.columns:
        raise _mismatch(passport, "columns", str(passport.columns), str(frame.shape[1]), hint)
    return frame


def _mismatch(passport: Passport, field: str, expected: str, got: str, hint: str) -> MonitorError:
    return MonitorError(
        "Delivery is not what its passport says",
        where=f"{passport.file}, {field}",
        expected=f"{expected}   from manifest.yml",
        got=got,
        hint=hint,
    )


def deliveries(manifests: Sequence[Path]) -> list[tuple[Path, Passport]]:
    """Every delivery with the folder that its file is named from, by survey and wave.

    `manifests` are read in order; a later one (that of data/raw/real) takes precedence for its waves and surveys.
    """
    found: dict[tuple[str, int], tuple[Path, Passport]] = {}
    for manifest in manifests:
        for passport in read_manifest(manifest):
            found[(passport.survey, passport.wave)] = (manifest.parent, passport)
    return [found[key] for key in sorted(found)]


def passport_strata(passports: Sequence[Passport]) -> pd.DataFrame:
    """What the passports declare per survey, wave and stratum: population N, invited m and responded n (persons)."""
    return pd.DataFrame(
        [
            {"survey": passport.survey, "wave": passport.wave, **stratum.model_dump()}
            for passport in passports
            for stratum in passport.strata
        ]
    )
