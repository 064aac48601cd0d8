"""The columns of the data files, each told once, in Dutch and English, for readers and for machines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, the one of the row that it comes from, what it holds, and what that means.

    `kind` is the datatype as CSVW names it: string, integer or boolean. Without `required` a cell may be empty.
    """

    name: str
    source: str
    kind: str
    nl: str
    en: str
    required: bool = False


_POINTS = "in hele procentpunten", "in whole percentage points"
COLUMNS = (
    Column(
        "id", "id", "string", "Naam van het cijfer, dezelfde als op de site", "Name of the figure, as on the site", True
    ),
    Column("onderzoek", "people", "string", "Wie zijn ondervraagd", "Who were asked", True),
    Column("themanummer", "theme", "integer", "Nummer van het thema", "Number of the theme", True),
    Column("thema", "theme_label", "string", "Thema", "Theme", True),
    Column("indicator", "indicator", "string", "Code van het onderwerp", "Code of the indicator", True),
    Column("onderwerp", "label", "string", "Onderwerp: wat is geteld", "Indicator: what was counted", True),
    Column("antwoordcode", "answer", "string", "Code van het antwoord", "Code of the answer"),
    Column(
        "antwoord", "answer_label", "string", "Antwoord, in de woorden van die meting", "Answer, as that wave put it"
    ),
    Column("basis", "base", "string", "Over wie het percentage gaat", "Whom the percentage is about", True),
    Column("groepscode", "domain", "string", "Code van de groep", "Code of the group", True),
    Column("uitsplitsing", "dimension", "string", "Waarnaar is uitgesplitst", "What the groups are made by", True),
    Column("groep", "group", "string", "Groep", "Group", True),
    Column("meting", "wave", "integer", "Jaar van de meting", "Year of the wave", True),
    Column("periode", "period", "string", "Wanneer is gevraagd", "When it was asked", True),
    Column(
        "percentage",
        "percent",
        "integer",
        "Percentage, heel getal van 0 tot en met 100",
        "Percentage, whole number from 0 to 100",
    ),
    Column(
        "ondergrens",
        "low",
        "integer",
        "Ondergrens van de onzekerheid, in procenten",
        "Lower bound of the interval, in percent",
    ),
    Column(
        "bovengrens",
        "high",
        "integer",
        "Bovengrens van de onzekerheid, in procenten",
        "Upper bound of the interval, in percent",
    ),
    Column(
        "respondenten_afgerond",
        "n",
        "integer",
        "Aantal respondenten, afgerond; van weinig organisaties precies",
        "Respondents, rounded; exact for few organisations",
        True,
    ),
    Column(
        "aantal",
        "count",
        "integer",
        "Aantal dat ja zei, waar bij weinig organisaties geen percentage staat",
        "Number that said yes, where few organisations have no percentage",
    ),
    Column(
        "teken",
        "sign",
        "string",
        "Waarom er geen cijfer staat: x geheim, / te weinig waarnemingen, . niet gevraagd, - nihil",
        "Why there is no figure: x confidential, / too few respondents, . not asked, - nil",
    ),
    Column("weergave", "text", "string", "Het cijfer zoals lezers het zien", "The figure as readers see it", True),
    Column(
        "indicatief",
        "indicative",
        "boolean",
        "Weinig respondenten of een ruime onzekerheid",
        "Few respondents or a wide interval",
        True,
    ),
    Column(
        "panel",
        "panel",
        "boolean",
        "Respondenten uit een panel: de onzekerheid is een indicatie",
        "Respondents of a panel: the interval is indicative",
        True,
    ),
    Column(
        "reeksbreuk",
        "break",
        "string",
        "Waarom de reeks bij deze meting opnieuw begint",
        "Why the series begins anew at this wave",
    ),
    Column("geheel", "whole_reference", "string", "Groep waarmee is vergeleken", "Group that it is compared with"),
    Column(
        "verschil_geheel",
        "whole_difference",
        "integer",
        f"Verschil met die groep, {_POINTS[0]}",
        f"Difference from that group, {_POINTS[1]}",
    ),
    Column(
        "verschil_geheel_ondergrens",
        "whole_low",
        "integer",
        f"Ondergrens van dat verschil, {_POINTS[0]}",
        f"Lower bound of that difference, {_POINTS[1]}",
    ),
    Column(
        "verschil_geheel_bovengrens",
        "whole_high",
        "integer",
        f"Bovengrens van dat verschil, {_POINTS[0]}",
        f"Upper bound of that difference, {_POINTS[1]}",
    ),
    Column("oordeel_geheel", "whole_verdict", "string", "Oordeel over dat verschil", "Verdict on that difference"),
    Column(
        "vorige_meting",
        "before_reference",
        "integer",
        "Vorige meting die hetzelfde vroeg",
        "Wave before that asked the same",
    ),
    Column(
        "verschil_vorige",
        "before_difference",
        "integer",
        f"Verschil met de vorige meting, {_POINTS[0]}",
        f"Difference from the wave before, {_POINTS[1]}",
    ),
    Column(
        "verschil_vorige_ondergrens",
        "before_low",
        "integer",
        f"Ondergrens van dat verschil, {_POINTS[0]}",
        f"Lower bound of that difference, {_POINTS[1]}",
    ),
    Column(
        "verschil_vorige_bovengrens",
        "before_high",
        "integer",
        f"Bovengrens van dat verschil, {_POINTS[0]}",
        f"Upper bound of that difference, {_POINTS[1]}",
    ),
    Column("oordeel_vorige", "before_verdict", "string", "Oordeel over dat verschil", "Verdict on that difference"),
    Column(
        "voorbeeld",
        "mark",
        "string",
        "Waarschuwing: dit zijn voorbeeldcijfers",
        "Warning: these figures are examples",
        True,
    ),
)
