"""What a reader opens beside a number, a chart or a table says what the rows say, and stands wherever it should."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from lxml import html

from tests.documents.drawings import drawings
from tests.documents.facts import Row
from tests.documents.finished import Finding, Page, Publication

_SIGNS = {"x": "x niet getoond", "/": "/ te weinig waarnemingen", ".": ". niet gevraagd", "-": "- nihil"}

_OF_FIGURES = (
    "@id = 'cijfers' or starts-with(@id, 'groepen-') or starts-with(@id, 'antwoorden-')"
    " or starts-with(@id, 'soorten-') or @id = 'groottes'"
)


def findings(publication: Publication) -> Iterator[Finding]:
    """The notes to numbers, the folded rows and the list of contents of every page."""
    for page in publication.pages:
        yield from _data_file(page)
        if page.tree.xpath("//nav[@id='TOC'][not(.//a)]"):
            yield page.finding("list of contents without an entry", page.tree.findtext(".//title"))
    for page in publication.parts:
        yield from _numbers(page)
        yield from _controls(page)
        for line in page.opened:
            row = page.facts.rows.get(line.get("data-row"))
            if row is None or row.domain not in page.domains or row.wave > page.edition:
                yield page.finding("opened row of another group or wave than the page's", line.get("data-row"))
            else:
                yield from _note(page, line, row) if line.tag == "li" else _line(page, line, row)


def _numbers(page: Page) -> Iterator[Finding]:
    """Every number that cites a row is a link to the note about that row."""
    notes = {f"#{note.get('id')}": note.get("data-row") for note in page.tree.find_class("figure-note")}
    for cited in page.main.xpath(".//*[@data-row]"):
        if cited.tag != "a" or notes.get(cited.get("href")) != cited.get("data-row"):
            yield page.finding("number without a note of its own row", cited.text_content())


def _controls(page: Page) -> Iterator[Finding]:
    """Below each cell that shows a drawing or a table of figures stands the control that opens its rows."""
    drawn = {svg.get("aria-label") for svg in drawings(page) if "Basis: " in svg.get("aria-label", "")}
    for cell in page.tree.xpath("//main//*[contains(concat(' ', @class, ' '), ' cell ')]"):
        shows = any(svg.get("aria-label") in drawn for svg in cell.iter("svg")) or cell.xpath(
            f".//table[{_OF_FIGURES}]"
        )
        after = cell.getnext()
        if shows and (after is None or "figure-rows" not in (after.get("class") or "")):
            yield page.finding("figure without its rows", cell.xpath("string(.//figcaption)"))


def _data_file(page: Page) -> Iterator[Finding]:
    """Every row that a reader may open stands in the data file; groups beside the page's own in its own wave alone."""
    path = page.path.with_suffix(".csv")
    if not page.document or not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        held = {line["id"] for line in csv.DictReader(file)}
    for name in sorted({line.get("data-row") for line in page.tree.xpath("//main//*[@data-row]")} - held):
        yield page.finding("row that the data file lacks", name)
    rows = [row for name in sorted(held) if (row := page.facts.rows.get(name))]
    for row in rows:
        layer = row.domain.startswith("layer=")  # a chapter may be about one layer
        if not layer and row.domain not in (page.domain, page.comparator) and row.wave != page.edition:
            yield page.finding("row in the data file that the page cannot print", row.id)


def _note(page: Page, note: html.HtmlElement, row: Row) -> Iterator[Finding]:
    said = {_words(name): _words(name.getnext()) for name in note.iter("dt")}
    title = _words(note.find("p"))
    right = {"Antwoorden": _number(row.n) + " (afgerond)" * (row.count is None), "Rij": row.id}
    if row.low is not None:
        right[row.margin.capitalize()] = f"tussen {row.low}% en {row.high}%"
    wrong = [f"{name}: {said.get(name)}" for name, words in right.items() if not said.get(name, "").startswith(words)]
    wrong += ["a count is not rounded"] if row.count is not None and "(afgerond)" in said.get("Antwoorden", "") else []
    label = page.facts.indicators[row.indicator]["label"]
    if not title.startswith(label) or not title.endswith(f": {row.text}"):
        wrong.append(title)
    waves = [int(wave) for wave in said.get("Gevraagd in", "").split(", ")]
    if waves[-1:] != [row.wave] or any(page.facts.row(row.indicator, row.answer, w, row.domain) is None for w in waves):
        wrong.append(f"Gevraagd in: {waves}")
    if wrong:
        yield page.finding("note differs from its row", f"{row.id}: {'; '.join(wrong)}")


def _line(page: Page, line: html.HtmlElement, row: Row) -> Iterator[Finding]:
    label = page.facts.indicators[row.indicator]["label"]
    shown = (_SIGNS.get(row.sign) or row.text) + " (indicatief)" * row.indicative
    interval = f"tussen {row.low}% en {row.high}%" if row.low is not None else "–"
    group = page.facts.groups[row.domain]["label"]
    named = row.id.split("|")[1]
    waves = named.replace("+", " en ") + " samen" * ("+" in named)
    right = [group, waves, shown, interval, "–" if row.sign else _number(row.n)]
    name, *said = [_words(cell) for cell in line]
    if said != right or not name.startswith(label):
        yield page.finding("opened row differs from its row", f"{name}, {said}, not {right}")


def _number(n: int | None) -> str:
    return f"{n:,}".replace(",", ".") if n is not None else "–"


def _words(cell: html.HtmlElement) -> str:
    return " ".join(cell.text_content().split())
