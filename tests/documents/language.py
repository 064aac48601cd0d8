"""The Dutch of the pages: apostrophes, percentages, periods, sentences that begin and end as sentences do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.documents.finished import Finding, Page, Publication

_FAULTS = (
    ("straight apostrophe or quotation mark", re.compile(r"['\"]")),
    ("space before %", re.compile(r"\d\s+%")),
    # The figures are about the twelve months before the fieldwork: never "in 2024" for what happened.
    ("year for what happened", re.compile(r"\b[Ii]n 20\d\d\b(?! (?:is|zijn) (?:gevraagd|veranderd))")),
    ("space before a punctuation mark", re.compile(r"\s[,.;:!?](?=\s|$)")),
    ("punctuation mark twice", re.compile(r"[,;:]\s*[,;:.]|(?<!\.)\.\.(?!\.)|\(\s*\)")),
    ("lower-case letter after a full stop", re.compile(r"(?<!\bbijv)(?<!\bca)[\w)%”]\. [a-z]")),
    ("uncertainty by another name", re.compile(r"(?<!\b[Ii]ndicatieve )\b\w*marges?\b", re.IGNORECASE)),
    ("word twice", re.compile(r"\b(de|het|een|van|in|en|is|dat|bij|te|die|dan) \1\b", re.IGNORECASE)),
    ("two spaces", re.compile(r"\S(?: {2,}|\N{NO-BREAK SPACE} | \N{NO-BREAK SPACE})\S")),
    ("n of a thousand or more without a point", re.compile(r"\bn\s=\s\d{4,}")),
    ("n on another line than its number", re.compile(r"\bn(?: =|\s= )")),
    ("decimal point", re.compile(r"\b\d+\.\d{1,2}%")),
)
#: Columns of the rows behind the tables, as the code names them.
_COLUMNS = {"wave", "domain", "group", "percent", "answer", "base", "low", "high", "population", "invited", "responded"}
#: Blocks that are no sentences: names, dates, links to files.
_NO_SENTENCES = "ancestor-or-self::*[" + (
    "contains(@class, 'shelf') or contains(@class, 'tile-map') or contains(@class, 'subtitle')"
    " or contains(@class, 'monitor-mark')]"
)


def findings(publication: Publication) -> Iterator[Finding]:
    """What a Dutch proofreader would mark, in running text, headings and text alternatives."""
    for page in publication.pages:
        for text in _texts(page):
            for rule, pattern in _FAULTS:
                if match := pattern.search(text):
                    yield page.finding(rule, text[max(0, match.start() - 50) : match.end() + 50].replace("  ", "␣␣"))
        yield from _sentences(page)
        for head in page.main.xpath(".//th"):
            if head.text_content().strip() in _COLUMNS:
                yield page.finding("column that is named in English", head.text_content())


def _texts(page: Page) -> Iterator[str]:
    """Running text as the source has it, but for line ends and the indent after them."""
    found = [each for each in page.blocks if not each.xpath(".//code")]
    found += [each for each in page.main.iter("h1", "h2", "h3", "h4") if not each.xpath("ancestor::table")]
    found += page.main.xpath(".//*[contains(@class, 'key-note') or contains(@class, 'key-label')]")
    for block in found:
        yield re.sub(r"\s*\n\s*", " ", block.text_content()).strip()
    yield from (str(label) for label in page.main.xpath(".//@aria-label | .//@alt"))


def _sentences(page: Page) -> Iterator[Finding]:
    """Paragraphs, captions and list items that begin with a capital end as sentences do."""
    for block in page.blocks:
        text = " ".join(block.text_content().split())
        if not text or block.xpath(_NO_SENTENCES) or block.find(".//img") is not None:
            continue
        if block.tag != "li" and text[0].islower():
            yield page.finding("sentence without a capital", text[:80])
        if not text.endswith((".", "?", "!", ".”", ":")) and not (block.tag == "li" and text[0].islower()):
            yield page.finding("sentence without a full stop", text[-80:])
    for label in page.main.xpath(".//svg[not(@aria-hidden='true')]/@aria-label"):
        if not str(label).endswith("."):
            yield page.finding("sentence without a full stop", str(label)[-80:])
