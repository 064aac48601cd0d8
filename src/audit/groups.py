"""Who took part: cells of respondents who are alike, the groups that they form, and the small ones that follow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

_NOBODY = {"nvt", "refused", "dont_know", "missing", "unknown", "nan", "None", ""}
_SILENT = [*(_NOBODY - {"nvt"})]  # who has kept silent on a question: nobody knows who is in such a group
_FEW = 30  # respondents below which a group is small
_SHARE = 0.5  # of the persons that it stands for, above which a group of any size is well known


@dataclass(frozen=True)
class Question:
    """One answer to one question in one wave: how many of each cell answered (n), and the truth (yes)."""

    survey: str
    wave: int
    indicator: str
    answer: str
    n: np.ndarray
    yes: np.ndarray

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Its survey, indicator, answer and wave."""
        return self.survey, self.indicator, self.answer, self.wave

    @property
    def name(self) -> str:
        """Its name as figures have it, without a group."""
        head = "" if self.survey == "officeholders" else f"{self.survey}:"
        return f"{head}{self.indicator}{f'.{self.answer}' if self.answer else ''}|{self.wave}"


@dataclass(frozen=True)
class Wave:
    """The respondents of one survey and wave in cells: weights, sizes, planned groups (booleans), what follows."""

    survey: str
    wave: int
    weight: np.ndarray
    size: np.ndarray
    groups: Mapping[str, np.ndarray]
    derived: Mapping[str, np.ndarray] = field(default_factory=dict)

    def targets(self, n: np.ndarray, withheld: Collection[str] = ()) -> dict[str, np.ndarray]:
        """Small groups of those who answered (n), planned or derived, each once, by name; and those `withheld`.

        Few of a large group may have been asked, where that hangs on another answer.
        """
        names = [*self.groups, *self.derived]
        everybody = np.array([*self.groups.values(), *self.derived.values()], dtype=float)
        numbers, persons = everybody @ n, everybody @ (self.size * self.weight)
        small = (numbers < _FEW) | (everybody @ self.size > _SHARE * persons) | np.isin(names, list(withheld))
        found: dict[bytes, str] = {}
        for at in np.flatnonzero(small & (numbers > 0)):
            found.setdefault((everybody[at] * n > 0).tobytes(), names[at])
        return {name: np.frombuffer(mask, dtype=bool) for mask, name in found.items()}


def read_cells(cells: pd.DataFrame, rows: list[list[str]]) -> tuple[dict[int, Wave], list[Question]]:
    """Waves and questions of one survey from its cells, with the planned groups of `rows` and what follows of them."""
    survey = str(cells["survey"].iloc[0])
    names = list(cells.columns[3 : cells.columns.get_loc("weight")])
    waves, questions = {}, []
    for wave, mine in cells.groupby("wave"):
        heads = mine.drop_duplicates("cell").sort_values("cell")
        places = pd.Series(np.arange(len(heads)), index=heads["cell"])
        groups = {domain: members(domain, heads[names]) for row in rows for domain in row}
        groups = {domain: inside for domain, inside in groups.items() if inside.any()}
        year, weight, size = int(str(wave)), heads["weight"].to_numpy(), heads["size"].to_numpy()
        waves[year] = Wave(survey, year, weight, size, groups, _closure(groups, rows, heads[names]))
        for (indicator, answer), found in mine.groupby(["indicator", "answer"], sort=False):
            n, yes = np.zeros(len(heads), dtype=int), np.zeros(len(heads), dtype=int)
            at = places[found["cell"]].to_numpy()
            n[at], yes[at] = found["n"], found["yes"]
            questions.append(Question(survey, year, str(indicator), str(answer), n, yes))
    return waves, questions


def members(domain: str, cells: pd.DataFrame) -> np.ndarray:
    """Which cells are in a domain such as layer=gemeente&gender=vrouw; "*" is everybody who has a value."""
    inside = np.ones(len(cells), dtype=bool)
    for part in domain.split("&") if domain != "all" else []:
        name, _, value = part.partition("=")
        if name not in cells:
            return np.zeros(len(cells), dtype=bool)
        column = cells[name].astype(str)
        inside &= (~column.isin(_NOBODY) if value == "*" else column.isin(value.split("+"))).to_numpy()
    return inside


def _closure(groups: Mapping[str, np.ndarray], rows: list[list[str]], heads: pd.DataFrame) -> dict[str, np.ndarray]:
    """What follows by subtraction, twice over: a group without one group inside it, or without all of one row.

    Not a group of which all kept silent on what divides it.
    """
    silent = heads.astype(str).isin(_SILENT).to_numpy()
    known = {inside.tobytes() for inside in groups.values()}
    made: dict[str, np.ndarray] = {}
    level = dict(groups)
    for _ in range(2):
        fresh: dict[str, np.ndarray] = {}
        for name, whole in level.items():
            for label, part in _parts(whole, groups, rows):
                rest = whole & ~part
                if rest.any() and rest.tobytes() not in known and not silent[rest].all(axis=0).any():
                    known.add(rest.tobytes())
                    fresh[f"{name} - {label}"] = rest
        made |= fresh
        level = fresh
    return made


def _parts(
    whole: np.ndarray, groups: Mapping[str, np.ndarray], rows: list[list[str]]
) -> Iterator[tuple[str, np.ndarray]]:
    """Groups inside a whole, and all groups of one row inside it taken together, by name."""
    for row in rows:
        inside = {name: groups[name] for name in row if name in groups and not (groups[name] & ~whole).any()}
        yield from inside.items()
        if len(inside) > 1:
            yield f"{{{_dimension(next(iter(inside)))}}}", np.logical_or.reduce(list(inside.values()))


def _dimension(domain: str) -> str:
    """The variables of a domain, as domains.yml writes a row: what stands for all of its groups together."""
    return " x ".join(part.partition("=")[0] for part in domain.split("&"))
