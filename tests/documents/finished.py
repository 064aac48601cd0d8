"""The finished publication as a reader has it: pages with their subject, sentences with the rows they cite."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from lxml import html

from tests.documents.facts import WHOLE_OF_PROVINCES, Document, Facts
from tests.documents.pdf_text import PageText, text_of_pages

_APART = "self::table or self::svg or self::script or self::style or contains(@class, 'key-figure')"
_AIDS = "contains(@class, 'figure-rows') or contains(@class, 'figure-notes')"
#: A chapter on another survey than the document's, the outermost element that says so.
_ABOUT = "data-target-group"
_CHAPTERS = f".//*[@{_ABOUT} and not(ancestor::*[@{_ABOUT}])]"
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-ZÀ-Ý“0-9])")


#: Products about a row of target_groups.csv.
OF_A_GROUP = ("target_group", "organisations")


class Finding(NamedTuple):
    """One thing that is wrong: in which file, what, and the words that show it."""

    file: str
    rule: str
    words: str

    def __str__(self) -> str:
        return f"{self.file}: {self.rule}: {self.words}"


class Cited(NamedTuple):
    """Words that cite a row: where they begin in the sentence, what they say, and the row's id."""

    start: int
    words: str
    row: str


class Sentence(NamedTuple):
    """A sentence of running text with the rows it cites."""

    text: str
    cited: tuple[Cited, ...]


@dataclass(frozen=True)
class Page:
    """A page of the site; `document` is its row of publications.csv, None for a page that belongs to the whole site.

    `part` is None for all of it. A report tells of other surveys in chapters that name their target group: `part` is
    then that name, or "" for what is left without them. A part is read as a factsheet on its target group would be.
    """

    path: Path
    name: str
    document: Document | None
    facts: Facts
    part: str | None = None

    @cached_property
    def tree(self) -> html.HtmlElement:
        return html.document_fromstring(self.path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))

    @cached_property
    def main(self) -> html.HtmlElement:
        """What is read; what a reader may open beside it stands in `aids`."""
        main = copy.deepcopy(next(self.tree.iter("main")))
        for aid in main.xpath(f".//*[{_AIDS}]"):
            aid.drop_tree()
        if self.part is None:
            return main
        chapters = main.xpath(_CHAPTERS)
        if self.part:
            alone = main.makeelement("main")
            alone.extend(chapter for chapter in chapters if chapter.get(_ABOUT) == self.part)
            return alone
        for chapter in chapters:
            chapter.drop_tree()
        return main

    @cached_property
    def opened(self) -> list[html.HtmlElement]:
        """The rows that a reader may open: below charts and tables of this part, and the notes to its numbers."""
        rows = self.tree.xpath("//main//details//*[@data-row]")
        return [row for row in rows if self.part is None or self._holds(row)]

    def _holds(self, row: html.HtmlElement) -> bool:
        """Whether an opened row is of this part: a note stands at the end of the page, and is known by its row."""
        if "figure-note" in (row.get("class") or ""):
            told = row.get("data-row")
            return told in self.facts.rows if self.part else told not in self.facts.of_other_surveys
        chapter = row.xpath(f"string(ancestor::*[@{_ABOUT}][last()]/@{_ABOUT})")
        return chapter == self.part

    @property
    def parts(self) -> list[Page]:
        """The page itself or, where it has chapters on other target groups, what is left and one for each group."""
        named = dict.fromkeys(chapter.get(_ABOUT) for chapter in self.main.xpath(_CHAPTERS))
        if not named or self.document is None:
            return [self]
        products = {"organisations": "organisations"}
        found = [replace(self, part="")]
        for name in named:
            survey = self.facts.target_groups[name]["survey"]
            about = self.document._replace(subject=name, product=products.get(survey, "target_group"))
            found.append(replace(self, part=name, document=about, facts=self.facts.of(about)))
        return found

    @cached_property
    def aids(self) -> list[html.HtmlElement]:
        """The folded rows of charts and tables, and the notes to numbers."""
        return self.tree.xpath(f"//main//*[{_AIDS}]")

    @property
    def moved(self) -> bool:
        """Whether the page only says where another one is."""
        return bool(self.tree.xpath("//meta[@http-equiv='refresh']"))

    @property
    def edition(self) -> int:
        return self.document.edition if self.document else max(each.edition for each in self.facts.documents)

    @property
    def product(self) -> str:
        return self.document.product if self.document else "site"

    @property
    def domain(self) -> str:
        """The domain that the page is about."""
        if self.product == "province":
            return f"province={self.document.subject}"  # pyright: ignore[reportOptionalMemberAccess]
        return self._target_group["domain"] if self.product in OF_A_GROUP else "all"

    @property
    def comparator(self) -> str:
        """The domain beside which the page sets its own; "" where there is none."""
        if self.product == "province":
            return WHOLE_OF_PROVINCES
        return self._target_group["comparator"] if self.product in OF_A_GROUP else ""

    @property
    def _target_group(self) -> dict[str, str]:
        return self.facts.target_groups[self.document.subject]  # pyright: ignore[reportOptionalMemberAccess]

    @cached_property
    def domains(self) -> list[str]:
        """The domains that may stand on the page: its own, its comparator, its own parts; on a page about all: all."""
        if self.domain == "all":
            provinces_too = self.product not in OF_A_GROUP
            return [domain for domain in self.facts.groups if provinces_too or not domain.startswith("province=")]
        named = self.facts.set_beside(self.domain)
        parts = [domain for domain in self.facts.groups if domain.startswith(f"{self.domain}&")]
        parts += [domain for domain in self.facts.groups if domain in named or domain.partition("=")[0] in named]
        return [domain for domain in (self.domain, self.comparator, *parts) if domain]

    @cached_property
    def blocks(self) -> list[html.HtmlElement]:
        """Paragraphs, list items and captions of running text, outside tables, drawings and key figures."""
        found = self.main.iter("p", "li", "figcaption")
        return [each for each in found if not each.xpath(f"ancestor-or-self::*[{_APART}]") and each.find("p") is None]

    @cached_property
    def paragraphs(self) -> list[list[Sentence]]:
        """The blocks as sentences."""
        return [sentences(block) for block in self.blocks]

    @cached_property
    def text(self) -> str:
        """Everything that a reader of the page may see or hear, without programs."""
        parts = [self.tree.findtext(".//title") or ""]
        for node in self.tree.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::pre)]"):
            parts.append(str(node))
        parts += [str(label) for label in self.tree.xpath("//@aria-label | //@alt | //@title")]
        return "\n".join(parts)

    @cached_property
    def pdf(self) -> list[PageText]:
        """The text of each page of the PDF beside the page; empty without a PDF."""
        path = self.path.with_suffix(".pdf")
        return text_of_pages(path) if path.exists() else []

    def finding(self, rule: str, words: object) -> Finding:
        return Finding(self.name, rule, " ".join(str(words).split()))


@dataclass(frozen=True)
class Publication:
    """A folder with a finished publication, and the facts that it may tell."""

    folder: Path
    facts: Facts

    @cached_property
    def pages(self) -> list[Page]:
        """All pages, without those that only point elsewhere."""
        documents = {f"report/{d.edition}/voorbeeld-{d.id}.html": d for d in self.facts.documents}
        pages = []
        for path in sorted(self.folder.rglob("*.html")):
            name = path.relative_to(self.folder).as_posix()
            document = documents.get(name)
            pages.append(Page(path, name, document, self.facts.of(document)))
        return [page for page in pages if not page.moved]

    @property
    def parts(self) -> list[Page]:
        """The pages, those with chapters on other surveys in parts: what each part says is held against its survey."""
        return [part for page in self.pages for part in page.parts]

    @property
    def documents(self) -> list[Page]:
        """The pages that are rows of publications.csv."""
        return [page for page in self.pages if page.document]


def sentences(block: html.HtmlElement) -> list[Sentence]:
    """The sentences of a block; white space is one space, as a browser shows it."""
    text, cited = "", []
    for words, row in _runs(block):
        words = re.sub(r"[ \t\n]+", " ", words)
        words = words.lstrip(" ") if not text or text.endswith(" ") else words
        if row is not None:
            cited.append(Cited(len(text), words.strip(), row))
        text += words
    found, start = [], 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        mine = (each for each in cited if start <= each.start < end)
        words = text[start:end]
        found.append(Sentence(words.strip(), tuple(each._replace(start=each.start - start) for each in mine)))
        start = end
    return [each for each in found if each.text]


def _runs(element: html.HtmlElement, row: str | None = None) -> Iterator[tuple[str, str | None]]:
    """The text of an element in reading order, each piece with the row that it cites."""
    if not isinstance(element.tag, str) or element.xpath(f"boolean(self::*[{_APART}])"):
        return
    row = element.get("data-row") or row
    if element.get("data-row"):
        yield element.text_content(), row
        return
    yield element.text or "", row
    for child in element:
        yield from _runs(child, row)
        yield child.tail or "", row
