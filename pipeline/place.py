"""Moving what is finished into place: all of a publication at once, or one document into what stands there."""

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
        put(PAGES / name, new / name)
    finish(project, new)
    _list_files(new)
    old = BUILD / "publication-before"
    shutil.rmtree(old, ignore_errors=True)
    if PUBLICATION.exists():
        PUBLICATION.rename(old)
    new.rename(PUBLICATION)
    shutil.rmtree(old, ignore_errors=True)


def place_one(made: Path) -> list[Path]:
    """Put one document's files where the publication stands, and list them there; returns where they are."""
    placed = []
    for name in json.loads(made.read_text(encoding="utf-8")):
        put(PAGES / name, PUBLICATION / name)
        placed.append(PUBLICATION / name)
    _list_files(PUBLICATION)
    return placed


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def put(source: Path, target: Path) -> None:
    """Copy a file to its place in one step: a reader sees the earlier file or the new one, never half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, arriving)
    arriving.replace(target)


def _list_files(publication: Path) -> None:
    """Write build.json: every file of the publication with its sha256."""
    listed = publication / "build.json"
    files = sorted(path for path in publication.rglob("*") if path.is_file() and path != listed)
    sums = {path.relative_to(publication).as_posix(): sha256_of(path) for path in files}
    listed.write_text(json.dumps({"files": sums}, indent=1), encoding="utf-8")
