"""Readers of every kind of file that is published: from bytes to the figures and the faults in them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from lxml import etree
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv

from audit import forms
from audit.drawings import of_drawing
from audit.figures import COLUMNS, ID, Found, lines, mention, mentions
from audit.papers import words_of

_SHARD = re.compile(r'monitorFigures\("[^"]*",(\{.*\})\);\s*$', re.DOTALL)
_SHOWN = re.compile(r"\d+(?:[.,]\d+)?%")
_BINARY = {".woff2", ".png", ".jpg", ".pf_index", ".pf_meta", ".pagefind"}
_TOLD = "name() = 'aria-label' or name() = 'alt' or name() = 'title' or name() = 'content'"
#: What a line of a workbook and of a data file says, and in which columns of a workbook it stands.
LINES = ["onderwerp", "antwoord", "groep", "percentage", "ondergrens", "bovengrens", "respondenten_afgerond"]
_PLACES = dict(zip("ABDEFGH", LINES, strict=True))
_STYLE = {".css", ".js", ".svg"}


@dataclass
class Read:
    """What a file holds: figures as `figures.lines` has them, faults of form, a data file's lines, those of a workbook,
    without ids, and the percentages in its words."""

    figures: list[pa.Table] = field(default_factory=list)
    faults: list[Found] = field(default_factory=list)
    labelled: pa.Table | None = None
    lines: list[dict[str, str]] = field(default_factory=list)
    percents: set[str] = field(default_factory=set)


def read(file: str, data: bytes, keys: Collection[str] = ()) -> Read:
    """Read one file by its kind; unknown kinds are searched as text."""
    kind, made = PurePath(file).suffix, Read()
    if kind in (".csv", ".parquet", ".js") and (found := _columns(kind, data)) is not None:
        names, columns = found
        made.faults += forms.of_columns(file, names)
        made.figures += [lines(file, columns)] if "id" in columns else []
        if set(LINES) <= set(columns):
            made.labelled = pa.table({name: columns[name] for name in LINES})
        text = str(pq.read_schema(io.BytesIO(data)).metadata) if kind == ".parquet" else data.decode("utf-8")
    elif kind == ".xlsx":
        text = _workbook(file, data, made)
    elif kind == ".html":
        text = data.decode("utf-8")
        _page(file, text, made)
    elif kind == ".pdf":
        text = words_of(data)
        made.percents = set(_SHOWN.findall(text))
        made.faults += forms.of_words(file, "text", text)
    else:
        text = _unpacked(kind, data)
        _plain(file, kind, text, made)
    made.faults += forms.of_secrets(file, text, keys, binary=kind in _BINARY)
    return made


def _columns(kind: str, data: bytes) -> tuple[list[str], dict[str, pa.Array]] | None:
    """Names of all columns of a data file, and those with figures as text; None for a script that holds no figures."""
    source = pa.BufferReader(data)
    if kind == ".csv":
        names = next(csv.reader(io.StringIO(data.split(b"\n", 1)[0].decode("utf-8-sig"))))
        types = dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string()))
        how = ConvertOptions(column_types=types, include_columns=_known(names), strings_can_be_null=False)
        rows = read_csv(source, ReadOptions(use_threads=False), ParseOptions(newlines_in_values=True), how)
        return names, {name: rows[name].unify_dictionaries().combine_chunks() for name in rows.column_names}
    if kind == ".parquet":
        names = pq.read_schema(source).names
        rows = pq.read_table(source, columns=_known(names), use_threads=False)
        return names, {name: _as_text(rows[name]) for name in rows.column_names}
    found = _SHARD.match(data.decode("utf-8"))
    if not found:
        return None
    packed = json.loads(found[1])
    return [*packed], {name: _as_text(_cells(packed[name])) for name in _known(packed)}


def _known(names: Iterable[str]) -> list[str]:
    return [name for name in names if name in {*COLUMNS.values(), *LINES}]


def _cells(packed: Any) -> pa.ChunkedArray:
    """A column of a script: its cells, or its words and which of them stands where."""
    words, at = (packed["words"], packed["at"]) if isinstance(packed, dict) else (packed, range(len(packed)))
    texts = pa.array([None if word is None else str(word) for word in words], pa.string())
    return pa.chunked_array([texts.take(pa.array(at, pa.int32()))])


def _as_text(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Every cell as a data file would write it: nothing where it is missing, no .0 behind whole numbers."""
    texts = column.cast(pa.string()).fill_null("").dictionary_encode().combine_chunks()
    plain = pc.replace_substring_regex(texts.dictionary, r"^nan$|\.0$", "")
    return pa.DictionaryArray.from_arrays(texts.indices, plain)


def _unpacked(kind: str, data: bytes) -> str:
    if kind == ".pf_fragment":
        return gzip.decompress(data).decode("utf-8", errors="replace")
    return data.decode("latin-1" if kind in _BINARY else "utf-8", errors="replace")


def _plain(file: str, kind: str, text: str, made: Read) -> None:
    """JSON, XML, search index and the rest: words, keys that tell, and figures that stand behind their id."""
    if kind in _BINARY or kind in _STYLE:
        return
    if kind in (".json", ".jsonld"):
        made.faults += forms.of_columns(file, _keys(json.loads(text)))
    else:
        made.faults += forms.of_words(file, "text", text)
    rows = [
        mention(file, "text", match[0], text[match.end() : match.end() + 40].split("|")[0])
        for match in ID.finditer(text)
    ]
    made.figures.append(mentions([row for row in rows if row["percent"] or row["low"]]))


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _page(file: str, text: str, made: Read) -> None:
    """A page: figures that carry their id, all other words and attributes, and drawings."""
    tree = etree.fromstring(text.encode("utf-8"), etree.HTMLParser(encoding="utf-8"))
    heads: dict[etree._Element, list[str]] = {}
    made.figures.append(mentions([_figure(file, node, heads) for node in tree.xpath("//*[@data-row != '']")]))
    for svg in tree.iter("{*}svg"):
        made.faults += of_drawing(file, svg)
    made.faults += _alternatives(file, tree)
    for value in tree.xpath(f"//@*[{_TOLD} or starts-with(name(), 'data-')]"):
        made.faults += forms.of_words(file, f"{value.getparent().tag} {value.attrname}", str(value))
        if value.attrname.startswith("data-"):
            made.faults += forms.of_columns(file, [value.attrname[5:].replace("-", "_")])
    for node in tree.iter(etree.Comment, etree.PI):
        made.faults += forms.of_words(file, "comment", node.text or "")
    etree.strip_elements(tree, "script", "style", with_tail=False)
    words = " ".join(tree.itertext())
    made.percents = set(_SHOWN.findall(" ".join([words, *tree.xpath("//@aria-label", smart_strings=False)])))
    made.faults += forms.of_words(file, "text", words)


def _alternatives(file: str, tree: etree._Element) -> Iterator[Found]:
    """Percentages in a chart's text alternative or letters that the table of its figures does not have.

    Links and notes are known as well: they show figures of sentences.
    """
    told = " ".join(" ".join(node.itertext()) for node in tree.xpath("//*[(self::a or self::li) and @data-row != '']"))
    what = "percentage of a chart that the table of its figures does not have"
    known, chart = set(_SHOWN.findall(told)), None
    for node in tree.iter("svg", "details"):
        if node.tag == "svg":
            chart = node if node.get("class") == "monitor-chart" else chart
        elif chart is not None and "figure-rows" in (node.get("class") or ""):
            label = chart.get("aria-label") or ""
            shown = known | set(_SHOWN.findall(" ".join(node.itertext())))
            yield from (Found(what, file, label[:80], each) for each in sorted({*_SHOWN.findall(label)} - shown))
            chart = None


def _figure(file: str, node: etree._Element, heads: dict[etree._Element, list[str]]) -> dict[str, str]:
    """What an element says of the figure that it names in data-row; the row of a table says it by its heads."""
    identifier, words = node.get("data-row") or "", "".join(node.itertext())
    if node.tag != "tr":
        row = mention(file, node.tag, identifier, words)
        told = re.search(r"Antwoorden ?(\d[\d.]*)", words) if node.tag == "li" else None
        return row | {"n": told[1].replace(".", "")} if told else row
    grid = next(node.iterancestors("table"), node)
    if grid not in heads:
        heads[grid] = ["".join(head.itertext()) for head in grid.xpath("thead//th")]
    row = mention(file, "row of a table", identifier, "")
    cells = (" ".join("".join(cell.itertext()).split()) for cell in node.iterchildren("td", "th"))
    for head, cell in zip(heads[grid], cells, strict=False):
        if "(n)" in head:
            row["n"] = cell.replace(".", "")
        elif head in ("Percentage", "Onzekerheid"):
            said = mention(file, "", identifier, cell.replace(" (indicatief)", ""))
            row |= {name: value for name, value in said.items() if value and name not in ("file", "place")}
    return row


def _workbook(file: str, data: bytes, made: Read) -> str:
    """A workbook: what is hidden, cells that are finer than whole percents, and all its texts."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = book.namelist()
        shared = etree.fromstring(book.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else ()
        texts = ["".join(item.itertext()) for item in shared]
        for sheet in etree.fromstring(book.read("xl/workbook.xml")).iter("{*}sheet"):
            if sheet.get("state", "visible") != "visible":
                made.faults.append(Found("hidden sheet", file, sheet.get("name") or "", "not visible"))
        for name in names:
            if name.startswith("xl/worksheets/sheet"):
                _sheet(file, name, etree.fromstring(book.read(name)), texts, made)
        rest = [name for name in names if re.match("docProps/core|docProps/custom|xl/comments|customXml/", name)]
        text = "\n".join([*texts, *(book.read(name).decode("utf-8") for name in rest)])
    made.faults += forms.of_words(file, "texts", text)
    return text


def _sheet(file: str, name: str, sheet: etree._Element, texts: list[str], made: Read) -> None:
    """Lines of figures: subject, answer and group, the share with its bounds in percent, and the respondents.

    Faults are rows and columns that nobody sees, and cells that are too fine.
    """
    for node in sheet.iter("{*}row", "{*}col"):
        if node.get("hidden") in ("1", "true"):
            kind = f"hidden {etree.QName(node).localname}"
            made.faults.append(Found(kind, file, f"{name} {node.get('r') or node.get('min')}", "not visible"))
    for row in sheet.iter("{*}row"):
        line = dict.fromkeys(_PLACES.values(), "")
        for cell in row:
            at, kind = cell.get("r") or "?", cell.get("t", "n")
            place = _PLACES.get(at.rstrip("0123456789"))
            if kind == "s" and place not in LINES[:3]:
                continue
            value = next((node.text for node in cell.iterchildren("{*}v")), "")
            if kind == "s":
                line[place or ""] = texts[int(value or "")]
            elif value := value or "".join(cell.itertext()):
                if kind != "n":
                    made.faults += forms.of_words(file, f"{name} {at}", value)
                    continue
                fine, percent, number = _number(value)
                if fine:
                    made.faults.append(Found("cell that is finer than a whole percent", file, f"{name} {at}", value))
                if place in LINES[3:]:
                    line[place] = number if place == LINES[-1] else percent
        if line["onderwerp"] and line["groep"] and line["percentage"]:
            made.lines.append(line | {"file": file, "place": f"{name} row {row.get('r')}"})


@cache
def _number(text: str) -> tuple[bool, str, str]:
    """Whether a cell is finer than a whole percent, and what it says as a percentage and as a number."""
    value, hundredfold = float(text), 100 * float(text)
    fine = abs(hundredfold - round(hundredfold)) > 1e-6 or (abs(value) > 1 and value % 1 > 0)
    return fine, f"{hundredfold:.6g}", f"{value:.6g}"
