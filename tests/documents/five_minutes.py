"""The five-minute version has eight findings: each one sentence, one picture, one number, all of the same row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

from tests.documents.facts import Row
from tests.documents.finished import Finding, Page, Publication, sentences
from tests.documents.marks import squeezed
from tests.documents.numbers import disagreement

FINDINGS = 8
PAGES = range(4, 7)
_DIRECTION = re.compile(r", (meer|minder) dan bij de meting van (\d{4})$")
_MORE = {"higher": "meer", "lower": "minder"}


def findings(publication: Publication) -> Iterator[Finding]:
    """What a five-minute version lacks or has too much of, and what its sentences and numbers say otherwise."""
    for page in (page for page in publication.pages if page.product == "five_minutes"):
        cards = page.main.xpath(".//section[contains(concat(' ', @class, ' '), ' finding-card ')]")
        if len(cards) != FINDINGS:
            yield page.finding("not eight findings", f"{len(cards)}")
        if len(page.pdf) not in PAGES:
            yield page.finding("PDF of another length than a five-minute version", f"{len(page.pdf)} pages")
        for card in cards:
            yield from _card(page, card)


def _card(page: Page, card: html.HtmlElement) -> Iterator[Finding]:
    headings, drawn = list(card.iter("h2")), card.xpath(".//svg[not(@aria-hidden='true')]")
    numbers, intervals, notes = (card.find_class(f"key-{name}") for name in ("number", "interval", "note"))
    if [len(each) for each in (headings, drawn, numbers, intervals, notes)] != [1] * 5:
        yield page.finding("not one sentence, one picture and one number with its interval", _words(card)[:80])
        return
    row = page.facts.rows.get("".join(numbers[0].xpath(".//@data-row")))
    if row is None or not row.firm or (row.wave, row.domain) != (page.edition, page.domain):
        yield page.finding("number of no firm row of the edition", _words(numbers[0]))
        return
    yield from _sentence(page, headings[0], row)
    if _words(numbers[0]) != row.text:
        yield page.finding("large number differs from its row", f"{_words(numbers[0])} ({row.id}: {row.text})")
    if _words(intervals[0]) != f"onzekerheid: tussen {row.low}% en {row.high}%":
        yield page.finding("interval differs from its row", f"{_words(intervals[0])} ({row.id})")
    n = f"{row.n:,}".replace(",", ".")
    if not re.fullmatch(rf"Basis: {re.escape(_base(page, row))}, \w+ {row.wave}; n = {n}\.", _words(notes[0])):
        yield page.finding("base or n differs from the row", f"{_words(notes[0])} ({row.id})")


def _sentence(page: Page, heading: html.HtmlElement, row: Row) -> Iterator[Finding]:
    """The heading: the share of its row, of its base, what its indicator counts, and the direction that is shown."""
    sentence, *more = sentences(heading)
    text = sentence.text
    if more or len(sentence.cited) != 1 or len(re.findall(r"\d%", text)) != 1 or sentence.cited[0].row != row.id:
        yield page.finding("sentence is not about the one number", f"{text} ({row.id})")
        return
    if reason := disagreement(sentence.cited[0].words, row):
        yield page.finding("sentence differs from its row", f"{text}: {reason} ({row.id})")
    verb, _, rest = page.facts.indicators[row.indicator]["does"].partition(" ")
    of_whom = f"{_base(page, row)}," if " die " in _base(page, row) else f"{_base(page, row)} "
    if f"an de {of_whom}" not in text or f" {verb} " not in text or rest not in text:
        yield page.finding("sentence of another base or indicator than its row", f"{text} ({row.id})")
    said = _DIRECTION.search(text)
    if (said and (said[1], int(said[2]))) != _shown(page, row):
        yield page.finding("sentence tells another direction than the comparisons", f"{text} ({row.id})")
    if page.pdf and squeezed(text) not in squeezed("".join(each.body for each in page.pdf)):
        yield page.finding("PDF without the sentence", text)


def _shown(page: Page, row: Row) -> tuple[str, int] | None:
    """The direction since the wave before that asked it, else since the first, where a comparison shows one."""
    waves = sorted({wave for wave, _ in page.facts.response if wave < row.wave})
    waves = [wave for wave in waves if page.facts.row(row.indicator, row.answer, wave, row.domain)]
    for wave in (*waves[-1:], *waves[:1]):
        compared = page.facts.compared(row, wave)
        if compared and compared.verdict in _MORE:
            return _MORE[compared.verdict], wave
    return None


def _base(page: Page, row: Row) -> str:
    return page.facts.indicators[row.indicator]["base"]["words"].format(group=page.facts.groups[row.domain]["plural"])


def _words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
