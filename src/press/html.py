"""HTML pages: Pandoc's body in the page of the site, with its navigation, contents and other formats."""

from __future__ import annotations

import os
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from press import pandoc
from press.document import Document, read_front_matter
from press.errors import PressError
from press.metadata import Metadata, absolute, as_list, merge
from press.project import INPUTS, RESOURCES, Format, Project

LINK = re.compile(r'(?P<attribute>\b(?:href|src))="(?P<target>[^"#?]*)(?P<rest>[^"]*)"')
LINE_ANCHORS = re.compile(r'<a href="#cb\d+-\d+"[^>]*></a>')
FOOTNOTES = re.compile(r'<section id="footnotes"([^>]*)>\s*<hr />')


def write_page(
    markdown: str, document: Document, output: Format, project: Project, work: Path, siblings: Sequence[Format]
) -> str:
    """The HTML page of a document whose cells have run; `siblings` are its other formats."""
    meta = output.metadata
    words = pandoc.language(str(meta.get("lang", "en")))
    here = project.output(document.path, meta, ".html")
    up = "../" * (len(here.parts) - 1)
    # the title block is plain text there, so the title of the window cannot carry Markdown
    window = [pandoc.meta_text(meta.get("pagetitle") or meta.get("title")), str(project.website.get("title") or "")]
    variables: Metadata = {
        "stylesheets": [up + f"site_libs/{name}" for name in stylesheets(output)],
        "script": f"{up}site_libs/press.js",
        "favicon": up + project.website["favicon"] if project.website.get("favicon") else "",
        "skip-link": words["skip-link"],
        "navbar": _navbar(project, here, words),
        "sidebar": _sidebar(project, here, words),
        "footer": _footer(project),
        "formats": _other_formats(document, project, meta, siblings, words),
        "byline": _byline(meta, words),
        "table-of-contents-title": escape(
            str(meta.get("toc-title") or words["toc-title-website" if project.website else "toc-title-document"])
        ),
    }
    for place in ("in-header", "before-body", "after-body"):
        variables[place] = [_included(part) for part in as_list(meta.get(f"include-{place}"))]
    wanted = {key: value for key, value in meta.items() if key not in variables and key not in ("format", "css")}
    wanted["pagetitle"] = " – ".join(dict.fromkeys(part for part in window if part))
    wanted.setdefault("lang", "en")
    options: Metadata = {
        "template": str(RESOURCES / "page.html"),
        "toc": bool(meta.get("toc")),
        "toc-depth": int(meta.get("toc-depth", 3)),
        "section-divs": True,
    }
    page = pandoc.convert(
        markdown, document, output, root=project.root, work=work, options=options, metadata=wanted, variables=variables
    )
    page = FOOTNOTES.sub(rf'<section id="footnotes"\1><h2 id="footnotes-title">{words["section-title-footnotes"]}</h2>', page)
    page = LINE_ANCHORS.sub("", page)
    return _rewrite_links(page, document, project, here)


def stylesheets(output: Format) -> list[str]:
    """Names of the stylesheets of a format inside site_libs, in order."""
    return ["press.css", *(f"{Path(path).parent.name}/{Path(path).name}" for path in as_list(output.metadata.get("css")))]


def _included(part: Any) -> str:
    if isinstance(part, dict):
        return str(part["text"]) if "text" in part else Path(part["file"]).read_text(encoding="utf-8")
    return Path(part).read_text(encoding="utf-8")


def _byline(meta: Metadata, words: Mapping[str, str]) -> str:
    authors = [str(a.get("name") if isinstance(a, dict) else a) for a in as_list(meta.get("author"))]
    rows = []
    if authors:
        rows.append((words["title-block-author-plural" if len(authors) > 1 else "title-block-author-single"], ", ".join(authors)))
    if meta.get("date"):
        rows.append((words["title-block-published"], str(meta["date"])))
    return "".join(
        f'<div><div class="quarto-title-meta-heading">{escape(name)}</div>'
        f'<div class="quarto-title-meta-contents">{escape(text)}</div></div>'
        for name, text in rows
    )


def _other_formats(
    document: Document, project: Project, meta: Metadata, siblings: Sequence[Format], words: Mapping[str, str]
) -> str:
    others = [each for each in siblings if each.base == "typst"]
    if not others or meta.get("format-links") is False:
        return ""
    links = "".join(
        f'<li><a href="{escape(project.output(document.path, each.metadata, each.suffix).name)}">PDF</a></li>' for each in others
    )
    title = escape(words["related-formats-title"])
    return f'<nav class="quarto-alternate-formats" aria-labelledby="formats-title"><h2 id="formats-title">{title}</h2><ul>{links}</ul></nav>'


def _href(project: Project, target: str, here: PurePosixPath) -> str:
    """A link of the navigation, written relative to the project, as a link from the page `here`."""
    if re.match(r"[a-z]+:|#|//", target):
        return target
    path, hash_, anchor = target.lstrip("/").partition("#")
    page = _page_of(project, project.root / path) if path.endswith(INPUTS) else PurePosixPath(path)
    return _relative_url(page, here) + hash_ + anchor


def _relative_url(page: PurePosixPath, here: PurePosixPath) -> str:
    return PurePosixPath(os.path.relpath(page, here.parent)).as_posix()


def _page_of(project: Project, source: Path) -> PurePosixPath:
    """Where the page of a source goes; raises `FileNotFoundError` when there is no such source."""
    if not source.is_file():
        raise FileNotFoundError(source)
    layers = project.layers(source)
    return project.output(source, merge(*layers, absolute(read_front_matter(source), source.parent)), ".html")


def _item(project: Project, item: Any, here: PurePosixPath) -> str:
    """One entry of the navigation: a link, a menu, a section with contents, a rule or a heading."""
    where = str(project.root / "_quarto.yml")
    if isinstance(item, str):
        if set(item) == {"-"}:
            return '<li class="nav-rule"><hr></li>'
        item = {"href": item}
    try:
        href = _href(project, str(item["href"]), here) if item.get("href") else ""
    except FileNotFoundError as error:
        raise PressError(
            "Navigation to a page that does not exist",
            where=where,
            expected="a document of this project",
            got=str(item["href"]),
            hint="correct the path, which is relative to _quarto.yml",
        ) from error
    text = item.get("text") or item.get("section") or item.get("menu-title")
    if text is None and href:
        text = read_front_matter(project.root / str(item["href"]).lstrip("/").partition("#")[0]).get("title", href)
    label = escape(str(text or item.get("icon") or ""))
    current = ' aria-current="page"' if href and PurePosixPath(os.path.normpath(here.parent / href)) == here else ""
    title = f'<a href="{escape(href)}"{current}>{label}</a>' if href else f"<span>{label}</span>"
    contents = item.get("menu") or item.get("contents")
    if not contents:
        return f"<li>{title}</li>"
    inside = "".join(_item(project, each, here) for each in contents)
    return f"<li>{title}<ul>{inside}</ul></li>" if "contents" in item else (
        f'<li class="nav-menu"><details><summary>{label}</summary><ul>{inside}</ul></details></li>'
    )


def _navbar(project: Project, here: PurePosixPath, words: Mapping[str, str]) -> str:
    website = project.website
    navbar = website.get("navbar")
    if not website or navbar is False:
        return ""
    navbar = navbar if isinstance(navbar, dict) else {}
    title = navbar.get("title", website.get("title"))
    up = "../" * (len(here.parts) - 1)
    brand = f'<a class="navbar-brand" href="{up}index.html">{escape(str(title))}</a>' if title else ""
    sides = "".join(
        f'<ul class="navbar-{side}">' + "".join(_item(project, item, here) for item in as_list(navbar.get(side))) + "</ul>"
        for side in ("left", "right")
        if navbar.get(side)
    )
    nav = f'<nav aria-label="{escape(words["navigation"])}">{sides}</nav>' if sides else ""
    return f'<header id="quarto-header" class="navbar">{brand}{nav}</header>' if brand or nav else ""


def _sidebar(project: Project, here: PurePosixPath, words: Mapping[str, str]) -> str:
    """The sidebar that holds this page; a site may have several."""
    for sidebar in as_list(project.website.get("sidebar")):
        contents = as_list(sidebar.get("contents")) if isinstance(sidebar, dict) else []
        entries = "".join(_item(project, item, here) for item in contents)
        if 'aria-current="page"' in entries:
            label = escape(str(sidebar.get("title") or words["section-navigation"]))
            heading = f'<p class="sidebar-title">{escape(str(sidebar["title"]))}</p>' if sidebar.get("title") else ""
            return f'<nav id="quarto-sidebar" class="sidebar" aria-label="{label}">{heading}<ul>{entries}</ul></nav>'
    return ""


def _footer(project: Project) -> str:
    footer = project.website.get("page-footer")
    if not footer:
        return ""
    parts = footer if isinstance(footer, dict) else {"center": footer}
    shown = "".join(f'<div class="nav-footer-{k}">{_inline(str(parts[k]))}</div>' for k in ("left", "center", "right") if parts.get(k))
    return f'<footer class="nav-footer">{shown}</footer>'


def _inline(markdown: str) -> str:
    """A line of Markdown with links, as HTML."""
    text = escape(markdown, quote=False)
    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>', text)


def _rewrite_links(page: str, document: Document, project: Project, here: PurePosixPath) -> str:
    """Links to sources become links to pages; paths from the root of the project become relative."""
    folder = document.path.parent.resolve()

    def rewrite(match: re.Match[str]) -> str:
        target = urllib.parse.unquote(match["target"])
        if not target or re.match(r"[a-z]+:|//", target):
            return match[0]
        from_root = target.startswith("/")
        if not target.endswith(INPUTS):
            return f'{match["attribute"]}="{_href(project, target, here)}{match["rest"]}"' if from_root else match[0]
        source = project.root / target[1:] if from_root else folder / target
        try:
            page_path = _page_of(project, source)
        except FileNotFoundError as error:
            raise PressError(
                "Link to a document that does not exist",
                where=document.where(target),
                expected=f"a document at {source}",
                got=target,
                hint="a path is relative to the document; one that starts with / to the project",
            ) from error
        return f'{match["attribute"]}="{_relative_url(page_path, here)}{match["rest"]}"'

    return LINK.sub(rewrite, page)
