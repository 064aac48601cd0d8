"""HTML pages: Pandoc's body in the page of the site, with its navigation, contents and other formats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from press import pandoc
from press.metadata import RESOURCES, Metadata, as_list
from press.navigation import ELSEWHERE, follow, footer, navbar, sidebar
from press.pandoc import Manuscript
from press.project import Format
from press.search import search_field

LINK = re.compile(r'(?P<attribute>\b(?:href|src))="(?P<target>[^"]*)"')
LINE_ANCHORS = re.compile(r'<a href="#cb\d+-\d+"[^>]*></a>')
VOID = re.compile(r"(<(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b[^>]*?)\s*/>")
FOOTNOTES = re.compile(r'<section id="footnotes"([^>]*)>\s*<hr />')


def write_page(manuscript: Manuscript, output: Format) -> str:
    """The HTML page of a document whose cells have run."""
    meta, project = output.metadata, manuscript.project
    words = pandoc.language(str(meta.get("lang", "en")))
    here = project.output(manuscript.document.path, meta, ".html")
    up = "../" * (len(here.parts) - 1)
    icon = project.website.get("favicon")
    contents_title = words["toc-title-website" if project.website else "toc-title-document"]
    variables: Metadata = {
        "stylesheets": [f"{up}site_libs/{name}" for name in ("press.css", *stylesheets(output))],
        "script": f"{up}site_libs/press.js",
        "favicon": f"{up}{icon}" if icon else "",
        "skip-link": words["skip-link"],
        "navbar": navbar(project, here, words, search_field(project, words)),
        "sidebar": sidebar(project, here, words),
        "footer": footer(project, here),
        "formats": _other_formats(manuscript, output, words),
        "byline": _byline(meta, words),
        "abstract-title": escape(str(meta.get("abstract-title") or words["section-title-abstract"])),
        "keywords-title": escape(words["title-block-keywords"]),
        "table-of-contents-title": escape(str(meta.get("toc-title") or contents_title)),
    }
    for place in ("in-header", "before-body", "after-body"):
        variables[place] = [_included(part) for part in as_list(meta.get(f"include-{place}"))]
    shown = {key: value for key, value in meta.items() if key not in variables and key not in ("format", "css")}
    titles = [pandoc.meta_text(meta.get("pagetitle") or meta.get("title")), str(project.website.get("title") or "")]
    shown["pagetitle"] = " – ".join(dict.fromkeys(title for title in titles if title))
    shown.setdefault("lang", "en")
    options: Metadata = {
        "template": str(RESOURCES / "page.html"),
        "toc": bool(meta.get("toc")),
        "toc-depth": int(meta.get("toc-depth", 3)),
        "section-divs": True,
    }
    page = pandoc.convert(manuscript, output, options=options, metadata=shown, variables=variables)
    notes = f'<h2 id="footnotes-title">{words["section-title-footnotes"]}</h2>'
    page = FOOTNOTES.sub(rf'<section id="footnotes"\1>{notes}', page)
    page = VOID.sub(r"\1>", LINE_ANCHORS.sub("", page))

    # A server shows 404.html at any address, so that only absolute links lead from it; Quarto makes them so too.
    top = urlsplit(str(project.website.get("site-url") or "")).path.rstrip("/") + "/"

    def followed(link: re.Match[str]) -> str:
        written = unescape(link["target"])
        target = follow(written, manuscript, here)
        if str(here) == "404.html" and target and not ELSEWHERE.match(target):
            target = top + target
        return link[0] if target == written else f'{link["attribute"]}="{escape(target)}"'

    return LINK.sub(followed, page)


def stylesheets(output: Format) -> list[str]:
    """Names of the stylesheets of a format inside site_libs, in order: folder and file, so that formats can coexist."""
    return [f"{Path(path).parent.name}/{Path(path).name}" for path in as_list(output.metadata.get("css"))]


def _included(part: Any) -> str:
    if isinstance(part, dict) and "text" in part:
        return str(part["text"])
    return Path(part["file"] if isinstance(part, dict) else part).read_text(encoding="utf-8")


def _byline(meta: Metadata, words: Mapping[str, str]) -> str:
    """Authors and date, under the title."""
    authors = pandoc.authors(meta)
    heading = words[f"title-block-author-{'plural' if len(authors) > 1 else 'single'}"]
    rows, beside = [], ""
    if any(each["affiliation"] for each in authors):
        heads = "".join(
            f'<div class="quarto-title-meta-heading">{escape(name)}</div>'
            for name in (heading, words["title-block-affiliation-single"])
        )
        lines = "".join(
            f'<p class="author">{escape(each["name"])}{_mail(each["email"])}</p>'
            + (f'<p class="affiliation">{escape(each["affiliation"])}</p>' if each["affiliation"] else "<p></p>")
            for each in authors
        )
        beside = f'<div class="quarto-title-meta-author">{heads}{lines}</div>'
    elif authors:
        names = ", ".join(escape(each["name"]) + _mail(each["email"]) for each in authors)
        rows.append((heading, names))
    if meta.get("date"):
        rows.append((words["title-block-published"], escape(pandoc.written_date(meta))))
    blocks = "".join(
        f'<div><div class="quarto-title-meta-heading">{escape(name)}</div>'
        f'<div class="quarto-title-meta-contents">{text}</div></div>'
        for name, text in rows
    )
    return beside + (f'<div class="quarto-title-meta">{blocks}</div>' if blocks else "")


def _mail(address: str) -> str:
    return f' <a href="mailto:{escape(address)}" class="mail" aria-label="{escape(address)}"></a>' if address else ""


def _other_formats(manuscript: Manuscript, output: Format, words: Mapping[str, str]) -> str:
    """Links to the PDF of the same document."""
    others: Sequence[Format] = [each for each in manuscript.formats if each.base == "typst"]
    if not others or output.metadata.get("format-links") is False:
        return ""
    paths = [manuscript.project.output(manuscript.document.path, each.metadata, each.suffix) for each in others]
    links = "".join(f'<li><a href="{escape(path.name)}">PDF</a></li>' for path in paths)
    title = f'<p id="formats-title">{escape(words["related-formats-title"])}</p>'
    return f'<nav class="quarto-alternate-formats" aria-labelledby="formats-title">{title}<ul>{links}</ul></nav>'
