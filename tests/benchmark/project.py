"""A copy of the project with more documents than it has, and the figures that they show."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.pipeline.conftest import ROOT, Walk, copy_tree

EDITION = 2024
MADE = ("data/processed", "build/figures", "pytask.lock")
# Makes the documents that it is told, on so many workers, and nothing else.
MAKE = """
import json, sys
from pipeline.forking import start_forking
start_forking()
from pipeline.walk import _problems, run
from pipeline.backend import Backend
names, backend = json.loads(sys.argv[1]), Backend(**json.loads(sys.argv[2]))
expression = " or ".join(["task_copy_notebook", *(f"[{name}]" for name in names)])
session = run("publish", expression, backend=backend)
sys.exit("\\n".join(_problems(session)) if session.exit_code else 0)
"""


def copy_project(to: Path, rows: Sequence[str] = ()) -> Walk:
    """The project with these rows after those of publications.csv."""
    walk = copy_tree(to)
    for name in MADE:
        if (ROOT / name).exists():
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile)(ROOT / name, walk.path(name))
    with walk.path("config/publications.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)
    for words in (("pipeline.stubs",), ("pipeline", "figures")):
        done = walk.make(*words[1:], module=words[0])
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
    return walk


def forget_documents(walk: Walk) -> None:
    """Leave the figures alone: every document is to be made again."""
    for name in ("build/made", "build/pages", "build/shared"):
        shutil.rmtree(walk.path(name), ignore_errors=True)
    for path in walk.path("report").glob("[0-9]*/*.csv"):
        path.unlink()
