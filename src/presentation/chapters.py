"""What a chapter of the report has besides its charts: groups in tables, answers that many give, and all figures."""

from __future__ import annotations

from dataclasses import replace

from presentation import dutch, tables
from presentation.exhibits.pictures import not_asked
from presentation.exhibits.tabulations import notes
from presentation.factsheets import Sheet
from presentation.figure import Figure
from presentation.results import Phrase
from presentation.rows import Shown
from presentation.subject import called

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
    opening = "Een vaak gegeven antwoord is" if len(named) == 1 else "Vaak gegeven antwoorden zijn"
    return Phrase(f"{opening} {dutch.listing(named)}.")


def group_figures(sheet: Sheet, *indicators: str) -> Shown:
    """Indicators that share a base, three at most, for the sheet's group and every group that is set beside it."""
    asked = [indicator for indicator in indicators if sheet.asks(indicator)]
    if not asked:
        return not_asked(sheet, *indicators)
    split = [name for part in sheet.parts for name in (part.partition("&")[0], part)]  # a group above what splits it
    rows = sheet.rows(asked, domains=list(dict.fromkeys([sheet.domain, *split])))
    words = sheet.results.indicators[indicators[0]]["base"]["words"].format(group="leden van de genoemde groep")
    words = notes(sheet, f"Basis: {words}, {sheet.period}.")
    name = "-".join(["themagroepen", sheet.results.survey, indicators[0], *sheet.dimensions]).replace(" x ", "-")
    return Shown(tables.groups(rows, words, id=name), rows)


def women_and_men(sheet: Sheet, *indicators: str) -> Phrase:
    """A list with a line for each function or layer that the sheet's parts split: its women and men, beside all of it.

    It is on the first of the indicators that the wave asked. The verdicts are of each beside all of them, never of
    women beside men. Left out are lines of which a figure is not firm, or has no verdict; "" where that leaves nothing.
    """
    parts: dict[str, list[Sheet]] = {}
    indicator = next(filter(sheet.asks, indicators), "")
    for domain in sheet.parts if indicator else ():
        whole = domain.partition("&")[0]
        parts.setdefault(whole, []).append(replace(sheet.about(domain), whole=whole))
    return Phrase("\n".join(filter(None, (_split(sheet.about(whole), of, indicator) for whole, of in parts.items()))))


def _split(whole: Sheet, parts: list[Sheet], indicator: str) -> str:
    """The line of one function or layer; "" where it cannot be told."""
    figures = [sheet.figure(indicator) for sheet in (whole, *parts)]
    verdicts = [part.compared(indicator).verdict for part in parts]
    if {"too_few", "withheld"} & set(verdicts) or not all(figure.firm and figure.low is not None for figure in figures):
        return ""
    verb, _, rest = whole.results.indicators[indicator]["does"].partition(" ")
    names = [whole.results.group(part.domain.rpartition("&")[2]).inline for part in parts]
    whose = whole.based(indicator, parts[0].group.plural)
    told = [f"Van de {whose}{',' if ' die ' in whose else ''} {verb} {_around(figures[1], rest)}"]
    told += [f"van de {name} {_around(figure)}" for name, figure in zip(names[1:], figures[2:], strict=True)]
    pairs = list(zip(names, verdicts, strict=True))
    differ = [f"bij {name} {dutch.VERDICTS[verdict]}" for name, verdict in pairs if verdict in ("higher", "lower")]
    unseen = {name for name, verdict in pairs if verdict == "no_demonstrable_difference"}
    alike = {"weinig": [n for n in names if n not in unseen], "niet aantoonbaar": [n for n in names if n in unseen]}
    little = dutch.listing([f"bij {dutch.listing(named)} {how}" for how, named in alike.items() if named])
    than = f"is {dutch.listing(differ)} dan" if differ else f"verschilt {little} van dat"
    return f"- **{whole.name}.** {', '.join(told)}. Dat aandeel {than} bij {called(whole.group)} ({figures[0].cite()})."


def _around(figure: Figure, rest: str = "") -> str:
    """The figure, what else the share did, and the interval in brackets."""
    margin = figure.trace(dutch.interval(figure.low or 0, figure.high or 0))
    return " ".join(filter(None, [figure.cite(), rest, f"({figure.margin}: {margin})"]))


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
