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
    required: bool
    nl: str
    en: str


# One line says where a column comes from, the next one what it means.
# fmt: off
COLUMNS = (
    Column("id", "id", "string", True,
           "Naam van het cijfer, dezelfde als op de site", "Name of the figure, as on the site"),
    Column("onderzoek", "people", "string", True,
           "Wie zijn ondervraagd", "Who were asked"),
    Column("themanummer", "theme", "integer", True,
           "Nummer van het thema", "Number of the theme"),
    Column("thema", "theme_label", "string", True,
           "Thema", "Theme"),
    Column("indicator", "indicator", "string", True,
           "Code van het onderwerp", "Code of the indicator"),
    Column("onderwerp", "label", "string", True,
           "Onderwerp: wat is geteld", "Indicator: what was counted"),
    Column("antwoordcode", "answer", "string", False,
           "Code van het antwoord", "Code of the answer"),
    Column("antwoord", "answer_label", "string", False,
           "Antwoord, in de woorden van die meting", "Answer, as that wave put it"),
    Column("basis", "base", "string", True,
           "Over wie het percentage gaat", "Whom the percentage is about"),
    Column("groepscode", "domain", "string", True,
           "Code van de groep", "Code of the group"),
    Column("uitsplitsing", "dimension", "string", True,
           "Waarnaar is uitgesplitst", "What the groups are made by"),
    Column("groep", "group", "string", True,
           "Groep", "Group"),
    Column("meting", "waves", "string", True,
           "Jaar van de meting; bij twee metingen samen beide jaren: 2022+2024",
           "Year of the wave; of two waves together both years: 2022+2024"),
    Column("periode", "period", "string", True,
           "Wanneer is gevraagd", "When it was asked"),
    Column("percentage", "percent", "integer", False,
           "Percentage, heel getal van 0 tot en met 100", "Percentage, whole number from 0 to 100"),
    Column("ondergrens", "low", "integer", False,
           "Ondergrens van de onzekerheid, in procenten", "Lower bound of the interval, in percent"),
    Column("bovengrens", "high", "integer", False,
           "Bovengrens van de onzekerheid, in procenten", "Upper bound of the interval, in percent"),
    Column("respondenten_afgerond", "n", "integer", True,
           "Aantal respondenten, afgerond; van weinig organisaties precies",
           "Respondents, rounded; exact for few organisations"),
    Column("aantal", "count", "integer", False,
           "Aantal dat ja zei, waar bij weinig organisaties geen percentage staat",
           "Number that said yes, where few organisations have no percentage"),
    Column("teken", "sign", "string", False,
           "Waarom er geen cijfer staat: x geheim, / te weinig waarnemingen, . niet gevraagd, - nihil",
           "Why there is no figure: x confidential, / too few respondents, . not asked, - nil"),
    Column("weergave", "text", "string", True,
           "Het cijfer zoals lezers het zien", "The figure as readers see it"),
    Column("indicatief", "indicative", "boolean", True,
           "Weinig respondenten of een ruime onzekerheid", "Few respondents or a wide interval"),
    Column("panel", "panel", "boolean", True,
           "Respondenten uit een panel: de onzekerheid is een indicatie",
           "Respondents of a panel: the interval is indicative"),
    Column("reeksbreuk", "break", "string", False,
           "Waarom de reeks bij deze meting opnieuw begint", "Why the series begins anew at this wave"),
    Column("geheel", "whole_reference", "string", False,
           "Groep waarmee is vergeleken", "Group that it is compared with"),
    Column("verschil_geheel", "whole_difference", "integer", False,
           "Verschil met die groep, in hele procentpunten", "Difference from that group, in whole percentage points"),
    Column("verschil_geheel_ondergrens", "whole_low", "integer", False,
           "Ondergrens van dat verschil, in hele procentpunten",
           "Lower bound of that difference, in whole percentage points"),
    Column("verschil_geheel_bovengrens", "whole_high", "integer", False,
           "Bovengrens van dat verschil, in hele procentpunten",
           "Upper bound of that difference, in whole percentage points"),
    Column("oordeel_geheel", "whole_verdict", "string", False,
           "Oordeel over dat verschil, of waarom het er niet staat",
           "Verdict on that difference, or why there is none"),
    Column("vorige_meting", "before_reference", "integer", False,
           "Vorige meting die hetzelfde vroeg", "Wave before that asked the same"),
    Column("verschil_vorige", "before_difference", "integer", False,
           "Verschil met de vorige meting, in hele procentpunten",
           "Difference from the wave before, in whole percentage points"),
    Column("verschil_vorige_ondergrens", "before_low", "integer", False,
           "Ondergrens van dat verschil, in hele procentpunten",
           "Lower bound of that difference, in whole percentage points"),
    Column("verschil_vorige_bovengrens", "before_high", "integer", False,
           "Bovengrens van dat verschil, in hele procentpunten",
           "Upper bound of that difference, in whole percentage points"),
    Column("oordeel_vorige", "before_verdict", "string", False,
           "Oordeel over dat verschil, of waarom het er niet staat",
           "Verdict on that difference, or why there is none"),
    Column("voorbeeld", "mark", "string", True,
           "Waarschuwing: dit zijn voorbeeldcijfers", "Warning: these figures are examples"),
)
# fmt: on
