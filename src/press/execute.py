"""Running the cells of a document in a forked process, and handing back what they showed.

A fork of a process that has already imported the large libraries starts in milliseconds, which a fresh kernel does
not; it cannot touch the state of the next document. The working directory is the root of the project.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
import io
import os
import pickle
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from press.errors import PressError

#: Modules that earlier documents loaded while they ran; later forks inherit them.
_seen: set[str] = set()

#: Libraries that nearly every document loads; imported once, before the first fork.
LIBRARIES = ("IPython.core.interactiveshell", "matplotlib.pyplot", "pandas", "plotnine", "great_tables")


@dataclass(frozen=True)
class Figures:
    """How figures are drawn: size in inches, and the font of the document when it declares one."""

    width: float = 7.0
    height: float = 5.0
    font: str | None = None
    font_folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One thing to run: the code of a cell, or expressions that stand in prose."""

    where: str
    code: str = ""
    expressions: tuple[str, ...] = ()
    allow_error: bool = False
    drop_warnings: bool = False
    figure_size: tuple[float, float] | None = None


@dataclass(frozen=True)
class Output:
    """One output: text of `stdout` or `error`, or a `display` with its data and metadata by mime type."""

    kind: str
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)


def run(steps: Sequence[Step], folder: Path, figures: Figures) -> list[list[Output]]:
    """Run steps in order in a fresh fork whose working directory is `folder`; the outputs of each step.

    Raises `PressError` when a cell fails, or writes anything to standard error.
    """
    if not steps:
        return []
    preload(steps, folder)
    gc.freeze()  # what is here stays, and is shared with the child rather than looked at again
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking is safe here: the child never uses our threads
        child = os.fork()
    if child == 0:
        _in_child(steps, folder, figures, reading, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read()
    _, status = os.waitpid(child, 0)
    if not answer:
        raise PressError(
            "Running the cells ended without an answer",
            where=steps[0].where.partition(", ")[0],
            expected="a process that ends by itself",
            got=f"wait status {status} (9 is a kill, often for lack of memory)",
            hint="run the cells one by one in Jupyter to find the one that ends the process",
        )
    result, imported = pickle.loads(answer)
    _seen.update(imported)
    if isinstance(result, PressError):
        raise result
    return result


def preload(steps: Sequence[Step], folder: Path) -> None:
    """Import the libraries, and the modules that the cells import at their top level, before forking."""
    if LIBRARIES[0] not in sys.modules:
        with contextlib.redirect_stderr(io.StringIO()):  # the first import ever may tell that it builds a font cache
            for name in LIBRARIES:
                importlib.import_module(name)
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    for step in steps:
        for name in _imported(step.code):
            if name not in sys.modules:
                _import(name, step.where)
    for name in sorted(_seen - set(sys.modules)):
        with contextlib.suppress(Exception), contextlib.redirect_stderr(io.StringIO()):
            importlib.import_module(name)
    _seen.clear()


def _imported(code: str) -> list[str]:
    """Modules named by the import statements of a cell."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []  # magics and mistakes: the cell itself will tell
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return names


def _import(name: str, where: str) -> None:
    """Import a module quietly; what it says on standard error fails the render, as it would in a cell."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.simplefilter("ignore", DeprecationWarning)
        importlib.import_module(name)
    if said.getvalue():
        raise _stderr_error(where, f"import {name}: {said.getvalue()}")


def _stderr_error(where: str, text: str) -> PressError:
    return PressError(
        "A cell wrote to standard error",
        where=where,
        expected="nothing on standard error: Quarto would print it in the document",
        got=text.strip(),
        hint="mend the cause; `#| warning: false` on the cell drops a message that is known and harmless",
    )


def _in_child(steps: Sequence[Step], folder: Path, figures: Figures, reading: int, writing: int) -> None:
    """Run everything and leave, whatever happens, without returning into the parent's code."""
    code = 1
    before = set(sys.modules)
    gc.set_threshold(100_000, 50, 100)  # a short life: collecting seldom takes a tenth less time
    try:
        os.close(reading)
        os.chdir(folder)
        try:
            answer: Any = _run_all(steps, figures)
        except PressError as error:
            answer = error
        except BaseException:
            answer = PressError(
                "The press failed while running cells",
                where=steps[0].where,
                expected="outputs",
                got=traceback.format_exc(),
                hint="this is a mistake in the press, not in the document",
            )
        with os.fdopen(writing, "wb") as stream:
            stream.write(pickle.dumps((answer, set(sys.modules) - before)))
        code = 0
    finally:
        os._exit(code)


def _run_all(steps: Sequence[Step], figures: Figures) -> list[list[Output]]:
    from press.shell import Shell

    with tempfile.TemporaryFile() as errors:
        os.dup2(errors.fileno(), 2)
        _default_warnings()
        sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115 - lives as long as the child
        shell = Shell(figures)
        return [_run_step(shell, step, errors) for step in steps]


def _default_warnings() -> None:
    """Warnings as a fresh Python shows them, whatever the process that forked us had set."""

    def show(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any) -> None:
        sys.stderr.write(warnings.formatwarning(message, category, filename, lineno))

    warnings.showwarning = show
    warnings.resetwarnings()
    for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", category)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")


def _run_step(shell: Any, step: Step, errors: Any) -> list[Output]:
    outputs = shell.evaluate(step) if step.expressions else shell.run_cell(step)
    sys.stderr.flush()
    errors.seek(0)
    said = errors.read().decode("utf-8", "replace")
    errors.seek(0)
    errors.truncate()
    if said and not step.drop_warnings:
        raise _stderr_error(step.where, said)
    return outputs
