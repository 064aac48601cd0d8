"""What is counted and of whom: from harmonised answers to values and bases, as the rows of indicators.yml say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from analysis.answers import Given, given
from analysis.declared import Declared, read_declared
from analysis.domains import ALL
from analysis.errors import MonitorError
from analysis.population import MISSING
from analysis.questionnaire import COUNTED, Questionnaire, Theme

Codebook = Mapping[str, tuple[str, ...]]
_Reader = Callable[[str], Given]


class Base(BaseModel):
    """Of whom is counted: everybody, who says yes to an indicator, who has a valid answer to one, or who was asked."""

    model_config = ConfigDict(frozen=True)

    all: bool = False
    indicator: str = ""
    answered: str = ""
    asked: bool = False


class Indicator(BaseModel):
    """One row of indicators.yml, as far as it says what to count; the head of that file explains the fields."""

    model_config = ConfigDict(frozen=True)

    id: str
    surveys: tuple[str, ...] = (COUNTED,)
    theme: Theme = 0
    kind: Literal["proportion", "distribution", "multiple", "mean", "ratio"]
    base: Base
    any: dict[str, tuple[str, ...]] = {}
    allow_missing: int = 0
    variable: str = ""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    merge: dict[str, tuple[str, ...]] = {}
    thin: dict[str, tuple[str, ...]] = {}
    labels: dict[str, str] = {}
    routed_out: str = "out"
    waves: tuple[int, ...] | None = None
    headline: bool = False
    scores: dict[str, dict[str, float]] = {}
    per: dict[str, dict[str, float]] = {}

    @property
    def base_of(self) -> str:
        """The indicator on which the base rests; empty when it rests on none."""
        return self.base.indicator or self.base.answered


class _Rows(Declared):
    model_config = ConfigDict(extra="ignore")

    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, eq=False)
class Measures:
    """Values of respondents: `keys` are (indicator, answer); `values` and `valid` (who counts, 0 or 1) are n x keys.

    An estimate is the weighted sum of `values` by that of `sizes` (n x keys): for all but a ratio that is `valid`.
    `scored` are the keys whose values are numbers; of the others they are 0 or 1, and the estimate is a proportion.
    """

    keys: tuple[tuple[str, str], ...]
    values: np.ndarray
    valid: np.ndarray
    ratios: Mapping[int, np.ndarray] = field(default_factory=dict)
    scored: frozenset[int] = frozenset()

    @cached_property
    def together(self) -> np.ndarray:
        """Values, sizes, of scored ones also their squares and products, and, with ratios, who counts, side by side."""
        y, x, scored = self.values, self.sizes, sorted(self.scored)
        products = [y[:, scored] ** 2, y[:, scored] * x[:, scored], x[:, scored] ** 2]
        return np.hstack([y, x, *products, *([self.valid] if self.ratios else [])])

    @cached_property
    def sizes(self) -> np.ndarray:
        """What each respondent adds to the denominator of each estimate."""
        if not self.ratios:
            return self.valid
        sizes = self.valid.copy()
        for key, size in self.ratios.items():
            sizes[:, key] = size
        return sizes


def read_indicators(path: Path, codebook: Codebook, survey: str = COUNTED) -> tuple[Indicator, ...]:
    """Read the rows of a survey in indicators.yml, as far as they say what to count; check them by its questionnaire.

    Raises MonitorError for an indicator that names an unknown variable, answer or indicator, or itself as its base.
    """
    indicators = tuple(row for row in read_declared(path, _Rows).indicators if survey in row.surveys)
    for indicator in indicators:
        _check(indicator, {other.id: other for other in indicators}, codebook)
    return indicators


def read_codebook(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Answer ids of every harmonised column, in the order of the questionnaire; options have ("yes", "no")."""
    return {
        column: ("yes", "no") if question.kind == "multiple" else tuple(answer.id for answer in question.answers)
        for question in questionnaire.questions
        for column in question.columns
    }


def measure(
    respondents: pd.DataFrame,
    indicators: Sequence[Indicator],
    codebook: Codebook,
    wave: int | None = None,
    among: Sequence[Indicator] = (),
) -> Measures:
    """Values and base membership of the respondents of one wave for every indicator that the wave asked.

    An indicator is left out when a variable that it or its base needs was asked of nobody. A respondent is valid when
    in the base and with an answer that the indicator counts. What `thin` takes together has a key too, before that of
    the first of its answers. `among` are the indicators that bases may name, where they are more than those measured.
    Raises MonitorError for an answer that the codebook does not know.
    """
    by_id = {indicator.id: indicator for indicator in (*among, *indicators)}
    read: _Reader = cache(partial(given, respondents, codebook=codebook))
    keys: list[tuple[str, str]] = []
    values: list[np.ndarray] = []
    valid: list[np.ndarray] = []
    ratios: dict[int, np.ndarray] = {}
    bases: dict[Base, np.ndarray] = {}
    for indicator in indicators:
        within = indicator.waves is None or wave is None or wave in indicator.waves
        if not within or not _asked(indicator, by_id, read):
            continue
        if indicator.base not in bases:
            bases[indicator.base] = _base(indicator, by_id, read) & np.ones(len(respondents), dtype=bool)
        base = bases[indicator.base]
        for answer, value, answered in _answers(indicator, read, codebook):
            counted = answered & base
            if indicator.per:
                ratios[len(keys)] = _scored(indicator.per, read)[0] * counted
            keys.append((indicator.id, answer))
            values.append(value * counted)
            valid.append(counted)
    shape = (len(respondents), len(keys))
    value, counts = (np.ascontiguousarray(np.array(rows, float).reshape(shape[::-1]).T) for rows in (values, valid))
    scored = frozenset(place for place, (name, _) in enumerate(keys) if by_id[name].scores)
    return Measures(tuple(keys), value, counts, ratios, scored)


def of_offered_answers(
    estimates: pd.DataFrame, indicators: Sequence[Indicator], questionnaire: Questionnaire
) -> pd.DataFrame:
    """Estimates or cells without rows of answers that the wave did not offer: nobody could give them, which is not 0%.

    What `thin` takes together needs two answers that were offered. Of what rests on a `national` question only the
    estimates of everybody are left.
    """
    asked = ((one.id, questionnaire[one.variable]) for one in indicators if one.kind != "proportion")
    answers = [(name, answer) for name, question in asked for answer in question.answers]
    waves = estimates["wave"].unique()
    gone = {(name, answer.id, wave) for name, answer in answers for wave in waves if not answer.offered(wave)}
    sets = [(one.id, name, parts) for one in indicators for name, parts in one.thin.items()]
    for id_, name, parts in sets:
        gone |= {(id_, name, wave) for wave in waves if sum((id_, part, wave) not in gone for part in parts) < 2}
    rows = zip(estimates["indicator"], estimates["answer"], estimates["wave"], strict=True)
    offered = estimates[[row not in gone for row in rows]].reset_index(drop=True)
    if not questionnaire.national or "domain" not in offered:
        return offered
    by_id, codebook = {one.id: one for one in indicators}, read_codebook(questionnaire)
    national = [one.id for one in indicators if variables_of(one, by_id, codebook) & questionnaire.national]
    return offered[~offered["indicator"].isin(national) | (offered["domain"] == ALL)].reset_index(drop=True)


def each_by_itself(estimates: pd.DataFrame, indicators: Sequence[Indicator]) -> pd.DataFrame:
    """Estimates without rows of answers together: whether those are shown hangs on what was answered.

    So they are compared with nothing, and count in no family of tests.
    """
    together = pd.MultiIndex.from_tuples([(one.id, name) for one in indicators for name in one.thin] or [("", "-")])
    return estimates[~pd.MultiIndex.from_frame(estimates[["indicator", "answer"]]).isin(together)]


def variables_of(indicator: Indicator, by_id: Mapping[str, Indicator], codebook: Codebook) -> set[str]:
    """Every variable and indicator that the indicator stands on, its bases included: what a series break can cut."""
    own = {indicator.id, *indicator.any, *indicator.scores, *indicator.per}
    if indicator.variable:
        own |= {indicator.variable, *columns_of(indicator, codebook)}
    own |= {name.split("__")[0] for name in own}
    return own | (variables_of(by_id[indicator.base_of], by_id, codebook) if indicator.base_of else set())


def _check(indicator: Indicator, by_id: Mapping[str, Indicator], codebook: Codebook) -> None:
    merged = [answer for answers in indicator.merge.values() for answer in answers]
    named: dict[str, Iterable[str]] = dict(indicator.any)
    if indicator.kind == "multiple":
        if not columns_of(indicator, codebook):
            raise _unknown(indicator, "variable", indicator.variable, [name.split("__")[0] for name in codebook])
    elif indicator.scores:
        named = {**indicator.scores, **indicator.per}
        for variable, scores in (*indicator.scores.items(), *indicator.per.items()):
            left_out = set(codebook.get(variable, ())) - {*scores, *MISSING}
            if left_out:
                raise MonitorError(
                    "Answer without a score",
                    where=f"indicators.yml, {indicator.id}",
                    expected=f"a number for every answer of {variable}",
                    got=", ".join(sorted(left_out)),
                    hint="give the answer its number: who gave it would be left out of the base",
                )
    elif indicator.kind in ("mean", "ratio"):
        raise _unknown(indicator, "score", "", ["scores: {variable: {answer: number}}"])
    elif not indicator.any:
        if indicator.kind == "proportion" and not indicator.yes:
            raise MonitorError(
                "Indicator that nobody can say yes to",
                where=f"indicators.yml, {indicator.id}",
                expected='"yes": [answers that count], with the quotes: YAML reads a bare yes as true',
                got="no such list",
                hint=f"name the answers of {indicator.variable} that count",
            )
        named[indicator.variable] = (*indicator.yes, *indicator.no, *indicator.include, *merged)
        left_out = set(codebook.get(indicator.variable, ())) - {*named[indicator.variable], *MISSING}
        if indicator.no and left_out:
            raise MonitorError(
                "Answer that counts as neither yes nor no",
                where=f"indicators.yml, {indicator.id}",
                expected=f"every answer of {indicator.variable} in one of its two lists",
                got=", ".join(sorted(left_out)),
                hint="add the answer to yes or to no: who gave it would be left out of the base",
            )
    for variable, answers in named.items():
        if variable not in codebook:
            raise _unknown(indicator, "variable", variable, list(codebook))
        known = (*codebook[variable], *MISSING, *indicator.merge)
        for answer in answers:
            if answer not in known:
                raise _unknown(indicator, f"answer of {variable}", answer, list(codebook[variable]))
    _check_thin(indicator, codebook)
    seen, step = [indicator.id], indicator
    while step.base_of:
        if step.base_of not in by_id or step.base_of in seen:
            raise _unknown(indicator, "base", step.base_of, [name for name in by_id if name not in seen])
        seen.append(step.base_of)
        step = by_id[step.base_of]


def _check_thin(indicator: Indicator, codebook: Codebook) -> None:
    known = _counted(indicator, codebook) if indicator.kind == "distribution" else []
    named = [part for parts in indicator.thin.values() for part in parts]
    for name, parts in indicator.thin.items():
        wrong = {
            "answers of a distribution": [part for part in parts if part not in known],
            "every answer once": [part for part in parts if named.count(part) > 1],
            "two answers or more": [name] * (len(parts) < 2),
            "a name that no answer has": [name] * (name in known),
            "a label under `labels`": [name] * (name not in indicator.labels),
        }
        for expected, got in wrong.items():
            if got:
                raise MonitorError(
                    "Answers that cannot be shown together",
                    where=f"indicators.yml, {indicator.id}, thin, {name}",
                    expected=f"{expected} ({', '.join(known)})",
                    got=", ".join(dict.fromkeys(got)),
                    hint="mend `thin`; the head of indicators.yml explains it",
                )


def _unknown(indicator: Indicator, what: str, name: str, known: list[str]) -> MonitorError:
    return MonitorError(
        f"Indicator names an unknown {what}",
        where=f"indicators.yml, {indicator.id}",
        expected=", ".join(dict.fromkeys(known)),
        got=name or "nothing",
        hint="mend the name, or add the question or answer to the questionnaire",
    )


def columns_of(indicator: Indicator, codebook: Codebook) -> list[str]:
    """Harmonised columns from which the indicator counts."""
    if indicator.any or indicator.scores:
        return list(dict.fromkeys([*indicator.any, *indicator.scores, *indicator.per]))
    if indicator.kind == "multiple":
        return [name for name in codebook if name.startswith(f"{indicator.variable}__")]
    return [indicator.variable]


def _asked(indicator: Indicator, by_id: Mapping[str, Indicator], read: _Reader) -> bool:
    if indicator.base_of and not _asked(by_id[indicator.base_of], by_id, read):
        return False
    if indicator.kind == "multiple":
        return True
    return not any(read(name).all_of("not_asked") for name in columns_of(indicator, {}))


def _base(indicator: Indicator, by_id: Mapping[str, Indicator], read: _Reader) -> np.ndarray | np.bool:
    if not indicator.base_of:
        return np.True_
    parent = by_id[indicator.base_of]
    yes, answered = _proportion(parent, read)
    inner = _base(parent, by_id, read) & answered
    return inner & yes if indicator.base.indicator else inner


def _answers(indicator: Indicator, read: _Reader, codebook: Codebook) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Per answer its id, who gave it (or the score of each), and who answered at all (before the base)."""
    if indicator.scores:
        score, known = _scored(indicator.scores, read)
        return [("", score, known & _scored(indicator.per, read)[1])]
    if indicator.kind == "proportion":
        return [("", *_proportion(indicator, read))]
    if indicator.kind == "multiple":
        columns = {name: read(name) for name in columns_of(indicator, codebook)}
        return [
            (name.split("__", 1)[1], given.among(["yes"]), given.among(["yes", "no"]))
            for name, given in columns.items()
            if not given.all_of("not_asked")
        ]
    given, counted = _recoded(indicator, read), _counted(indicator, codebook)
    answered = given.among(counted)
    made = {min(parts, key=counted.index): (name, parts) for name, parts in indicator.thin.items()}
    sets = [one for answer in counted for one in (*([made[answer]] if answer in made else []), (answer, (answer,)))]
    return [(name, given.among(parts), answered) for name, parts in sets]


def _counted(indicator: Indicator, codebook: Codebook) -> list[str]:
    """The answers of a distribution, as asked, and behind them those of `merge` and of the routed out."""
    merged = {answer for answers in indicator.merge.values() for answer in answers}
    left_out = merged | (set(MISSING) - set(indicator.include))
    counted = [answer for answer in codebook[indicator.variable] if answer not in left_out]
    return [*counted, *indicator.merge, *([indicator.routed_out] if indicator.routed_out != "out" else [])]


def _proportion(indicator: Indicator, read: _Reader) -> tuple[np.ndarray, np.ndarray]:
    """Who says yes and who has a valid answer.

    Of several questions: yes if one is yes; no if all answered ones are no and at most `allow_missing` are missing (one
    at least must be answered); else missing. A question that routing skipped is missing, or no if `routed_out` says so.
    """
    if indicator.any:
        absent = [code for code in MISSING if indicator.routed_out == "out" or code != "routed_out"]
        columns = [(read(name), answers) for name, answers in indicator.any.items()]
        yes = np.logical_or.reduce([given.among(answers) for given, answers in columns])
        missing = np.sum([given.among(absent) for given, _ in columns], axis=0)
        return yes, yes | ((missing <= indicator.allow_missing) & (missing < len(columns)))
    given = _recoded(indicator, read)
    yes = given.among(indicator.yes)
    if indicator.no:
        return yes, yes | given.among([*indicator.no, "no"])
    valid = [name for name in given.names if name not in MISSING or name in indicator.include]
    return yes, yes | given.among(valid)


def _scored(scores: Mapping[str, Mapping[str, float]], read: _Reader) -> tuple[np.ndarray, np.ndarray]:
    """The sum of the scores of each respondent's answers, and who has one for every variable."""
    total, known = np.zeros(1), np.ones(1, dtype=bool)
    for variable, of in scores.items():
        given = read(variable)
        total = total + np.array([*(of.get(name, 0.0) for name in given.names), 0.0])[given.codes]
        known = known & given.among(of)
    return total, known


def _recoded(indicator: Indicator, read: _Reader) -> Given:
    """Answers after taking together what `merge` names and counting the routed out as `routed_out` says."""
    given = read(indicator.variable)
    together = {answer: name for name, answers in indicator.merge.items() for answer in answers}
    if indicator.routed_out != "out":
        together["routed_out"] = indicator.routed_out
    return Given([together.get(name, name) for name in given.names], given.codes)
