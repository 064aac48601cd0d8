"""What a reader may open below a chart or a table: the publishable rows that it was made from, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
from great_tables import GT

from presentation import dutch
from presentation.charts.picture import Picture
from presentation.figure import read_figure

_HEADINGS = ("Onderwerp", "Groep", "Meting", "Percentage", "{margin}", "Antwoorden (n)")


@dataclass(frozen=True, repr=False)  # Jupyter asks for a repr too, and that of tables takes long
class Shown:
    """A chart or a table as a document shows it, with its publishable rows (with `label`, `answer_label`, `group`).

    A web page gets one control below it that opens the rows; paper has the data file.
    """

    shown: Picture | GT
    rows: pd.DataFrame

    def _repr_html_(self) -> str | None:
        """A table, and its rows behind it; nothing of a chart, which is shown as Markdown."""
        return f"{self.shown._repr_html_()}{self._opened('tabel')}" if isinstance(self.shown, GT) else None

    def _repr_markdown_(self) -> str | None:
        """A chart, with its rows as an attribute of the picture: a cell that shows two things makes two figures."""
        if isinstance(self.shown, GT):
            return None
        rows = self._opened("figuur").replace("&", "&amp;").replace('"', "'")
        rows = rows.replace("|", "&#124;")  # a bare one makes Pandoc look for tables
        return self.shown._repr_markdown_().removesuffix("}") + (f' rows="{rows}"}}' if rows else "}")

    def _opened(self, kind: str) -> str:
        """The rows as a folded table in HTML; `kind` is what they stand below."""
        if self.rows.empty:
            return ""
        margin = dutch.capital(read_figure(self.rows.iloc[0]).margin)
        heads = "".join(f'<th scope="col">{name.format(margin=margin)}</th>' for name in _HEADINGS)
        lines = "".join(_line(row) for row in self.rows.to_dict("records"))
        name = f"Cijfers bij deze {kind}"
        return (
            f'<details class="figure-rows" data-pagefind-ignore=""><summary>{name}</summary>'
            f'<div class="scrolling" tabindex="0" role="group" aria-label="{name}">'
            '<table data-quarto-disable-processing="true">'
            f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div></details>"
        )


def _line(row: dict[Any, Any]) -> str:
    figure = read_figure(row)
    name = f"{row['label']}: {dutch.small(row['answer_label'])}" if row["answer_label"] else row["label"]
    margin = "" if figure.low is None or figure.high is None else dutch.interval(figure.low, figure.high)
    shown = figure.label + (" (indicatief)" if figure.indicative else "")
    cells = (row["group"], row["wave"], shown, margin or "–", dutch.number(figure.n) if not figure.sign else "–")
    body = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
    return f'<tr data-row="{escape(figure.id)}"><th scope="row">{escape(name)}</th>{body}</tr>'
