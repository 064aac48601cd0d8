"""Files of config as frozen, typed objects: what people declared, or an error that names the field."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.errors import MonitorError


class Declared(BaseModel):
    """Something that people declare in config: never changed after reading, no field that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Kind = TypeVar("Kind", bound=Declared)


class _Loader(yaml.CSafeLoader):
    """The fast parser, for which of a name that stands twice the last would win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        twice = [name for name in names if names.count(name) > 1] if len(set(map(str, names))) < len(names) else []
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """What a YAML file holds, by the fast parser; raises MonitorError with the line that is no YAML."""
    try:
        return yaml.load(path.read_bytes(), Loader=_Loader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day that is not on the calendar
        mark = getattr(error, "problem_mark", None)
        raise MonitorError(
            "File is not YAML",
            where=f"{path.name}, line {mark.line + 1}" if mark else path.name,
            expected="names, colons and values in UTF-8, indented alike; days of the calendar; every name once",
            got=str(getattr(error, "problem", None) or " ".join(str(error).split())),
            hint="look at this line and the one before: a colon in a text, a bracket left open, a tab",
        ) from error


def read_declared(path: Path, kind: type[Kind]) -> Kind:
    """Read a YAML file of config; raises MonitorError with the field that is missing, misspelt or out of its type."""
    try:
        return kind.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        raise MonitorError(
            "Declaration not understood",
            where=f"{path.name}, {'.'.join(str(part) for part in first['loc'])}",
            expected=str(first["msg"]),
            got=repr(first["input"])[:80],
            hint=f"the head of {path.name} explains its fields",
        ) from error
