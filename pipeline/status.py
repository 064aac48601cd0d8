"""Where every delivery stands: python -m pipeline status prints a line per wave and survey.

Works before anything was built, and with a broken delivery or one without a passport: the table says so, what is wrong
is told below it, and the exit status is 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from yaml import YAMLError

from analysis.errors import MonitorError
from analysis.settings import read_settings
from deliveries.answers import NOT_ASKED
from deliveries.columns import read_variables
from deliveries.passports import Passport, check_documented, delivered_below, mismatch, read_manifest, undocumented
from pipeline.folders import CONFIG, PROCESSED, RAW, ROOT, sha256_of
from pipeline.sources import CORRECTIONS, MANIFESTS

_CONFIG = ("variables.csv", "answers.csv", "functions.csv")
_COLUMNS = [
    *("wave", "survey", "delivered", "origin", "design", "verified", "harmonised", "rows", "kept", "responded"),
    *("dropped", "file"),
]
_TROUBLE = (MonitorError, YAMLError, OSError, ValueError, KeyError)


def status() -> int:
    """Print where every wave of every survey stands, and what is wrong; returns the exit status."""
    problems: list[MonitorError] = []
    found, strange = _passports(problems)
    build, harmonised = _read(PROCESSED / "build.json"), _harmonised()
    waves, held = _planned(problems)
    lines = []
    surveys, all_waves = {*held, *(survey for survey, _ in found)}, waves | {wave for _, wave in found}
    for wave, survey in sorted({*product(all_waves, surveys), *strange}):
        if (survey, wave) in found:
            folder, passport = found[(survey, wave)]
            lines.append(_line(folder / passport.file, passport, build, harmonised, problems))
        elif (wave, survey) not in strange:
            asked = wave in held[survey] if survey in held else True
            absent = "no delivery" if asked else "not held"
            lines.append({"wave": wave, "survey": survey, "delivered": absent})
        for path in strange.get((wave, survey), []):
            told = {"wave": wave or "?", "survey": survey, "delivered": "no passport", "file": _named(path)}
            lines.append(told)
    table = [[str(line.get(name, "")) for name in _COLUMNS] for line in lines]
    print("\n".join(_aligned(table)) if table else "No delivery, and no wave in config/monitor.yml.")
    for problem in problems:
        print(f"\n{problem}")
    return 1 if problems else 0


def _passports(
    problems: list[MonitorError],
) -> tuple[dict[tuple[str, int], tuple[Path, Passport]], dict[tuple[int, str], list[Path]]]:
    """The passports in force, by survey and wave: those of data/raw/real before those of the examples.

    And the files without one, by the wave (0: none) and survey of their path, waves/<year>/<survey>.sav.
    """
    found, strange = {}, {}
    readable = []
    for manifest in MANIFESTS:
        try:
            for passport in read_manifest(manifest):
                found[(passport.survey, passport.wave)] = (manifest.parent, passport)
            readable.append(manifest)
        except _TROUBLE as problem:
            problems.append(_told(_named(manifest), problem))
    if len(readable) < len(MANIFESTS):
        return found, strange
    for path in undocumented(delivered_below(RAW), readable):
        wave = path.parent.name
        strange.setdefault((int(wave) if wave.isdigit() else 0, path.stem), []).append(path)
    try:
        check_documented(delivered_below(RAW), readable)
    except MonitorError as problem:
        problems.append(problem)
    return found, strange


def _planned(problems: list[MonitorError]) -> tuple[set[int], dict[str, set[int]]]:
    """The waves of monitor.yml; and per survey those in which variables.csv says that it asked something."""
    held: dict[str, set[int]] = {path.stem: set() for path in (CONFIG / "questionnaire").glob("*.yml")}
    try:
        waves = set(read_settings(CONFIG / "monitor.yml").waves)
    except _TROUBLE as problem:
        problems.append(_told("config/monitor.yml", problem))
        waves = set()
    try:
        table = read_variables(CONFIG / "variables.csv")
        for survey, rows in table.groupby("survey"):
            asked = [name for name in table if str(name).isdigit() and (rows[name] != NOT_ASKED).any()]
            held[str(survey)] = {int(str(name)) for name in asked}
    except _TROUBLE as problem:
        problems.append(_told("config/variables.csv", problem))
    return waves, held


def _line(
    path: Path, passport: Passport, build: dict, harmonised: list[dict], problems: list[MonitorError]
) -> dict[str, object]:
    digest = sha256_of(path) if path.is_file() else ""
    if digest != passport.sha256:
        expected, got = (passport.sha256, digest) if digest else (passport.file, "no such file")
        problems.append(mismatch(passport, "sha256" if digest else "file", expected, got))
    done = next((row for row in harmonised if (row["survey"], row["wave"]) == (passport.survey, passport.wave)), {})
    dropped = ", ".join(f"{n} {reason}" for reason, n in done.get("dropped", {}).items() if n)
    return {
        **{"wave": passport.wave, "survey": passport.survey, "delivered": passport.delivered.isoformat()},
        **{"origin": passport.origin, "design": passport.design},
        "verified": "yes" if digest == passport.sha256 else "NO" if digest else "NO FILE",
        "harmonised": _state(path, passport.survey, build) if done else "no",
        **{
            "rows": passport.rows,
            "kept": done.get("kept", ""),
            "responded": done.get("responded", ""),
            "dropped": dropped,
        },
        "file": _named(path),
    }


def _state(path: Path, survey: str, build: dict) -> str:
    """Whether what was harmonised still stands on these inputs, by the sha256 that build.json keeps."""
    inputs = [path, CONFIG / "questionnaire" / f"{survey}.yml", *(CONFIG / name for name in _CONFIG), *CORRECTIONS]
    known = build.get("inputs", {})
    same = [known.get(_named(each)) == sha256_of(each) for each in inputs if each.exists()]
    return "yes" if path.exists() and all(same) else "stale"


def _harmonised() -> list[dict]:
    """What harmonising read, kept and dropped per file; nothing before it ran."""
    return list(_read(PROCESSED / "1-harmonised.json"))


def _read(path: Path) -> Any:
    """What a JSON file of the pipeline holds; nothing when it is not there or was cut off."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def _aligned(table: list[list[str]]) -> Iterator[str]:
    """The table under its head as lines of text, numbers to the right."""
    rows = [_COLUMNS, *table]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    numbers = [name in ("rows", "kept", "responded") for name in _COLUMNS]
    for cells in rows:
        put = zip(cells, widths, numbers, strict=True)
        yield "  ".join(text.rjust(width) if number else text.ljust(width) for text, width, number in put).rstrip()


def _told(name: str, problem: Exception) -> MonitorError:
    """A problem as it is told; one that no reader foresaw names the file."""
    if isinstance(problem, MonitorError):
        return problem
    return MonitorError(
        "File cannot be read",
        where=name,
        expected="a file of the form that CONTRIBUTING.md describes",
        got=" ".join(str(problem).split()) or type(problem).__name__,
        hint="restore it from git",
    )
