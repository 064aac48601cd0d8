"""Refusing metadata that the press would not honour as Quarto does, with the file and the line that state it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from press.errors import PressError
from press.metadata import RESOURCES, Metadata, as_list, supported

AUTHOR = ("name", "affiliation", "email")


def line_of(where: str, name: str) -> str:
    """A file with the line that states an option; `where` as it is when it is no file, or no line does."""
    path = Path(where)
    lines = path.read_text(encoding="utf-8").split("\n") if path.suffix in (".qmd", ".yml") and path.is_file() else []
    found = (i for i, line in enumerate(lines, 1) if re.search(rf"(^|[\s{{,-]){re.escape(name)}\s*:", line))
    return next((f"{where}, line {i}" for i in found), where)


def refuse_unknown(given: Iterable[str], known: frozenset[str], *, what: str, where: str) -> None:
    """Raise a `PressError` naming the first option that is not among the known ones."""
    for name in given:
        if name not in known:
            raise PressError(
                f"Unsupported {what}",
                where=line_of(where, name),
                expected="one of " + ", ".join(sorted(known)),
                got=name,
                hint="remove it, or render this document with Quarto itself",
            )


def check_metadata(metadata: Metadata, where: str) -> None:
    """Refuse options that would change the page in Quarto and are not supported here, and those that are misspelt."""
    for name, value in metadata.items():
        _check_spelling(name, where)
        _check_files(name, value, where)
        given = value.get("kernelspec", {}).get("name") if name == "jupyter" and isinstance(value, dict) else value
        kernel = name == "jupyter" and given != "python3"
        engine = name == "engine" and value != "jupyter"
        if engine or kernel or (name in supported("refused") and value not in (None, False)):
            raise PressError(
                "Unsupported option",
                where=line_of(where, name),
                expected="front matter that the embedded engine can honour",
                got=f"{name}: {value}",
                hint="remove it, or render this document with Quarto itself",
            )
    if metadata.get("lang"):
        words_file(str(metadata["lang"]), line_of(where, "lang"))
    _check_date(str(metadata.get("date")), where)
    _check_authors(metadata.get("author"), where)
    execute = metadata.get("execute") or {}
    refuse_unknown(execute, supported("execute"), what="execute option", where=where)
    check_switches(execute, where)
    if execute.get("cache") or execute.get("freeze") not in (None, False):
        raise PressError(
            "Stored results are not supported",
            where=line_of(where, "cache" if execute.get("cache") else "freeze"),
            expected="freeze: false and no cache",
            got=f"cache: {execute.get('cache')}, freeze: {execute.get('freeze')}",
            hint="documents only look up results, so running them again is cheap",
        )


def _check_spelling(name: str, where: str) -> None:
    """Refuse a name that is almost that of an option: Quarto takes it for one of the author's own."""
    known = supported("document") | supported("format", "honoured") | supported("format", "without-effect")
    known |= supported("refused")
    alike = [] if name in known else difflib.get_close_matches(str(name), known, 1, 0.88)
    if alike:
        raise PressError(
            "Misspelt option",
            where=line_of(where, str(name)),
            expected=f"{alike[0]}, or a name that does not resemble it",
            got=str(name),
            hint="correct it; what you want to call so yourself, call something else",
        )


def _check_files(name: str, value: Any, where: str) -> None:
    """Refuse a stylesheet, bibliography and the like that is not there, also below `format`."""
    if name == "format" and isinstance(value, dict):
        for options in filter(lambda each: isinstance(each, dict), value.values()):
            for inner, given in options.items():
                _check_files(inner, given, where)
    if name not in supported("paths") - {"font-paths", "format-resources"}:  # those may be patterns
        return
    for each in as_list(value):
        file = each.get("file", each.get("path")) if isinstance(each, dict) else each
        if not isinstance(file, str) or re.match(r"[a-z]+:|.*\{\{<", file):
            continue
        if (name != "filters" or file.endswith(".lua")) and not (Path(where).parent / file).exists():
            raise PressError(
                "File not found",
                where=line_of(where, name),
                expected=f"a file at {Path(where).parent / file}",
                got=f"{name}: {file}",
                hint="a path is relative to the file that states it",
            )


def words_file(lang: str, where: str) -> Path:
    """The file with the words of a language."""
    path = RESOURCES / "language" / f"{lang.partition('-')[0]}.yml"
    if not path.exists():
        raise PressError(
            "Unsupported language",
            where=where,
            expected=", ".join(sorted(each.stem for each in path.parent.glob("*.yml"))),
            got=lang,
            hint=f"add the words of this language as {path.name}",
        )
    return path


def _check_date(value: str, where: str) -> None:
    if value in ("today", "now", "last-modified"):
        raise PressError(
            "A date that changes by itself",
            where=line_of(where, "date"),
            expected="a date such as 2024-11-01",
            got=value,
            hint="state the date of publication, so that the same sources give the same pages",
        )


def _check_authors(given: Any, where: str) -> None:
    """Refuse what else Quarto knows of authors."""
    for each in (author for author in as_list(given) if isinstance(author, dict)):
        strange = [key for key, value in each.items() if key not in AUTHOR or isinstance(value, dict | list)]
        if strange:
            raise PressError(
                "Unsupported field of an author",
                where=line_of(where, str(strange[0])),
                expected=", ".join(AUTHOR) + ", each one text",
                got=", ".join(map(str, strange)),
                hint="write it in the text, or render this document with Quarto itself",
            )


def check_switches(options: Metadata, where: str) -> None:
    """Refuse values of `echo`, `eval` and the like that are neither true nor false, and lists of captions."""
    for name in ("echo", "eval", "output", "warning", "include", "error"):
        value = options.get(name, True)
        if not isinstance(value, bool) and not (name == "output" and value == "asis"):
            raise PressError(
                "Unsupported value of an option",
                where=line_of(where, name),
                expected=f"{name}: true or false" + (", or asis" if name == "output" else ""),
                got=f"{name}: {value}",
                hint="write true or false, or render this document with Quarto itself",
            )
    for name in ("fig-cap", "fig-alt", "tbl-cap"):
        if isinstance(options.get(name), list | dict):
            raise PressError(
                "Unsupported value of an option",
                where=where,
                expected=f"{name}: one text; fig-subcap holds a list",
                got=f"{name}: {options[name]}",
                hint="give each figure or table a cell of its own, or use fig-subcap",
            )
