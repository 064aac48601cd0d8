"""Causes are named in the in-depth chapter of a report alone, and hedged there: a survey does not show why."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from tests.documents.finished import Finding, Page, Publication

#: The in-depth chapter: the id of its section.
CHAPTER = "sec-verdieping"
NOTICE = "Voorbeeldtekst: niet gebaseerd op echte gesprekken"
_CAUSE = re.compile(
    r"\b(?:doordat|dankzij|hierdoor|daardoor|waardoor|wegens|vanwege"
    r"|(?:als|ten) gevolge? van|oorza(?:ak|ken)|veroorza\w+"
    r"|(?:komt|kwam|komen|kwamen)\b(?: \w+)? door\b|(?:leidt|leidde|leiden|leidden)\b[^.;]{0,40}? tot\b|geleid tot"
    r"|te wijten|te danken aan|verklaart|verklaard (?:door|uit))\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:volgens|lijk(?:t|en)|mogelijk|misschien|vermoe\w+|kan een|zou(?:den)? kunnen)\b", re.IGNORECASE
)
#: Where such a word names no cause of a figure, and why it may stand.
ALLOWED = {
    r"vanwege uw (?:politieke ambt|werk)": "words of the questionnaire",
    r"dat het verschil alleen ontstond doordat": "a supposition about who answered, of which the tipping point is told",
}


def named(text: str) -> list[str]:
    """The sentences of a text that name a cause, allowed ones left out."""
    text = " ".join(text.split())
    for pattern in ALLOWED:
        text = re.sub(pattern, "", text)
    return [sentence for sentence in re.split(r"(?<=[.?!])\s", text) if _CAUSE.search(sentence)]


def hedged(sentence: str) -> bool:
    """Whether a sentence says that it is what people think, or only possible."""
    return _HEDGE.search(sentence) is not None


def findings(publication: Publication) -> Iterator[Finding]:
    """Causes outside the chapter; in it those without a hedge, and a chapter that does not say what it is."""
    for page in publication.pages:
        chapter, rest = _parts(page)
        for sentence in named(rest):
            yield page.finding("cause named outside the in-depth chapter", sentence)
        for sentence in named(chapter):
            if not hedged(sentence):
                yield page.finding("cause without a hedge", sentence)
        if chapter and NOTICE not in chapter:
            yield page.finding("in-depth chapter without its notice", chapter[:80])


def _parts(page: Page) -> tuple[str, str]:
    """The words of the in-depth chapter, "" without one, and those of the rest, with alternatives; one block a line."""
    main = copy.deepcopy(page.main)
    words: list[str] = []
    for section in main.xpath(f".//section[@id='{CHAPTER}']"):
        words = list(_words(section))
        section.drop_tree()
    return " ".join(words), " ".join(_words(main))


def _words(element) -> Iterator[str]:
    yield from (str(text) for text in element.xpath(".//text() | .//@alt | .//@aria-label"))
