"""The five-line form of an error: what every test of bad input holds a message to."""

from __future__ import annotations

FIELDS = ("where", "expected", "got", "hint")


def told(message: object) -> dict[str, str]:
    """An error's message by its lines: `title`, where, expected, got, hint; fails unless it has that form."""
    title, *lines = str(message).splitlines()
    assert title and not title.startswith(" ")
    assert [line[:12].split() for line in lines] == [[name] for name in FIELDS]
    fields = {name: line[12:] for name, line in zip(FIELDS, lines, strict=True)}
    assert all(fields.values())
    return {"title": title, **fields}
