"""SPSS files, read in a process of their own: damaged bytes can make the reader of them crash, not only complain."""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import resource
import warnings
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat

from analysis.errors import MonitorError
from deliveries.cells import Cells, Column, numbers, printable, shown, strings, written

_EPOCH = datetime(1582, 10, 14)  # SPSS counts the seconds since
_DATES = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "YMDHMS")
_TWICE = "duplicated"  # what pyreadstat warns of; it would rename the second column
# A minute reads 100 times the rows of a survey; ReadStat has not been seen to hang, but only has to do it once.
_SECONDS = 60


def read_sav(path: Path, keep: Collection[str], limit: int | None) -> Cells:
    """Read an SPSS file as delivered cells: of all rows, the columns in `keep`.

    With more than `limit` rows by the file's own head nothing but that number is read: the columns stay away.
    User-missing codes stay what they are. Raises MonitorError for what is no SPSS file, is damaged, holds a column
    twice, or makes the reader crash or hang (ReadStat crashed on 8 of 1,000 damaged files, pyreadstat 1.3.7).
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, path, frozenset(keep), limit))
    process.start()
    theirs.close()
    try:
        answer = ours.recv() if ours.poll(_SECONDS) else f"no end of reading in {_SECONDS} seconds"
    except (EOFError, OSError):
        answer = "the reader of SPSS files crashed on it"
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(answer, str):
        raise _damaged(path, answer)
    return answer


def _damaged(path: Path, got: str) -> MonitorError:
    twice = _TWICE in got
    return MonitorError(
        "Column delivered twice" if twice else "File cannot be read",
        where=shown(path),
        expected="every column once" if twice else "a whole SPSS file (.sav)",
        got=printable(" ".join(got.partition(", renamed")[0].split())) or "nothing that the reader explains",
        hint="ask the producer for the file again, and compare its sha256 with theirs",
    )


def _answer(out: Connection, path: Path, keep: frozenset[str], limit: int | None) -> None:
    """In the other process: send what was read, or in words why not; no trace on the screen and no dump on the disk."""
    gc.disable()  # it would touch, and so copy, every page that the two processes share
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            out.send(_read(path, keep, limit))
    except Exception as error:
        out.send(str(error) or type(error).__name__)


def _read(path: Path, keep: frozenset[str], limit: int | None) -> Cells:
    with path.open("rb") as file:
        if file.read(3) != b"$FL":
            raise ValueError("it does not begin as an SPSS file does")
    read = partial(pyreadstat.read_sav, str(path), user_missing=True, disable_datetime_conversion=True)
    meta: Any = read(metadataonly=True)[1]
    names = tuple(meta.column_names)
    if None in names:
        raise ValueError("a column without a name")
    rows = -1 if meta.number_rows is None else meta.number_rows
    if limit is not None and rows > limit:
        return Cells(rows, names, {})
    wanted = [name for name in names if name in keep] or list(names[:1])
    values: Any = read(usecols=wanted, output_format="dict", row_limit=0 if limit is None else limit + 1)[0]
    columns = {name: _column(name, values.pop(name), meta) for name in wanted}
    length = len(columns[wanted[0]].codes) if wanted else 0
    if 0 <= rows != length:
        raise ValueError(f"{length} rows, where its head says {rows}")
    return Cells(length, names, columns)


def _column(name: str, values: Any, meta: Any) -> Column:
    labels = meta.variable_value_labels.get(name, {})
    texts = {written(float(code)) if not isinstance(code, str) else code: str(text) for code, text in labels.items()}
    if meta.readstat_variable_types[name] == "string":
        column = strings(values, texts)
    else:
        column = numbers(np.array(values, dtype=float), texts)
    if str(meta.original_variable_types[name]).startswith(_DATES):
        column = replace(column, texts=tuple(_date(float(text)) for text in column.texts))
    missing = tuple((one["lo"], one["hi"]) for one in meta.missing_ranges.get(name, ()))
    return replace(column, question=meta.column_names_to_labels.get(name) or "", missing=missing)


def _date(seconds: float) -> str:
    try:
        return (_EPOCH + timedelta(seconds=seconds)).date().isoformat()
    except (OverflowError, ValueError):
        return f"{seconds:g} seconds"
