"""Readers of every kind of file that is published: from bytes to the figures and the faults in them."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

import pandas as pd
import pyarrow.parquet as pq
from lxml import etree, html

from audit import forms
from audit.drawings import of_drawing
from audit.figures import ID, NAMES, Found, mention, table
from audit.papers import words_of

_SHARD = re.compile(r'monitorFigures\("[^"]*",(\{.*\})\);\s*$', re.DOTALL)
_SHOWN = re.compile(r"\d+(?:[.,]\d+)?%")
_BINARY = {".woff2", ".png", ".jpg", ".pf_index", ".pf_meta", ".pagefind"}
_STYLE = {".css", ".js", ".svg"}


@dataclass
class Read:
    """What a file holds: figures as `figures.table` has them, faults of form, a data file's columns, a workbook's lines
    without ids, and the percentages in its words."""

    figures: list[pd.DataFrame] = field(default_factory=list)
    faults: list[Found] = field(default_factory=list)
    labelled: pd.DataFrame = field(default_factory=pd.DataFrame)
    lines: list[dict[str, str]] = field(default_factory=list)
    percents: set[str] = field(default_factory=set)


def read(file: str, data: bytes, keys: Collection[str] = ()) -> Read:
    """Read one file by its kind; unknown kinds are searched as text."""
    kind, made = PurePath(file).suffix, Read()
    if kind in (".csv", ".parquet", ".js") and (columns := _columns(kind, data)) is not None:
        made.faults += forms.of_columns(file, map(str, columns))
        made.figures.append(table(file, dict(columns.items())) if "id" in columns else pd.DataFrame())
        made.labelled = columns
        text = "" if kind == ".parquet" else data.decode("utf-8")
        text += str(pq.read_schema(io.BytesIO(data)).metadata) if kind == ".parquet" else ""
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
    made.faults += forms.of_secrets(file, text, keys)
    made.figures = [frame for frame in made.figures if len(frame)]
    return made


def _columns(kind: str, data: bytes) -> pd.DataFrame | None:
    """The columns of a data file as text; None for a script that holds no figures."""
    if kind == ".csv":
        return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    if kind == ".parquet":
        return _as_text(pd.read_parquet(io.BytesIO(data)))
    found = _SHARD.match(data.decode("utf-8"))
    if not found:
        return None
    packed = json.loads(found[1])
    cells = {
        name: [one["words"][at] for at in one["at"]] if isinstance(one, dict) else one for name, one in packed.items()
    }
    return _as_text(pd.DataFrame(cells, dtype="object"))


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Every cell as a data file would write it: nothing where it is missing, no .0 behind whole numbers."""
    made = {}
    for name in frame:
        column = frame[name]
        text = column.astype(str).str.replace(r"\.0$", "", regex=True)
        made[name] = text.where(column.notna(), "").astype(object)
    return pd.DataFrame(made)


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
    made.figures.append(pd.DataFrame([row for row in rows if row["percent"] or row["low"]]))


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
    tree = html.fromstring(text.encode("utf-8"))
    rows = [row for node in tree.iter() if isinstance(node.tag, str) and (row := _figure(file, node))]
    made.figures.append(pd.DataFrame(rows, columns=[*NAMES, "file", "place"]))
    for svg in tree.iter("{*}svg"):
        made.faults += of_drawing(file, svg)
        made.faults += _alternative(file, svg)
    for node in tree.iter():
        if isinstance(node.tag, str):
            for name, value in node.attrib.items():
                if name in ("aria-label", "alt", "title", "content") or str(name).startswith("data-"):
                    made.faults += forms.of_words(file, f"{node.tag} {name}", str(value))
                    if str(name).startswith("data-"):
                        made.faults += forms.of_columns(file, [str(name)[5:].replace("-", "_")])
        elif node.text:
            made.faults += forms.of_words(file, "comment", node.text)
    for hidden in (*tree.iter("script"), *tree.iter("style")):
        hidden.clear()
    words = " ".join(tree.itertext())
    made.percents = set(_SHOWN.findall(words)) | {
        one for label in tree.xpath("//@aria-label") for one in _SHOWN.findall(label)
    }
    made.faults += forms.of_words(file, "text", words)


def _alternative(file: str, svg: etree._Element) -> Iterator[Found]:
    """Percentages in a chart's text alternative or letters that the table of its figures does not have."""
    tables = svg.xpath("following::details[contains(@class, 'figure-rows')][1]")
    before = tables[0].xpath("preceding::*[local-name() = 'svg' and @class = 'monitor-chart'][1]") if tables else []
    if not before or before[0] is not svg:
        return
    label = svg.get("aria-label") or ""
    if not tables or "%" not in label or "monitor-chart" not in (svg.get("class") or ""):
        return
    told = [*tables, *svg.getroottree().iter("a", "li")]  # links and notes, of figures in sentences
    known = {
        one
        for node in told
        if node in tables or node.get("data-row")
        for one in _SHOWN.findall(" ".join(node.itertext()))
    }
    for percent in sorted(set(_SHOWN.findall(label)) - known):
        yield Found("percentage of a chart that the table of its figures does not have", file, label[:80], percent)


def _figure(file: str, node: etree._Element) -> dict[str, str] | None:
    """What an element says of the figure that it names in data-row; the row of a table says it by its heads."""
    identifier = node.get("data-row")
    if not identifier:
        return None
    if node.tag != "tr":
        row = mention(file, node.tag, identifier, "".join(node.itertext()))
        told = re.search(r"Antwoorden ?(\d[\d.]*)", "".join(node.itertext()))
        return row | {"n": told[1].replace(".", "")} if told and node.tag == "li" else row
    cells = [" ".join("".join(cell.itertext()).split()) for cell in node if cell.tag in ("td", "th")]
    heads = ["".join(head.itertext()) for head in node.xpath("ancestor::table[1]/thead//th")]
    row = mention(file, "row of a table", identifier, "")
    for head, cell in zip(heads, cells, strict=False):
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
        texts = (
            ["".join(item.itertext()) for item in etree.fromstring(book.read("xl/sharedStrings.xml"))]
            if "xl/sharedStrings.xml" in names
            else []
        )
        for sheet in etree.fromstring(book.read("xl/workbook.xml")).iter("{*}sheet"):
            if sheet.get("state", "visible") != "visible":
                made.faults.append(Found("hidden sheet", file, sheet.get("name") or "", "not visible"))
        for name in names:
            if name.startswith("xl/worksheets/sheet"):
                sheet = etree.fromstring(book.read(name))
                made.faults += _sheet(file, name, sheet)
                made.lines += _lines(file, name, sheet, texts)
        rest = [
            name for name in names if name.startswith(("docProps/core", "docProps/custom", "xl/comments", "customXml/"))
        ]
        said = [book.read(name).decode("utf-8") for name in rest]
    made.faults += forms.of_words(file, "texts", "\n".join([*texts, *said]))
    return "\n".join([*texts, *said])


def _lines(file: str, name: str, sheet: etree._Element, texts: list[str]) -> Iterator[dict[str, str]]:
    """Lines of figures: subject, answer and group, the share with its bounds in percent, and the respondents."""
    places = {"A": "onderwerp", "B": "antwoord", "D": "groep"}
    numbers = {"E": "percentage", "F": "ondergrens", "G": "bovengrens", "H": "respondenten_afgerond"}
    for row in sheet.iter("{*}row"):
        cells = {
            (cell.get("r") or "?")[:1]: cell for cell in row if len((cell.get("r") or "").rstrip("0123456789")) == 1
        }
        line = dict.fromkeys((*places.values(), *numbers.values()), "")
        for letter, cell in cells.items():
            value = cell.findtext("{*}v") or ""
            if letter in places and cell.get("t") == "s":
                line[places[letter]] = texts[int(value)]
            elif letter in numbers and value and cell.get("t") in (None, "n"):
                line[numbers[letter]] = f"{float(value) * (1 if letter == 'H' else 100):.6g}"
        if line["onderwerp"] and line["groep"] and line["percentage"]:
            yield line | {"file": file, "place": f"{name} row {row.get('r')}"}


def _sheet(file: str, name: str, sheet: etree._Element) -> Iterator[Found]:
    for tag in ("row", "col"):
        for node in sheet.iter(f"{{*}}{tag}"):
            if node.get("hidden") in ("1", "true"):
                yield Found(f"hidden {tag}", file, f"{name} {node.get('r') or node.get('min')}", "not visible")
    for cell in sheet.iter("{*}c"):
        value = cell.findtext("{*}v") or "".join(cell.itertext())
        if cell.get("t") == "s":
            continue
        if cell.get("t") in (None, "n") and value:
            hundredfold = 100 * float(value)
            if abs(hundredfold - round(hundredfold)) > 1e-6 or (abs(float(value)) > 1 and float(value) % 1):
                yield Found("cell that is finer than a whole percent", file, f"{name} {cell.get('r')}", value)
        elif value:
            yield from forms.of_words(file, f"{name} {cell.get('r')}", value)
