"""Imports go one way, and only the pipeline touches files (rules 1, 2 and 4 of the house)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {path.name for path in (ROOT / "src").iterdir() if path.is_dir() and path.name != "__pycache__"}
# Fieldwork and deliveries rest on how analysis reads a questionnaire and says what is wrong; never on its figures.
MAY_IMPORT = {
    **{"fieldwork": {"analysis"}, "deliveries": {"analysis"}, "analysis": set()},
    **{"presentation": {"analysis"}, "press": set(), "audit": set()},
    **{"opendata": {"analysis", "presentation"}},
}
FOUNDATION = {
    *("analysis.declared", "analysis.errors", "analysis.questionnaire", "analysis.settings"),
    "analysis.families",  # a series break is read in one place
}
MODULES = sorted((ROOT / "src").rglob("*.py"))
WRITES = {"write_text", "write_bytes", "to_parquet", "to_csv", "to_excel", "write_sav", "mkdir", "unlink"}
# The 3,500 of the house for statistics, tables and charts are two budgets, so that each stays small by itself. In
# analysis a hundred lines are the totals by which many domains are estimated at once, and a hundred hold rows, weights
# and answers against population and codebook: a row that stands twice or was left out makes numbers that look right.
# Sixty are two waves together, for groups of which one has few respondents; fifteen the headline by other rules
# for open questions; sixty are what a message may quote of an answer, models as they may be published, and what is told
# of the whole country alone.
# 505 are what must be withheld so that no answer of a small group follows: what figures tell, who is in which cell, and
# the programs that find the least loss; 15 that what is withheld is no verdict of too few. 65 are answers that are
# shown together before they are withheld: counted, checked, held against each, and known as their sum; 90 are questions
# that count the same answers, of which one follows from the other, and what an attack asked to be stricter about.
# presentation: 2,500 to show figures, 220 to hold those of a released edition against what was published and to tell
# readers of it, 390 for products with words of their own: chapters, method, five minutes, organisations; 50 are the
# page on which all figures are looked up, 40 the heads of the small modules of sheets and their exhibits, 50 two
# waves together as a second column, 30 women and men within a function or layer, and 12 labels that are drawn without
# a layout; 8 that what differs little is not said to be alike, 4 a sheet's own group among its kind,
# 10 what most answered as the title of bars; 10 that a correction of a few respondents waits; 85 are the page that
# tells how many figures are withheld and what an attack found, 30 that what is withheld is told apart from too few, and
# 15 draw answers that are shown together in the place of each.
# deliveries: 1,575 for reading and examining without telling what a person answered, and 560 because the codebook and
# its DDI stand there too.
# opendata: 600 for tabellenboek and data files; 95 are the columns told in two languages, 115 the catalogue of DCAT-AP,
# 60 what the page that looks figures up loads, 50 the count of what is withheld in every product.
# audit: 480 for a reader of its own for every kind of file, 120 for rules of form, 760 for what follows from figures
# and for the proof, by integer programs, of what does not; 40 that it is done in parts, each
# once; 95 are questions of which one follows from others; 45 that it is quick: of what is wide no more is asked, and
# other answers are looked for from those that were found.
BUDGET = {
    **{"analysis": 3535, "presentation": 3500, "opendata": 930},
    **{"press": 2540, "fieldwork": 2000, "deliveries": 2165},
    "audit": 1654,
}
VAGUE = {"utils", "util", "base", "helpers", "common", "misc", "tools", "core", "functions"}
# The codebook tells what was asked, of which analysis knows nothing: its page looks that up where deliveries are read.
DOCUMENT_IMPORTS = {
    *("sys", "deliveries", "presentation"),
    *("presentation.factsheets", "presentation.publications", "presentation.results"),
}


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_no_package_imports_another() -> None:
    wrong = {}
    for module in MODULES:
        package = module.relative_to(ROOT / "src").parts[0]
        tops = {name.partition(".")[0] for name in imported(ast.parse(module.read_text(encoding="utf-8")))}
        foreign = (tops & (PACKAGES | {"pipeline"})) - {package} - MAY_IMPORT[package]
        if foreign:
            wrong[str(module.relative_to(ROOT))] = foreign
    assert not wrong


def test_fieldwork_and_deliveries_rest_on_the_foundation_only() -> None:
    wrong = {}
    for package in ("fieldwork", "deliveries"):
        for module in (ROOT / "src" / package).rglob("*.py"):
            names = imported(ast.parse(module.read_text(encoding="utf-8")))
            wrong[module.name] = {name for name in names if name.startswith("analysis")} - FOUNDATION
    assert not {name: found for name, found in wrong.items() if found}


def test_only_the_pipeline_writes() -> None:
    wrong = []
    for module in MODULES:
        package = module.relative_to(ROOT / "src").parts[0]
        if package not in ("analysis", "presentation", "opendata", "fieldwork", "deliveries"):
            continue
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                wrong.append(f"{module.relative_to(ROOT)}:{node.lineno} {node.func.attr}")
    # pyreadstat writes only to a path: the bytes of a delivery are made in a folder that is thrown away at once.
    assert [line for line in wrong if "write_sav" not in line] == []


def test_module_names_are_nouns_of_the_field() -> None:
    assert not [path for path in MODULES if path.stem in VAGUE]


@pytest.mark.parametrize("package", sorted(BUDGET))
def test_packages_stay_within_their_budget(package: str) -> None:
    total = sum(code_lines(path) for path in (ROOT / "src" / package).rglob("*.py"))
    assert 0 < total <= BUDGET[package]


def code_lines(path: Path) -> int:
    """Lines without blank ones and docstrings."""
    text = path.read_text(encoding="utf-8")
    docstrings = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            first = node.body[0]
            docstrings |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines = enumerate(text.splitlines(), start=1)
    return sum(1 for number, line in lines if line.strip() and number not in docstrings)


def test_nothing_happens_at_import() -> None:
    """No module reads a file, a clock or the environment when it is imported."""
    acting = re.compile(r"\b(read_text|read_csv|read_parquet|open|getenv|environ|now|today|print)\b")
    wrong = []
    for module in MODULES:
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            runs = isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign) and not isinstance(node.value, ast.Constant)
            if runs and acting.search(ast.unparse(node)):
                wrong.append(f"{module.relative_to(ROOT)}:{node.lineno}")
    assert not wrong


def documents() -> list[Path]:
    return sorted(path for path in (ROOT / "report").rglob("*.qmd"))


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT / "report").as_posix())
def test_documents_only_look_up(document: Path) -> None:
    cells = re.findall(r"^```{python}\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for cell in cells:
        assert imported(ast.parse(cell)) <= DOCUMENT_IMPORTS


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT / "report").as_posix())
def test_no_digit_is_typed_in_prose(document: Path) -> None:
    assert re.findall(r".*\d.*", prose(document.read_text(encoding="utf-8"))) == []


#: Words that tell how much or how often something is; behind "als", "hoe" and the like they tell no result.
RESULT = re.compile(
    r"\b(?:de meeste|(?:komt|komen|kwam|kwamen) (?:heel |erg )?(?:weinig|veel|vaak|zelden) voor"
    r"|veel (?:groter|kleiner|hoger|lager|vaker|meer|minder)|bijna (?:nooit|altijd|iedereen|niemand)"
    r"|het gaat om weinig|deden (?:\w+ )?(?:weinig|veel|genoeg) \w+"
    r"|meestal|zelden)\b|^(?:meer|minder) \w+en\b",
    re.IGNORECASE,
)
SUPPOSED = re.compile(r"\b(?:als|hoe|of|waarom)\b", re.IGNORECASE)


def results(text: str) -> list[str]:
    """Sentences of prose that tell a result, which figures could contradict."""
    sentences = re.split(r"(?<=[.?!])\s+|\n{2,}", prose(text))
    return [
        " ".join(one.split()) for one in sentences if RESULT.search(" ".join(one.split())) and not SUPPOSED.search(one)
    ]


#: Interviews (in-depth chapters) are no figures, and the rules for what is shown name what is meant by bare and rare.
CHAPTERS = [path for path in documents() if not path.stem.startswith("in-depth") and path.stem != "protection"]


@pytest.mark.parametrize("document", CHAPTERS, ids=lambda path: path.relative_to(ROOT / "report").as_posix())
def test_no_result_is_typed_in_prose(document: Path) -> None:
    assert results(document.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Meer mensen zien agressie tegen een collega dan er zelf mee te maken krijgen.",
        "Fysieke agressie komt weinig voor; dat is zo.",
        "Bij provincies deden weinig vrouwen mee.",
        "Daar is het aandeel veel groter.",
        "De meeste verschillen vallen binnen de onzekerheid.",
    ],
)
def test_a_result_in_prose_is_recognised(sentence: str) -> None:
    assert results(f"Een zin ervoor. {sentence} Hoe minder mensen, hoe ruimer.") == [sentence]


def prose(text: str) -> str:
    """What an author typed in a document: no front matter, code, addresses or names."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)  # front matter: titles come from publications.csv
    text = re.sub(r"```{python}.*?```", "", text, flags=re.DOTALL)
    text = re.sub(r"`{python}.*?`", "", text)
    text = re.sub(r"\]\([^)]*\)|{[^}]*}|{{<.*?>}}|<!--.*?-->|@[\w-]+", "", text, flags=re.DOTALL)
    return re.sub(r"CC BY 4\.0|EN 301 549|WCAG 2\.[12]|PDF/UA-1|PDF/A-2a", "", text)  # names, not figures
