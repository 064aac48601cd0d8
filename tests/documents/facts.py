"""What may be said: the publishable rows, and the names that config/ gives to what they are about.

Read here anew with pandas and yaml, without the code that writes the documents.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import yaml

PROCESSED = Path("data/processed")
SURVEY = "officeholders"  # the survey that most documents are about
WHOLE_OF_PROVINCES = "province=*"
NAME_OF_ALL_PROVINCES = "alle gemeenten en provincies samen"


class Row(NamedTuple):
    """A publishable estimate: whole percents (0-100), rounded n, or a sign; of few organisations a count of n."""

    id: str
    indicator: str
    answer: str
    wave: int
    domain: str
    n: int | None
    count: int | None
    percent: int | None
    low: int | None
    high: int | None
    sign: str
    indicative: bool
    panel: bool
    text: str

    @property
    def margin(self) -> str:
        """What its interval is called: that of a panel says nothing of who takes part in one."""
        return "indicatieve marge" if self.panel else "onzekerheid"

    @property
    def firm(self) -> bool:
        """Whether it may stand in prose."""
        return not self.sign and not self.indicative


class Compared(NamedTuple):
    """A publishable comparison: points (whole), or nothing where there is no verdict."""

    verdict: str
    difference: int | None
    low: int | None
    high: int | None
    smallest: int | None


class Document(NamedTuple):
    """A row of publications.csv."""

    edition: int
    product: str
    id: str
    title: str
    subject: str


@dataclass(frozen=True)
class Facts:
    """Of one survey: rows by id, comparisons by (indicator, answer, wave, domain, reference), names by what they name.

    `others` are the facts of the other surveys, by name.
    """

    survey: str
    rows: dict[str, Row]
    comparisons: dict[tuple[str, str, int, str, str], Compared]
    response: dict[tuple[int, str], Any]
    indicators: dict[str, dict]
    answers: dict[str, dict[str, str]]
    groups: dict[str, dict[str, str]]
    target_groups: dict[str, dict[str, str]]
    provinces: dict[str, str]
    documents: list[Document]
    relevant: dict[str, int]
    coverage: list[dict]
    mark: str
    weighting: dict[str, Any]
    protection: dict[str, list[dict]]
    attack: dict[str, Any]
    others: dict[str, Facts]

    def of(self, document: Document | None) -> Facts:
        """The facts that a document tells, by the survey of its subject in target_groups.csv."""
        about = self.target_groups.get(document.subject) if document else None
        return self.others.get(about["survey"], self) if about else self

    def called(self, whole: str) -> str:
        """The name in a sentence of a domain beside which others are set: "alle raadsleden"; "" for none."""
        if whole == WHOLE_OF_PROVINCES:
            return NAME_OF_ALL_PROVINCES
        return f"alle {self.groups[whole]['plural']}" if whole else ""

    def row(self, indicator: str, answer: str, wave: int, domain: str) -> Row | None:
        prefix = "" if self.survey == SURVEY else f"{self.survey}:"
        return self.rows.get(f"{prefix}{indicator}{'.' * bool(answer)}{answer}|{wave}|{domain}")

    def compared(self, row: Row, reference: object) -> Compared | None:
        return self.comparisons.get((row.indicator, row.answer, row.wave, row.domain, str(reference)))

    def wholes(self, row: Row) -> list[str]:
        """The domains with which a row is compared in its own wave."""
        keys = self.comparisons.keys() & {
            (row.indicator, row.answer, row.wave, row.domain, whole) for whole in self.groups
        }
        return [key[4] for key in keys]

    def set_beside(self, domain: str) -> list[str]:
        """The dimensions and groups that target_groups.csv names for the sheet of a domain."""
        return [
            name
            for row in self.target_groups.values()
            if (row["survey"], row["domain"]) == (self.survey, domain)
            for name in row["dimensions"].split(";")
        ]

    def became(self, survey: str, wave: int) -> dict[str, int]:
        """How many figures of a wave were planned, are shown, bracketed, merged, of too few respondents, and secret.

        A row in which answers stand together was not planned; where it is shown, they are merged.
        """
        facts = self if survey == self.survey else self.others[survey]
        rows = [row for row in facts.rows.values() if row.wave == wave and f"|{wave}|" in row.id and row.sign != "."]
        parts = {row: facts.indicators[row.indicator].get("thin", {}).get(row.answer, []) for row in rows}
        inside = {(row.indicator, part, row.domain) for row, of in parts.items() for part in of if not row.sign}
        rows = [row for row in rows if not parts[row]]
        bracketed = sum(row.text.startswith(("minder dan", "meer dan")) for row in rows)
        merged = sum((row.indicator, row.answer, row.domain) in inside for row in rows)
        too_few, secret = (sum(row.sign == sign for row in rows) for sign in "/x")
        shown = len(rows) - bracketed - too_few - secret
        counts = {"planned": len(rows), "shown": shown, "bracketed": bracketed, "merged": merged}
        return {**counts, "too_few": too_few, "secret": secret - merged}

    @cached_property
    def of_other_surveys(self) -> dict[str, Row]:
        """The rows of the other surveys by id."""
        return {row.id: row for other in self.others.values() for row in other.rows.values()}

    @property
    def topics(self) -> dict[str, str]:
        """What a sentence on several figures calls an indicator, and the indicator."""
        rows = self.indicators.items()
        return {row.get("topic", f"“{row['label'][:1].lower()}{row['label'][1:]}”"): name for name, row in rows}

    def indicator_called(self, label: str) -> str | None:
        return next((name for name, row in self.indicators.items() if row["label"] == label), None)

    def group_called(self, label: str, among: Iterable[str]) -> str | None:
        """The domain with this name; the broadest where a name is used in several breakdowns."""
        found = [domain for domain in among if self.groups[domain]["label"].lower() == label.lower()]
        return min(found, key=lambda domain: domain.count("&"), default=None)


def read_facts(root: Path, survey: str = SURVEY) -> Facts:
    """Read the repository's processed figures and config: of officeholders, and with them of the other surveys."""
    config = root / "config"
    monitor, domains = _yaml(config / "monitor.yml"), _yaml(config / "domains.yml")
    counted = _yaml(config / "indicators.yml")["indicators"]
    indicators = {row["id"]: row for row in counted if survey in row.get("surveys", [SURVEY])}
    provinces = {row["province"]: row["name"] for row in _csv(config / "provinces.csv")}
    others = ["employees", "organisations"] if survey == SURVEY else []
    return Facts(
        survey=survey,
        rows={row.id: row for row in _estimates(root / PROCESSED, survey)},
        comparisons=_comparisons(root / PROCESSED, survey),
        response=_response(root / PROCESSED, survey),
        indicators=indicators,
        answers=_answers(config / "questionnaire" / f"{survey}.yml", indicators),
        groups=_groups(domains, provinces, survey),
        target_groups={row["target_group"]: row for row in _csv(config / "target_groups.csv")},
        provinces=provinces,
        documents=[Document(int(row.pop("edition")), **row) for row in _csv(config / "publications.csv")],
        relevant=_yaml(config / "families.yml")["relevant"],
        coverage=pd.read_csv(root / "tests" / "reference" / "coverage.csv", comment="#").to_dict("records"),
        mark=monitor["mark"],
        weighting=json.loads((root / PROCESSED / "5-publishable-weighting.json").read_text(encoding="utf-8")),
        protection=json.loads((root / PROCESSED / "6-protection.json").read_text(encoding="utf-8")),
        attack=json.loads((root / PROCESSED / "7-attack.json").read_text(encoding="utf-8")),
        others={other: read_facts(root, other) for other in others},
    )


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _published(folder: Path, name: str, survey: str) -> pd.DataFrame:
    """The publishable rows of a survey."""
    table = pd.read_parquet(folder / f"5-publishable-{name}.parquet")
    return table[table["survey"] == survey]


def _estimates(folder: Path, survey: str) -> list[Row]:
    table = pd.concat([_published(folder, name, survey) for name in ("estimates", "pooled")])
    numbers = {"n", "count", "percent", "low", "high"}
    columns = [[_whole(v) for v in table[c]] if c in numbers else table[c].tolist() for c in Row._fields]
    return [Row(*values) for values in zip(*columns, strict=True)]


def _comparisons(folder: Path, survey: str) -> dict[tuple[str, str, int, str, str], Compared]:
    table = _published(folder, "comparisons", survey)
    keys = table[["indicator", "answer", "wave", "domain", "reference"]].itertuples(index=False, name=None)
    numbers = ("difference", "low", "high", "smallest_demonstrable")
    columns = [table["verdict"], *([_whole(value) for value in table[name]] for name in numbers)]
    return dict(zip(keys, (Compared(*values) for values in zip(*columns, strict=True)), strict=True))


def _response(folder: Path, survey: str) -> dict[tuple[int, str], Any]:
    table = _published(folder, "response", survey)
    keys = zip(table["wave"].tolist(), table["domain"].tolist(), strict=True)
    return dict(zip(keys, table.itertuples(index=False), strict=True))


def _answers(questionnaire: Path, indicators: dict[str, dict]) -> dict[str, dict[str, str]]:
    """Per indicator the answer that each Dutch label names; an answer may be worded otherwise in an earlier wave.

    A capital goes without the accent that its small letter has: what is named "Eén" is "één" in a sentence.
    """
    questions = {question["id"]: question for question in _yaml(questionnaire)["questions"]}
    named: dict[str, dict[str, str]] = {}
    for name, row in indicators.items():
        named[name] = {label: answer for answer, label in row.get("labels", {}).items()}
        for answer in questions.get(row.get("variable"), {}).get("answers", []):
            by_wave = answer["label"] if isinstance(answer["label"], dict) else {0: answer["label"]}
            labels = [*by_wave.values(), *(f"É{label[1:]}" for label in by_wave.values() if label.startswith("Eén "))]
            named[name] |= dict.fromkeys(labels, answer["id"])
    return named


#: Rows with a province are those of three functions: sentences use the plural, base lines name the functions.
_WITH_A_PROVINCE = {"plural": "politieke ambtsdragers", "members": "raadsleden, wethouders en Statenleden"}


def _groups(domains: dict, provinces: dict[str, str], survey: str) -> dict[str, dict[str, str]]:
    """Label and plural of each planned domain: "function_group=raadslid&gender=vrouw"."""
    groups: dict[str, dict[str, str]] = {}
    for planned in (row for row in domains["planned"] if row.get("survey", SURVEY) == survey):
        dimensions = planned["dimension"].split(" x ")
        for key, names in planned.get("groups", {}).items():
            parts = [part.strip() for part in key.split("&")]
            pairs = zip(dimensions, parts, strict=True)
            groups["&".join(f"{dimension}={part}" for dimension, part in pairs) if key != "all" else key] = names
    for province, name in provinces.items() if survey == SURVEY else ():
        groups[f"province={province}"] = {"label": name, **_WITH_A_PROVINCE}
    if survey != SURVEY:
        return groups
    whole = NAME_OF_ALL_PROVINCES
    return groups | {WHOLE_OF_PROVINCES: {"label": whole[0].upper() + whole[1:], **_WITH_A_PROVINCE}}
