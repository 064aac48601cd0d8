"""What a build rests on, as build.json tells it: commit, inputs by sha256, versions, and rows per stage."""

from __future__ import annotations

import json
import platform
import re
import subprocess
import tomllib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from deliveries.passports import Passport
from pipeline.folders import CONFIG, RAW, ROOT, sha256_of
from pipeline.sources import CORRECTIONS, MANIFESTS, delivered_files


def inputs() -> list[Path]:
    """Every file that people wrote or delivered and that figures can rest on: deliveries, population, config."""
    facts = [path for folder in (RAW / "population", CONFIG) for path in folder.rglob("*") if path.is_file()]
    return sorted({*MANIFESTS, *CORRECTIONS, *delivered_files(), *facts})


def surroundings() -> str:
    """Commit, Python and versions of the packages that pyproject.toml names, as JSON."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = sorted(re.split(r"[^\w.-]", row, maxsplit=1)[0] for row in project["dependencies"])
    packages = {name: _version(name) for name in names}
    return json.dumps({"commit": commit(ROOT), "python": platform.python_version(), "packages": packages})


def commit(folder: Path) -> str:
    """The commit of a work tree, with "-dirty" when files differ from it; "unknown" where git knows no such tree."""
    try:
        told = [
            subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
            for words in (("rev-parse", "--show-toplevel"), ("rev-parse", "HEAD"), ("status", "--porcelain"))
        ]
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    top, head, changed = told
    if Path(top).resolve() != folder.resolve():
        return "unknown"
    return f"{head}-dirty" if changed else head


def record(inputs: Sequence[Path], passports: Sequence[Passport], made: Sequence[Path], surroundings: str) -> str:
    """What data/processed/build.json holds: `surroundings`, inputs with their sha256, rows per survey and stage, laws.

    The same inputs give the same bytes: no clock, no folder of this machine.
    """
    known: dict[str, Any] = json.loads(surroundings)
    known["inputs"] = {path.relative_to(ROOT).as_posix(): sha256_of(path) for path in inputs}
    known["rows"] = _rows(passports, made)
    laws = [path for path in made if path.stem.endswith("consistency")]
    known["held"] = {law: n for path in laws for law, n in json.loads(path.read_text(encoding="utf-8")).items()}
    return json.dumps(known, indent=1)


def _rows(passports: Sequence[Passport], made: Sequence[Path]) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = {}
    for passport in passports:
        stages = rows.setdefault(passport.survey, {"delivered": 0})
        stages["delivered"] += passport.rows
    for path in made:
        if path.suffix == ".parquet":
            stage = path.stem.partition("-")[2]
            for survey, n in pd.read_parquet(path, columns=["survey"])["survey"].value_counts().items():
                stages = rows.setdefault(str(survey), {})
                stages[stage.removesuffix(f"-{survey}")] = int(n)
    return rows


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
