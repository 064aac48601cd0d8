"""What the attacker learns of every small group, and whether enough of its counts stay possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csc_array

from audit.alternatives import Alternatives
from audit.criterion import enough, within
from audit.programs import Program
from audit.system import System

_WIDE = 8  # counts in a range of real numbers from which no integer proof is asked
_SECONDS = 0.5  # for the integer program of one count
_ROUNDS = 3  # of a distribution, whose answers hang together, one: it takes as long
_NAMED = 4  # figures that are named as what pins a group down
_NEAR = 1e-6


@dataclass(frozen=True)
class Verdict:
    """What is known of how many said yes in one small group: between lowest and highest of n; `truth` only judges.

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
    """Seconds that integer programs may still take."""

    left: float


def solve(system: System, patience: Patience) -> list[Verdict]:
    """The verdict on every small group, for every answer of one question."""
    if not system.names:
        return []
    programs = [Program(rows, system.n) for rows in system.rows]
    spans = np.array([[program.span(inside) for inside in system.inside] for program in programs])
    if system.whole and len(programs) > 1:
        spans = _added_up(spans, system.sizes)
    lowest = np.ceil(spans[:, :, 0] - _NEAR).astype(int)
    highest = np.floor(spans[:, :, 1] + _NEAR).astype(int)
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
        if not enough(possible, int(truth[answer, group])):
            made[answer, group] = "pinned"
        elif possible.sum() < _WIDE:
            made[answer, group] = "unproved"
    if (open_ := made == "unproved").any():
        found = Alternatives(system, lowest, highest)
        made[open_ & found.settle(open_, rounds=_ROUNDS if len(system.rows) == 1 else 1)] = "found"
        for answer, group in np.argwhere(made == "unproved"):
            if _proved(system, found, int(answer), int(group), patience):
                made[answer, group] = "found"
    return made


def _proved(system: System, found: Alternatives, answer: int, group: int, patience: Patience) -> bool:
    """Whether integer programs find the counts that are still missing, the nearest first, while there is patience."""
    for count in found.missing(answer, group):
        if patience.left <= 0:
            return False
        began = monotonic()
        state = _solution(system, found.unsure, answer, group, count, _SECONDS)
        patience.left -= monotonic() - began
        if state is not None:
            found.remember(state)
        if found.settled()[answer, group]:
            return True
    return False


def _solution(system: System, unsure: float, answer: int, group: int, count: int, seconds: float) -> np.ndarray | None:
    """Whole yes counts (answers x cells) with this count in a group, that satisfy every row; None where not found."""
    answers, cells = system.truth.shape
    slack = [unsure * np.abs(rows.matrix).max(axis=1, initial=0.0) for rows in system.rows]
    matrix = block_diag([rows.matrix for rows in system.rows], format="csc")
    low = np.concatenate([rows.low - more for rows, more in zip(system.rows, slack, strict=True)])
    high = np.concatenate([rows.high + more for rows, more in zip(system.rows, slack, strict=True)])
    asked = np.zeros((answers, cells))
    asked[answer] = system.inside[group]
    held = [LinearConstraint(matrix, low, high), LinearConstraint(asked.reshape(1, -1), count, count)]
    if system.whole and answers > 1:
        held.append(LinearConstraint(csc_array(np.tile(np.eye(cells), answers)), system.n, system.n))
    bounds = Bounds(0, np.tile(system.n, answers))
    every = np.ones(answers * cells)
    made = milp(0 * every, integrality=every, constraints=held, bounds=bounds, options={"time_limit": seconds})
    return None if made.x is None else np.rint(made.x).astype(int).reshape(answers, cells)


def _pinned_by(system: System, program: Program, answer: int, group: int) -> tuple[str, ...]:
    """The figures that hold a range at either end, the strongest first."""
    strength = np.zeros(len(system.rows[answer].low))
    for sign in (1, -1):
        program.least(sign * system.inside[group])
        strength += program.pinning() * np.abs(system.rows[answer].matrix).max(axis=1, initial=0.0)
    order: Sequence[int] = np.argsort(-strength)[:_NAMED].tolist()
    return tuple(system.rows[answer].names[at] for at in order if strength[at] > _NEAR)
