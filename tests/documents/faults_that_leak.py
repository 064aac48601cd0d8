"""Leaks that are planted in a file of the publication, or in a new one: by rule, in every kind of file that is read."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq

from tests.documents.leaks import ROOT, held

Plant = Callable[[Path], object]
PAGE, DATA = "report/2024/voorbeeld-flevoland.html", "report/2024/voorbeeld-flevoland.csv"
PDF, BOOK = "report/2024/voorbeeld-flevoland.pdf", "report/2024/voorbeeld-tabellenboek-2024.xlsx"
PARQUET, SHARD = "report/2024/voorbeeld-cijfers-2024.parquet", "report/cijfers/voorbeeld-cijfers-2024-1.js"
ROWS = ROOT / "data" / "processed" / "2-weighted-officeholders.parquet"
FOLDER = "/home/jansen/monitor"


def number() -> str:
    """The number of somebody who took part."""
    return str(pd.read_parquet(ROWS, columns=["respondent"])["respondent"].iloc[17])


def some_rows(path: Path) -> None:
    """The weighted answers of three respondents."""
    pd.read_parquet(ROWS).head(3).drop(columns=["respondent", "weight", "stratum"]).to_csv(path, index=False, sep=";")


def delivered_rows(path: Path) -> None:
    """A delivery as a bureau makes it: codes below delivered names."""
    names = sorted(held().columns)[:40]
    path.write_text(";".join(names) + "\n" + ";".join("1" for _ in names) + "\n", encoding="utf-8")


def ending(words: Callable[[], str], before: str = "") -> Plant:
    """Words at the end of a file of text, or before a mark in it."""

    def plant(path: Path) -> None:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        at = text.rindex(before) if before else len(text)
        path.write_text(text[:at] + words() + text[at:], encoding="utf-8")

    return plant


def in_a_cell(made: Callable[[str], str]) -> Plant:
    """Another last cell in the second line of a table in text."""

    def plant(path: Path) -> None:
        head, line, rest = path.read_text(encoding="utf-8").split("\n", 2)
        path.write_text("\n".join([head, f"{line},{made(line)}", rest]), encoding="utf-8")

    return plant


def with_column(name: str, value: object) -> Plant:
    """Another column in a table of figures."""

    def plant(path: Path) -> None:
        table = pq.read_table(path)
        pq.write_table(table.append_column(name, pa.array([value] * len(table))), path)

    return plant


def with_note(key: str, words: str) -> Plant:
    def plant(path: Path) -> None:
        table = pq.read_table(path)
        pq.write_table(table.replace_schema_metadata({key: words}), path)

    return plant


def in_book(part: str, pattern: str, words: Callable[[], str]) -> Plant:
    """Words before a mark in one part of a spreadsheet."""

    def plant(path: Path) -> None:
        with zipfile.ZipFile(path) as book:
            parts = {name: book.read(name).decode() for name in book.namelist()}
        parts[part] = re.sub(pattern, lambda match: words() + match[0], parts[part], count=1)
        with zipfile.ZipFile(path, "w") as book:
            for name, text in parts.items():
                book.writestr(name, text)

    return plant


def in_pdf(change: Callable[[pikepdf.Pdf], object]) -> Plant:
    def plant(path: Path) -> None:
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            change(pdf)
            pdf.save()

    return plant


def _property(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Author"] = "J. Jansen"


def _title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = number()


def _described(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata = pdf.make_stream(pdf.Root.Metadata.read_bytes() + f"<!-- {FOLDER} -->".encode())


def _attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["cijfers.csv"] = b"verbal;1"


def of_record(change: Callable[[dict], object]) -> Plant:
    def plant(path: Path) -> None:
        record = json.loads(path.read_text(encoding="utf-8"))
        change(record)
        path.write_text(json.dumps(record), encoding="utf-8")

    return plant


def indexed(url: str, words: Callable[[], str]) -> Plant:
    """A page in the search index, beside the page itself."""

    def plant(path: Path) -> None:
        page = path.parents[3] / PAGE
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "publication" / PAGE, page)
        told = json.dumps({"url": url, "content": words(), "meta": {"title": "x"}})
        path.write_bytes(gzip.compress(b"pagefind_dcd" + told.encode(), mtime=0))

    return plant


#: What is planted: the rule that must find it, the file, and how.
PLANTED: dict[str, tuple[str, str, Plant]] = {
    "a number in a page": ("number of a respondent", PAGE, ending(number, "</main>")),
    "a number in a note to a figure": (
        "number of a respondent",
        PAGE,
        ending(lambda: f'<p data-row="{number()}"></p>', "</main>"),
    ),
    "a number in a drawing": ("number of a respondent", PAGE, ending(lambda: f'<g id="{number()}"/>', "</svg>")),
    "a number in a data file": ("number of a respondent", DATA, in_a_cell(lambda _: number())),
    "a number in Parquet": ("number of a respondent", PARQUET, lambda path: with_column("naam", number())(path)),
    "a number in a hidden sheet": (
        "number of a respondent",
        BOOK,
        in_book("xl/sharedStrings.xml", "</sst>", lambda: f"<si><t>{number()}</t></si>"),
    ),
    "a number in a part of all figures": ("number of a respondent", SHARD, ending(lambda: f'// "{number()}"')),
    "a number in the properties of a PDF": ("number of a respondent", PDF, in_pdf(_title)),
    "a number in the search index": (
        "number of a respondent",
        "site_libs/search/fragment/x.pf_fragment",
        indexed(f"/{PAGE}", lambda: number()),
    ),
    "answers as a table": ("rows of respondents", "report/2024/rijen.csv", some_rows),
    "answers in a page": (
        "rows of respondents",
        PAGE,
        ending(lambda: "<!-- " + ";".join(["routed_out"] * 6 + ["not_asked"] * 3) + " -->", "</main>"),
    ),
    "a delivery as text": ("rows of respondents", "report/2024/rijen.csv", delivered_rows),
    "a delivery under another name": (
        "rows of respondents",
        "report/2024/rijen.json",
        lambda path: path.write_bytes(b"$FL2@(#) SPSS DATA FILE"),
    ),
    "a file of SPSS": (
        "file of a kind that is not published",
        "report/2024/rijen.sav",
        lambda path: path.write_bytes(b"x"),
    ),
    "a picture": ("file of a kind that is not published", "report/2024/x.png", lambda path: path.write_bytes(b"x")),
    "a standard error in a data file": (
        "column of exact figures",
        DATA,
        lambda path: path.write_text("se," + path.read_text("utf-8"), encoding="utf-8"),
    ),
    "degrees of freedom in Parquet": ("column of exact figures", PARQUET, with_column("df", 3)),
    "a design effect in a part of all figures": (
        "column of exact figures",
        SHARD,
        ending(lambda: '{"design_effect":1}'),
    ),
    "an effective number in a spreadsheet": (
        "column of exact figures",
        BOOK,
        in_book("xl/sharedStrings.xml", "</sst>", lambda: "<si><t>n_effective</t></si>"),
    ),
    "a count in the JSON of an edition": (
        "column of exact figures",
        "report/2024/x.json",
        ending(lambda: '{"id": "verbal|2024|all", "yes": 17}'),
    ),
    "a standard error in the table of a page": (
        "column of exact figures",
        PAGE,
        ending(lambda: "<table><tr><th>Standaardfout</th></tr></table>", "</main>"),
    ),
    "a weight in an attribute": ("column of exact figures", PAGE, ending(lambda: '<i data-weight="3"></i>', "</main>")),
    "two decimals in a data file": ("number finer than is published", DATA, in_a_cell(lambda _: "44.51")),
    "a power of ten in a data file": ("number finer than is published", DATA, in_a_cell(lambda _: "4e-05")),
    "two decimals in Parquet": ("number finer than is published", PARQUET, with_column("percentage_2", 44.51)),
    "two decimals in a part of all figures": ("number finer than is published", SHARD, ending(lambda: "[44.51]")),
    "a line through waves": (
        "figure of a kind that no attack reads",
        PAGE,
        ending(lambda: '<b data-row="verbal|2024|all|trend=2016">5</b>', "</main>"),
    ),
    "a folder in a page": ("folder or user of a machine", PAGE, ending(lambda: FOLDER, "</main>")),
    "a folder in the XMP of a PDF": ("folder or user of a machine", PDF, in_pdf(_described)),
    "a folder in the notes of Parquet": ("folder or user of a machine", PARQUET, with_note("made", FOLDER)),
    "a folder in a spreadsheet": (
        "folder or user of a machine",
        BOOK,
        in_book("docProps/core.xml", "</dc:title>", lambda: "C:\\Users\\jansen"),
    ),
    "the rows that pandas would read": ("what a program says of itself", PARQUET, with_note("pandas", "{}")),
    "metadata in a drawing": (
        "what a program says of itself",
        PAGE,
        ending(lambda: "<metadata>2026-11-27</metadata>", "</svg>"),
    ),
    "the author of a PDF": ("property of a PDF that names its maker", PDF, in_pdf(_property)),
    "a file in a PDF": ("file within a PDF", PDF, in_pdf(_attached)),
    "an exact number in the record": (
        "exact number of respondents",
        "build.json",
        of_record(lambda record: record["rows"]["officeholders"].update(weighted=14193)),
    ),
    "another part of the record": (
        "record of what is not known here",
        "build.json",
        of_record(lambda record: record.update(user="jansen")),
    ),
    "the sum of corrections that name a respondent": (
        "record of what is not known here",
        "build.json",
        of_record(lambda record: record["inputs"].update({"data/raw/real/corrections.yml": "0"})),
    ),
    "a figure that only the search index has": (
        "index with a number that its page has not",
        "site_libs/search/fragment/x.pf_fragment",
        indexed(f"/{PAGE}", lambda: "44,51%"),
    ),
    "a page that only the search index has": (
        "index of a page that is not there",
        "site_libs/search/fragment/x.pf_fragment",
        indexed("/report/2024/geheim.html", lambda: "x"),
    ),
}
