"""Measure a hundred times the rows of every delivery: PYTHONPATH=src:. python tests/deliveries/hundredfold.py.

Prints, per kind of file, seconds of processor time and peak memory beside those of the deliveries as they are; takes a
few minutes, most of it to write the large files. Nothing but a temporary folder is written.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from analysis.questionnaire import read_questionnaires
from deliveries.columns import read_answers, read_variables
from deliveries.corrections import read_corrections
from deliveries.examination import Decided
from deliveries.formats import read_cells
from deliveries.harmonise import examine, together
from deliveries.passports import Passport, deliveries

ROOT = Path(__file__).parents[2]
CONFIG, MANIFEST = ROOT / "config", ROOT / "data" / "raw" / "manifest.yml"
TIMES = 100


def read_decided() -> Decided:
    """What config says."""
    return Decided(
        read_questionnaires(CONFIG / "questionnaire"),
        read_variables(CONFIG / "variables.csv"),
        read_answers(CONFIG / "answers.csv"),
        read_corrections(CONFIG / "corrections.yml"),
    )


def multiply(path: Path, target: Path, numbers: list[str], times: int) -> int:
    """Write the file with this many copies of its people, each with `numbers` of their own; returns its rows."""
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    many = frame.iloc[np.tile(np.arange(len(frame)), times)].reset_index(drop=True)
    copy = np.repeat(np.arange(times), len(frame))
    for name in numbers:
        text = many[name].dtype == object
        many[name] = many[name] + pd.Series(copy).astype(str).radd("-") if text else many[name] * 1000 + copy
    if target.suffix == ".csv":
        many.to_csv(target, sep=";", index=False)
    else:
        told = {"missing_ranges": meta.missing_ranges, "variable_value_labels": meta.variable_value_labels}
        pyreadstat.write_sav(many, str(target), row_compress=True, **told)
    return len(many)


def read_all(files: list[tuple[Passport, Path, int]]) -> None:
    """Read and harmonise the files, keep all answers, and print what that took."""
    decided = read_decided()
    kept: dict[str, list] = {}
    for passport, path, rows in files:
        delivered = decided.delivered(passport.survey, passport.wave, passport.file)
        cells = read_cells(path, delivered.used, rows)
        assert cells.rows == rows
        harmonised, _ = examine(cells, delivered, decided.questionnaires[passport.survey])
        kept.setdefault(passport.survey, []).append(harmonised)
    frames = [together(parts) for parts in kept.values()]
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(one.ru_utime + one.ru_stime for one in used)
    highest = next(row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM"))
    memory = [int(highest.split()[1]) / 1e6, used[1].ru_maxrss / 1e6]
    print(
        f"{sum(len(frame) for frame in frames):>9} rows kept of {sum(rows for *_, rows in files):>9}: {seconds:6.1f} s,"
        f" peak {memory[0]:.2f} GB, and {memory[1]:.2f} GB in the reader of SPSS files"
    )


def main() -> None:
    """Measure each format (all, or those named), as it is and a hundredfold, each in a process of its own."""
    found, decided = deliveries([MANIFEST]), read_decided()
    for suffix in sys.argv[1:] or (".sav", ".csv"):
        for times in (1, TIMES):
            with tempfile.TemporaryDirectory() as folder:
                files = []
                for number, (where, passport) in enumerate(found):
                    target = Path(folder) / f"{number}{suffix}"
                    delivered = decided.delivered(passport.survey, passport.wave, passport.file)
                    asked = decided.questionnaires[passport.survey].questions
                    numbers = [delivered.columns[question.id] for question in asked if question.kind == "id"]
                    files.append((passport, target, multiply(where / passport.file, target, numbers, times)))
                print(f"{suffix} x {times:>3}", end=" ", flush=True)
                process = get_context("spawn").Process(target=read_all, args=(files,))
                process.start()
                process.join()
                if process.exitcode:
                    sys.exit(process.exitcode)


if __name__ == "__main__":
    main()
