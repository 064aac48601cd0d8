"""The figures of an edition: every publishable row of every survey up to its wave, with names, base and verdicts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.declared import read_yaml
from analysis.domains import ALL
from analysis.errors import MonitorError
from analysis.groups import planned
from analysis.questionnaire import COUNTED
from analysis.settings import Settings, project_root
from presentation import dutch
from presentation.results import Results, read_results

_COMPARED = ["reference", "difference", "low", "high", "verdict"]


@dataclass(frozen=True)
class Part:
    """What one survey adds to an edition: its results and its rows.

    `rows` hold a publishable figure each (whole percents 0-100, rounded n), of all waves up to the edition's, in the
    order of themes, indicators, answers as asked, groups as planned, and waves. `waves` names the wave or, where a
    small group has a figure of two together, both ("2022+2024"; `wave` is then the later one). Beside the columns of
    the publishable estimates stand names in Dutch (`theme_label`, `label`, `answer_label`, `group`, `dimension`,
    `base`, `period`), `break` (why the series begins anew at this wave), and the comparison with the group that it is
    part of (`whole_reference`, `whole_difference`, `whole_low`, `whole_high`, `whole_verdict`) and with the wave before
    that asked it (`before_...`).
    """

    results: Results
    rows: pd.DataFrame

    @property
    def people(self) -> str:
        """Whom the survey asked: "politieke ambtsdragers"."""
        return self.results.group(ALL).plural


@dataclass(frozen=True)
class Edition:
    """All figures of an edition; `sheets` are short names of the themes."""

    wave: int
    parts: tuple[Part, ...]
    sheets: dict[int, str]

    @property
    def settings(self) -> Settings:
        """What was decided for the whole monitor."""
        return self.parts[0].results.settings

    @property
    def name(self) -> str:
        """What the edition is called: "Monitor Integriteit en Veiligheid 2024"."""
        return self.settings.name(self.wave)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The rows of all surveys, below each other."""
        return pd.concat([part.rows for part in self.parts], ignore_index=True)


def read_edition(wave: int, root: Path | None = None) -> Edition:
    """Read the figures of the edition of `wave`. `root` is the monitor's folder; by default the one around the caller.

    Raises MonitorError when there is no such edition, or no figures yet.
    """
    root = root or project_root()
    first = read_results(root)
    if wave not in first.settings.editions:
        raise MonitorError(
            "Edition does not exist",
            where="data for reuse",
            expected=", ".join(str(edition) for edition in first.settings.editions),
            got=str(wave),
            hint="mend the year, or add the edition to config/monitor.yml",
        )
    others = [name for name in _surveys(root, wave) if name != COUNTED]
    read = [first, *(read_results(root, survey) for survey in others)]
    themes = read_yaml(root / "config" / "indicators.yml")["themes"]
    sheets = {number: row.get("sheet", row["title"]) for number, row in themes.items()}
    return Edition(wave, tuple(Part(results, _rows(results, wave, root)) for results in read), sheets)


def up_to(results: Results, wave: int) -> Results:
    """The results of a survey as its edition of `wave` tells of series breaks: those that came later are not there."""
    return replace(results, break_rows=results.break_rows[results.break_rows["wave"] <= wave])


def _surveys(root: Path, wave: int) -> list[str]:
    """The surveys that have figures in waves up to this one."""
    path = root / "data" / "processed" / "5-publishable-estimates.parquet"
    found = pq.read_table(path, columns=["survey"], filters=[("wave", "<=", wave)])
    return sorted(pc.unique(found["survey"]).to_pylist())


def _rows(results: Results, wave: int, root: Path) -> pd.DataFrame:
    single = results.figures.assign(waves=results.figures["wave"].astype(str))
    rows = pd.concat([single, results.pooled], ignore_index=True)
    rows = rows[rows["wave"] <= wave].reset_index(drop=True)
    known = {name: results.indicators[name] for name in rows["indicator"].unique()}
    groups = {group.domain: group for group in results.groups}
    titles = {row["dimension"]: row["title"] for row in planned(root / "config" / "domains.yml", results.survey)}
    rows["theme"] = rows["indicator"].map({name: row["theme"] for name, row in known.items()})
    rows["theme_label"] = rows["theme"].map(results.themes)
    rows["label"] = rows["indicator"].map({name: row["label"] for name, row in known.items()})
    rows["group"] = rows["domain"].map({domain: group.label for domain, group in groups.items()})
    rows["dimension"] = rows["domain"].map({domain: titles[group.dimension] for domain, group in groups.items()})
    periods = {str(each): about.period for each, about in results.settings.waves.items()}
    rows["period"] = _each(rows, ["waves"], lambda waves: dutch.listing([periods[each] for each in waves.split("+")]))
    rows["answer_label"] = _each(rows, ["indicator", "answer", "wave"], lambda *of: _answer_label(results, *of))
    rows["base"] = _each(rows, ["indicator", "domain"], results.base)
    broken = results.breaks
    rows["break"] = _each(rows, ["indicator", "wave"], lambda indicator, at: broken[indicator].get(at, ""))
    for name, compared in _compared(results).items():
        rows = rows.merge(compared.add_prefix(f"{name}_"), how="left", left_on="id", right_index=True, validate="1:1")
    return _sorted(results, rows, list(known), list(groups))


def _answer_label(results: Results, indicator: str, answer: str, wave: int) -> str:
    return results.answer_label(indicator, answer, wave) if answer else ""


def _each(rows: pd.DataFrame, columns: list[str], said: Any) -> list[Any]:
    """What is said of these columns, asked once for values that are the same."""
    keys = list(rows[columns].itertuples(index=False, name=None))
    known = {key: said(*key) for key in dict.fromkeys(keys)}
    return [known[key] for key in keys]


def _compared(results: Results) -> dict[str, pd.DataFrame]:
    """Comparisons with the whole, and with the last wave before that asked the same, by id; what they refer to named.

    An answer that only an older wave shows as well has none: that is not the wave before.
    """
    table = results.comparisons.assign(row=results.comparisons["id"].str.rpartition("|")[0])
    whole, before = (table[table["kind"] == kind] for kind in ("whole", "wave"))
    before = before[before["reference"] == before.groupby(["indicator", "wave"])["reference"].transform("max")]
    named = {group.domain: group.label for group in results.groups}
    whole = whole.assign(reference=whole["reference"].map(named))
    before = before.assign(reference=before["reference"].astype("Int64"))
    return {name: found.set_index("row")[_COMPARED] for name, found in {"whole": whole, "before": before}.items()}


def _sorted(results: Results, rows: pd.DataFrame, indicators: list[str], domains: list[str]) -> pd.DataFrame:
    place = {name: at for at, name in enumerate([*indicators, *domains])}
    asked = rows[["indicator", "answer"]].drop_duplicates().groupby("indicator")["answer"]
    ordered = {name: results.in_order(str(name), answers) for name, answers in asked}
    answers = {(name, answer): at for name, found in ordered.items() for at, answer in enumerate(found)}
    order = pd.DataFrame(
        {
            "theme": rows["theme"],
            "indicator": rows["indicator"].map(place),
            "answer": [answers[pair] for pair in zip(rows["indicator"], rows["answer"], strict=True)],
            "domain": rows["domain"].map(place),
            "wave": rows["wave"],
        }
    )
    return rows.loc[order.sort_values(order.columns.tolist()).index].reset_index(drop=True)
