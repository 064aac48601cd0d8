"""Links: from a page to other pages of the site, and the navigation that `_quarto.yml` describes."""

from __future__ import annotations

import os
import re
import urllib.parse
from collections.abc import Mapping
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from press.document import read_front_matter
from press.errors import PressError
from press.metadata import absolute, as_list, merge
from press.pandoc import Manuscript
from press.project import INPUTS, Project

ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#")


def follow(target: str, manuscript: Manuscript, here: PurePosixPath) -> str:
    """A link as an author writes it, as a link from the page `here`: sources become their pages.

    Raises `PressError` when it leads to a source that does not exist.
    """
    address, mark, rest = re.match(r"([^#?]*)([#?]?)(.*)", target, re.DOTALL).groups()  # type: ignore[union-attr]
    if not address or ELSEWHERE.match(target):
        return target
    path = urllib.parse.unquote(address)
    project, document = manuscript.project, manuscript.document
    if not path.endswith(INPUTS):
        return (_relative(PurePosixPath(path[1:]), here) if path.startswith("/") else address) + mark + rest
    source = project.root / path[1:] if path.startswith("/") else document.path.parent.resolve() / path
    try:
        return _relative(_page_of(project, source), here) + mark + rest
    except FileNotFoundError as error:
        raise PressError(
            "Link to a document that does not exist",
            where=document.where(path),
            expected=f"a document at {source}",
            got=target,
            hint="a path is relative to the document; one that starts with / to the project",
        ) from error


def _relative(page: PurePosixPath, here: PurePosixPath) -> str:
    return PurePosixPath(os.path.relpath(page, here.parent)).as_posix()


def _page_of(project: Project, source: Path) -> PurePosixPath:
    """Where the page of a source goes; raises `FileNotFoundError` when there is no such source."""
    if not source.is_file():
        raise FileNotFoundError(source)
    front_matter = absolute(read_front_matter(source), source.parent)
    return project.output(source, merge(*project.layers(source), front_matter), ".html")


def _href(project: Project, target: str, here: PurePosixPath) -> str:
    """A link of the navigation, which is written relative to the project, as a link from the page `here`."""
    if ELSEWHERE.match(target):
        return target
    path, mark, anchor = target.lstrip("/").partition("#")
    try:
        page = _page_of(project, project.root / path) if path.endswith(INPUTS) else PurePosixPath(path)
    except FileNotFoundError as error:
        raise PressError(
            "Navigation to a page that does not exist",
            where=str(project.root / "_quarto.yml"),
            expected="a document of this project",
            got=target,
            hint="correct the path, which is relative to _quarto.yml",
        ) from error
    return _relative(page, here) + mark + anchor


def _item(project: Project, given: Any, here: PurePosixPath) -> str:
    """One entry of the navigation: a link, a menu, a section with contents, or a rule."""
    if isinstance(given, str) and set(given) == {"-"}:
        return '<li class="nav-rule"><hr></li>'
    item: Mapping[str, Any] = {"href": given} if isinstance(given, str) else given
    href = _href(project, str(item["href"]), here) if item.get("href") else ""
    text = item.get("text") or item.get("section") or _title(project, str(item.get("href") or ""))
    label = escape(str(text))
    current = ' aria-current="page"' if href and PurePosixPath(os.path.normpath(here.parent / href)) == here else ""
    title = f'<a href="{escape(href)}"{current}>{label}</a>' if href else f"<span>{label}</span>"
    inside = "".join(_item(project, each, here) for each in as_list(item.get("menu") or item.get("contents")))
    if item.get("menu"):
        return f'<li class="nav-menu"><details><summary>{label}</summary><ul>{inside}</ul></details></li>'
    return f"<li>{title}<ul>{inside}</ul></li>" if inside else f"<li>{title}</li>"


def _title(project: Project, target: str) -> str:
    """The title of a document that an entry names without a text of its own."""
    path = target.lstrip("/").partition("#")[0]
    return str(read_front_matter(project.root / path).get("title") or target) if path.endswith(INPUTS) else target


def navbar(project: Project, here: PurePosixPath, words: Mapping[str, str], search: str = "") -> str:
    """The bar at the top of every page of a website; nothing for a lone document."""
    website = project.website
    given = website.get("navbar")
    if not website or given is False:
        return ""
    bar = given if isinstance(given, dict) else {}
    title = bar.get("title", website.get("title"))
    home = "../" * (len(here.parts) - 1) + "index.html"
    brand = f'<a class="navbar-brand" href="{home}">{escape(str(title))}</a>' if title else ""
    lists = ""
    for side in ("left", "right"):
        entries = "".join(_item(project, item, here) for item in as_list(bar.get(side)))
        lists += f'<ul class="navbar-{side}">{entries}</ul>' if entries else ""
    nav = f'<nav aria-label="{escape(words["navigation"])}">{lists}</nav>' if lists else ""
    return f'<div class="navbar">{brand}{nav}{search}</div>' if brand or nav or search else ""


def sidebar(project: Project, here: PurePosixPath, words: Mapping[str, str]) -> str:
    """The sidebar that holds this page; a site may have several, and a page may stand in none."""
    for each in as_list(project.website.get("sidebar")):
        contents = as_list(each.get("contents")) if isinstance(each, dict) else []
        entries = "".join(_item(project, item, here) for item in contents)
        if 'aria-current="page"' in entries:
            label = escape(str(each.get("title") or words["section-navigation"]))
            inside = f'<details class="folds" open><summary>{label}</summary><ul>{entries}</ul></details>'
            return f'<nav id="quarto-sidebar" class="sidebar" aria-label="{label}">{inside}</nav>'
    return ""


def footer(project: Project, here: PurePosixPath) -> str:
    """The foot of every page: text with links, at the left, in the middle and at the right."""
    given = project.website.get("page-footer")
    parts = given if isinstance(given, dict) else {"center": given}
    shown = ""
    for side in ("left", "center", "right"):
        part = parts.get(side) or ""
        entries = "".join(_item(project, item, here) for item in part) if isinstance(part, list) else ""
        inside = f"<ul>{entries}</ul>" if entries else _line(project, str(part), here)
        shown += f'<div class="nav-footer-{side}">{inside}</div>' if part else ""
    return f'<footer class="nav-footer">{shown}</footer>' if shown else ""


def _line(project: Project, markdown: str, here: PurePosixPath) -> str:
    """A line of Markdown with links, as HTML."""

    def link(match: re.Match[str]) -> str:
        return f'<a href="{escape(_href(project, match[2], here))}">{match[1]}</a>'

    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", link, escape(markdown, quote=False))
