"""What a document says of organisations by their kind: gemeenten in percentages, a few others as counts."""

from __future__ import annotations

from presentation import dutch
from presentation.factsheets import Sheet
from presentation.results import Phrase


def kinds(sheet: Sheet) -> list[str]:
    """Domain ids of the kinds of organisation that took part in the sheet's wave, in order."""
    response = sheet.results.response
    asked = set(response.loc[response["wave"] == sheet.wave, "domain"])
    return [domain for domain in sheet.domains("layer") if domain in asked]


def took_part(sheet: Sheet) -> Phrase:
    """One sentence: how many of how many took part, of every kind."""
    rows = [(sheet.about(domain).group, sheet.about(domain).response()) for domain in kinds(sheet)]
    parts = [f"{row['responded']} van de {row['invited']} {group.plural}" for group, row in rows]
    return Phrase(f"Het zijn {dutch.listing(parts)}.")


def tell(sheet: Sheet, *indicators: str) -> Phrase:
    """Sentences on indicators: gemeenten first, then for how many of a few others the same holds, then the rest.

    What is not asked of a kind, or too uncertain for a sentence, is left to the table.
    """
    said = [_tell(sheet, indicator) for indicator in indicators if sheet.asks(indicator)]
    return Phrase(" ".join(words for words in said if words))


def _tell(sheet: Sheet, indicator: str) -> str:
    firm = {domain: figure for domain in kinds(sheet) if (figure := sheet.figure(indicator, domain=domain)).firm}
    first, *others = firm or [""]
    alike = [domain for domain in others if firm[domain].count]
    counts = [f"voor {firm[domain].of(sheet.base(indicator, domain))}" for domain in alike]
    same = [f"Dat geldt ook {dutch.listing(counts)}."] if counts else []
    apart = [sheet.about(domain).tell(indicator) for domain in others if domain not in alike]
    return " ".join([sheet.about(first).tell(indicator), *same, *apart]) if first else ""
