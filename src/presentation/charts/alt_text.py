"""The Dutch text for who cannot see a chart, written from its rows: what is measured, the base, the values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from presentation import dutch
from presentation.charts.lettering import Wording
from presentation.charts.rows import figures, names_of, verdicts_of
from presentation.figure import Figure


def trend(rows: pd.DataFrame, wording: Wording, subject: str, comparator: str = "", **gaps: Mapping[int, str]) -> str:
    """Alt text of `charts.trend`, with its `breaks` and `unasked`."""
    values = figures(rows, "domain", "wave")
    groups = dict(zip(rows["domain"], rows["group"], strict=True))
    waves = sorted({int(wave) for wave in rows["wave"]})
    series = []
    for domain in filter(None, (subject, comparator)):
        points = [f"{wave} {_said(values[domain, wave])}" for wave in waves if (domain, wave) in values]
        series.append(f"{groups[domain]}: {'; '.join(points)}")
    said = {"unasked": "De meting van {}: {}", "breaks": "De lijn is onderbroken vóór de meting van {}: {}"}
    told = [words.format(*item) for name, words in said.items() for item in gaps.get(name, {}).items()]
    return _text("Lijngrafiek over de metingen", wording, series + told)


def against(rows: pd.DataFrame, comparisons: pd.DataFrame, wording: Wording, subject: str, comparator: str) -> str:
    """Alt text of `charts.against`."""
    values = figures(rows, "indicator", "answer", "domain")
    groups = dict(zip(rows["domain"], rows["group"], strict=True))
    mine = rows[rows["domain"] == subject]
    verdicts = verdicts_of(comparisons, mine, comparator, "indicator", "answer")
    items = []
    for key, name in names_of(mine).items():
        both = [domain for domain in (subject, comparator) if (*key, domain) in values]
        sides = [f"{groups[domain]} {_said(values[*key, domain])}" for domain in both]
        verdict = f"; oordeel: {dutch.VERDICTS[verdicts[key]]}" if key in verdicts else ""
        items.append(f"{name}: {', '.join(sides)}{verdict}")
    return _text("Punten met onzekerheid", wording, items)


def breakdown(rows: pd.DataFrame, wording: Wording) -> str:
    """Alt text of `charts.breakdown`."""
    pairs = zip(rows["group"], figures(rows, "domain").values(), strict=True)
    items = [f"{group} {_said(value)}, {dutch.respondents(value.n)}" for group, value in pairs]
    return _text("Punten met onzekerheid per groep", wording, items)


def bars(rows: pd.DataFrame, wording: Wording) -> str:
    """Alt text of `charts.bars`."""
    pairs = zip(names_of(rows).values(), figures(rows, "indicator", "answer").values(), strict=True)
    return _text("Staafdiagram", wording, [f"{label} {_said(value)}" for label, value in pairs])


def severity(rows: pd.DataFrame, wording: Wording, fills: Iterable[str]) -> str:
    """Alt text of `charts.severity`."""
    values = figures(rows, "domain", "answer")
    labels = dict(zip(rows["answer"], rows["answer_label"], strict=True))
    items = []
    for domain, group in dict(zip(rows["domain"], rows["group"], strict=True)).items():
        degrees = [degree for degree in fills if (domain, degree) in values]
        parts = [f"{labels[degree].lower()} {values[domain, degree].label}" for degree in degrees]
        total = values[domain, ""]
        items.append(f"{group}: in totaal {_said(total)}{'' if total.sign else ', waarvan ' + ', '.join(parts)}")
    return _text("Gestapelde staven", wording, items)


def tile_map(rows: pd.DataFrame, comparisons: pd.DataFrame, wording: Wording, comparator: str) -> str:
    """Alt text of `charts.tile_map`."""
    verdicts = verdicts_of(comparisons, rows, comparator, "domain")
    items = []
    for (domain, value), group in zip(figures(rows, "domain").items(), rows["group"], strict=True):
        verdict = f" ({dutch.VERDICTS[verdicts[domain]]})" if domain in verdicts else ""
        items.append(f"{group} {_said(value)}{verdict}")
    return _text("Tegelkaart van de twaalf provincies", wording, items)


def locate(tiles: pd.DataFrame, province: str) -> str:
    """Alt text of `charts.locate`."""
    name = tiles.set_index("province").loc[province, "name"]
    return f"Tegelkaart van de twaalf provincies, met {name} gemarkeerd."


def notice(wording: Wording) -> str:
    """Alt text of `charts.notice`."""
    return _text("Geen grafiek", wording, [])


def _said(value: Figure) -> str:
    """A figure with its interval: "51% (tussen 37% en 65%)"; indicative ones say so."""
    remarks = [dutch.interval(value.low, value.high)] if value.low is not None and value.high is not None else []
    remarks += ["indicatief"] if value.indicative else []
    return f"{value.label} ({', '.join(remarks)})" if remarks else value.label


def _text(kind: str, wording: Wording, items: Iterable[str]) -> str:
    parts = [f"{kind}", wording.title, wording.subtitle, *items, wording.mark]
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)
