"""The invented delivery, examined after a change of its rows or of what config says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from deliveries import harmonise as harmonising
from deliveries.columns import Delivered
from deliveries.corrections import Correction
from deliveries.passports import Passport
from tests.analysis.told import told
from tests.deliveries import made
from tests.deliveries.made import cells, harmonised


def found(change: Callable[[pd.DataFrame], pd.DataFrame], **fields: object) -> dict[str, str]:
    """The one thing that is wrong with the invented delivery after a change of its rows."""
    rows = change(made.delivered_rows())
    _, findings = harmonising.examine(cells(rows), replace(made.DELIVERED, **fields), made.QUESTIONNAIRE, PASSPORT)
    (finding,) = findings
    return told(finding)


PASSPORT = Passport.model_validate(
    {
        **{"file": f"{made.FILE}.sav", "survey": "invented", "wave": 2018, "producer": "bureau", "origin": "delivered"},
        **{"fieldwork": {"from": "2018-04-16", "to": "2018-04-30"}, "design": "census", "delivered": "2018-06-01"},
        **{"licence": "none", "sha256": "0", "rows": 8, "columns": 10},
        "strata": [
            {"function": key, "population": 9, "invited": 9, "responded": n} for key, n in made.RESPONDED.items()
        ],
    }
)
OUT = "routed_out"
WHOLE = {
    "survey": ["invented"] * 5,
    "wave": [2018] * 5,
    "respondent": ["P1", "P2", "P3", "P4", "P5"],
    "completed_on": ["2018-04-16", "2018-04-17", "2018-04-17", "2018-04-18", "2018-04-18"],
    "function": ["burgemeester", "wethouder", "wethouder", "burgemeester", "wethouder"],
    "threat": ["nee", "ja", "ja", "refused", "ja"],
    "channels__brief": [OUT, "yes", "no", OUT, "no"],
    "channels__email": [OUT, "yes", "no", OUT, "no"],
    "channels__geen": [OUT, "no", "yes", OUT, "no"],
    "severity": [OUT, "minder_ernstig", "onbekend", OUT, "zeer_ernstig"],
    "effects__plezier": ["no", "yes", "no", "no_answer", "no"],
    "effects__slaap": ["no", "no", "yes", "no_answer", "no"],
    "place": ["thuis", "thuis", "no_answer", "thuis", "thuis"],
    "quit": ["not_asked"] * 5,
}


def titles(change: Callable[[pd.DataFrame], pd.DataFrame], **fields: object) -> list[str]:
    rows = change(made.delivered_rows())
    delivered = replace(made.DELIVERED, **fields)
    return [error.title for error in harmonising.examine(cells(rows), delivered, made.QUESTIONNAIRE, PASSPORT)[1]]


def harmonise(change: Callable[[pd.DataFrame], pd.DataFrame], **fields: object) -> pd.DataFrame:
    """The frame of changed rows, in which nothing may be wrong."""
    delivered = replace(made.DELIVERED, **fields)
    return harmonised(cells(change(made.delivered_rows())), delivered, made.QUESTIONNAIRE, PASSPORT).frame


def with_correction(**fields: object) -> Delivered:
    row = Correction.model_validate({**made.ROW, "why": "verkeerd overgenomen", "expect": 1, **fields})
    return replace(made.DELIVERED, corrections=(*made.CORRECTIONS, row))
