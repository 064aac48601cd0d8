"""Other answers that fit all published figures as well, found by repair: many at once, from the truth outwards.

A search proves what a group's count can be, because it is believed only where every equation holds; it never proves
that a count cannot be. That it starts from the truth makes it short, and no less a proof.
"""

from __future__ import annotations

import numpy as np

from audit.system import System

_REACH = 3  # counts on either side of the truth: with it four in a row, wherever two known respondents stand
_ROUNDS, _JOBS, _STEPS, _CHOICES = 8, 192, 40, 192
_STRAY = 0.03  # how often the best choice is taken though it mends nothing
_NOBODY = 1 << 30
#: Respondents by which the sum behind a figure may be off: weights are recomputed from what is known of others.
UNSURE = 0.25


class Alternatives:
    """Counts of each small group (answers x groups x counts) that were `seen` where every equation holds.

    A state is the yes counts of all answers by cell, with a last cell that is nobody. A step lets one respondent more
    in one cell and one fewer in another say yes (of a distribution: change another answer the other way round).
    """

    def __init__(self, system: System, lowest: np.ndarray, highest: np.ndarray, *, unsure: float = UNSURE) -> None:
        self.system, self.chance, self.unsure = system, np.random.default_rng(0), unsure
        self.lowest, self.highest = lowest, highest
        self.answers, cells = system.truth.shape
        self.cells = cells + 1
        self.n = np.append(system.n, _NOBODY)
        self.inside = np.hstack([system.inside, np.zeros((len(system.inside), 1))]).astype(bool)
        self.columns = self._columns()
        heaviest = np.abs(self.columns).max(axis=(0, 1), initial=0.0)
        heaviest[heaviest == 0] = 1.0
        self.columns /= heaviest
        self.light = self.columns.astype(np.float32)  # to choose by; what is chosen is added up exactly
        self.each = self.columns[:, :-1].reshape(self.answers * cells, len(heaviest))
        low = np.concatenate([rows.low for rows, _ in system.every]) / heaviest
        high = np.concatenate([rows.high for rows, _ in system.every]) / heaviest
        self.middle, self.half = (low + high) / 2, (high - low) / 2 + unsure
        touched = self.columns.any(axis=0).T  # rows x cells: the cells of each row stand first in its line
        self.support, self.reach = np.argsort(~touched, axis=1, kind="stable"), touched.sum(axis=1)
        self.owners = np.concatenate([np.tile(parts, (len(rows.low), 1)) for rows, parts in system.every])
        self.truth = np.hstack([system.truth, np.full((self.answers, 1), _NOBODY // 2)])
        self.exchange = system.whole and self.answers > 1
        self.sizes = system.sizes.astype(int)
        self.right = (system.truth @ system.inside.T).astype(int)
        #: Which of the states was the last with a count.
        self.of = np.full((self.answers, len(self.sizes), int(self.sizes.max(initial=0)) + 1), -1)
        self.seen = self.of >= 0
        self.states: list[np.ndarray] = []
        self._remember(self.truth[None, :, :-1])

    def settle(self, wanted: np.ndarray) -> np.ndarray:
        """Look for what is wanted (answers x groups); says of which groups enough counts were seen."""
        for _ in range(_ROUNDS):
            jobs = [(*each, count) for each in np.argwhere(wanted & ~self.settled()) for count in self.missing(*each)]
            jobs.sort(key=lambda job: abs(job[2] - self.right[job[0], job[1]]))
            for at in range(0, len(jobs), _JOBS):
                if len(some := [job for job in jobs[at : at + _JOBS] if not self.seen[job]]):
                    self._repair(np.array(some))
        return self.settled()

    def settled(self) -> np.ndarray:
        """The groups, by answer, of which enough counts were seen."""
        made = np.zeros((self.answers, len(self.sizes)), dtype=bool)
        for answer, group in np.ndindex(made.shape):
            possible = self.seen[answer, group, : self.sizes[group] + 1]
            made[answer, group] = self.system.enough(possible, int(self.right[answer, group]), group)
        return made

    def missing(self, answer: int, group: int) -> list[int]:
        """Counts that were not seen and that the range allows, those nearest the truth first."""
        truth = int(self.right[answer, group])
        low, high = max(self.lowest[answer, group], truth - _REACH), min(self.highest[answer, group], truth + _REACH)
        near = [count for count in range(low, high + 1) if not self.seen[answer, group, count]]
        return sorted(near, key=lambda count: abs(count - truth))

    def nearest(self, answer: int, group: int, count: int) -> np.ndarray:
        """The state that was seen last of those whose count in the group is nearest."""
        seen = np.flatnonzero(self.seen[answer, group])
        return self.states[self.of[answer, group, seen[np.abs(seen - count).argmin()]]]

    def remember(self, state: np.ndarray) -> None:
        """Note a state (answers x cells) that was found elsewhere."""
        self._remember(state[None])

    def _columns(self) -> np.ndarray:
        """Answers x cells x rows: what one yes more adds to every row."""
        made = np.zeros((self.answers, self.cells, sum(len(rows.low) for rows, _ in self.system.every)))
        start = 0
        for rows, parts in self.system.every:
            made[parts, :-1, start : start + len(rows.low)] = rows.matrix.T
            start += len(rows.low)
        return made

    def _repair(self, jobs: np.ndarray) -> None:
        """Start each job with its count in its group, then mend the rows that no longer hold, keeping that count.

        `values` say how far each row is off the middle of what it may be.
        """
        states = np.array([self._start(*job) for job in jobs])
        values = states[:, :, :-1].reshape(len(jobs), -1) @ self.each - self.middle
        for _ in range(_STEPS if self.answers == 1 else _STEPS // 2):
            wrong = self._wrong(values)
            fine = wrong.sum(axis=1) < 1e-12
            if fine.any():
                self._remember(states[fine][:, :, :-1])
            going = ~fine & ~self.seen[jobs[:, 0], jobs[:, 1], jobs[:, 2]]
            if not going.any():
                return
            jobs, states, values, wrong = jobs[going], states[going], values[going], wrong[going]
            self._mend(jobs, states, values, wrong)

    def _start(self, answer: int, group: int, count: int) -> np.ndarray:
        """The nearest state that was seen, with as many more or fewer in the group, anywhere in it, as are missing."""
        state = self.truth.copy()
        state[:, :-1] = self.nearest(answer, group, count)
        near = int(state[answer] @ self.inside[group])
        cells = np.flatnonzero(self.inside[group])
        step = 1 if count > near else -1
        for _ in range(abs(count - near)):
            room = cells[(self.n[cells] > state[answer, cells]) if step > 0 else (state[answer, cells] > 0)]
            cell = self.chance.choice(room)
            if self.exchange:
                others = state[:, cell] > 0 if step > 0 else np.ones(self.answers, dtype=bool)
                others[answer] = False
                state[self.chance.choice(np.flatnonzero(others)), cell] -= step
            state[answer, cell] += step
        return state

    def _wrong(self, values: np.ndarray) -> np.ndarray:
        """By how much rows do not hold, in respondents."""
        off = np.abs(values)
        off -= self.half.astype(values.dtype)
        return np.maximum(off, 0.0, out=off)

    def _mend(self, jobs: np.ndarray, states: np.ndarray, values: np.ndarray, wrong: np.ndarray) -> None:
        """One step of every state, the best of some that help the row that is furthest off."""
        many, each = len(jobs), np.arange(len(jobs))
        row = (wrong * self.chance.random(wrong.shape)).argmax(axis=1)
        low = values[each, row] < 0
        choices = _CHOICES // self.answers
        helping = self.support[row[:, None], (self.chance.random((many, choices)) * self.reach[row, None]).astype(int)]
        others = self.chance.integers(0, self.cells, (many, choices))
        others[:, : 1 + choices // 16] = self.cells - 1
        gain, lose = np.where(low[:, None], helping, others), np.where(low[:, None], others, helping)
        answer = (self.chance.random((many, choices, self.answers)) * self.owners[row][:, None]).argmax(axis=2)
        other = (answer + self.chance.integers(1, max(self.answers, 2), answer.shape)) % self.answers
        at, group = each[:, None], jobs[:, 1][:, None]
        fits = (states[at, answer, lose] > 0) & (gain != lose) & (self.inside[group, gain] == self.inside[group, lose])
        fits &= states[at, other, gain] > 0 if self.exchange else states[at, answer, gain] < self.n[gain]
        left = np.full(fits.shape, np.inf)
        here = np.nonzero(fits)
        taking, giving, to, of = gain[here], lose[here], answer[here], other[here]
        change = self.light[to, taking] - self.light[to, giving]
        if self.exchange:
            change += self.light[of, giving] - self.light[of, taking]
        change += values.astype(np.float32)[here[0]]
        left[here] = self._wrong(change).sum(axis=1)
        best = left.argmin(axis=1)
        better = left[each, best] < wrong.sum(axis=1)
        taken = np.flatnonzero(fits[each, best] & (better | (self.chance.random(many) < _STRAY)))
        taking, giving, to, of = (choice[taken, best[taken]] for choice in (gain, lose, answer, other))
        values[taken] += self.columns[to, taking] - self.columns[to, giving]
        states[taken, to, taking] += 1
        states[taken, to, giving] -= 1
        if self.exchange:
            values[taken] += self.columns[of, giving] - self.columns[of, taking]
            states[taken, of, taking] -= 1
            states[taken, of, giving] += 1

    def _remember(self, states: np.ndarray) -> None:
        """Note the counts of all small groups in states that satisfy every equation."""
        counts = np.rint(states @ self.system.inside.T).astype(int)
        answers, groups = np.indices(counts.shape[1:])
        for state, one in zip(states, counts, strict=True):
            self.of[answers, groups, one] = len(self.states)
            self.seen[answers, groups, one] = True
            self.states.append(state.copy())
