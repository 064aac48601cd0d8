"""Other answers that fit all figures as well: walked to from the truth, each step one respondent for another.

A walk proves what a group's count can be, because every place on it satisfies every equation; it never proves that a
count cannot be. That it starts from the truth makes it short, and no less a proof.
"""

from __future__ import annotations

import numpy as np

from audit.criterion import enough
from audit.system import System

_BATCH = 160
_TRIES = 5


class Walk:
    """Yes counts (answers x cells) that satisfy all rows, and which counts of each small group were `seen`.

    The last cell is nobody: a step to or from there changes a single answer.
    """

    def __init__(self, system: System, seed: int = 0) -> None:
        self.system, self.chance = system, np.random.default_rng(seed)
        answers, cells = system.truth.shape
        self.matrices = [np.hstack([rows.matrix, np.zeros((len(rows.matrix), 1))]) for rows in system.rows]
        self.inside = np.hstack([system.inside, np.zeros((len(system.inside), 1))]).astype(int)
        self.n = np.append(system.n, 1 << 40)
        self.most = self.inside @ np.append(system.n, 0)
        self.counts = np.hstack([system.truth, np.full((answers, 1), 1 << 20)])
        self.values = [rows.matrix @ yes for rows, yes in zip(system.rows, system.truth, strict=True)]
        self.groups = (self.inside @ self.counts.T).T
        self.seen = np.zeros((answers, len(self.inside), int(self.most.max(initial=0)) + 1), dtype=bool)
        self._remember(range(answers))

    def settle(self) -> np.ndarray:
        """Walk up and down for every small group; says (answers x groups) for which enough counts were seen."""
        answers, groups = self.groups.shape
        truth = self.inside @ np.hstack([self.system.truth, np.zeros((answers, 1), dtype=int)]).T
        done = np.zeros((answers, groups), dtype=bool)
        for _ in range(2):
            for answer in range(answers):
                for group in range(groups):
                    for up in (True, False):
                        while not self._enough(done, answer, group, truth) and self._step(answer, group, up=up):
                            pass
        return done

    def _enough(self, done: np.ndarray, answer: int, group: int, truth: np.ndarray) -> bool:
        if not done[answer, group]:
            size = int(self.most[group])
            done[answer, group] = enough(self.seen[answer, group, : size + 1], int(truth[group, answer]))
        return bool(done[answer, group])

    def _step(self, answer: int, group: int, *, up: bool) -> bool:
        """One more (or one fewer) yes in a group, if one of some random exchanges with others keeps every row."""
        inside = np.flatnonzero(self.inside[group])
        outside = np.flatnonzero(self.inside[group] == 0)
        for _ in range(_TRIES):
            ours, others = self.chance.choice(inside, _BATCH), self.chance.choice(outside, _BATCH)
            others[:8] = len(self.n) - 1
            gain, lose = (ours, others) if up else (others, ours)
            other = self._other(answer)
            fits = self._fit(answer, other, gain, lose)
            if fits.any():
                at = int(np.argmax(fits))
                self._take(answer, other, int(gain[at]), int(lose[at]))
                return True
        return False

    def _other(self, answer: int) -> int | None:
        """Of a distribution another answer, which loses where this one gains."""
        answers = len(self.counts)
        if not self.system.whole or answers == 1:
            return None
        return int((answer + self.chance.integers(1, answers)) % answers)

    def _fit(self, answer: int, other: int | None, gain: np.ndarray, lose: np.ndarray) -> np.ndarray:
        counts = self.counts
        room = counts[answer, gain] < self.n[gain] if other is None else counts[other, gain] > 0
        fits = room & (counts[answer, lose] > 0) & (gain != lose)
        for which, sign in ((answer, 1), (other, -1)):
            if which is not None and len(self.values[which]):
                rows, matrix = self.system.rows[which], self.matrices[which]
                value = self.values[which][:, None] + sign * (matrix[:, gain] - matrix[:, lose])
                fits &= ((value >= rows.low[:, None]) & (value <= rows.high[:, None])).all(axis=0)
        return fits

    def _take(self, answer: int, other: int | None, gain: int, lose: int) -> None:
        changed = [(answer, 1)] + ([] if other is None else [(other, -1)])
        for which, sign in changed:
            self.counts[which, gain] += sign
            self.counts[which, lose] -= sign
            self.values[which] = self.values[which] + sign * (
                self.matrices[which][:, gain] - self.matrices[which][:, lose]
            )
            self.groups[which] += sign * (self.inside[:, gain] - self.inside[:, lose])
        self._remember([which for which, _ in changed])

    def _remember(self, answers) -> None:
        for which in answers:
            self.seen[which, np.arange(len(self.inside)), self.groups[which]] = True
