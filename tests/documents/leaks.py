"""No answer of a person leaves by a side door: every file of the publication, of whatever kind, unpacked and read.

What figures tell together is for the audit. Here: numbers and rows of respondents, statistics that were not published,
finer numbers, what programs write into files by themselves, and an index that tells more than its pages.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pikepdf
import pyarrow.parquet as pq
from lxml import html

from tests.documents.finished import Finding, Publication
from tests.documents.pdf_text import text_of_pages

ROOT = Path(__file__).parents[2]
#: The kinds of files that a site, a search index and open data need.
_KINDS = {
    *(".html", ".css", ".js", ".svg", ".woff2", ".pdf", ".csv", ".parquet", ".xlsx", ".json", ".jsonld", ".xml"),
    *(".pagefind", ".pf_fragment", ".pf_index", ".pf_meta"),
}
_TABLES = (".csv", ".parquet", ".xlsx", ".json", ".jsonld")
#: Columns of exact figures and of respondents, as analysis names them; words that a file for readers has none of.
_EXACT = (
    r"se|se_superpopulation|std_?err\w*|standard_error|standaardfout|df|vrijheidsgraden|n_effective|effectieve_n|deff"
    r"|design_effect|ontwerpeffect|p_adjusted|p_value|base_weight|weight|gewicht|stratum|population_stratum|respondent"
    r"|respnr|yes|persons|estimate|coefficient"
)
_NAMED = re.compile(rf"(?:^|[;,\"'\t>|])({_EXACT})(?=[;,\"'\t<|:]|$)", re.MULTILINE | re.IGNORECASE)
_CELLED = re.compile(rf">\s*({_EXACT})\s*<", re.IGNORECASE)  # in the parts of a spreadsheet
_FINER = re.compile(r"-?\d+[.,]\d{2,}|-?\d(?:[.,]\d+)?e-?\d+", re.IGNORECASE)
#: A folder or user of the machine that built it, and the names of programs' own fields for one.
_FOLDERS = ("/home/", "/root/", "/Users/", "/tmp/", "/mnt/", "/srv/", "/var/", "/opt/", ":\\Users\\")
_MACHINE = re.compile(r"(?:(?<![\w.:/*-])/\w+/|[A-Z]:\\+Users\\+)[\w.-]+")
#: The name of a line through waves, and of anything else that the audit has no equation for (see audit/claims.py).
_UNREAD = re.compile(r"\|20\d\d(?:\+20\d\d)?\|[^|\s\"<]+\|(?!(?:wave|whole)=)\w+=\w+")
_BY_PROGRAMS = re.compile(r"inkscape:|sodipodi:|<metadata|<!--[^>]*(?:Generator|Created with)", re.IGNORECASE)
#: Reasons for no answer as harmonised rows hold them, and so many cells in a row that only a person has.
_REASONS = {"routed_out", "not_asked", "no_answer", "dont_know", "refused"}
_CELL = re.compile(r"[^;,|\t]+")
_ROW = 6


class Held(NamedTuple):
    """What only rows of respondents hold: their numbers, and the names of the delivered columns."""

    numbers: frozenset[str]
    shape: re.Pattern[str]
    columns: frozenset[str]


@cache
def held(root: Path = ROOT) -> Held:
    """Of the answers that were weighted here; a number of fewer than six digits is no name, and is left to its row."""
    numbers: set[str] = set()
    for path in (root / "data" / "processed").glob("1-harmonised-*.parquet"):
        rows = pd.read_parquet(path)
        for name in {"respondent", "organisation"} & set(rows):
            numbers |= set(rows[name].astype(str))
    names = pd.read_csv(root / "config" / "variables.csv", dtype=str, keep_default_na=False)
    columns = set(names.drop(columns=["survey", "variable"]).to_numpy().ravel()) | set(names["variable"])
    mute = {"not_asked", "asked_differently", "id", "survey", ""}
    numbers = {number for number in numbers if len(number) > 5 or not f"{number}0".isdigit()}
    shapes = sorted({re.sub(r"\d", r"\\d", re.sub("[A-Za-z]", "[A-Za-z]", re.escape(number))) for number in numbers})
    shape = re.compile(rf"(?<![\w-])(?:{'|'.join(shapes)})(?![\w-])")
    return Held(frozenset(numbers), shape, frozenset(columns - mute))


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """All that a file holds, as text, with the part of it where it stands."""
    kind = path.suffix
    if kind == ".xlsx":
        with zipfile.ZipFile(path) as book:
            yield from ((name, book.read(name).decode("utf-8", "replace")) for name in book.namelist())
    elif kind == ".parquet":
        told = pq.read_schema(path)
        notes = [told.metadata or {}, *(field.metadata or {} for field in told)]
        yield "notes", "\n".join(f"{key.decode()}: {value.decode()}" for each in notes for key, value in each.items())
        yield "rows", pq.read_table(path).to_pandas(ignore_metadata=True).to_csv(index=False, sep=";")
    elif kind == ".pdf":
        with pikepdf.open(path) as pdf:
            yield "properties", "\n".join(f"{key}: {value}" for key, value in pdf.docinfo.items())
            yield (
                "XMP",
                bytes(pdf.Root.Metadata.read_bytes()).decode("utf-8", "replace")
                if pdf.Root.get("/Metadata") is not None
                else "",
            )
            yield from (("attachment " + name, "") for name in pdf.attachments)
        yield "pages", "\n".join(text.whole for text in text_of_pages(path))
    elif path.read_bytes()[:2] == b"\x1f\x8b":
        yield "unpacked", gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
    else:
        yield "", path.read_text(encoding="utf-8", errors="replace")


def findings(publication: Publication) -> Iterator[Finding]:
    """What leaks from any file of the folder."""
    for path in sorted(path for path in publication.folder.rglob("*") if path.is_file()):
        name = path.relative_to(publication.folder).as_posix()
        if path.suffix not in _KINDS:
            yield Finding(name, "file of a kind that is not published", path.suffix)
        if path.read_bytes()[:4] in (b"$FL2", b"$FL3"):
            yield Finding(name, "rows of respondents", "an SPSS file")
        for part, text in texts(path):
            where = f"{part}: " if part else ""
            yield from (Finding(name, rule, where + words) for rule, words in _read(path, part, text))
    yield from _record(publication.folder / "build.json")
    yield from _index(publication.folder)


def _read(path: Path, part: str, text: str) -> Iterator[tuple[str, str]]:
    known = held()
    if told := known.numbers & {*known.shape.findall(text)}:
        yield "number of a respondent", f"{len(told)} of them"
    # The engine of the search index is a program, as its makers built it.
    if path.suffix != ".pagefind" and (match := next(_machine(text), "")):
        yield "folder or user of a machine", match
    if path.suffix in (".svg", ".html", ".pdf", ".xlsx") and (match := _BY_PROGRAMS.search(text)):
        yield "what a program says of itself", match[0]
    if match := _UNREAD.search(text):
        yield "figure of a kind that no attack reads", match[0]
    if part.startswith("attachment "):
        yield "file within a PDF", part
    if part == "properties":
        for key in sorted(set(re.findall(r"^/(\w+)", text, re.MULTILINE)) - _PROPERTIES):
            yield "property of a PDF that names its maker", key
    if part == "notes" and (match := re.search(r"^(?:pandas|ARROW:schema)\b", text, re.MULTILINE)):
        yield "what a program says of itself", match[0]
    if path.suffix != ".xml":  # the codebook names every answer and variable, and holds no rows
        yield from _rows(path, text)
    if path.suffix in _TABLES or path.parent.name == "cijfers":
        head = text.partition("\n")[0] if path.suffix in (".csv", ".parquet") else text
        if match := (_CELLED if path.suffix == ".xlsx" else _NAMED).search(head):
            yield "column of exact figures", match[1]
        if finer := next(filter(_FINER.fullmatch, _cells(path, part, text)), ""):
            yield "number finer than is published", finer
    if path.suffix == ".html":
        tree = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
        heads = [*(str(one.text_content()).strip() for one in tree.iter("th"))]
        heads += [name.removeprefix("data-") for one in tree.iter() for name in one.attrib if name[:5] == "data-"]
        for head in heads:
            if re.fullmatch(_EXACT, head, re.IGNORECASE):
                yield "column of exact figures", head


def _machine(text: str) -> Iterator[str]:
    if any(folder in text for folder in _FOLDERS):
        yield from (match[0] for match in _MACHINE.finditer(text) if match[0].startswith(_FOLDERS) or ":" in match[0])


def _cells(path: Path, part: str, text: str) -> Iterator[str]:
    """The cells of a table of figures."""
    if path.suffix == ".csv" or part == "rows":
        yield from (cell for row in csv.reader(text.splitlines(), delimiter=";" if part else ",") for cell in row)
    elif path.suffix == ".js":
        yield from re.findall(r"[^\[\],{}:()]+", re.sub(r'"[^"]*"', "", text))


_PROPERTIES = {"Title", "Creator", "CreationDate", "ModDate", "Keywords"}


def _rows(path: Path, text: str) -> Iterator[tuple[str, str]]:
    """Lines of a person's answers: a run of cells that are reasons for none, or a head of delivered columns."""
    if sum(text.count(reason) for reason in _REASONS) >= _ROW:
        for line in text.splitlines():
            cells = [cell.strip(" \"'[]") in _REASONS for cell in _CELL.findall(line)]
            if any(hit and len([*run]) >= _ROW for hit, run in groupby(cells)):
                yield "rows of respondents", "reasons for no answer side by side"
                return
    if path.suffix in (".csv", ".parquet"):
        heads = {cell.strip(" \"'") for cell in _CELL.findall(text.partition("\n")[0])} & held().columns
        if len(heads) >= _ROW:
            yield "rows of respondents", f"columns {', '.join(sorted(heads)[:3])}"


def _record(path: Path) -> Iterator[Finding]:
    """The record of the build, as it is published: no exact number of persons, and nothing that is not known here."""
    if not path.exists():
        return
    record = json.loads(path.read_text(encoding="utf-8"))
    for survey, stages in record["rows"].items():
        for stage, n in stages.items():
            if stage in ("delivered", "harmonised", "weighted") and n % 10:
                yield Finding(path.name, "exact number of respondents", f"{survey}, {stage}: {n}")
    for key in sorted(set(record) - {"commit", "python", "packages", "inputs", "rows", "held", "files"}):
        yield Finding(path.name, "record of what is not known here", key)
    for name in record["inputs"]:
        if not name.startswith(("data/raw/", "config/")) or name.endswith("real/corrections.yml"):
            yield Finding(path.name, "record of what is not known here", name)


def _index(folder: Path) -> Iterator[Finding]:
    """The search index tells the numbers of its pages and no others."""
    for path in sorted(folder.rglob("*.pf_fragment")):
        told = json.loads(gzip.decompress(path.read_bytes()).partition(b"pagefind_dcd")[2])
        page = folder / told["url"].lstrip("/")
        if not page.exists():
            yield Finding(path.name, "index of a page that is not there", told["url"])
            continue
        words = told["content"] + json.dumps(told.get("meta", {}), ensure_ascii=False)
        numbers = set(re.findall(r"\d[\d.,]*\d|\d", words))
        text = page.read_text(encoding="utf-8")
        words = " ".join(html.document_fromstring(text.encode()).xpath("//text() | //@aria-label | //@alt"))
        more = numbers - set(re.findall(r"\d[\d.,]*\d|\d", words))
        if more:
            yield Finding(path.name, "index with a number that its page has not", f"{told['url']} {sorted(more)[:3]}")
