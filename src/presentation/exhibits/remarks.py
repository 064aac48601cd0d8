"""Short texts of a sheet: who answered, the figures that matter, what could be shown, and which groups differ."""

from __future__ import annotations

from presentation import dutch, tables
from presentation.exhibits.pictures import locate
from presentation.factsheets import Sheet
from presentation.results import Phrase
from presentation.subject import called

_CARDS = 3  # key figures that fit beside each other


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


def together(sheet: Sheet) -> Phrase:
    """That two waves stand together too, because few took part in one; "" where the wave alone has enough."""
    if sheet.pooled.empty:
        return Phrase("")
    waves = dutch.listing(sheet.pooled["waves"].iloc[0].split("+"))
    few = f"in {sheet.name} weinig mensen" if sheet.group.place else f"er weinig {sheet.group.plural}"
    return Phrase(f"Omdat {few} meededen, staan de metingen van {waves} ook samen, als gemiddelde.")


def told(sheet: Sheet, what: str) -> Phrase:
    """What surveys.yml says of the sheet's survey: `what` is the name of a field there."""
    confidence = f"{100 * sheet.results.settings.confidence:.0f} van de {100}"
    return Phrase(sheet.results.telling[what].format(period=sheet.period, confidence=confidence))


def apart(sheet: Sheet) -> Phrase:
    """That nothing compares with earlier waves, and why; "" where the survey's series goes on."""
    why = " ".join(f"{dutch.capital(why)}." for why in sheet.apart)
    return Phrase(f"Deze cijfers zijn niet te vergelijken met die van eerdere metingen. {why}" if why else "")


def key_figures(sheet: Sheet, indicators: list[str]) -> Phrase:
    """The first figures that the wave asked, large, with interval and verdicts; for a province also where it lies."""
    cards = []
    for indicator in [name for name in indicators if sheet.asks(name)][:_CARDS]:
        figure = sheet.figure(indicator)
        lines = [f"[{figure.cite()}]{{.key-number}}", f"[{sheet.does(indicator)}]{{.key-label}}"]
        if figure.low is not None and figure.high is not None:
            interval = dutch.interval(figure.low, figure.high)
            lines.append(_note(f"{figure.margin}: {interval}; {dutch.respondents(figure.n)}"))
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
    """How large a difference must be before this sheet could show it, and with what: of a part with its whole less is
    enough than of two waves.
    """
    if not sheet.asks(indicator) or not (sheet.whole or sheet.earlier(indicator)):
        return Phrase("")
    if sheet.whole:
        comparison, other = sheet.compared(indicator), sheet.whom
    else:
        comparison, other = sheet.changed(indicator), f"de meting van {sheet.previous(indicator)}"
    reach = comparison.smallest_demonstrable
    if comparison.verdict in ("not_comparable", "withheld"):
        return Phrase("")
    if reach is None:
        return Phrase("Deze groep is te klein om verschillen aan te tonen.")
    told = f"Bij dit cijfer is een verschil met {other} van minder dan ongeveer {dutch.points(reach)}"
    return Phrase(f"{told} meestal niet aan te tonen.")


def opening(sheet: Sheet, indicator: str) -> Phrase:
    """What a factsheet opens with: the figure that may be quoted, what could be shown of it, and how it changed."""
    said = [sheet.quotable(indicator), smallest_difference(sheet, indicator), sheet.over_time(indicator), apart(sheet)]
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
        only = "alleen kleine" if sheet.differing(indicator, "small_difference") else "geen"
        return Phrase(f"Bij {sheet.topic(indicator)} zijn {only} verschillen tussen groepen aangetoond.")
    told = {called(sheet.results.group(whole)): dutch.listing(found) for whole, found in parts.items()}
    return Phrase(" ".join(f"Vergeleken met {whole} is het aandeel {found}." for whole, found in told.items()))


def relevance(sheet: Sheet) -> str:
    """From how many points a difference counts."""
    wave, whole = (dutch.points(round(sheet.results.relevant[kind])) for kind in ("wave", "whole"))
    return f"vóór het afronden ten minste {wave} tussen metingen, {whole} tussen groepen"


def signs_line() -> Phrase:
    """What the signs in tables and charts mean, in one line."""
    return Phrase("; ".join(f"`{sign}` {meaning.partition(':')[0]}" for sign, meaning in tables.SIGNS.items()) + ".")


def _note(words: str) -> str:
    return f"[{words}]{{.key-note}}"
