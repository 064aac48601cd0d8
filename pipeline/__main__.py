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
from collections import defaultdict

import pytask
from filelock import FileLock, Timeout
from rich.console import Console

from pipeline.folders import BUILD, PUBLICATION, ROOT

STAGES = {
    "data": ["task_fieldwork.py"],
    "figures": ["task_figures.py"],
    "publish": ["task_figures.py", "task_documents.py"],
}
_NO_QUARTO = """Quarto is not installed
  where     ENGINE=quarto
  expected  the command quarto, version 1.10 or later, on the PATH
  got       no such command
  hint      install Quarto from its own site (it is in no package registry), or type make: the embedded engine needs none"""


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
        with FileLock(BUILD / "lock", timeout=0):
            status = _build("figures" if options.command == "quarto" else options.command, options.only)
    except Timeout:
        return _fail(
            "Another build is running\n"
            "  where     this folder\n"
            "  expected  one build at a time\n"
            "  got       build/lock is taken\n"
            "  hint      wait for the other one to end; nothing was changed"
        )
    return status or (_quarto() if options.command == "quarto" else 0)


def _build(command: str, only: str) -> int:
    began = time.monotonic()
    os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
    workers = min(os.cpu_count() or 1, 8)
    session = pytask.build(
        paths=[ROOT / "pipeline" / name for name in STAGES[command]],
        config=ROOT / "pyproject.toml",
        n_workers=workers,
        expression=_expression(only),
        show_traceback=False,
        show_capture="no",
        verbose=1 if command != "figures" or sys.stdout.isatty() else 0,
        disable_warnings=True,
    )
    if session.exit_code != pytask.ExitCode.OK:
        return _fail("\n\n".join(_problems(session)))
    if command == "publish":
        _tell(session, time.monotonic() - began, only)
    return 0


def _expression(only: str) -> str:
    """Select one document, by the name that its task carries; its figures are made before it."""
    if not only:
        return ""
    from pipeline.publications import document_name, read_publications

    return f"task_one and {document_name(read_publications(), only)}"


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


def _tell(session: pytask.Session, seconds: float, only: str) -> None:
    stages: dict[str, float] = defaultdict(float)
    for report in session.execution_reports:
        if report.outcome == pytask.TaskOutcome.SUCCESS and "duration" in report.task.attributes:
            start, end = report.task.attributes["duration"]
            stages[report.task.attributes.get("stage") or report.task.name.split("::")[-1]] += end - start
    console = Console(highlight=False)
    for stage, spent in stages.items():
        console.print(f"  {stage.removeprefix('task_').split('[')[0]:<24} {spent:6.1f} s of work")
    kinds = {kind: len(list(PUBLICATION.rglob(f"*.{kind}"))) for kind in ("html", "pdf", "csv")}
    front = PUBLICATION / "report" / "index.html"
    console.print(f"{kinds['html']} pages, {kinds['pdf']} PDFs, {kinds['csv']} data files in {seconds:.1f} s")
    console.print(str(front if not only else PUBLICATION / "report"), soft_wrap=True)


def _quarto() -> int:
    return subprocess.run(["quarto", "render"], cwd=ROOT, check=False).returncode


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
