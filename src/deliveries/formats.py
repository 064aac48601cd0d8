"""A delivered file as cells, once it is the file that its passport describes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

from analysis.errors import MonitorError
from deliveries.cells import Cells, shown
from deliveries.passports import Passport, mismatch
from deliveries.separated import read_csv
from deliveries.spss import read_sav


def read_cells(
    path: Path, keep: Collection[str], limit: int | None = None, encoding: str = "utf-8", delimiter: str = ";"
) -> Cells:
    """Read the columns in `keep` of a .sav or .csv file; of one with more than `limit` rows only how many it has.

    Raises MonitorError for a file that is empty, damaged, or holds a column twice.
    """
    where = shown(path)
    with path.open("rb") as file:
        begins = file.read(4)
    if not begins:
        expected, hint = "a row for every respondent", "ask the producer for the file again"
        raise MonitorError("File is empty", where=where, expected=expected, got="no bytes", hint=hint)
    if begins in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        got, hint = "a spreadsheet (.xlsx, .xls) or an archive (.zip)", "not read here: ask for .sav or .csv"
        raise MonitorError("File cannot be read", where=where, expected=".sav or .csv", got=got, hint=hint)
    if path.suffix == ".csv" and begins in (b"$FL2", b"$FL3"):
        got, hint = "an SPSS file by its first bytes", "name it .sav, also in its passport"
        raise MonitorError("File cannot be read", where=where, expected="text, as .csv is", got=got, hint=hint)
    if path.suffix == ".csv":
        return read_csv(path, keep, limit, encoding, delimiter)
    return read_sav(path, keep, limit)


def compare(path: Path, passport: Passport, keep: Collection[str]) -> tuple[Cells | None, list[MonitorError]]:
    """Read one delivery and find all in which it is not what its passport says; no cells where none can be read.

    More than twice its rows are found out before anything else, without reading them. A file that is another one by
    its sha256 is named so before what else may be wrong with it.
    """
    limit = 2 * passport.rows
    try:
        cells = read_cells(path, keep, limit, passport.encoding, passport.delimiter)
    except MonitorError as error:
        return None, [*_other(path, passport), error]
    if cells.rows > limit:
        return None, [mismatch(passport, "rows", passport.rows, _told(cells, passport))]
    findings = [*_other(path, passport)]
    if cells.rows != passport.rows:
        findings.append(mismatch(passport, "rows", passport.rows, cells.rows))
    if len(cells.names) != passport.columns:
        findings.append(mismatch(passport, "columns", passport.columns, len(cells.names)))
    return cells, findings


def _told(cells: Cells, passport: Passport) -> str:
    """Who stops counting at the first row too many says so."""
    counted = passport.file.endswith(".sav") and not cells.columns
    return str(cells.rows) if counted else f"at least {cells.rows}"


def _other(path: Path, passport: Passport) -> Iterator[MonitorError]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != passport.sha256:
        yield mismatch(passport, "sha256", passport.sha256, digest)
