"""Figures as they were found: one row per place in which a file shows one, every column as the text there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

#: What a figure may tell, in the words of the audit, and the columns of data files in which it stands.
COLUMNS = {
    **{"id": "id", "percent": "percentage", "low": "ondergrens", "high": "bovengrens", "n": "respondenten_afgerond"},
    **{
        "count": "aantal",
        "sign": "teken",
        "text": "weergave",
        "whole": "geheel",
        "whole_difference": "verschil_geheel",
    },
    **{"whole_low": "verschil_geheel_ondergrens", "whole_high": "verschil_geheel_bovengrens"},
    **{"whole_verdict": "oordeel_geheel", "before": "vorige_meting", "before_difference": "verschil_vorige"},
    **{"before_low": "verschil_vorige_ondergrens", "before_high": "verschil_vorige_bovengrens"},
    **{"before_verdict": "oordeel_vorige", "domain": "groepscode", "wave": "meting", "answer": "antwoordcode"},
}
NAMES = tuple(COLUMNS)
#: A figure's own name: survey, indicator, answer, wave or two waves, group.
ID = re.compile(
    r"\b(?:(?P<survey>\w+):)?(?P<indicator>\w+)(?:\.(?P<answer>[\w-]+))?\|(?P<wave>20\d\d(?:\+20\d\d)?)\|(?P<domain>[^|\s\"<]+)"
)
_SPREAD = re.compile(r"tussen (-?[\d.,]+)% en (-?[\d.,]+)%")
_PERCENT = re.compile(r"(?<![\d.,+-])(\d+(?:[.,]\d+)?) ?%")
_BRACKET = re.compile(r"(?:minder|meer) dan \d+%|[<>] ?\d+%", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """A fault: what is wrong, in which file, at which place, and the words or numbers that show it."""

    what: str
    file: str
    place: str = ""
    shown: str = ""

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.file}: {self.what}" + (f" ({self.place})" if self.place else "") + f": {self.shown}"


def coded(texts: Iterable[str | None]) -> pa.DictionaryArray:
    """Texts that are held once each; none is empty text."""
    return pa.array(texts, pa.string()).fill_null("").dictionary_encode()


def table(file: str, columns: Mapping[Any, Iterable[str | None]]) -> pd.DataFrame:
    """Figures of a data file whose columns have their published names; missing cells and columns are empty text."""
    return told(lines(file, {name: coded(texts) for name, texts in columns.items()}))


def lines(file: str, columns: Mapping[str, pa.Array]) -> pa.Table:
    """The same of columns that are coded already."""
    rows = len(columns["id"])
    nothing, files = (pa.DictionaryArray.from_arrays(np.zeros(rows, "int32"), [text]) for text in ("", file))
    made = {name: columns.get(source, nothing) for name, source in COLUMNS.items()}
    return pa.table(made | {"file": files, "place": coded(f"row {at}" for at in range(2, rows + 2))})


def mentions(rows: Sequence[Mapping[str, str]]) -> pa.Table:
    """Figures of which a page says something, as `mention` has them."""
    return pa.table({name: coded(row[name] for row in rows) for name in (*NAMES, "file", "place")})


def unlike(tables: Sequence[pa.Table], columns: Sequence[str]) -> pa.Table:
    """Rows of tables of texts, each wording in these columns once: the first that has it."""
    rows = pa.concat_tables(tables).unify_dictionaries()
    codes = pd.DataFrame({name: rows[name].combine_chunks().indices.to_numpy() for name in columns})
    return rows.filter(pa.array(~codes.duplicated()))


def told(rows: pa.Table) -> pd.DataFrame:
    """The same as a frame of texts."""
    return rows.to_pandas().astype(object)


def matching(column: pd.Series, test: Callable[[str], object]) -> pd.Series:
    """Where a test of a text holds, which is tried once per text."""
    return column.isin([text for text in column.unique() if test(text)])


def recorded(file: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Figures of a released edition as data/published holds them: id, shown, low, high, n."""
    shown = frame["shown"]
    columns = {"id": frame["id"], "weergave": shown, "percentage": shown.str.extract(r"^(\d+)%$")[0].fillna("")}
    columns |= {
        "teken": shown.where(shown.isin(["x", "/"]), ""),
        "ondergrens": frame["low"],
        "bovengrens": frame["high"],
    }
    return table(file, columns | {"respondenten_afgerond": frame["n"]})


def mention(file: str, place: str, identifier: str, words: str) -> dict[str, str]:
    """A figure of which a page says something in words: "42%", "tussen 31% en 54%", "minder dan 5%", "n = 55"."""
    words = " ".join(words.split())
    row = dict.fromkeys(NAMES, "") | {"id": identifier, "file": file, "place": place}
    if spread := _SPREAD.search(words):
        row |= {"low": spread[1].replace(",", "."), "high": spread[2].replace(",", ".")}
        words = words.replace(spread[0], "")
    if bracket := _BRACKET.search(words):
        row["text"] = bracket[0].lower()
    elif percent := _PERCENT.search(words):
        row |= {"percent": percent[1].replace(",", "."), "text": percent[0]}
    elif words in ("/", "x", ".", "-"):
        row |= {"sign": words, "text": words}
    return row


def parts(frame: pd.DataFrame) -> pd.DataFrame:
    """Survey, indicator, answer, waves and domain of figures, from their ids; rows without an id are dropped."""
    unique = frame["id"].drop_duplicates()
    named = unique.str.extract(f"^{ID.pattern}$").set_axis(["survey", "indicator", "answer", "waves", "group"], axis=1)
    named = named.assign(id=unique)[named["indicator"].notna()]
    named["survey"] = named["survey"].fillna("officeholders")
    return named.assign(answer=named["answer"].fillna(""))
