"""The whole attack: from figures found in files to a verdict on every small group, and how often a guess is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TypeAlias

import numpy as np
import pandas as pd
from loky import get_reusable_executor

from audit.claims import claims, contradictions
from audit.figures import Found
from audit.groups import Question, Wave, read_cells
from audit.ranges import Ranges, ranges
from audit.rules import Rules
from audit.solver import Patience, Verdict, solve
from audit.system import misfits, system

_CHUNKS = 32
Task: TypeAlias = tuple[list[list[Question]], dict[tuple[str, int], Wave], Ranges]


@dataclass(frozen=True)
class Outcome:
    """What came of an attack; `size` counts what went into it."""

    verdicts: list[Verdict]
    faults: list[Found]
    size: Mapping[str, int] = field(default_factory=dict)

    @property
    def failures(self) -> list[Verdict]:
        """Small groups of which too little stays open, those known best first."""
        failed = [verdict for verdict in self.verdicts if not verdict.passed]
        return sorted(failed, key=lambda one: (one.proof != "pinned", one.highest - one.lowest, -one.n))

    @property
    def narrowest(self) -> list[Verdict]:
        """All verdicts, the narrowest ranges first, of those the larger groups."""
        return sorted(self.verdicts, key=lambda one: (one.highest - one.lowest, -one.n))

    def hits(self, *, published: bool) -> float:
        """How often the best guess at the count of a small group is right: the middle of its range, or the headline."""
        if not self.verdicts:
            return float("nan")
        middle = (lambda one: (one.lowest + one.highest) / 2) if published else (lambda one: one.n * one.headline)
        return float(np.mean([int(np.floor(middle(one) + 0.5)) == one.truth for one in self.verdicts]))


def attack(
    figures: pd.DataFrame,
    cells: Iterable[pd.DataFrame],
    rules: Rules,
    *,
    workers: int = 2,
    seconds: float = 0.0,
    tell: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Solve for every small group of the cells of each survey, from all figures found.

    `seconds` are for integer programs, which take up what no search proved; what is not proved then has failed.
    """
    waves, asked = _granted(cells, rules)
    wholes = [answers for answers in asked if len(answers) > 1 and _add_up(answers)]
    said = [*claims(figures, rules.labels)]
    found = ranges(said, waves, [question for answers in asked for question in answers], wholes)
    faults = [*contradictions(figures)]
    faults += [Found("figures contradict each other", why, "|".join(map(str, key))) for key, why in found.broken]
    verdicts: list[Verdict] = []
    constraints, started = 0, monotonic()
    tasks = [_task(asked[at::_CHUNKS], waves, found) for at in range(min(_CHUNKS, len(asked)))]
    work = partial(_solve, rules, seconds * workers / max(len(tasks), 1))
    done = get_reusable_executor(max_workers=workers).map(work, tasks) if workers > 1 else map(work, tasks)
    for at, (more, wrong, rows) in enumerate(done, start=1):
        verdicts += more
        faults += wrong
        constraints += rows
        tell(f"solved {at} of {len(tasks)} parts, {len(verdicts)} small groups, {monotonic() - started:.0f} s")
    unknowns = sum(int((question.n > 0).sum()) for answers in asked for question in answers)
    size = {"claims": len(said), "unknowns": unknowns, "constraints": constraints, "targets": len(verdicts)}
    return Outcome(verdicts, faults, size)


def _granted(cells: Iterable[pd.DataFrame], rules: Rules) -> tuple[dict[tuple[str, int], Wave], list[list[Question]]]:
    """Waves by survey and year, and questions: the answers of a distribution together, all else one by one."""
    waves: dict[tuple[str, int], Wave] = {}
    asked: dict[tuple, list[Question]] = defaultdict(list)
    for frame in cells:
        survey = str(frame["survey"].iloc[0])
        mine, questions = read_cells(frame, rules.rows[survey])
        waves |= {(survey, wave): one for wave, one in mine.items()}
        for question in questions:
            whole = rules.kinds.get(question.indicator) == "distribution"
            name = () if whole else (question.answer,)
            asked[(survey, question.wave, question.indicator, *name)].append(question)
    return waves, [*asked.values()]


def _add_up(answers: list[Question]) -> bool:
    """Whether the answers are everybody in every cell, as the codebook says of such a question."""
    return bool((np.sum([question.yes for question in answers], axis=0) == answers[0].n).all())


def _task(asked: list[list[Question]], waves: Mapping[tuple[str, int], Wave], found: Ranges) -> Task:
    """A part of the questions with what is needed for them."""
    keys = {question.key for answers in asked for question in answers}
    places = {(key[0], key[3]) for key in keys}
    few = Ranges(
        {key: value for key, value in found.share.items() if key[:4] in keys},
        {key for key in found.shown if key[:4] in keys},
        {key: value for key, value in found.differences.items() if key[:4] in keys},
        {key for key in found.withheld if key[:4] in keys},
    )
    return asked, {place: wave for place, wave in waves.items() if place in places}, few


def _solve(rules: Rules, seconds: float, task: Task) -> tuple[list[Verdict], list[Found], int]:
    asked, waves, found = task
    verdicts, wrong, constraints, patience = [], [], 0, Patience(seconds)
    for answers in asked:
        wave = waves[answers[0].survey, answers[0].wave]
        made = system(answers, wave, found, rules, whole=len(answers) > 1 and _add_up(answers))
        faults = misfits(made)
        wrong += faults
        constraints += sum(len(rows.low) for rows in made.rows)
        if not faults:  # from a figure that is wrong nothing follows
            verdicts += solve(made, patience)
    return verdicts, wrong, constraints
