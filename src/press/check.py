"""Checks of a finished site: pages and PDFs as a reader, a screen reader and a search engine would meet them."""

from __future__ import annotations

import re
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
from lxml import html

from press.metadata import as_list
from press.project import Project

#: What every PDF is held against.
PROFILES = {
    "PDF/UA-1": page_validation.ValidationProfile.PDF_UA_1,
    "PDF/A-2a": page_validation.ValidationProfile.PDF_A_2A,
}
#: Names under which fonts that Typst brings appear in a PDF.
PDF_NAMES = {"New Computer Modern Math": "NewCMMath", "New Computer Modern": "NewCM10"}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a file of the site: the rule it breaks, and where or how."""

    file: Path
    rule: str
    detail: str

    def __str__(self) -> str:
        return f"{self.file}: {self.rule}: {self.detail}"


def check_site(out: Path, project: Project | None = None) -> list[Finding]:
    """All findings for the site in a folder; an empty list is a sound site.

    With a project, its `mark` must stand on every page and its fonts are the only ones that a PDF may embed.
    """
    mark, fonts = _expectations(project)
    pages = sorted(out.rglob("*.html"))
    anchors = {path: _anchors(path) for path in pages}
    findings = [found for path in pages for found in check_page(path, out, anchors, mark)]
    findings += [found for path in sorted(out.rglob("*.pdf")) for found in check_pdf(path, fonts, mark)]
    return [Finding(each.file.relative_to(out), each.rule, each.detail) for each in findings]


def _expectations(project: Project | None) -> tuple[str, list[str]]:
    """The mark and the font families that the formats of a project declare."""
    if project is None:
        return "", []
    formats = project.formats(project.root / "index.qmd", {})
    fonts = [name for each in formats if each.base == "typst" for name in declared_fonts(each.metadata)]
    return next((str(each.metadata["mark"]) for each in formats if each.metadata.get("mark")), ""), fonts


@cache
def _parse(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_text(encoding="utf-8"), parser=html.HTMLParser(encoding="utf-8"))


def _anchors(path: Path) -> set[str]:
    return {str(value) for value in _parse(path).xpath("//@id | //a/@name")}


def check_page(path: Path, out: Path, anchors: dict[Path, set[str]], mark: str = "") -> Iterator[Finding]:
    """Findings for one page; `anchors` holds the ids of every page of the site."""
    tree = _parse(path)

    def finding(rule: str, detail: object) -> Finding:
        return Finding(path, rule, str(detail))

    if not tree.get("lang"):
        yield finding("language", "the html element has no lang")
    if not (tree.findtext(".//title") or "").strip():
        yield finding("title", "the page has no title")
    for identifier, times in Counter(tree.xpath("//@id")).items():
        if times > 1:
            yield finding("duplicate id", f"{identifier} ({times} times)")
    yield from (finding(rule, detail) for rule, detail in _headings(tree))
    yield from (finding("text alternative", detail) for detail in _pictures(tree))
    for name in ("aria-labelledby", "aria-controls", "aria-describedby", "headers", "for"):
        for value in tree.xpath(f"//@{name}"):
            for identifier in str(value).split():
                if identifier not in anchors[path]:
                    yield finding("reference to an id", f'{name}="{identifier}" points nowhere')
    yield from (finding(rule, detail) for rule, detail in _links(tree, path, out, anchors))
    banner = " ".join(" ".join(each.text_content().split()) for each in tree.find_class("monitor-mark"))
    noindex = "noindex" in " ".join(tree.xpath("//meta[@name='robots']/@content"))
    if (banner or mark) and not noindex:
        yield finding("mark", "a marked page may be indexed: it has no noindex")
    if mark and mark not in banner and not tree.xpath("//meta[@http-equiv='refresh']"):
        yield finding("mark", f"the banner does not say: {mark}")


def _headings(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """One h1, and no level skipped on the way down, in the main part of the page."""
    main = next(tree.iter("main"), tree)
    levels = [
        (int(each.tag[1]), " ".join(each.text_content().split()))
        for each in main.iter("h1", "h2", "h3", "h4", "h5", "h6")
    ]
    firsts = sum(level == 1 for level, _ in levels)
    if firsts != 1:
        yield "headings", f"{firsts} headings of level 1"
    before = 0
    for level, text in levels:
        if level > before + 1:
            yield "headings", f"level {level} after level {before}: {text}"
        before = level


def _pictures(tree: html.HtmlElement) -> Iterator[str]:
    for image in tree.iter("img"):
        if image.get("alt") is None:
            yield f"img {image.get('src')} has no alt"
    for drawing in tree.iter("svg"):
        named = drawing.get("aria-label") or drawing.get("aria-labelledby") or drawing.find("title") is not None
        if not named and not drawing.xpath("ancestor-or-self::*[@aria-hidden='true']"):
            yield "an svg has neither a label nor aria-hidden"


def _links(tree: html.HtmlElement, path: Path, out: Path, anchors: dict[Path, set[str]]) -> Iterator[tuple[str, str]]:
    """Links and resources inside the site that lead nowhere, and links without a text."""
    for element in tree.xpath("//*[@href or @src]"):
        target = str(element.get("href") or element.get("src"))
        if element.tag == "a" and not (element.text_content().strip() or element.xpath(".//@aria-label | .//@alt")):
            yield "link", f"{target} has no text"
        if re.match(r"[a-z][a-z+.-]*:|//", target):
            continue
        address, _, anchor = target.partition("#")
        address = urllib.parse.unquote(address.partition("?")[0])
        file = path if not address else (out / address[1:] if address.startswith("/") else path.parent / address)
        file = Path(str(file.resolve()))
        if file.is_dir():
            file = file / "index.html"
        if not file.exists():
            yield "link", f"{target} leads nowhere"
        elif anchor and file.suffix == ".html" and urllib.parse.unquote(anchor) not in _anchors_of(file, anchors):
            yield "link", f"{target}: no such anchor"


def _anchors_of(file: Path, anchors: dict[Path, set[str]]) -> set[str]:
    return next((found for path, found in anchors.items() if path.resolve() == file), set())


def check_pdf(path: Path, fonts: Sequence[str] = (), mark: str = "") -> Iterator[Finding]:
    """Findings for one PDF: PDF/UA-1, PDF/A-2a, title and language, fonts, and the mark in its header."""
    for name, profile in PROFILES.items():
        for failure in page_validation.validate_pdf(path, profile=profile).failures:
            yield Finding(path, f"{name} {failure.rule_id}", failure.message)
    with pikepdf.open(path) as pdf:
        if not str(pdf.Root.get("/Lang", "")):
            yield Finding(path, "language", "the PDF has no language")
        with pdf.open_metadata() as metadata:
            if not metadata.get("dc:title"):
                yield Finding(path, "title", "the PDF has no title")
            if mark and mark not in " ".join(as_list(metadata.get("pdf:Keywords"))):
                yield Finding(path, "mark", f"its keywords do not say: {mark}")
        for name in undeclared_fonts(pdf, fonts):
            yield Finding(path, "fonts", f"{name} is embedded, declared are {', '.join(fonts)}")


def undeclared_fonts(pdf: pikepdf.Pdf, families: Sequence[str]) -> list[str]:
    """Names of fonts in a PDF, without the tag of a subset, that belong to none of the families; none: any will do."""
    allowed = tuple(PDF_NAMES.get(name, name).replace(" ", "") for name in families)
    dictionaries = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)]
    fonts = [each for each in dictionaries if each.get("/Type") == "/FontDescriptor"]
    names = {str(each.get("/FontName", "/unnamed"))[1:].rpartition("+")[2] for each in fonts}
    return sorted(name for name in names if allowed and not name.startswith(allowed))


def declared_fonts(metadata: dict[str, Any]) -> list[str]:
    """The families that a format declares; empty when it leaves the choice to Typst."""
    if not metadata.get("mainfont"):
        return []
    return [str(name) for key in ("mainfont", "codefont", "mathfont") for name in as_list(metadata.get(key))]
