"""The attacker's equations for one question: how many of each cell said yes, and what published figures allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.claims import Key
from audit.figures import Found
from audit.groups import Question, Wave
from audit.ranges import Ranges, least_yes

_TOLERANCE = 1e-7  # of the persons that a group stands for: weights are known to nine decimals


@dataclass(frozen=True)
class Rows:
    """Constraints on the yes counts of one answer: low <= matrix @ counts <= high, with the figure behind each."""

    matrix: np.ndarray
    low: np.ndarray
    high: np.ndarray
    names: list[str]


@dataclass(frozen=True)
class System:
    """One question in one wave: its answers, the cells that answered, rows of each answer, and small groups.

    `whole` says that in every cell the answers add up to everybody. `truth` (answers x cells) only judges. `wanted`
    (answers x groups) are the counts that must stay open: of small groups all, of others those that are withheld.
    """

    questions: Sequence[Question]
    n: np.ndarray
    rows: Sequence[Rows]
    names: list[str]
    inside: np.ndarray
    truth: np.ndarray
    whole: bool
    headlines: list[float]
    wanted: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """How many answered in each small group."""
        return self.inside @ self.n


def system(questions: Sequence[Question], wave: Wave, found: Ranges, bracket: int, *, whole: bool) -> System:
    """The equations of the answers to one question (one, or all of a distribution)."""
    used = questions[0].n > 0
    withheld = [_rare(question, wave, found, bracket) for question in questions]
    small = wave.targets(questions[0].n)
    targets = wave.targets(questions[0].n, set().union(*withheld))
    wanted = np.array([[name in small or name in each for name in targets] for each in withheld], dtype=bool)
    inside = np.array([*targets.values()], dtype=float).reshape(len(targets), len(used))[:, used]
    rows = [_rows(question, wave, found, bracket, used) for question in questions]
    truth = np.array([question.yes[used] for question in questions])
    headlines = [float(question.yes @ wave.weight / (question.n @ wave.weight)) for question in questions]
    return System(
        questions,
        questions[0].n[used],
        rows,
        [*targets],
        inside,
        truth,
        whole,
        headlines,
        wanted.reshape(len(questions), len(targets)),
    )


def _rare(question: Question, wave: Wave, found: Ranges, bracket: int) -> set[str]:
    """The groups of which a rare answer is withheld; a figure that is withheld beside another hides nobody."""
    hidden = [key.domain for key in found.withheld if key[:4] == question.key and key.domain in wave.groups]
    counts = {domain: (wave.groups[domain] @ question.yes, wave.groups[domain] @ question.n) for domain in hidden}
    return {domain for domain, (yes, n) in counts.items() if min(yes, n - yes) < bracket}


def misfits(made: System) -> list[Found]:
    """Figures that the answers do not give: the attacker's model is wrong there, or the figure is."""
    wrong = []
    for question, rows, yes in zip(made.questions, made.rows, made.truth, strict=True):
        value = rows.matrix @ yes
        outside = (value < rows.low) | (value > rows.high)
        wrong += [
            Found("does not follow from the answers", "answers", question.name, rows.names[at])
            for at in np.flatnonzero(outside)
        ]
    return wrong


def _rows(question: Question, wave: Wave, found: Ranges, bracket: int, used: np.ndarray) -> Rows:
    rows, low, high, names = [], [], [], []

    def hold(row: np.ndarray, least: float, most: float, name: str) -> None:
        slack = _TOLERANCE * np.abs(row * question.n).sum()
        rows.append(row[used])
        low.append(least - slack)
        high.append(most + slack)
        names.append(name)

    for domain, mask in wave.groups.items():
        key = _key(question, domain)
        weight = mask * wave.weight
        persons, n = float(weight @ question.n), int(mask @ question.n)
        if not n:
            continue
        if key in found.share:
            least, most = found.share[key]
            hold(weight, least * persons, most * persons, f"{domain} {100 * least:.2f}-{100 * most:.2f}%")
        many = _surely_many(found.share.get(key, (0.0, 1.0)), mask, question, wave, bracket)
        if key in found.shown and not many:
            hold(mask.astype(float), bracket, n - bracket, f"{domain} not few")
        for other, (least, most) in found.differences.get(key, {}).items():
            (low_own, high_own), (low_other, high_other) = (
                found.share.get(each, (0.0, 1.0)) for each in (key, _key(question, other))
            )
            told = low_own - high_other < least or high_own - low_other > most
            if told and other in wave.groups and (whole := wave.groups[other] * wave.weight) @ question.n:
                row = weight - whole * (persons / (whole @ question.n))
                hold(row, least * persons, most * persons, f"{domain} against {other}")
    return Rows(np.array(rows).reshape(len(rows), int(used.sum())), np.array(low), np.array(high), names)


def _surely_many(share: tuple[float, float], mask: np.ndarray, question: Question, wave: Wave, bracket: int) -> bool:
    """Whether its share says already that a group has enough yes and no."""
    n, weight = question.n[mask], wave.weight[mask]
    return min(least_yes(share[0], n, weight), least_yes(1 - share[1], n, weight)) > bracket


def _key(question: Question, domain: str) -> Key:
    return Key(*question.key, domain)
