"""What the attacker learns of every small group, and whether enough of its counts stay possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import process_time

import numpy as np

from audit.alternatives import Alternatives
from audit.criterion import within
from audit.programs import Program, integers
from audit.system import System

_WIDE = 8  # counts in a range of real numbers from which no integer proof is asked
_PAIRS, _FEW = 3, ((60, 0.3), (100, 1.0), (200, 10.0), (1 << 30, 30.0))  # see _ways
_STEP = 3  # respondents of a cell whose answer an integer program may change
_NAMED = 4  # figures that are named as what pins a group down
_NEAR = 1e-6


@dataclass(frozen=True)
class Verdict:
    """What is known of how many said yes in one small group: between lowest and highest of n; `truth` only judges.

    Where that is wide it may be wider yet, as no more was looked for.
    `proof` is "wide", "found" (other answers that fit), "pinned" (too few counts are left) or "unproved" (in the time
    given); `by` are the figures that hold the range. `headline` is the national share, with which anybody can guess.
    """

    figure: str
    group: str
    n: int
    truth: int
    lowest: int
    highest: int
    proof: str
    headline: float
    by: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether enough stays open."""
        return self.proof in ("wide", "found")


@dataclass
class Patience:
    """Seconds of the processor that integer programs may still take."""

    left: float


def solve(system: System, patience: Patience) -> list[Verdict]:
    """The verdict on every small group, for every answer of one question."""
    if not system.names:
        return []
    programs = [Program(rows, system.n) for rows in system.rows]
    added = system.whole and len(programs) > 1
    enough = [None if added else partial(_plenty, system.sizes, headline) for headline in system.headlines]
    asked = zip(programs, system.truth, enough, strict=True)
    spans = np.array([program.spans(system.inside, truth, plenty) for program, truth, plenty in asked])
    if added:
        spans = _added_up(spans, system.sizes)
    lowest, highest = _whole_numbers(spans)
    proofs = _proofs(system, lowest, highest, patience)
    sizes, truth = system.sizes.astype(int), (system.truth @ system.inside.T).astype(int)
    made = []
    for answer, group in np.argwhere(system.wanted):
        proof = str(proofs[answer, group])
        by = _pinned_by(system, programs[answer], int(answer), int(group)) if proof == "pinned" else ()
        where = system.questions[answer].name, system.names[group], int(sizes[group]), int(truth[answer, group])
        range_ = int(lowest[answer, group]), int(highest[answer, group])
        made.append(Verdict(*where, *range_, proof, system.headlines[answer], by))
    return made


def best_guess(n: np.ndarray | int, headline: float) -> np.ndarray:
    """How many of so many said yes, for who knows the national share only."""
    return np.floor(n * headline + 0.5).astype(int)


def _plenty(sizes: np.ndarray, headline: float, ends: np.ndarray) -> np.ndarray:
    """Of which groups the counts between these ends are enough, and hold the guess of who knows no better."""
    (least, most), guess = _whole_numbers(ends), best_guess(sizes, headline)
    return (most - least + 1 >= _WIDE) & (least <= guess) & (guess <= most)


def _whole_numbers(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest whole number between two ends (last axis)."""
    return np.ceil(ends[..., 0] - _NEAR).astype(int), np.floor(ends[..., 1] + _NEAR).astype(int)


def _added_up(spans: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Ranges of answers that together are everybody in a group: each from those of the others."""
    low, high = spans[:, :, 0].copy(), spans[:, :, 1].copy()
    for _ in range(3):
        low, high = (
            np.maximum(low, sizes - (high.sum(axis=0) - high)),
            np.minimum(high, sizes - (low.sum(axis=0) - low)),
        )
    return np.stack([low, high], axis=2)


def _proofs(system: System, lowest: np.ndarray, highest: np.ndarray, patience: Patience) -> np.ndarray:
    """How it is known that enough stays open, or that it does not, by answer and group."""
    made = np.full(lowest.shape, "wide", dtype="<U8")
    sizes, truth = system.sizes.astype(int), (system.truth @ system.inside.T).astype(int)
    for answer, group in np.argwhere(system.wanted):
        possible = within(int(lowest[answer, group]), int(highest[answer, group]), int(sizes[group]))
        if not system.enough(possible, int(truth[answer, group]), group):
            made[answer, group] = "pinned"
        elif possible.sum() < _WIDE:
            made[answer, group] = "unproved"
    if (open_ := made == "unproved").any():
        found = Alternatives(system, lowest, highest)
        made[open_ & found.settle(open_)] = "found"
        for answer, group in np.argwhere(made == "unproved"):
            if _proved(system, found, int(answer), int(group), patience):
                made[answer, group] = "found"
    return made


@dataclass(frozen=True)
class _Way:
    """What an integer program may change: some answers of so many cells; `rest` takes up what they leave, if any."""

    answers: Sequence[int]
    rest: int
    cells: int
    seconds: float


def _ways(system: System, answer: int) -> Iterator[_Way]:
    """What changes are looked for, the quickest first.

    Of a distribution one other answer is exchanged at first, in few cells and in all, then all answers in few cells;
    all in all cells only where nothing else helped: a solver takes a hundred times as long, and seldom finds more.
    """
    cells = len(system.n)
    if not system.whole or len(system.rows) == 1:
        yield _Way([answer], -1, cells, 1.0)
        return
    parts = np.array([parts for _, parts in system.sums], dtype=bool).reshape(len(system.sums), len(system.rows))
    apart = (parts != parts[:, [answer]]).sum(axis=0)  # sums that an exchange with each answer changes
    others = [int(at) for at in np.lexsort((-system.truth.sum(axis=1), apart)) if at != answer]
    yield from (_Way([answer], rest, of, 0.3) for of in (_FEW[0][0], cells) for rest in others[:_PAIRS])
    yield from (_Way([answer, *others[1:]], others[0], few, seconds) for few, seconds in _FEW)


def _proved(system: System, found: Alternatives, answer: int, group: int, patience: Patience) -> bool:
    """Whether integer programs find the counts that are still missing, the nearest first, while there is patience."""
    if found.settled()[answer, group]:  # by what was found for another answer or group
        return True
    for way in _ways(system, answer):
        for count in found.missing(answer, group):
            if patience.left <= 0:
                return False
            began = process_time()
            state = _solution(system, found, (answer, group, count), way)
            patience.left -= process_time() - began
            if state is not None:
                found.remember(state)
            if found.settled()[answer, group]:
                return True
    return False


def _solution(system: System, found: Alternatives, wanted: tuple[int, int, int], way: _Way) -> np.ndarray | None:
    """Whole yes counts (answers x cells) with a count in a group, that satisfy every row; None where not found.

    Few answers change: it is looked for from the nearest that was found before.
    """
    (answer, group, count), begun = wanted, found.nearest(*wanted)
    few = _nearest(system, answer, system.inside[group] > 0, way.cells)
    free, taking = list(way.answers), np.eye(len(way.answers))
    asked = count - begun[answer] @ system.inside[group]
    held = [(np.kron(taking[[free.index(answer)]], system.inside[group, few]), asked, asked)]
    for rows, parts in system.every:
        share = parts[free].astype(float) - (parts[way.rest] if way.rest >= 0 else 0.0)
        value = rows.matrix @ begun[parts].sum(axis=0)
        slack = found.unsure * np.abs(rows.matrix).max(axis=1, initial=0.0)
        if share.any():
            held.append(
                (np.kron(share[None], rows.matrix[:, few]), rows.low - slack - value, rows.high + slack - value)
            )
    if way.rest >= 0:
        held.append((np.kron(np.ones((1, len(free))), np.eye(len(few))), -np.inf, begun[way.rest, few]))
    matrix = np.vstack([row for row, _, _ in held])
    low, high = (np.concatenate([np.broadcast_to(one[end], len(one[0])) for one in held]) for end in (1, 2))
    told = np.abs(matrix).max(axis=1, initial=0.0) > 0
    yes = begun[free][:, few]
    bounds = np.maximum(-yes, -_STEP).ravel(), np.minimum(system.n[few] - yes, _STEP).ravel()
    changes = integers(matrix[told], (low[told], high[told]), bounds, way.seconds)
    if changes is None:
        return None
    made = begun.copy()
    for at, more in zip(free, changes.reshape(yes.shape), strict=True):
        made[at, few] += more
        if way.rest >= 0:
            made[way.rest, few] -= more
    return made


def _nearest(system: System, answer: int, inside: np.ndarray, cells: int) -> np.ndarray:
    """The cells of a group, and others that are in the same small groups of which something is published."""
    held = np.abs(system.rows[answer].matrix) > 0
    shared = held[:, inside].mean(axis=1) / np.maximum(held @ system.n, 1)
    return np.sort(np.argsort(-(shared @ held) - 10.0 * inside, kind="stable")[:cells])


def _pinned_by(system: System, program: Program, answer: int, group: int) -> tuple[str, ...]:
    """The figures that hold a range at either end, the strongest first."""
    strength = np.zeros(len(system.rows[answer].low))
    for sign in (1, -1):
        program.least(sign * system.inside[group])
        strength += program.pinning() * np.abs(system.rows[answer].matrix).max(axis=1, initial=0.0)
    order: Sequence[int] = np.argsort(-strength)[:_NAMED].tolist()
    return tuple(system.rows[answer].names[at] for at in order if strength[at] > _NEAR)
