"""The finding as a title: what a chart of a subject shows, taken from the verdicts."""

from __future__ import annotations

from presentation import dutch
from presentation.subject import Subject

_NOUNS = ("layer", "function_group", "gender")  # dimensions whose labels are nouns, and stand by themselves
_NAMED = 3  # groups that a title names
_HALF = 50
# Verdicts that say nothing of a difference, and why not, where a title has to say so.
_UNKNOWN = {
    "not_comparable": "",
    "too_few": dutch.VERDICTS["too_few"],
    "withheld": "personen zouden herkenbaar zijn",
}


class Titles(Subject):
    """A subject in titles, one for each kind of chart."""

    def trend_finding(self, indicator: str) -> str:
        """A trend's title from the verdicts against the first wave and the one before: "...: hoger dan bij de metingen
        van 2016 en 2022", where both have one verdict.
        """
        label = self.results.indicators[indicator]["label"]
        earlier = self.earlier(indicator)
        if not self.asks(indicator):
            return f"{label}: in deze meting {self.results.unasked(indicator, self.wave)}"
        if not earlier:
            return f"{label}: er is geen eerdere meting"
        verdicts = {wave: self.changed(indicator, wave).verdict for wave in dict.fromkeys([earlier[0], earlier[-1]])}
        words = {"higher": "hoger dan bij", "lower": "lager dan bij", "about_equal": "ongeveer gelijk aan"}
        words["small_difference"] = "weinig anders dan bij"
        waves = {said: [str(wave) for wave, verdict in verdicts.items() if verdict == said] for said in words}
        parts = [
            f"{words[said]} de {'metingen' if len(named) > 1 else 'meting'} van {dutch.listing(named)}"
            for said, named in waves.items()
            if named
        ]
        if parts:
            return f"{label}: {dutch.listing(parts)}"
        unknown = set(verdicts.values()) <= set(_UNKNOWN)
        return f"{label}: {'niet te vergelijken met eerdere metingen' if unknown else 'geen aantoonbare verandering'}"

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
            groups = len(self.rows([indicator], domains=self.compared_groups))
            return f"{label}: bij {differ} van de {groups} groepen hoger of lager dan het totaal"
        parts = []
        for verdict, domains in found.items():
            groups = [self.results.group(domain) for domain in domains]
            names = [group.inline if group.dimension in _NOUNS else group.plural for group in groups]
            parts += [f"{dutch.VERDICTS[verdict]} bij {dutch.listing(names)}"] if names else []
        only = "alleen kleine" if self.differing(indicator, "small_difference") else "geen aantoonbare"
        return f"{label}: {dutch.listing(parts) if parts else f'{only} verschillen tussen groepen'}"

    def summary(self, indicators: list[str]) -> str:
        """A title for several indicators beside the comparator: which of them differ."""
        verdicts = {indicator: self.compared(indicator).verdict for indicator in indicators}
        if set(verdicts.values()) <= set(_UNKNOWN):
            why = [words for verdict, words in _UNKNOWN.items() if words and verdict in verdicts.values()]
            return f"Niet te vergelijken met {self.whom}" + (f": {dutch.listing(why)}" if why else "")
        parts = []
        for verdict in ("higher", "lower"):
            labels = [dutch.small(self.label(indicator)) for indicator in indicators if verdicts[indicator] == verdict]
            parts += [f"{dutch.listing(labels)} {dutch.VERDICTS[verdict]}"] if labels else []
        if not parts:
            only = "Alleen kleine" if "small_difference" in verdicts.values() else "Geen aantoonbare"
            return f"{only} verschillen met {self.whom}"
        return dutch.capital(f"{dutch.listing(parts)} dan bij {self.whom}")

    def answers_finding(self, indicator: str) -> str:
        """The title of the bars of one question: the answers whose interval lies above a half, in their order."""
        title = self.results.indicators[indicator]["label"]
        rows = self.rows([indicator])
        figures = [(self.figure(indicator, answer), label) for answer, label in rows[["answer", "answer_label"]].values]
        most = [f"“{dutch.small(label)}”" for figure, label in figures if figure.firm and (figure.low or 0) > _HALF]
        if len(most) > 1:
            return f"{title}: {dutch.listing(most)} gelden elk voor meer dan de helft"
        return f"{title}: meer dan de helft zegt {most[0]}" if most else title

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
        of_wave = table["family"].str.startswith("provinces") & (table["wave"] == self.wave)
        mine = table[of_wave & (table["indicator"] == indicator)]
        differ = mine[mine["verdict"].isin(["higher", "lower"])]
        label = self.results.indicators[indicator]["label"]
        if differ.empty:
            small = "small_difference" in mine["verdict"].values
            only = "provincies verschillen hooguit weinig" if small else "geen provincie verschilt aantoonbaar"
            return f"{label}: {only} van alle gemeenten en provincies samen"
        names = [self.results.group(domain).label for domain in differ["domain"]]
        verb = "wijkt" if len(names) == 1 else "wijken"
        return f"{label}: {dutch.listing(names)} {verb} af van alle gemeenten en provincies samen"
