"""Measure how fast estimates are, beside R's survey where it is installed: python -m tests.benchmark [--runs 5].

24,000 estimates: 120 binary items x 40 domains x 5 waves of 3,000 respondents, with standard error and interval, on one
core. R gives no interval and gets its fastest form: svyby on 30 items at once (60 and 120 are slower, as is one), which
asks for answers without gaps; where answers are missing it needs a svyby per item, of which four items are timed.
Runs alternate; the ratio is that of each pair. Fails below 50 times R's fastest form without calibration, and 30 with.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from analysis import estimation
from tests.benchmark.survey import CODEBOOK, INDICATORS, ITEMS, RESPONDENTS, WAVES, domains, make_designs, write_for_r

MISSING, AT_ONCE, EACH = 0.04, 30, 4
LEAST = {"base": 50, "calibrated": 30}
TIMES = (1, 10, 100)
MEMORY = 2.0  # gigabytes
IMPORT = 0.3  # seconds above pandas
SCRIPT = Path(__file__).with_name("benchmark.R")


def main() -> int:
    """Print three tables; returns 1 when a bound is not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        print(*_measure_many(options.alone))
        return 0
    good = [_against_r(options.runs), _linear(), _imports(options.runs)]
    return 0 if all(good) else 1


def _against_r(runs: int) -> bool:
    beside = shutil.which("Rscript") is not None
    print(f"{ITEMS} items x 40 domains x {WAVES} waves of {RESPONDENTS} respondents, {runs} runs: median (least, most)")
    print(
        "R is not installed: only ours is timed" if not beside else f"R: svyby, {AT_ONCE} items at once, and one by one"
    )
    good = True
    for weights, form in product(LEAST, ("no gaps", "gaps")):
        made = make_designs(WAVES, RESPONDENTS, MISSING if form == "gaps" else 0.0, weights == "calibrated")
        items = ITEMS if form == "no gaps" else EACH
        with tempfile.TemporaryDirectory() as folder:
            write_for_r(made, Path(folder))
            pairs = [(_ours(made), _theirs(Path(folder), weights, form) if beside else np.nan) for _ in range(runs)]
            furthest = _furthest(made, Path(folder)) if beside else np.nan
        ours = [ITEMS * 40 * WAVES / seconds for seconds, _ in pairs]
        theirs = [items * 40 * WAVES / seconds for _, seconds in pairs]
        ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
        print(
            f"  {weights:<10} {form:<7}  ours {_spread(ours)} a second   R {_spread(theirs)}   ratio {_spread(ratios)}"
            f"   largest relative difference {furthest:.0e}"
        )
        good &= not beside or form == "gaps" or median(ratios) >= LEAST[weights]
        good &= not beside or furthest < 1e-8
    return good


def _ours(made: dict) -> float:
    began = time.process_time()
    estimation.estimate(made, INDICATORS, domains(made[1]), CODEBOOK)
    return time.process_time() - began


def _theirs(folder: Path, weights: str, form: str) -> float:
    how = [str(AT_ONCE)] if form == "no gaps" else ["1", str(EACH)]
    run = subprocess.run(["Rscript", str(SCRIPT), str(folder), weights, *how], capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stderr)
    return float(run.stdout)


def _furthest(made: dict, folder: Path) -> float:
    """The largest relative difference between R's estimates and standard errors and ours."""
    theirs = (
        pd.read_csv(folder / "r.csv").rename(columns={"item": "indicator"}).set_index(["wave", "domain", "indicator"])
    )
    ours = estimation.estimate(made, INDICATORS, domains(made[1]), CODEBOOK)
    both = ours.set_index(["wave", "domain", "indicator"]).loc[theirs.index]
    apart = [np.abs(both[name] / theirs[name] - 1)[theirs[name] > 1e-9].max() for name in ("estimate", "se")]
    return float(max(apart))


def _linear() -> bool:
    """Seconds and memory with more and more respondents, each number in a process of its own."""
    print(f"\n{ITEMS} items x 40 domains x {WAVES} waves, calibrated, with gaps")
    rows = []
    for times in TIMES:
        command = [sys.executable, "-m", "tests.benchmark", "--alone", str(times)]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(run.stderr)
        seconds, memory = (float(word) for word in run.stdout.split())
        rows.append((times, seconds, memory))
        people = times * RESPONDENTS * WAVES
        per_million = 1e6 * seconds / people
        print(f"  {people:>9,} respondents  {seconds:8.2f} s  {per_million:6.1f} s per million  {memory:.2f} GB")
    return rows[-1][1] <= TIMES[-1] * rows[0][1] and rows[-1][2] < MEMORY


def _measure_many(times: int) -> tuple[float, float]:
    made = make_designs(WAVES, times * RESPONDENTS, MISSING, True, times)
    seconds = _ours(made)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _imports(runs: int) -> bool:
    """Seconds of processor time that the library, and the class that README names, take above pandas."""
    lines = ["import pandas", "import pandas, analysis", "import pandas; from analysis.monitor import Monitor"]
    spent = {line: [_seconds(line) for _ in range(runs)] for line in lines}
    above = [[one - other for one, other in zip(spent[line], spent[lines[0]], strict=True)] for line in lines[1:]]
    print(f"\nabove import pandas: analysis {_spread(above[0], '.2f')} s, its Monitor {_spread(above[1], '.2f')} s")
    return median(above[0]) <= IMPORT


def _seconds(line: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", line], check=True, env={**os.environ, "PYTHONPATH": "src"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _spread(numbers: list[float], form: str = ",.0f") -> str:
    return f"{median(numbers):{form}} ({min(numbers):{form}}, {max(numbers):{form}})"


if __name__ == "__main__":
    sys.exit(main())
