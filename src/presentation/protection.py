"""What the protection of respondents did to the figures of a build: how many are shown, and why the others are not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.domains import ALL
from analysis.errors import MonitorError
from analysis.questionnaire import COUNTED
from analysis.settings import project_root
from presentation import dutch, tables
from presentation.charts import Wording
from presentation.results import Phrase, Results, read_results

#: Headings of the numbers of figures that 6-protection.json counts.
_COUNTS = {
    **{"planned": "Bedoeld", "shown": "Getoond", "bracketed": "Zeldzaam of bijna iedereen", "merged": "Samengenomen"},
    **{"too_few": "Te weinig waarnemingen", "alone": "Geheim, zelf", "beside": "Geheim, naast andere"},
}
_PRODUCTS = {
    **{"report": "Rapport", "five_minutes": "In vijf minuten", "province": "Factsheets van provincies"},
    **{"target_group": "Factsheets van doelgroepen", "organisations": "Factsheet van organisaties"},
    "edition": "Bestanden met alle cijfers",
}


@dataclass(frozen=True)
class Protection:
    """Rows of 6-protection.json: counts per survey and wave, and per edition and product."""

    results: Results
    waves: list[dict[str, Any]]
    products: list[dict[str, Any]]

    @property
    def told(self) -> Phrase:
        """Two sentences: of how many figures of the newest wave how many are withheld as secret, and why; and how many
        are shown together with another one.
        """
        newest = self.results.settings.newest
        rows = [row for row in self.waves if row["wave"] == newest]
        names = ("planned", "alone", "beside", "merged")
        planned, alone, beside, merged = (sum(row[name] for row in rows) for name in names)
        return Phrase(
            f"Van de {dutch.number(planned)} cijfers die voor de meting van {newest} waren bedoeld, "
            f"zijn er {dutch.number(alone + beside)} geheim: {dutch.number(alone)} om het cijfer zelf, en "
            f"{dutch.number(beside)} omdat zij naast andere cijfers te veel zouden vertellen. "
            f"Nog {dutch.number(merged)} cijfers zijn samengenomen met een ander antwoord."
        )

    def per_wave(self) -> GT:
        """The counts of every wave, the newest first, by survey."""
        surveys = sorted({row["survey"] for row in self.waves}, key=lambda survey: (survey != COUNTED, survey))
        rows = [row for survey in surveys for row in reversed(self.waves) if row["survey"] == survey]
        people = {survey: dutch.capital(_people(survey)) for survey in surveys}
        named = [{"name": str(row["wave"]), "base": people[row["survey"]], **_written(row)} for row in rows]
        return self._table(named, "bescherming-metingen", "Meting")

    def per_product(self) -> GT:
        """The counts of the documents and data files of the newest edition."""
        rows = [row for row in self.products if row["edition"] == self.results.settings.newest]
        order = list(_PRODUCTS)
        rows = sorted(rows, key=lambda row: order.index(row["product"]))
        named = [{"name": _PRODUCTS[row["product"]], "base": "", **_written(row)} for row in rows]
        return self._table(named, "bescherming-producten", "Waar")

    def _table(self, rows: list[dict[str, str]], name: str, stubhead: str) -> GT:
        words = Wording("", "", "", self.results.settings.mark)
        return tables.dress(pd.DataFrame(rows), _COUNTS, words, id=name, stubhead=stubhead)


def read_protection(root: Path | None = None) -> Protection:
    """What the build counted. `root` is the monitor's folder; by default the one around the caller."""
    root = root or project_root()
    told = json.loads((root / "data" / "processed" / "6-protection.json").read_text(encoding="utf-8"))
    return Protection(read_results(root), told["waves"], told["products"])


def attacked(root: Path | None = None) -> Phrase:
    """What came of the attack on the data files of this build, in a paragraph; percents are whole.

    Raises MonitorError where the build has not made them yet.
    """
    path = (root or project_root()) / "data" / "processed" / "7-attack.json"
    if not path.exists():
        raise MonitorError(
            "The figures have not been attacked yet",
            where="data/processed/7-attack.json",
            expected="what came of the attack on the data files",
            got="no such file",
            hint="type make in the monitor's folder",
        )
    told = json.loads(path.read_text(encoding="utf-8"))
    claims, targets = (dutch.number(told[name]) for name in ("claims", "targets"))
    with_site, without = (
        dutch.percentage(int(100 * told["hit_rate"][name] + 0.5)) for name in ("published", "headline")
    )
    return Phrase(
        f"Het haalde uit de cijfers {claims} verschillende uitspraken, en viel daarmee {targets} aantallen van kleine "
        "groepen aan. Van elk daarvan bleef genoeg mogelijk. Wie met de cijfers raadt hoeveel mensen uit zo’n groep "
        f"een antwoord gaven, heeft in {with_site} van de gevallen gelijk. Wie alleen het landelijke percentage kent, "
        f"raadt het in {without} van de gevallen goed."
    )


def _people(survey: str) -> str:
    """Whom a survey asked: "politieke ambtsdragers"."""
    return read_results(survey=survey).group(ALL).plural


def _written(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: dutch.number(row[name]) for name in _COUNTS}
