"""The form in which fieldwork says what is wrong with the rows that people wrote."""

from __future__ import annotations


class FieldworkError(Exception):
    """A row of config or facts that cannot be carried out, told so that its writer can mend it from the message."""

    def __init__(self, title: str, *, where: str, expected: str, got: str, hint: str) -> None:
        super().__init__(title, where, expected, got, hint)

    def __str__(self) -> str:
        title, *parts = self.args
        names = ("where", "expected", "got", "hint")
        return "\n".join([title, *(f"  {name:<9} {part}" for name, part in zip(names, parts, strict=True))])
