"""What a chapter of the report has besides its charts: groups in tables, answers that many give, and all figures."""

from __future__ import annotations

from presentation import dutch, tables
from presentation.exhibits.pictures import not_asked
from presentation.exhibits.tabulations import notes
from presentation.factsheets import Sheet
from presentation.results import Phrase
from presentation.rows import Shown

_OFTEN, _MANY = 3, 25  # answers that a sentence names, and the percentage from which it does


def in_short(sheet: Sheet, *indicators: str) -> Phrase:
    """The box that closes a chapter: its figures, and how they changed where earlier waves compare at all."""
    beside = "" if sheet.apart else "wave"
    return Phrase(f"::: {{.in-short}}\n**In het kort.** {tell_asked(sheet, *indicators, beside=beside)}\n:::")


def tell_asked(sheet: Sheet, *indicators: str, beside: str = "") -> Phrase:
    """What a sheet tells of the indicators that its wave asked: of a question and the one in its place, one."""
    return sheet.tell(*(indicator for indicator in indicators if sheet.asks(indicator)), beside=beside)


def often(sheet: Sheet, indicator: str) -> Phrase:
    """One sentence on the answers that a quarter or more gave, three at most, as asked; "" where none is as large."""
    if not sheet.asks(indicator):
        return Phrase("")
    rows = sheet.rows([indicator])
    figures = [(sheet.figure(indicator, answer), label) for answer, label in rows[["answer", "answer_label"]].values]
    many = [(figure, label) for figure, label in figures if figure.firm and (figure.percent or 0) >= _MANY]
    large = sorted(many, key=lambda pair: -(pair[0].percent or 0))[:_OFTEN]
    named = [f"“{dutch.small(label)}” ({figure.cite()})" for figure, label in many if (figure, label) in large]
    if not named:
        return Phrase("")
    return Phrase(f"Veel genoemd {'is' if len(named) == 1 else 'zijn'} {dutch.listing(named)}.")


def group_figures(sheet: Sheet, *indicators: str) -> Shown:
    """Indicators that share a base, three at most, for the sheet's group and every group that is set beside it."""
    asked = [indicator for indicator in indicators if sheet.asks(indicator)]
    if not asked:
        return not_asked(sheet, *indicators)
    rows = sheet.rows(asked, domains=[sheet.domain, *sheet.parts])
    words = sheet.results.indicators[indicators[0]]["base"]["words"].format(group="leden van de genoemde groep")
    words = notes(sheet, f"Basis: {words}, {sheet.period}.")
    return Shown(tables.groups(rows, words, id=f"themagroepen-{sheet.results.survey}-{indicators[0]}"), rows)


def every_figure(sheet: Sheet, theme: int) -> Shown:
    """All figures of a theme for the sheet's group: the annex of a report."""
    of_theme = [name for name, row in sheet.results.indicators.items() if row["theme"] == theme]
    named = [name for name in of_theme if sheet.asks(name)]
    if not named:
        return not_asked(sheet, *of_theme)
    rows = sheet.rows(named)
    rows["name"] = [
        f"{label}: {dutch.small(answer)}" if answer else label
        for label, answer in rows[["label", "answer_label"]].values
    ]
    name = f"bijlage-{sheet.results.survey}-{theme}"
    made = tables.estimates(rows, notes(sheet), id=name, stub="name", stubhead="Onderwerp")
    return Shown(made, rows)
