"""The form in which fieldwork says what is wrong with the rows that people wrote."""

from __future__ import annotations

from pydantic import ValidationError


class FieldworkError(Exception):
    """A row of config or facts that cannot be carried out, told so that its writer can mend it from the message."""

    def __init__(self, title: str, *, where: str, expected: str, got: str, hint: str) -> None:
        super().__init__(title, where, expected, got, hint)
        self.hint = hint

    def __str__(self) -> str:
        title, *parts = self.args
        names = ("where", "expected", "got", "hint")
        return "\n".join([title, *(f"  {name:<9} {part}" for name, part in zip(names, parts, strict=True))])

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the keyword form when the error travels between worker processes."""
        return (_rebuild, self.args)


def not_understood(title: str, file: str, error: ValidationError) -> FieldworkError:
    """Tell the first thing that pydantic found wrong in a config file."""
    first = error.errors()[0]
    return FieldworkError(
        title,
        where=f"{file}, {'.'.join(str(part) for part in first['loc'])}",
        expected=str(first["msg"]),
        got=repr(first["input"])[:80],
        hint="compare with the rows around it; the model that reads the file says what each field means",
    )


def _rebuild(title: str, where: str, expected: str, got: str, hint: str) -> FieldworkError:
    return FieldworkError(title, where=where, expected=expected, got=got, hint=hint)
