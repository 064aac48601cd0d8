"""Moving a finished publication into place: all of it at once, or one document into what stands there."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipeline.folders import BUILD, PAGES, PUBLICATION
from press import Project, finish


def place_all(made: Sequence[Path], project: Project) -> None:
    """Put together what the documents made, in a new folder, and let it take the place of the earlier publication.

    Nothing that an earlier edition left behind stays. build.json names every file with its sha256.
    """
    new = BUILD / "publication"
    shutil.rmtree(new, ignore_errors=True)
    for name in sorted({name for path in made for name in json.loads(path.read_text(encoding="utf-8"))}):
        _copy(PAGES / name, new / name)
    finish(project, new)
    files = sorted(path for path in new.rglob("*") if path.is_file())
    sums = {path.relative_to(new).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    (new / "build.json").write_text(json.dumps({"files": sums}, indent=1), encoding="utf-8")
    old = BUILD / "publication-before"
    shutil.rmtree(old, ignore_errors=True)
    if PUBLICATION.exists():
        PUBLICATION.rename(old)
    new.rename(PUBLICATION)
    shutil.rmtree(old, ignore_errors=True)


def place_one(made: Path) -> list[Path]:
    """Put one document's files where the publication stands; returns where they are."""
    placed = []
    for name in json.loads(made.read_text(encoding="utf-8")):
        _copy(PAGES / name, PUBLICATION / name)
        placed.append(PUBLICATION / name)
    return placed


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, arriving)
    arriving.replace(target)
