"""Reading and harmonising stays quick: all deliveries, and ten times as many rows (hundredfold.py measures 100)."""

from __future__ import annotations

import resource
from pathlib import Path

import pandas as pd
import pytest

from analysis.questionnaire import read_questionnaires
from deliveries.columns import read_answers, read_variables
from deliveries.corrections import read_corrections
from deliveries.examination import Decided, read_answers_of
from deliveries.formats import read_cells
from deliveries.harmonise import examine
from deliveries.passports import deliveries
from tests.deliveries import made

ROOT = Path(__file__).parents[2]
CONFIG, MANIFEST = ROOT / "config", ROOT / "data" / "raw" / "manifest.yml"


def seconds() -> float:
    """Processor time of this process and those it started: what others do at the same time does not count."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def test_all_deliveries_are_read_and_harmonised_within_five_seconds() -> None:
    """The quicker of two goes: with another test on the same core the same work takes half as long again."""

    def measure() -> float:
        began = seconds()
        decided = Decided(
            read_questionnaires(CONFIG / "questionnaire"),
            read_variables(CONFIG / "variables.csv"),
            read_answers(CONFIG / "answers.csv"),
            read_corrections(CONFIG / "corrections.yml"),
        )
        kept = sum(len(read_answers_of(folder, row, decided).frame) for folder, row in deliveries([MANIFEST]))
        assert kept > 10_000
        return seconds() - began

    assert min(measure(), measure()) < 5


@pytest.mark.parametrize("suffix", [".sav", ".csv"])
def test_ten_times_the_rows_take_at_most_ten_times_the_time(tmp_path: Path, suffix: str) -> None:
    def measure(times: int) -> float:
        rows = pd.concat([made.delivered_rows()] * times, ignore_index=True)
        rows["nr"] = [f"P{number}" for number in range(len(rows))]
        path = made.write(tmp_path, rows, suffix)
        began = seconds()
        cells = read_cells(path, made.DELIVERED.used, len(rows))
        harmonised, _ = examine(cells, made.DELIVERED, made.QUESTIONNAIRE)
        assert len(harmonised.frame) + sum(harmonised.dropped.values()) == len(rows)
        return seconds() - began

    measure(200)  # what is loaded once is loaded
    assert measure(2000) < 10 * measure(200) + 0.1
