"""The one form in which the press says what is wrong with a source."""

from __future__ import annotations


class PressError(Exception):
    """A source that cannot be rendered, told so that an author can mend it from the message alone.

    `title` says what is wrong in a few words, `where` names file and line, `expected` and `got` set the two
    sides against each other, `hint` says what to do.
    """

    def __init__(self, title: str, *, where: str, expected: str, got: str, hint: str) -> None:
        self.title = title
        self.where = where
        self.expected = expected
        self.got = got
        self.hint = hint
        super().__init__(title, where, expected, got, hint)

    def __str__(self) -> str:
        rows = [("where", self.where), ("expected", self.expected), ("got", self.got), ("hint", self.hint)]
        indented = [(name, text.strip().replace("\n", "\n" + " " * 12)) for name, text in rows]
        return "\n".join([self.title, *(f"  {name:<9} {text}" for name, text in indented)])

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the keyword form when the error travels between worker processes."""
        return (_rebuild, (self.title, self.where, self.expected, self.got, self.hint))


def _rebuild(title: str, where: str, expected: str, got: str, hint: str) -> PressError:
    return PressError(title, where=where, expected=expected, got=got, hint=hint)
