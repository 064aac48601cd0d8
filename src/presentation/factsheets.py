"""A sheet: one group of a survey in one edition, beside its comparator, as documents ask for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import pandas as pd

from analysis.domains import ALL
from analysis.errors import MonitorError
from analysis.families import EVERYTHING, WORDING
from analysis.groups import ALL_PROVINCES, Group
from presentation import dutch, narrative
from presentation.figure import Figure
from presentation.results import Comparison, Phrase, Results, read_results

_AGAINST = {
    "higher": "{what} is hoger dan bij {whom} ({figure}).",
    "lower": "{what} is lager dan bij {whom} ({figure}).",
    "about_equal": "{what} is ongeveer gelijk aan {those}{whom} ({figure}).",
    "small_difference": "{what} verschilt weinig van {those}{whom} ({figure}).",
    "no_demonstrable_difference": "{what} verschilt niet aantoonbaar van {those}{whom} ({figure}).",
    "not_comparable": "{what} is niet te vergelijken met {those}{whom}.",
    "too_few": "Voor een vergelijking met {whom} zijn er te weinig waarnemingen.",
}
_TOGETHER = 3  # figures that one sentence can hold
_WITHOUT = {
    "": "Voor {labels} is het aantal waarnemingen te klein voor een vaste uitspraak; de tabel geeft een indicatie.",
    "x": "Niet getoond, omdat personen herkenbaar zouden zijn: {labels}.",
    "/": "Voor {labels} zijn er te weinig waarnemingen om een percentage te noemen.",
    "niet gevraagd": "Niet gevraagd in deze meting: {labels}.",
    "anders gevraagd": "In deze meting anders gevraagd, en daarom niet vergelijkbaar: {labels}.",
}
_CLAUSE = re.compile(r" (die|waarvan|aan wie) ")  # a base with a clause takes a comma behind it
_NOUNS = ("layer", "function_group", "gender")  # dimensions whose labels are nouns, and stand by themselves
_NAMED = 3  # groups that a title names


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
    def waves(self) -> list[int]:
        """Waves up to the edition's own, oldest first."""
        return [wave for wave in sorted(self.results.settings.waves) if wave <= self.wave]

    def asks(self, indicator: str) -> bool:
        """Whether the edition's own wave asked what the indicator counts."""
        return self.results.asked(indicator, self.wave)

    def earlier(self, indicator: str) -> list[int]:
        """Waves before the edition's own that asked what the indicator counts, oldest first."""
        return [wave for wave in self.waves[:-1] if self.results.asked(indicator, wave)]

    def previous(self, indicator: str) -> int | None:
        """The last of the earlier waves that asked it; None where there is none."""
        return max(self.earlier(indicator), default=None)

    @property
    def apart(self) -> list[str]:
        """Why nothing of the edition's own wave compares with any earlier one; empty where something may."""
        rows = self.results.break_rows
        whole = rows[(rows["variable_or_indicator"] == EVERYTHING) & (rows["wave"] == self.wave)]
        return list(whole.loc[whole["kind"] != WORDING, "why"])

    def about(self, domain: str) -> Sheet:
        """The sheet of another group of the same survey and edition, without a comparator."""
        return replace(self, domain=self.results.group(domain).domain, whole="")

    @property
    def period(self) -> str:
        """When the edition's wave asked: "voorjaar 2024"."""
        return self.results.settings.waves[self.wave].period

    def figure(self, indicator: str, answer: str = "", wave: int | None = None, domain: str | None = None) -> Figure:
        """A figure of the sheet's group, of another wave or another domain where named."""
        return self.results.figure(indicator, wave or self.wave, domain or self.domain, answer)

    def base(self, indicator: str, domain: str | None = None) -> str:
        """The base in words, as charts, tables and data files name it: "raadsleden die agressie meemaakten"."""
        return self.results.base(indicator, domain or self.domain)

    def base_line(self, indicator: str, domain: str | None = None) -> str:
        """The line with the base and, where the wave asked it, when and the number of respondents in it."""
        figures = self.results.figures
        own = (figures["indicator"] == indicator) & (figures["wave"] == self.wave)
        numbers = figures.loc[own & (figures["domain"] == (domain or self.domain)), "n"]
        asked = f", {self.period}; n = {dutch.number(numbers.iloc[0])}" if len(numbers) else ""
        return f"Basis: {self.base(indicator, domain)}{asked}."

    def tell(self, *indicators: str, beside: str = "") -> Phrase:
        """Sentences on indicators: share, base, what, uncertainty; in the end those of which no figure is given.

        Indicators of one base share a sentence, without their uncertainty: that stands in the chart or table beside it.
        `beside` adds the verdicts against the comparator ("whole") or the previous wave that asked it ("wave").
        """
        unsaid: dict[str, list[str]] = {}
        for indicator in indicators:
            if not self.figure(indicator).firm:
                sign = self.figure(indicator).sign
                why = sign if self.asks(indicator) else self.results.unasked(indicator, self.wave)
                unsaid.setdefault(why, []).append(f"“{dutch.small(self.label(indicator))}”")
        firm = [indicator for indicator in indicators if self.figure(indicator).firm]
        said: list[str] = []
        for _, alike in groupby(firm, key=self._sharing):
            few = list(alike)
            for at in range(0, len(few), _TOGETHER):
                some = few[at : at + _TOGETHER]
                opening = "Verder" if at else f"Van de {self._whose(some[0])}"
                said.append(narrative.together(opening, [(self.figure(each), self._does(each)) for each in some]))
                if len(few) == 1:
                    said[-1] = self._sentence(few[0], self.figure(few[0]), opens=len(said) == 1)
        said.append(self._beside(firm, beside))
        said += [_WITHOUT[why].format(labels=dutch.listing(labels)) for why, labels in unsaid.items()]
        return Phrase(" ".join(filter(None, said)))

    def _sharing(self, indicator: str) -> tuple[str, str]:
        """What figures of one sentence have alike: their base; a count has a sentence of its own."""
        return self._words(indicator, ""), "" if self.figure(indicator).count is None else indicator

    def _whose(self, indicator: str) -> str:
        """The base in a sentence, with the group's place: "politieke ambtsdragers in Flevoland die ...,"."""
        place = f" in {self.name}" if self.group.place else ""
        words = self._words(indicator, self.group.plural + place)
        return f"{words}," if _CLAUSE.search(words) else words

    def _does(self, indicator: str) -> str:
        return self.results.indicators[indicator]["does"]

    def _beside(self, indicators: list[str], beside: str) -> str:
        """The verdicts on several figures against the comparator or the waves before, those that agree together."""
        if len(indicators) < 2:
            verdict = {"whole": self.against, "wave": self.since}.get(beside)
            return "".join(verdict(indicator) for indicator in indicators) if verdict else ""
        found: dict[str, dict[str, list[str]]] = {}
        for indicator in indicators:
            before = self.previous(indicator)
            if beside == "whole" and self.whole:
                whom, comparison = self._whom(), self.compared(indicator)
                value = self.figure(indicator, domain=self.whole)
            elif beside == "wave" and before:
                whom, comparison = f"de meting van {before}", self.changed(indicator)
                value = self.figure(indicator, wave=before)
            else:
                continue
            topic = self.topic(indicator)
            if comparison.verdict not in ("not_comparable", "too_few"):
                topic += f" ({'daar' if beside == 'whole' else 'toen'} {value.cite()})"
            found.setdefault(whom, {}).setdefault(comparison.verdict, []).append(topic)
        return " ".join(narrative.verdicts(whom, topics) for whom, topics in found.items())

    def _sentence(self, indicator: str, figure: Figure, *, opens: bool, when: str = "") -> str:
        """One sentence about a figure that is firm; the first of several opens with the group's place, if any."""
        base = self._words(indicator, self.group.plural)
        verb, _, rest = self.results.indicators[indicator]["does"].partition(" ")
        verb = dutch.plural(verb) if figure.count is not None and figure.count > 1 else verb
        share = figure.of(base)
        clause = "," if _CLAUSE.search(base) else ""
        if self.group.place and opens:
            words = f"{self.group.place} {verb} {share} {when}{rest}"
        elif figure.count is None and dutch.is_bare(figure.percent):  # no sentence opens with a digit
            words = f"Van de {base}{clause} {verb} {figure.say()} {when}{rest}"
        else:
            words = f"{dutch.capital(share)}{clause} {verb} {when}{rest}"
        if figure.low is not None and figure.high is not None:
            words += f"; {figure.margin}: {figure.trace(dutch.interval(figure.low, figure.high))}"
        return words + "."

    def against(self, indicator: str) -> Phrase:
        """One sentence that sets the figure beside the comparator, in the words of its verdict; none without one."""
        if not self.whole or not self.figure(indicator).firm:
            return Phrase("")
        whole = self.figure(indicator, domain=self.whole)
        words = _AGAINST[self.compared(indicator).verdict]
        return Phrase(words.format(what="Dat", those="", whom=self._whom(), figure=whole.cite()))

    def since(self, indicator: str, wave: int | None = None) -> Phrase:
        """One sentence that sets the figure beside an earlier wave, by default the previous one that asked it.

        None where the whole wave stands apart: a document says so once.
        """
        reference = wave or self.previous(indicator)
        if reference is None or self.apart or not self.figure(indicator).firm:
            return Phrase("")
        before = self.figure(indicator, wave=reference)
        words = _AGAINST[self.changed(indicator, reference).verdict]
        whom, figure = f"de meting van {reference}", before.cite()
        return Phrase(words.format(what="Het aandeel", those="dat bij ", whom=whom, figure=figure))

    def since_first(self, indicator: str) -> Phrase:
        """One sentence that sets the figure beside the first wave that asked it, unless that is the previous one."""
        earlier = self.earlier(indicator)
        return self.since(indicator, earlier[0]) if len(earlier) > 1 else Phrase("")

    def compared(self, indicator: str) -> Comparison:
        """The comparison with the sheet's comparator."""
        return self.results.compare(indicator, self.wave, self.domain, "whole", self.whole)

    def changed(self, indicator: str, wave: int | None = None) -> Comparison:
        """The comparison with an earlier wave, by default the previous one that asked it."""
        return self.results.compare(indicator, self.wave, self.domain, "wave", str(wave or self.previous(indicator)))

    def trend_finding(self, indicator: str) -> str:
        """A trend's title from the verdicts against the wave before and the first: "...: lager dan in 2022"."""
        label = self.results.indicators[indicator]["label"]
        earlier = self.earlier(indicator)
        if not self.asks(indicator):
            return f"{label}: in deze meting {self.results.unasked(indicator, self.wave)}"
        if not earlier:
            return f"{label}: er is geen eerdere meting"
        verdicts = {wave: self.changed(indicator, wave).verdict for wave in (earlier[-1], earlier[0])}
        words = {"higher": "hoger dan bij", "lower": "lager dan bij", "about_equal": "ongeveer gelijk aan"}
        parts = [f"{words[verdict]} de meting van {wave}" for wave, verdict in verdicts.items() if verdict in words]
        if parts:
            return f"{label}: {dutch.listing(parts)}"
        unknown = set(verdicts.values()) <= {"too_few", "not_comparable"}
        return f"{label}: {'niet te vergelijken met eerdere metingen' if unknown else 'geen aantoonbare verandering'}"

    def rows(
        self, indicators: list[str], waves: list[int] | None = None, domains: list[str] | None = None
    ) -> pd.DataFrame:
        """Publishable rows for charts and tables, with `label`, `answer_label` and `group` in Dutch.

        Order: indicators, answers as asked, domains, waves, as given.
        """
        chosen = domains or [self.domain]
        labels = {indicator: self.results.indicators[indicator]["label"] for indicator in indicators}
        figures = self.results.figures
        wanted = figures["wave"].isin(waves or [self.wave]) & figures["domain"].isin(chosen)
        rows = figures[wanted & figures["indicator"].isin(indicators)].copy()
        rows["label"] = rows["indicator"].map(labels)
        rows["group"] = [self.results.group(domain).label for domain in rows["domain"]]
        pairs = zip(rows["indicator"], rows["domain"], strict=True)
        rows["base"] = [self.base(indicator, domain) for indicator, domain in pairs]
        answers = zip(rows["indicator"], rows["answer"], strict=True)
        rows["answer_label"] = [self.results.answer_label(*pair, self.wave) if pair[1] else "" for pair in answers]
        place = {name: at for at, name in enumerate([*indicators, *chosen])}
        return rows.sort_values(["indicator", "domain"], key=lambda names: names.map(place), ignore_index=True)

    def domains(self, dimension: str) -> list[str]:
        """Domain ids of a planned dimension, in order: "function_group", "layer x gender"."""
        return [group.domain for group in self.results.groups if group.dimension == dimension]

    def headlines(self, theme: int) -> list[str]:
        """Ids of a theme's headline indicators."""
        rows = self.results.indicators.items()
        return [name for name, row in rows if row["theme"] == theme and row.get("headline")]

    @property
    def heading(self) -> str:
        """The group's name as a heading opens with it."""
        return dutch.capital(self.group.plural) if not self.group.place else self.name

    @property
    def parts(self) -> list[str]:
        """Domain ids of the groups that target_groups.csv sets beside the sheet's own: dimensions, or single groups.

        Of a crossed dimension ("function_group x gender") those within the sheet's own.
        """
        rows = self.results.target_groups
        mine = (rows["survey"] == self.results.survey) & (rows["domain"] == self.domain)
        dimensions = rows.loc[mine, "dimensions"]
        named = [domain for names in dimensions for name in names.split(";") for domain in self.domains(name) or [name]]
        return [
            name for name in named if name != self.domain and ("&" not in name or name.startswith(f"{self.domain}&"))
        ]

    def comparisons(self, reference: str = "") -> pd.DataFrame:
        """Publishable comparisons of the sheet's group in its wave, all or those with one reference."""
        table = self.results.comparisons
        mine = table[(table["domain"] == self.domain) & (table["wave"] == self.wave)]
        return mine[mine["reference"] == reference] if reference else mine

    def response(self) -> pd.Series:
        """Population, invited, responded and response (percent, 0-100) of the group; its province's or function's."""
        table = self.results.response
        return table[(table["wave"] == self.wave) & (table["domain"] == self.domain)].iloc[0]

    @property
    def weighting(self) -> Mapping[str, Any]:
        """What may be told of the weights and the response of the wave: its part of 5-publishable-weighting."""
        return self.results.weighting[str(self.wave)]

    def label(self, indicator: str, answer: str = "") -> str:
        """What a table calls an indicator, or one of its answers."""
        label = self.results.indicators[indicator]["label"]
        return f"{label}: {self.results.answer_label(indicator, answer, self.wave).lower()}" if answer else label

    def topic(self, indicator: str) -> str:
        """What a sentence on several figures calls an indicator: "verbale agressie"; its label in quotes otherwise."""
        row = self.results.indicators[indicator]
        return row.get("topic", f"“{dutch.small(row['label'])}”")

    def does(self, indicator: str) -> str:
        """What the share did: "kreeg te maken met agressie"; of whom where the base is not everybody."""
        row = self.results.indicators[indicator]
        base = row["base"]["words"].format(group="wie").removeprefix("wie").strip()
        return row["does"] if not base else f"{row['does']} (van wie {base.removeprefix('die ')})"

    def verdict_lines(self, indicator: str) -> list[str]:
        """The verdicts against comparator and previous wave, each a short line; none for an indicative figure."""
        if not self.figure(indicator).firm:
            return []
        lines = []
        if self.whole:
            whole = self.figure(indicator, domain=self.whole)
            lines.append(_line(self._whom(), whole, self.compared(indicator)))
        previous = self.previous(indicator)
        if previous is not None and not self.apart:
            before = self.figure(indicator, wave=previous)
            lines.append(_line(f"meting van {previous}", before, self.changed(indicator)))
        return lines

    def quotable(self, indicator: str) -> Phrase:
        """One sentence that may be quoted, with the period it is about, and the verdict against the comparator."""
        figure = self.figure(indicator)
        if not figure.firm:
            return self.tell(indicator)
        when = f"in de twaalf maanden voor het onderzoek ({self.period}) "
        sentence = self._sentence(indicator, figure, opens=True, when=when)
        return Phrase(f"{sentence} {self.against(indicator)}".strip())

    def differing(self, indicator: str, verdict: str) -> dict[str, list[str]]:
        """The parts with this verdict by the whole that they are compared with, and whose figure is firm."""
        table = self.results.comparisons
        mine = table[(table["kind"] == "whole") & (table["wave"] == self.wave) & (table["indicator"] == indicator)]
        against = dict(mine.loc[(mine["verdict"] == verdict) & (mine["answer"] == ""), ["domain", "reference"]].values)
        found: dict[str, list[str]] = {}
        for domain in self.parts:
            if domain in against:
                found.setdefault(against[domain], []).append(domain)
        return found

    def breakdown_finding(self, indicator: str) -> str:
        """A breakdown's title: which groups are higher, and which lower, than the whole that they belong to.

        Of more groups than a title holds, how many they are.
        """
        label = self.results.indicators[indicator]["label"]
        found = {
            verdict: [domain for domains in self.differing(indicator, verdict).values() for domain in domains]
            for verdict in ("higher", "lower")
        }
        differ = sum(map(len, found.values()))
        if differ > _NAMED:
            groups = len(self.rows([indicator], domains=self.parts))
            return f"{label}: {differ} van de {groups} groepen verschillen aantoonbaar van hun totaal"
        parts = []
        for verdict, domains in found.items():
            groups = [self.results.group(domain) for domain in domains]
            names = [group.inline if group.dimension in _NOUNS else group.plural for group in groups]
            parts += [f"{dutch.VERDICTS[verdict]} bij {dutch.listing(names)}"] if names else []
        return f"{label}: {dutch.listing(parts) if parts else 'geen aantoonbare verschillen tussen groepen'}"

    def summary(self, indicators: list[str]) -> str:
        """A title for several indicators beside the comparator: which of them differ."""
        verdicts = {indicator: self.compared(indicator).verdict for indicator in indicators}
        if set(verdicts.values()) <= {"too_few", "not_comparable"}:
            return f"Niet te vergelijken met {self._whom()}: {dutch.VERDICTS['too_few']}"
        parts = []
        for verdict in ("higher", "lower"):
            labels = [self.label(indicator).lower() for indicator in indicators if verdicts[indicator] == verdict]
            parts += [f"{dutch.listing(labels)} {dutch.VERDICTS[verdict]}"] if labels else []
        if not parts:
            return f"Geen aantoonbaar hogere of lagere cijfers dan bij {self._whom()}"
        return dutch.capital(f"{dutch.listing(parts)} dan bij {self._whom()}")

    def severity_finding(self) -> str:
        """The title of the severity chart: how many had a serious incident, where that may be said."""
        figure = self.figure("serious")
        if not figure.firm:
            return "Ernst van het meest recente incident"
        share = dutch.share(figure.percent) if figure.percent is not None else figure.text
        return f"{dutch.capital(share)} {self.results.indicators['serious']['does']}"

    def provinces_finding(self, indicator: str) -> str:
        """The title of the tile map: how many provinces differ from all of them together."""
        table = self.results.comparisons
        mine = table[(table["family"].str.startswith("provinces")) & (table["wave"] == self.wave)]
        differ = mine[(mine["indicator"] == indicator) & mine["verdict"].isin(["higher", "lower"])]
        label = self.results.indicators[indicator]["label"]
        if differ.empty:
            return f"{label}: geen provincie verschilt aantoonbaar van alle gemeenten en provincies samen"
        names = [self.results.group(domain).label for domain in differ["domain"]]
        verb = "wijkt" if len(names) == 1 else "wijken"
        return f"{label}: {dutch.listing(names)} {verb} af van alle gemeenten en provincies samen"

    def _words(self, indicator: str, group: str) -> str:
        return self.results.indicators[indicator]["base"]["words"].format(group=group)

    def _whom(self) -> str:
        return called(self.results.group(self.whole))


def called(whole: Group) -> str:
    """A whole in a sentence: "alle politieke ambtsdragers", "alle gemeenten en provincies samen"."""
    return whole.label.lower() if whole.domain == ALL_PROVINCES else f"alle {whole.plural}"


def report_sheet(edition: int | None, results: Results | None = None) -> Sheet:
    """The sheet of everybody. Raises MonitorError when the edition does not exist, or was not given."""
    return _sheet(ALL, "", edition, results)


def province_sheet(province: str | None, edition: int | None, results: Results | None = None) -> Sheet:
    """The sheet of one province, beside all gemeenten and provincies together.

    Raises MonitorError when the province or the edition does not exist, or was not given.
    """
    return _sheet(f"province={province}", ALL_PROVINCES, edition, results)


def target_group_sheet(target_group: str | None, edition: int | None, results: Results | None = None) -> Sheet:
    """The sheet of a doelgroep of target_groups.csv, beside its comparator where it has one.

    Raises MonitorError when the doelgroep or the edition does not exist, or was not given.
    """
    results = results or read_results()
    known = results.target_groups.set_index("target_group")
    if target_group not in known.index:
        raise MonitorError(
            "Doelgroep does not exist",
            where="a document",
            expected=", ".join(str(name) for name in known.index),
            got=str(target_group),
            hint="mend the name, or add a row to config/target_groups.csv",
        )
    row = known.loc[target_group]
    survey = str(row["survey"])
    results = results if survey == results.survey else read_results(survey=survey)
    return _sheet(str(row["domain"]), str(row["comparator"]), edition, results)


def _sheet(domain: str, whole: str, edition: int | None, results: Results | None) -> Sheet:
    results = results or read_results()
    results.group(domain)
    if edition not in results.settings.waves:
        raise MonitorError(
            "Edition does not exist",
            where="a document",
            expected=", ".join(str(wave) for wave in results.settings.waves),
            got=str(edition),
            hint="mend the year, or add the wave to config/monitor.yml",
        )
    return Sheet(results, domain, whole, edition)


def _line(whom: str, figure: Figure, comparison: Comparison) -> str:
    """A verdict in a short line; a figure that is not compared is not told, as if it could be."""
    if comparison.verdict == "too_few":
        return f"{whom}: {dutch.VERDICTS['too_few']} om te vergelijken"
    return f"{whom} ({figure.text}): {dutch.VERDICTS[comparison.verdict]}"
