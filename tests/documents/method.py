"""What pages say of who answered, and of the rule for open questions, is what the published rows give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.documents.finished import Finding, Page, Publication, Sentence

HEADLINE = "any_aggression"
_TOOK_PART = re.compile(
    r"met de meting van (\d{4}) .*? er (\d+) van de 100 meededen, en van de andere (\d+) van de 100"
)
_ALLOWED = re.compile(r"hooguit (\d+) van de (\d+) vragen oversloeg")
#: Percentages by other rules: no row of the estimates has them, and `findings` holds them against their own.
OTHER_RULES = re.compile(r"wordt het (\d+)%; .*?wordt het (\d+)%")


def findings(publication: Publication) -> Iterator[Finding]:
    """The sentences of the method that tell numbers of their own."""
    for page in publication.pages:
        for sentence in (sentence for paragraph in page.paragraphs for sentence in paragraph):
            if not _agrees(page, sentence):
                yield page.finding("number of the method differs from its row", sentence.text)


def _agrees(page: Page, sentence: Sentence) -> bool:
    facts, wave = page.facts, page.edition
    rule = facts.indicators.get(HEADLINE, {})
    if match := _ALLOWED.search(sentence.text):
        return [int(number) for number in match.groups()] == [rule["allow_missing"], len(rule["any"])]
    if match := OTHER_RULES.search(sentence.text):
        told = [row for row in facts.weighting[str(wave)]["missing"] if row["indicator"] == HEADLINE]
        return [(int(match[1]), int(match[2]))] == [(row["strict"], row["lenient"]) for row in told]
    if match := _TOOK_PART.search(sentence.text):
        before, now = (facts.row(HEADLINE, "", at, "all") for at in (int(match[1]), wave))
        if not (before and now and before.percent and now.percent):
            return False
        response = facts.response[wave, "all"].percent
        rates = (now.percent / before.percent, (100 - now.percent) / (100 - before.percent))
        said = (int(match[2]), int(match[3]))
        return all(abs(number - response * rate) <= 0.5 + 1e-9 for number, rate in zip(said, rates, strict=True))
    return True
