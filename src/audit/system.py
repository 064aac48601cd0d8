"""The attacker's equations for one question: how many of each cell said yes, and what published figures allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.claims import Key
from audit.criterion import KNOWN, OPEN, enough
from audit.figures import Found
from audit.groups import Question, Wave
from audit.links import Asked
from audit.ranges import Ranges, surely_more
from audit.rules import Rules

_NEAR, _TOLERANCE = 1e-9, 1e-7  # this of the persons that a group stands for: weights are known to nine decimals


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

    `sums` are rows of what is the sum of some answers, with the answers that are in it (booleans).
    `whole` says that in every cell the answers add up to everybody. `truth` (answers x cells) only judges. `wanted`
    (answers x groups) are the counts that must stay open: of small groups all, of others those that are withheld.
    `left` and `known` (groups) say how many counts, beside what so many respondents can tell: of a group that is not
    small only that few cannot be told from none, as the rule promises that withheld them.
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
    left: np.ndarray
    known: np.ndarray
    sums: Sequence[tuple[Rows, np.ndarray]] = ()

    @property
    def every(self) -> list[tuple[Rows, np.ndarray]]:
        """All rows, with the answers that are in them."""
        return [*zip(self.rows, np.eye(len(self.rows), dtype=bool), strict=True), *self.sums]

    @property
    def sizes(self) -> np.ndarray:
        """How many answered in each small group."""
        return self.inside @ self.n

    def enough(self, possible: np.ndarray, truth: int, group: int) -> bool:
        """Whether enough counts of a group stay possible."""
        return enough(possible, truth, int(self.left[group]), int(self.known[group]))


def system(asked: Asked, wave: Wave, found: Ranges, rules: Rules) -> System:
    """The equations of the answers to one question."""
    questions = asked.answers
    used = questions[0].n > 0
    withheld = [_rare(question, wave, found, rules.bracket) for question in questions]
    targets = wave.targets(questions[0].n, set().union(*withheld))
    # By who is in it, not by name: of groups in which the same people answered only the first has a place.
    few = {mask.tobytes() for mask in wave.targets(questions[0].n).values()}
    rare = [{(wave.groups[domain] & used).tobytes() for domain in each} for each in withheld]
    small = np.array([mask.tobytes() in few for mask in targets.values()], dtype=bool)
    wanted = [[mask.tobytes() in few | each for mask in targets.values()] for each in rare]
    inside = np.array([*targets.values()], dtype=float).reshape(len(targets), len(used))[:, used]
    rows = [_rows(question, wave, found, rules, used) for question in questions]
    truth = np.array([question.yes[used] for question in questions])
    headlines = [float(question.yes @ wave.weight / (question.n @ wave.weight)) for question in questions]
    asked_of = np.array(wanted, dtype=bool).reshape(len(questions), len(targets))
    must = asked_of, np.where(small, OPEN, rules.bracket), np.where(small, KNOWN, 0)
    sums = [
        (_rows(question, wave, found, rules, used), np.array([one.name in parts for one in questions]))
        for question, parts in asked.sums
    ]
    names = [*targets]
    return System(questions, questions[0].n[used], rows, names, inside, truth, asked.whole, headlines, *must, sums)


def _rare(question: Question, wave: Wave, found: Ranges, bracket: int) -> set[str]:
    """The groups of which a rare answer is withheld; a figure that is withheld beside another hides nobody."""
    hidden = [key.domain for key in found.withheld if key[:4] == question.key and key.domain in wave.groups]
    counts = {domain: (wave.groups[domain] @ question.yes, wave.groups[domain] @ question.n) for domain in hidden}
    return {domain for domain, (yes, n) in counts.items() if min(yes, n - yes) < bracket}


def misfits(made: System) -> list[Found]:
    """Figures that the answers do not give: the attacker's model is wrong there, or the figure is."""
    wrong = []
    for rows, parts in made.every:
        value = rows.matrix @ made.truth[parts].sum(axis=0)
        outside = (value < rows.low) | (value > rows.high)
        wrong += [
            Found(
                "does not follow from the answers", "answers", made.questions[int(parts.argmax())].name, rows.names[at]
            )
            for at in np.flatnonzero(outside)
        ]
    return wrong


def _rows(question: Question, wave: Wave, found: Ranges, rules: Rules, used: np.ndarray) -> Rows:
    """What published figures say of one answer.

    The attacker knows who took part, not who was asked because of another answer: of those a rounded number was told.
    """
    rows, low, high, names = [], [], [], []

    def hold(row: np.ndarray, least: float, most: float, name: str) -> None:
        slack = _TOLERANCE * np.abs(row * question.n).sum()
        rows.append(row[used])
        low.append(least - slack)
        high.append(most + slack)
        names.append(name)

    def unsure(mask: np.ndarray) -> float:
        return rules.unsure(float(mask @ question.n), float(mask @ wave.size))

    for domain, mask in wave.groups.items():
        key = _key(question, domain)
        weight = mask * wave.weight
        persons, n = float(weight @ question.n), int(mask @ question.n)
        if not n:
            continue
        if key in found.share:
            least, most = found.share[key]
            ends = least * persons * (1 - unsure(mask)), most * persons * (1 + unsure(mask))
            hold(weight, *ends, f"{domain} {100 * least:.2f}-{100 * most:.2f}%")
        share = found.share.get(key, (0.0, 1.0))
        if key in found.shown and not surely_more(share, question.n[mask], wave.weight[mask], rules.bracket):
            hold(mask.astype(float), rules.bracket, n - rules.bracket, f"{domain} not few")
        for other, (least, most) in found.differences.get(key, {}).items():
            (low_own, high_own), (low_other, high_other) = (
                found.share.get(each, (0.0, 1.0)) for each in (key, _key(question, other))
            )
            told = low_own - high_other < least - _NEAR or high_own - low_other > most + _NEAR
            if told and other in wave.groups and (whole := wave.groups[other] * wave.weight) @ question.n:
                row = weight - whole * (persons / (whole @ question.n))
                off = persons * (high_own * unsure(mask) + high_other * unsure(wave.groups[other]))
                hold(row, least * persons - off, most * persons + off, f"{domain} against {other}")
    return Rows(np.array(rows).reshape(len(rows), int(used.sum())), np.array(low), np.array(high), names)


def _key(question: Question, domain: str) -> Key:
    return Key(*question.key, domain)
