"""The one door to the walk: python -m pipeline [publish | figures | data | quarto] [--only 2024/flevoland].

Takes the lock (two builds at once would overwrite each other), runs pytask, says what is wrong in the words of the
error itself, and ends with the front page, what was written, and how long each stage took.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from typing import Any

import pytask
from filelock import FileLock, Timeout
from pytask.tree_util import tree_leaves

from analysis.errors import MonitorError
from analysis.publications import find_publication, read_publications
from pipeline.folders import BUILD, CONFIG, PUBLICATION, ROOT
from pipeline.place import place_one

STAGES = {
    "data": ["task_fieldwork.py"],
    "figures": ["task_figures.py"],
    "prepare": ["task_figures.py", "task_documents.py"],
    "publish": ["task_figures.py", "task_documents.py"],
}
# What the documents need before they are rendered; Quarto asks for no more.
PREPARED = "task_figures or task_data or task_copy_notebook"
_NO_QUARTO = """Quarto is not installed
  where     ENGINE=quarto
  expected  the command quarto, version 1.10 or later, on the PATH
  got       no such command
  hint      install Quarto (it is in no package registry), or type make: the embedded engine needs none"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline", description=__doc__)
    parser.add_argument("command", choices=[*STAGES, "quarto"], nargs="?", default="publish")
    parser.add_argument("--only", metavar="EDITION/NAME", default="", help="make one document, e.g. 2024/flevoland")
    options = parser.parse_args(arguments)
    if options.command == "quarto" and shutil.which("quarto") is None:
        return _fail(_NO_QUARTO)
    BUILD.mkdir(exist_ok=True)
    try:
        expression = PREPARED if options.command == "prepare" else _expression(options.only)
        with FileLock(BUILD / "lock", timeout=0):
            status = _build("figures" if options.command == "quarto" else options.command, expression, options.only)
    except MonitorError as error:
        return _fail(str(error))
    except Timeout:
        return _fail(
            "Another build is running\n"
            "  where     this folder\n"
            "  expected  one build at a time\n"
            "  got       build/lock is taken\n"
            "  hint      wait for the other one to end; nothing was changed"
        )
    return status or (_quarto() if options.command == "quarto" else 0)


def _build(command: str, expression: str, only: str) -> int:
    began = time.time()
    os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
    workers = min(os.cpu_count() or 1, 8)
    session = pytask.build(
        paths=[ROOT / "pipeline" / name for name in STAGES[command]],
        config=ROOT / "pyproject.toml",
        n_workers=workers,
        expression=expression,
        show_traceback=False,
        show_capture="no",
        verbose=1 if command != "figures" or sys.stdout.isatty() else 0,
        disable_warnings=True,
    )
    if session.exit_code != pytask.ExitCode.OK:
        return _fail("\n\n".join(_problems(session)))
    if command == "publish":
        _tell(session, began, only)
    return 0


def _expression(only: str) -> str:
    """Select one document, by the name that its tasks carry; its figures are made before it."""
    return f"[{find_publication(read_publications(CONFIG / 'publications.csv'), only).name}]" if only else ""


def _problems(session: pytask.Session) -> list[str]:
    if not session.execution_reports:
        return ["The build could not begin; see above."]
    told = []
    for report in session.execution_reports:
        if report.exc_info and report.outcome == pytask.TaskOutcome.FAIL:
            error = report.exc_info[1]
            plain = hasattr(error, "hint")
            told.append(str(error) if plain else f"{report.task.name}: {type(error).__name__}: {error}")
    return told or ["The build stopped; see above."]


def _tell(session: pytask.Session, began: float, only: str) -> None:
    """How long each stage took, what stands in the publication, and its front page."""
    for stage, ended in _stage_ends(session).items():
        print(f"  {stage:<12} {ended - began:6.1f} s")
        began = ended
    if only:
        for path in place_one(BUILD / "made" / f"{only}.json"):
            print(path)
        return
    kinds = {kind: len(list(PUBLICATION.rglob(f"*.{kind}"))) for kind in ("html", "pdf", "csv")}
    print(f"{kinds['html']} pages, {kinds['pdf']} PDFs and {kinds['csv']} data files")
    print(PUBLICATION / "report" / "index.html")


def _stage_ends(session: pytask.Session) -> dict[str, float]:
    """When each stage wrote its last file, for the stages that had work (workers do not report their own times)."""
    ends: dict[str, float] = {}
    for report in session.execution_reports:
        if report.outcome == pytask.TaskOutcome.SUCCESS:
            stage = "figures" if "task_figures" in report.task.name else "documents"
            made: Any = report.task.produces
            written = [node.path.stat().st_mtime for node in tree_leaves(made) if hasattr(node, "path")]
            ends[stage] = max([ends.get(stage, 0.0), *written])
    return dict(sorted(ends.items(), key=lambda item: item[1]))


def _quarto() -> int:
    return subprocess.run(["quarto", "render"], cwd=ROOT, check=False).returncode


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
