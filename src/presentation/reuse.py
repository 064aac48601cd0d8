"""Files with all figures, for who uses them again: their names, and the page on which readers look figures up."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.declared import read_yaml
from analysis.questionnaire import COUNTED
from analysis.settings import project_root, read_settings
from presentation.figure import WHY
from presentation.publications import read_publications, reusable
from presentation.results import Phrase

#: What a reader chooses from on the page: the name in its address, and the words beside it.
_CHOICES = {
    **{"editie": "Editie", "thema": "Thema", "meting": "Meting", "wie": "Wie zijn ondervraagd"},
    **{"onderwerp": "Onderwerp", "uitsplitsing": "Uitsplitsing", "groep": "Groep"},
}


@cache
def sheets(root: Path) -> dict[tuple[int, str], str]:
    """What a survey asks about a theme, as (number of the theme, survey), with the name of its file without ending."""
    counted = read_yaml(root / "config" / "indicators.yml")["indicators"]
    with (root / "config" / "target_groups.csv").open(encoding="utf-8", newline="") as file:
        whole = {row["survey"]: row["title"] for row in csv.DictReader(file) if row["domain"] == "all"}
    found = {(row["theme"], survey) for row in counted for survey in row.get("surveys", [COUNTED])}
    order = sorted(found, key=lambda pair: (pair[0], list(whole).index(pair[1])))
    return {(theme, survey): f"thema-{theme}-{whole[survey].split()[-1].lower()}" for theme, survey in order}


def csv_files(edition: int, root: Path) -> dict[tuple[int, str], str]:
    """The CSV of every sheet of an edition, relative to report/."""
    figures = reusable(edition)["parquet"].removesuffix(".parquet")
    return {sheet: f"{figures}-{name}.csv" for sheet, name in sheets(root).items()}


def shard_file(wave: int, theme: int) -> str:
    """The script with the rows of one wave and theme that the page loads when asked, relative to report/."""
    return f"cijfers/voorbeeld-cijfers-{wave}-{theme}.js"


def chooser() -> Phrase:
    """The form and the place for rows of the page; a script fills them, and shows them only when it runs."""
    root = project_root()
    settings, rows = read_settings(root / "config" / "monitor.yml"), read_yaml(root / "config" / "indicators.yml")
    editions, waves = _editions(root), sorted(settings.waves)
    together = pd.read_parquet(root / "data" / "processed" / "5-publishable-pooled.parquet", columns=["id"])
    told = {
        "editions": {
            each: {"name": settings.name(each), "waves": [wave for wave in waves if wave <= each]} for each in editions
        },
        "themes": {number: row["title"] for number, row in rows["themes"].items()},
        "together": together["id"].str.rpartition("|")[0].unique().tolist(),
        "theme": {name: row["theme"] for row in rows["indicators"] for name in _names(row)},
        "signs": WHY,
        "shards": shard_file(0, 0).partition("0-0")[0],
    }
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    fields = "".join(
        f'<div><label for="kies-{name}">{words}</label><select id="kies-{name}" name="{name}"></select></div>'
        for name, words in _CHOICES.items()
    )
    return Phrase(
        "```{=html}\n"
        "<noscript><p>Hier kiezen kan alleen met JavaScript. Zonder JavaScript neemt u een "
        '<a href="#bestanden">bestand van hieronder</a>.</p></noscript>'
        f'<div id="figures-chooser" hidden data-pagefind-ignore="">'
        f'<form aria-label="Kies cijfers">{fields}</form>'
        '<p class="figures-count" role="status"></p><div class="figures-found"></div></div>\n'
        f'<script type="application/json" id="figures-told">{content}</script>\n```'
    )


def files() -> Phrase:
    """The CSV files of every edition, newest first, under a heading each, with what describes their columns."""
    root = project_root()
    themes = read_yaml(root / "config" / "indicators.yml")["themes"]
    parts = []
    for edition in _editions(root):
        found = csv_files(edition, root)
        lines = [
            f"- {row['title']} ["
            + " · ".join(
                f"[{name[:-4].rpartition('-')[2]}]({name})" for (theme, _), name in found.items() if theme == number
            )
            + "]{.files}"
            for number, row in themes.items()
        ]
        about = f"De kolommen staan beschreven in een [bestand JSON]({reusable(edition)['json']}) (CSVW)."
        whole = f"Alles in één bestand: [Parquet]({reusable(edition)['parquet']})."
        parts.append(f"### Editie {edition} {{#bestanden-{edition}}}\n\n" + "\n".join(lines) + f"\n\n{about} {whole}")
    return Phrase("::: {.shelf .figures-files}\n" + "\n\n".join(parts) + "\n:::")


def _names(indicator: Mapping[str, Any]) -> list[str]:
    """How the names of an indicator's figures begin, one a survey: the same id may count something else in each."""
    surveys = indicator.get("surveys", [COUNTED])
    return [indicator["id"] if survey == COUNTED else f"{survey}:{indicator['id']}" for survey in surveys]


def _editions(root: Path) -> list[int]:
    return sorted({each.edition for each in read_publications(root / "config" / "publications.csv")}, reverse=True)
