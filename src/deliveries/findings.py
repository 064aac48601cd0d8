"""All that is wrong with a delivery: building stops at the first finding, an examination prints every one."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import MonitorError

_COLUMNS = ("what", "where", "expected", "got", "hint")


def stop(findings: Sequence[MonitorError], path: Path) -> None:
    """Raise the first finding in the file, if there is any, with the number of the others and how to see them."""
    if not findings:
        return
    first, more = findings[0], len(findings) - 1
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    hint = first.hint + (f"; and {more} more: make check-delivery FILE={shown} shows all" if more else "")
    raise MonitorError(first.title, where=first.where, expected=first.expected, got=first.got, hint=hint)


def table(findings: Sequence[MonitorError], width: int = 160) -> str:
    """The findings as a table for a screen of `width` characters: what, where, expected, got, hint."""
    each = max((width - 3 * (len(_COLUMNS) - 1)) // len(_COLUMNS), 12)
    rule = "-+-".join("-" * each for _ in _COLUMNS)
    rows = [_COLUMNS, *((one.title, one.where, one.expected, one.got, one.hint) for one in findings)]
    return f"\n{rule}\n".join(_lines(row, each) for row in rows)


def _lines(row: Sequence[str], width: int) -> str:
    cells = [textwrap.wrap(text, width) or [""] for text in row]
    height = max(len(lines) for lines in cells)
    filled = [[*lines, *[""] * (height - len(lines))] for lines in cells]
    return "\n".join(" | ".join(f"{text:<{width}}" for text in line).rstrip() for line in zip(*filled, strict=True))
