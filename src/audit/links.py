"""Questions of which one follows from others: in every group as many said yes to one as to the others together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from audit.groups import Question
from audit.rules import Rules


@dataclass(frozen=True)
class Link:
    """That the yes counts of `parts` add up to those of `whole`, or to all who answered where that is None."""

    whole: Question | None
    parts: Sequence[Question]


@dataclass(frozen=True)
class Asked:
    """The answers to one question (one, or all of a distribution), and what is the sum of some of them, by name.

    Such sums are of the same people.
    """

    answers: Sequence[Question]
    sums: Sequence[tuple[Question, frozenset[str]]] = ()

    @property
    def questions(self) -> list[Question]:
        """The answers, and the sums."""
        return [*self.answers, *(question for question, _ in self.sums)]

    @property
    def whole(self) -> bool:
        """Whether in every cell the answers add up to everybody."""
        together = np.sum([answer.yes for answer in self.answers], axis=0)
        return len(self.answers) > 1 and bool((together == self.answers[0].n).all())


def asked(questions: Sequence[Question], linked: Sequence[Link], rules: Rules) -> Iterator[Asked]:
    """What is solved together: the answers of a distribution, and all else one by one."""
    names: dict[tuple[str, ...], list[Question]] = {}
    for one in questions:
        row = rules.indicators[one.indicator]
        several = row["kind"] == "distribution" and one.answer not in row.get("thin", {})
        names.setdefault((one.indicator,) if several else (one.indicator, one.answer), []).append(one)
    for answers in names.values():
        inside = {answer.name for answer in answers}
        named = [(link.whole, frozenset(part.name for part in link.parts)) for link in linked]
        held = [(whole, parts) for whole, parts in named if whole and parts <= inside and len(answers) > 1]
        yield Asked(answers, [one for one in held if (one[0].n == answers[0].n).all()])


def links(questions: Sequence[Question], rules: Rules) -> Iterator[Link]:
    """The links between the questions of one wave, as the rows of indicators.yml make one expect them.

    Believed where they hold in every cell: answers to one question that are all of it, or are taken together elsewhere;
    the same answers of fewer people; and who met something at all, where those who did not are an answer themselves.
    """
    by_name, indicators = {(question.indicator, question.answer): question for question in questions}, rules.indicators
    for name in dict.fromkeys(question.indicator for question in questions):
        row, mine = indicators[name], [one for one in questions if one.indicator == name]
        if row["kind"] == "distribution":
            alike = [one for one in questions if indicators[one.indicator].get("variable") == row["variable"]]
            met = by_name.get((row["base"].get("answered", ""), ""))
            for parts in _together(mine, row.get("thin", {})):
                yield from _true(None, parts)
                taken = [(one, _taken(one, indicators)) for one in parts]
                sums = [(one, [part for part, of in taken if of <= _taken(one, indicators)]) for one in alike]
                sums += [(met, [one for one in parts if one.answer != row.get("routed_out")])] if met else []
                for other, held in sums:
                    if other not in parts and held:
                        yield from _true(other, held)
                        yield from _true(None, [other, *(part for part in parts if part not in held)])
        elif "any" in row:
            first = next(one for one in questions if indicators[one.indicator].get("any") == row["any"])
            yield from _true(first, mine) if first not in mine else ()


def distinct(linked: Iterable[Link]) -> list[Link]:
    """Each link once."""
    named = {(link.whole and link.whole.name, frozenset(part.name for part in link.parts)): link for link in linked}
    return [*named.values()]


def _together(answers: Sequence[Question], thin: Mapping[str, Sequence[str]]) -> Iterator[list[Question]]:
    """The answers to a question, with each and without each of those that are shown in the place of some."""
    there = [answer.answer for answer in answers if answer.answer in thin]
    for taken in product((False, True), repeat=len(there)):
        wholes = {name for name, take in zip(there, taken, strict=True) if take}
        inside = {part for name in wholes for part in thin[name]}
        yield [one for one in answers if one.answer in wholes or not (one.answer in thin or one.answer in inside)]


def _taken(question: Question, indicators: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The answers of the questionnaire that count as yes."""
    row, answer = indicators[question.indicator], question.answer
    parts = row.get("yes") or row.get("thin", {}).get(answer, [answer])
    return {one for part in parts for one in row.get("merge", {}).get(part, [part])}


def _true(whole: Question | None, parts: Sequence[Question]) -> Iterator[Link]:
    """The link, where it holds in every cell."""
    if parts:
        together = parts[0].n if whole is None else whole.yes
        if (np.sum([part.yes for part in parts], axis=0) == together).all():
            yield Link(whole, parts)
