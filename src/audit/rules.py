"""What the publication promises, as its rules and planned groups say: read from config/, which is public."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

PERSONS = ("officeholders", "employees")  # organisations are no persons: exact counts of them are shown on purpose
PROVINCES = "province"


@dataclass(frozen=True)
class Rules:
    """Numbers of monitor.yml, planned groups by survey and row of domains.yml, and what is known of indicators.

    `rows` has per survey the domain ids of every row; `labels` per survey what readers call a domain; `indicators` has
    the rows of indicators.yml. `shown` to `bracket_n` are respondents; `bracket_percent` is what "minder dan 5%" says.
    """

    shown: int
    step: int
    step_large: int
    large: int
    bracket: int
    bracket_n: int
    bracket_percent: int
    rows: Mapping[str, list[list[str]]]
    labels: Mapping[str, Mapping[str, str]]
    indicators: Mapping[str, Mapping[str, Any]]
    errata: Collection[str]

    def planned(self, survey: str) -> set[str]:
        """The domain ids that may be published of a survey."""
        return {domain for row in self.rows.get(survey, []) for domain in row}

    def on_grid(self, n: int) -> bool:
        """Whether a number of respondents is rounded as it should be."""
        return n % (self.step_large if n > self.large else self.step) == 0

    def unsure(self, n: float, most: float) -> float:
        """By how much (a share of it) a number of respondents may be off that was told rounded; `most` took part."""
        return min((self.step_large if n > self.large else self.step) / 2, most - n) / n


def read_rules(config: Path) -> Rules:
    """Read monitor.yml, domains.yml, indicators.yml, provinces.csv and errata.yml."""
    monitor = _yaml(config / "monitor.yml")
    provinces = pd.read_csv(config / "provinces.csv")["province"].tolist()
    indicators = _yaml(config / "indicators.yml")["indicators"]
    rows, labels = _planned(_yaml(config / "domains.yml")["planned"], provinces)
    errata = _yaml(config / "errata.yml") if (config / "errata.yml").exists() else {}
    rounding, brackets = monitor["rounding"], monitor["brackets"]
    return Rules(
        shown=monitor["showing"]["shown"],
        step=rounding["n_step"],
        step_large=rounding["n_step_large"],
        large=rounding["n_large"],
        bracket=brackets["count"],
        bracket_n=brackets["n"],
        bracket_percent=brackets["percent"],
        rows=rows,
        labels=labels,
        indicators={row["id"]: row for row in indicators},
        errata=sorted(str(row["row"]) for row in errata.get("errata") or []),
    )


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _planned(planned: list[dict[str, Any]], provinces: list[str]) -> tuple[dict, dict]:
    """Domain ids by survey and row, and domain ids by the label that readers see."""
    rows: dict[str, list[list[str]]] = {}
    labels: dict[str, dict[str, str]] = {}
    for row in planned:
        survey, names = row.get("survey", PERSONS[0]), row["dimension"].split(" x ")
        groups = {str(name): group["label"] for name, group in (row.get("groups") or {}).items()}
        if row.get("provinces"):
            groups |= {"*": "Alle gemeenten en provincies samen", **{name: name for name in provinces}}
        made = {_domain(names, group): label for group, label in groups.items()}
        parts = [domain for domain in made if not domain.endswith("=*")]
        rows.setdefault(survey, []).extend([parts, *[[domain] for domain in made if domain not in parts]])
        for domain, label in made.items():  # the first row that has a label owns it: "Raadsleden" is the function
            labels.setdefault(survey, {}).setdefault(label, domain)
    return rows, labels


def _domain(names: list[str], group: str) -> str:
    if names == ["all"]:
        return "all"
    return "&".join(f"{name}={value}" for name, value in zip(names, group.split(" & "), strict=True))
