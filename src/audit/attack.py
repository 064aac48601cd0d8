"""The whole attack: from figures found in files to a verdict on every small group, and how often a guess is right."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic

import numpy as np
import pandas as pd
from loky import get_reusable_executor

from audit.claims import claims
from audit.figures import Found, parts
from audit.groups import Question, Wave, read_cells
from audit.links import Asked, asked, distinct, links
from audit.ranges import Ranges, ranges
from audit.rules import Rules
from audit.solver import Patience, Verdict, best_guess, solve
from audit.system import misfits, system


@dataclass(frozen=True)
class Part:
    """The questions of one survey and wave (answers of a distribution together), with all that is said of them."""

    wave: Wave
    asked: Sequence[Asked]
    found: Ranges
    rules: Rules

    @property
    def name(self) -> str:
        """The survey and the wave: officeholders-2024."""
        return f"{self.wave.survey}-{self.wave.wave}"

    def digest(self) -> str:
        """A sum of everything that the verdicts hang on, this package among it."""
        made = hashlib.sha256()
        for path in sorted(Path(__file__).parent.glob("*.py")):
            made.update(path.read_bytes())
        arrays = [self.wave.weight, self.wave.size, *self.wave.groups.values(), *self.wave.derived.values()]
        questions = [question for one in self.asked for question in one.questions]
        for array in (*arrays, *(each for question in questions for each in (question.n, question.yes))):
            made.update(np.ascontiguousarray(array).tobytes())
        names = [*self.wave.groups], [*self.wave.derived], [question.key for question in questions]
        made.update(repr((names, self.rules, self.found.told())).encode())
        return made.hexdigest()


@dataclass(frozen=True)
class Solved:
    """What came of one part: verdicts, figures that do not follow from the answers, and how many constraints held."""

    verdicts: list[Verdict]
    faults: list[Found]
    constraints: int


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
        """How often the best guess at the count of a small group is right: the national percentage of its respondents.

        Who has the publication knows in which range the count lies as well, and guesses the nearest count in it.
        """
        if not self.verdicts:
            return float("nan")
        right = []
        for one in self.verdicts:
            guess = int(best_guess(one.n, one.headline))
            right.append((min(max(guess, one.lowest), one.highest) if published else guess) == one.truth)
        return float(np.mean(right))


@dataclass(frozen=True)
class Attack:
    """What figures found in files say, in parts that are solved one by one; `size` counts claims and unknown counts."""

    parts: Sequence[Part]
    faults: list[Found]
    size: Mapping[str, int]

    def outcome(self, solved: Iterable[Solved]) -> Outcome:
        """What came of all parts together."""
        done = [*solved]
        verdicts = [verdict for one in done for verdict in one.verdicts]
        faults = [*self.faults, *(fault for one in done for fault in one.faults)]
        told = {"constraints": sum(one.constraints for one in done), "targets": len(verdicts)}
        return Outcome(verdicts, faults, {**self.size, **told})


def joined(attacks: Iterable[Attack]) -> Attack:
    """Attacks on several surveys as one; what all of them found is told once."""
    every = [*attacks]
    faults = dict.fromkeys(fault for one in every for fault in one.faults)
    size = sum((Counter(one.size) for one in every), Counter[str]())
    return Attack([part for one in every for part in one.parts], [*faults], size)


def prepare(figures: pd.DataFrame, cells: Iterable[pd.DataFrame], rules: Rules) -> Attack:
    """What figures found say of the cells of these surveys, in parts."""
    waves: dict[tuple[str, int], Wave] = {}
    questions: dict[tuple[str, int], list[Question]] = defaultdict(list)
    for frame in cells:
        survey = str(frame["survey"].iloc[0])
        mine, put = read_cells(frame, rules.rows[survey])
        waves |= {(survey, wave): one for wave, one in mine.items()}
        for question in put:
            questions[survey, question.wave].append(question)
    linked = {place: distinct(links(mine, rules)) for place, mine in questions.items()}
    every = [question for mine in questions.values() for question in mine]
    named = parts(figures)
    mine = named.loc[named["survey"].isin({survey for survey, _ in waves}), "id"]
    said = [*claims(figures[figures["id"].isin(mine)], rules.labels)]
    found = ranges(said, waves, every, [link for mine in linked.values() for link in mine], rules)
    faults = [Found("figures contradict each other", why, "|".join(map(str, key))) for key, why in found.broken]
    tasks = [
        Part(waves[place], [*asked(questions[place], linked[place], rules)], found.only(*place), rules)
        for place in sorted(waves)
    ]
    size = {
        "claims": len({(one.key, one.what, one.lowest, one.highest, one.other) for one in said}),
        "unknowns": sum(int((question.n > 0).sum()) for question in every),
    }
    return Attack(tasks, faults, size)


def solve_part(part: Part, seconds: float, tell: Callable[[str], None] = lambda _: None) -> Solved:
    """The verdict on every small group of one survey and wave.

    `seconds` are for integer programs, which take up what no search proved; what is not proved then has failed.
    """
    verdicts, wrong, constraints, patience = [], [], 0, Patience(seconds)
    for at, one in enumerate(part.asked, start=1):
        made = system(one, part.wave, part.found, part.rules)
        faults = misfits(made)
        wrong += faults
        constraints += sum(len(rows.low) for rows in made.rows)
        if not faults:  # from a figure that is wrong nothing follows
            verdicts += solve(made, patience)
        tell(f"{part.name}: solved {at} of {len(part.asked)} questions, {len(verdicts)} small groups")
    return Solved(verdicts, wrong, constraints)


def solve_all(
    parts: Sequence[Part], seconds: float, *, workers: int = 2, tell: Callable[[str], None] = lambda _: None
) -> list[Solved]:
    """The verdicts on several parts, on some processes, the part with most unknown counts first."""
    order = sorted(range(len(parts)), key=lambda at: -len(parts[at].asked) * len(parts[at].wave.size))
    work = partial(solve_part, seconds=seconds / max(len(parts), 1))
    tasks, started = [parts[at] for at in order], monotonic()
    done = get_reusable_executor(max_workers=workers).map(work, tasks) if workers > 1 else map(work, tasks)
    made: dict[int, Solved] = {}
    for at, solved in zip(order, done, strict=True):
        made[at] = solved
        tell(f"solved {len(made)} of {len(parts)} surveys and waves, {monotonic() - started:.0f} s")
    return [made[at] for at in range(len(parts))]
