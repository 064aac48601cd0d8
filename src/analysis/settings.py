"""What people decided for the whole monitor: the rows of config/monitor.yml and where the project stands on disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.errors import MonitorError


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wave(_Frozen):
    """When a wave asked, in Dutch words, and where it stands in the electoral cycle."""

    period: str
    cycle: str


class Showing(_Frozen):
    """Respondents (n) from which a percentage is shown, is firm, and the half-width (points) above which it is not."""

    shown: int
    firm: int
    half_width: int


class Rounding(_Frozen):
    """Steps to which n is rounded: `n_step`, and `n_step_large` above `n_large`."""

    n_step: int
    n_step_large: int
    n_large: int


class Brackets(_Frozen):
    """Yes or no counts below `count` become "minder dan `percent`%" from `n` respondents on, else they are withheld."""

    count: int
    n: int
    percent: int


class Bounds(_Frozen):
    """Smallest and largest ratio of a calibrated to a base weight."""

    lower: float
    upper: float


class Edition(_Frozen):
    """When an edition of the publication came out."""

    released: date


class Settings(_Frozen):
    """config/monitor.yml, read once and passed down."""

    title: str
    mark: str
    waves: dict[int, Wave]
    editions: dict[int, Edition]
    confidence: float
    showing: Showing
    rounding: Rounding
    brackets: Brackets
    calibration: Bounds


def read_settings(path: Path) -> Settings:
    """Read monitor.yml; raises MonitorError with the field that is missing, misspelt or out of its type."""
    try:
        return Settings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise MonitorError(
            "Settings not understood",
            where=f"{path.name}, {'.'.join(str(part) for part in first['loc'])}",
            expected=str(first["msg"]),
            got=repr(first["input"])[:80],
            hint="config/monitor.yml as committed shows every field",
        ) from error


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
