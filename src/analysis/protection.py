"""Withholding the fewest figures that must go so that no answer of a small group follows from those that stay.

The attacker is granted who took part, in which groups, with which weight, and who answered which question; some of the
answers; and every published figure. Unknown to him is how many of each cell (see `cells`) said yes. What he can reckon
of a group are the bounds of linear programs over these counts; what makes a bound so narrow are the figures with a dual
value in it, one of which must go. The least loss that meets all such demands is an integer program (a covering problem
whose rows are found one by one: Benders 1962, Numerische Mathematik 4), solved with HiGHS.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from types import MappingProxyType
from typing import Any

import highspy
import numpy as np
import pandas as pd

from analysis.domains import ALL, dimension, rows_in
from analysis.errors import MonitorError
from analysis.indicators import Indicator
from analysis.knowledge import BRACKET, EXACT, HIDDEN, Question, Told, told
from analysis.population import MISSING
from analysis.settings import Settings

_ROUNDS, _FREE, _SECONDS, _PRIMAL, _DUAL = 100, 8, 30, 4, 1
_NEAR, _APART, _MANY = 1e-6, 1e-4, 250
_INSIDE = 0.5, 1.0  # of one answer, and of one among several, which leave each other less room
_KEY = ["indicator", "answer"]
_READ = ["id", "text", "domain", "sign", "level", "place", "loss", "least", "most", "rare", "counted"]
_READ += ["other", "other_least", "other_most"]


@dataclass(frozen=True, eq=False)
class Groups:
    """The planned groups of one wave and all that follow from them by sums and differences.

    `weight` and `size` (respondents) are those of the cells, `members` (groups x cells) 1 where a cell is in a group;
    `planned` names the first of the members.
    """

    weight: np.ndarray
    size: np.ndarray
    planned: tuple[str, ...]
    members: np.ndarray

    @cached_property
    def sizes(self) -> np.ndarray:
        """How many respondents are in each group."""
        return self.members @ self.size

    @cached_property
    def persons(self) -> np.ndarray:
        """For how many persons those stand."""
        return self.members @ (self.size * self.weight)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each planned group stands."""
        return {domain: at for at, domain in enumerate(self.planned)}


def derived_groups(heads: pd.DataFrame, planned: Sequence[str]) -> Groups:
    """The planned groups that hold someone, and what is left of one without another or without all parts of a kind.

    Of what is left once more, twice in all. `heads` has a row per cell: its values of the variables, weight and size.
    A group of which all left one question open is none: nobody knows who is in it.
    """
    members = {domain: rows_in(domain, heads) for domain in planned}
    members = {domain: inside for domain, inside in members.items() if inside.any()}
    kinds: dict[str, list[np.ndarray]] = {}
    for domain, inside in members.items():
        kinds.setdefault(dimension(domain), []).append(inside)
    silent = [heads[name].isin(MISSING).to_numpy() for name in heads.columns.drop(["weight", "size"])]
    known = {inside.tobytes(): inside for inside in members.values()}
    newest = list(known.values())
    for _ in range(2):
        left: dict[bytes, np.ndarray] = {}
        for whole in newest:
            for kind in kinds.values():
                parts = [part for part in kind if not (part & ~whole).any()]
                for part in [*parts, np.logical_or.reduce([np.zeros(len(heads), dtype=bool), *parts])]:
                    rest = whole & ~part
                    if rest.any() and not any((open_ | ~rest).all() for open_ in silent):
                        left.setdefault(rest.tobytes(), rest)
        newest = [inside for name, inside in left.items() if name not in known]
        known |= left
    others = [inside for name, inside in known.items() if name not in {one.tobytes() for one in members.values()}]
    weight, size = heads["weight"].to_numpy(), heads["size"].to_numpy()
    return Groups(weight, size, tuple(members), np.array([*members.values(), *others], dtype=float))


def questions(
    cells: pd.DataFrame, figures: pd.DataFrame, indicators: Sequence[Indicator], groups: Groups
) -> list[Question]:
    """The questions of one wave. `cells` are rows of `cells.cells`, `figures` as in `Question` without key and persons.

    What is counted from the same variables stands together, whatever its base; and what is the base of a distribution
    that names those who are not in it.
    """
    by_id = {one.id: one for one in indicators}
    place, every = pd.factorize(cells["cell"])
    rest_of = {one.base.answered: one.variable for one in indicators if one.routed_out != "out" and one.variable}
    together: dict[object, list[tuple[str, str]]] = {}
    for name, answer in dict.fromkeys(zip(cells["indicator"], cells["answer"], strict=True)):
        one = by_id[name]
        own = frozenset(one.any.items()) if one.any else one.variable
        shared = (name, answer) if one.kind == "multiple" else rest_of.get(name, own)
        together.setdefault(shared, []).append((name, answer))
    shown = dict(list(figures.groupby(_KEY, sort=False)))
    rows, counts = cells.groupby(_KEY, sort=False).indices, cells[["n", "yes"]].to_numpy().T
    made = []
    for keys in together.values():
        n, yes = made_of = np.zeros((2, len(keys), len(every)), dtype=int)
        for at, key in enumerate(keys):
            made_of[:, at, place[rows[key]]] = counts[:, rows[key]]
        mine = [shown[key].assign(key=at) for at, key in enumerate(keys) if key in shown]
        mine += [
            _not_shown(key, at, by_id[key[0]], shown) for at, key in enumerate(keys) if key[1] in by_id[key[0]].thin
        ]
        if mine:
            sums = _sums([(by_id[name], answer) for name, answer in keys], n, yes)
            table = pd.concat(mine, ignore_index=True)
            if lost := [answer for at, (_, answer) in enumerate(keys) if at not in set(table["key"])]:
                raise _unprotected(table, f"answers without a figure: {', '.join(lost)}")
            members = groups.members[[groups.place[domain] for domain in table["domain"]]]
            table["persons"] = ((members * groups.weight) * n[table["key"]]).sum(axis=1)
            made.append(Question(tuple(keys), n, yes, sums, table))
    return made


def _not_shown(key: tuple[str, str], at: int, one: Indicator, shown: Mapping[Any, pd.DataFrame]) -> pd.DataFrame:
    """Answers together in the groups that show each of them: no figures, but they follow from what is shown."""
    name, answer = key
    each = next(shown[name, part] for part in one.thin[answer] if (name, part) in shown)
    others = each[~each["domain"].isin(shown[key]["domain"] if key in shown else [])]
    return others.assign(
        **{"key": at, "answer": answer, "level": HIDDEN, "place": -1, "sign": "", "other": "", "rare": ""},
        **{"counted": False, "least": 0.0, "most": 1.0},
    )


def _sums(
    keys: Sequence[tuple[Indicator, str]], n: np.ndarray, yes: np.ndarray
) -> tuple[tuple[int | None, tuple[int, ...]], ...]:
    """Which keys add up to another one, or to all who answered: counts of yes, whatever their bases.

    Also with answers together in the place of these.
    """
    answers = [_stands_for(*key) for key in keys]
    found: dict[tuple[int | None, tuple[int, ...]], None] = {}
    for whole in {one.id: one for one, _ in keys if one.kind == "distribution"}.values():
        mine = [at for at, (one, _) in enumerate(keys) if one.id == whole.id]
        together = [at for at in mine if keys[at][1] in whole.thin]
        for taken in product((False, True), repeat=len(together)):
            wholes = [at for at, take in zip(together, taken, strict=True) if take]
            inside = set[str]().union(*(answers[at] for at in wholes))
            parts = [at for at in mine if at in wholes or not (at in together or answers[at] <= inside)]
            found[None, tuple(parts)] = None
            met = [part for part in parts if keys[part][1] != whole.routed_out]
            for at, (one, _) in enumerate(keys):
                held = met if one.id == whole.base.answered else [of for of in parts if answers[of] <= answers[at]]
                if at not in parts and held and (yes[held].sum(axis=0) == yes[at]).all():
                    found[at, tuple(held)] = None
                    rest = [part for part in parts if part not in held]
                    if (n[at] == n[parts[0]]).all():
                        found[None, tuple(sorted((at, *rest)))] = None
    alike = [at for at, (one, _) in enumerate(keys) if one.any]
    return (*found, *((at, (alike[0],)) for at in alike[1:] if (yes[at] == yes[alike[0]]).all()))


def _stands_for(one: Indicator, name: str) -> set[str]:
    """The answers that a key counts, as the questionnaire has them."""
    parts = one.yes if one.kind == "proportion" else one.thin.get(name, (name,))
    return {answer for part in parts for answer in one.merge.get(part, (part,))}


class Attack:
    """The linear programs on one key of a question: what its figures, at their levels, leave possible of groups.

    `points` are ways in which the answers may have been given, found so far: two that differ enough in a group prove
    that enough is open, as long as nothing that is published denies them. One program is kept, of which only the bounds
    change: the solver goes on from where it was. Of groups that are small by who took part it is known who answered;
    with `of_asked` those are looked at that are small only by who was asked, which nobody knows: numbers of them are
    known as they are published.
    """

    def __init__(
        self, question: Question, key: int, groups: Groups, settings: Settings, integers: int, *, of_asked: bool
    ) -> None:
        self.question, self.key, self.integers = question, key, integers
        columns, self.mine = question.columns, np.flatnonzero(question.columns["key"] == key)
        answered, n = question.n[key] > 0, question.n[key]
        self.n, self.truth, self.weight = n[answered], question.yes[key][answered], groups.weight[answered]
        self.points, self.failed = self.truth[None].astype(float), list[set[int]]()
        numbers, group = groups.members @ n, [groups.place[name] for name in columns["domain"][self.mine]]
        small = (groups.sizes < settings.showing.shown) | (groups.sizes > settings.protection.sampled * groups.persons)
        guarded, off = small.copy(), np.zeros(len(small))  # by what share of itself a number may be another
        guarded[np.array(group, dtype=int)[columns["sign"][self.mine] == "x"]] = True
        if of_asked:
            small = guarded = (numbers < settings.showing.shown) & ~small
            rounding = settings.rounding
            step = np.where(numbers > rounding.n_large, rounding.n_step_large, rounding.n_step)
            off = np.minimum(step / 2, groups.sizes - numbers) / np.maximum(numbers, 1)
        guarded &= numbers > 0
        aims = groups.members[guarded][:, answered]
        _, first, of_each = np.unique(np.packbits(aims > 0, axis=1), axis=0, return_index=True, return_inverse=True)
        self.aims = aims[first]
        self.known = np.bincount(of_each, small[guarded], len(first)).astype(bool) * settings.protection.known
        if len(first):
            self.off, self.numbers = off[group], numbers[group]
            self._lay(groups.members[group][:, answered])

    def _lay(self, members: np.ndarray) -> None:
        """A row for the share of each group, then for its number, and for each difference; none is bounded yet.

        And of each group those with the largest weights: how many (`counted`) stand for how many persons (`reached`).
        """
        columns = {name: column[self.mine] for name, column in self.question.columns.items()}
        shares = members * self.weight
        self.totals = shares @ self.n
        self.differs = np.flatnonzero(columns["against"] >= 0)
        of = self.differs, np.searchsorted(self.mine, columns["against"][self.differs])
        off, (persons, others) = sum(self.off[at] * columns["most"][at] for at in of), (self.totals[at] for at in of)
        bounds = np.array([columns["other_least"][self.differs] - off, columns["other_most"][self.differs] + off])
        self.apart, ratio = bounds * persons, persons / np.maximum(others, 1e-9)
        self.rows = np.vstack([shares, members, shares[of[0]] - shares[of[1]] * ratio[:, None]])
        order = np.argsort(-self.weight, kind="stable")
        held = np.insert((members * self.n)[:, order], 0, 0.0, axis=1)
        self.largest, self.counted = self.weight[order], held.cumsum(axis=1)
        self.reached = (held * np.insert(self.largest, 0, 0.0)).cumsum(axis=1)
        self.low, self.high = np.full(len(self.rows), -np.inf), np.full(len(self.rows), np.inf)
        self.program = _program(self.rows, (self.low, self.high), self.n)

    def see(self, known: Told) -> bool:
        """Take this as what is told of the question; says whether there is anything new to look at.

        Raises MonitorError when figures deny the answers.
        """
        self.told, before, free = known, (self.low, self.high), np.array([[-np.inf], [np.inf]])
        said = np.array([[len(by[int(at)]) > 0 for at in self.mine] for by in known.by])
        shares = np.minimum(known.shares[:, self.mine] * [1 - self.off, 1 + self.off], 1.0)
        wholes = np.array([self._fewest(shares[0]), self.numbers - self._fewest(1 - shares[1])])
        wholes = np.where(said & (self.numbers <= _MANY), wholes, free)
        (no, yes), n = known.counts[:, :, self.mine], self.numbers
        counts = np.array([np.maximum(yes[0], n - no[1]), np.minimum(yes[1], n - no[0])])
        self.counted_by = np.array([counts[0] > wholes[0], counts[1] < wholes[1]])
        numbers, against = np.where(self.counted_by, counts, wholes), known.against[self.mine[self.differs]]
        parts = np.where(said, shares * self.totals, free), numbers, np.where(against >= 0, self.apart, free)
        self.low, self.high = np.hstack(parts)
        if not self.failed and np.array_equal(before[0], self.low) and np.array_equal(before[1], self.high):
            return False
        value = self.rows @ self.truth
        denied = np.flatnonzero((value < self.low - _NEAR) | (value > self.high + _NEAR))
        if len(denied):
            telling = self._telling(int(denied[0]), int(value[denied[0]] > self.high[denied[0]]))
            figure = self.question.figures.iloc[telling[0]]
            where, expected = f"protection, {figure['id']}", "a figure within its rounding of the weighted answers"
            what, hint = "Figure that does not follow from the answers", "were both made by the same run? make figures"
            raise MonitorError(what, where=where, expected=expected, got=str(figure["text"]), hint=hint)
        for row in np.flatnonzero((self.low != before[0]) | (self.high != before[1])):
            apart = _NEAR + _APART * (0.618 * row % 1)  # where bounds meet in one point, rounding chooses the duals
            self.program.changeRowBounds(int(row), self.low[row] - apart, self.high[row] + apart)
        return True

    def _telling(self, row: int, end: int) -> tuple[int, ...]:
        """The figures that hold an end of a row."""
        kind, at = divmod(row, len(self.mine))
        if kind > 1:
            mine = self.mine[self.differs[row - 2 * len(self.mine)]]
            return int(mine), int(self.told.against[mine])
        return (int(self.mine[at]),) if kind and self.counted_by[end, at] else self.told.by[end][self.mine[at]]

    def _fewest(self, shares: np.ndarray) -> np.ndarray:
        """The fewest of each group, whole persons, who can make up these shares of it: those with the largest weights.

        Without this a linear program would take 4.8 to 5.2 persons for what is 5 of 42, and leave open what is known.
        """
        wanted, each = shares * self.reached[:, -1], np.arange(len(shares))
        at = np.minimum((self.reached[:, 1:] < wanted[:, None]).sum(axis=1), len(self.largest) - 1)
        last = (wanted - self.reached[each, at]) / self.largest[at]
        return np.ceil(self.counted[each, at] + last - _NEAR)

    def failures(self) -> list[set[int]]:
        """For every small group of which too much follows: the figures from which it follows, one of which must go.

        Nothing is asked of an end that is nobody or everybody already: no figure keeps that from being less; nor of one
        that cannot help, where the other end alone leaves too few.
        """
        reached = self.rows @ self.points.T
        held = ((reached >= self.low[:, None] - 2 * _APART) & (reached <= self.high[:, None] + 2 * _APART)).all(axis=0)
        counts = self.aims @ self.points[held].T
        least, most = counts.min(axis=1), counts.max(axis=1)
        yes, sizes = self.aims @ self.truth, self.aims @ self.n

        among = any(total is None and self.key in parts for total, parts in self.question.sums)

        def enough(at: int, low: np.ndarray = least, high: np.ndarray = most) -> bool:
            return still_open((low[at], high[at]), yes[at], sizes[at], self.integers, self.known[at], _INSIDE[among])

        narrow, few = [at for at in range(len(self.aims)) if not enough(at)], 2 * yes <= sizes
        telling = {at: set[int]() for at in narrow}
        for upward, first in ((True, True), (False, True), (False, False), (True, False)):  # where there is most room
            for at in narrow if upward == first else reversed(narrow):
                room = sizes[at] - most[at] if upward else least[at]
                if (few[at] == upward) != first or room <= _NEAR or enough(at):
                    continue
                if first or (enough(at, high=sizes) if upward else enough(at, low=0 * least)):
                    point, figures = self._solve(-self.aims[at] if upward else self.aims[at])
                    self.points = np.vstack([self.points, point])
                    np.minimum(least, self.aims @ point, out=least)
                    np.maximum(most, self.aims @ point, out=most)
                    telling[at] |= figures
        self.failed = [telling[at] for at in narrow if not enough(at)]
        return self.failed

    def _solve(self, aim: np.ndarray) -> tuple[np.ndarray, set[int]]:
        """Where `aim` is least, and the figures that keep it from being less.

        Raises MonitorError when the solver stops before it knows.
        """
        self.program.changeColsCost(len(aim), np.arange(len(aim), dtype=np.int32), aim)
        self.program.run()
        if self.program.getModelStatus() != highspy.HighsModelStatus.kOptimal:  # anew, and by another way
            self.program.clearSolver()
            self.program.setOptionValue("simplex_strategy", _DUAL)
            self.program.run()
            self.program.setOptionValue("simplex_strategy", _PRIMAL)
        if (status := self.program.getModelStatus()) != highspy.HighsModelStatus.kOptimal:
            raise _unprotected(self.question.figures, self.program.modelStatusToString(status))
        found = self.program.getSolution()
        duals = np.array(found.row_dual)
        held = [(int(row), int(duals[row] < 0)) for row in np.flatnonzero(np.abs(duals) > _NEAR)]
        return np.array(found.col_value), set[int]().union(*(self._telling(*end) for end in held))


def _program(rows: np.ndarray, held: tuple[np.ndarray, np.ndarray], most: np.ndarray) -> highspy.Highs:
    """The linear program whose solutions are from 0 to `most`, and `rows` of them within what they are held."""
    program = highspy.Highs()
    program.silent()
    options = {"threads": 1, "presolve": "off", "simplex_strategy": _PRIMAL, "time_limit": float(_SECONDS)}
    for name, value in options.items():
        program.setOptionValue(name, value)
    of, columns = np.nonzero(rows)
    form, starts = int(highspy.MatrixFormat.kRowwise), np.searchsorted(of, np.arange(len(rows)))
    none, sizes = np.zeros(len(most)), (len(most), len(rows), len(of), form, int(highspy.ObjSense.kMinimize))
    kinds = np.zeros(len(most), dtype=np.int32)
    program.passModel(*sizes, 0.0, none, none, most, *held, starts, columns, rows[of, columns], kinds)
    return program


def still_open(
    ends: tuple[float, float], yes: float, n: float, integers: int, known: int, inside: float = _INSIDE[0]
) -> bool:
    """Whether so many whole numbers between two ends are possible, whichever answers of the group are known.

    `yes` of the `n` said yes. Where fewer numbers than `integers` are possible at all, all of them must be.
    Close to an end of the range whole numbers seldom fit those of the other cells: only what lies so far inside counts.
    """
    least, most = ends
    low = 0.0 if least < _NEAR else np.ceil(least + inside)
    high = n if most > n - _NEAR else np.floor(most - inside)
    for said_yes, said_no in product(range(known + 1), repeat=2):
        if said_yes + said_no <= known and said_yes <= round(yes) and said_no <= round(n - yes):
            possible = min(high, n - said_no) - max(low, said_yes) + 1
            if possible < min(integers, n - said_yes - said_no + 1):
                return False
    return True


def protect(
    published: pd.DataFrame,
    cells: pd.DataFrame,
    indicators: Sequence[Indicator],
    settings: Settings,
    stricter: Mapping[tuple[str, str], int] = MappingProxyType({}),
) -> np.ndarray:
    """The level of every published figure of one survey and wave: EXACT, BRACKET or HIDDEN.

    Parameters: `published` estimates with, beside them, `least` and `most` (the shares they can stand for, see
    `knowledge.ranges`), `rare` (the side a bracket can name) and `loss` (of hiding it); `cells` of the wave; of which
    indicators and answers so many counts more than `protection.integers` must stay possible (`stricter`). Hidden
    is what the publication rules withheld, and what must go beside it; a bracket takes the place of what is rare where
    that suffices, and loses a quarter. Figures of organisations, which are no persons, stay as they are. Raises
    MonitorError where figures and answers do not agree and where a solver stops early: nothing is published then.
    """
    words = published["text"].str.startswith(("minder", "meer"))
    figures = published.assign(
        counted=words,
        level=np.where(words, BRACKET, np.where(published["percent"].notna(), EXACT, HIDDEN)),
        place=np.arange(len(published)),
    )
    levels = figures["level"].to_numpy().copy()
    if published["survey"].iloc[0] in settings.showing.counts:
        return levels
    heads = cells.drop_duplicates("cell").sort_values("cell")
    variables = heads.drop(columns=["survey", "wave", "cell", "indicator", "answer", "n", "yes"])
    groups = derived_groups(variables.reset_index(drop=True), list(dict.fromkeys(figures["domain"])))
    figures = figures.loc[figures["domain"].isin(groups.planned), [*_KEY, *_READ]]
    for question in questions(cells.sort_values("cell", kind="stable"), figures, indicators, groups):
        planned = question.figures["place"].to_numpy() >= 0
        levels[question.figures["place"][planned]] = protect_question(question, groups, settings, stricter)[planned]
    return levels


def weighed(
    published: pd.DataFrame,
    exact: pd.DataFrame,
    shares: tuple[np.ndarray, np.ndarray],
    headlines: Collection[str],
    sheets: Collection[str],
    settings: Settings,
) -> pd.DataFrame:
    """Published estimates with what `protect` needs beside them: least, most, rare and loss.

    Parameters: `published` and `exact` estimates in the same order, the `shares` they can stand for. Hiding a figure of
    all loses 100, of a group with a factsheet (`sheets`, domains) 10, of any other 1; of a headline three times that.
    """
    rules, share = settings.brackets, exact["estimate"].to_numpy()
    large, edge = (exact["n"] >= rules.n).to_numpy() & (exact["method"] != "t").to_numpy(), rules.percent / 100
    loss = np.select([published["domain"] == ALL, published["domain"].isin(sheets)], [100.0, 10.0], 1.0)
    return published.assign(
        least=shares[0],
        most=shares[1],
        rare=np.select([large & (share < edge), large & (1 - share < edge)], ["yes", "no"], ""),
        loss=loss * np.where(published["indicator"].isin(headlines), 3, 1),
    )


def protect_question(
    question: Question,
    groups: Groups,
    settings: Settings,
    stricter: Mapping[tuple[str, str], int] = MappingProxyType({}),
) -> np.ndarray:
    """The level of each figure of the question, with the least loss that leaves every small group open enough.

    What was taken away in more than some rounds is not given back: then the end is near, and the loss almost the least.
    """
    demands: dict[bytes, np.ndarray] = {}
    begun = question.figures["level"].to_numpy()
    levels = begun.copy()
    integers = settings.protection.integers
    attacks = [
        Attack(question, key, groups, settings, integers + stricter.get(name, 0), of_asked=of_asked)
        for key, name in enumerate(question.keys)
        for of_asked in (False, True)
    ]
    attacks = [attack for attack in attacks if len(attack.aims)]
    if not attacks:
        return levels
    for round_ in range(_ROUNDS):
        known = told(question, levels, settings.brackets)
        failed = [figures for attack in attacks if attack.see(known) for figures in attack.failures()]
        if not failed:
            return levels
        new = [_demand(question.figures, levels, figures) for figures in failed]
        if round_ >= _FREE:
            new += [_demand(question.figures, levels - 1, {int(at)}) for at in np.flatnonzero(levels > begun)]
        demands |= {one.tobytes(): one for one in new}
        levels = _cheapest(question.figures, np.array([demands[name] for name in sorted(demands)]))
    raise _unprotected(question.figures, f"no end after {_ROUNDS} rounds")


def _demand(figures: pd.DataFrame, levels: np.ndarray, telling: set[int]) -> np.ndarray:
    """Steps (figures x 2: to a bracket, hidden) of which one must be taken: each figure's next one."""
    steps = np.zeros((len(figures), 2))
    for at in telling:
        steps[at, 0 if levels[at] == EXACT and figures["rare"].iloc[at] else 1] = 1
    return steps.ravel()


def _cheapest(figures: pd.DataFrame, demands: np.ndarray) -> np.ndarray:
    """The levels that meet all demands with the least loss; a bracket loses a quarter of what hiding does."""
    asked = demands.reshape(len(demands), -1, 2).any(axis=(0, 2))
    loss = (figures["loss"].to_numpy() * (1 + 1e-6 * np.arange(len(figures))))[asked]  # a tie is always broken alike
    bracketed, levels = (figures["rare"] != "").to_numpy()[asked], figures["level"].to_numpy().copy()
    steps = np.column_stack([loss / 4, loss * np.where(bracketed, 3 / 4, 1)]).ravel()
    order = np.kron(np.eye(len(loss))[bracketed & (levels[asked] == EXACT)], [[1, -1]])
    rows = np.vstack([demands[:, np.repeat(asked, 2)], order])
    least = np.repeat([1.0, 0.0], [len(demands), len(order)])
    program = _program(rows, (least, np.full(len(rows), np.inf)), np.ones(len(steps)))
    every = np.arange(len(steps), dtype=np.int32)
    program.changeColsCost(len(every), every, steps)
    program.changeColsIntegrality(len(every), every, np.full(len(every), highspy.HighsVarType.kInteger))
    program.setOptionValue("presolve", "on")
    program.setOptionValue("mip_rel_gap", 0.0)
    program.run()
    if (status := program.getModelStatus()) != highspy.HighsModelStatus.kOptimal:
        raise _unprotected(figures, program.modelStatusToString(status))
    taken = np.array(program.getSolution().col_value).reshape(-1, 2).round().astype(bool)
    levels[asked] = np.where(taken[:, 1], HIDDEN, np.where(taken[:, 0], BRACKET, levels[asked]))
    return levels


def _unprotected(figures: pd.DataFrame, got: str) -> MonitorError:
    return MonitorError(
        "Protection failed",
        where=f"protection, {figures['id'].iloc[0]}",
        expected="figures that leave every small group open enough",
        got=got,
        hint="nothing is published without it; look at `protection` in config/monitor.yml",
    )
