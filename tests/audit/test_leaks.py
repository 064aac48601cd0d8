"""Leaks of every kind are caught, and what harms nobody raises nothing: 238 planted ones and 50 harmless changes."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from audit.attack import prepare
from audit.figures import recorded
from audit.forms import of_versions
from audit.media import read
from audit.scan import hold
from tests.audit.invented import RULES, Chart, audited, cells, lines, page, pdf, publication, workbook
from tests.audit.leaks import LEAKS

SEEDS = 14


def test_the_invented_publication_is_safe() -> None:
    faults, outcome = audited(publication())
    assert [str(fault) for fault in faults] == []
    assert outcome.failures == []
    assert outcome.verdicts


@pytest.mark.parametrize("kind", sorted(LEAKS))
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_planted_leak_is_caught(kind: str, seed: int) -> None:
    files = publication()
    LEAKS[kind](random.Random(f"{kind} {seed}"), files)
    faults, outcome = audited(files)
    assert faults or outcome.failures


@pytest.mark.parametrize("seed", range(SEEDS))
def test_an_older_version_with_another_value_is_caught(seed: int) -> None:
    chance, rows = random.Random(seed), lines()
    row = chance.choice([row for row in rows if row["percentage"]])
    other = row | {"percentage": str(int(row["percentage"]) + 1), "weergave": f"{int(row['percentage']) + 1}%"}
    now, earlier = (_figures(each) for each in (rows, [other if one["id"] == row["id"] else one for one in rows]))
    assert [fault.file for fault in of_versions(now, earlier, frozenset())] == [row["id"]]
    assert not [*of_versions(now, earlier, {row["id"]})]
    assert not [*of_versions(now, now, frozenset())]


def test_a_released_edition_is_an_earlier_version_too() -> None:
    row = next(row for row in lines() if row["percentage"])
    other = {"id": [row["id"]], "shown": [f"{int(row['percentage']) + 1}%"], "low": [""], "high": [""], "n": [""]}
    released = recorded("2024/figures.csv", pd.DataFrame(other))
    assert [fault.file for fault in of_versions(_figures(lines()), released, frozenset())] == [row["id"]]


def test_what_was_solved_is_solved_again_only_where_files_say_more() -> None:
    def sums(rows: list[dict[str, str]]) -> list[str]:
        return [part.digest() for part in prepare(_figures(rows), [cells()], RULES).parts]

    known = sums(lines())
    assert sums(lines()[::-1]) == known
    row = next(row for row in lines() if row["percentage"])
    other = row | {"percentage": str(int(row["percentage"]) + 1)}
    assert sums([other if one["id"] == row["id"] else one for one in lines()]) != known


def _figures(rows: list[dict[str, str]]) -> pd.DataFrame:
    return hold({"cijfers.csv": read("cijfers.csv", publication(rows)["cijfers.csv"])}, RULES)[0]


def _withheld(chance: random.Random) -> list[dict[str, str]]:
    row = chance.choice([row for row in lines() if row["percentage"]])
    new = row | {"percentage": "", "weergave": "x", "teken": "x"}
    return [new if each["id"] == row["id"] else each for each in lines()]


def _harmless(chance: random.Random) -> dict[str, bytes]:
    rows = lines()
    kind = chance.randrange(8)
    if kind == 0:
        chance.shuffle(rows)
        return publication() | {"cijfers.csv": publication(rows)["cijfers.csv"], "boek.xlsx": workbook(rows)}
    if kind == 1:
        return publication(_withheld(chance))
    if kind == 2:
        more = chance.choice(["<p>In 2024 deden 1.690 mensen mee.</p>", "<p>De weging: 0,85 tot 1,9.</p>", "<p> </p>"])
        return publication() | {"blad.html": page(lines(), more=more).encode()}
    if kind == 3:
        text = page(lines()).replace("#0a5c8a", chance.choice(["#123456", "#abcdef"])).replace("<p>", "<p>\n  ")
        return publication() | {"blad.html": text.encode()}
    if kind == 4:
        shown = [row for row in rows if row["percentage"]][: chance.randint(1, 5)]
        label = "Punten. " + "; ".join(row["weergave"] for row in shown)
        chart = Chart(label, [float(row["percentage"]) for row in shown])
        return publication() | {"blad.html": page(lines(), chart=chart).encode()}
    if kind == 5:
        shown = next(row["weergave"] for row in rows if row["percentage"])
        return publication() | {"blad.pdf": pdf(f"Anders gezegd: {shown}.", Author="Redactie", Title="Monitor 2024")}
    if kind == 6:
        files = publication()
        del files[chance.choice([*files])]
        return files | {"stijl.css": b"p { width: 12.5%; opacity: 0.123456 }"}
    frame = pd.DataFrame(rows)[chance.sample([*rows[0]], len(rows[0]))].assign(toelichting="geen")
    return publication() | {"cijfers.csv": frame.to_csv(index=False).encode()}


@pytest.mark.parametrize("seed", range(50))
def test_a_harmless_change_raises_nothing(seed: int) -> None:
    faults, outcome = audited(_harmless(random.Random(seed)))
    assert [str(fault) for fault in faults] == []
    assert outcome.failures == []
