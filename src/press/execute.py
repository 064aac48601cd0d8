"""Running the cells of a document in a forked process, and handing back what they showed.

A fork of a process that has already imported the large libraries starts in milliseconds, which a fresh kernel does
not; it cannot touch the state of the next document. The process tells at which step it is by a byte in front of its
answer, so that whatever ends it, the step is known.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import gc
import importlib
import io
import os
import pickle
import select
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from press.errors import PressError
from press.guard import Guard

#: Modules that earlier documents loaded while they ran; later forks inherit them.
_seen: set[str] = set()

#: Libraries that nearly every document loads; imported once, before the first fork.
LIBRARIES = ("IPython.core.interactiveshell", "matplotlib.pyplot", "pandas", "plotnine", "great_tables")
#: What a cell may print, in characters: Pandoc would take minutes over more, and nobody would read it.
MOST_PRINTED = 1_000_000
_BEGUN = b"\0"  # no pickle begins with it
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


@dataclass(frozen=True)
class Figures:
    """How figures are drawn: size in inches, and the font of the document when it declares one."""

    width: float = 7.0
    height: float = 5.0
    font: str | None = None
    font_folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One thing to run: the code of a cell, or an expression that stands in prose."""

    where: str
    code: str = ""
    expression: str = ""
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


def run(steps: Sequence[Step], folder: Path, figures: Figures, limit: float = 300) -> list[list[Output]]:
    """Run steps in order in a fresh fork whose working directory is `folder`; the outputs of each step.

    Raises `PressError` when a cell fails, writes anything to standard error or where it may not, ends the process, or
    when the steps together take longer than `limit` seconds.
    """
    if not steps:
        return []
    preload(steps)
    gc.freeze()  # what is here stays, and is shared with the child rather than looked at again
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with tempfile.TemporaryDirectory(prefix="press-cells-") as own:
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until whoever ends the child is listening
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # safe here: the child never uses our threads
                child = os.fork()
            if child == 0:
                _in_child(steps, folder, figures, Path(own), reading, writing)
            said, ended = _listen(child, reading, writing, limit, held)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
    answer = said.lstrip(_BEGUN)
    if not answer or ended is None:
        raise _no_answer(steps[max(len(said) - len(answer) - 1, 0)], ended, limit)
    result, imported = pickle.loads(answer)
    _seen.update(imported)
    if isinstance(result, PressError):
        raise result
    return result


def _listen(
    child: int, reading: int, writing: int, limit: float, held: set[signal.Signals | int]
) -> tuple[bytes, int | None]:
    """What the child says, and its exit code, or None when its time was up. Whatever happens, it ends here."""
    said, ended, until = bytearray(), False, time.monotonic() + limit
    try:
        os.close(writing)
        os.setpgid(child, child)  # Ctrl-C reaches us only; and with the child ends what it may have started
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        poll = select.poll()
        poll.register(reading)
        while not ended and poll.poll(max(until - time.monotonic(), 0) * 1000):
            part = os.read(reading, 1 << 20)
            said += part
            ended = not part
    finally:
        os.close(reading)
        os.killpg(child, signal.SIGKILL)  # no harm to one that has ended
        _, status = os.waitpid(child, 0)
    return bytes(said), os.waitstatus_to_exitcode(status) if ended else None


def _no_answer(step: Step, ended: int | None, limit: float) -> PressError:
    running = f"`{{python}} {step.expression}`" if step.expression else step.code.strip().partition("\n")[0]
    if ended is None:
        return PressError(
            "The cells of the document take too long",
            where=step.where,
            expected=f"all of them done in {limit:g} seconds",
            got=f"still running: {running}",
            hint="mend the loop or the wait in it; `time-limit: 600` in front matter gives the document 600 seconds",
        )
    return PressError(
        "Running the cells ended without an answer",
        where=step.where,
        expected="a process that ends by itself",
        got=(signal.Signals(-ended).name if ended < 0 else f"exit status {ended}") + f" while running: {running}",
        hint="SIGKILL often means lack of memory, SIGSEGV a broken library; run the cell in Jupyter",
    )


def preload(steps: Sequence[Step]) -> None:
    """Import the libraries, and the modules that the cells import at their top level, before forking.

    Modules that stand beside the document are not found here: cells import them in the fork, within limit and guard.
    """
    if LIBRARIES[0] not in sys.modules:
        with contextlib.redirect_stderr(io.StringIO()):  # the first import ever may tell that it builds a font cache
            for name in LIBRARIES:
                importlib.import_module(name)
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


def _in_child(steps: Sequence[Step], folder: Path, figures: Figures, own: Path, reading: int, writing: int) -> None:
    """Run everything and leave, whatever happens, without returning into the parent's code."""
    code = 1
    before = set(sys.modules)
    gc.set_threshold(100_000, 50, 100)  # a short life: collecting seldom takes a tenth less time
    try:
        os.close(reading)
        with contextlib.suppress(AttributeError):  # not on Linux: then only a parent that is killed leaves us behind
            ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
        os.chdir(folder)
        try:
            answer: Any = _run_all(steps, folder, figures, own, writing)
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


def _run_all(steps: Sequence[Step], folder: Path, figures: Figures, own: Path, writing: int) -> list[list[Output]]:
    from press.shell import Shell

    _settle(folder, own)
    with tempfile.TemporaryFile() as errors:
        os.dup2(errors.fileno(), 2)
        _default_warnings()
        sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115 - lives as long as the child
        shell, guard = Shell(figures), Guard(own)
        sys.addaudithook(guard)
        results = []
        for step in steps:
            os.write(writing, _BEGUN)
            results.append(_run_step(shell, guard, step, errors))
        return results


def _settle(folder: Path, own: Path) -> None:
    """Let whatever likes to write do so in our own folder, and nothing wait for someone to type."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.dont_write_bytecode = True
    os.environ.update(dict.fromkeys(("TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME"), str(own)))
    tempfile.tempdir = str(own)
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _default_warnings() -> None:
    """Warnings as a fresh Python shows them, whatever the process that forked us had set."""

    def show(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any) -> None:
        sys.stderr.write(warnings.formatwarning(message, category, filename, lineno))

    warnings.showwarning = show
    warnings.resetwarnings()
    for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", category)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")


def _run_step(shell: Any, guard: Guard, step: Step, errors: Any) -> list[Output]:
    try:
        outputs = shell.evaluate(step) if step.expression else shell.run_cell(step)
    finally:
        guard.check(step.where)
    sys.stderr.flush()
    errors.seek(0)
    said = errors.read().decode("utf-8", "replace")
    errors.seek(0)
    errors.truncate()
    if said and not step.drop_warnings:
        raise _stderr_error(step.where, said)
    printed = sum(len(output.text) for output in outputs if output.kind == "stdout")
    if printed > MOST_PRINTED:
        raise PressError(
            "A cell prints too much",
            where=step.where,
            expected=f"at most {MOST_PRINTED:,} characters",
            got=f"{printed:,} characters",
            hint="print a part of it, such as the first rows",
        )
    return outputs
