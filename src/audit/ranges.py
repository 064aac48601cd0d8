"""What follows for the share of each group before anything is solved: intervals, two waves, sums of answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from audit.claims import Claim, Key
from audit.groups import Question, Wave
from audit.links import Link
from audit.rules import Rules

_INSIDE = 5  # counts of yes and of no from which an interval is a logit one
_ROUNDS = 4


@dataclass
class Ranges:
    """Lowest and highest share by figure, what is shown and so not few, and differences between groups."""

    share: dict[Key, tuple[float, float]] = field(default_factory=dict)
    shown: set[Key] = field(default_factory=set)
    differences: dict[Key, dict[str, tuple[float, float]]] = field(default_factory=lambda: defaultdict(dict))
    withheld: set[Key] = field(default_factory=set)
    broken: list[tuple[Key, str]] = field(default_factory=list)

    def only(self, survey: str, wave: int) -> Ranges:
        """What is said of one survey and wave, in the order of its keys."""

        def mine(keys: Iterable[Key]) -> list[Key]:
            return sorted(key for key in keys if (key.survey, key.wave) == (survey, wave))

        share = {key: self.share[key] for key in mine(self.share)}
        differences = {key: dict(sorted(self.differences[key].items())) for key in mine(self.differences)}
        return Ranges(share, {*mine(self.shown)}, differences, {*mine(self.withheld)})

    def told(self) -> tuple[object, ...]:
        """All of it, in an order of its own: what is told twice alike is alike."""
        return self.share, sorted(self.shown), self.differences, sorted(self.withheld)

    def narrow(self, key: Key, lowest: float, highest: float, why: str) -> bool:
        """Hold a share to a range as well; says whether that told anything new."""
        low, high = self.share.get(key, (0.0, 1.0))
        new = max(low, lowest), min(high, highest)
        if new[0] > new[1] + 1e-9:
            self.broken.append((key, why))
            return False
        changed = new[0] > low + 1e-9 or new[1] < high - 1e-9
        if changed:
            self.share[key] = new
        return changed


def ranges(
    claims: Iterable[Claim],
    waves: Mapping[tuple[str, int], Wave],
    questions: Iterable[Question],
    linked: Iterable[Link] = (),
    rules: Rules | None = None,
) -> Ranges:
    """The ranges that all claims together leave, also of questions that are `linked`."""
    found, later = Ranges(), defaultdict(list)
    for claim in claims:
        if claim.what == "share":
            found.narrow(claim.key, claim.lowest, claim.highest, f"{claim.what} in {claim.file}")
        elif claim.what == "withheld":
            found.withheld.add(claim.key)
        elif claim.what == "not few":
            found.shown.add(claim.key)
        else:
            later[claim.what].append(claim)
    known = {question.key: question for question in questions}
    for claim in later["middle"]:
        question = known.get(claim.key[:4])
        if question and _surely_logit(claim.key, question, waves[question.survey, question.wave], found):
            found.narrow(claim.key, claim.lowest, claim.highest, f"interval in {claim.file}")
    for claim in later["difference"]:
        low, high = found.differences[claim.key].get(claim.other, (-1.0, 1.0))
        found.differences[claim.key][claim.other] = max(low, claim.lowest), min(high, claim.highest)
    between, sums = [*later["change"], *later["mean"]], [sum_ for link in linked for sum_ in _sums(link, waves, rules)]
    for _ in range(_ROUNDS):
        told = [_between_waves(found, claim) for claim in between]
        told += [_added_up(found, sum_) for sum_ in sums]
        if not any(told):
            break
    return found


def surely_more(share: tuple[float, float], n: np.ndarray, weight: np.ndarray, than: int) -> bool:
    """Whether a range of shares says that more than so many said yes, and more than so many no."""
    sides = share[0], 1 - share[1]
    if (min(sides) - 1e-6) * float(n @ weight) > than * weight.max():  # even if all had the largest weight
        return True
    return min(sides) > 0 and all(least_yes(side, n, weight) > than for side in sides)


def least_yes(share: float, n: np.ndarray, weight: np.ndarray) -> float:
    """The fewest who can have said yes where a weighted share of them did: those with the largest weights."""
    order = np.argsort(-weight)
    held, persons = np.cumsum(n[order] * weight[order]), np.cumsum(n[order])
    wanted = share * held[-1] - 1e-6 * held[-1]
    at = int(np.searchsorted(held, wanted))
    before, people = (held[at - 1], persons[at - 1]) if at else (0.0, 0)
    return people + max(wanted - before, 0.0) / weight[order][at]


def _surely_logit(key: Key, question: Question, wave: Wave, found: Ranges) -> bool:
    inside = wave.groups.get(key.domain)
    if inside is None or not question.n[inside].sum():
        return False
    return surely_more(found.share.get(key, (0.0, 1.0)), question.n[inside], wave.weight[inside], _INSIDE - 1)


@dataclass(frozen=True)
class _Sum:
    """Questions of one group, the last of them as much as the others together (or everybody, who is no question).

    `persons` are the least and the most that each counts for, as rounded numbers of them were told.
    """

    keys: Sequence[Key]
    persons: Sequence[tuple[float, float]]


def _sums(link: Link, waves: Mapping[tuple[str, int], Wave], rules: Rules | None) -> Iterator[_Sum]:
    """A link in every planned group in which somebody answered."""
    first, members = link.parts[0], [*link.parts, *([link.whole] if link.whole else [])]
    wave, alike = waves[first.survey, first.wave], all((one.n == first.n).all() for one in members)
    for domain, inside in wave.groups.items():
        n = [float(inside @ one.n) for one in members]
        if min(n) > 0:
            most = float(inside @ wave.size)
            off = [0.0 if alike or rules is None else min(rules.unsure(each, most), 1 - 1e-9) for each in n]
            persons = [float((inside * wave.weight) @ one.n) for one in members]
            ends = [(of * (1 - by), of * (1 + by)) for of, by in zip(persons, off, strict=True)]
            yield _Sum([Key(*one.key, domain) for one in members], [*ends, *([] if link.whole else ends[:1])])


def _added_up(found: Ranges, sum_: _Sum) -> bool:
    """The share of each from those of the others."""
    shares = [found.share.get(key) for key in sum_.keys]
    if not any(shares):
        return False
    known = [share or (0.0, 1.0) for share in shares]
    known += [(1.0, 1.0)] * (len(sum_.persons) - len(known))
    low, high = ([share[end] * of[end] for share, of in zip(known, sum_.persons, strict=True)] for end in (0, 1))
    least, most = sum(low[:-1]), sum(high[:-1])
    new = [(low[-1] - (most - high[at]), high[-1] - (least - low[at])) for at in range(len(low) - 1)] + [(least, most)]
    told = [
        found.narrow(key, one / of[1], other / of[0], "what it adds up to with others")
        for key, (one, other), of in zip(sum_.keys, new, sum_.persons, strict=False)
    ]
    return any(told)


def _between_waves(found: Ranges, claim: Claim) -> bool:
    """The share in one wave from that in the other, both ways."""
    own, other = claim.key, claim.key._replace(wave=int(claim.other))
    (low, high), (before_low, before_high) = (found.share.get(key, (0.0, 1.0)) for key in (own, other))
    why = f"{claim.what} in {claim.file}"
    if claim.what == "change":
        new = found.narrow(own, before_low + claim.lowest, before_high + claim.highest, why)
        return found.narrow(other, low - claim.highest, high - claim.lowest, why) or new
    new = found.narrow(own, 2 * claim.lowest - before_high, 2 * claim.highest - before_low, why)
    return found.narrow(other, 2 * claim.lowest - high, 2 * claim.highest - low, why) or new
