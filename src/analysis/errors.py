"""The one form in which the monitor says what is wrong with its input."""

from __future__ import annotations


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
