"""Deliveries and their passports: a file is read only when it is the file that its passport describes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
import pyreadstat

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError


class Stratum(Declared):
    """Population N, invited m and responded n of one stratum of the design."""

    function: str
    province: str
    population: int
    invited: int
    responded: int


class Passport(Declared):
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


class Manifest(Declared):
    """The passports of the deliveries beside the file."""

    deliveries: tuple[Passport, ...]


def read_manifest(path: Path) -> tuple[Passport, ...]:
    """Read the passports of all deliveries; raises MonitorError for one that lacks a field or holds a wrong one."""
    return read_declared(path, Manifest).deliveries


def read_delivery(path: Path, passport: Passport) -> pd.DataFrame:
    """Read one SPSS delivery as delivered codes, after holding it against its passport.

    Returns one row per respondent with the delivery's own column names. User-missing codes stay what they are, so
    that harmonising can tell "wil ik niet zeggen" from an empty cell. Raises MonitorError when its sha256, number of
    rows (in all, or over the strata) or number of columns is not the passport's.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    hint = "ask the producer which is right; a corrected file gets a new passport in manifest.yml"
    if digest != passport.sha256:
        raise _mismatch(passport, "sha256", passport.sha256, digest, hint)
    frame: pd.DataFrame = pyreadstat.read_sav(str(path), user_missing=True)[0]  # pyright: ignore[reportAssignmentType]
    if len(frame) != passport.rows:
        raise _mismatch(passport, "rows", str(passport.rows), str(len(frame)), hint)
    responded = sum(stratum.responded for stratum in passport.strata)
    if len(frame) != responded:
        raise _mismatch(passport, "responded in all strata", str(responded), f"{len(frame)} rows", hint)
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
    Raises MonitorError for a passport without its file.
    """
    found: dict[tuple[str, int], tuple[Path, Passport]] = {}
    for manifest in manifests:
        for passport in read_manifest(manifest):
            found[(passport.survey, passport.wave)] = (manifest.parent, passport)
    for folder, passport in found.values():
        if not (folder / passport.file).exists():
            raise _mismatch(passport, "file", passport.file, "no such file", "put it there or drop its passport")
    return [found[key] for key in sorted(found)]


def check_documented(files: Sequence[Path], manifests: Sequence[Path]) -> None:
    """Raise MonitorError for a delivery that no manifest describes: it would be passed over in silence."""
    known = {manifest.parent / passport.file for manifest in manifests for passport in read_manifest(manifest)}
    strange = sorted(set(files) - known)
    if strange:
        raise MonitorError(
            "Delivery without a passport",
            where=", ".join("/".join(path.parts[-3:]) for path in strange),
            expected="a passport in the manifest.yml beside it for every file",
            got=f"{len(known)} passports, none for it",
            hint="write its passport (data/README.md), or move the file out of data/raw",
        )


def passport_strata(passports: Sequence[Passport]) -> pd.DataFrame:
    """What the passports declare per survey, wave and stratum: population N, invited m and responded n (persons)."""
    return pd.DataFrame(
        [
            {"survey": passport.survey, "wave": passport.wave, **stratum.model_dump()}
            for passport in passports
            for stratum in passport.strata
        ]
    )
