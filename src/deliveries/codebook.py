"""The codebook: what every survey asked, in which words, of whom, with which answers, under which names it came."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.declared import read_yaml
from analysis.errors import MonitorError
from analysis.families import EVERYTHING, WORDING, read_breaks
from analysis.questionnaire import (
    COUNTED,
    INFORMANT,
    Answer,
    Question,
    Questionnaire,
    Routing,
    read_questionnaires,
)
from analysis.settings import Settings, project_root, read_settings
from deliveries.columns import read_variables

ASKED, NOT_ASKED, DIFFERENTLY = "asked", "not_asked", "asked_differently"
KINDS = {
    "id": "nummer",
    "date": "datum",
    "single": "één antwoord",
    "scale": "één antwoord, op een schaal van laag naar hoog",
    "multiple": "meer antwoorden mogelijk",
}
BREAKS = {
    "question": "andere vraag",
    "population": "andere groep ondervraagd",
    "mode": "andere manier van vragen",
    "reference period": "andere periode waarover de vraag gaat",
    "frame": "andere lijst waaruit deelnemers komen",
    WORDING: "andere woorden, zelfde vraag",
}
ORIGINS = {"addresses": "uit het adressenbestand", "bureau": "vastgelegd door het bureau"}
_BACKGROUND = "Achtergrond"


@dataclass(frozen=True, eq=False)
class Period:
    """Waves that asked a question alike, and what they have alike."""

    waves: tuple[int, ...]
    said: Any


@dataclass(frozen=True, eq=False)
class Codebook:
    """All questionnaires, longest first, with what config says about their questions: names, breaks, indicators.

    `delivered`: survey, harmonised column, wave in which the survey was held -> delivered name, `not_asked` or
    `asked_differently`.
    """

    questionnaires: dict[str, Questionnaire]
    delivered: dict[str, dict[str, dict[int, str]]]
    breaks: tuple[dict[str, Any], ...]
    themes: dict[int, str]
    indicators: tuple[dict[str, Any], ...]
    settings: Settings

    @property
    def held(self) -> list[Questionnaire]:
        """The questionnaires of surveys that were held in at least one wave."""
        return [one for survey, one in self.questionnaires.items() if self.waves(survey)]

    def waves(self, survey: str) -> list[int]:
        """Waves in which the survey was held: those that delivered at least one of its columns."""
        return list(next(iter(self.delivered.get(survey, {}).values()), {}))

    def names(self, survey: str, column: str) -> dict[int, str]:
        """Per wave of the survey what variables.csv says of a harmonised column; a column without a row: not asked."""
        told = self.delivered[survey].get(column)
        return dict.fromkeys(self.waves(survey), NOT_ASKED) if told is None else told

    def asked(self, survey: str, question: Question) -> dict[int, str]:
        """Per wave of the survey whether it asked the question: asked, not_asked or asked_differently."""
        told: dict[int, str] = {}
        for column in question.columns:
            for wave, name in self.names(survey, column).items():
                one = name if name in (NOT_ASKED, DIFFERENTLY) else ASKED
                told[wave] = min(told.get(wave, one), one, key=[ASKED, DIFFERENTLY, NOT_ASKED].index)
        return told

    def periods(self, survey: str, question: Question, said: Callable[[int], Any]) -> list[Period]:
        """The waves that asked the question, taken together as long as `said` does not change."""
        found: list[Period] = []
        for wave in (wave for wave, asked in self.asked(survey, question).items() if asked == ASKED):
            if found and found[-1].said == said(wave):
                found[-1] = Period((*found[-1].waves, wave), found[-1].said)
            else:
                found.append(Period((wave,), said(wave)))
        return found

    def breaks_of(self, survey: str, *names: str) -> list[dict[str, Any]]:
        """Rows of breaks.csv about one of these names."""
        return [row for row in self.breaks if row["survey"] == survey and row["variable_or_indicator"] in names]

    def indicators_of(self, survey: str, question: Question) -> list[dict[str, Any]]:
        """Rows of indicators.yml that count answers to the question."""
        return [
            row
            for row in self.indicators
            if survey in row.get("surveys", [COUNTED])
            and {row.get("variable"), *row.get("any", {})} & {question.id, *question.columns}
        ]

    def theme(self, number: int) -> str:
        """Title of a theme; questions of theme 0 tell who answers."""
        return f"Thema {number}: {self.themes[number]}" if number else _BACKGROUND


def read_codebook(root: Path | None = None) -> Codebook:
    """Read what config says about all questions. `root` is the monitor's folder; by default the one around the caller.

    Raises MonitorError for a file of config that is not understood.
    """
    config = (root or project_root()) / "config"
    counted = read_yaml(config / "indicators.yml")
    questionnaires = read_questionnaires(config / "questionnaire")
    codebook = Codebook(
        questionnaires=dict(sorted(questionnaires.items(), key=lambda pair: -len(pair[1].questions))),
        delivered=_delivered(read_variables(config / "variables.csv")),
        breaks=tuple(
            {str(name): row[name] for name in row} for row in read_breaks(config / "breaks.csv").to_dict("records")
        ),
        themes={number: row["title"] for number, row in counted["themes"].items()},
        indicators=tuple(counted["indicators"]),
        settings=read_settings(config / "monitor.yml"),
    )
    _check(codebook)
    return codebook


def _check(codebook: Codebook) -> None:
    """Every theme has a title and every kind of break a name."""
    for survey, questionnaire in codebook.questionnaires.items():
        for question in questionnaire.questions:
            if question.theme and question.theme not in codebook.themes:
                raise _nameless("theme", f"{survey}.yml, {question.id}", question.theme, codebook.themes)
    for row in codebook.breaks:
        if row["kind"] not in BREAKS:
            raise _nameless("kind of break", f"breaks.csv, {row['survey']} {row['wave']}", row["kind"], BREAKS)


def _nameless(what: str, where: str, got: Any, known: Iterable[Any]) -> MonitorError:
    return MonitorError(
        f"Unknown {what}",
        where=where,
        expected=", ".join(map(str, known)),
        got=str(got),
        hint="mend it; titles of themes stand at the end of indicators.yml",
    )


def _delivered(variables: pd.DataFrame) -> dict[str, dict[str, dict[int, str]]]:
    waves = [column for column in variables.columns if column.isdigit()]
    found: dict[str, dict[str, dict[int, str]]] = {}
    for survey, rows in variables.groupby("survey"):
        held = [wave for wave in waves if (rows[wave] != NOT_ASKED).any()]
        names = rows.set_index("variable")[held].to_dict("index")
        found[str(survey)] = {str(name): {int(wave): row[wave] for wave in held} for name, row in names.items()}
    return found


def question_in_short(text: str) -> str:
    """The first sentence that asks, without what stands around it; the whole text where none does."""
    return next((part for part in re.split(r"(?<=[.?]) ", text) if part.endswith("?")), text)


def led_by(questionnaire: Questionnaire, routing: Routing, wave: int) -> list[tuple[Question, list[Answer]]]:
    """The questions on which a routing looks, each with the answers that lead on; options of one question together."""
    found: dict[str, tuple[Question, list[Answer]]] = {}
    for column, ids in routing.conditions:
        question = next(one for one in questionnaire.questions if column in one.columns)
        named = {column.partition("__")[2]} if question.kind == "multiple" else set(ids)
        answers = [answer for answer in question.answers if answer.id in named and answer.offered(wave)]
        found.setdefault(question.id, (question, []))[1].extend(answers)
    return list(found.values())


def base_in_words(
    questionnaire: Questionnaire,
    routing: Routing | None,
    wave: int,
    *,
    linked: bool = False,
    numbers: Mapping[str, int] | None = None,
) -> str:
    """Who was asked in a wave, in Dutch, without capital and full stop; `linked`: as Markdown with links.

    A question whose id has a number in `numbers` is called by it, others by their own words.
    """
    if routing is None:
        return "iedereen"
    alike: dict[str, list[str]] = {}
    for question, answers in led_by(questionnaire, routing, wave):
        number = (numbers or {}).get(question.id)
        words = f"vraag {number}" if number else f"“{question_in_short(question.wording(wave))}”"
        if linked:
            words = f"[{escaped(words)}](#{anchor(questionnaire.survey, question)})"
        labels = [f"“{answer.wording(wave)}”" for answer in answers]
        given = _listed([escaped(label) for label in labels] if linked else labels, "of")
        verb = "koos voor" if question.kind == "multiple" else "antwoordde"
        alike.setdefault(f"{verb}: {given}", []).append(f"bij {words}")
    word = "of" if routing.any else "en"
    return f"wie {f'; {word} '.join(f'{_listed(asked, word)} {given}' for given, asked in alike.items())}"


def anchor(survey: str, question: Question) -> str:
    """Where a question stands on the page."""
    return f"q-{survey}-{question.id}"


def page() -> str:
    """The codebook as Markdown: surveys, their themes, every question, and a register of variables."""
    codebook = read_codebook()
    surveys = [_survey(codebook, questionnaire) for questionnaire in codebook.held]
    return "\n\n".join([*surveys, _register(codebook)])


def _survey(codebook: Codebook, questionnaire: Questionnaire) -> str:
    survey = questionnaire.survey
    parts = [f"## {questionnaire.title} {{#s-{survey}}}"]
    facts = [("Gehouden", [_years(codebook.waves(survey))])]
    if questionnaire.modules:
        facts.append(("Actueel", [f"{wave}: {title}" for wave, title in questionnaire.modules.items()]))
    facts += _breaks(codebook.breaks_of(survey, EVERYTHING))
    parts.append(f"::: {{.facts}}\n{_facts(facts)}\n:::")
    for theme in sorted({question.theme for question in questionnaire.questions}):
        parts.append(f"### {codebook.theme(theme)} {{#t-{survey}-{theme}}}")
        parts += [_question(codebook, survey, one) for one in questionnaire.questions if one.theme == theme]
    return "\n\n".join(parts)


def _question(codebook: Codebook, survey: str, question: Question) -> str:
    """One question: its newest wording as heading, its answers, the facts about it, and its names in the deliveries."""
    wordings = codebook.periods(survey, question, question.wording)
    newest = wordings[-1].said if wordings else question.wording(max(question.text))
    heading = f"#### {_heading(newest)} {{#{anchor(survey, question)} .question}}"
    facts = _facts(_about(codebook, survey, question, wordings))
    parts = [heading, _answers(codebook, survey, question), facts, _names(codebook, survey, question)]
    return "\n\n".join(part for part in parts if part)


def _about(
    codebook: Codebook, survey: str, question: Question, wordings: Sequence[Period]
) -> list[tuple[str, list[str]]]:
    """What is known about a question, by name; a name with nothing to tell has an empty list."""
    asked = codebook.asked(survey, question)
    years = {state: [wave for wave, told in asked.items() if told == state] for state in set(asked.values())}
    counted, asking = codebook.indicators_of(survey, question), codebook.questionnaires[survey]
    names = (question.id, *question.columns, *(row["id"] for row in counted))

    def base(wave: int) -> str:
        return base_in_words(asking, question.routing(wave), wave, linked=True)

    def informants(wave: int) -> str:
        return ", anders ".join(f"“{asking[INFORMANT].label(one, wave)}”" for one in question.informants)

    def told(said: Callable[[int], str]) -> list[str]:
        periods = codebook.periods(survey, question, said)
        return [_when(one, one.said, periods) for one in periods if one.said]

    return [
        ("Soort", [KINDS[question.kind]]),
        ("Gesteld aan", [] if question.origin in ORIGINS else told(base)),
        ("Niet gesteld", [ORIGINS[question.origin]] if question.origin in ORIGINS else []),
        (
            "In de levering" if question.origin in ORIGINS else "Gevraagd",
            [_years(years[ASKED])] if ASKED in years else [],
        ),
        ("Niet gevraagd", [_years(years[NOT_ASKED])] if NOT_ASKED in years else []),
        ("Anders gevraagd", [_years(years[DIFFERENTLY])] if DIFFERENTLY in years else []),
        ("Eerdere tekst", [_when(one, f"“{escaped(one.said)}”", wordings) for one in wordings[:-1]]),
        *_breaks(codebook.breaks_of(survey, *names)),
        ("Wie telt", told(informants)),
        ("Cijfers", ["; ".join(escaped(row["label"]) for row in counted)] if counted else []),
    ]


def _heading(text: str) -> str:
    """The wording with the sentence that asks in bold; the rest explains."""
    short = question_in_short(text)
    before, _, after = text.partition(short)
    told = (escaped(before), f"[{escaped(short)}]{{.asks}}", escaped(after))
    return "".join(told)


def _answers(codebook: Codebook, survey: str, question: Question) -> str:
    rows = []
    for answer in question.answers:
        periods = codebook.periods(
            survey, question, lambda wave, one=answer: one.wording(wave) if one.offered(wave) else ""
        )
        offered = [one for one in periods if one.said]
        notes = [_years(wave for one in offered for wave in one.waves)] if len(offered) < len(periods) else []
        label = offered[-1].said if offered else answer.wording()
        notes += [f"{_years(one.waves)}: “{escaped(one.said)}”" for one in offered if one.said != label]
        notes += ["geen inhoudelijk antwoord"] if answer.missing else []
        notes += ["sluit andere antwoorden uit"] if answer.exclusive else []
        code = "" if answer.code is None else str(answer.code)
        rows.append((code, escaped(label) + (f" [({'; '.join(notes)})]{{.note}}" if notes else "")))
    return _table(("Code", "Antwoord"), rows) if rows else ""


def _names(codebook: Codebook, survey: str, question: Question) -> str:
    """The names under which the waves delivered the question, folded away; names in code."""
    waves = codebook.waves(survey)
    signs = {NOT_ASKED: "–", DIFFERENTLY: "anders"}
    rows = []
    for column in question.columns:
        names = codebook.names(survey, column)
        rows.append((f"`{column}`", *(signs.get(names[wave], f"`{names[wave]}`") for wave in waves)))
    table = _table(("Variabele", *map(str, waves)), rows)
    return f"<details>\n<summary>Namen in de leveringen: `{question.id}`</summary>\n\n{table}\n\n</details>"


def _register(codebook: Codebook) -> str:
    """Every variable with links to the surveys that hold it, by alphabet."""
    found: dict[str, list[str]] = {}
    for questionnaire in codebook.held:
        name = escaped(questionnaire.title.rpartition(" ")[2])
        for question in questionnaire.questions:
            found.setdefault(question.id, []).append(f"[{name}](#{anchor(questionnaire.survey, question)})")
    lines = [f"- `{name}`: {', '.join(links)}" for name, links in sorted(found.items())]
    return "\n".join(["## Register van variabelen {#register}", "", "::: {.register}", *lines, ":::"])


def _facts(facts: Sequence[tuple[str, list[str]]]) -> str:
    """A definition list of what is known; what has nothing to tell is left out."""
    told = [f"{name}\n{''.join(f':   {text}{chr(10)}' for text in texts)}" for name, texts in facts if texts]
    return "\n".join(told)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _breaks(rows: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """The breaks among the rows, and apart from them those that cut nothing."""
    told: dict[str, list[str]] = {"Breuk": [], "Geen breuk": []}
    for row in rows:
        name, words = break_in_words(row)
        told[name].append(escaped(words))
    return list(told.items())


def break_in_words(row: dict[str, Any]) -> tuple[str, str]:
    """A row of breaks.csv in Dutch: whether it is a break, and from which wave it holds, of which kind, and why."""
    name = "Geen breuk" if row["kind"] == WORDING else "Breuk"
    return name, f"vanaf {row['wave']} ({BREAKS[row['kind']]}): {row['why']}"


def _when(period: Period, words: str, periods: Sequence[Period]) -> str:
    """Words with the waves for which they hold, where not all waves are alike."""
    return words if len(periods) == 1 else f"{_years(period.waves)}: {words}"


def _years(waves: Iterable[int]) -> str:
    return ", ".join(map(str, waves))


def _listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def escaped(text: str) -> str:
    """Text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>|#$@^~])", r"\\\1", text)
