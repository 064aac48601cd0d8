"""The mark that says that the figures are examples: on every page, PDF page, drawing, data file and file name."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from tests.documents.drawings import drawings, letters
from tests.documents.facts import Facts
from tests.documents.finished import Finding, Page, Publication

#: Kinds of files that a reader may carry away; what the site itself is made of lies in site_libs.
PRODUCTS = (".html", ".pdf", ".csv", ".xml", ".svg", ".png", ".xlsx", ".parquet", ".json", ".jsonld", ".ipynb", ".zip")
#: Files that are no product: the front pages, which links must find, the page that a server shows for a missing
#: address, the icon of the site and the build’s own report.
NO_PRODUCTS = ("index.html", "404.html", "favicon.svg", "build.json")


def findings(publication: Publication) -> Iterator[Finding]:
    """Products without the mark, in any of their forms."""
    mark = publication.facts.mark
    for page in publication.pages:
        yield from _page(page, mark)
        for number, text in enumerate(page.pdf, start=1):
            if squeezed(mark) not in squeezed(text.whole):
                yield page.finding("PDF page without the mark", f"page {number}")
        drawn = sum(squeezed(mark) in squeezed(letters(svg)) for svg in drawings(page))
        if page.pdf and squeezed("".join(text.body for text in page.pdf)).count(squeezed(mark)) < drawn:
            yield page.finding("PDF with fewer marks than drawings", f"{drawn} drawings")
    for path in sorted(publication.folder.rglob("*")):
        name = path.relative_to(publication.folder).as_posix()
        if path.suffix not in PRODUCTS or name.startswith("site_libs/") or path.name in NO_PRODUCTS:
            continue
        if not path.name.startswith("voorbeeld-"):
            yield Finding(name, "file name", "does not begin with voorbeeld-")
    facts = {page.name.removesuffix(".html"): page.facts for page in publication.pages}
    for path in sorted(publication.folder.rglob("*.csv")):
        name = path.relative_to(publication.folder).as_posix()
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _data(name, list(csv.DictReader(file)), facts.get(name.removesuffix(".csv"), publication.facts))


def squeezed(text: str) -> str:
    """The text without white space, which PDFs and drawings put where they like."""
    return "".join(text.split())


def _page(page: Page, mark: str) -> Iterator[Finding]:
    banner = " ".join(" ".join(each.text_content().split()) for each in page.tree.find_class("monitor-mark"))
    if mark not in banner:
        yield page.finding("banner without the mark", banner or "no banner")
    if "noindex" not in " ".join(page.tree.xpath("//head/meta[@name='robots']/@content")):
        yield page.finding("may be indexed", "no noindex")
    for svg in drawings(page):
        if squeezed(mark) not in squeezed(letters(svg)):
            yield page.finding("drawing without the mark", svg.get("aria-label", "")[:100])


def _data(name: str, lines: list[dict[str, str]], facts: Facts) -> Iterator[Finding]:
    """Every line carries the mark and is its row."""
    if not lines:
        yield Finding(name, "data file without lines", "")
    for line in lines:
        if line.get("voorbeeld") != facts.mark:
            yield Finding(name, "line without the mark", line.get("id", ""))
            return
        row = facts.of_other_surveys.get(line["id"]) or facts.rows.get(line["id"])
        numbers = ("percentage", "ondergrens", "bovengrens", "respondenten_afgerond")
        said = tuple(int(line[column]) if line[column] else None for column in numbers)
        signs = (line["teken"], line["weergave"])
        if row is None or said != (row.percent, row.low, row.high, row.n) or signs != (row.sign, row.text):
            yield Finding(name, "line differs from its row", f"{line['id']}: {said} {signs}")
