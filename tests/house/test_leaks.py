"""Documents, notebooks and git see no answers: what they read is publishable, and what is committed names nobody."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.documents.leaks import held

ROOT = Path(__file__).parents[2]
#: Files that the pipeline makes, by their beginning; of these only the publishable ones may be shown.
MADE = re.compile(r"\b[0-9]-(?:harmonised|weight\w*|estimates|selectivity|comparisons|trends|pooled|cells)\b")
#: What an answer or an exact figure could be had from, besides the door that applies the rules (analysis.monitor).
EXACT = {
    f"analysis.{name}" for name in ("estimation", "design", "comparisons", "trend", "pooling", "survey", "weighting")
}
EXACT |= {"deliveries", "pyreadstat"}


def sources(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".qmd", ".ipynb"))


def exact_files(text: str) -> list[str]:
    return MADE.findall(text)


@pytest.mark.parametrize("folder", ["src/presentation", "src/opendata", "src/press", "report", "notebooks"])
def test_what_is_shown_is_read_from_publishable_files(folder: str) -> None:
    """So charts, text alternatives, notes, search index and spreadsheets cannot be finer than the rules allow."""
    found = {path.name: exact_files(path.read_text(encoding="utf-8")) for path in sources(folder)}
    assert found and not {name: files for name, files in found.items() if files}


@pytest.mark.parametrize(
    "text", ["pd.read_parquet('data/processed/3-estimates.parquet')", '"2-weighted-employees"', "1-harmonised.json"]
)
def test_an_exact_file_is_recognised(text: str) -> None:
    assert exact_files(text)
    assert not exact_files("5-publishable-estimates.parquet")


def unpublishable(cells: list[str]) -> set[str]:
    """What a notebook imports that could tell an answer, or a model whose coefficients no rule was applied to."""
    names, code = set(), "\n".join(re.sub(r"^\s*[%!].*", "", cell, flags=re.MULTILINE) for cell in cells)
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    wrong = {name for name in names if {name, name.partition(".")[0]} & EXACT}
    rows = {name for name in names if name.startswith("analysis.models")} | set(re.findall(r"\.designs\b", code))
    shown = set(re.findall(r"\.(?:table|coefficients|covariance\w*)\b", code))
    return wrong | shown | (set() if "publish_model(" in code else rows)


def cells(path: Path) -> list[str]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", sources("notebooks"), ids=lambda path: path.name)
def test_a_notebook_shows_publishable_figures_alone(path: Path) -> None:
    assert unpublishable(cells(path)) == set()


@pytest.mark.parametrize(
    "cell",
    [
        "from analysis.estimation import estimate",
        "import pyreadstat",
        "from analysis import survey",
        "from deliveries.harmonise import examine",
        "from analysis import models\nfit = models.quasibinomial(design, y, x)\nfit",
        "from analysis import models\nmodels.publish_model(fit, settings)\nfit.coefficients",
        "from analysis.monitor import Monitor\nMonitor().designs[2024].respondents.head()",
    ],
)
def test_a_notebook_that_could_show_more_is_recognised(cell: str) -> None:
    assert unpublishable(["%matplotlib inline\n", cell])


def test_a_notebook_may_cut_and_model_by_the_doors_that_apply_the_rules() -> None:
    cell = "from analysis.monitor import Monitor\nMonitor().estimate('threat', by='gender')"
    assert unpublishable([cell, "from analysis.models import publish_model\npublish_model(fit, settings)"]) == set()


def told(text: str, numbers: frozenset[str]) -> set[str]:
    return {*numbers} & set(re.findall(r"[\w-]+", text))


def test_git_holds_the_number_of_no_respondent() -> None:
    """The synthetic deliveries are data (.sav) that their manifest lists; in words and code nobody is named."""
    numbers = held().numbers
    assert len(numbers) > 1000 and told(f"met nummer {min(numbers)}, ja", numbers) == {min(numbers)}
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = {Path("data/raw") / one["file"] for one in manifest()}
    paths = [ROOT / name for name in names.split("\0") if name and Path(name) not in listed and (ROOT / name).exists()]
    assert not {path.name for path in paths if told(path.read_text(encoding="utf-8", errors="ignore"), numbers)}


def manifest() -> list[dict]:
    return yaml.safe_load((ROOT / "data" / "raw" / "manifest.yml").read_text(encoding="utf-8"))["deliveries"]


def test_every_committed_delivery_says_that_it_is_synthetic() -> None:
    assert {one["origin"] for one in manifest()} == {"synthetic"}
    ignored = subprocess.run(["git", "check-ignore", "data/raw/real/corrections.yml"], cwd=ROOT, capture_output=True)
    assert ignored.returncode == 0


def notes_in(picture: bytes) -> set[bytes]:
    """The parts of a PNG that hold words, a place, a time or a camera."""
    return {kind for kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME") if kind in picture}


def test_committed_pictures_hold_nothing_but_the_picture() -> None:
    names = subprocess.run(["git", "ls-files", "-z", "*.png"], cwd=ROOT, capture_output=True, text=True, check=True)
    pictures = [ROOT / name for name in names.stdout.split("\0") if name]
    assert pictures and not {path.name for path in pictures if notes_in(path.read_bytes())}
    assert notes_in(b"\x89PNG....tEXtAuthor\0Jansen") == {b"tEXt"}
