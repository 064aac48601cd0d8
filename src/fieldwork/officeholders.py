"""Synthetic officeholders who come, stay and go by term of office, on the real counts of every wave."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analysis.errors import MonitorError
from fieldwork.randomness import stream
from fieldwork.settings import Careers, Survey, Term

_SEAT = ["function", "province", "size_class"]


def officeholders(strata: pd.DataFrame, survey: Survey, seed: int) -> dict[int, pd.DataFrame]:
    """Fill every seat of every wave with a person.

    Returns per wave a row per seat: person (number, the same over waves for who stays), function, layer, province,
    size_class, gender, since (year with decimals), years_in_office, respondent (pseudonym). The number of women per
    function is that of `strata`, rounded, as far as those who stay allow. The first wave's seats are run from
    `careers.start` on. Raises MonitorError without careers.
    """
    careers = survey.careers
    if careers is None:
        raise MonitorError(
            "Survey of officeholders without careers",
            where="generator.yml, surveys.officeholders",
            expected="careers: how long each function is held",
            got="none",
            hint="put the careers back",
        )
    waves = sorted(survey.waves)
    moments = {wave: decimal_year(survey.waves[wave].start) for wave in waves}
    first = strata[strata["wave"] == waves[0]]
    now = float(careers.start)
    people = _first_persons(first, now, stream(seed, "officeholders", "start"))
    rosters = {}
    for year in [*range(careers.start + 2, waves[0], 2), *waves]:
        cells = strata[strata["wave"] == year] if year in moments else first
        before, now = now, moments.get(year, float(year))
        random = stream(seed, "officeholders", year)
        people = _next_persons(people, cells, before, now, careers, random)
        if year in moments:
            rosters[year] = people.assign(years_in_office=_years(now - people["since"], careers.years))
    numbers = pseudonyms(survey.numbers, int(people["person"].max()) + 1, seed)
    return {wave: roster.assign(respondent=numbers[roster["person"]]) for wave, roster in rosters.items()}


def pseudonyms(letter: str, count: int, seed: int) -> np.ndarray:
    """Numbers behind a letter for persons 0 to `count`, in an order that tells nothing."""
    return np.array([f"{letter}{number:06d}" for number in stream(seed, "pseudonyms").permutation(count) + 1])


def decimal_year(day: date) -> float:
    """Give a day as a year with decimals."""
    return day.year + (day.timetuple().tm_yday - 1) / (366 if day.year % 4 == 0 else 365)


def _first_persons(cells: pd.DataFrame, now: float, random: np.random.Generator) -> pd.DataFrame:
    nobody = cells.iloc[:0].assign(person=0, gender="", since=0.0)
    newcomers = _newcomers(nobody, cells, 0)
    newcomers["gender"] = _genders(nobody, newcomers, cells, random)
    return newcomers.assign(since=now)


def _next_persons(
    people: pd.DataFrame, cells: pd.DataFrame, before: float, now: float, careers: Careers, random: np.random.Generator
) -> pd.DataFrame:
    leaving = pd.DataFrame({name: _leaving(term, before, now) for name, term in careers.terms.items()}).T
    chances = leaving.loc[people["function"]]
    leaves = random.random((len(people), 2)) < chances[["quits", "voted_out"]].to_numpy()
    stays = _within_seats(people[~np.asarray(leaves.any(axis=1))], cells, random)
    newcomers = _newcomers(stays, cells, int(people["person"].max()) + 1)
    newcomers["gender"] = _genders(stays, newcomers, cells, random)
    newcomers["since"] = _first_day(leaving.loc[newcomers["function"]], before, now, random)
    return pd.concat([stays, newcomers], ignore_index=True)


def _leaving(term: Term, before: float, now: float) -> dict[str, float]:
    """Give the chances (0-1) to quit in (before, now] and to leave at an election in it, and when that was."""
    quits = 1 - (1 - term.leave_per_year / 100) ** (now - before)
    if term.first is None or term.every is None:
        return {"quits": quits, "voted_out": 0.0, "election": now}
    election = term.first + term.every * np.floor((now - term.first) / term.every)
    return {"quits": quits, "voted_out": term.leave_at_election / 100 * (election > before), "election": election}


def _within_seats(stays: pd.DataFrame, cells: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Keep in each cell at most as many as it now has seats: who goes is drawn."""
    drawn = stays.iloc[random.permutation(len(stays))]
    seats = drawn.join(cells.set_index(_SEAT)["population"], on=_SEAT)["population"].fillna(0)
    return drawn[drawn.groupby(_SEAT).cumcount() < seats]


def _newcomers(stays: pd.DataFrame, cells: pd.DataFrame, number: int) -> pd.DataFrame:
    taken = stays.groupby(_SEAT).size().rename("taken")
    vacant = cells["population"] - cells.join(taken, on=_SEAT)["taken"].fillna(0).astype(int)
    newcomers = cells.loc[cells.index.repeat(vacant), ["layer", *_SEAT]].reset_index(drop=True)
    return newcomers.assign(person=number + np.arange(len(newcomers)))


def _genders(
    stays: pd.DataFrame, newcomers: pd.DataFrame, cells: pd.DataFrame, random: np.random.Generator
) -> np.ndarray:
    """Give newcomers a gender so that each function has its number of women, as far as those who stay allow."""
    wanted = cells.groupby("function")["women"].sum().round().astype(int)
    have = stays[stays["gender"] == "vrouw"].groupby("function").size().reindex(wanted.index, fill_value=0)
    drawn = newcomers["function"].iloc[random.permutation(len(newcomers))]
    woman = drawn.groupby(drawn).cumcount() < drawn.map(wanted - have)
    return np.where(woman.sort_index(), "vrouw", "man")


def _first_day(leaving: pd.DataFrame, before: float, now: float, random: np.random.Generator) -> np.ndarray:
    """Newcomers start at an election as often as those before them left there, else at any time in between.

    `leaving` has a row of `_leaving` for each newcomer.
    """
    at_election = random.random(len(leaving)) * (leaving["quits"] + leaving["voted_out"]) < leaving["voted_out"]
    return np.where(at_election, leaving["election"], random.uniform(before, now, len(leaving)))


def _years(years: pd.Series, limits: dict[str, float]) -> np.ndarray:
    names, uppers = list(limits), np.array(list(limits.values()))
    return np.array(names)[np.searchsorted(uppers, years, side="right")]
