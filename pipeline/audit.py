"""Attack the finished publication as an outsider would: python -m pipeline.audit.

Returns 1 when the publication tells too much, or a figure does not follow from the answers.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from pathlib import Path
from time import monotonic

import pandas as pd

from audit.attack import Solved, prepare, solve_all
from audit.figures import recorded
from audit.forms import of_versions
from audit.report import passes, told
from audit.rules import read_rules
from audit.scan import hold, kinds, read_all
from pipeline.folders import CONFIG, PROCESSED, PUBLICATION, PUBLISHED
from pipeline.task_attack import CELLS, SECONDS, SOLVED


def main() -> int:
    """Read every file, solve what no build solved, and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--earlier", type=Path, help="folder of an earlier version of the publication")
    asked.add_argument("--seconds", type=float, default=SECONDS, help="for integer programs, in all")
    options, started = asked.parse_args(), monotonic()
    rules, keys = read_rules(CONFIG), _keys()
    files = read_all(PUBLICATION, keys, tell=_progress)
    figures, faults = hold(files, rules)
    if options.earlier:
        earlier, _ = hold(read_all(options.earlier, keys, tell=_progress), rules)
        faults += of_versions(figures, earlier, rules.errata)
    for path in sorted(PUBLISHED.glob("*/figures.csv")):
        released = pd.read_csv(path, dtype=str, keep_default_na=False)
        faults += of_versions(figures, recorded(f"{path.parent.name}/figures.csv", released), rules.errata)
    cells = [pd.read_parquet(path) for path in CELLS.values()]
    attack = prepare(figures, cells, rules)
    known = _solved()
    waiting = [part for part in attack.parts if part.digest() not in known]
    solved = solve_all(waiting, options.seconds, tell=_progress)
    known |= {part.digest(): one for part, one in zip(waiting, solved, strict=True)}
    outcome = attack.outcome(known[part.digest()] for part in attack.parts)
    faults += outcome.faults
    print(told(kinds(files), faults, outcome, monotonic() - started))
    return 0 if passes(faults, outcome) else 1


def _solved() -> dict[str, Solved]:
    """What the build solved, by the sum of all that it hangs on; no more is left to do where files say no more."""
    return dict(pickle.loads(path.read_bytes()) for path in SOLVED.values() if path.exists())


def _keys() -> set[str]:
    """Keys of respondents and strata, which may stand nowhere in the publication."""
    columns = ["respondent", "stratum"]
    frames = [pd.read_parquet(path, columns=columns) for path in sorted(PROCESSED.glob("2-weighted-*.parquet"))]
    return {str(key) for frame in frames for column in columns for key in frame[column].unique()}


def _progress(words: str) -> None:
    print(f"\r{words:<70}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
