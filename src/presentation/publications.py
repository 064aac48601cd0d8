"""The documents of every edition: one row of publications.csv is one document, one stub, one line on the shelf."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import MonitorError
from analysis.settings import Settings, project_root, read_settings
from presentation import dutch
from presentation.results import Phrase

_BODIES = {
    **{"report": "_monitor", "five_minutes": "_five-minutes.qmd", "province": "_province.qmd"},
    **{"target_group": "_target-group.qmd", "organisations": "_organisations.qmd"},
}
_OF_ALL = ("report", "five_minutes")  # products about all officeholders, whose documents need no subject
_FIELDS = ("edition", "product", "id", "title", "subject")
_SUBTITLES = {
    "report": "Agressie tegen politieke ambtsdragers van gemeenten, provincies en waterschappen",
    "five_minutes": "Acht bevindingen uit de {edition}",
    "province": "Factsheet bij de {edition}",
    "target_group": "Factsheet bij de {edition}",
    "organisations": "Factsheet bij de {edition}",
}
_OPTIONS = {
    "report": """number-sections: true
format:
  monitor-html: default
  monitor-typst:
    toc: true
    toc-depth: 1
""",
    "five_minutes": "toc: false\n",
}
_STUB = """---
title: {title}
subtitle: "{subtitle}"
output-file: voorbeeld-{id}
data-file: voorbeeld-{id}.csv
{options}---

<!-- Made from config/publications.csv by `make stubs`: change that row, or the body, not this file. -->

```{{python}}
#| label: parameters
#| tags: [parameters]
#| include: false
edition = {edition}
document = "{id}"
{parameter}```

{includes}
"""


@dataclass(frozen=True)
class Publication:
    """One document: which product of which edition, about whom, under which title."""

    edition: int
    product: str
    id: str
    title: str
    subject: str

    @property
    def name(self) -> str:
        """How a person names it: 2024/flevoland."""
        return f"{self.edition}/{self.id}"

    @property
    def source(self) -> str:
        """The committed stub, relative to report/."""
        return f"{self.name}.qmd"

    @property
    def output(self) -> str:
        """The document without its ending, relative to report/; its name says that the figures are made up."""
        return f"{self.edition}/voorbeeld-{self.id}"

    def stub(self, settings: Settings) -> str:
        """What the stub must hold, by the title and the chapters that its edition has in monitor.yml."""
        bodies = self._bodies(settings.editions[self.edition].chapters or settings.chapters)
        parameter = "" if self.product in _OF_ALL else f'{self.product} = "{self.subject}"\n'
        return _STUB.format(
            title=json.dumps(self.title, ensure_ascii=False),
            subtitle=_SUBTITLES[self.product].format(edition=settings.name(self.edition)),
            id=self.id,
            options=_OPTIONS.get(self.product, ""),
            edition=self.edition,
            parameter=parameter,
            includes="\n\n".join(f"{{{{< include ../{body} >}}}}" for body in bodies),
        )

    def _bodies(self, chapters: Sequence[str]) -> list[str]:
        body = _BODIES[self.product]
        return [f"{body}/{chapter}.qmd" for chapter in chapters] if self.product == "report" else [body]


def read_publications(path: Path, subjects: Mapping[str, Collection[object]] | None = None) -> list[Publication]:
    """Read publications.csv in its own order: newest edition first, the report first within an edition.

    `subjects` are those that each product can be about, and under "edition" the editions; without them anything goes.
    Raises MonitorError with the line that lacks a field, names no product, edition or subject that there is, or a
    document that an earlier line names.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [(reader.line_num, row) for row in reader]
    if not rows:
        raise MonitorError(
            "No documents planned",
            where=path.name,
            expected=f"the line {','.join(_FIELDS)}, and a line for every document",
            got="no document",
            hint="restore the file; an empty publication would take the place of the one that stands",
        )
    publications: list[Publication] = []
    for line, row in rows:
        fields = [row.get(name) or "" for name in _FIELDS]
        known = {publication.name for publication in publications}
        name = "/".join(fields[0:3:2])
        if None in row or not all(fields) or not fields[0].isdigit() or fields[1] not in _BODIES or name in known:
            raise MonitorError(
                "Document not understood",
                where=f"{path.name}, line {line}",
                expected=f"{','.join(_FIELDS)}: a year, one of {', '.join(_BODIES)}, and a name used once an edition",
                got=",".join(str(value) for value in row.values()),
                hint="mend the line; a title with a comma stands in double quotes",
            )
        publication = Publication(int(fields[0]), *fields[1:])
        for what, got in (("edition", publication.edition), (publication.product, publication.subject)):
            there_are = (subjects or {}).get(what, (got,))
            if got not in there_are:
                raise MonitorError(
                    f"{what.replace('_', ' ').capitalize()} does not exist",
                    where=f"{path.name}, line {line}",
                    expected=", ".join(str(one) for one in there_are),
                    got=str(got),
                    hint=f"mend the line, or add the {what.replace('_', ' ')} to config",
                )
        publications.append(publication)
    return publications


def find_publication(publications: Sequence[Publication], name: str, pages: Sequence[str] = ()) -> Publication:
    """The document that a person named as 2024/flevoland; MonitorError tells which there are, and other `pages`."""
    for publication in publications:
        if publication.name == name:
            return publication
    raise MonitorError(
        "Document does not exist",
        where=f"only={name}",
        expected=", ".join([*(publication.name for publication in publications), *pages]),
        got=name,
        hint="mend the name, or add a row to config/publications.csv and type make stubs",
    )


def reusable(edition: int) -> dict[str, str]:
    """The files with all figures of an edition by their kind, relative to report/; JSON is what describes its CSV."""
    figures = f"{edition}/voorbeeld-cijfers-{edition}"
    tables = f"{edition}/voorbeeld-tabellenboek-{edition}.xlsx"
    return {"xlsx": tables, "parquet": f"{figures}.parquet", "json": f"{figures}.csv-metadata.json"}


def shelf(edition: int) -> Phrase:
    """The products of an edition that are not about a province: a Markdown list with files, sizes and date."""
    lines = [_line(publication) for publication in _of(edition) if publication.product != "province"]
    return Phrase(_shelf([*lines, _reusable_line(edition)]))


def earlier_shelves() -> Phrase:
    """The products of the editions before the newest, newest first, each under its own heading; "" without any."""
    editions = sorted({publication.edition for publication in _all()}, reverse=True)[1:]
    parts = []
    for edition in editions:
        parts += [f"### Editie {edition}", shelf(edition)]
        parts += [f"#### Provincies {edition}", _shelf(places, "places")] if (places := _places(edition)) else []
    return Phrase("\n\n".join(["## Eerdere edities", *parts]) if parts else "")


def data_line(document: str, edition: int) -> Phrase:
    """Where the figures of a document (its id) stand as data, and those of its edition for a spreadsheet; a page
    without a data file of its own (id "") leads to those of all documents.
    """
    if not document:
        return Phrase("De gegevens van elk document staan op de [voorpagina](/report/index.qmd).")
    book = reusable(edition)["xlsx"].partition("/")[2]
    own = f"De cijfers staan ook in een [gegevensbestand](voorbeeld-{document}.csv)"
    return Phrase(f"{own}. Voor Excel is er het [tabellenboek]({book}) met alle cijfers van {edition}.")


def province_shelf(edition: int) -> Phrase:
    """The province factsheets as a tile map of links, and below it as a list with their files."""
    provinces = [publication for publication in _of(edition) if publication.product == "province"]
    tiles = [f"- [[{_place(p)}]({p.source})]{{.tile-{p.subject}}}" for p in provinces]
    return Phrase("::: {.tile-map}\n" + "\n".join(tiles) + "\n:::\n\n" + _shelf(_places(edition), "places"))


def released(edition: int) -> str:
    """When an edition came out: 22 november 2026."""
    return dutch.day(read_settings(project_root() / "config" / "monitor.yml").editions[edition].released)


def _all() -> list[Publication]:
    return read_publications(project_root() / "config" / "publications.csv")


def _of(edition: int) -> list[Publication]:
    return [publication for publication in _all() if publication.edition == edition]


def _place(publication: Publication) -> str:
    return publication.title.rpartition(" in ")[2]


def _places(edition: int) -> list[str]:
    """The province factsheets of an edition by the names of their provinces."""
    return [_line(each, _place(each)) for each in _of(edition) if each.product == "province"]


def _shelf(lines: Sequence[str], kind: str = "products") -> str:
    return f"::: {{.shelf .{kind}}}\n" + "\n".join(lines) + "\n:::"


def _line(publication: Publication, name: str = "") -> str:
    """A document, with its files and, unless it is called by another `name` in a block of one edition, its date."""
    files = [_file(f"{publication.output}.{kind}") for kind in ("pdf", "csv")]
    facts = " · ".join([*files, *([] if name else [f"[{released(publication.edition)}]{{.date}}"])])
    return f"- [{name or publication.title}]({publication.source}) [{facts}]{{.files}}"


def _reusable_line(edition: int) -> str:
    tables, whole, _ = reusable(edition).values()
    facts = " · ".join([_file(tables), _file(whole), f"[CSV per thema](figures.qmd#bestanden-{edition})"])
    return f"- **Tabellenboek en alle cijfers van {edition}** [{facts}]{{.files}}"


def _file(name: str) -> str:
    """A link to a file with its type and, as far as they are known, its size and how often it was downloaded."""
    size, downloads = _noted("products").get(name), _noted("downloads").get("files", {}).get(name)
    link = f"[{name.rpartition('.')[2].upper()}{f', {dutch.size(size)}' if size else ''}]({name})"
    return f"{link} ({dutch.times(downloads)} gedownload)" if downloads else link


def _noted(name: str) -> dict[str, Any]:
    """What the pipeline noted about files; nothing before it did."""
    path = project_root() / "data" / "processed" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
