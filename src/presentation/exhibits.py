"""What a document shows of a sheet: charts, tables and short texts, each with its finding, base, source and mark.

Documents call these by one line a figure; what is drawn stands in `charts` and `tables`, what is said in `factsheets`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

import pandas as pd
from great_tables import GT
from plotnine import ggplot

from analysis.families import EVERYTHING, WORDING
from analysis.groups import ALL_PROVINCES
from analysis.settings import project_root
from presentation import charts, dutch, palette, tables
from presentation.charts import Wording, alt_text
from presentation.charts.picture import Picture
from presentation.factsheets import Sheet, called
from presentation.figure import read_figure
from presentation.results import Phrase
from presentation.rows import Shown

_FONTS = "_extensions/monitor/fonts"
_GLUED_N = "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
_HALF = 50
_NOTHING = "geen"
_CARDS = 3  # key figures that fit beside each other


def trend(sheet: Sheet, indicator: str) -> Shown:
    """An indicator over the waves, beside the comparator where the sheet has one."""
    rows = sheet.rows([indicator], waves=sheet.waves, domains=_both(sheet))
    if rows.empty:
        return not_asked(sheet, indicator)
    words = _words(sheet, sheet.trend_finding(indicator), indicator)
    results = sheet.results
    breaks = {at: why for at, why in results.breaks[indicator].items() if at in sheet.waves[1:]}
    unasked = {at: results.unasked(indicator, at) for at in sheet.waves if not results.asked(indicator, at)}
    gaps = {"breaks": breaks, "unasked": unasked}
    sides = {"subject": sheet.domain, "comparator": sheet.whole}
    draw = partial(charts.trend, rows, words, waves=sheet.waves, **sides, **gaps)
    return _picture(draw, alt_text.trend(rows, words, sheet.domain, sheet.whole, **gaps), rows)


def against(sheet: Sheet, indicators: list[str]) -> Shown:
    """Indicators that share a base and were asked, the sheet's group beside its comparator, with the verdicts."""
    asked = [indicator for indicator in indicators if sheet.asks(indicator)]
    if not asked:
        return not_asked(sheet, *indicators)
    rows = sheet.rows(asked, domains=_both(sheet))
    words = _words(sheet, sheet.summary(asked), asked[0], label=False)
    compared = sheet.comparisons(sheet.whole)
    draw = partial(charts.against, rows, compared, words, subject=sheet.domain, comparator=sheet.whole)
    return _picture(draw, alt_text.against(rows, compared, words, sheet.domain, sheet.whole), rows)


def breakdown(sheet: Sheet, indicator: str) -> Shown:
    """An indicator for the sheet's group and every group that target_groups.csv sets beside it."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    rows = sheet.rows([indicator], domains=[sheet.domain, *sheet.parts])
    words = _words(sheet, sheet.breakdown_finding(indicator), indicator)
    return _picture(partial(charts.breakdown, rows, words, whole=sheet.domain), alt_text.breakdown(rows, words), rows)


def bars(sheet: Sheet, indicator: str) -> Shown:
    """The answers to one question; where all of them have too few respondents, that."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    rows = sheet.rows([indicator])
    if (rows["sign"] == "/").all():
        return _notice(sheet, sheet.label(indicator), f"Voor deze vraag zijn er {dutch.SIGNS['/']}.")
    words = _words(sheet, sheet.results.indicators[indicator]["label"], indicator, label=False)
    return _picture(partial(charts.bars, rows, words), alt_text.bars(rows, words), rows)


def measures(sheet: Sheet, indicators: list[str]) -> Shown:
    """What the sheet's group has arranged, of indicators that share a base: a bar each, most first."""
    rows = sheet.rows([indicator for indicator in indicators if sheet.asks(indicator)])
    values = {row["indicator"]: read_figure(row) for row in rows.to_dict("records")}
    ordered = sorted(values, key=lambda name: -(values[name].reach if (p := values[name].percent) is None else p))
    rows = sheet.rows(ordered)
    most = sum((value.low or value.reach) > _HALF for value in values.values())
    many = {0: f"Geen van deze {len(ordered)}", len(ordered): f"Alle {len(ordered)}"}.get(
        most, f"{most} van deze {len(ordered)}"
    )
    words = _words(
        sheet,
        f"{many} maatregelen {'komen' if most > 1 else 'komt'} voor bij meer dan de helft van de {sheet.group.plural}",
        ordered[0],
        label=False,
    )
    return _picture(partial(charts.bars, rows, words), alt_text.bars(rows, words), rows)


def beside(sheet: Sheet, indicators: list[str], domains: list[str], name: str) -> Shown:
    """Indicators, or their answers, as lines and groups as columns of a table called `name`; of the wave only.

    The answer that nothing is so is left out: another indicator counts its opposite.
    """
    asked = [indicator for indicator in indicators if sheet.asks(indicator)]
    rows = sheet.rows(asked, domains=domains)
    rows = rows[rows["answer"] != _NOTHING].reset_index(drop=True)
    named = zip(rows["indicator"], rows["answer"], strict=True)
    rows["answer_label"] = [sheet.label(*pair) if pair[1] else "" for pair in named]
    rows["base"] = [sheet.base(indicator) for indicator in rows["indicator"]]
    return Shown(tables.beside(rows, notes(sheet), id=name), rows)


def bars_of(sheet: Sheet, indicators: list[str]) -> Shown:
    """Indicators that share a base and were asked, as bars under the title of their theme."""
    asked = [indicator for indicator in indicators if sheet.asks(indicator)]
    if not asked:
        return not_asked(sheet, *indicators)
    rows = sheet.rows(asked)
    drawn = rows.assign(answer=rows["indicator"], answer_label=rows["label"])
    title = sheet.results.themes[sheet.results.indicators[asked[0]]["theme"]]
    words = _words(sheet, title, asked[0], label=False)
    return _picture(partial(charts.bars, drawn, words), alt_text.bars(drawn, words), rows)


def severity(sheet: Sheet, domains: list[str] | None = None) -> Shown:
    """Severity of the most recent incident, of everybody in the group; the parts add up to any aggression."""
    whole, parts = "any_aggression", "severity_all"
    if not sheet.asks(parts):
        return not_asked(sheet, parts)
    rows = sheet.rows([whole, parts], domains=domains or _both(sheet))
    words = _words(sheet, sheet.severity_finding(), parts, label=False)
    made = sheet.results.indicators[parts]
    unknown = list(made["merge"])
    degrees = [name for name in dict.fromkeys(rows["answer"]) if name not in ("", made["routed_out"], *unknown)]
    fills = palette.shades(degrees, unknown)
    return _picture(partial(charts.severity, rows, words, fills), alt_text.severity(rows, words, fills), rows)


def locate(sheet: Sheet) -> Picture:
    """Where the sheet's province lies."""
    province = sheet.domain.partition("=")[2]
    words = Wording(title="", subtitle="", source="", mark=sheet.results.settings.mark)
    draw = partial(charts.locate, sheet.results.tiles, province, words)
    return _drawn(draw, alt_text.locate(sheet.results.tiles, province))


def tile_map(sheet: Sheet, indicator: str) -> Shown:
    """An indicator in the twelve provinces, each with its verdict; provinces are not ranked."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    provinces = [domain for domain in sheet.domains("province") if domain != ALL_PROVINCES]
    rows = sheet.rows([indicator], domains=provinces)
    words = _words(sheet, sheet.provinces_finding(indicator), indicator, domain=ALL_PROVINCES)
    compared = sheet.results.comparisons.query("kind == 'whole' and wave == @sheet.wave and indicator == @indicator")
    draw = partial(charts.tile_map, rows, compared, sheet.results.tiles, words, comparator=ALL_PROVINCES)
    return _picture(draw, alt_text.tile_map(rows, compared, words, ALL_PROVINCES), rows)


def headline_table(sheet: Sheet, themes: Collection[int] = ()) -> Shown:
    """Headline figures (of `themes`, else all) beside those of the wave before, if any, and the comparator, if any."""
    headline = [name for theme in themes or sheet.results.themes for name in sheet.headlines(theme)]
    words = notes(sheet)
    waves = sheet.waves[-2:]
    rows = sheet.rows(headline, waves=waves, domains=_both(sheet))
    if not sheet.whole and (len(waves) == 1 or sheet.apart):
        rows = rows[rows["wave"] == sheet.wave]
        return Shown(tables.estimates(rows, words, id="cijfers", stub="label", stubhead="Onderwerp"), rows)
    if not sheet.whole:
        return Shown(tables.change(rows, sheet.comparisons(str(waves[0])), words, id="cijfers"), rows)
    sides = {"subject": sheet.domain, "comparator": sheet.whole}
    return Shown(tables.overview(rows, sheet.comparisons(), words, id="cijfers", waves=waves, **sides), rows)


def group_table(sheet: Sheet, indicator: str) -> Shown:
    """One indicator for every group, as figures."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    rows = sheet.rows([indicator], domains=[sheet.domain, *sheet.parts]).assign(base="")
    words = notes(sheet, f"Basis: wie tot de genoemde groep hoort, {sheet.period}.")
    return Shown(tables.estimates(rows, words, id=f"groepen-{indicator}", stub="group", stubhead="Groep"), rows)


def answer_table(sheet: Sheet, indicator: str) -> Shown:
    """The answers to one question, as figures."""
    if not sheet.asks(indicator):
        return not_asked(sheet, indicator)
    words = notes(sheet, sheet.base_line(indicator))
    rows = sheet.rows([indicator])
    return Shown(
        tables.estimates(rows, words, id=f"antwoorden-{indicator}", stub="answer_label", stubhead="Antwoord"), rows
    )


def response_table(sheet: Sheet) -> GT:
    """Population, invited and respondents of the wave per group."""
    response = sheet.results.response
    mine = response[(response["wave"] == sheet.wave) & ~response["domain"].str.startswith("province=")].copy()
    mine["group"] = [sheet.results.group(domain).label for domain in mine["domain"]]
    return tables.response(mine, notes(sheet), id="respons")


def participation_table(sheet: Sheet) -> GT:
    """The groups of functions that took part more or less often than all together."""
    groups = sheet.weighting["groups"]
    own = [domain for domain in sheet.domains("function_group") if domain in groups]
    rows = pd.DataFrame({"partial": [groups[domain] for domain in own]})
    rows["group"] = [sheet.results.group(domain).label for domain in own]
    return tables.participation(rows, notes(sheet), id="deelname")


def selectivity_table(sheet: Sheet) -> GT:
    """What the headline figures rest on: their tipping points, and they at other shares of women."""
    rows = []
    for told in sheet.weighting["headline"]:
        name, before = told["indicator"], told["reference"]
        figures = {"now": sheet.figure(name), "before": before and sheet.figure(name, wave=before)}
        rows.append({**told, "label": sheet.label(name), **figures})
    return tables.selectivity(pd.DataFrame(rows), notes(sheet), id="omslagpunt")


def representativity(sheet: Sheet) -> Phrase:
    """Three sentences: the R-indicator with its uncertainty, and how far functions and provinces lie from the mean."""
    told = sheet.weighting
    around = (
        ""
        if told["margin"] is None
        else f", met een marge van ongeveer {dutch.decimal(told['margin'])} naar beide kanten (ruw: zo dicht "
        "bij één is zij eerder te smal)"
    )
    spread = [dutch.points(round(100 * told["variables"][name]["unconditional"])) for name in ("function", "province")]
    return Phrase(
        f"In deze meting is de R-indicator {dutch.decimal(told['indicator'])}{around}. "
        f"Zonder correctie voor toeval zou hij {dutch.decimal(told['unadjusted'])} zijn. De kans om mee te doen ligt "
        f"bij een functie doorgaans {spread[0]} van het gemiddelde, bij een provincie {spread[1]}."
    )


def tipping_point(sheet: Sheet, indicator: str) -> Phrase:
    """How selective response must have been to explain the change of a figure since the wave before; "" without one."""
    row = next((row for row in sheet.weighting["headline"] if row["indicator"] == indicator), None)
    if row is None or row["odds_ratio"] is None:
        return Phrase("")
    before, now = (sheet.figure(indicator, wave=wave).cite() for wave in (row["reference"], sheet.wave))
    return Phrase(
        f"Een voorbeeld: {now} van de {sheet.group.plural} {sheet.does(indicator)}; bij de meting van "
        f"{row['reference']} was dat {before}. Dat kan zonder dat er iets veranderde, als de kansen van ambtsdragers "
        f"met deze ervaring {dutch.decimal(row['odds_ratio'])} keer die van de andere waren."
    )


def weights(sheet: Sheet) -> Phrase:
    """Three sentences on the weights: how well they meet the margins, their range, and what they cost."""
    told, (low, high) = sheet.weighting, (dutch.decimal(bound, 1) for bound in sheet.weighting["weight"])
    return Phrase(
        f"De gewogen aantallen wijken nergens meer dan {dutch.decimal(told['margin_error'])} persoon af van de "
        f"bevolking. Een respondent staat voor {low} tot {high} ambtsdragers. Door de ongelijke gewichten worden "
        f"marges ongeveer zo ruim als bij een steekproef die {dutch.decimal(told['design_effect'])} keer zo klein is "
        "(het ontwerpeffect van Kish)."
    )


def published_table(sheet: Sheet) -> GT:
    """Published figures beside the example ones, with the ones that lie outside the interval."""
    rows = sheet.results.published.copy()
    rows["label"] = [sheet.label(*pair) for pair in zip(rows["indicator"], rows["answer"], strict=True)]
    rows["group"] = [sheet.results.group(domain).label for domain in rows["domain"]]
    return tables.published(rows, notes(sheet), id="gepubliceerd")


def planned_away(sheet: Sheet) -> Phrase:
    """The groups that are never shown alone, with the reason."""
    rows = sheet.results.planned_away
    return Phrase("\n".join(f"- **{dutch.capital(row['groups'])}:** {row['why']}." for row in rows))


def series_breaks(sheet: Sheet, waves: Collection[int] | None = None) -> Phrase:
    """The breaks of the series, of all waves or those named: what, from which wave, why."""
    return _break_rows(sheet, cut=True, waves=waves)


def other_words(sheet: Sheet) -> Phrase:
    """The questions that were put in other words and whose series goes on: what, from which wave, why."""
    return _break_rows(sheet, cut=False)


def _break_rows(sheet: Sheet, *, cut: bool, waves: Collection[int] | None = None) -> Phrase:
    """Rows of breaks.csv; a variable is called by the indicator that counts it, one that none counts by its text."""
    known, asked = sheet.results.indicators, sheet.results.questionnaire
    called = {question.id: f"“{question.wording(max(question.text))}”" for question in asked.questions}
    called |= {row.get("variable", EVERYTHING): row["label"] for row in reversed(known.values())}
    called |= {name: row["label"] for name, row in known.items()} | {EVERYTHING: "Alle cijfers"}
    rows = sheet.results.break_rows
    rows = rows if waves is None else rows[rows["wave"].isin(list(waves))]
    alike: dict[tuple[int, str], list[str]] = {}
    for row in rows[(rows["kind"] != WORDING) == cut].to_dict("records"):
        of = str(row["variable_or_indicator"])
        alike.setdefault((row["wave"], row["why"]), []).append(called.get(of, of))
    return Phrase("\n".join(f"- {'; '.join(of)}, vanaf {wave}: {why}." for (wave, why), of in alike.items()))


def signs_table() -> GT:
    """What the signs and marks mean."""
    return tables.signs(id="tekens")


def signs_line() -> Phrase:
    """What the signs in tables and charts mean, in one line."""
    return Phrase("; ".join(f"`{sign}` {meaning.partition(':')[0]}" for sign, meaning in tables.SIGNS.items()) + ".")


def relevance(sheet: Sheet) -> str:
    """From how many points a difference counts."""
    wave, whole = (dutch.points(round(sheet.results.relevant[kind])) for kind in ("wave", "whole"))
    return f"ten minste {wave} tussen metingen, {whole} tussen groepen"


def who(sheet: Sheet) -> Phrase:
    """One line: who answered, how many of how many, and when."""
    row = sheet.response()
    n, invited = dutch.number(row["responded"]), dutch.number(row["invited"])
    where = f" in {sheet.name}" if sheet.group.place else ""
    asked = sheet.results.telling["asked"].format(group=sheet.group.members or sheet.group.plural)
    return Phrase(
        f"{n} van de {invited} aangeschreven {asked}{where} vulden de vragenlijst in ({sheet.period}); "
        f"de respons is {dutch.percentage(int(row['percent']))}."
    )


def told(sheet: Sheet, what: str) -> Phrase:
    """What surveys.yml says of the sheet's survey: `what` is the name of a field there."""
    confidence = f"{100 * sheet.results.settings.confidence:.0f} van de {100}"
    return Phrase(sheet.results.telling[what].format(period=sheet.period, confidence=confidence))


def apart(sheet: Sheet) -> Phrase:
    """That nothing compares with earlier waves, and why; "" where the survey's series goes on."""
    why = " ".join(f"{dutch.capital(why)}." for why in sheet.apart)
    return Phrase(f"Deze cijfers zijn niet te vergelijken met die van eerdere metingen. {why}" if why else "")


def invited(sheet: Sheet) -> Phrase:
    """One sentence: whether everybody was invited, or a sample."""
    population, asked = (dutch.number(sheet.response()[name]) for name in ("population", "invited"))
    whom = f"{population} {sheet.group.plural}"
    some = f"In deze meting kreeg een steekproef een uitnodiging: {asked} van de {whom}."
    return Phrase(some if asked != population else f"In deze meting kregen alle {whom} een uitnodiging.")


def key_figures(sheet: Sheet, indicators: list[str]) -> Phrase:
    """The first figures that the wave asked, large, with interval and verdicts; for a province also where it lies."""
    cards = []
    for indicator in [name for name in indicators if sheet.asks(name)][:_CARDS]:
        figure = sheet.figure(indicator)
        lines = [f"[{figure.cite()}]{{.key-number}}", f"[{sheet.does(indicator)}]{{.key-label}}"]
        if figure.low is not None and figure.high is not None:
            lines.append(
                _note(f"{figure.margin}: {dutch.interval(figure.low, figure.high)}; {_GLUED_N}{dutch.number(figure.n)}")
            )
        if figure.sign:
            lines.append(_note(dutch.SIGNS[figure.sign]))
        if figure.indicative:
            lines.append(_note("indicatief: te weinig waarnemingen voor een vaste uitspraak"))
        lines += [_note(line) for line in sheet.verdict_lines(indicator)]
        cards.append("\n\n".join(lines))
    if sheet.group.place:
        cards.append(locate(sheet)._repr_markdown_())
    body = "\n\n".join(f"::: {{.key-figure}}\n{card}\n:::" for card in cards)
    return Phrase(f":::: {{layout-ncol={len(cards)} .key-figures}}\n{body}\n::::")


def smallest_difference(sheet: Sheet, indicator: str) -> Phrase:
    """How large a difference must be before this sheet could show it."""
    if not sheet.asks(indicator) or not (sheet.whole or sheet.earlier(indicator)):
        return Phrase("")
    comparison = sheet.compared(indicator) if sheet.whole else sheet.changed(indicator)
    reach = comparison.smallest_demonstrable
    if comparison.verdict == "not_comparable":
        return Phrase("")
    if reach is None:
        return Phrase("Deze groep is te klein om verschillen aan te tonen.")
    return Phrase(
        f"Bij dit cijfer is een verschil kleiner dan ongeveer {dutch.points(reach)} meestal niet aan te tonen."
    )


def opening(sheet: Sheet, indicator: str) -> Phrase:
    """What a factsheet opens with: the figure that may be quoted, what could be shown of it, and how it changed."""
    said = [sheet.quotable(indicator), smallest_difference(sheet, indicator), sheet.since(indicator)]
    said += [sheet.since_first(indicator), apart(sheet)]
    return Phrase(" ".join(words for words in said if words))


def differing_groups(sheet: Sheet, indicator: str) -> Phrase:
    """A sentence for each whole on the groups whose verdict is higher or lower, never a ranking; "" if not asked."""
    if not sheet.asks(indicator):
        return Phrase("")
    parts: dict[str, list[str]] = {}
    for verdict in ("higher", "lower"):
        for whole, domains in sheet.differing(indicator, verdict).items():
            found = [
                f"{sheet.results.group(domain).plural} ({sheet.figure(indicator, domain=domain).cite()})"
                for domain in domains
            ]
            parts.setdefault(whole, []).append(f"{dutch.VERDICTS[verdict]} bij {dutch.listing(found)}")
    if not parts:
        return Phrase(f"Bij {sheet.topic(indicator)} zijn geen verschillen tussen groepen aangetoond.")
    wholes = {whole: called(sheet.results.group(whole)) for whole in parts}
    return Phrase(
        " ".join(
            f"Vergeleken met {wholes[whole]} is het aandeel {dutch.listing(found)}." for whole, found in parts.items()
        )
    )


def not_asked(sheet: Sheet, *indicators: str) -> Shown:
    """What stands where a chart or table would: that the wave did not ask it."""
    how = sheet.results.unasked(indicators[0], sheet.wave).removesuffix(" gevraagd")
    labels = dutch.listing([sheet.label(indicator) for indicator in indicators])
    return _notice(sheet, labels, f"Deze vraag is in deze meting {how} gesteld.")


def _notice(sheet: Sheet, title: str, why: str) -> Shown:
    words = Wording(title, why, "", sheet.results.settings.mark)
    return _picture(partial(charts.notice, words), alt_text.notice(words), pd.DataFrame())


def _note(words: str) -> str:
    return f"[{words}]{{.key-note}}"


def _both(sheet: Sheet) -> list[str]:
    return [sheet.domain, sheet.whole] if sheet.whole else [sheet.domain]


def _words(sheet: Sheet, title: str, indicator: str, *, label: bool = True, domain: str = "") -> Wording:
    """The words around a chart: finding, what is measured of whom, what the bars mean, source and mark."""
    measured = f"{sheet.results.indicators[indicator]['label']}. " if label else ""
    settings = sheet.results.settings
    source = f"Bron: {settings.name(sheet.wave)}. Streep: {sheet.results.telling['margin']}."
    return Wording(title, measured + sheet.base_line(indicator, domain or None), source, settings.mark)


def notes(sheet: Sheet, base: str = "") -> Wording:
    """The words below a table: base where its lines have one, source and mark."""
    settings = sheet.results.settings
    return Wording("", base, f"Bron: {settings.name(sheet.wave)}.", settings.mark)


def _picture(draw: Callable[[], ggplot], alt: str, rows: pd.DataFrame) -> Shown:
    return Shown(_drawn(draw, alt), rows)


def _drawn(draw: Callable[[], ggplot], alt: str) -> Picture:
    """Draw with the house's type, which must be known before labels are measured."""
    charts.use_fonts(project_root() / _FONTS)
    return Picture(draw(), alt)
