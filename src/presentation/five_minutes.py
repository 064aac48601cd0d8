"""The five-minute version: each finding is one sentence, one number with its interval, and one picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import MonitorError
from presentation import dutch, exhibits
from presentation.factsheets import Sheet
from presentation.figure import Figure
from presentation.results import Phrase
from presentation.rows import Shown

_ONE_IN = {7: "zeven", 9: "negen", 10: "tien", 11: "elf", 12: "twaalf"}
_MORE = {"higher": "meer", "lower": "minder"}
_SEVERITY = "severity_all"


@dataclass(frozen=True)
class Finding:
    """One finding: the indicator of its number, and the indicators in its picture (ids)."""

    sheet: Sheet
    indicator: str
    pictured: tuple[str, ...]

    @property
    def sentence(self) -> Phrase:
        """The heading: the share in words, of whom, and what; more or less than before only where a verdict says so."""
        row, figure = self.sheet.results.indicators[self.indicator], self.sheet.figure(self.indicator)
        base = row["base"]["words"].format(group=self.sheet.group.plural)
        verb, _, rest = row["does"].partition(" ")
        comma = "," if " die " in base else ""
        share = figure.trace(_in_words(figure))
        # A heading that opens with a digit reads as a table.
        bare = share[1].isdigit()
        words = f"Van de {base}{comma} {verb} {share} {rest}" if bare else f"{share} van de {base}{comma} {verb} {rest}"
        return Phrase(dutch.capital(words) + self._since())

    @property
    def number(self) -> Phrase:
        """The number, large, with its interval, and a small line with base and n."""
        figure = self.sheet.figure(self.indicator)
        lines = [f"[{figure.cite()}]{{.key-number}}"]
        if figure.low is not None and figure.high is not None:
            interval = figure.trace(dutch.interval(figure.low, figure.high))
            lines.append(f"[{figure.margin}: {interval}]{{.key-interval}}")
        lines.append(f"[{self.sheet.base_line(self.indicator)}]{{.key-note}}")
        return Phrase("::: {.key-figure}\n" + "\n\n".join(lines) + "\n:::")

    @property
    def picture(self) -> Shown:
        """Several indicators as bars, severity by layer, the answers to a question as bars, else a trend.

        Its title says what is drawn: the finding is the heading above it, and is read once.
        """
        name, *others = self.pictured
        if others:
            return exhibits.bars_of(self.sheet, list(self.pictured))
        if name == _SEVERITY:
            groups = [self.sheet.domain, *self.sheet.domains("layer")]
            return exhibits.severity(self.sheet, groups, self.sheet.label(name))
        is_share = self.sheet.results.indicators[name]["kind"] == "proportion"
        return exhibits.trend(self.sheet, name, "Meting voor meting") if is_share else exhibits.bars(self.sheet, name)

    def _since(self) -> str:
        """The tail "meer dan bij de meting van 2022": since the wave before that asked it, else since the first."""
        earlier = self.sheet.earlier(self.indicator)
        for wave in dict.fromkeys([*earlier[-1:], *earlier[:1]]):
            verdict = self.sheet.changed(self.indicator, wave).verdict
            if verdict in _MORE:
                return f", {_MORE[verdict]} dan bij de meting van {wave}"
        return ""


def findings(sheet: Sheet, *wanted: Mapping[str, str]) -> list[Finding]:
    """A finding for each of `wanted`: per choice the indicator of the number, and those of its picture ("a b").

    Of the choices the first counts that the wave asked and whose figure is firm. Raises MonitorError where none is.
    """
    found = []
    for choices in wanted:
        firm = (
            Finding(sheet, number, tuple(pictured.split()))
            for number, pictured in choices.items()
            if sheet.figure(number).firm and all(sheet.asks(name) for name in pictured.split())
        )
        if (first := next(firm, None)) is None:
            raise MonitorError(
                "No such finding in this edition",
                where=f"the five-minute version of {sheet.wave}",
                expected="an indicator that the wave asked, with enough respondents",
                got=", ".join(choices),
                hint="add another choice in report/_five-minutes.qmd",
            )
        found.append(first)
    return found


def _in_words(figure: Figure) -> str:
    """A share in words; of those without a word, "een op de twaalf (8%)" where that rounds to the percentage."""
    words = dutch.share(figure.percent) if figure.percent is not None else figure.text
    for of, name in _ONE_IN.items():
        if words == f"{round(100 / of)}%":
            return f"een op de {name} ({words})"
    return words
