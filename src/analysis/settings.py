"""What people decided for the whole monitor: the rows of config/monitor.yml and where the project stands on disk."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Literal

from pydantic import Field, PositiveInt

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError

_RISING = (
    "brackets.count brackets.upto brackets.n",
    "protection.integers showing.shown brackets.n",
    "showing.shown showing.firm",
    "showing.shown showing.pooled",
    "rounding.n_step rounding.n_step_large rounding.n_large",
)


class Wave(Declared):
    """When a wave asked, in Dutch words, and where it stands in the electoral cycle."""

    period: str
    cycle: str


class Showing(Declared):
    """Respondents (n) from which a percentage is shown, is firm, and the half-width (points) above which it is not.

    Below `pooled` respondents a sheet shows two waves together as well. In the surveys of `counts` a percentage that is
    not shown gives way to a count.
    """

    shown: PositiveInt
    firm: PositiveInt
    half_width: PositiveInt
    pooled: PositiveInt
    counts: tuple[Literal["organisations"], ...] = ()


class Rounding(Declared):
    """Steps to which n is rounded: `n_step`, and `n_step_large` above `n_large`."""

    n_step: PositiveInt
    n_step_large: PositiveInt
    n_large: PositiveInt


class Brackets(Declared):
    """Yes or no counts below `count` are withheld in groups of fewer than `n` respondents.

    From `n` on, those below `upto` become "minder dan `percent`%", where the share is.
    """

    count: PositiveInt
    n: PositiveInt
    percent: PositiveInt
    upto: PositiveInt


class Protection(Declared):
    """What must stay open of a group of whom fewer than `showing.shown` answered, or a share above `sampled` took part.

    `integers` numbers of yes, one after another, must be possible to who knows `known` of the answers.
    """

    integers: int = Field(gt=1)
    known: int = Field(ge=0)
    sampled: float = Field(gt=0, le=1)


class Bounds(Declared):
    """Smallest and largest ratio of a calibrated to a base weight."""

    lower: float = Field(ge=0, lt=1)
    upper: float = Field(gt=1, allow_inf_nan=False)


class Edition(Declared):
    """When an edition came out, and its title and the chapters of its report where they are its own."""

    released: date
    title: str = ""
    chapters: tuple[str, ...] = ()


class Settings(Declared):
    """config/monitor.yml, read once and passed down.

    `women_points` is how far (percentage points) the estimated share of women is moved to see what rests on it.
    """

    title: str
    mark: str
    waves: dict[int, Wave]
    editions: dict[int, Edition]
    chapters: tuple[str, ...]
    confidence: float = Field(ge=0.5, lt=1)
    showing: Showing
    rounding: Rounding
    brackets: Brackets
    protection: Protection
    calibration: Bounds
    women_points: int = Field(ge=0, le=100)

    @property
    def newest(self) -> int:
        """The newest edition."""
        return max(self.editions)

    def name(self, wave: int) -> str:
        """What a wave's edition is called: "Monitor agressie en geweld 2018"."""
        return f"{(wave in self.editions and self.editions[wave].title) or self.title} {wave}"


def read_settings(path: Path) -> Settings:
    """Read monitor.yml; raises MonitorError with a field that is missing, misspelt, of another type or contradicted."""
    read = read_declared(path, Settings)
    for one, other in (pair for names in _RISING for pair in pairwise(names.split())):
        least, most = attrgetter(one, other)(read)
        if least > most:
            where, expected = f"{path.name}, {one}", f"at most {other}, which is {most}"
            hint = "mend one of the two: a rule that can never hold protects nobody"
            raise MonitorError("Rules contradict each other", where=where, expected=expected, got=str(least), hint=hint)
    return read


def project_root() -> Path:
    """The folder of the monitor in which the caller works: the nearest one upwards that holds _quarto.yml."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "_quarto.yml").exists():
            return folder
    raise MonitorError(
        "Not inside the monitor's folder",
        where=str(here),
        expected="a folder that holds _quarto.yml, or one below it",
        got="no such folder upwards",
        hint="start Jupyter, Quarto or Python from the folder that was cloned",
    )
