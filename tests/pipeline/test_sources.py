"""What a task rests on is found in the imports and the includes, not listed by hand."""

from __future__ import annotations

import dis
import importlib
import inspect
from collections.abc import Callable, Iterable
from types import CodeType, ModuleType

import pytest

from pipeline.folders import REPORT, ROOT
from pipeline.sources import FRONT, page_sources, parts_of, publications, sources_of


def names(*modules: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in sources_of(*modules)}


def test_modules_are_followed_to_what_they_import() -> None:
    found = names("analysis.weighting")
    # weighting imports calibration and population; population imports declared and errors.
    assert {"src/analysis/weighting.py", "src/analysis/calibration.py", "src/analysis/declared.py"} <= found
    assert "src/analysis/harmonise.py" not in found
    assert "src/analysis/__init__.py" in found
    assert names("deliveries.harmonise").isdisjoint({"src/analysis/weighting.py", "src/analysis/comparisons.py"})


def test_the_pipelines_own_modules_count_too() -> None:
    assert {"pipeline/place.py", "pipeline/folders.py", "src/press/site.py"} <= names("pipeline.place")


def test_no_task_rests_on_an_empty_list() -> None:
    """Guards a bug: pytask calls the empty lists of two tasks one input, after either, and runs what is up to date."""
    modules = (importlib.import_module(f"pipeline.{path.stem}") for path in (ROOT / "pipeline").glob("task_*.py"))
    tasks = {name: task for module in modules for name, task in vars(module).items() if name.startswith("task_")}
    assert len(tasks) > 20
    inputs = {(name, each.name): each.default for name, task in tasks.items() for each in parameters(task)}
    assert [of for of, default in inputs.items() if default == []] == []


def parameters(task: Callable[..., object]) -> Iterable[inspect.Parameter]:
    return inspect.signature(task).parameters.values()


def test_what_is_not_ours_is_left_out() -> None:
    assert all(
        name.startswith(("src/", "pipeline/")) for name in names("press", "presentation.exhibits", "pipeline.place")
    )
    assert names("pandas", "json") == set()


def test_a_body_belongs_to_the_documents_of_its_product_and_to_no_other() -> None:
    """So one word changed in the province body concerns exactly the twelve province sheets."""
    body = REPORT / "_province.qmd"
    with_body = {publication.name for publication in publications() if body in parts_of(REPORT / publication.source)[0]}
    assert with_body == {publication.name for publication in publications() if publication.product == "province"}
    assert len([name for name in with_body if name.startswith("2024/")]) == 12
    others = [source for source in (*page_sources(), FRONT) if not source.parent.name.isdigit()]
    assert len(others) >= 3
    assert not [source for source in others if body in parts_of(source)[0]]


def test_documents_rest_on_the_code_that_their_bodies_import() -> None:
    _, modules = parts_of(REPORT / "2024" / "flevoland.qmd")
    assert {"presentation.factsheets", "presentation.exhibits"} <= set(modules)
    assert "src/presentation/dutch.py" in names(*modules)


@pytest.mark.parametrize(
    "module", ["task_figures", "task_protection", "task_attack", "task_documents", "task_fieldwork"]
)
def test_a_task_declares_the_code_that_it_calls(module: str) -> None:
    """Guards a bug: data files were not made again when the code that writes them changed."""
    tasks = importlib.import_module(f"pipeline.{module}")
    functions = {name: task for name, task in vars(tasks).items() if name.startswith("task_")}
    assert functions
    for name, task in functions.items():
        defaults = {key: parameter.default for key, parameter in inspect.signature(task).parameters.items()}
        declared = {path for key in ("code", "files") for path in defaults.get(key, [])}
        notes = {note.stem for note in defaults.get("alike", [])} - {"copied"}  # that one is of notebooks
        declared |= {path for note in notes for path in tasks.SHARED[note]}
        used = {module_of(tasks, word) for word in names_in(task.__code__)} - {tasks.__name__}  # pytask watches that
        missing = {file for where in used for file in sources_of(where) if file.is_relative_to(ROOT / "src")} - declared
        assert not missing, f"{name} does not declare {sorted(missing)}"


def names_in(code: CodeType) -> set[str]:
    """The names that a function's body looks up, those of its comprehensions too, and the modules that it imports."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    imported, package = set(), ""
    for step in dis.get_instructions(code):
        package = step.argval if step.opname == "IMPORT_NAME" else package
        imported |= {f"{package}.{step.argval}"} if step.opname == "IMPORT_FROM" else set()
    return {*code.co_names, *imported, *(name for part in inner for name in names_in(part))}


def module_of(tasks: ModuleType, name: str) -> str:
    """The module of ours that a name in a task's body stands for, or is defined in."""
    value = vars(tasks).get(name, name)  # a name that the body imports is the name of a module itself
    if isinstance(value, ModuleType):
        return value.__name__
    return value if isinstance(value, str) else str(getattr(value, "__module__", ""))
