"""How many figures are withheld: the tables and the sentence of the page, and what the protection costs sheets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.errors import MonitorError
from presentation.protection import attacked, read_protection

ROOT = Path(__file__).resolve().parents[2]
TOLD = json.loads((ROOT / "data" / "processed" / "6-protection.json").read_text(encoding="utf-8"))
OUTCOMES = ("shown", "bracketed", "merged", "too_few", "alone", "beside")
ROWS = [*TOLD["waves"], *TOLD["products"], *(row["worst"] for row in TOLD["products"])]


def secret(row: dict) -> float:
    """The share of the planned figures that is withheld with x."""
    return (row["alone"] + row["beside"]) / row["planned"]


def test_every_planned_figure_has_one_outcome() -> None:
    assert len(TOLD["waves"]) > 10 and len(TOLD["products"]) > 20
    assert not [row for row in ROWS if row["planned"] != sum(row[name] for name in OUTCOMES) or row["planned"] == 0]


def test_no_document_is_told_by_itself_but_the_worst_and_no_figure() -> None:
    numbers = {"planned", *OUTCOMES}
    assert {frozenset(row) - numbers for row in TOLD["waves"]} == {frozenset({"survey", "wave"})}
    assert {frozenset(row) - numbers for row in TOLD["products"]} == {
        frozenset({"edition", "product", "documents", "worst"})
    }


def test_organisations_have_nothing_to_hide() -> None:
    assert all(secret(row) == 0 for row in TOLD["waves"] if row["survey"] == "organisations")


@pytest.mark.parametrize("edition", [2024, 2022])
def test_province_sheets_stay_useful(edition: int) -> None:
    """At most 5 % of the figures planned for the twelve sheets is withheld with x, and 12 % of those of any one.

    The bounds are those of the disclosure issue, beyond which sheets are of no use. Counted are the figures that the
    sheets and their data files hold, those of the comparator too; one that all of them hold counts once in all.
    """
    row = next(row for row in TOLD["products"] if (row["edition"], row["product"]) == (edition, "province"))
    assert row["documents"] == 12
    assert secret(row) <= 0.05
    assert secret(row["worst"]) <= 0.12


def test_the_page_tells_the_counts_of_the_build() -> None:
    made = read_protection()
    newest = made.results.settings.newest
    rows = [row for row in TOLD["waves"] if row["wave"] == newest]
    assert f"zijn er {sum(row['alone'] + row['beside'] for row in rows)} geheim" in made.told.replace(".", "")
    assert f"Nog {sum(row['merged'] for row in rows)} cijfers zijn samengenomen" in made.told.replace(".", "")
    table = made.per_wave().as_raw_html()
    assert table.index("Politieke ambtsdragers") < table.index("Medewerkers") < table.index("Organisaties")
    assert all(f">{wave}<" in table for wave in made.results.settings.waves)
    assert ">Samengenomen<" in table
    assert "Factsheets van provincies" in made.per_product().as_raw_html()


def test_the_page_tells_what_came_of_the_attack_of_its_own_build(tmp_path: Path) -> None:
    path = tmp_path / "data" / "processed" / "7-attack.json"
    with pytest.raises(MonitorError, match="type make"):
        attacked(tmp_path)
    path.parent.mkdir(parents=True)
    hits = {"published": 0.245, "headline": 0.231}
    path.write_text(json.dumps({"claims": 1234, "targets": 56, "hit_rate": hits}), encoding="utf-8")
    told = attacked(tmp_path)
    assert "1.234 verschillende uitspraken" in told
    assert "56 aantallen" in told
    assert told.index("25%") < told.index("23%")
