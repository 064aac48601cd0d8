"""Measure how fast documents are made, beside Quarto where it is installed: python -m tests.benchmark.documents.

25 real factsheets, each as a page and a PDF, from processed data to files: those of 2024, and more of 2022. Every run
is the whole command: it starts Python, collects the tasks, starts workers. `quarto render` gets the first few of the
same documents, in one command. Fails above 30 s on two workers, below 10 times Quarto, and when 1 and 2 workers do not
give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from presentation.publications import read_publications
from tests.benchmark.processes import Spent, measure
from tests.benchmark.project import MAKE, copy_project, forget_documents
from tests.pipeline.conftest import ROOT, Walk

COUNT, SECONDS, RATIO = 25, 30.0, 10.0
SHEETS = ("target_group", "province")
HEAD = f"{'':<18}{'documents':>10}{'seconds':>9}{'each':>7}{'processor':>11}{'memory':>9}   of each worker"


def main() -> int:
    """Print the table; returns 1 when a bound is not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.documents", description=__doc__)
    parser.add_argument("--documents", type=int, default=COUNT)
    parser.add_argument("--quarto", type=int, default=3, help="how many documents Quarto gets")
    options = parser.parse_args()
    rows = read_publications(ROOT / "config" / "publications.csv")
    names = [row.name for row in rows if row.product in SHEETS][: options.documents]
    with tempfile.TemporaryDirectory() as folder:
        walk = copy_project(Path(folder) / "project")
        print(f"{len(names)} factsheets as page and PDF, from processed data\n")
        print(HEAD)
        one, first = _ours(walk, names, 1, Path(folder))
        two, second = _ours(walk, names, 2, Path(folder))
        same = first == second
        print(f"\n1 and 2 workers give {'the same' if same else 'OTHER'} bytes: {len(first)} files")
        good = same and two.seconds < SECONDS
        return 0 if _beside_quarto(walk, names, options.quarto, (one, two), Path(folder)) and good else 1


def _ours(walk: Walk, names: list[str], workers: int, folder: Path) -> tuple[Spent, dict[str, str]]:
    forget_documents(walk)
    command = walk.command("-c", MAKE, json.dumps(names), json.dumps({"workers": workers}))
    spent = measure(command, walk.root, walk.environment, folder / "told")
    show(f"{workers} worker{'s' * (workers > 1)}", len(names), spent)
    made = walk.sums("build/pages")
    pages = [name for name in made if Path(name).suffix in (".html", ".pdf")]
    assert len(pages) == 2 * len(names), f"{len(pages)} pages and PDFs of {len(names)} documents"
    return spent, made


def show(what: str, documents: int, spent: Spent) -> None:
    """One line of the table."""
    workers = ", ".join(f"{memory:.2f}" for memory in spent.workers)
    print(
        f"{what:<18}{documents:>10}{spent.seconds:>9.1f}{spent.seconds / documents:>7.2f}"
        f"{spent.processor:>11.1f}{spent.memory:>6.2f} GB   {workers}",
        flush=True,
    )


def _beside_quarto(walk: Walk, names: list[str], count: int, ours: tuple[Spent, Spent], folder: Path) -> bool:
    """Whether the seconds per document of Quarto are as many times ours as they should be."""
    if not shutil.which("quarto"):
        print("Quarto is not installed: only ours is timed")
        return True
    sources = [f"report/{name}.qmd" for name in names[:count]]
    settings = {"type": "website", "output-dir": "quarto", "execute-dir": "project", "render": sources}
    walk.edit_yaml("_quarto.yml", lambda tree: {**tree, "project": settings})
    python = {"QUARTO_PYTHON": os.environ.get("QUARTO_PYTHON", sys.executable)}
    theirs = measure(["quarto", "render"], walk.root, walk.environment | python, folder / "told")
    show("quarto render", count, theirs)
    each = theirs.seconds / count
    ratios = [each / (spent.seconds / len(names)) for spent in ours]
    print(
        f"\na document takes Quarto {ratios[0]:.1f} times as long as one worker, {ratios[1]:.1f} times as long as two"
    )
    return ratios[1] >= RATIO


if __name__ == "__main__":
    sys.exit(main())
