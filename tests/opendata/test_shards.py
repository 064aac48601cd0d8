"""What the page on which figures are looked up loads: every part is its publishable rows, and small."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pandas as pd
import pytest

from opendata.shards import shard
from presentation.reuse import chooser
from tests.opendata.conftest import Made

MOST = 300_000  # bytes over the line


def handed_over(text: str, name: str) -> dict[str, list[Any]]:
    """The columns that a part gives to the page, read as its script does."""
    opens, closes = f'monitorFigures("{name}",', ");\n"
    assert text.startswith(opens) and text.endswith(closes)
    columns = json.loads(text[len(opens) : -len(closes)])
    return {
        column: cells if isinstance(cells, list) else [cells["words"][at] for at in cells["at"]]
        for column, cells in columns.items()
    }


def parts(made: Made) -> list[tuple[int, int, pd.DataFrame]]:
    later = made.rows["meting"].str[-4:].astype(int)  # two waves together stand in the part of the later one
    return [(wave, theme, rows) for (wave, theme), rows in made.rows.groupby([later, "themanummer"])]


def test_every_part_is_its_publishable_rows(made: Made) -> None:
    seen: list[str] = []
    for wave, theme, rows in parts(made):
        cells = handed_over(shard(rows, f"{wave}-{theme}"), f"{wave}-{theme}")
        published = made.published.loc[cells["id"]]
        for ours, theirs in {
            "percentage": "percent",
            "ondergrens": "low",
            "bovengrens": "high",
            "aantal": "count",
        }.items():
            assert cells[ours] == [None if pd.isna(value) else value for value in published[theirs]], (
                wave,
                theme,
                ours,
            )
        for ours, theirs in {"respondenten_afgerond": "n", "weergave": "text", "indicatief": "indicative"}.items():
            assert cells[ours] == published[theirs].tolist(), (wave, theme, ours)
        assert [sign or "" for sign in cells["teken"]] == published["sign"].tolist()
        assert set(cells["voorbeeld"]) == {made.mark}
        seen += cells["id"]
    assert sorted(seen) == sorted(made.published.index)


def test_a_part_has_the_columns_and_cells_of_the_csv(made: Made) -> None:
    _, _, rows = parts(made)[-1]
    told = pd.DataFrame(handed_over(shard(rows, "x"), "x"))
    written = [each.to_csv(index=False) for each in (told.astype(rows.dtypes.to_dict()), rows)]
    assert written[0] == written[1]


def test_a_part_is_small_over_the_line(made: Made) -> None:
    sizes = [len(gzip.compress(shard(rows, f"{wave}-{theme}").encode())) for wave, theme, rows in parts(made)]
    assert max(sizes) < MOST


def test_the_page_knows_where_the_rows_of_every_figure_are(made: Made) -> None:
    """A figure that is named in the address is found by its indicator alone."""
    told = json.loads(str(chooser()).partition('id="figures-told">')[2].partition("</script>")[0])
    of_two: dict[str, int] = {}
    for row in made.rows[["id", "themanummer", "meting"]].itertuples():
        indicator = str(row.id).partition("|")[0].partition(".")[0]
        assert told["theme"][indicator] == row.themanummer, row.id
        if "+" in row.meting:
            of_two[f"{indicator}|{row.meting}"] = row.themanummer
    assert {name for name in told["together"] if name[-4:] <= str(made.edition.wave)} == set(of_two)
    single = set(made.rows["meting"]) - {name[-9:] for name in of_two}
    own = told["editions"].get(str(made.edition.wave))
    assert own is None or {str(wave) for wave in own["waves"]} == single


@pytest.mark.parametrize("words", ["</script>", "é “’ €"])
def test_whatever_a_cell_says_comes_back(words: str) -> None:
    rows = pd.DataFrame({"id": ["a", "b"], "thema": [words, words]}, dtype="string")
    assert handed_over(shard(rows, "1-1"), "1-1")["thema"] == [words, words]
