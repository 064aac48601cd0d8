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

CASES = Path(__file__).parent / "parity"
SOURCES = sorted(CASES.glob("[0-9]*.qmd"))
PARAMETERS = {"06-params": {"provincie": "Utrecht"}}


def _outline() -> ModuleType:
    spec = importlib.util.spec_from_file_location("outline", CASES / "outline.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every case, rendered once in both formats."""
    out = tmp_path_factory.mktemp("parity")
    project = load_project(CASES)
    for source in SOURCES:
        render(source, project, ["html", "typst"], out, PARAMETERS.get(source.stem))
    return out


def test_all_cases_are_there() -> None:
    assert len(SOURCES) == 18


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_page_has_the_text_and_structure_that_quarto_gives_it(source: Path, published: Path) -> None:
    ours = _outline().outline((published / f"{source.stem}.html").read_text(encoding="utf-8"))
    assert ours == json.loads((CASES / f"{source.stem}.html.json").read_text(encoding="utf-8"))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) reads the words of a PDF")
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_pdf_has_the_words_that_quarto_gives_it_in_the_same_order(source: Path, published: Path) -> None:
    command = ["pdftotext", "-layout", str(published / f"{source.stem}.pdf"), "-"]
    ours = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    theirs = (CASES / f"{source.stem}.pdf.txt").read_text(encoding="utf-8")
    assert re.findall(r"\w+", ours) == re.findall(r"\w+", theirs)
