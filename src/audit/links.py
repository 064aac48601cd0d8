"""Questions of which one follows from others: in every group as many said yes to one as to the others together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from audit.groups import Question


@dataclass(frozen=True)
class Link:
    """That the yes counts of `parts` add up to those of `whole`, or to all who answered where that is None."""

    whole: Question | None
    parts: Sequence[Question]


def links(questions: Sequence[Question], indicators: Mapping[str, Mapping[str, Any]]) -> Iterator[Link]:
    """The links between the questions of one wave, as the rows of indicators.yml make one expect them.

    Believed where they hold in every cell: answers to one question that are all of it, or are taken together elsewhere;
    the same answers of fewer people; and who met something at all, where those who did not are an answer themselves.
    """
    by_name = {(question.indicator, question.answer): question for question in questions}
    for name in dict.fromkeys(question.indicator for question in questions):
        row, mine = indicators[name], [one for one in questions if one.indicator == name]
        if row["kind"] == "distribution":
            parts = [one for one in mine if one.answer not in row.get("thin", {})]
            yield from _true(None, parts)
            for other in questions:
                if indicators[other.indicator].get("variable") == row["variable"]:
                    taken = _taken(other, indicators)
                    yield from _true(other, [one for one in parts if one != other and _taken(one, indicators) <= taken])
            met = by_name.get((row["base"].get("answered", ""), ""))
            yield from _true(met, [one for one in parts if one.answer != row.get("routed_out")]) if met else ()
        elif "any" in row:
            alike = [one for one in questions if indicators[one.indicator].get("any") == row["any"]]
            yield from _true(alike[0], mine) if alike[0] not in mine else ()


def _taken(question: Question, indicators: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The answers of the questionnaire that count as yes."""
    row, answer = indicators[question.indicator], question.answer
    return set(row.get("yes") or {**row.get("merge", {}), **row.get("thin", {})}.get(answer, [answer]))


def _true(whole: Question | None, parts: Sequence[Question]) -> Iterator[Link]:
    """The link, where it holds in every cell."""
    if parts:
        together = parts[0].n if whole is None else whole.yes
        if (np.sum([part.yes for part in parts], axis=0) == together).all():
            yield Link(whole, parts)
