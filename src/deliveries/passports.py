"""Passports: what is known about a delivery before it is opened, and where its file stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import ConfigDict

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError
from analysis.questionnaire import Questionnaire
from deliveries.cells import shown

FORMATS = (".sav", ".csv")


class Stratum(Declared):
    """Population N, invited m and responded n of one stratum of the design, with the variables that make it one."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, str]  # pyright: ignore[reportIncompatibleVariableOverride]

    population: int
    invited: int
    responded: int

    @property
    def place(self) -> dict[str, str]:
        """The stratum itself: an answer for each of the questionnaire's strata variables."""
        return dict(self.model_extra or {})


class Passport(Declared):
    """What is known about a delivery before it is opened; `encoding` and `delimiter` are for .csv files."""

    file: str
    survey: str
    wave: int
    producer: str
    origin: Literal["synthetic", "delivered"]
    fieldwork: dict[str, date]
    design: Literal["census", "sample", "panel"]
    delivered: date
    licence: str
    sha256: str
    rows: int
    columns: int
    strata: tuple[Stratum, ...]
    encoding: str = "utf-8"
    delimiter: str = ";"


class Manifest(Declared):
    """The passports of the deliveries beside the file."""

    deliveries: tuple[Passport, ...]


def read_manifest(path: Path) -> tuple[Passport, ...]:
    """Read the passports of all deliveries beside a manifest.

    Raises MonitorError for a passport that lacks a field or holds a wrong one, two for one survey and wave or for one
    file, fieldwork that ends before it began or in another year than the wave's, a format that is not read, or a file
    outside the manifest's folder.
    """
    passports = read_declared(path, Manifest).deliveries
    alone = (error for passport in passports for error in _wrong(path, passport))
    for error in (*_twice(path, passports), *_same_file(path, passports), *alone):
        raise error
    return passports


def _twice(path: Path, passports: Sequence[Passport]) -> Iterator[MonitorError]:
    counts = Counter((passport.survey, passport.wave) for passport in passports)
    for (survey, wave), times in counts.items():
        if times > 1:
            files = [passport.file for passport in passports if (passport.survey, passport.wave) == (survey, wave)]
            yield MonitorError(
                "Two passports for one survey and wave",
                where=f"{shown(path)}, {survey} {wave}",
                expected="one passport",
                got=", ".join(files),
                hint="drop the passport of the file that does not count",
            )


def _same_file(path: Path, passports: Sequence[Passport]) -> Iterator[MonitorError]:
    """Find files with the bytes of another one: a delivery of one wave that came again as that of another."""
    first: dict[str, Passport] = {}
    for passport in passports:
        other = first.setdefault(passport.sha256.casefold(), passport)
        if other is not passport:
            yield MonitorError(
                "One file under two passports",
                where=f"{shown(path)}, {passport.survey} {passport.wave}",
                expected=f"a file of its own for {passport.survey} {passport.wave}",
                got=f"{passport.file}, which is the same file as {other.file} of {other.survey} {other.wave} (sha256)",
                hint="ask the producer for the right file; drop the passport of the one that came twice",
            )


def _wrong(path: Path, passport: Passport) -> Iterator[MonitorError]:
    wrong = partial(_not_understood, passport, manifest=shown(path))
    folder = path.parent.resolve()
    if not (folder / passport.file).resolve().is_relative_to(folder) or Path(passport.file).is_absolute():
        yield wrong("file", f"a file below the folder of {path.name}", passport.file, "put the file there, not a link")
    if Path(passport.file).suffix not in FORMATS:
        yield wrong("file", f"a file that ends in {' or '.join(FORMATS)}", passport.file, "ask for such a file")
    days = passport.fieldwork
    if set(days) != {"from", "to"}:
        yield wrong("fieldwork", "from and to", ", ".join(days), "write both dates")
    elif not days["from"] <= days["to"] <= passport.delivered:
        got = f"from {days['from']} to {days['to']}, delivered {passport.delivered}"
        yield wrong("fieldwork", "a first day, then a last one, then the delivery", got, "mend the dates")
    elif {day.year for day in days.values()} != {passport.wave}:
        got = f"from {days['from']} to {days['to']}"
        yield wrong("fieldwork", f"days in {passport.wave}, the year of the wave", got, "mend the dates, or the wave")
    if len(passport.delimiter) != 1:
        yield wrong("delimiter", "one character", repr(passport.delimiter), 'write it between quotes, such as ";"')
    if min(passport.rows, passport.columns) < 1:
        got = f"{passport.rows} rows, {passport.columns} columns"
        yield wrong("rows, columns", "at least one of each", got, "count them in the file")


def _not_understood(
    passport: Passport, field: str, expected: str, got: str, hint: str, *, manifest: str = "manifest.yml"
) -> MonitorError:
    where = f"{manifest}, {passport.file}, {field}"
    return MonitorError("Passport not understood", where=where, expected=expected, got=got, hint=hint)


def check_strata(passport: Passport, questionnaires: Mapping[str, Questionnaire]) -> Iterator[MonitorError]:
    """Find a passport of no known survey, and strata that are not those of its questionnaire."""
    wrong = partial(_not_understood, passport)
    if passport.survey not in questionnaires:
        surveys = ", ".join(questionnaires)
        yield wrong("survey", surveys, passport.survey, "mend the name, or write config/questionnaire/<survey>.yml")
        return
    questions = questionnaires[passport.survey]
    counts = Counter(tuple(stratum.place.items()) for stratum in passport.strata)
    for stratum in passport.strata:
        told = " / ".join(f"{name}: {answer}" for name, answer in stratum.place.items()) or "no variables"
        if set(stratum.place) != set(questions.strata):
            names = ", ".join(questions.strata)
            yield wrong("strata", f"{names}   from the questionnaire's strata", told, "mend the names of the variables")
            return
        for name, answer in stratum.place.items():
            known = [option.id for option in questions[name].answers if option.offered(passport.wave)]
            if answer not in known:
                yield wrong("strata", f"{name}: {', '.join(known)}", told, "mend the answer's id")
        if counts[tuple(stratum.place.items())] > 1:
            yield wrong("strata", "every stratum once", told, "add the rows up, or mend a name")
        if not 0 <= stratum.responded <= stratum.invited <= stratum.population:
            numbers = f"{told}: {stratum.responded}, {stratum.invited}, {stratum.population}"
            yield wrong("strata", "responded up to invited up to population", numbers, "mend the numbers")


def deliveries(manifests: Sequence[Path]) -> list[tuple[Path, Passport]]:
    """Every delivery with the folder that its file is named from, by survey and wave.

    `manifests` are read in order; a later one (that of data/raw/real) takes precedence for its waves and surveys.
    Raises MonitorError for a passport without its file, or two that are left for one file.
    """
    found: dict[tuple[str, int], tuple[Path, Passport]] = {}
    for manifest in manifests:
        for passport in read_manifest(manifest):
            found[(passport.survey, passport.wave)] = (manifest.parent, passport)
    for error in _same_file(manifests[-1], [passport for _, passport in found.values()]) if manifests else ():
        raise error
    for folder, passport in found.values():
        if not (folder / passport.file).is_file():
            raise mismatch(passport, "file", passport.file, "no such file", "put it there or drop its passport")
    return [found[key] for key in sorted(found)]


def mismatch(passport: Passport, field: str, expected: object, got: object, hint: str = "") -> MonitorError:
    """The file is not what its passport says, in one field."""
    where, told = f"{passport.file}, {field}", f"{expected}   from manifest.yml"
    hint = hint or "ask the producer which is right; a corrected file gets a new passport in manifest.yml"
    return MonitorError("Delivery is not what its passport says", where=where, expected=told, got=str(got), hint=hint)


def delivered_below(folder: Path) -> list[Path]:
    """Every file below the folder that has the form of a delivery: any of SPSS, and .csv of waves or real ones."""
    files = [path for path in folder.rglob("*") if path.suffix.lower() in (*FORMATS, ".zsav", ".por")]
    own = {"waves", "real"}
    return sorted(path for path in files if path.suffix.lower() != ".csv" or own & {*path.relative_to(folder).parts})


def undocumented(files: Sequence[Path], manifests: Sequence[Path]) -> list[Path]:
    """The files that no manifest describes."""
    return sorted(set(files) - _described(manifests))


def _described(manifests: Sequence[Path]) -> set[Path]:
    return {manifest.parent / passport.file for manifest in manifests for passport in read_manifest(manifest)}


def check_documented(files: Sequence[Path], manifests: Sequence[Path]) -> None:
    """Raise MonitorError for a delivery that no manifest describes: it would be passed over in silence."""
    if strange := undocumented(files, manifests):
        raise MonitorError(
            "Delivery without a passport",
            where=", ".join(shown(path) for path in strange),
            expected="a passport in the manifest.yml beside it for every file",
            got=f"{len(_described(manifests))} passports, none for it",
            hint="write its passport (data/README.md), or move the file out of data/raw",
        )


def passport_strata(passports: Sequence[Passport]) -> pd.DataFrame:
    """What the passports of one survey declare per wave and stratum: population N, invited m and responded n."""
    return pd.DataFrame(
        [
            {"survey": passport.survey, "wave": passport.wave, **stratum.place, **stratum.model_dump()}
            for passport in passports
            for stratum in passport.strata
        ]
    )
