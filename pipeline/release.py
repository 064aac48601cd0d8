"""Record what an edition published: python -m pipeline.release 2024 (make release EDITION=2024).

Writes the figures and verdicts that its documents can print, and a passport, to data/published/<edition>; every later
build is held against them. Released again, with errata that explain what changed since, it records the next version.
"""

from __future__ import annotations

import json
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import pandas as pd
import yaml
from filelock import FileLock, Timeout

from analysis.errors import MonitorError
from analysis.settings import Settings, read_settings
from pipeline.folders import BUILD, CONFIG, PROCESSED, PUBLISHED, ROOT, sha256_of
from pipeline.place import put
from pipeline.record import commit
from presentation.promise import (
    Erratum,
    Passport,
    Version,
    check_errata,
    differences,
    explain,
    promised,
    read_errata,
    read_released,
    unsettled,
)

_RECORD = PROCESSED / "build.json"
_FIGURES = [PROCESSED / f"5-publishable-{name}.parquet" for name in ("estimates", "comparisons", "pooled")]


def main(words: list[str]) -> int:
    """Release the edition that is named; returns the exit status."""
    BUILD.mkdir(exist_ok=True)
    try:
        with FileLock(BUILD / "lock", timeout=0):
            print(release("".join(words)))
    except Timeout:
        busy = "Another build is running", "build/lock is taken", "wait for the other one to end; nothing was changed"
        print(_refused("this folder", "one build at a time", *busy), file=sys.stderr)
        return 1
    except MonitorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def release(named: str) -> str:
    """Write data/published/<edition>; returns what was written.

    Raises MonitorError for an edition that does not exist or came out as it is, for figures that were not made or
    not of the commit as it stands, and for differences that errata do not explain.
    """
    settings = read_settings(CONFIG / "monitor.yml")
    edition = _edition(named, settings)
    _check_made()
    estimates, comparisons, pooled = (pd.read_parquet(path) for path in _FIGURES)
    figures = promised(pd.concat([estimates, pooled], ignore_index=True), comparisons, edition)
    folder, errata, versions = PUBLISHED / named, read_errata(CONFIG / "errata.yml"), ()
    released, explained = settings.editions[edition].released, []
    if folder.exists():
        passport, before = read_released(folder)
        check_errata([one for one in errata if one.edition == edition], {edition: passport})
        explained, versions = unsettled(errata, edition, passport), passport.versions
        explain(differences(before, figures), explained, edition)
        if not explained:
            raise _already(named, len(versions))
        released = max(one.date for one in explained)
    _check_committed()
    known = json.loads(_RECORD.read_text(encoding="utf-8"))
    version = Version(
        released=released,
        errata=len(explained),
        record=sha256_of(_RECORD),
        **{name: known[name] for name in ("commit", "python", "packages")},
    )
    return _write(folder, figures, settings.mark, (*versions, version), explained)


def _edition(named: str, settings: Settings) -> int:
    if named not in map(str, settings.editions):
        expected = f"{', '.join(map(str, settings.editions))}   from config/monitor.yml"
        hint = "name one of them: make release EDITION=..., or add the edition to config/monitor.yml"
        raise _refused("EDITION", expected, "Edition does not exist", named or "none", hint)
    return int(named)


def _check_made() -> None:
    for path in (*_FIGURES, _RECORD):
        if not path.exists():
            expected = "publishable figures and the record of their build"
            title, hint = "Figures have not been made yet", "type make figures, or make"
            raise _refused(path.relative_to(ROOT).as_posix(), expected, title, "no such file", hint)


def _check_committed() -> None:
    """What is promised can be made again: from a commit, and these figures were made from this one."""
    now, made = commit(ROOT), json.loads(_RECORD.read_text(encoding="utf-8"))["commit"]
    if now == "unknown" or now.endswith("-dirty"):
        got = "no commit" if now == "unknown" else "files that differ from the commit: see git status"
        title, hint = "Release without a commit", "commit what belongs to the edition and type make release again"
        raise _refused("this folder", "a work tree as it was committed", title, got, hint)
    if made != now:
        title = "Figures are those of another commit"
        raise _refused("data/processed/build.json", now, title, made, "type make figures, and then make release again")


def _already(named: str, versions: int) -> MonitorError:
    expected = f"an edition that is not released yet, or errata for its version {versions + 1}"
    hint = "nothing is to be recorded: its figures are those of that version"
    return _refused(f"data/published/{named}", expected, "Edition is released already", f"version {versions}", hint)


def _write(
    folder: Path, figures: pd.DataFrame, mark: str, versions: tuple[Version, ...], explained: list[Erratum]
) -> str:
    table = figures.to_csv(index=False, lineterminator="\n").encode()
    passport = Passport(mark=mark, rows=len(figures), sha256=sha256(table).hexdigest(), versions=versions)
    with tempfile.TemporaryDirectory(dir=BUILD) as made:
        files = [Path(made) / name for name in ("figures.csv", "passport.yml")]
        files[0].write_bytes(table)
        told = yaml.safe_dump(passport.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
        files[1].write_text(told, encoding="utf-8")
        put(files, folder)
    where = folder.relative_to(ROOT).as_posix()
    return "\n".join(
        [
            f"Edition {folder.name}, version {len(versions)}: {len(figures)} rows, {len(explained)} errata",
            *(f"  {where}/{path.name:<13} {(folder / path.name).stat().st_size / 1000:8.0f} kB" for path in files),
            f"Commit them: git add {where} && git commit. From now on a build stops when one of them would change.",
        ]
    )


def _refused(where: str, expected: str, title: str, got: str, hint: str) -> MonitorError:
    return MonitorError(title, where=where, expected=expected, got=got, hint=hint)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
