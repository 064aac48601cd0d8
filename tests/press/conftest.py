"""A place to write small documents and projects, and the house format for those that need it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from press import Project, Rendered, load_project, render

ROOT = Path(__file__).parents[2]
FRONT = "---\ntitle: Proef\nlang: nl\ntime-limit: 60\n---\n"
#: what stands beside the document
BESIDE = {
    "_quarto.yml": "project: {type: website, output-dir: out, execute-dir: project}\nlang: nl\n",
    ".gitignore": "/made/\n*.log\n",
    "kept.txt": "blijft",
    "folder/part.txt": "blijft",
    "endless.py": "while True: pass",
    "folder/_picture.qmd": "Een.\n![Alt](weg.png)",
    "folder/_outer.qmd": "Een.\n\n{{< include folder/nested.qmd >}}",
    "folder/_cell.qmd": "Een.\n```{python}\n1 / 0\n```",
    "proef.qmd": FRONT + "Eerst.",
}


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


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with everything that faults need, published."""
    folder = tmp_path_factory.mktemp("published")
    for name, text in BESIDE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    render(folder / "proef.qmd", load_project(folder), ["html", "typst"])
    return folder


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Project:
    """A copy of the project for one test."""
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return load_project(tmp_path)


def files(folder: Path) -> dict[str, bytes]:
    """Every file and folder below a folder, with the bytes of files."""
    paths = sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in paths}


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the press makes its temporary folders: empty afterwards, whatever happened."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder
