"""A copy of the tree in which the tests of the walk build and break things."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock

from tests.pipeline.loaded import loaded

ROOT = Path(__file__).resolve().parents[2]
WAVES = (2022, 2024)
DOCUMENTS = ("flevoland", "zeeland")
# Which tasks a command ran, or with a dry run would run, as pytask reports it: the name of the function and its id.
_RUN = """
import json, sys
from pipeline.walk import run
import pytask
session = run(sys.argv[1], dry_run=json.loads(sys.argv[2]))
outcomes = (pytask.TaskOutcome.SUCCESS, pytask.TaskOutcome.WOULD_BE_EXECUTED)
ran = [report.task.name.rpartition("::")[2] for report in session.execution_reports if report.outcome in outcomes]
print(json.dumps([int(session.exit_code), sorted(ran)]))
"""


@dataclass(frozen=True)
class Walk:
    """A tree of its own, and the commands that a person types in it."""

    root: Path

    def path(self, name: str) -> Path:
        return self.root / name

    def command(self, *words: str) -> list[str]:
        return [sys.executable, *words]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": f"{self.root / 'src'}:{self.root}", "COLUMNS": "200"}

    def make(self, *words: str, module: str = "pipeline") -> subprocess.CompletedProcess[str]:
        """`python -m pipeline` with these words."""
        return loaded().run(["-m", module, *words], self.root, self.environment)

    def ran(self, command: str, *, dry_run: bool = False) -> set[str]:
        """Run a command (or ask what it would run) that must succeed; the tasks."""
        done = loaded().run(["-c", _RUN, command, json.dumps(dry_run)], self.root, self.environment)
        assert done.returncode == 0, done.stderr
        status, tasks = json.loads(done.stdout.splitlines()[-1])
        assert status == 0, done.stdout
        return set(tasks)

    def edit(self, name: str, old: str, new: str) -> None:
        """Change one place of a file."""
        text = self.path(name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds {text.count(old)} times: {old}"
        self.path(name).write_text(text.replace(old, new), encoding="utf-8")

    def edit_yaml(self, name: str, change: Callable[[Any], object]) -> None:
        """Change what a YAML file holds."""
        tree = yaml.safe_load(self.path(name).read_text(encoding="utf-8"))
        self.path(name).write_text(yaml.safe_dump(change(tree), sort_keys=False, allow_unicode=True), encoding="utf-8")

    def sums(self, *folders: str) -> dict[str, str]:
        """Every file below the folders with the sha256 of its bytes."""
        files = [path for folder in folders for path in self.path(folder).rglob("*") if path.is_file()]
        return {str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that one worker of pytest-xdist makes, and the others wait for; nobody may change it."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    shared = factory.getbasetemp() if alone else factory.getbasetemp().parent
    folder, made = shared / name, shared / f"{name}.made"
    with FileLock(shared / f"{name}.lock"):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def copy_tree(to: Path) -> Walk:
    """Copy what git knows, as it stands here, without anything that was built."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)
    return Walk(to)


def keep_documents(walk: Walk, ids: Sequence[str]) -> None:
    """Leave these rows of the newest edition; stubs stay, since documents link to them, until pipeline.stubs runs."""
    path = walk.path("config/publications.csv")
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    newest = max(row.split(",")[0] for row in rows)
    kept = [row for row in rows if row.split(",")[0] == newest and row.split(",")[2] in ids]
    path.write_text("".join([head, *kept]), encoding="utf-8")


def small_tree(to: Path) -> Walk:
    """A copy less three waves, most documents and the text of the codebook: all that a walk needs, in a sixth of the
    time."""
    walk = copy_tree(to)
    walk.edit("report/codebook.qmd", "print(codebook.page())\n", "")
    walk.edit_yaml("data/raw/manifest.yml", lambda tree: {"deliveries": _kept(tree["deliveries"])})
    walk.edit_yaml("config/monitor.yml", lambda tree: {**tree, "waves": {wave: tree["waves"][wave] for wave in WAVES}})
    head, *breaks = walk.path("config/breaks.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    mine = [row for row in breaks if int(row.split(",")[2]) in WAVES]
    walk.path("config/breaks.csv").write_text("".join([head, *mine]), encoding="utf-8")
    for folder in to.joinpath("data/raw/waves").iterdir():
        if int(folder.name) not in WAVES:
            shutil.rmtree(folder)
    keep_documents(walk, DOCUMENTS)
    return walk


def _kept(passports: list[dict]) -> list[dict]:
    return [row for row in passports if row["wave"] in WAVES]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """A tree with its publication made, for one file of tests; the worker that is first makes the one to copy."""
    mine = tmp_path_factory.mktemp("walk")
    shutil.copytree(made_once(tmp_path_factory, "published", _publish), mine, dirs_exist_ok=True)
    return Walk(mine)


def _publish(folder: Path) -> None:
    """By a Python of its own: in another one than that of later commands, sets have another order."""
    walk = small_tree(folder)
    words = walk.command("-m", "pipeline", "publish")
    done = subprocess.run(words, cwd=folder, env=walk.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
