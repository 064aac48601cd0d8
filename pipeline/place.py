"""Moving what is finished into place: all of a publication at once, or one document into what stands there."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.folders import BUILD, PAGES, PROCESSED, PUBLICATION, sha256_of
from press import Project, finish, move_into_place

_NEW, _OLD = BUILD / "publication", BUILD / "publication-before"
_PERSONS = ("delivered", "harmonised", "weighted")


def drop_halves() -> None:
    """Drop what documents left behind whose process was killed; no other build may run."""
    for folder in PAGES.glob(".press-*"):
        shutil.rmtree(folder)


def place_all(made: Sequence[Path], project: Project) -> None:
    """Put together what the documents made, in a new folder, and let it take the place of the earlier publication.

    Nothing that an earlier edition left behind stays; when it fails or is interrupted, the earlier one does.
    """
    shutil.rmtree(_NEW, ignore_errors=True)
    shutil.rmtree(_OLD, ignore_errors=True)
    try:
        for name in sorted({name for path in made for name in json.loads(path.read_text(encoding="utf-8"))}):
            _copy(PAGES / name, _NEW / name)
        finish(project, _NEW)
        _listed(_NEW, _NEW)
        if PUBLICATION.exists():
            PUBLICATION.rename(_OLD)
        _NEW.rename(PUBLICATION)
    except BaseException:
        restore()
        shutil.rmtree(_NEW, ignore_errors=True)
        raise
    shutil.rmtree(_OLD, ignore_errors=True)


def restore() -> None:
    """Put the earlier publication back where a build ended between taking it away and placing the new one."""
    if _OLD.exists() and not PUBLICATION.exists():
        _OLD.rename(PUBLICATION)


def place_one(made: Path) -> list[Path]:
    """Put one document's files where the publication stands, and list them there; returns where they are."""
    with tempfile.TemporaryDirectory(dir=BUILD, prefix=".placing-") as folder:
        staging = Path(folder)
        names = json.loads(made.read_text(encoding="utf-8"))
        files = [_copy(PAGES / name, staging / name) for name in names]
        return move_into_place(staging, PUBLICATION, [*files, _listed(staging, PUBLICATION, staging)])


def put(files: Sequence[Path], folder: Path) -> None:
    """Copy files to a folder, all or none: a reader sees the earlier file or the new one, never half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".placing-") as staging:
        move_into_place(Path(staging), folder, [_copy(path, Path(staging) / path.name) for path in files])


def list_files(publication: Path) -> None:
    """Write build.json: what the build rests on, and every file of the publication with its sha256."""
    with tempfile.TemporaryDirectory(dir=BUILD, prefix=".placing-") as folder:
        move_into_place(Path(folder), publication, [_listed(Path(folder), publication)])


def _copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def _listed(to: Path, *folders: Path) -> Path:
    """Write build.json in a folder, for the files of others; a file of a later one stands for that of an earlier."""
    found = [(path.relative_to(folder), path) for folder in folders for path in folder.rglob("*") if path.is_file()]
    sums = {
        name.as_posix(): sha256_of(path) for name, path in sorted(dict(found).items()) if name != Path("build.json")
    }
    listed = to / "build.json"
    listed.write_text(json.dumps({**_published_record(), "files": sums}, indent=1), encoding="utf-8")
    return listed


def _published_record() -> dict[str, Any]:
    """The record of the figures as it may be published: numbers of persons to the nearest 10, like all respondents.

    The sum of a file that names a respondent beside an answer is left out: so short a file can be guessed from it.
    """
    known = json.loads((PROCESSED / "build.json").read_text(encoding="utf-8"))
    for stages in known["rows"].values():
        stages.update({stage: round(n, -1) for stage, n in stages.items() if stage in _PERSONS})
    known.get("inputs", {}).pop("data/raw/real/corrections.yml", None)
    return known
