"""Metadata: reading YAML, laying layers over each other as Quarto does, and refusing what is not supported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from press.errors import PressError

Metadata = dict[str, Any]
RESOURCES = Path(__file__).parent / "resources"


@cache
def supported(*keys: str) -> frozenset[str]:
    """Names that the press knows, from `supported.yml`: `supported("cell")`, `supported("format", "honoured")`."""
    value: Any = load_yaml((RESOURCES / "supported.yml").read_text(encoding="utf-8"), "supported.yml")
    for key in keys:
        value = value[key]
    return frozenset(value)


def load_yaml(text: str, where: str) -> Any:
    """The value of a YAML text; a mistake in it is told with its line."""
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PressError(
            "Unreadable YAML",
            where=f"{where}, line {mark.line + 1} of the block" if mark else where,
            expected="key: value",
            got=str(getattr(error, "problem", None) or error),
            hint="check indentation and colons; put texts that hold ': ' or '#' in quotes",
        ) from error


def read_text(path: Path) -> str:
    """The text of a source, which is UTF-8, with or without a mark of that at its beginning."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PressError(
            "Text in another encoding",
            where=f"{path}, line {line}",
            expected="UTF-8",
            got=f"a byte that is none: {error.object[error.start : error.start + 1]!r}",
            hint="save the file as UTF-8",
        ) from error


def read_metadata(path: Path) -> Metadata:
    """The mapping in a YAML file, with its paths made absolute; an absent or empty file is an empty mapping."""
    if not path.exists():
        return {}
    return absolute(load_yaml(read_text(path), str(path)) or {}, path.parent)


def absolute(metadata: Metadata, folder: Path) -> Metadata:
    """The same metadata with the values of path options made absolute, at every depth."""

    def resolve(value: Any) -> Any:
        if isinstance(value, list):
            return [resolve(item) for item in value]
        if isinstance(value, dict):  # a filter with its place, an include with its file
            return {key: resolve(each) if key in ("path", "file") else each for key, each in value.items()}
        if isinstance(value, str) and (folder / value).exists():
            return str((folder / value).resolve())
        return value

    paths = supported("paths")

    def walk(key: str, value: Any) -> Any:
        if key in paths:
            return resolve(value)
        return {k: walk(k, v) for k, v in value.items()} if isinstance(value, dict) else value

    return {key: walk(key, value) for key, value in metadata.items()}


def merge(*layers: Mapping[str, Any]) -> Metadata:
    """Later layers over earlier ones: mappings merge, lists are joined without doubles, the rest is replaced."""
    merged: Metadata = {}
    for layer in layers:
        for key, value in layer.items():
            before = merged.get(key)
            if isinstance(before, dict) and isinstance(value, dict):
                merged[key] = merge(before, value)
            elif isinstance(before, list) and isinstance(value, list):
                merged[key] = before + [item for item in value if item not in before]
            else:
                merged[key] = value
    return merged


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
    """Refuse options that would change the page in Quarto and are not supported here."""
    for name, value in metadata.items():
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


def get(metadata: Mapping[str, Any], dotted: str) -> Any:
    """The value at a dotted key such as `author.name`, or None."""
    value: Any = metadata
    for key in dotted.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def as_list(value: Any) -> list[Any]:
    """A list of the value, whether it was given as one, as a list, or not at all."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
