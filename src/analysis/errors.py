"""The one form in which the monitor says what is wrong with its input."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

# What a code, several codes or a date looks like; longer numbers may be those of respondents.
_CODE = re.compile(r"[-+]?\d{1,3}([.,]\d{1,2}|e\d)?([;,| ]+\d{1,3})*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_NAME = re.compile(r"[A-Za-z@_]\w{0,63}")
_MANY, _SHORT = 5, 40  # respondents with the same text, from whom it is no answer in words; signs of it that are told
_ALIKE = 0.8  # how like a text of config one is that was typed wrong


class MonitorError(Exception):
    """Bad input, told so that a researcher can mend it from the message alone.

    Parameters are texts: `title` says what is wrong in a few words, `where` names file, row, column or wave,
    `expected` and `got` set the two sides against each other, `hint` says what to do.
    """

    def __init__(self, title: str, *, where: str, expected: str, got: str, hint: str) -> None:
        self.title = title
        self.where = where
        self.expected = expected
        self.got = got
        self.hint = hint
        super().__init__(title, where, expected, got, hint)

    def __str__(self) -> str:
        lines = [("where", self.where), ("expected", self.expected), ("got", self.got), ("hint", self.hint)]
        return "\n".join([self.title, *(f"  {name:<9} {text}" for name, text in lines)])

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the keyword form when the error travels between worker processes."""
        return (_rebuild, (self.title, self.where, self.expected, self.got, self.hint))


def _rebuild(title: str, where: str, expected: str, got: str, hint: str) -> MonitorError:
    return MonitorError(title, where=where, expected=expected, got=got, hint=hint)


def quotable(text: str, rows: int = 1, known: Collection[str] = ()) -> str:
    """What stood in a cell of a delivery, as a message may tell it: messages are kept in logs and sent on.

    A code or date, a text like one that config knows, or what five `rows` at least hold; of anything else, which may
    be an answer in words, a name or a respondent's number, only how long it is: the message names its rows.
    """
    if text in known or _CODE.fullmatch(text):
        return text
    if rows >= _MANY or get_close_matches(text, known, 1, _ALIKE):
        return text[:_SHORT]
    return f"a text of {len(text)} signs that is not told"


def nameable(head: Collection[str]) -> bool:
    """Whether the head of a delivery holds names; what stands in the first line may be a person's answers."""
    return len(set(head)) == len(head) and all(_NAME.fullmatch(name) for name in head)
