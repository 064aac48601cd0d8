"""A copy of one document with one fault in it, and what the checks newly find there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from tests.documents.facts import Facts
from tests.documents.finished import Page, Publication

Replacement = str | Callable[[re.Match[str]], str]

#: The words of a verdict in drawings and key figures.
VERDICT_WORDS = r"(?P<word>geen aantoonbaar verschil|ongeveer gelijk|hoger|lager)"


class Fault(NamedTuple):
    """What is changed in the source of a page, and the rule under which it must be found.

    `always` is off where the figures decide whether any page has such a place: a group that differs, say.
    """

    rule: str
    pattern: str
    replacement: Replacement
    always: bool = True


def sometimes(rule: str, pattern: str, replacement: Replacement) -> Fault:
    return Fault(rule, pattern, replacement, always=False)


def newly_found(
    check: ModuleType, publication: Publication, folder: Path, page: Page, change: Callable[[Path], object]
) -> set[str]:
    """The rules that a check finds broken in a copy of a document after a change, and not before it."""
    copy = alone(page, folder)
    before = set(check.findings(Publication(folder, publication.facts)))
    change(copy)
    return {found.rule for found in set(check.findings(Publication(folder, publication.facts))) - before}


def found_beside(check: ModuleType, page: Page, facts: Facts, folder: Path) -> set[str]:
    """The rules that a check finds broken in a copy of a document when the facts were other ones."""
    alone(page, folder)
    return {found.rule for found in check.findings(Publication(folder, facts))}


def alone(page: Page, folder: Path) -> Path:
    """A copy of a document and the files beside it, in a publication that has nothing else; the page."""
    copy = folder / page.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    for kind in (".html", ".pdf", ".csv"):
        if (original := page.path.with_suffix(kind)).exists():
            shutil.copy(original, copy.with_suffix(kind))
    return copy


def page_with(publication: Publication, pattern: str) -> Page | None:
    """The first page, factsheets of provinces first, whose source has this pattern."""
    pages = sorted(publication.pages, key=lambda page: (page.product != "province", page.name))
    found = (page for page in pages if re.search(pattern, page.path.read_text(encoding="utf-8"), re.DOTALL))
    return next(found, None)


def replaced(pattern: str, replacement: Replacement) -> Callable[[Path], object]:
    """A change of the first place in a file that has the pattern."""

    def change(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        changed = re.sub(pattern, replacement, text, count=1, flags=re.DOTALL)
        assert changed != text, f"{pattern} changed nothing"
        path.write_text(changed, encoding="utf-8")

    return change


def other_digit(match: re.Match[str]) -> str:
    """The match with the digit of its group `digit` one higher."""
    start, end = (place - match.start() for place in match.span("digit"))
    return match[0][:start] + str((int(match["digit"]) + 1) % 10) + match[0][end:]


def other_word(*words: str) -> Callable[[re.Match[str]], str]:
    """The match with its group `word` replaced by the first of these words that it is not."""

    def replacement(match: re.Match[str]) -> str:
        start, end = (place - match.start() for place in match.span("word"))
        word = next(each for each in words if each != match["word"].lower())
        return match[0][:start] + word + match[0][end:]

    return replacement
