"""Passports of the deliveries: whose they are, how they came about, and how many of whom are in them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd
import yaml

from fieldwork.settings import Generator


def passport(
    survey: str, wave: int, content: bytes, delivery: pd.DataFrame, strata: pd.DataFrame, settings: Generator
) -> dict[str, object]:
    """Describe a delivery: whose, when, its design, its size and sha256, and N, m and n per stratum.

    `strata` has the stratum's variables, population, invited and responded (units). A panel is its own frame; else the
    design is a census where everyone was invited, a sample where not.
    """
    campaign, response = settings.surveys[survey].waves[wave], settings.surveys[survey].response
    everyone = (strata["invited"] == strata["population"]).all()
    return {
        "file": file_name(survey, wave),
        "survey": survey,
        "wave": wave,
        "producer": settings.producer,
        "origin": "synthetic",
        "fieldwork": {"from": campaign.start, "to": campaign.end},
        "design": "panel" if response.panel else "census" if everyone else "sample",
        "delivered": campaign.delivered,
        "licence": settings.licence,
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(delivery),
        "columns": delivery.shape[1],
        "strata": [_Line(row) for row in strata.to_dict("records")],
    }


def file_name(survey: str, wave: int) -> str:
    """Where a delivery stands in data/raw."""
    return f"waves/{wave}/{survey}.sav"


_HEAD = """\
# Passports of the deliveries in this folder; made with them by `fieldwork`. Those of data/raw/real are written by hand:
#   file        from this folder; survey and wave: one passport each
#   producer, licence; origin: synthetic or delivered
#   fieldwork   first and last day; delivered: the day
#   design      census, sample or panel
#   sha256, rows, columns   of the file, test records and all
#   strata      the variables that the questionnaire names so, population (N), invited (m), and responded (n): the units
#               (persons, organisations) that are left when test records, duplicates and partial answers are dropped
#   encoding, delimiter     of a .csv, where they are not utf-8 and ;
"""


def manifest_text(passports: Sequence[dict[str, object]]) -> str:
    """Write the passports as YAML, a stratum on a line."""
    body = yaml.dump({"deliveries": list(passports)}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return _HEAD + body


class _Line(dict):
    """A mapping that stands on one line of the manifest."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Line, lambda dumper, row: dumper.represent_mapping("tag:yaml.org,2002:map", row, flow_style=True)
)
