"""Every effect built into the synthetic answers, as the rows of config/generator.yml hold them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from analysis.declared import Declared, read_declared


class Odds(Declared):
    """Those with `level` in `effect` have `ratio` times the odds of the others alike, in `waves` (absent: always)."""

    effect: str
    level: str
    ratio: float
    waves: tuple[int, ...] | None = None
    why: str = ""


class Chance(Declared):
    """How often something happens among those to whom `among` happened (absent: everyone).

    `percent` (0-100) per wave is one figure, or one per function, layer or `others`; a wave uses the latest row that
    is not younger. It is the share in the population, of `of`, that is met exactly whatever `odds` say of who it is.
    Chances with the same `together` happen at least one at a time. `same_person` is the correlation over the waves
    of what lies behind the answer (Gaussian copula).
    """

    percent: dict[int, float | dict[str, float]]
    among: str | None = None
    of: Literal["among", "everyone"] = "among"
    together: str | None = None
    odds: tuple[Odds, ...] = ()
    same_person: float = 0.0
    why: str = ""


class AnswerShares(Declared):
    """Shares (0-100) of the answers of those to whom one of `when` happened (absent: everyone not yet answered).

    `percent`: one answer each, adding up to 100. `at_least_one`: options of a multiple question, 100 or more together.
    """

    when: tuple[str, ...] = ()
    percent: dict[str, float] | None = None
    at_least_one: dict[str, float] | None = None


class Term(Declared):
    """How long a function is held: elections every `every` years from `first` (years with decimals), and leaving.

    `leave_at_election` and `leave_per_year` are percentages 0-100 of those in office.
    """

    leave_per_year: float
    first: float | None = None
    every: float | None = None
    leave_at_election: float = 0.0


class Careers(Declared):
    """Terms of office per function; `start` is the year from which they are run, `years` the classes' upper limits."""

    start: int
    years: dict[str, float]
    terms: dict[str, Term]


class Response(Declared):
    """Who is invited (percentages per function, absent: everyone) and who answers (number, and odds between people).

    `invited_province` is the least percentage within a province, whatever the function; `at_least` the least number of
    respondents of every function, where so many are invited.
    """

    respondents: dict[int, int]
    at_least: int
    invited: dict[int, dict[str, float]]
    invited_province: dict[int, dict[str, float]]
    odds: tuple[Odds, ...]
    same_person: float
    item_nonresponse: dict[str, float]
    break_off: float


class Campaign(Declared):
    """One wave's fieldwork and how its bureau delivers: `order` of columns and who made the file."""

    start: date
    end: date
    delivered: date
    order: Literal["as_asked", "background_last", "by_name"]


class Missed(Declared):
    """A published figure that the population does not meet, and why."""

    indicator: str
    group: str
    wave: int
    why: str


class Generator(Declared):
    """config/generator.yml: the seed and every effect in the synthetic data."""

    seed: int
    mark: str
    producer: str
    licence: str
    waves: dict[int, Campaign]
    careers: Careers
    response: Response
    chances: dict[str, Chance]
    answers: dict[str, tuple[AnswerShares, ...]]
    missed: tuple[Missed, ...] = ()


def read_generator(path: Path) -> Generator:
    """Read config/generator.yml. Raises MonitorError for a field that is missing, unknown or of the wrong kind."""
    return read_declared(path, Generator)
