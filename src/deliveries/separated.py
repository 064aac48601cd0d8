"""CSV files, read strictly: every line as long as the head, every column once, and nothing that a spreadsheet runs."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import compress
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow

from analysis.errors import MonitorError, nameable, quotable
from deliveries.cells import Cells, counted, merged, numbered, printable, shown

_FORMULA = re.compile(r"[=@\t\r]|[+-](?![0-9]+([.,][0-9]+)?$)")
_NAMES = {",": "commas", "\t": "tabs"}
_PIECE = 1 << 20


def count_lines(path: Path, limit: int | None) -> int:
    """How many lines stand below the head; a line end within quotes does not count. Stops beyond `limit`.

    Raises MonitorError for a quote that is never closed: all that follows it would be one cell.
    """
    lines, quoted, ended = 0, False, True
    with path.open("rb") as file:
        while (piece := file.read(_PIECE)) and (limit is None or lines <= limit + 1):
            marks = np.frombuffer(piece, dtype=np.uint8)
            inside = (np.cumsum(marks == ord('"')) + quoted) % 2
            lines += int(((marks == ord("\n")) & (inside == 0)).sum())
            quoted, ended = bool(inside[-1]), piece.endswith(b"\n")
    if quoted and (limit is None or lines <= limit + 1):
        hint = "look for a quote too few or too many, or ask the producer for the file again"
        raise _wrong(path, "CSV file of another form", "its end", "every quote closed", "a quote left open", hint)
    return max(lines - ended, 0)


def read_csv(path: Path, keep: Collection[str], limit: int | None, encoding: str, delimiter: str) -> Cells:
    """Read a CSV file as delivered cells: of all rows, the columns in `keep`.

    With more than `limit` lines nothing but their number is read. Raises MonitorError for another encoding, NUL bytes,
    a head with a column twice or without a name, a line longer or shorter than the head, and a formula.
    """
    lines = count_lines(path, limit)
    if limit is not None and lines > limit:
        return Cells(lines, (), {})
    text = _decoded(path, encoding)
    names = _head(path, text, delimiter)
    table = _table(path, text, names, delimiter)
    columns, formulas = {}, {}
    for name in names:
        coded = table[name].combine_chunks()
        different = coded.dictionary.to_pylist()
        codes = coded.indices.to_numpy(zero_copy_only=False)
        wrong = [_FORMULA.match(text.strip(" ")) is not None for text in different]
        if any(wrong) or _FORMULA.match(name):
            formulas[name] = (
                [*np.flatnonzero(np.array([*wrong, False])[codes])],
                [*compress(different, wrong)] or [name],
            )
        if name in keep:
            columns[name] = merged(codes, different)
    _check_formulas(path, names, formulas)
    return Cells(table.num_rows, names, columns)


def _decoded(path: Path, encoding: str) -> str:
    data = path.read_bytes()
    expected = f"text in {encoding}   from the passport's encoding"
    hint = "ask the producer for the encoding and name it in the passport, or ask for the file again"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not encoding.lower().startswith("utf-16"):
        got, hint = "utf-16, by the byte-order mark that it begins with", "name utf-16 in the passport's encoding"
        raise _wrong(path, "Text in another encoding", "its first bytes", expected, got, hint)
    try:
        text = data.decode("utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding)
    except (UnicodeError, LookupError) as error:
        at = getattr(error, "start", 0)
        line = data[:at].count(b"\n") + 1
        might = ["utf-8"] if _reads(data, "utf-8") else [name for name in ("cp1252", "latin-1") if _reads(data, name)]
        got = f"{str(error)[:90]}; {' or '.join(might)} would read it"
        raise _wrong(path, "Text in another encoding", f"line {line}", expected, got, hint) from error
    if codecs.lookup(encoding).name != "utf-8" and not data.isascii() and _reads(data, "utf-8"):
        raise _wrong(path, "Text in another encoding", "the whole file", expected, "text in utf-8", hint)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        again = "ask the producer for the file again"
        raise _wrong(path, "NUL byte in a CSV file", f"line {line}", "text", "a byte that no text holds", again)
    return text


def _reads(data: bytes, encoding: str) -> bool:
    try:
        return bool(data.decode(encoding))
    except UnicodeError:
        return False


def _head(path: Path, text: str, delimiter: str) -> tuple[str, ...]:
    line = text.partition("\n")[0]
    try:
        names = tuple(name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=delimiter), []))
    except csv.Error as error:
        hint = "ask the producer for the file again, with line ends as Windows or Linux writes them"
        raise _wrong(path, "CSV file of another form", "line 1", "a head that ends", str(error), hint) from error
    excel = re.match('"?sep=', line, re.IGNORECASE)
    ends = line.rstrip("\r ")[len(line.rstrip("\r " + delimiter)) :]
    if excel or (ends and any(names) and all(names[: -len(ends)])):
        got = f"{line!r}, for Excel" if excel else f"{ends!r} at its end, and so a column without a name"
        hint = "take that out, of every line that has it, or ask the producer for a file without it"
        raise _wrong(path, "CSV file of another form", "line 1", "the names of the columns", got, hint)
    other = max(";,\t|", key=line.count)
    if delimiter not in line and line.count(other) > 1:
        got = f"the head holds {line.count(other)} {_NAMES.get(other, other)} and no {_NAMES.get(delimiter, delimiter)}"
        expected = f"names between {delimiter!r}   from the passport's delimiter"
        hint = f"mend the delimiter in the passport; of a file without one say delimiter='{other}'"
        raise _wrong(path, "CSV file of another form", "line 1", expected, got, hint)
    times = Counter(names)
    twice = dict.fromkeys(_named(names, name) for name in names if times[name] > 1 or not name)
    if twice:
        hint = "ask the producer for a file in which every column has a name of its own"
        raise _wrong(path, "Column delivered twice", "line 1", "every column once", ", ".join(twice), hint)
    if not names:
        raise _wrong(path, "File is empty", "line 1", "the names of the columns", "nothing", "ask for the file again")
    return names


def _table(path: Path, text: str, names: tuple[str, ...], delimiter: str) -> pa.Table:
    try:
        return arrow.read_csv(
            io.BytesIO(text.encode("utf-8")),
            arrow.ReadOptions(use_threads=False, column_names=list(names), skip_rows=1),
            arrow.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            arrow.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())), strings_can_be_null=False
            ),
        )
    except (pa.ArrowException, ValueError) as error:
        told = re.search(r"Row #\d+: Expected \d+ columns, got \d+", str(error))  # not the row: it is a person's
        got = told[0] if told else type(error).__name__
        expected = f"{len(names)} cells in every line, between {delimiter!r}   from the passport's delimiter"
        hint = "look at that line: a separator or a quote too few or too many; or mend the passport's delimiter"
        where = "a line that differs from the head"
        raise _wrong(path, "CSV file of another form", where, expected, got, hint) from None  # its row is in that error


def _named(names: tuple[str, ...], name: str) -> str:
    """A column as a message may name it: where the head is missing, its first line holds a person's answers."""
    return name if nameable([name]) else f"{names.index(name) + 1}" if name else "a column without a name"


def _check_formulas(path: Path, names: tuple[str, ...], formulas: Mapping[str, tuple[list[int], list[str]]]) -> None:
    """Raise for the columns that hold formulas, named with the rows and the texts that are formulas."""
    places = [
        f"column {_named(names, name)}, {numbered(rows) if rows else 'its name'}"
        for name, (rows, _) in formulas.items()
    ]
    texts = [text for _, several in formulas.values() for text in several]
    if formulas:
        where = "; ".join(places[:5]) + (f" and {counted(len(places) - 5, 'more column')}" if places[5:] else "")
        expected = "text that begins with none of = + - @, unless it is a number"
        got = f"{quotable(texts[0].strip())}, and begins with {texts[0].strip()[:1]!r}"
        got += f"; and {len(texts) - 1} more" if len(texts) > 1 else ""
        hint = "a spreadsheet would run it: ask the producer for a file without formulas"
        raise _wrong(path, "Formula in a text cell", where, expected, got, hint)


def _wrong(path: Path, title: str, where: str, expected: str, got: str, hint: str) -> MonitorError:
    place = printable(f"{shown(path)}, {where}")
    return MonitorError(title, where=place, expected=expected, got=printable(got), hint=hint)
