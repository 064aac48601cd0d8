"""Make as many documents as there are gemeenten: python -m tests.benchmark.load [--count 342] [--backend loky | dask].

Every document is a factsheet with real figures under a name of its own, as a page and a PDF: what a sheet for every
gemeente would cost. Prints time, and peak memory of every worker; fails when a worker grows with what it has made.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from presentation.publications import read_publications
from tests.benchmark.documents import HEAD, show
from tests.benchmark.processes import measure
from tests.benchmark.project import EDITION, MAKE, copy_project, forget_documents
from tests.pipeline.conftest import ROOT

MOST = 2.0  # gigabytes, of a worker: one that keeps what it made gets there


def main() -> int:
    """Print one line; returns 1 when a worker needs too much memory."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.load", description=__doc__)
    parser.add_argument("--count", type=int, default=342)
    parser.add_argument("--backend", default="loky")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--scheduler", default="")
    options = parser.parse_args()
    provinces = [
        row
        for row in read_publications(ROOT / "config" / "publications.csv")
        if (row.edition, row.product) == (EDITION, "province")
    ]
    made = [(f"gemeente-{at:03}", provinces[at % len(provinces)]) for at in range(1, options.count + 1)]
    rows = [f"{EDITION},province,{name},Gemeente {name[-3:]}: {row.title},{row.subject}" for name, row in made]
    backend = {"name": options.backend, "workers": options.workers, "scheduler": options.scheduler}
    with tempfile.TemporaryDirectory() as folder:
        walk = copy_project(Path(folder) / "project", rows)
        forget_documents(walk)
        names = [f"{EDITION}/{name}" for name, _ in made]
        print(HEAD)
        command = walk.command("-c", MAKE, json.dumps(names), json.dumps(backend))
        spent = measure(command, walk.root, walk.environment, Path(folder) / "told")
        show(options.backend, len(names), spent)
        pages = [path for name, _ in made for path in walk.path("build/pages").rglob(f"voorbeeld-{name}.*")]
    print(f"\n{len(names) / spent.seconds:.2f} documents a second; {len(pages)} pages and PDFs")
    return 0 if len(pages) == 2 * len(names) and max(spent.workers) < MOST else 1


if __name__ == "__main__":
    sys.exit(main())
