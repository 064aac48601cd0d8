"""Every effect and every quirk built into the synthetic deliveries, as the rows of config/generator.yml hold them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from analysis.declared import Declared, read_declared

Shares = dict[str, float]


class Odds(Declared):
    """Those with `level` in `effect` have `ratio` times the odds of the others alike, in `waves` (absent: always).

    `effect` is a background variable, or an earlier chance; then `level` is true or false: to whom it happened or not.
    A ratio of 0 is never, .inf always.
    """

    effect: str
    level: bool | str
    ratio: float
    waves: tuple[int, ...] | None = None
    why: str = ""


class Chance(Declared):
    """How often something happens among those to whom `among`, or any of them, happened (absent: everyone).

    `percent` (0-100) per wave is one figure, or one per function, layer or `others`; a wave uses the latest row that
    is not younger. It is the share in the population, of `of`, that is met exactly whatever `odds` say of who it is.
    Chances with the same `together` happen at least one at a time. `same_person` is the correlation over the waves
    of what lies behind the answer (Gaussian copula).
    """

    percent: dict[int, float | Shares]
    among: str | tuple[str, ...] | None = None
    of: Literal["among", "everyone"] = "among"
    together: str | None = None
    odds: tuple[Odds, ...] = ()
    same_person: float = 0.0
    why: str = ""

    @property
    def within(self) -> tuple[str, ...]:
        """Names of the chances that it stands among."""
        return (self.among,) if isinstance(self.among, str) else self.among or ()


class AnswerShares(Declared):
    """Shares (0-100) of the answers of those to whom one of `when` happened (absent: everyone not yet answered).

    `percent`: one answer each, adding up to 100. `at_least_one`: options of a multiple question, 100 or more together;
    `exclusive` are the shares of those who choose only that option instead. What a wave did not offer is left out.
    """

    when: tuple[str, ...] = ()
    percent: Shares | None = None
    at_least_one: Shares | None = None
    exclusive: Shares | None = None


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

    `respondents` is a number per wave, or one per layer. `panel`: how many of each layer were invited where no register
    is (absent: the population is). `invited_province` is the least percentage within a province, whatever the function;
    `at_least` the least number of respondents of every function, where so many are invited. `break_off`: percentage
    that stops somewhere after the core. `informants`: percentage of the organisations for which each answers, by layer.
    """

    respondents: dict[int, int | dict[str, int]]
    panel: dict[int, dict[str, int]] = Field(default_factory=dict)
    at_least: int = 0
    invited: dict[int, Shares] = Field(default_factory=dict)
    invited_province: dict[int, Shares] = Field(default_factory=dict)
    odds: tuple[Odds, ...] = ()
    same_person: float = 0.0
    item_nonresponse: Shares
    break_off: float
    informants: dict[str, Shares] = Field(default_factory=dict)
    informants_differ: float = 0.0


class Rows(Declared):
    """A number of rows with something wrong: `cells` (delivered column: what stands in it) is how one knows them.

    With `variable` and `answer` they are rows of people who gave that answer.
    """

    rows: int
    cells: dict[str, str | int]
    variable: str | None = None
    answer: str | None = None


class Campaign(Declared):
    """One wave's fieldwork and how its bureau delivers, with the mistakes in the file.

    `order` of the columns; `separator` between the options in one cell; `user_missing` declared to SPSS as one range
    (absent: as separate values). `other_spellings`: percentage of the cells that have another spelling or code than the
    first that answers.csv has for the answer, by variable or `default`. `label_errors`: value labels that were
    mistyped, by variable and answer. Rows: `test_records`, `duplicates` (first filled in a day or more earlier, in
    part), `partials` (only background) and `miscoded`.
    """

    start: date
    end: date
    delivered: date
    order: Literal["as_asked", "background_last", "by_name"]
    separator: str = ";"
    user_missing: tuple[int, int] | None = None
    other_spellings: Shares = Field(default_factory=dict)
    label_errors: dict[str, dict[str, str]] = Field(default_factory=dict)
    test_records: Rows | None = None
    duplicates: int = 0
    partials: int = 0
    miscoded: tuple[Rows, ...] = ()


class Ignored(Declared):
    """What stands in a column that is thrown away: a number from `low` to `high`, or one of `texts` in `share` %."""

    low: float = 0.0
    high: float = 0.0
    decimals: int = 0
    share: float = 100.0
    texts: tuple[str, ...] = ()


class Missed(Declared):
    """A published figure that the population does not meet, and why."""

    indicator: str
    group: str
    wave: int
    why: str


class Divided(Declared):
    """Shares (0-100) of a background question that differ with the answer to another one, given above it."""

    by: str
    shares: dict[str, Shares]


class Survey(Declared):
    """One survey: its waves, who answers, and every effect in what they answer.

    `background`: shares (0-100) of the answers to a background question that no register holds. `numbers`: first letter
    of the respondents' numbers.
    """

    numbers: str
    waves: dict[int, Campaign]
    careers: Careers | None = None
    background: dict[str, Shares | Divided] = Field(default_factory=dict)
    response: Response
    chances: dict[str, Chance]
    answers: dict[str, tuple[AnswerShares, ...]]
    missed: tuple[Missed, ...] = ()


class Generator(Declared):
    """config/generator.yml: the seed, and every effect and quirk in the synthetic data of each survey."""

    seed: int
    mark: str
    producer: str
    licence: str
    ignored: dict[str, Ignored]
    surveys: dict[str, Survey]

    @property
    def waves(self) -> tuple[int, ...]:
        """Every wave of any survey, in order."""
        return tuple(sorted({wave for survey in self.surveys.values() for wave in survey.waves}))


def read_generator(path: Path) -> Generator:
    """Read config/generator.yml. Raises MonitorError for a field that is missing, unknown or of the wrong kind."""
    return read_declared(path, Generator)
