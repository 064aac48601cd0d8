"""What a document says of organisations by their kind: gemeenten in percentages, a few others as counts."""

from __future__ import annotations

from presentation import dutch, exhibits
from presentation.factsheets import Sheet
from presentation.results import Phrase

# What documents show together. Measures are drawn; what splits a measure, or has a base of its own, stands in tables.
AGAINST_AGGRESSION = [
    *["protocol", "registration", "registration_complete", "aftercare_policy"],
    *["any_training", "any_safety_scan", "safety_officer", "safety_goals"],
]
ANSWERS_ON_AGGRESSION = ["training", "safety_scan", "protocol_updated", "council_knows_procedure"]
ON_INTEGRITY = [
    *["any_code_of_conduct", "confidential_adviser", "integrity_officer", "integrity_goals"],
    *["recruitment", "oath", "vulnerable_functions", "side_jobs", "side_jobs_2016"],
    *["financial_interests", "gifts", "information_security", "procurement"],
]
ANSWERS_ON_INTEGRITY = ["code_of_conduct", "code_updated", "council_code", "council_side_jobs"]


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


def by_size(sheet: Sheet) -> Phrase:
    """Of each headline on policy the sizes of gemeente that differ from all gemeenten; where none does, that."""
    found = {name: exhibits.differing_groups(sheet, name) for name in sheet.headlines(11) if _differs(sheet, name)}
    if not found:
        return Phrase("Tussen kleine en grote gemeenten zijn bij deze onderwerpen geen verschillen aangetoond.")
    return Phrase(" ".join(f"**{sheet.label(name)}.** {words}" for name, words in found.items()))


def _differs(sheet: Sheet, indicator: str) -> bool:
    shown = ("higher", "lower", "small_difference")
    return sheet.asks(indicator) and any(sheet.differing(indicator, verdict) for verdict in shown)


def _tell(sheet: Sheet, indicator: str) -> str:
    firm = {domain: figure for domain in kinds(sheet) if (figure := sheet.figure(indicator, domain=domain)).firm}
    first, *others = firm or [""]
    alike = [domain for domain in others if firm[domain].count]
    counts = [f"voor {firm[domain].of(sheet.about(domain).counted(indicator))}" for domain in alike]
    same = [f"Dat geldt ook {dutch.listing(counts)}."] if counts else []
    apart = [sheet.about(domain).tell(indicator) for domain in others if domain not in alike]
    return " ".join([sheet.about(first).tell(indicator), *same, *apart]) if first else ""
