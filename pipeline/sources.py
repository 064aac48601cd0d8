"""Which source files a task rests on: found in the imports, not listed by hand."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pipeline.folders import ROOT, SOURCES
from press.document import Cell, read_document


def sources_of(*modules: str) -> list[Path]:
    """Files under src of these modules and of all that they import, directly or not."""
    found: set[Path] = set()
    waiting = [path for module in modules for path in _files(module)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [file for name in _imports(path) for file in _files(name)]
    return sorted(found)


def parts_of(source: Path) -> tuple[list[Path], list[str]]:
    """The files that a document consists of, includes among them, and the modules that its cells import."""
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


def _files(module: str) -> list[Path]:
    """The module's file with the __init__ of every package above it; nothing for what is not under src."""
    parts = module.split(".")
    places = [SOURCES.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    places.append(SOURCES.joinpath(*parts).with_suffix(".py"))
    return [place for place in places if place.exists()]
