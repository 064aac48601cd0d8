"""A place to write small documents and projects, and the house format for those that need it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from press import Project, Rendered, load_project, render

ROOT = Path(__file__).parents[2]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file in an empty project, without the indentation of the test."""

    def _write(name: str, text: str) -> Path:
        lines = text.strip("\n").split("\n")
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(line[indent:] for line in lines) + "\n", encoding="utf-8")
        return path

    return _write


@pytest.fixture
def publish(tmp_path: Path) -> Callable[..., Rendered]:
    """Render one document of the project in `tmp_path` to its folder `out`."""

    def _publish(source: Path, *to: str, **parameters: object) -> Rendered:
        return render(source, load_project(tmp_path), to or ["html"], tmp_path / "out", dict(parameters))

    return _publish


@pytest.fixture
def house(tmp_path: Path) -> Project:
    """A website in the house format, with the extension of this repository."""
    shutil.copytree(ROOT / "_extensions", tmp_path / "_extensions")
    (tmp_path / "_quarto.yml").write_text(
        "project: {type: website, output-dir: out, execute-dir: project}\n"
        "lang: nl\n"
        "execute: {echo: false}\n"
        "format: {monitor-html: {}, monitor-typst: {}}\n"
        "website:\n"
        "  title: Monitor\n"
        "  navbar: {left: [{href: index.qmd, text: Begin}]}\n"
        "  sidebar: {contents: [index.qmd, {section: Bladen, contents: [blad.qmd]}]}\n",
        encoding="utf-8",
    )
    return load_project(tmp_path)
