"""Ordinary rows, and the extremes that a chart or table must survive."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from presentation import charts, palette
from presentation.charts import Wording
from tests.presentation.rows import MARK, SUBJECT, WHOLE, frame, row

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def fonts() -> None:
    charts.use_fonts(ROOT / "_extensions" / "monitor" / "fonts")


@pytest.fixture
def wording() -> Wording:
    return Wording(
        title="Agressie meegemaakt: geen aantoonbaar verschil met alle gemeenten en provincies samen",
        subtitle="Agressie meegemaakt. Basis: politieke ambtsdragers in Flevoland, voorjaar 2024; n = 65.",
        source="Bron: Monitor Integriteit en Veiligheid 2024.",
        mark=MARK,
    )


@pytest.fixture
def trend_rows() -> pd.DataFrame:
    """0 %, 100 %, a sign, a bracket, an indicative figure, equal values; 2020 was not asked."""
    subject = [
        row(0, 0, 0, wave=2016),
        row(None, sign="/", n=20, wave=2018),
        row(None, text="minder dan 5%", wave=2022),
        row(100, 60, 100, wave=2024, indicative=True),
    ]
    values = {2016: (0, 0, 1), 2018: (50, 48, 52), 2022: (45, 43, 47), 2024: (100, 99, 100)}
    return frame(subject + [row(*value, wave=wave, domain=WHOLE, n=2140) for wave, value in values.items()])


@pytest.fixture
def against_rows() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Eight indicators with one verdict each, and the comparisons that hold them."""
    sides = {
        "any_aggression": ("Agressie meegemaakt", "higher", (51, 37, 65), (45, 43, 47)),
        "verbal": ("Verbale agressie", "lower", (0, 0, 5), (12, 11, 13)),
        "threat": ("Bedreiging of intimidatie", "about_equal", (45, 43, 47), (45, 43, 47)),
        "witnessed_colleague": ("Agressie bij een collega gezien", "small_difference", (41, 38, 44), (45, 43, 47)),
        "physical": ("Fysieke agressie", "no_demonstrable_difference", (100, 95, 100), (100, 99, 100)),
        "discussed": (
            "Besproken met iemand binnen de eigen organisatie of partij",
            "not_comparable",
            (7, 2, 18),
            (8, 7, 9),
        ),
        "reported": ("Intern gemeld", "too_few", (None, None, None), (8, 7, 9)),
        "police_report": ("Aangifte gedaan", "withheld", (None, None, None), (8, 7, 9)),
    }
    rows, comparisons = [], []
    for indicator, (label, verdict, mine, whole) in sides.items():
        base = (
            "ambtsdragers die agressie meemaakten"
            if indicator in ("discussed", "reported", "police_report")
            else "ambtsdragers"
        )
        same = {"indicator": indicator, "label": label, "base": base}
        sign = {"too_few": "/", "withheld": "x"}.get(verdict, "")
        rows.append(row(*mine, sign=sign, **same))
        rows.append(row(*whole, domain=WHOLE, n=2140, **same))
        comparisons.append(
            {
                "kind": "whole",
                "indicator": indicator,
                "answer": "",
                "domain": SUBJECT,
                "wave": 2024,
                "reference": WHOLE,
                "difference": None if mine[0] is None else mine[0] - whole[0],
                "low": None if mine[0] is None else -8,
                "high": None if mine[0] is None else 20,
                "verdict": verdict,
            }
        )
    points = dict.fromkeys(["difference", "low", "high"], "Int64")
    return frame(rows), pd.DataFrame(comparisons).astype(points)


@pytest.fixture
def group_rows() -> pd.DataFrame:
    """A total, nine functions with long names and every kind of value, and the two genders."""
    functions = [
        ("Burgemeesters", row(60, 55, 65)),
        ("Wethouders", row(0, 0, 0)),
        ("Raadsleden", row(100, 100, 100, n=1280)),
        ("Commissarissen van de Koning en gedeputeerden", row(None, sign="x")),
        ("Gedeputeerden", row(None, sign="/")),
        ("Statenleden", row(None, text="minder dan 5%")),
        ("Dijkgraven en leden van het dagelijks bestuur", row(98, 80, 100, indicative=True)),
        ("Leden van het algemeen bestuur (niet dagelijks bestuur)", row(None, text="meer dan 95%")),
        ("Waterschapsbestuursvertegenwoordigers", row(45, 40, 50)),
    ]
    rows = [row(45, 44, 46, domain="all", group="Alle politieke ambtsdragers", n=2040)]
    rows += [{**value, "domain": f"function={place}", "group": name} for place, (name, value) in enumerate(functions)]
    rows += [
        row(55, 52, 58, domain="gender=vrouw", group="Vrouwen"),
        row(37, 35, 39, domain="gender=man", group="Mannen"),
    ]
    return frame(rows)


@pytest.fixture
def answer_rows() -> pd.DataFrame:
    """Answers with 0 %, 100 %, a sign and a bracket; one label of two lines."""
    answers = {
        "Schreeuwen": row(61, 55, 67),
        "Beledigen of uitschelden": row(100, 98, 100),
        "Kleineren": row(0, 0, 3),
        "Discriminerende opmerkingen over afkomst, geloof, geaardheid of geslacht": row(None, sign="x"),
        "Weet niet": row(None, text="minder dan 5%"),
    }
    return frame(
        [{**value, "answer": str(place), "answer_label": label} for place, (label, value) in enumerate(answers.items())]
    )


@pytest.fixture
def severity_rows() -> pd.DataFrame:
    """Groups whose parts add up to 45, 100, 14 and 0 %, and one that is withheld."""
    degrees = {
        "minder_ernstig": "Minder ernstig",
        "ernstig": "Ernstig",
        "zeer_ernstig": "Zeer ernstig",
        "onbekend": "Onbekend",
    }
    groups = {
        "all": ("Alle politieke ambtsdragers", (45, 43, 47), (20, 18, 5, 2)),
        "layer=gemeente": ("Gemeenten", (100, 95, 100), (40, 30, 20, 10)),
        "layer=waterschap": ("Waterschappen", (14, 10, 19), (8, 4, 1, 1)),
        "layer=provincie": ("Provincies", (0, 0, 3), (0, 0, 0, 0)),
        "layer=geen": ("Dijkgraven en leden van het dagelijks bestuur", (None, None, None), (None, None, None, None)),
    }
    rows = []
    for domain, (group, total, parts) in groups.items():
        sign = "/" if total[0] is None else ""
        rows.append(row(*total, domain=domain, group=group, sign=sign))
        rows += [
            row(
                part, indicator="severity_all", answer=degree, answer_label=label, domain=domain, group=group, sign=sign
            )
            for (degree, label), part in zip(degrees.items(), parts, strict=True)
        ]
        rows.append(row(55, indicator="severity_all", answer="geen", answer_label="Geen", domain=domain, group=group))
    return frame(rows)


@pytest.fixture
def tiles() -> pd.DataFrame:
    return pd.read_csv(ROOT / "config" / "provinces.csv")


@pytest.fixture
def province_rows(tiles: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Twelve provinces, two of them not shown, with every verdict."""
    percents = [0, 100, None, 45, 45, 47, 44, None, 48, 49, 45, 43]
    places = zip(tiles["province"], tiles["name"], percents, strict=True)
    rows = [row(percent, domain=f"province={name}", group=group) for name, group, percent in places]
    rows[2] |= {"sign": "/", "text": "/"}
    rows[7] |= {"text": "minder dan 5%"}
    verdicts = [*palette.VERDICTS]
    verdicts += verdicts[: len(percents) - len(verdicts)]
    comparisons = pd.DataFrame(
        {
            "indicator": "any_aggression",
            "answer": "",
            "wave": 2024,
            "domain": [f"province={province}" for province in tiles["province"]],
            "reference": WHOLE,
            "verdict": verdicts,
        }
    )
    return frame(rows), comparisons
