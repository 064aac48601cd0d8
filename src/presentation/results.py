"""Publishable results and how documents look them up: a figure, its words, its verdicts. Nothing is estimated here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.declared import read_yaml
from analysis.errors import MonitorError
from analysis.families import broken_waves, read_breaks, read_families
from analysis.groups import Group, find_group, read_groups
from analysis.indicators import Codebook, Indicator, columns_of, read_codebook, read_indicators
from analysis.questionnaire import COUNTED, Questionnaire, read_questionnaire
from analysis.settings import Settings, project_root, read_settings
from presentation import dutch
from presentation.figure import Figure, read_figure, whole
from presentation.published import beside_published


class Phrase(str):
    """Dutch words with figures in them, in Markdown; Quarto and Jupyter show it as text, not as a quoted string."""

    def _repr_markdown_(self) -> str:
        return str(self) or "<!-- -->"  # Quarto prints an empty value as the code that gave it


@dataclass(frozen=True)
class Comparison:
    """The verdict of one publishable comparison; `smallest_demonstrable` in whole points."""

    verdict: str
    smallest_demonstrable: int | None


class Rows(dict[str, dict]):
    """Rows of indicators.yml by id; a name that is not there is told, with those that are."""

    def __missing__(self, name: str) -> dict:
        raise MonitorError(
            "No such indicator",
            where=name,
            expected=", ".join(self),
            got="no row in indicators.yml",
            hint="check the spelling in the document, or add the indicator to config/indicators.yml",
        )


@dataclass(frozen=True)
class Results:
    """All publishable figures and comparisons of a survey, with the names that config gives to what they show.

    `pooled` are figures of two waves together. `telling` are the words of surveys.yml: how a document
    says how the survey was held.
    """

    survey: str
    figures: pd.DataFrame
    comparisons: pd.DataFrame
    response: pd.DataFrame
    pooled: pd.DataFrame
    weighting: Mapping[str, Any]
    settings: Settings
    indicators: dict[str, dict]
    themes: dict[int, str]
    groups: tuple[Group, ...]
    questionnaire: Questionnaire
    questions: Mapping[str, list[str]]
    tiles: pd.DataFrame
    target_groups: pd.DataFrame
    breaks: dict[str, dict[int, str]]
    asked_differently: set[tuple[str, int]]
    break_rows: pd.DataFrame
    relevant: Mapping[Any, float]
    planned_away: tuple[dict[str, str], ...]
    telling: Mapping[str, str]
    published: pd.DataFrame

    def figure(self, indicator: str, wave: int, domain: str, answer: str = "") -> Figure:
        """The figure of an indicator (and answer) for a wave and a domain; a sign where that wave did not ask it.

        Raises MonitorError when no such figure is planned.
        """
        name = self._id(indicator, wave, domain, answer)
        if indicator in self.indicators and not self.asked(indicator, wave):
            return Figure(name, 0, None, None, None, ".", ".", indicative=False)
        if name not in self.figures.index:
            raise MonitorError(
                "No such figure",
                where=name,
                expected="an indicator of indicators.yml, a wave that asked it, a domain of domains.yml",
                got="no row in 5-publishable-estimates.parquet",
                hint="check the spelling in the document, or plan the indicator or group in config/",
            )
        return read_figure(self.figures.loc[[name]].iloc[0], self._about(indicator, wave, domain, answer))

    def _id(self, indicator: str, wave: int, domain: str, answer: str) -> str:
        return f"{self._prefix}{indicator}{'.' if answer else ''}{answer}|{wave}|{domain}"

    def _about(self, indicator: str, wave: int, domain: str, answer: str) -> dict[str, str]:
        """What a reader may ask of a figure; `questions` are anchors in the codebook."""
        label = self.indicators[indicator]["label"]
        earlier = [asked for asked in sorted(self.settings.waves) if asked <= wave]
        waves = [str(asked) for asked in earlier if self._id(indicator, asked, domain, answer) in self.figures.index]
        return {
            "label": f"{label}: {dutch.small(self.answer_label(indicator, answer, wave))}" if answer else label,
            "base": f"{self.base(indicator, domain)}, {self.settings.waves[wave].period}",
            "waves": ", ".join(waves),
            "questions": " ".join(self.questions[indicator]),
        }

    def base(self, indicator: str, domain: str) -> str:
        """The base in words, as charts, tables and data files name it: "raadsleden die agressie meemaakten"."""
        group = self.group(domain)
        place = f" in {group.label}" if group.place else ""
        return self.indicators[indicator]["base"]["words"].format(group=(group.members or group.plural) + place)

    def compare(self, indicator: str, wave: int, domain: str, kind: str, reference: str) -> Comparison:
        """The comparison of a headline indicator with another wave (`kind` "wave") or with a whole (`kind` "whole")."""
        name = f"{self._prefix}{indicator}|{wave}|{domain}|{kind}={reference}"
        if name not in self.comparisons.index:
            raise MonitorError(
                "No such comparison",
                where=name,
                expected="a comparison that config/families.yml declares",
                got="no row in 5-publishable-comparisons.parquet",
                hint="declare it in config/families.yml; documents never compare by themselves",
            )
        row = self.comparisons.loc[name]
        return Comparison(str(row["verdict"]), whole(row["smallest_demonstrable"]))

    def asked(self, indicator: str, wave: int) -> bool:
        """Whether the wave asked what the indicator counts."""
        return (self.indicators[indicator]["id"], wave) in self._asked

    def unasked(self, indicator: str, wave: int) -> str:
        """How a wave left the indicator out: "niet gevraagd", or "anders gevraagd" where another question was put."""
        return "anders gevraagd" if (indicator, wave) in self.asked_differently else "niet gevraagd"

    @property
    def _prefix(self) -> str:
        """How the ids of the survey's rows begin."""
        return "" if self.survey == COUNTED else f"{self.survey}:"

    @cached_property
    def _asked(self) -> set[tuple[str, int]]:
        return set(zip(self.figures["indicator"], self.figures["wave"], strict=True))

    def group(self, domain: str) -> Group:
        """The group with this domain id; raises MonitorError where there is none."""
        return find_group(self.groups, domain, where="a document")

    def answer_label(self, indicator: str, answer: str, wave: int) -> str:
        """Dutch label, as `wave` had it, of an answer of a distribution or of an option of a multiple question."""
        row = self.indicators[indicator]
        made = row.get("labels", {})
        return made[answer] if answer in made else self.questionnaire[row["variable"]].label(answer, wave)

    def in_order(self, indicator: str, answers: Iterable[str]) -> list[str]:
        """Each answer once, as they come; those that are shown together before the first of them."""
        place: dict[str, float] = {name: at for at, name in enumerate(dict.fromkeys(answers))}
        for name, parts in self.indicators[indicator].get("thin", {}).items():
            if name in place:
                place[name] = min((place[part] - 0.5 for part in parts if part in place), default=place[name])
        return sorted(place, key=lambda name: place[name])


def read_results(root: Path | None = None, survey: str = COUNTED) -> Results:
    """Read what was published of a survey. `root` is the monitor's folder; by default the one around the caller.

    They are kept in memory until one of their files changes. Raises MonitorError when figures have not been made yet.
    """
    root = root or project_root()
    facts = root / "data" / "raw" / "population" / "published_figures.csv"
    read = [*_published(root), facts, *sorted((root / "config").rglob("*"))]
    for path in _published(root):
        if not path.exists():
            raise MonitorError(
                "Figures have not been made yet",
                where=str(path.relative_to(root)),
                expected="publishable figures",
                got="no such file",
                hint="type make figures in the monitor's folder",
            )
    return _read_results(root, survey, tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in read))


def _published(root: Path) -> list[Path]:
    names = ("estimates.parquet", "comparisons.parquet", "response.parquet", "pooled.parquet", "weighting.json")
    return [root / "data" / "processed" / f"5-publishable-{name}" for name in names]


@lru_cache(maxsize=3)  # one for each survey
def _read_results(root: Path, survey: str, _: tuple[tuple[Path, int, int], ...]) -> Results:
    paths, config = _published(root), root / "config"
    estimates, comparisons, response, pooled = (
        pd.read_parquet(path, filters=[("survey", "==", survey)]) for path in paths[:-1]
    )
    indicators = read_yaml(config / "indicators.yml")
    questionnaire = read_questionnaire(config / "questionnaire" / f"{survey}.yml")
    codebook = read_codebook(questionnaire)
    counted = read_indicators(config / "indicators.yml", codebook, survey)
    settings, breaks = read_settings(config / "monitor.yml"), read_breaks(config / "breaks.csv")
    return Results(
        survey=survey,
        figures=estimates.set_index("id", drop=False),
        comparisons=comparisons.set_index("id", drop=False),
        response=response,
        pooled=pooled,
        weighting=json.loads(paths[-1].read_text(encoding="utf-8")),
        settings=settings,
        indicators=Rows(
            {row["id"]: row for row in indicators["indicators"] if survey in row.get("surveys", [COUNTED])}
        ),
        themes={theme: row["title"] for theme, row in indicators["themes"].items()},
        groups=read_groups(config / "domains.yml", config / "provinces.csv", survey),
        questionnaire=questionnaire,
        questions={each.id: _questions(each, codebook, survey) for each in counted},
        tiles=pd.read_csv(config / "provinces.csv"),
        target_groups=pd.read_csv(config / "target_groups.csv", keep_default_na=False),
        breaks=broken_waves(breaks, survey, counted, codebook, settings.waves),
        asked_differently=_asked_differently(config / "variables.csv", survey, counted, codebook),
        break_rows=breaks[breaks["survey"] == survey],
        relevant=read_families(config / "families.yml").relevant,
        planned_away=tuple(read_yaml(config / "domains.yml")["planned_away"]),
        telling=read_yaml(config / "surveys.yml")[survey],
        published=beside_published(
            pd.read_csv(root / "data" / "raw" / "population" / "published_figures.csv"),
            read_yaml(config / "published.yml"),
            estimates,
        ),
    )


def _questions(indicator: Indicator, codebook: Codebook, survey: str) -> list[str]:
    """Anchors, in the codebook, of the questions that an indicator counts."""
    variables = (name.partition("__")[0] for name in columns_of(indicator, codebook))
    return list(dict.fromkeys(f"q-{survey}-{variable}" for variable in variables))


def _asked_differently(
    variables: Path, survey: str, indicators: Sequence[Indicator], codebook: Codebook
) -> set[tuple[str, int]]:
    """The indicators, with the waves, of which a variable was asked in another way, as variables.csv says."""
    table = pd.read_csv(variables, dtype=str, keep_default_na=False).query("survey == @survey")
    names = {indicator.id: columns_of(indicator, codebook) for indicator in indicators}
    return {
        (indicator, int(wave))
        for wave in filter(str.isdigit, table.columns)
        for indicator, own in names.items()
        if set(own) & set(table.loc[table[wave] == "asked_differently", "variable"])
    }
