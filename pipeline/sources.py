"""What tasks rest on: deliveries, documents with their includes, and source files found in the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from analysis.errors import MonitorError
from analysis.settings import read_settings
from deliveries.passports import check_documented, delivered_below, deliveries
from pipeline.folders import BUILD, CONFIG, NOT_FOUND, NOTEBOOKS, RAW, REPORT, ROOT, SOURCES
from presentation.publications import Publication, read_publications, reusable
from presentation.reuse import csv_files, shard_file, sheets
from press.document import Cell, read_document

FRONT = REPORT / "index.qmd"
CATALOGUE = REPORT / "voorbeeld-catalogus.jsonld"
MANIFESTS = [path for path in (RAW / "manifest.yml", RAW / "real" / "manifest.yml") if path.exists()]

# Known errors of deliveries; those that name a respondent stand beside the real ones, which git ignores.
CORRECTIONS = [CONFIG / "corrections.yml", *(p for p in [RAW / "real" / "corrections.yml"] if p.exists())]


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
    """The rows of publications.csv, about editions, groups and provinces that there are; read once a build."""
    groups = pd.read_csv(CONFIG / "target_groups.csv")
    subjects = {
        "edition": list(read_settings(CONFIG / "monitor.yml").editions),
        "report": ["all"],
        "five_minutes": ["all"],
        "target_group": list(groups.loc[groups["survey"] != "organisations", "target_group"]),
        "organisations": list(groups.loc[groups["survey"] == "organisations", "target_group"]),
        "province": list(pd.read_csv(CONFIG / "provinces.csv")["province"]),
    }
    return tuple(read_publications(CONFIG / "publications.csv", subjects))


@cache
def reusable_files() -> dict[int, dict[str, Path]]:
    """The files with all figures of each edition that has documents, by their kind; newest first."""
    return {edition: {kind: REPORT / name for kind, name in reusable(edition).items()} for edition in editions()}


@cache
def reusable_tables() -> dict[int, dict[tuple[int, str], Path]]:
    """The CSV files of each edition that has documents, by number of the theme and survey; newest first."""
    return {edition: {of: REPORT / name for of, name in csv_files(edition, ROOT).items()} for edition in editions()}


@cache
def shards() -> dict[tuple[int, int], Path]:
    """The scripts with the rows of each wave and theme, up to the newest edition that has documents."""
    waves = [wave for wave in read_settings(CONFIG / "monitor.yml").waves if wave <= editions()[0]]
    themes = dict.fromkeys(theme for theme, _ in sheets(ROOT))
    return {(wave, theme): REPORT / shard_file(wave, theme) for wave in waves for theme in themes}


@cache
def editions() -> list[int]:
    """The editions that have documents, newest first."""
    return sorted({publication.edition for publication in publications()}, reverse=True)


def shared(name: str) -> Path:
    """Where the sums of files that many tasks rest on are noted."""
    return BUILD / "shared" / f"{name}.json"


def page_sources() -> list[Path]:
    """The source of every page but the front page, which is made after them. A notebook is one in notebooks/.

    Raises MonitorError for a stub that says something else than its row of publications.csv.
    """
    stubs = [REPORT / publication.source for publication in publications()]
    settings = read_settings(CONFIG / "monitor.yml")
    for stub, publication in zip(stubs, publications(), strict=True):
        _check_stub(stub, publication.stub(settings))
    own = [path for path in REPORT.glob("*.qmd") if not path.name.startswith("_") and path != FRONT]
    return [*stubs, *sorted(own), NOT_FOUND, *sorted(NOTEBOOKS.glob("*.ipynb"))]


def name_of(source: Path) -> str:
    """How a person names a document, relative to report/ unless it stands in the root: 2024/flevoland, methods, 404."""
    return source.relative_to(ROOT).with_suffix("").as_posix().removeprefix("report/")


def _check_stub(stub: Path, expected: str) -> None:
    there = stub.read_text(encoding="utf-8") if stub.exists() else ""
    for line, (wanted, got) in enumerate(zip_longest(expected.split("\n"), there.split("\n")), start=1):
        if wanted != got:
            raise MonitorError(
                "Document says something else than its row",
                where=f"{stub.relative_to(ROOT)}, line {line}",
                expected=f"{wanted or 'nothing'}   from config/publications.csv",
                got=got or ("an empty line" if there else "no such file"),
                hint="type make stubs; to change the document, change its row or the body that it includes",
            )


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
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:  # nothing is imported within an expression, and most of a module is that
            waiting += [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.expr)]


@cache
def _files(module: str) -> list[Path]:
    """The module's file with the __init__ of every package above it; nothing for what is not ours."""
    parts = module.split(".")
    folder = ROOT if parts[0] == "pipeline" else SOURCES
    places = [folder.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    places.append(folder.joinpath(*parts).with_suffix(".py"))
    return [place for place in places if place.exists()]
