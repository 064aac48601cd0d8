"""Files damaged at random, with a passport whose hash is right about the damage: an error, or the whole truth.

2,000 damages here, always the same ones; `make fuzz` draws 10,000 others. A failure prints the damage.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.analysis.told import told
from tests.deliveries import made

TIMES = int(os.environ.get("DAMAGES", "2000"))


def damaged(share: float) -> settings:
    """How often this share of all damages is tried."""
    return settings(
        max_examples=round(TIMES * share),
        derandomize=TIMES == 2000,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


ANSWERS = {question["id"]: [row["id"] for row in question.get("answers", [])] for question in made.QUESTIONS}
REASONS = {"no_answer", "routed_out", "not_asked"}
SOMEWHERE = st.integers(0, 1 << 20)
NUMBERS = ("q1", "q3", "q4_1", "q4_2", "q5")
TEXTS = ("nr", "dag", "functie", "q2", "opm")
NAMES = st.text("abqn_123é;=", min_size=1, max_size=8)

FLIP = st.tuples(st.just("flip"), SOMEWHERE, st.integers(0, 7))
SET = st.tuples(st.just("set"), SOMEWHERE, st.sampled_from([0, 1, 2, 127, 128, 254, 255]))
INSERT = st.tuples(st.just("insert"), SOMEWHERE, st.binary(min_size=1, max_size=16))
DELETE = st.tuples(st.just("delete"), SOMEWHERE, st.sampled_from([1, 2, 4, 8, 100]))
CUT = st.tuples(st.just("cut"), SOMEWHERE, st.none())
BYTES = st.lists(st.one_of(FLIP, FLIP, SET, SET, INSERT, DELETE, CUT), min_size=1, max_size=4)

CODES = st.one_of(st.sampled_from([0.0, 1.0, 2.0, 3.0, 8.0, 9.0, 99.0, -1.0, 1.5]), st.floats(allow_infinity=False))
WORDS = st.one_of(
    st.sampled_from(["", "1", "1;1", "1;3", "2;x", "P1", "31-02-2018", "01-01-2030"]), st.text(max_size=9)
)
CELL = st.tuples(st.just("number"), SOMEWHERE, st.tuples(st.sampled_from(NUMBERS), CODES))
WORD = st.tuples(st.just("word"), SOMEWHERE, st.tuples(st.sampled_from(TEXTS), WORDS))
SWAP = st.tuples(st.just("swap"), SOMEWHERE, SOMEWHERE)
RENAME = st.tuples(st.just("rename"), SOMEWHERE, NAMES)
TWICE = st.tuples(st.just("twice"), SOMEWHERE, SOMEWHERE)
ROW = st.tuples(st.sampled_from(["drop row", "double row"]), SOMEWHERE, st.none())
TABLE = st.lists(st.one_of(CELL, CELL, WORD, WORD, SWAP, RENAME, TWICE, ROW), min_size=1, max_size=3)


class Whole:
    """A delivery that nothing is wrong with, and the folder that it is in."""

    def __init__(self, folder: Path, suffix: str, content: bytes) -> None:
        self.folder, self.suffix, self.content = folder, suffix, content

    def __repr__(self) -> str:
        return f"the invented delivery as {self.suffix}"

    @property
    def path(self) -> Path:
        return self.folder / f"{made.FILE}{self.suffix}"


def whole(suffix: str) -> Iterator[Whole]:
    with tempfile.TemporaryDirectory() as name:
        path = made.write(Path(name), made.delivered_rows(), suffix)
        assert made.examined(path)[1] == []
        yield Whole(Path(name), suffix, path.read_bytes())


@pytest.fixture(scope="module")
def sav() -> Iterator[Whole]:
    yield from whole(".sav")


@pytest.fixture(scope="module")
def csv_file() -> Iterator[Whole]:
    yield from whole(".csv")


@damaged(0.2)
@given(damage=BYTES)
def test_an_spss_file_with_damaged_bytes(sav: Whole, damage: list[tuple]) -> None:
    sav.path.write_bytes(with_bytes(sav.content, damage))
    hold(sav.path)


@damaged(0.05)
@given(damage=TABLE)
def test_an_spss_file_of_a_damaged_table(sav: Whole, damage: list[tuple]) -> None:
    frame = with_table(made.delivered_rows(), damage)
    assume(frame.columns.is_unique and all(re.fullmatch("[a-z]\\w*", name) for name in frame))
    texts = frame.select_dtypes(object).columns  # what is no text in them, and what SPSS cannot hold, goes
    frame[texts] = frame[texts].map(lambda cell: str(cell).replace("\0", "")[:200])
    made.write(sav.folder, frame)
    hold(sav.path)


@damaged(0.35)
@given(damage=BYTES)
def test_a_csv_file_with_damaged_bytes(csv_file: Whole, damage: list[tuple]) -> None:
    csv_file.path.write_bytes(with_bytes(csv_file.content, damage))
    hold(csv_file.path)


@damaged(0.4)
@given(damage=TABLE)
def test_a_csv_file_of_a_damaged_table(csv_file: Whole, damage: list[tuple]) -> None:
    frame = with_table(made.delivered_rows(), damage)
    csv_file.path.write_text(csv_of(frame), encoding="utf-8", errors="surrogatepass")
    hold(csv_file.path)


def hold(path: Path) -> None:
    """The law: findings in the form of an error, or the passport's rows and columns with declared answers in all."""
    harmonised, findings = made.examined(path)
    for finding in findings:
        told(finding)
    if findings:
        return
    assert harmonised is not None
    frame = harmonised.frame
    passport = made.passport(path)
    assert harmonised.read == passport.rows
    assert harmonised.read - sum(harmonised.dropped.values()) == len(frame)
    assert frame.groupby("function", observed=True)["respondent"].nunique().to_dict() == made.RESPONDED
    assert list(frame) == ["survey", "wave", *made.QUESTIONNAIRE.columns]
    for name in frame.columns[2:]:
        question = name.split("__")[0]
        if question == "completed_on":
            assert frame[name].between("2018-04-16", "2018-04-30").all() or "no_answer" in set(frame[name])
        elif question != "respondent":
            declared = {"yes", "no"} if "__" in name else set(ANSWERS[question])
            assert set(frame[name]) <= declared | REASONS, name


def with_bytes(content: bytes, damage: Sequence[tuple]) -> bytes:
    made_ = bytearray(content)
    for kind, place, what in damage:
        at = place % max(len(made_), 1)
        if kind == "flip" and made_:
            made_[at] ^= 1 << what
        elif kind == "set" and made_:
            made_[at] = what
        elif kind == "insert":
            made_[at:at] = what
        elif kind == "delete":
            del made_[at : at + what]
        elif kind == "cut":
            del made_[at:]
    return bytes(made_)


def with_table(frame: pd.DataFrame, damage: Sequence[tuple]) -> pd.DataFrame:
    for kind, place, what in damage:
        row, column = place % len(frame), place % frame.shape[1]
        names = list(frame)
        if kind in ("number", "word") and what[0] in names and names.count(what[0]) == 1:
            held = frame[what[0]].tolist()
            frame = frame.assign(**{what[0]: [*held[:row], what[1], *held[row + 1 :]]})
        elif kind == "swap":
            other = what % len(names)
            names[column], names[other] = names[other], names[column]
            frame = frame.set_axis(names, axis=1)
        elif kind == "rename":
            frame = frame.set_axis([*names[:column], what, *names[column + 1 :]], axis=1)
        elif kind == "twice":
            frame = frame.set_axis([*names[:column], names[what % len(names)], *names[column + 1 :]], axis=1)
        elif kind == "drop row" and len(frame) > 1:
            frame = frame.drop(index=frame.index[row]).reset_index(drop=True)
        elif kind == "double row":
            frame = pd.concat([frame, frame.iloc[[row]]], ignore_index=True)
    return frame


def csv_of(frame: pd.DataFrame) -> str:
    """The rows as CSV with every number as Python writes it; nothing is mended on the way."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows([["" if cell != cell else cell for cell in row] for row in frame.itertuples(index=False)])
    return out.getvalue()
