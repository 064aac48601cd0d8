"""Moving what is finished into place: all of a publication at once, or one document into what stands there."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.folders import BUILD, PAGES, PROCESSED, PUBLICATION
from press import Project, finish

_PERSONS = ("delivered", "harmonised", "weighted")


def drop_halves() -> None:
    """Drop what documents left behind whose process was killed; no other build may run."""
    for folder in PAGES.glob(".press-*"):
        shutil.rmtree(folder)


def place_all(made: Sequence[Path], project: Project) -> None:
    """Put together what the documents made, in a new folder, and let it take the place of the earlier publication.

    Nothing that an earlier edition left behind stays.
    """
    new = BUILD / "publication"
    shutil.rmtree(new, ignore_errors=True)
    for name in sorted({name for path in made for name in json.loads(path.read_text(encoding="utf-8"))}):
        put(PAGES / name, new / name)
    finish(project, new)
    list_files(new)
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
    list_files(PUBLICATION)
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


def list_files(publication: Path) -> None:
    """Write build.json: what the build rests on, and every file of the publication with its sha256."""
    listed = publication / "build.json"
    files = sorted(path for path in publication.rglob("*") if path.is_file() and path != listed)
    sums = {path.relative_to(publication).as_posix(): sha256_of(path) for path in files}
    listed.write_text(json.dumps({**_published_record(), "files": sums}, indent=1), encoding="utf-8")


def _published_record() -> dict[str, Any]:
    """The record of the figures as it may be published: numbers of persons to the nearest 10, like all respondents."""
    known = json.loads((PROCESSED / "build.json").read_text(encoding="utf-8"))
    for stages in known["rows"].values():
        stages.update({stage: round(n, -1) for stage, n in stages.items() if stage in _PERSONS})
    return known
