"""Measure anew what intervals and verdicts are worth: python -m tests.coverage [--draws 1000] [--processes 2].

Writes tests/reference/coverage.csv, whose head says how, when and from which commit it was made.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from functools import cache
from multiprocessing import Pool

import pandas as pd

from pipeline.record import commit
from tests.coverage.measurement import ROOT, SEED, Setup, draw_pair, read_setup, summarise

TABLE = ROOT / "tests" / "reference" / "coverage.csv"


def main() -> None:
    """Draw, count, and write the table; twenty lines tell how far it is."""
    parser = argparse.ArgumentParser(prog="python -m tests.coverage", description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    made_from, began, rows = commit(ROOT), time.time(), []
    with Pool(options.processes) as pool:
        for done, counted in enumerate(pool.imap_unordered(_draw_pair, range(options.draws // 2)), start=1):
            rows.append(counted)
            if 2 * done % max(options.draws // 20, 2) == 0:
                print(f"{2 * done} of {options.draws} draws, {time.time() - began:.0f} s", flush=True)
    table = summarise(pd.concat(rows).sort_values("pair", kind="stable"))
    short = made_from[:10] + "-dirty" * made_from.endswith("-dirty")
    head = f"# {options.draws} draws from seed {SEED}, counted on {date.today()} by commit {short}\n"
    TABLE.write_text(head + table.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    print(table.to_string(index=False))


def _draw_pair(pair: int) -> pd.DataFrame:
    return pd.concat(draw_pair(_setup(), pair))


@cache
def _setup() -> Setup:
    return read_setup()


if __name__ == "__main__":
    main()
