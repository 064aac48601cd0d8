"""A sheet: one group of officeholders in one edition, beside its comparator, as documents ask for it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import dutch
from analysis.groups import ALL_PROVINCES, Group
from analysis.results import Comparison, Figure, Phrase, Results, read_results, trace

_AGAINST = {
    "higher": "Dat is hoger dan {whom} ({figure})",
    "lower": "Dat is lager dan {whom} ({figure})",
    "about_equal": "Dat is ongeveer gelijk aan het aandeel {whom} ({figure})",
    "no_demonstrable_difference": "Dat verschilt niet aantoonbaar van {whom} ({figure})",
    "not_comparable": "Dat is niet te vergelijken met {whom}",
    "too_few": "Er zijn te weinig waarnemingen voor een vergelijking met {whom}",
}
_SINCE = {
    "higher": "hoger dan bij de meting van {wave} ({figure})",
    "lower": "lager dan bij de meting van {wave} ({figure})",
    "about_equal": "ongeveer gelijk aan de meting van {wave} ({figure})",
    "no_demonstrable_difference": "niet aantoonbaar anders dan bij de meting van {wave} ({figure})",
    "not_comparable": "niet te vergelijken met de meting van {wave}",
    "too_few": "niet te vergelijken met de meting van {wave}: te weinig waarnemingen",
}


@dataclass(frozen=True)
class Sheet:
    """One group in one edition. Every method looks up; none estimates.

    `domain` and `whole` are domain ids ("" where there is no comparator); `wave` is the edition's own.
    """

    results: Results
    domain: str
    whole: str
    wave: int

    @property
    def group(self) -> Group:
        """The group that the sheet is about."""
        return self.results.group(self.domain)

    @property
    def name(self) -> str:
        """What a chart calls the subject."""
        return self.group.label

    @property
    def comparator(self) -> str:
        """What a chart calls the comparator."""
        return self.results.group(self.whole).label

    @property
    def waves(self) -> list[int]:
        """Waves up to the edition's own, oldest first."""
        return [wave for wave in sorted(self.results.settings.waves) if wave <= self.wave]

    @property
    def previous(self) -> int:
        """The wave before the edition's own."""
        return self.waves[-2]

    @property
    def period(self) -> str:
        """When the edition's wave asked: "voorjaar 2024"."""
        return self.results.settings.waves[self.wave].period

    def figure(self, indicator: str, answer: str = "", wave: int | None = None, domain: str | None = None) -> Figure:
        """A figure of the sheet's group, of another wave or another domain where named."""
        return self.results.figure(indicator, wave or self.wave, domain or self.domain, answer)

    def say(self, indicator: str, answer: str = "", domain: str | None = None) -> Phrase:
        """A figure in words, tied to its row: "ruim de helft (51%)"."""
        return Phrase(self.figure(indicator, answer, domain=domain).say())

    def base(self, indicator: str, domain: str | None = None) -> str:
        """The base in words for this group: "raadsleden die agressie meemaakten"."""
        plural = self.results.group(domain or self.domain).plural
        return self.results.indicators[indicator]["base"]["words"].format(group=plural)

    def base_line(self, indicator: str) -> str:
        """The line under a chart or table: base in words and number of respondents in it."""
        place = f" {self.group.place.lower().replace(self.name.lower(), self.name)}" if self.group.place else ""
        n = self.figure(indicator, self._first_answer(indicator)).n
        return f"Basis: {self.base(indicator)}{place}, {self.period}; n = {dutch.number(n)}."

    def sentence(self, indicator: str, domain: str | None = None) -> Phrase:
        """One sentence: share, base, what, and the uncertainty; or why no figure is given."""
        figure = self.figure(indicator, domain=domain)
        row = self.results.indicators[indicator]
        group = self.results.group(domain or self.domain)
        base = self.base(indicator, domain)
        if not figure.firm:
            return Phrase(self._without_figure(row["label"], figure, group))
        verb, _, rest = row["does"].partition(" ")
        clause = "," if " die " in base else ""
        if group.place:
            words = f"{group.place} {verb} {figure.say()} van de {base} {rest}"
        else:
            words = f"{dutch.capital(figure.say())} van de {base}{clause} {verb} {rest}"
        if figure.low is not None and figure.high is not None:
            words += f"; onzekerheid: {trace(dutch.interval(figure.low, figure.high), figure.id)}"
        return Phrase(words + ".")

    def against(self, indicator: str) -> Phrase:
        """One sentence that sets the figure beside the comparator, in the words of its verdict."""
        if not self.figure(indicator).firm:
            return Phrase("")
        whole = self.figure(indicator, domain=self.whole)
        words = _AGAINST[self.compared(indicator).verdict].format(whom=self._whom(), figure=trace(whole.text, whole.id))
        return Phrase(words + ".")

    def since(self, indicator: str, wave: int | None = None) -> Phrase:
        """One sentence that sets the figure beside an earlier wave, by default the one before."""
        reference = wave or self.previous
        if not self.figure(indicator).firm:
            return Phrase("")
        before = self.figure(indicator, wave=reference)
        verdict = self.changed(indicator, reference).verdict
        words = _SINCE[verdict].format(wave=reference, figure=trace(before.text, before.id))
        return Phrase(f"Dat is {words}.")

    def compared(self, indicator: str) -> Comparison:
        """The comparison with the sheet's comparator."""
        return self.results.compare(indicator, self.wave, self.domain, "whole", self.whole)

    def changed(self, indicator: str, wave: int | None = None) -> Comparison:
        """The comparison with an earlier wave, by default the one before."""
        return self.results.compare(indicator, self.wave, self.domain, "wave", str(wave or self.previous))

    def finding(self, indicator: str) -> str:
        """A chart's title from the verdict against the comparator: "Agressie meegemaakt: hoger dan ..."."""
        label = self.results.indicators[indicator]["label"]
        verdict = self.compared(indicator).verdict
        endings = {
            "higher": f"hoger dan {self._whom()}",
            "lower": f"lager dan {self._whom()}",
            "about_equal": f"ongeveer gelijk aan {self._whom()}",
            "no_demonstrable_difference": "geen aantoonbaar verschil",
        }
        return f"{label}: {endings.get(verdict, dutch.VERDICTS[verdict])}"

    def trend_finding(self, indicator: str) -> str:
        """A trend's title from the verdicts against the wave before and the first: "...: lager dan in 2022"."""
        label = self.results.indicators[indicator]["label"]
        parts = []
        for wave in dict.fromkeys((self.previous, self.waves[0])):
            verdict = self.changed(indicator, wave).verdict
            if verdict in ("higher", "lower"):
                parts.append(f"{dutch.VERDICTS[verdict]} dan bij de meting van {wave}")
            elif verdict == "about_equal":
                parts.append(f"ongeveer gelijk aan de meting van {wave}")
        return f"{label}: {dutch.listing(parts)}" if parts else f"{label}: geen aantoonbare verandering"

    def rows(
        self, indicators: list[str], waves: list[int] | None = None, domains: list[str] | None = None
    ) -> pd.DataFrame:
        """Publishable rows for charts and tables, with `label`, `answer_label` and `group` in Dutch.

        Order: indicators, answers as asked, domains, waves, as given.
        """
        figures = self.results.figures
        picked = figures[
            figures["indicator"].isin(indicators)
            & figures["wave"].isin(waves or [self.wave])
            & figures["domain"].isin(domains or [self.domain])
        ].copy()
        picked["label"] = [self.results.indicators[indicator]["label"] for indicator in picked["indicator"]]
        picked["group"] = [self.results.group(domain).label for domain in picked["domain"]]
        picked["base"] = [self.base(i, d) for i, d in zip(picked["indicator"], picked["domain"], strict=True)]
        picked["answer_label"] = [
            self.results.answer_label(i, a) if a else ""
            for i, a in zip(picked["indicator"], picked["answer"], strict=True)
        ]
        order = {name: place for place, name in enumerate([*indicators, *(domains or [self.domain])])}
        keys = picked[["indicator", "domain"]].replace(order)
        return picked.iloc[
            keys.assign(wave=picked["wave"], at=range(len(picked)))
            .sort_values(["indicator", "domain", "wave", "at"])
            .index.map(picked.index.get_loc)
        ].reset_index(drop=True)

    def domains(self, dimension: str) -> list[str]:
        """Domain ids of a planned dimension, in order: "function_group", "layer x gender"."""
        return [group.domain for group in self.results.groups if group.dimension == dimension]

    def indicators(self, theme: int, headline: bool = True) -> list[str]:
        """Ids of a theme's indicators, the headline ones or the others."""
        return [
            name
            for name, row in self.results.indicators.items()
            if row["theme"] == theme and bool(row.get("headline")) == headline
        ]

    def _first_answer(self, indicator: str) -> str:
        figures = self.results.figures
        return str(figures.loc[figures["indicator"] == indicator, "answer"].iloc[0])

    def _whom(self) -> str:
        return (
            "bij alle gemeenten en provincies samen"
            if self.whole == ALL_PROVINCES
            else "bij alle politieke ambtsdragers"
        )

    def _without_figure(self, label: str, figure: Figure, group: Group) -> str:
        where = group.place or dutch.capital(group.plural)
        if figure.sign == "":
            return f"{where}: voor “{label.lower()}” is het aantal waarnemingen te klein voor een vaste uitspraak; de tabel geeft een indicatie."
        if figure.sign == "x":
            return f"{where}: “{label.lower()}” is niet getoond, omdat personen herkenbaar zouden zijn."
        return f"{where}: voor “{label.lower()}” zijn er te weinig waarnemingen om een percentage te noemen."


def province_sheet(province: str | None, edition: int | None, results: Results | None = None) -> Sheet:
    """The sheet of one province, beside all gemeenten and provincies together.

    Raises MonitorError when the province or the edition does not exist, or was not given.
    """
    return _sheet(f"province={province}", ALL_PROVINCES, edition, results)


def target_group_sheet(domain: str | None, edition: int | None, results: Results | None = None) -> Sheet:
    """The sheet of a doelgroep, beside all politieke ambtsdragers; for "all" there is no comparator."""
    return _sheet(str(domain), "" if domain == "all" else "all", edition, results)


def _sheet(domain: str, whole: str, edition: int | None, results: Results | None) -> Sheet:
    results = results or read_results()
    results.group(domain)
    return Sheet(results, domain, whole, int(edition or 0))
