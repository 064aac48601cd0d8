"""The embedded engine against Quarto itself, on sources that Quarto rendered (see parity/README.md)."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from press import load_project, render
from press.__main__ import main

CASES = Path(__file__).parent / "parity"
SOURCES = sorted(path for path in CASES.glob("[0-9]*.*") if path.suffix in (".qmd", ".ipynb"))
PARAMETERS = {"06-params": {"provincie": "Utrecht"}, "56-samen": {"provincie": "Utrecht"}}
#: Cases of which Quarto itself makes no accessible PDF.
PAGE_ONLY = {"64-titel-uit-kop", "68-fout"}


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, CASES / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outline(page: Path) -> list[dict]:
    """Text and structure of a page."""
    return _module("outline").outline(page.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every case, rendered in both formats, each by itself: figures have the size of the format."""
    out = tmp_path_factory.mktemp("parity")
    project = load_project(CASES)
    for source in SOURCES:
        for format in ("html", "typst"):
            render(source, project, [format], out, PARAMETERS.get(source.stem))
    return out


def test_all_cases_are_there() -> None:
    assert len(SOURCES) == 68
    assert {path.stem for path in SOURCES if not (CASES / f"{path.stem}.pdf.txt").exists()} == PAGE_ONLY


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_page_has_the_text_and_structure_that_quarto_gives_it(source: Path, published: Path) -> None:
    assert outline(published / f"{source.stem}.html") == json.loads(
        (CASES / f"{source.stem}.html.json").read_text(encoding="utf-8")
    )


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) reads the words of a PDF")
@pytest.mark.parametrize("source", [path for path in SOURCES if path.stem not in PAGE_ONLY], ids=lambda path: path.stem)
def test_pdf_has_the_words_that_quarto_gives_it_in_the_same_order(source: Path, published: Path) -> None:
    command = ["pdftotext", "-layout", str(published / f"{source.stem}.pdf"), "-"]
    ours = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    theirs = (CASES / f"{source.stem}.pdf.txt").read_text(encoding="utf-8")
    assert re.findall(r"\w+", ours) == re.findall(r"\w+", theirs)


def test_site_has_the_files_pages_and_navigation_that_quarto_gives_it(tmp_path: Path) -> None:
    """Metadata of folders, aliases, navigation, contents, other formats, links between pages and `-P`."""
    root = shutil.copytree(CASES / "site", tmp_path / "site")
    assert main(["render", str(root)]) == 0
    assert main(["render", str(root / "bladen" / "drenthe.qmd"), "-P", "provincie:Utrecht", "-P", "jaar:2024"]) == 0
    theirs = json.loads((CASES / "site.json").read_text(encoding="utf-8"))
    ours = _module("navigation").site(root / "uit")
    assert ours["files"] == theirs["files"]
    for page, found in theirs["pages"].items():
        assert ours["pages"][page] == found, page
