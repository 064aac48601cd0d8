"""Where a `quarto` command is found, both engines render the same sources and must agree; else this is skipped."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from press import load_project, render
from tests.press.test_parity import CASES, PARAMETERS, outline

ROOT = Path(__file__).parents[2]
SAMPLE = ["06-params", "32-subfiguren", "35-pandas-gt", "56-samen"]
STUB = Path("report/2024/zeeland.qmd")
QUARTO = shutil.which("quarto")

pytestmark = pytest.mark.skipif(
    QUARTO is None,
    reason="no `quarto` on PATH; with one, this renders four cases of tests/press/parity and the factsheet of Zeeland "
    "with Quarto and with the embedded engine, and compares the pages and the words of the PDFs",
)


def _quarto(source: Path, *options: str) -> None:
    command = [str(QUARTO), "render", str(source), *options]
    environment = os.environ | {"QUARTO_PYTHON": sys.executable}
    done = subprocess.run(command, cwd=source.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _words(pdf: Path) -> list[str]:
    command = ["pdftotext", "-layout", str(pdf), "-"]
    return re.findall(r"\w+", subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("name", SAMPLE)
def test_both_engines_give_the_same(name: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", shutil.copytree(CASES, tmp_path / "theirs")
    given = [f"{key}:{value}" for key, value in PARAMETERS.get(name, {}).items()]
    parameters = [word for each in given for word in ("-P", each)]
    _quarto(theirs / f"{name}.qmd", "--to", "html", *parameters)
    _quarto(theirs / f"{name}.qmd", "--to", "typst", "-M", "pdf-standard:ua-1", *parameters)
    for format in ("html", "typst"):
        render(CASES / f"{name}.qmd", load_project(CASES), [format], ours, PARAMETERS.get(name))
    page = f"{name}.html"
    assert outline(ours / page) == outline(theirs / page)
    if shutil.which("pdftotext"):
        assert _words(ours / f"{name}.pdf") == _words(theirs / f"{name}.pdf")


def test_both_engines_give_the_same_factsheet(tmp_path: Path) -> None:
    """A document of this repository, in a copy: text and structure of its page."""
    if not (ROOT / "data" / "processed").is_dir():
        pytest.skip("no figures in data/processed: run `make figures` first")
    copy = tmp_path / "copy"
    for name in ("_extensions", "config", "data", "report", "src"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("real", "__pycache__"))
    shutil.copytree(ROOT / "notebooks", copy / "report" / "notebooks", dirs_exist_ok=True)
    shutil.copy(ROOT / "_environment", copy)
    settings = (ROOT / "_quarto.yml").read_text(encoding="utf-8")
    # the figures are there already
    (copy / "_quarto.yml").write_text(re.sub(r"(?m)^  pre-render: .*\n", "", settings), encoding="utf-8")
    theirs, ours = copy / "publication", tmp_path / "ours"
    _quarto(copy / STUB, "--to", "monitor-html")
    render(copy / STUB, load_project(copy), ["html"], ours)
    (page,) = theirs.glob("report/2024/*.html")
    assert outline(ours / page.relative_to(theirs)) == outline(page)
