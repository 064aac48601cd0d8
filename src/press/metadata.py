"""Metadata: reading YAML, and laying layers over each other as Quarto does."""

from __future__ import annotations

from collections.abc import Mapping
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


def load_yaml(text: str, where: str, first: int | None = None) -> Any:
    """The value of a YAML text; a mistake in it is told with its line, in the file where its `first` line is known."""
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PressError(
            "Unreadable YAML",
            where=where + (f", line {mark.line + (first or 1)}{'' if first else ' of the block'}" if mark else ""),
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
    return absolute(load_yaml(read_text(path), str(path), 1) or {}, path.parent)


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
