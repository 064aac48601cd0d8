"""What stands on the sheets of the tabellenboek: themes of a survey, blocks by subject, and the lines of a block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from analysis.domains import ALL
from analysis.families import comparable
from opendata.edition import Edition, Part
from presentation import dutch
from presentation.figure import WHY, Figure

_ADD_UP = {
    "distribution": "De antwoorden tellen per groep op tot 100%, op afronding na.",
    "thin": "De antwoorden tellen per groep op tot 100%, op afronding na; antwoorden die samen staan, tellen één keer.",
    "multiple": "Meer antwoorden waren mogelijk: ze kunnen samen meer dan 100% zijn.",
}
_WHY = WHY | {"/": dutch.SHORT_VERDICTS["too_few"]}
_LONGEST = 31  # letters that a spreadsheet allows in the name of a sheet
Value = float | str  # a share (0-1) in whole hundredths, or what stands in its place


class Line(NamedTuple):
    """One figure: the columns that a line of the tabellenboek needs, as `edition.Part.rows` has them."""

    indicator: str
    label: str
    answer: str
    answer_label: str
    domain: str
    dimension: str
    group: str
    wave: int
    waves: str
    n: int
    percent: int | None
    low: int | None
    high: int | None
    sign: str
    text: str
    indicative: bool
    whole_verdict: str | None
    whole_reference: str | None
    before_verdict: str | None
    before_reference: int | None

    @property
    def together(self) -> bool:
        """Whether it is a figure of two waves together."""
        return "+" in self.waves

    @property
    def whose(self) -> str:
        """The group and, where the figure is of two waves, these: "Flevoland, 2022 en 2024 samen"."""
        return f"{self.group}, {dutch.waves(self.waves)}" if self.together else self.group

    @property
    def value(self) -> Value:
        """The share, or its sign, its bracket (<5%) or its count ("3 van de 8")."""
        if self.percent is not None:
            return self.percent / 100
        return Figure("", self.n, None, None, None, self.sign, self.text, indicative=False).short

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Lower and upper bound of the interval, as shares."""
        low, high = (None if bound is None else bound / 100 for bound in (self.low, self.high))
        return low, high

    @property
    def remark(self) -> str:
        """Why there is no figure, or how firm it is."""
        return _WHY[self.sign] if self.sign else "indicatief" if self.indicative else ""


@dataclass(frozen=True)
class Block:
    """The lines of one subject in the edition's own wave, and the values of earlier waves by answer, domain, wave."""

    part: Part
    wave: int
    lines: list[Line]
    before: dict[tuple[str, str, int], Value]

    @property
    def indicator(self) -> str:
        """The id of what the block is about."""
        return self.lines[0].indicator

    @property
    def label(self) -> str:
        """What the block is about."""
        return self.lines[0].label

    @property
    def base(self) -> str:
        """The line above the block: of whom the percentages are, and when."""
        results = self.part.results
        return f"Basis: {results.base(self.indicator, ALL)}, per groep; {results.settings.waves[self.wave].period}"

    @property
    def notes(self) -> list[str]:
        """How the answers add up, and where the series is cut."""
        results = self.part.results
        earlier = {wave for _, _, wave in self.before}
        broken = {wave: why for wave, why in results.breaks[self.indicator].items() if wave <= self.wave}
        cut = [f"{why} vanaf {wave}" for wave, why in broken.items() if any(at < wave for at in earlier)]
        row = results.indicators[self.indicator]
        kind = "thin" if {line.answer for line in self.lines} & set(row.get("thin", ())) else row["kind"]
        said = [_ADD_UP[kind]] if kind in _ADD_UP else []
        if cut:
            said.append(f"De reeks is onderbroken: {dutch.listing(cut)}. Cursieve cijfers zijn niet te vergelijken.")
        return said

    def series(self, line: Line, waves: list[int]) -> list[tuple[Value, bool]]:
        """What earlier waves had for a line, and whether that may be compared; a group that was not there: ".".

        Nothing for a line of two waves together, as one of them is an earlier one, and where that wave had answers each
        by itself that the line shows together.
        """
        if line.together:
            return [("", True) for _ in waves]
        results = self.part.results
        broken, thin = results.breaks[self.indicator], results.indicators[self.indicator].get("thin", ())
        absent = "" if line.answer in thin else "."
        values = [self.before.get((line.answer, line.domain, wave), absent) for wave in waves]
        return [(value, comparable(self.wave, wave, broken)) for value, wave in zip(values, waves, strict=True)]


@dataclass(frozen=True)
class Theme:
    """One sheet: what a survey asked about a theme; `left_out` are subjects that this wave did not ask so."""

    part: Part
    number: int
    wave: int
    blocks: list[Block]
    left_out: list[str]

    @property
    def title(self) -> str:
        """The heading of the sheet."""
        return f"{self.number} {self.part.results.themes[self.number]}: {self.part.people}"

    @property
    def waves(self) -> list[int]:
        """The waves before the edition's own, oldest first."""
        return [wave for wave in sorted(self.part.results.settings.waves) if wave < self.wave]


def themes(edition: Edition) -> dict[str, Theme]:
    """The sheets of an edition by name, in order: "1 Ervaring", "1 Ervaring medewerkers"; only what its wave asked."""
    asked = [theme for part in edition.parts for theme in _themes(part, edition.wave)]
    named: dict[str, Theme] = {}
    for theme in sorted(asked, key=lambda theme: theme.number):
        name = f"{theme.number} {edition.sheets[theme.number]}"
        taken = any(other.number == theme.number for other in named.values())
        named[(f"{name} {theme.part.people}" if taken else name)[:_LONGEST].strip()] = theme
    return named


def _themes(part: Part, wave: int) -> Iterator[Theme]:
    lines: dict[str, list[Line]] = {}
    for line in _lines(part.rows):
        lines.setdefault(line.indicator, []).append(line)
    found: dict[int, list[Block]] = {}
    for indicator, mine in lines.items():
        single = [line for line in mine if not line.together]
        before = {(line.answer, line.domain, line.wave): line.value for line in single if line.wave < wave}
        own = [line for line in mine if line.wave == wave]
        if own:
            found.setdefault(part.results.indicators[indicator]["theme"], []).append(Block(part, wave, own, before))
    for number, blocks in found.items():
        known = part.results.indicators.items()
        left_out = [r["label"] for name, r in known if r["theme"] == number and not part.results.asked(name, wave)]
        yield Theme(part, number, wave, blocks, left_out)


def _lines(rows: pd.DataFrame) -> list[Line]:
    known = rows[list(Line._fields)].notna()
    columns = [[*map(_known, rows[name].tolist(), known[name])] for name in Line._fields]
    return [Line(*values) for values in zip(*columns, strict=True)]


def _known(value: object, known: bool) -> Any:
    return value if known else None
