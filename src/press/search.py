"""Searching a finished website: an index by Pagefind beside the pages, and the field in the bar that asks it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from html import escape
from pathlib import Path

import pagefind_bin

from press.errors import PressError
from press.project import Project

FOLDER = "site_libs/search"


def search_field(project: Project, words: Mapping[str, str]) -> str:
    """The search field of a website that asks for one (`website: search: true`); the script of the press shows it."""
    if not project.website.get("search"):
        return ""
    told = "".join(f' data-{key}="{escape(words[f"search-{key}"])}"' for key in ("none", "some", "first", "served"))
    return (
        f'<search class="site-search" hidden{told}><label for="search-words">{escape(words["search"])}</label>'
        '<input id="search-words" type="search" autocomplete="off">'
        '<div class="search-results" hidden><p role="status"></p><ol></ol></div></search>'
    )


def index(project: Project, site: Path, staging: Path) -> list[Path]:
    """Index all pages of a site below `staging`: the files made, none for a website that asks for no search.

    The same pages give the same bytes. Raises `PressError` when Pagefind fails.
    """
    if not project.website.get("search"):
        return []
    made = staging / FOLDER
    options = ["--output-path", str(made), "--root-selector", "main", "--exclude-selectors", "svg", "--silent"]
    command = [str(pagefind_bin.get_executable()), "--site", str(site), *options]
    done = subprocess.run([*command, "--keep-index-url"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PressError(
            "The site could not be indexed for searching",
            where=str(site),
            expected="pages that Pagefind reads",
            got=(done.stderr or done.stdout).strip(),
            hint="leave out website: search in _quarto.yml to go without",
        )
    unused = ("ui.js", "ui.css", "highlight.js")
    return [path for path in sorted(made.rglob("*")) if path.is_file() and not path.name.endswith(unused)]
