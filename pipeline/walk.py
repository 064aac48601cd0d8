"""The one door to the walk: python -m pipeline [publish | figures | data | quarto | status] [--only 2024/flevoland]
[--backend loky | dask] [--workers 2] [--scheduler ADDRESS].

Takes the lock (two builds at once would overwrite each other), runs pytask, says what is wrong in the words of the
error itself, and ends with the front page, what was written, and how long each stage took.
"""

from __future__ import annotations

import argparse
import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytask
from filelock import FileLock, Timeout
from pytask.tree_util import tree_leaves

from analysis.errors import MonitorError
from pipeline.backend import Backend
from pipeline.downloads import told
from pipeline.folders import BUILD, PUBLICATION, REPORT, ROOT
from pipeline.place import drop_halves, place_one, restore
from pipeline.sources import FRONT, delivered_files, name_of, page_sources, parts_of, publications
from pipeline.status import status
from presentation.publications import find_publication
from press import PressError

STAGES = {
    "data": ["task_fieldwork.py"],
    "figures": ["task_figures.py", "task_protection.py"],
    "prepare": ["task_figures.py", "task_protection.py", "task_opendata.py", "task_attack.py", "task_documents.py"],
    "publish": ["task_figures.py", "task_protection.py", "task_opendata.py", "task_attack.py", "task_documents.py"],
}
# What the documents need before they are rendered; Quarto asks for no more.
PREPARED = " or ".join(
    [
        *("task_figures", "task_protection", "task_data", "task_opendata", "task_attack", "task_codebook"),
        *("task_copy_notebook", "task_downloads"),
    ]
)
#: How often a build begins again because figures would give people away, and the variable that counts it.
AGAIN, TRIED = 4, "MONITOR_TRIED"
_NO_QUARTO = """Quarto is not installed
  where     ENGINE=quarto
  expected  the command quarto, version 1.10 or later, on the PATH
  got       no such command
  hint      install Quarto (it is in no package registry), or type make: the embedded engine needs none"""
_NOT_ALONE = """Another build is running
  where     this folder
  expected  one build at a time
  got       build/lock is taken
  hint      wait for the other one to end; nothing was changed"""
_NO_FILE = """File is missing
  where     {name}
  expected  the file: something that is made rests on it
  got       no such file
  hint      restore it from git, or mend the name where it is written"""
_FULL = """The disk is full
  where     {name}
  expected  room for what is made
  got       {error}
  hint      make room and type the same command again; the earlier publication stands as it was"""
_INTERRUPTED = """The build was interrupted
  where     this folder
  expected  every task to run, or to be skipped because nothing changed
  got       {ran} of {all} tasks
  hint      type the same command again: it goes on where it stopped; the earlier publication stands as it was"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline", description=__doc__)
    parser.add_argument("command", choices=[*STAGES, "quarto", "status"], nargs="?", default="publish")
    parser.add_argument("--only", metavar="EDITION/NAME", default="", help="make one document, e.g. 2024/flevoland")
    parser.add_argument("--backend", choices=["loky", "dask"], default="loky", help="where documents are made")
    parser.add_argument("--workers", metavar="N", type=int, default=0, help="at once on this machine")
    parser.add_argument("--scheduler", metavar="ADDRESS", default="", help="of a Dask cluster that is there already")
    options = parser.parse_args(arguments)
    if options.command == "status":
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make status | head` ends as any command would
        return status()
    if options.command == "quarto" and shutil.which("quarto") is None:
        return _fail(_NO_QUARTO)
    BUILD.mkdir(exist_ok=True)
    began, tried = time.time(), int(os.environ.get(TRIED, "0"))
    try:
        expression = PREPARED if options.command == "prepare" else _expression(options.only)
        with FileLock(BUILD / "lock", timeout=0):
            restore()
            command = "figures" if options.command == "quarto" else options.command
            backend = Backend(options.backend, options.workers, options.scheduler)
            ended = _build(command, expression, options.only, backend)
    except Timeout:
        return _fail(_NOT_ALONE)
    except (MonitorError, PressError, OSError) as error:
        return _fail(_tell_error(None, error))
    except KeyboardInterrupt:
        return _fail(_INTERRUPTED.format(ran="not all", all="the"))
    noted = [path for path in BUILD.glob("attack/stricter-*.json") if path.stat().st_mtime > began]
    if ended and noted and tried < AGAIN:
        print("Some figures would give people away beside others. The build begins again, and withholds more.")
        again = [sys.executable, "-m", "pipeline", *(sys.argv[1:] if arguments is None else arguments)]
        return subprocess.run(again, cwd=ROOT, env=os.environ | {TRIED: str(tried + 1)}, check=False).returncode
    return ended or (_quarto() if options.command == "quarto" else 0)


def run(command: str, expression: str = "", *, dry_run: bool = False, backend: Backend = Backend()) -> pytask.Session:
    """Run the tasks of a command, or with `dry_run` only find out which would run; the session holds the reports.

    Raises MonitorError or PressError when deliveries, config or a document do not say which tasks there are.
    """
    if "task_figures.py" in STAGES[command]:
        delivered_files()
    if "task_documents.py" in STAGES[command]:
        for source in (*page_sources(), FRONT):
            parts_of(source)
    workers: dict[str, Any]
    parallel = command != "data" and not dry_run
    with backend.ready() if parallel else nullcontext({}) as workers:
        return pytask.build(
            paths=[ROOT / "pipeline" / name for name in STAGES[command]],
            config=ROOT / "pyproject.toml",
            expression=expression,
            dry_run=dry_run,
            show_traceback=False,
            show_capture="no",
            verbose=1 if command != "figures" or sys.stdout.isatty() else 0,
            disable_warnings=True,
            **workers,
        )


def _build(command: str, expression: str, only: str, backend: Backend) -> int:
    began = time.time()
    drop_halves()
    session = run(command, expression, backend=backend)
    if session.exit_code != pytask.ExitCode.OK:
        return _fail("\n\n".join(_problems(session)))
    if len(session.execution_reports) < len(session.tasks):
        return _fail(_INTERRUPTED.format(ran=len(session.execution_reports), all=len(session.tasks)))
    if command == "publish":
        _tell(session, began, only)
    return 0


def _expression(only: str) -> str:
    """Select one document, by the name that its tasks carry; its figures are made before it."""
    if not only:
        return ""
    rows = publications()
    sources = [source for source in (*page_sources(), FRONT) if source not in {REPORT / row.source for row in rows}]
    pages = [name_of(source) for source in sources]
    return f"[{only if only in pages else find_publication(rows, only, pages).name}]"


def _problems(session: pytask.Session) -> list[str]:
    """What went wrong, in the words of the errors; the same words once.

    Raises KeyboardInterrupt where a task was interrupted: its worker may hear of it before the build does.
    """
    collected = [report for report in session.collection_reports if report.outcome == pytask.CollectionOutcome.FAIL]
    executed = [report for report in session.execution_reports if report.outcome == pytask.TaskOutcome.FAIL]
    wrong = [(getattr(one, "task", None), one.exc_info[1]) for one in (*collected, *executed) if one.exc_info]
    if any(isinstance(error, KeyboardInterrupt) for _, error in wrong):
        raise KeyboardInterrupt
    told = [_tell_error(task, error) for task, error in wrong]
    return list(dict.fromkeys(told)) or ["The build could not begin; see above."]


def _tell_error(task: Any, error: BaseException | None) -> str:
    if hasattr(error, "hint"):
        return str(error)
    absent = re.search(r"requires missing node '[^/']+/([^']+)'", str(error))
    name = absent[1] if absent else getattr(error, "filename", None)
    if name and (absent or isinstance(error, FileNotFoundError)):
        return _NO_FILE.format(name=str(name).removeprefix(f"{ROOT}/"))
    where = task.name.rpartition("/")[2] if task else "the tasks in pipeline/"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _FULL.format(name=str(error.filename2 or name or where).removeprefix(f"{ROOT}/"), error=error)
    got = f"{type(error).__name__}: {' '.join(str(error).split())}"
    if error and where.startswith(
        ("task_figures.py", "task_protection.py")
    ):  # it holds answers, and what the error quotes may be one
        at = traceback.extract_tb(error.__traceback__)[-1:]
        got = ", ".join([type(error).__name__, *(f"{Path(one.filename).name} line {one.lineno}" for one in at)])
    return (
        "Task failed for a reason that it did not foresee\n"
        f"  where     {where}\n"
        "  expected  inputs that are there and of the form that CONTRIBUTING.md describes\n"
        f"  got       {got}\n"
        "  hint      mend the input that it names; if none is wrong, report it with this message"
    )


def _tell(session: pytask.Session, began: float, only: str) -> None:
    """How long each stage took, what stands in the publication, and its front page."""
    for stage, ended in _stage_ends(session).items():
        print(f"  {stage:<12} {ended - began:6.1f} s")
        began = ended
    if only:
        for path in place_one(BUILD / "made" / f"{only}.json"):
            if path.suffix in (".html", ".pdf"):
                print(path)
        return
    if os.environ.get("DOWNLOADS"):
        print(told())
    kinds = {kind: len(list(PUBLICATION.rglob(f"*.{kind}"))) for kind in ("html", "pdf", "csv")}
    print(f"{kinds['html']} pages, {kinds['pdf']} PDFs and {kinds['csv']} data files")
    print(PUBLICATION / "report" / "index.html")


def _stage_ends(session: pytask.Session) -> dict[str, float]:
    """When each stage wrote its last file, for the stages that had work (workers do not report their own times)."""
    ends: dict[str, float] = {}
    for report in session.execution_reports:
        if report.outcome == pytask.TaskOutcome.SUCCESS:
            kinds = {"task_figures": "figures", "task_protection": "figures", "task_attack": "attack"}
            stage = next((kind for name, kind in kinds.items() if name in report.task.name), "documents")
            made: Any = report.task.produces
            written = [node.path.stat().st_mtime for node in tree_leaves(made) if hasattr(node, "path")]
            ends[stage] = max([ends.get(stage, 0.0), *written])
    return dict(sorted(ends.items(), key=lambda item: item[1]))


def _quarto() -> int:
    """Quarto on the same sources, with this Python unless another is named; it publishes where the site stands."""
    kernel = {"QUARTO_PYTHON": os.environ.get("QUARTO_PYTHON", sys.executable)}
    return subprocess.run(["quarto", "render"], cwd=ROOT, env=os.environ | kernel, check=False).returncode


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
