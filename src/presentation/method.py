"""What the method chapter of a report says of its own edition, and what of it stands beside the headline."""

from __future__ import annotations

from presentation import dutch, exhibits
from presentation.factsheets import Sheet
from presentation.results import Phrase

_HUNDRED = "van de 100"


def selective(sheet: Sheet, indicator: str) -> Phrase:
    """How unevenly people must have answered to make the whole change since the wave before; "" where there is none."""
    row = _of(sheet, "headline", indicator)
    if not row.get("took_part") or row["took_part"][0] == row["took_part"][1]:
        return Phrase("")
    yes, no = (f"{rate} {_HUNDRED}" for rate in row["took_part"])
    return Phrase(
        f"Een verschil met de meting van {row['reference']} kan ook ontstaan zonder dat er iets veranderde: als van de "
        f"ambtsdragers met deze ervaring er {yes} meededen, en van de andere {no}."
    )


def missing_answers(sheet: Sheet, indicator: str) -> Phrase:
    """The rule for who left a question of an indicator open, and its figure by the strictest and the widest rule."""
    rule, row = sheet.results.indicators[indicator], _of(sheet, "missing", indicator)
    allowed = f"hooguit {rule['allow_missing']} van de {len(rule['any'])} vragen"
    said = f"Wie {allowed} oversloeg en verder nee antwoordde, telt mee als nee; wie er meer oversloeg, telt niet mee."
    if not row:
        return Phrase(said)
    figure = sheet.figure(indicator)
    return Phrase(
        f"{said} Zo komt het cijfer op {figure.cite()}. Telt iedereen niet mee die iets oversloeg en verder nee "
        f"antwoordde, dan wordt het {dutch.percentage(row['strict'])}; is één nee al genoeg om als nee te tellen, dan "
        f"wordt het {dutch.percentage(row['lenient'])}."
    )


def cut_lines(sheet: Sheet) -> Phrase:
    """Where lines of the report are cut: by its own wave, by earlier ones, and what its wave asked in another way."""
    own, earlier = (exhibits.series_breaks(sheet, waves) for waves in ([sheet.wave], sheet.waves[:-1]))
    parts = [f"Deze meting onderbreekt deze lijnen:\n\n{own}" if own else "Deze meting onderbreekt geen enkele lijn."]
    parts += [f"Eerdere metingen onderbraken deze lijnen:\n\n{earlier}"] if earlier else []
    known = sheet.results.indicators
    differs = [name for name in known if (name, sheet.wave) in sheet.results.asked_differently]
    other = [f"“{dutch.small(sheet.label(name))}”" for name in differs]
    parts += [f"Anders gevraagd, en daarom zonder punt op de lijn: {dutch.listing(other)}."] if other else []
    return Phrase("\n\n".join(parts))


def _of(sheet: Sheet, part: str, indicator: str) -> dict:
    """What 5-publishable-weighting tells of an indicator; nothing where its figure may not be shown."""
    return next((row for row in sheet.weighting[part] if row["indicator"] == indicator), {})
