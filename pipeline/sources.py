"""What tasks rest on: deliveries, documents with their includes, and source files found in the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from analysis.publications import Publication, read_publications
from deliveries.passports import check_documented, delivered_below, deliveries
from pipeline.folders import CONFIG, NOTEBOOKS, RAW, REPORT, ROOT, SOURCES
from press.document import Cell, read_document

FRONT = REPORT / "index.qmd"
MANIFESTS = [path for path in (RAW / "manifest.yml", RAW / "real" / "manifest.yml") if path.exists()]


@cache
def delivered_files() -> tuple[Path, ...]:
    """The files of all deliveries; raises MonitorError for a file without a passport, a passport without its file."""
    check_documented(delivered_below(RAW), MANIFESTS)
    return tuple(folder / passport.file for folder, passport in deliveries(MANIFESTS))


@cache
def delivered_surveys() -> tuple[str, ...]:
    """The surveys of which there are deliveries, by name."""
    return tuple(sorted({passport.survey for _, passport in deliveries(MANIFESTS)}))


@cache
def publications() -> tuple[Publication, ...]:
    """The rows of publications.csv; read once a build."""
    return tuple(read_publications(CONFIG / "publications.csv"))


def page_sources() -> list[Path]:
    """The source of every page but the front page, which is made after them. A notebook is one in notebooks/."""
    stubs = [REPORT / publication.source for publication in publications()]
    return [*stubs, REPORT / "methods.qmd", *sorted(NOTEBOOKS.glob("*.ipynb"))]


@cache
def sources_of(*modules: str) -> list[Path]:
    """Files under src and pipeline of these modules and of all that they import, directly or not."""
    found: set[Path] = set()
    waiting = [path for module in modules for path in _files(module)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [file for name in _imports(path) for file in _files(name)]
    return sorted(found)


@cache
def parts_of(source: Path) -> tuple[list[Path], list[str]]:
    """The files that a document consists of, includes among them, and the modules that its cells import.

    Raises PressError for a source that the press does not understand, such as one whose include is not there.
    """
    document = read_document(source, ROOT)
    files = list(dict.fromkeys([source, *(line.file for line in document.lines)]))
    cells = [block.source for block in document.blocks if isinstance(block, Cell)]
    return files, sorted({name for cell in cells for name in _imported(ast.parse(cell))})


@cache
def _imports(path: Path) -> tuple[str, ...]:
    return tuple(_imported(ast.parse(path.read_text(encoding="utf-8"))))


def _imported(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _files(module: str) -> list[Path]:
    """The module's file with the __init__ of every package above it; nothing for what is not ours."""
    parts = module.split(".")
    folder = ROOT if parts[0] == "pipeline" else SOURCES
    places = [folder.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    places.append(folder.joinpath(*parts).with_suffix(".py"))
    return [place for place in places if place.exists()]
