"""Which source files a task rests on: found in the imports, not listed by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pipeline.folders import SOURCES

_INCLUDE = re.compile(r"{{<\s*include\s+(\S+)\s*>}}")
_CELL = re.compile(r"^```{python}\n(.*?)^```", re.MULTILINE | re.DOTALL)


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


def includes_of(document: Path) -> list[Path]:
    """The document itself and every file that it includes, directly or not."""
    found = [document]
    for name in _INCLUDE.findall(document.read_text(encoding="utf-8")):
        found += includes_of((document.parent / name).resolve())
    return list(dict.fromkeys(found))


def modules_of(documents: Iterable[Path]) -> list[str]:
    """Names of the modules that the code cells of these documents import."""
    names: set[str] = set()
    for document in documents:
        for cell in _CELL.findall(document.read_text(encoding="utf-8")):
            names |= set(_imported(ast.parse(cell)))
    return sorted(names)


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
