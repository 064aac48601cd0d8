"""One publishable figure, as sentences, charts and tables read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from presentation import dutch

WHY = {"x": "niet getoond", "/": "te weinig waarnemingen", ".": "niet gevraagd", "-": "nihil"}


@dataclass(frozen=True)
class Figure:
    """One publishable figure: whole percents (0-100) or, where it is not shown, the sign that says why.

    Of few organisations it is a `count` of n instead. `panel`: nobody drew the respondents, its interval is indicative.
    `about` is what a reader may ask of it: what it counts ("label"), its "base", the "waves" and "questions" behind it.
    """

    id: str
    n: int
    percent: int | None
    low: int | None
    high: int | None
    sign: str
    text: str
    indicative: bool
    count: int | None = None
    panel: bool = False
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def firm(self) -> bool:
        """Whether the figure may stand in a headline or in prose."""
        return not self.indicative and self.sign == ""

    @property
    def label(self) -> str:
        """What stands beside a mark: "51%", "minder dan 5%", or the sign and what it means."""
        return f"{self.sign} {WHY[self.sign]}" if self.sign else self.text

    @property
    def short(self) -> str:
        """What fits in a cell or a tile: "51%", "<5%" where bracketed, or the sign."""
        return self.sign or self.text.replace("minder dan ", "<").replace("meer dan ", ">")

    @property
    def reach(self) -> int:
        """The highest percentage that is drawn, or that "meer dan 95%" names; 0 when there is none."""
        named = [int(word.strip("%")) for word in self.text.split() if self.text.startswith("meer dan") and "%" in word]
        return max([self.percent or 0, self.high or 0, *named])

    def cite(self) -> str:
        """The figure alone, tied to its row: "51%"."""
        return self.trace(self.text)

    def say(self) -> str:
        """The figure in words, tied to its row: "ruim de helft (51%)"."""
        words = dutch.share(self.percent) if self.percent is not None else self.text
        return self.trace(words)

    def of(self, whom: str) -> str:
        """The figure and whom it counts: "ruim de helft (51%) van de leden", "6 van de 8 deelnemende provincies"."""
        if self.count is None:
            return f"{self.say()} van de {whom}"
        return f"{self.trace(dutch.count(self.count, self.n))} {whom}"

    def trace(self, words: str) -> str:
        """Tie words to the row they come from: a Markdown span that a check, and a reader's click, can follow."""
        n = dutch.number(self.n) + " (afgerond)" * (self.count is None)  # a count is of exactly n
        told = {"row": self.id, "shown": self.text, "n": n, **self.about}
        if self.low is not None and self.high is not None:
            told["margin"] = f"{self.margin}: {dutch.interval(self.low, self.high)}"
        keys = " ".join(f'data-{key}="{value}"' for key, value in told.items())
        return f"[{words}]{{.figure-link {keys}}}".replace("|", "&#124;")  # a bare one makes Pandoc look for tables

    @property
    def margin(self) -> str:
        """What its interval is called."""
        return "indicatieve marge" if self.panel else "onzekerheid"


def read_figure(row: Mapping[Any, Any] | pd.Series, about: Mapping[str, str] | None = None) -> Figure:
    """The figure in a publishable row; rows made by hand may lack an id."""
    return Figure(
        id=str(row.get("id", "")),
        n=whole(row["n"]) or 0,
        sign=str(row["sign"]),
        text=str(row["text"]),
        indicative=bool(row["indicative"]),
        count=whole(row.get("count")),
        panel=bool(row.get("panel", False)),
        about=about or {},
        **{name: whole(row[name]) for name in ("percent", "low", "high")},
    )


def whole(value: object) -> int | None:
    """A whole number, or None where it is missing."""
    return None if pd.isna(value) else int(value)  # pyright: ignore
