"""The faults that are planted in drawings and tables of finished pages; those in words stand in faults.py."""

from __future__ import annotations

from tests.documents import drawings, tables
from tests.documents.planting import VERDICT_WORDS, Fault, other_digit, other_word, sometimes

FAULTS = {
    drawings: [
        Fault(
            "drawing of an unknown indicator",
            r"(<svg role=\"img\" aria-label=\"Lijngrafiek)[^\"]*",
            r"\1. Regen: meer dan vroeger. Basis: alle dagen, voorjaar 2024; n = 10. Nederland: 2024 5%.",
        ),
        Fault(
            "value in a drawing without a row",
            r"aria-label=\"Punten met onzekerheid[^\"]*; n\s=\s[\d.]+\. (?P<word>Verbale agressie): Flevoland",
            other_word("Aantal incidenten"),
        ),
        Fault(
            "drawing of another group than the page's",
            r"aria-label=\"Punten met onzekerheid[^\"]*; n\D+[\d.]+\. Verbale agressie: (?P<word>Flevoland|Drenthe) \d",
            other_word("Groningen"),
        ),
        sometimes(
            "title says that nothing differs",
            r"aria-label=\"Lijngrafiek over de metingen\. Agressie meegemaakt: "
            r"(?P<word>hoger dan bij de meting van \d+(?: en [^.]*)?)\.",
            other_word("geen aantoonbare verandering"),
        ),
        Fault("drawing without a base", r"(aria-label=\"Lijngrafiek[^\"]*?) Basis: [^;]*; n\s=\s[\d.]+\.", r"\1"),
        Fault(
            "title with another number than is drawn",
            r"aria-label=\"Staafdiagram\. (?P<digit>\d) van deze \d+ maatregelen",
            other_digit,
        ),
        Fault(
            "title names other answers than most gave",
            r"(aria-label=\"Staafdiagram\. [^\".]*): meer dan de helft zegt “[^\".]*”",
            r"\1",
        ),
        Fault(
            "title says that something differs",
            r"aria-label=\"[^\"]*?(?P<word>geen aantoonbare) verschillen tussen groepen",
            other_word("alleen kleine"),
        ),
        sometimes(
            "title with another number than is drawn",
            r"aria-label=\"[^\".]*\. [^\".]*: bij (?P<digit>\d) van de \d+ groepen hoger of lager",
            other_digit,
        ),
        Fault("value in a drawing differs from its row", r"aria-label=\"[^\"]*\b2024 (?P<digit>\d)", other_digit),
        Fault(
            "value in a drawing differs from its row",
            r"aria-label=\"Staafdiagram[^\"]* (?P<digit>\d)\d?% \(",
            other_digit,
        ),
        Fault("value in a drawing differs from its row", r"waarvan minder ernstig (?P<digit>\d)", other_digit),
        Fault("interval in a drawing differs from its row", r"aria-label=\"[^\"]*\(tussen (?P<digit>\d)", other_digit),
        sometimes(
            "indicative in a drawing without saying so, or the reverse", r"(aria-label=\"[^\"]*), indicatief\)", r"\1)"
        ),
        Fault(
            "verdict in a drawing differs from the comparison",
            r"oordeel: " + VERDICT_WORDS,
            other_word("hoger", "lager"),
        ),
        Fault(
            "verdict in a drawing differs from the comparison",
            r"Fryslân [^.]*%\) \(" + VERDICT_WORDS,
            other_word("hoger", "lager"),
        ),
        sometimes(
            "title differs from the comparison",
            r"aria-label=\"[^\"]*(?P<word>hoger|lager) dan bij de meting",
            other_word("hoger", "lager"),
        ),
        sometimes("title leaves out what differs", r"(aria-label=\"[^\"]*: hoger bij )\w+(?:, \w+)?(?:, | en )", r"\1"),
        sometimes("title names what does not differ", r"(aria-label=\"[^\"]*: hoger bij )", r"\1waterschappen, "),
        Fault("drawing without a text alternative", r"(<svg role=\"img\" aria-label=\")[^\"]*", r"\1"),
        Fault("title that is not drawn", r"(aria-label=\"Staafdiagram\. )", r"\1Toch "),
        Fault("n in a drawing differs from its row", r"aria-label=\"[^\"]*%\), n\s=\s(?P<digit>\d)", other_digit),
        Fault(
            "value that is not drawn",
            r"(Staafdiagram[^\"]*? (?P<value>\d*[1-46-9]%) \(.*?<text[^>]*>)(?P=value)",
            r"\1",
        ),
        Fault("percentage drawn that no row gives", r"(<text[^>]*>)0%(</text>)", r"\g<1>0%\2\g<1>7%\2"),
        Fault(
            "base line with the n of no row drawn", r"aria-label=\"[^\"]*Basis: [^.]*n\s=\s(?P<digit>\d)", other_digit
        ),
        Fault(
            "base line of another base than the row's",
            r"(aria-label=\"[^\"]*Basis: [^.\"]*?),",
            r"\1 die een kat hebben,",
        ),
    ],
    tables: [
        Fault(
            "table that cannot be checked",
            r"id=\"antwoorden-\w+-percent\"[^>]*>(?P<word>Percentage)<",
            other_word("Aandeel"),
        ),
        Fault(
            "column that cannot be checked", r"id=\"antwoorden-\w+-n\"[^>]*>(?P<word>n)<", other_word("Aantal mensen")
        ),
        sometimes(
            "cell of another group than the page's",
            r"<table[^>]*id=\"cijfers\"(?:(?!gt_column_spanner\").)*gt_column_spanner\">[^<]* (?P<word>2022)<",
            other_word("2024"),
        ),
        sometimes(
            "verdict in a table without a comparison",
            r"<table[^>]*id=\"cijfers\"(?:.*?gt_column_spanner\">){3}[^<]*(?P<word>2020)<",
            other_word("2018"),
        ),
        Fault(
            "table of other groups than the response", r"(<table[^>]*id=\"deelname\".*?<tbody.*?)<tr>.*?</tr>", r"\1"
        ),
        Fault(
            "table with other lines than its rows", r"(<table[^>]*id=\"dekking\".*?</td>\s*</tr>)\s*<tr>.*?</tr>", r"\1"
        ),
        Fault(
            "counts of protection differ from the build",
            r"<table[^>]*id=\"bescherming-producten\".*?<td[^>]*>(?P<digit>\d)[\d.]*</td>",
            other_digit,
        ),
        Fault(
            "counts of protection differ from the rows",
            r"<table[^>]*id=\"bescherming-metingen\".*?<td[^>]*>(?P<digit>\d)[\d.]*</td>",
            other_digit,
        ),
        Fault("cell differs from its row", r"<td[^>]*>(?P<digit>\d)\d?%\s\(\d", other_digit),
        Fault("cell differs from its row", r"<td[^>]*>\d+%\s\((?P<digit>\d)", other_digit),
        Fault("cell differs from its row", r"<td[^>]*-n\"[^>]*>(?P<digit>\d)", other_digit),
        Fault("cell differs from its row", r"<td[^>]*>(?P<digit>\d)\d?,\d\s±", other_digit),
        Fault("cell without a row", r"gt_stub[^>]*>(?P<word>Verbale agressie)</th>", other_word("Schelden")),
        Fault(
            "verdict in a table differs from the comparison",
            r"<td[^>]*><span[^>]*data-verdict=\"(?P<word>\w+)",
            other_word("higher", "lower"),
        ),
        Fault(
            "verdict in a table differs from the comparison",
            r"<td[^>]*><span[^>]*>.{0,600}?</span>\s(?P<word>[a-z ]+)</td>",
            other_word("hoger", "lager"),
        ),
        Fault("difference in a table differs from the comparison", r"<td[^>]*>[+−](?P<digit>\d)\d*\s\(", other_digit),
        Fault(
            "base line with the n of no line",
            r"class=\"gt_sourcenote\"[^>]*>(?:<[^>]*>)*[^<]*Basis: [^<]*n\s=\s(?P<digit>\d)",
            other_digit,
        ),
        Fault(
            "key of a drawing below a table", r"(<table[^>]*id=\"gepubliceerd\".*?)(?=Bron: )", r"\1Open punt: leeg. "
        ),
        Fault(
            "one base below a table of several",
            r"(<table[^>]*id=\"cijfers\".*?)(?=Bron: )",
            r"\1Basis: iedereen, voorjaar 2024; n = 70. ",
        ),
        Fault("response differs from its row", r"<table[^>]*id=\"respons\".*?<td[^>]*>(?P<digit>\d)", other_digit),
        Fault(
            "selectivity differs from its row", r"<table[^>]*id=\"omslagpunt\".*?<td[^>]*>(?P<digit>\d)", other_digit
        ),
        Fault(
            "participation is not that of the printed numbers",
            r"<table[^>]*id=\"deelname\".*?<td[^>]*>[+−](?P<digit>\d)",
            other_digit,
        ),
        Fault(
            "published figure is not where the table says", r"<td[^>]*>(?P<word>ja|nee)</td>", other_word("ja", "nee")
        ),
    ],
}
