"""The documents are those of publications.csv, each about its own subject, whole, and with nothing left in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.documents.facts import Facts
from tests.documents.finished import OF_A_GROUP, Finding, Page, Publication
from tests.documents.marks import squeezed

FORMATS = (".html", ".pdf", ".csv")
SHEET_PAGES, FIVE_MINUTES_PAGES, REPORT_PAGES = range(2, 5), range(4, 7), range(60, 101)
EXHIBITS = 4
#: Characters on a page of a PDF that does not begin with a heading: the end of a table or a box alone has less.
ON_A_PAGE = 350


def reusable(edition: int, facts: Facts) -> list[str]:
    """The files with all figures of an edition, a CSV for each theme that a survey has indicators of."""
    figures = f"{edition}/voorbeeld-cijfers-{edition}"
    surveys = {
        "ambtsdragers": facts,
        "medewerkers": facts.others["employees"],
        "organisaties": facts.others["organisations"],
    }
    asked = {(row["theme"], who) for who, each in surveys.items() for row in each.indicators.values()}
    kinds = (".csv-metadata.json", ".parquet", *(f"-thema-{theme}-{who}.csv" for theme, who in sorted(asked)))
    return [f"{edition}/voorbeeld-tabellenboek-{edition}.xlsx", *(figures + kind for kind in kinds)]


#: What a program leaves behind where a figure or a word should stand.
_LEFTOVERS = re.compile(
    r"\bnan\b|\bNaN\b|\bNone\b|<NA>|\bNaT\b|\?@|\{python\}|\{\{<|:::|\]\{|\{[.#][\w-]|```|\[\]\(|\]\(|\*\*|"
    r"\binf%|\bTraceback\b|\bWarning:|\N{REPLACEMENT CHARACTER}"
)


def findings(publication: Publication) -> Iterator[Finding]:
    """What is missing, about another subject, too long, or left over."""
    yield from _documents(publication)
    for page in publication.pages:
        yield from _leftovers(page)
        yield from _sizes(page)
        yield from _empty_sections(page)
        if page.product == "province":
            yield from _other_provinces(page)
        if page.document:
            yield from _headings(page)
        if page.product in ("province", *OF_A_GROUP):
            yield from _sheet(page)
            yield from _length(page, SHEET_PAGES)
        if page.product == "five_minutes":
            yield from _length(page, FIVE_MINUTES_PAGES)
        if page.product == "report":
            yield from _length(page, REPORT_PAGES)
        yield from _pdf_says_the_same(page)
        yield from _short_pages(page)


def _documents(publication: Publication) -> Iterator[Finding]:
    facts = publication.facts
    wanted = {f"report/{d.edition}/voorbeeld-{d.id}{kind}" for d in facts.documents for kind in FORMATS}
    wanted |= {f"report/{name}" for e in {d.edition for d in facts.documents} for name in reusable(e, facts)}
    found = {p.relative_to(publication.folder).as_posix() for p in publication.folder.glob("report/[0-9]*/*")}
    for name in sorted(wanted - found):
        yield Finding(name, "document is missing", "publications.csv has it")
    for name in sorted(found - wanted):
        yield Finding(name, "document that publications.csv does not have", "")


def _sizes(page: Page) -> Iterator[Finding]:
    """A link that names a file's size names its real size, in thousands or, from a thousand on, millions of bytes."""
    for link in page.main.iter("a"):
        if match := re.fullmatch(r"[A-Z]+, (?:(\d{1,3}) kB|(\d+,\d) MB)", " ".join(link.text_content().split())):
            file = page.path.parent / link.get("href", "")
            said = float(match[1] or match[2].replace(",", ".")) * (1000 if match[1] else 1_000_000)
            if not file.exists() or abs(said - file.stat().st_size) > (1000 if match[1] else 51_000):
                yield page.finding("file of another size than its link says", f"{link.get('href')}: {match[0]}")


def _leftovers(page: Page) -> Iterator[Finding]:
    pdf = ((f"PDF page {number}", text.whole) for number, text in enumerate(page.pdf, start=1))
    for place, text in (("page", page.text), *pdf):
        for match in _LEFTOVERS.finditer(text):
            yield page.finding("left over", f"{place}: {text[max(0, match.start() - 40) : match.end() + 40]}")


def _empty_sections(page: Page) -> Iterator[Finding]:
    """A heading leads to something: not to nothing, nor to words that it was not asked."""
    for section in page.main.iter("section"):
        heading, *rest = [" ".join(part.text_content().split()) for part in section.iterchildren("*")]
        if all(re.fullmatch(r"|(?:Niet gevraagd|In deze meting anders gevraagd)[^.]*\.", words) for words in rest):
            yield page.finding("section of nothing, or of what was not asked", heading)


def _other_provinces(page: Page) -> Iterator[Finding]:
    """A province sheet names no other province, in page, text alternatives or PDF; Noord-Holland is not Holland."""
    own = page.document.subject if page.document else ""
    others = [name for province, name in page.facts.provinces.items() if province != own]
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, others))})(?![\w-])")
    for text in (
        page.main.text_content(),
        " ".join(page.main.xpath(".//@aria-label | .//@alt")),
        *(text.whole for text in page.pdf),
    ):
        for match in pattern.finditer(text):
            yield page.finding("names another province", text[max(0, match.start() - 40) : match.end() + 40])


def _headings(page: Page) -> Iterator[Finding]:
    document = page.document
    assert document is not None
    first = [" ".join(each.text_content().split()) for each in page.main.iter("h1")]
    if first != [document.title]:
        yield page.finding("title is not that of publications.csv", first)
    if page.product in ("report", "five_minutes"):
        return
    second = next((" ".join(each.text_content().split()) for each in page.main.iter("h2")), "")
    group = page.facts.groups[page.domain]
    name = group["label"] if page.product == "province" else group["plural"]
    if name.lower() not in second.lower() or name.lower() not in document.title.lower():
        yield page.finding("first headings do not name the subject", f"{name}: {document.title}; {second}")


def _sheet(page: Page) -> Iterator[Finding]:
    captions = [" ".join(each.text_content().split()) for each in page.main.iter("figcaption")]
    exhibits = [caption for caption in captions if re.match(r"(Figuur|Tabel) \d+: ", caption)]
    if len(exhibits) < EXHIBITS:
        yield page.finding("fewer charts and tables than a factsheet has", exhibits)


def _length(page: Page, pages: range) -> Iterator[Finding]:
    if page.pdf and len(page.pdf) not in pages:
        yield page.finding("PDF of another length than its product", f"{len(page.pdf)} pages")


def _short_pages(page: Page) -> Iterator[Finding]:
    """No page of a PDF has only the end of something, or the box that closes a chapter without what leads up to it."""
    headings = tuple(" ".join(heading.text_content().split()) for heading in page.main.iter("h2", "h3", "h4"))
    for number, text in enumerate(page.pdf, start=1):
        words = " ".join(text.body.split())
        if words.startswith("In het kort.") or (len(words) < ON_A_PAGE and not words.startswith(headings)):
            yield page.finding("page of a few lines", f"PDF page {number}: {words}")


def _pdf_says_the_same(page: Page) -> Iterator[Finding]:
    """Every sentence with a figure, and every caption, stands in the PDF as on the page."""
    if not page.pdf:
        return
    pdf = squeezed("".join(text.body for text in page.pdf))
    captions = [" ".join(each.text_content().split()) for each in page.main.iter("figcaption")]
    said = [sentence.text for paragraph in page.paragraphs for sentence in paragraph if sentence.cited]
    for words in said + captions:
        if squeezed(words) not in pdf:
            yield page.finding("PDF does not say what the page says", words)
