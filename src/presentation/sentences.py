"""What is said of a subject in sentences: its figures, and how they lie beside the comparator and earlier waves."""

from __future__ import annotations

import re
from itertools import groupby

from presentation import dutch, narrative
from presentation.figure import Figure
from presentation.results import Comparison, Phrase
from presentation.subject import Subject

_AGAINST = {
    "higher": "{what} is hoger dan bij {whom}.",
    "lower": "{what} is lager dan bij {whom}.",
    "about_equal": "{what} is ongeveer gelijk aan {those}{whom}.",
    "small_difference": "{what} verschilt weinig van {those}{whom}.",
    "no_demonstrable_difference": "{what} verschilt niet aantoonbaar van {those}{whom}.",
    "not_comparable": "{what} is niet te vergelijken met {those}{whom}.",
    "too_few": "Voor een vergelijking met {whom} zijn er te weinig waarnemingen.",
    "withheld": f"Een vergelijking met {{whom}} is {dutch.RECOGNISABLE}.",
}
_UNTOLD = (
    "not_comparable",
    "too_few",
    "withheld",
)  # beside these the other figure is not told, as if it could be compared
_UNSHOWN = {"too_few": dutch.VERDICTS["too_few"], "withheld": dutch.RECOGNISABLE}
_TOGETHER = 3  # figures that one sentence can hold
_WITHOUT = {
    "": "Voor {labels} is het aantal waarnemingen te klein voor een vaste uitspraak; de tabel geeft een indicatie.",
    "x": f"{dutch.capital(dutch.RECOGNISABLE)}: {{labels}}.",
    "/": "Voor {labels} zijn er te weinig waarnemingen om een percentage te noemen.",
    "niet gevraagd": "Niet gevraagd in deze meting: {labels}.",
    "anders gevraagd": "In deze meting anders gevraagd, en daarom niet vergelijkbaar: {labels}.",
}
_CLAUSE = re.compile(r" (die|waarvan|van wie) ")  # a base with a clause takes a comma behind it


class Sentences(Subject):
    """A subject in sentences, in Markdown, each figure tied to its row."""

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

    def quotable(self, indicator: str) -> Phrase:
        """One sentence that may be quoted, with the period it is about, and the verdict against the comparator."""
        figure = self.figure(indicator)
        if not figure.firm:
            return self.tell(indicator)
        when = f"in de twaalf maanden voor het onderzoek ({self.period}) "
        sentence = self._sentence(indicator, figure, opens=True, when=when)
        return Phrase(f"{sentence} {self.against(indicator)}".strip())

    def against(self, indicator: str) -> Phrase:
        """One sentence that sets the figure beside the comparator, in the words of its verdict; none without one."""
        if not self.whole or not self.figure(indicator).firm:
            return Phrase("")
        verdict = self.compared(indicator).verdict
        whom = self.whom + _told(verdict, self.figure(indicator, domain=self.whole))
        return Phrase(_AGAINST[verdict].format(what="Dat aandeel", those="dat bij ", whom=whom))

    def since(self, indicator: str) -> Phrase:
        """One sentence that sets the figure beside the previous wave that asked it.

        None where the whole wave stands apart: a document says so once.
        """
        return self._beside_waves(indicator, self.earlier(indicator)[-1:])

    def over_time(self, indicator: str) -> Phrase:
        """The figure beside the previous wave and the first that asked it: in one sentence where the verdicts agree."""
        earlier = self.earlier(indicator)
        return self._beside_waves(indicator, list(dict.fromkeys([*earlier[-1:], *earlier[:1]])))

    def _beside_waves(self, indicator: str, waves: list[int]) -> Phrase:
        if self.apart or not self.figure(indicator).firm:
            return Phrase("")
        alike: dict[str, list[str]] = {}
        for wave in waves:
            verdict = self.changed(indicator, wave).verdict
            alike.setdefault(verdict, []).append(f"{wave}{_told(verdict, self.figure(indicator, wave=wave))}")
        said = []
        for verdict, named in alike.items():
            whom = f"de {'meting' if len(named) == 1 else 'metingen'} van {dutch.listing(named)}"
            what = "Het" if said else "Het aandeel"
            said.append(_AGAINST[verdict].format(what=what, those="dat bij ", whom=whom))
        return Phrase(" ".join(said))

    def verdict_lines(self, indicator: str) -> list[str]:
        """The verdicts against comparator and previous wave, each a short line; none for an indicative figure."""
        if not self.figure(indicator).firm:
            return []
        lines = []
        if self.whole:
            whole = self.figure(indicator, domain=self.whole)
            lines.append(_line(self.whom, whole, self.compared(indicator)))
        previous = self.previous(indicator)
        if previous is not None and not self.apart:
            before = self.figure(indicator, wave=previous)
            lines.append(_line(f"meting van {previous}", before, self.changed(indicator)))
        return lines

    def _sharing(self, indicator: str) -> tuple[str, str]:
        """What figures of one sentence have alike: their base; a count has a sentence of its own."""
        return self.based(indicator, ""), "" if self.figure(indicator).count is None else indicator

    def _whose(self, indicator: str) -> str:
        """The base in a sentence, with the group's place: "politieke ambtsdragers in Flevoland die ...,"."""
        place = f" in {self.name}" if self.group.place else ""
        words = self.based(indicator, self.group.plural + place)
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
                whom, comparison = self.whom, self.compared(indicator)
                value = self.figure(indicator, domain=self.whole)
            elif beside == "wave" and before:
                whom, comparison = f"de meting van {before}", self.changed(indicator)
                value = self.figure(indicator, wave=before)
            else:
                continue
            topic = self.topic(indicator)
            if comparison.verdict not in _UNTOLD:
                topic += f" ({'daar' if beside == 'whole' else 'toen'} {value.cite()})"
            found.setdefault(whom, {}).setdefault(comparison.verdict, []).append(topic)
        return " ".join(narrative.verdicts(whom, topics) for whom, topics in found.items())

    def _sentence(self, indicator: str, figure: Figure, *, opens: bool, when: str = "") -> str:
        """One sentence about a figure that is firm; the first of several opens with the group's place, if any."""
        base = self.based(indicator, self.group.plural) if figure.count is None else self.counted(indicator)
        verb, _, rest = self.results.indicators[indicator]["does"].partition(" ")
        verb = dutch.plural(verb) if figure.count is not None and figure.count > 1 else verb
        share = figure.of(base)
        clause = "," if _CLAUSE.search(base) else ""
        if clause and when:  # who meets a clause did so in that period: "die in de twaalf maanden ... meemaakten"
            base, when = _CLAUSE.sub(rf" \1 {when}", base, count=1), ""
            share = figure.of(base)
        if self.group.place and opens:
            words = f"{self.group.place} {verb} {share} {when}{rest}"
        elif figure.count is None and dutch.is_bare(figure.percent):  # no sentence opens with a digit
            words = f"Van de {base}{clause} {verb} {figure.say()} {when}{rest}"
        else:
            words = f"{dutch.capital(share)}{clause} {verb} {when}{rest}"
        if figure.low is not None and figure.high is not None:
            words += f"; {figure.margin}: {figure.trace(dutch.interval(figure.low, figure.high))}"
        return words + "."


def _told(verdict: str, figure: Figure) -> str:
    return "" if verdict in _UNTOLD else f" ({figure.cite()})"


def _line(whom: str, figure: Figure, comparison: Comparison) -> str:
    """A verdict in a short line; a figure that is not compared is not told, as if it could be."""
    if comparison.verdict in _UNSHOWN:
        return f"{whom}: {_UNSHOWN[comparison.verdict]}"
    return f"{whom} ({figure.text}): {dutch.VERDICTS[comparison.verdict]}"
