"""What a document tells of the quality of a wave: response, weights, breaks, and published figures beside ours."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from great_tables import GT

from analysis.domains import ALL
from analysis.families import EVERYTHING, WORDING
from presentation import dutch, tables
from presentation.exhibits.tabulations import notes
from presentation.factsheets import Sheet
from presentation.results import Phrase


def invited(sheet: Sheet) -> Phrase:
    """One sentence: whether everybody was invited, or a sample."""
    population, asked = (dutch.number(sheet.response()[name]) for name in ("population", "invited"))
    whom = f"{population} {sheet.group.plural}"
    some = f"In deze meting kreeg een steekproef een uitnodiging: {asked} van de {whom}."
    return Phrase(some if asked != population else f"In deze meting kregen alle {whom} een uitnodiging.")


def response_table(sheet: Sheet) -> GT:
    """Population, invited and respondents of the wave per group."""
    response = sheet.results.response
    mine = response[(response["wave"] == sheet.wave) & ~response["domain"].str.startswith("province=")].copy()
    mine["group"] = [sheet.results.group(domain).label for domain in mine["domain"]]
    return tables.response(mine, notes(sheet), id="respons")


def participation_table(sheet: Sheet) -> GT:
    """The groups of functions that took part more or less often than all together."""
    groups = sheet.weighting["groups"]
    own = [domain for domain in sheet.domains("function_group") if domain in groups]
    rows = pd.DataFrame({"partial": [groups[domain] for domain in own]})
    rows["group"] = [sheet.results.group(domain).label for domain in own]
    return tables.participation(rows, notes(sheet), id="deelname")


def representativity(sheet: Sheet) -> Phrase:
    """Three sentences: the R-indicator with its uncertainty, and how far functions and provinces lie from the mean."""
    told = sheet.weighting
    around = ", met ruw geschat een onzekerheid van {} naar beide kanten; zo dicht bij één kan die groter zijn"
    around = "" if told["margin"] is None else around.format(dutch.decimal(told["margin"]))
    spread = [dutch.points(round(100 * told["variables"][name]["unconditional"])) for name in ("function", "province")]
    return Phrase(
        f"In deze meting is de R-indicator {dutch.decimal(told['indicator'])}{around}. "
        f"Zonder correctie voor toeval zou hij {dutch.decimal(told['unadjusted'])} zijn. De kans om mee te doen wijkt "
        f"bij een functie doorgaans {spread[0]} af van het gemiddelde, en bij een provincie {spread[1]}."
    )


def selectivity_table(sheet: Sheet) -> GT:
    """What the headline figures rest on: their tipping points, and they at other shares of women."""
    rows = []
    for told in sheet.weighting["headline"]:
        name, before = told["indicator"], told["reference"]
        figures = {"now": sheet.figure(name), "before": before and sheet.figure(name, wave=before)}
        rows.append({**told, "label": sheet.label(name), **figures})
    return tables.selectivity(pd.DataFrame(rows), notes(sheet), id="omslagpunt")


def tipping_point(sheet: Sheet, indicator: str) -> Phrase:
    """How selective response must have been to explain the change of a figure since the wave before; "" without one."""
    row = next((row for row in sheet.weighting["headline"] if row["indicator"] == indicator), None)
    if row is None or row["odds_ratio"] in (None, 1):  # nothing changed: there is nothing to explain
        return Phrase("")
    before, now = (sheet.figure(indicator, wave=wave).cite() for wave in (row["reference"], sheet.wave))
    return Phrase(
        f"Een voorbeeld: {now} van de {sheet.group.plural} {sheet.does(indicator)}; bij de meting van "
        f"{row['reference']} was dat {before}. Dat kan zonder dat er iets veranderde, als de kansen van ambtsdragers "
        f"met deze ervaring {dutch.decimal(row['odds_ratio'])} keer die van de andere waren."
    )


def weights(sheet: Sheet) -> Phrase:
    """Three sentences on the weights: how well they meet the margins, their range, and what they cost."""
    told, (low, high) = sheet.weighting, (dutch.decimal(bound, 1) for bound in sheet.weighting["weight"])
    return Phrase(
        f"De gewogen aantallen wijken nergens meer dan {dutch.decimal(told['margin_error'])} persoon af van de "
        f"bevolking. Een respondent staat voor {low} tot {high} ambtsdragers. Door de ongelijke gewichten worden "
        f"grenzen ongeveer zo ruim als bij een steekproef die {dutch.decimal(told['design_effect'])} keer zo klein is "
        "(het ontwerpeffect van Kish)."
    )


def published_table(sheet: Sheet) -> GT:
    """Published figures beside the example ones, with the ones that lie outside the interval."""
    return tables.published(_published(sheet), notes(sheet), id="gepubliceerd")


def published_sources(sheet: Sheet) -> Phrase:
    """A list of the pages that published figures were taken from, each a link, with what each has.

    Of whom stands behind it where it is not everybody alone.
    """
    taken: dict[str, dict[str, dict[str, str]]] = {}
    for label, domain, links in _published(sheet)[["label", "domain", "links"]].values:
        group = sheet.results.group(domain)
        for link in links:
            taken.setdefault(link, {}).setdefault(label, {})[domain] = group.label if group.place else group.inline
    lines = []
    for link, had in taken.items():
        told = [label + ("" if {*of} == {ALL} else f" ({dutch.listing([*of.values()])})") for label, of in had.items()]
        lines.append(f"- {link}. {'; '.join(told)}.")
    return Phrase("\n".join(lines))


def _published(sheet: Sheet) -> pd.DataFrame:
    """The rows of `published.beside_published` with the names of what they count (`label`) and of whom (`group`)."""
    rows = sheet.results.published
    labels = [sheet.label(*pair) for pair in zip(rows["indicator"], rows["answer"], strict=True)]
    return rows.assign(label=labels, group=[sheet.results.group(domain).label for domain in rows["domain"]])


def planned_away(sheet: Sheet) -> Phrase:
    """The groups that are never shown alone, with the reason."""
    rows = sheet.results.planned_away
    return Phrase("\n".join(f"- **{dutch.capital(row['groups'])}:** {row['why']}." for row in rows))


def series_breaks(sheet: Sheet, waves: Collection[int] | None = None) -> Phrase:
    """The breaks of the series, of all waves or those named: what, from which wave, why."""
    return _break_rows(sheet, cut=True, waves=waves)


def other_words(sheet: Sheet) -> Phrase:
    """The questions that were put in other words and whose series goes on: what, from which wave, why."""
    return _break_rows(sheet, cut=False)


def _break_rows(sheet: Sheet, *, cut: bool, waves: Collection[int] | None = None) -> Phrase:
    """Rows of breaks.csv; a variable is called by the indicator that counts it, one that none counts by its text."""
    known, asked = sheet.results.indicators, sheet.results.questionnaire
    called = {question.id: f"“{question.wording(max(question.text))}”" for question in asked.questions}
    called |= {row.get("variable", EVERYTHING): row["label"] for row in reversed(known.values())}
    called |= {name: row["label"] for name, row in known.items()} | {EVERYTHING: "Alle cijfers"}
    rows = sheet.results.break_rows
    rows = rows if waves is None else rows[rows["wave"].isin(list(waves))]
    alike: dict[tuple[int, str], list[str]] = {}
    for row in rows[(rows["kind"] != WORDING) == cut].to_dict("records"):
        of = str(row["variable_or_indicator"])
        alike.setdefault((row["wave"], row["why"]), []).append(called.get(of, of))
    return Phrase("\n".join(f"- {'; '.join(of)}, vanaf {wave}: {why}." for (wave, why), of in alike.items()))
