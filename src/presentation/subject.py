"""A subject: one group of a survey in one edition, beside its comparator, and what is looked up of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import pandas as pd

from analysis.errors import MonitorError
from analysis.families import EVERYTHING, WORDING
from analysis.groups import ALL_PROVINCES, Group
from presentation import dutch
from presentation.figure import Figure
from presentation.results import Comparison, Results


@dataclass(frozen=True)
class Subject:
    """One group in one edition. Every method looks up; none estimates.

    `domain` and `whole` are domain ids ("" where there is no comparator); `wave` is the edition's own; `dimensions`
    are those that stand beside the group in the place of the ones of target_groups.csv.
    """

    results: Results
    domain: str
    whole: str
    wave: int
    dimensions: tuple[str, ...] = ()

    @property
    def group(self) -> Group:
        """The group that the sheet is about."""
        return self.results.group(self.domain)

    @property
    def name(self) -> str:
        """What a chart calls the subject."""
        return self.group.label

    @property
    def heading(self) -> str:
        """The group's name as a heading opens with it."""
        return dutch.capital(self.group.plural) if not self.group.place else self.name

    @property
    def period(self) -> str:
        """When the edition's wave asked: "voorjaar 2024"."""
        return self.results.settings.waves[self.wave].period

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

    def about(self, domain: str) -> Self:
        """The sheet of another group of the same survey and edition, without a comparator."""
        return replace(self, domain=self.results.group(domain).domain, whole="", dimensions=())

    def along(self, *dimensions: str) -> Self:
        """The sheet with the groups of these dimensions beside it, crossed ones too: "function_group x gender".

        Raises MonitorError for a dimension of which the survey has no groups.
        """
        for name in dimensions:
            if not self.domains(name):
                raise MonitorError(
                    "No groups of a dimension",
                    where="a document",
                    expected=", ".join(dict.fromkeys(group.dimension for group in self.results.groups)),
                    got=name,
                    hint="mend the name in the document, or plan the groups in config/domains.yml",
                )
        return replace(self, dimensions=dimensions)

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
        asked = f", {self.period}; {dutch.respondents(numbers.iloc[0])}" if len(numbers) else ""
        return f"Basis: {self.base(indicator, domain)}{asked}."

    def label(self, indicator: str, answer: str = "") -> str:
        """What a table calls an indicator, or one of its answers."""
        label = self.results.indicators[indicator]["label"]
        return f"{label}: {dutch.small(self.results.answer_label(indicator, answer, self.wave))}" if answer else label

    def topic(self, indicator: str) -> str:
        """What a sentence on several figures calls an indicator: "verbale agressie"; its label in quotes otherwise."""
        row = self.results.indicators[indicator]
        return row.get("topic", f"“{dutch.small(row['label'])}”")

    def does(self, indicator: str) -> str:
        """What the share did: "kreeg te maken met agressie"; of whom where the base is not everybody."""
        row = self.results.indicators[indicator]
        base = row["base"]["words"].format(group="wie").removeprefix("wie").strip()
        return row["does"] if not base else f"{row['does']} (van wie {base.removeprefix('die ')})"

    def based(self, indicator: str, group: str) -> str:
        """The base in a sentence, of whom `group` names: "politieke ambtsdragers die agressie meemaakten"."""
        return self.results.indicators[indicator]["base"]["words"].format(group=group)

    def counted(self, indicator: str) -> str:
        """Whom a count is of, in a sentence: who took part or, where some left the question out, who answered it."""
        base = self.base(indicator)
        answered = base != self.group.plural or self.figure(indicator).n == self.response()["responded"]
        return f"deelnemende {base}" if answered else f"{base} die deze vraag beantwoordden"

    @property
    def both(self) -> list[str]:
        """Domain ids of the group and of its comparator, where it has one."""
        return [self.domain, self.whole] if self.whole else [self.domain]

    @property
    def whom(self) -> str:
        """The comparator in a sentence."""
        return called(self.results.group(self.whole))

    def compared(self, indicator: str) -> Comparison:
        """The comparison with the sheet's comparator."""
        return self.results.compare(indicator, self.wave, self.domain, "whole", self.whole)

    def changed(self, indicator: str, wave: int | None = None) -> Comparison:
        """The comparison with an earlier wave, by default the previous one that asked it."""
        return self.results.compare(indicator, self.wave, self.domain, "wave", str(wave or self.previous(indicator)))

    def comparisons(self, reference: str = "") -> pd.DataFrame:
        """Publishable comparisons of the sheet's group in its wave, all or those with one reference."""
        table = self.results.comparisons
        mine = table[(table["domain"] == self.domain) & (table["wave"] == self.wave)]
        return mine[mine["reference"] == reference] if reference else mine

    def differing(self, indicator: str, verdict: str) -> dict[str, list[str]]:
        """Those of `compared_groups` with this verdict by the whole that they are compared with, of a firm figure."""
        table = self.results.comparisons
        mine = table[(table["kind"] == "whole") & (table["wave"] == self.wave) & (table["indicator"] == indicator)]
        against = dict(mine.loc[(mine["verdict"] == verdict) & (mine["answer"] == ""), ["domain", "reference"]].values)
        found: dict[str, list[str]] = {}
        for domain in self.compared_groups:
            if domain in against:
                found.setdefault(against[domain], []).append(domain)
        return found

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
    def parts(self) -> list[str]:
        """Domain ids of the groups that target_groups.csv sets beside the sheet's own: dimensions, or single groups.

        Of a crossed dimension ("function_group x gender") those within the sheet's own. Of `along`, all of its groups.
        """
        if self.dimensions:
            return [domain for name in self.dimensions for domain in self.domains(name)]
        rows = self.results.target_groups
        mine = (rows["survey"] == self.results.survey) & (rows["domain"] == self.domain)
        dimensions = rows.loc[mine, "dimensions"]
        named = [domain for names in dimensions for name in names.split(";") for domain in self.domains(name) or [name]]
        own = f"{self.domain}&"
        return [name for name in named if name != self.domain and ("&" not in name or name.startswith(own))]

    @property
    def compared_groups(self) -> list[str]:
        """The parts, and before them the sheet's own group where all of its kind are: mayors among the functions."""
        kind = self.domain.partition("=")[0] + "="
        among = any(part.startswith(kind) and "&" not in part for part in self.parts)
        return [self.domain, *self.parts] if among else self.parts

    @property
    def pooled(self) -> pd.DataFrame:
        """Publishable figures of the wave and the one before together (`waves`: "2022+2024"), with `label` and `group`.

        No rows where the wave alone has enough respondents.
        """
        table = self.results.pooled
        mine = table[(table["domain"] == self.domain) & (table["wave"] == self.wave)]
        labels, bases = ([said(name) for name in mine["indicator"]] for said in (self.label, self.base))
        return mine.assign(label=labels, group=self.name, answer_label="", base=bases)

    def response(self) -> pd.Series:
        """Population, invited, responded and response (percent, 0-100) of the group; its province's or function's."""
        table = self.results.response
        return table[(table["wave"] == self.wave) & (table["domain"] == self.domain)].iloc[0]

    @property
    def weighting(self) -> Mapping[str, Any]:
        """What may be told of the weights and the response of the wave: its part of 5-publishable-weighting."""
        return self.results.weighting[str(self.wave)]


def called(whole: Group) -> str:
    """A whole in a sentence: "alle politieke ambtsdragers", "alle gemeenten en provincies samen"."""
    return whole.label.lower() if whole.domain == ALL_PROVINCES else f"alle {whole.plural}"
