"""The groups that are planned for publication, with the names that a reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.declared import read_yaml
from analysis.errors import MonitorError
from analysis.questionnaire import COUNTED

ALL_PROVINCES = "province=*"


@dataclass(frozen=True)
class Group:
    """A planned domain: its id, the dimension it belongs to, and its names.

    `label` stands in charts and tables; `plural` goes into a sentence ("45% van de raadsleden"); `place` opens one
    ("In Flevoland") and is empty for groups that are no place; `members` says exactly whom a place counts.
    """

    domain: str
    dimension: str
    label: str
    plural: str
    place: str = ""
    members: str = ""

    @property
    def inline(self) -> str:
        """The name inside a title: small, unless the group's own name takes a capital (Statenleden)."""
        name = self.plural if "&" in self.domain else self.label
        return name if self.plural[:1].isupper() else name[:1].lower() + name[1:]


def read_groups(domains: Path, provinces: Path, survey: str = COUNTED) -> tuple[Group, ...]:
    """Read the groups of a survey in domains.yml, and provinces.csv, in the order in which they are shown."""
    groups: list[Group] = []
    for row in planned(domains, survey):
        if row.get("provinces"):
            groups += _province_groups(pd.read_csv(provinces, dtype=str))
            continue
        for key, names in row["groups"].items():
            groups.append(Group(_domain(row["dimension"], key), row["dimension"], names["label"], names["plural"]))
    return tuple(groups)


def planned(domains: Path, survey: str) -> list[dict[str, Any]]:
    """The rows of domains.yml that are about the survey."""
    return [row for row in read_yaml(domains)["planned"] if row.get("survey", COUNTED) == survey]


def find_group(groups: tuple[Group, ...], domain: str, where: str) -> Group:
    """The group with this domain id; MonitorError names the ones that exist."""
    for group in groups:
        if group.domain == domain:
            return group
    dimension = domain.partition("=")[0]
    mine = [group for group in groups if group.dimension == dimension and group.domain != ALL_PROVINCES]
    known = [group.domain for group in mine or groups]
    raise MonitorError(
        "Group does not exist" if dimension != "province" else "Province does not exist",
        where=where,
        expected=", ".join(name.partition("=")[2] if dimension == "province" else name for name in known),
        got=domain.partition("=")[2] if dimension == "province" else domain,
        hint="mend the name, or plan the group in config/domains.yml" if dimension != "province" else "mend the name",
    )


def _province_groups(provinces: pd.DataFrame) -> list[Group]:
    plural, members = "politieke ambtsdragers", "raadsleden, wethouders en Statenleden"
    together = Group(ALL_PROVINCES, "province", "Alle gemeenten en provincies samen", plural, members=members)
    each = [
        Group(f"province={row['province']}", "province", row["name"], plural, f"In {row['name']}", members)
        for row in provinces.to_dict("records")
    ]
    return [together, *each]


def _domain(dimension: str, key: str) -> str:
    if dimension == "all":
        return "all"
    names, values = dimension.split(" x "), key.split(" & ")
    return "&".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
