"""What people decided for the whole monitor: the rows of config/monitor.yml and where the project stands on disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError

Positive = Annotated[int, Field(gt=0)]


class Wave(Declared):
    """When a wave asked, in Dutch words, and where it stands in the electoral cycle."""

    period: str
    cycle: str


class Showing(Declared):
    """Respondents (n) from which a percentage is shown, is firm, and the half-width (points) above which it is not.

    Below `pooled` respondents a sheet shows two waves together as well. In the surveys of `counts` a percentage that is
    not shown gives way to a count.
    """

    shown: Positive
    firm: Positive
    half_width: Positive
    pooled: Positive
    counts: tuple[str, ...] = ()


class Rounding(Declared):
    """Steps to which n is rounded: `n_step`, and `n_step_large` above `n_large`."""

    n_step: Positive
    n_step_large: Positive
    n_large: Positive


class Brackets(Declared):
    """Yes or no counts below `count` are withheld in groups of fewer than `n` respondents.

    From `n` on, those below `upto` become "minder dan `percent`%", where the share is.
    """

    count: Positive
    n: Positive
    percent: Positive
    upto: Positive


class Protection(Declared):
    """What must stay open of a group below `showing.shown`, or of which a share above `sampled` took part.

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
    """Read monitor.yml; raises MonitorError with the field that is missing, misspelt or out of its type."""
    return read_declared(path, Settings)


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
