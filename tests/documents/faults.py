"""The faults that are planted in finished pages: each is a place in a page's source and what comes there instead."""

from __future__ import annotations

from tests.documents import aids, causes, five_minutes, inventory, language, marks, method, numbers, privacy, verdicts
from tests.documents.planting import VERDICT_WORDS, Fault, other_digit, other_word, sometimes

CITED = r'data-row="\w+\|\d{4}\|[^"]*"[^>]*>'

#: Where a finding of the five-minute version begins.
IN_CARD = r"finding-card\">"


FAULTS = {
    causes: [
        Fault("cause named outside the in-depth chapter", r"(?<=Vragen: )", "Dat komt door sociale media. "),
        sometimes(
            "cause without a hedge", r"(?<=Dit hoofdstuk is verzonnen\.)", " Dankzij beleid was er minder agressie."
        ),
        sometimes(
            "in-depth chapter without its notice", r"Voorbeeldtekst: (?P<word>niet gebaseerd)", other_word("gebaseerd")
        ),
    ],
    method: [
        Fault("number of the method differs from its row", r" er (?P<digit>\d)\d van de 100 meededen", other_digit),
        Fault("number of the method differs from its row", r"hooguit (?P<digit>\d) van de", other_digit),
        Fault("number of the method differs from its row", r"wordt het (?P<digit>\d)\d%", other_digit),
    ],
    aids: [
        Fault(
            "note differs from its row", r"<li class=\"figure-note\"(?:(?!</li>).)*?: (?P<digit>\d)\d?%", other_digit
        ),
        Fault("note differs from its row", r"<dd>(?P<digit>\d)[\d.]* \(afgerond\)", other_digit),
        Fault("note differs from its row", r"Onzekerheid</dt><dd>tussen \d+% en (?P<digit>\d)", other_digit),
        Fault("note differs from its row", r"Gevraagd in</dt><dd>(?P<word>20\d\d)", other_word("2017")),
        Fault("opened row differs from its row", r"<tr data-row=[^>]*>.{0,200}?<td>(?P<digit>\d)\d?%<", other_digit),
        Fault("opened row differs from its row", r"<tr data-row=[^>]*>.{0,200}?tussen (?P<digit>\d)", other_digit),
        Fault(
            "opened row differs from its row",
            r"<tr data-row=(?:(?!</tr>).)*<td>(?P<digit>\d)[\d.]*</td></tr>",
            other_digit,
        ),
        Fault(
            "opened row of another group or wave than the page's",
            r"<tr data-row=\"\w+\|\d+\|province=(?P<word>flevoland|drenthe)",
            other_word("utrecht"),
        ),
        Fault("number without a note of its own row", r"href=\"#cijfer-(?P<digit>1)\"", other_digit),
        Fault(
            "list of contents without an entry",
            r"(?<=role=\"doc-toc\" aria-labelledby=\"toc-title\">).*?(?=</nav>)",
            "",
        ),
        Fault("figure without its rows", r"<details class=\"(?P<word>figure-rows)", other_word("gone")),
        Fault(
            "figure without its rows",
            r"(?P<word>figure-rows)(?=[^>]*><summary>Cijfers bij deze tabel)",
            other_word("gone"),
        ),
    ],
    numbers: [
        Fault(
            "interval called otherwise than its row's",
            r"(?P<word>onzekerheid)(?=: <a[^>]*>tussen)",
            other_word("indicatieve marge"),
        ),
        Fault("count that cites no row", r"(?<=<p>)(?=In )", "Alle 12 deelnemende gemeenten hebben een gedragscode. "),
        Fault("counts of protection differ from the rows", r"zijn er (?P<digit>\d)[\d.]* geheim", other_digit),
        Fault("counts of protection differ from the rows", r"Nog (?P<digit>\d)[\d.]* cijfers", other_digit),
        *(
            Fault("numbers of the attack differ from what it found", pattern, other_digit)
            for pattern in (
                r"uit de cijfers (?P<digit>\d)[\d.]* verschillende",
                r"viel daarmee (?P<digit>\d)[\d.]* aantallen",
                r"in (?P<digit>\d)\d*% van de gevallen gelijk",
                r"in (?P<digit>\d)\d*% van de gevallen goed",
            )
        ),
        Fault("response that cannot be checked", r"(?P<word>; de respons is)", other_word(", dus de respons is")),
        Fault(
            "difference that counts is another than in families.yml",
            r"ten minste (?P<digit>\d) procentpunt",
            other_digit,
        ),
        Fault("key figure without a row", r"(key-number\"><a[^>]*?) data-row=\"[^\"]*\"", r"\1"),
        Fault(
            "key figure of another group or wave",
            r"key-number\"><a[^>]*data-row=\"\w+\|(?P<word>\d+)",
            other_word("2016", "2022"),
        ),
        Fault(
            "key figure beside another whole than the page's",
            r"key-note\">(?P<word>alle gemeenten en provincies samen) \(",
            other_word("alle politieke ambtsdragers"),
        ),
        Fault("number differs from its row", CITED + r"(?P<digit>\d)\d?%</a> van", other_digit),
        Fault("number differs from its row", CITED + r"[A-Za-z ]+ \((?P<digit>\d)\d%\)", other_digit),
        Fault("number differs from its row", CITED + r"tussen (?P<digit>\d)", other_digit),
        Fault("number differs from its row", CITED + r"tussen \d+% en (?P<digit>\d)", other_digit),
        sometimes("number differs from its row", CITED + r"(?P<word>[Rr]uim|[Bb]ijna) ", other_word("ruim", "bijna")),
        Fault("number differs from its row", CITED + r"(?P<word>[a-zA-Z ]+) \(", other_word("de helft", "driekwart")),
        Fault("row does not exist", r"<p>[^<]*<a[^>]*data-row=\"(?P<word>\w+)\|", other_word("gone")),
        Fault(
            "figure of another group than the page's",
            r"<p>[^<]*<a[^>]*province=(?P<word>[\w-]+)",
            other_word("zeeland", "utrecht"),
        ),
        Fault("percentage that cites no row", r"<a[^>]*data-row=\"[^\"]+\"[^>]*>(\d+%)</a>(?= van de)", r"\1"),
        Fault("percentage that cites no row", r"(?<=Vragen: )", "13% van de lezers. "),
        sometimes(
            "figure withheld for another reason than its row's",
            r"Voor “[^.;]+”(?P<word> is het aantal waarnemingen te klein voor een vaste uitspraak)",
            other_word(" zijn er te weinig waarnemingen om een percentage te noemen"),
        ),
        sometimes(
            "indication that is not where the sentence says",
            r"“incident besproken”(?=.{0,200}geeft een indicatie)",
            "“ernst van het meest recente incident, van alle ambtsdragers”",
        ),
        Fault("response differs from its row", r"de respons is (?P<digit>\d)", other_digit),
        Fault("response differs from its row", r"<p>(?P<digit>\d)[\d.]* van de [\d.]+ aangeschreven", other_digit),
        Fault("smallest difference differs from its row", r"minder dan ongeveer (?P<digit>\d)", other_digit),
        Fault("key figure differs from its row", r"key-number\"><a[^>]*>(?P<digit>\d)", other_digit),
        Fault(
            "key figure's interval or n differs from its row",
            r"key-note\">onzekerheid: tussen (?P<digit>\d)",
            other_digit,
        ),
        Fault(
            "key figure's interval or n differs from its row",
            r"key-note\">onzekerheid: [^<]*n\s=\s(?P<digit>\d)",
            other_digit,
        ),
        Fault(
            "key figure's comparison differs from its row", r"key-note\">meting van \d+ \((?P<digit>\d)", other_digit
        ),
        Fault(
            "key figure's verdict differs from the comparison",
            r"key-note\">[^<]*%\): " + VERDICT_WORDS,
            other_word("hoger", "lager"),
        ),
        sometimes(
            "key figure is indicative without saying so, or the reverse",
            r'<p><span class="key-note">indicatief[^<]*</span></p>',
            "",
        ),
    ],
    verdicts: [
        sometimes(
            "verdict contradicts the printed numbers",
            r"(Dat aandeel is hoger dan bij [^%]*>)\d+(%</a>\)\.)",
            r"\g<1>99\2",
        ),
        sometimes(
            "verdict on what is no indicator",
            r"(?P<word>(?<= is het aandeel hoger bij )[\w ]+|(?<=is bij )[\w ]+)(?=[^.]*(?:daar|toen) )",
            other_word("regen en wind"),
        ),
        Fault(
            "verdict differs from the comparison",
            r"Dat aandeel (?P<word>is hoger dan|is lager dan|is ongeveer gelijk aan|verschilt niet aantoonbaar van)",
            other_word("is hoger dan", "is lager dan"),
        ),
        Fault(
            "verdict differs from the comparison",
            r"aandeel (?P<word>is hoger dan|is lager dan|is ongeveer gelijk aan|verschilt niet aantoonbaar van)",
            other_word("is lager dan", "verschilt niet aantoonbaar van"),
        ),
        Fault(
            "verdict cites another row than it compares with",
            r"de meting van \d{4} \(<a[^>]*\|(?P<digit>\d)",
            other_digit,
        ),
        Fault(
            "verdict against another whole than the page's",
            r"alle gemeenten en provincies samen(?= \(<)",
            "alle politieke ambtsdragers",
        ),
        Fault(
            "comparison that cannot be checked",
            r"Dat aandeel verschilt niet aantoonbaar van",
            "Dat is beslist meer dan bij",
        ),
        Fault(
            "verdict without a figure before it",
            r"(?<=<p>)(?=Vragen|<strong>Dit zijn)",
            "Dat aandeel is hoger dan bij alle politieke ambtsdragers (5%). ",
        ),
        Fault(
            "small differences that no group has",
            r"zijn (?P<word>geen) verschillen tussen groepen aangetoond",
            other_word("alleen kleine"),
        ),
        sometimes(
            "verdict differs from the comparison",
            r"Het aandeel is (?P<word>hoger|lager) bij",
            other_word("hoger", "lager"),
        ),
        sometimes(
            "verdict differs from the comparison",
            r"Dat aandeel is bij \w+ (?P<word>hoger|lager)",
            other_word("hoger", "lager"),
        ),
        sometimes(
            "verdict differs from the comparison",
            r"Dat aandeel is (?P<word>bij \w+ \w+ en )bij",
            other_word(""),
        ),
        Fault(
            "verdict differs from the comparison",
            r"(?P<word>verschilt bij vrouwen en mannen niet aantoonbaar van dat)(?= bij alle)",
            other_word("is bij vrouwen hoger dan"),
        ),
        Fault(
            "verdict cites another row than it compares with",
            r"van dat bij alle raadsleden \(<a[^>]*\|\d+\|(?P<word>function_group=raadslid)(?=\")",
            other_word("function_group=wethouder"),
        ),
        sometimes("group that differs is left out", r"(?<= bij )[\w ]+ \(<span[^>]*>[^<]*</span>\)(, | en )", ""),
        sometimes(
            "group named otherwise than its row",
            r"(?P<word>burgemeesters|mannelijke raadsleden)(?= \(<)",
            other_word("wethouders"),
        ),
    ],
    marks: [
        Fault("banner without the mark", r"monitor-mark\"[^>]*><p>(?P<word>Voorbeeld)", other_word("Echte ")),
        Fault("may be indexed", r'<meta name="robots" content="noindex">', ""),
        Fault("drawing without the mark", r"<text[^>]*>Voorbeeldcijfers[^<]*</text>", ""),
    ],
    inventory: [
        Fault("left over", r"(?<=<p>)(?=In )", "nan "),
        Fault("left over", r"(?<=<p>)(?=In )", "{.key-note} "),
        Fault("left over", r"(?<=<p>)(?=In )", "?@fig-trend "),
        Fault("left over", r"aria-label=\"", 'aria-label="None '),
        Fault("names another province", r"(?<=<p>)(?=In )", "In Noord-Holland en Zuid-Holland niet. "),
        Fault("title is not that of publications.csv", r"(<h1[^>]*>)", r"\1Over "),
        Fault("first headings do not name the subject", r"<h2>[^<]* in één oogopslag", "<h2>In één oogopslag"),
        Fault("fewer charts and tables than a factsheet has", r"<figcaption>Figuur\s2.*</figcaption>", ""),
        Fault(
            "section of nothing, or of what was not asked",
            r"</section>",
            r"<section><h3>Stoppen</h3><p>Niet gevraagd in deze meting: “overwoog te stoppen”.</p></section>\g<0>",
        ),
        Fault("PDF does not say what the page says", r"(<figcaption>Figuur\s1: )", r"\1Nog meer "),
        Fault("file of another size than its link says", r">PDF, (?P<digit>\d)", other_digit),
    ],
    five_minutes: [
        Fault("not eight findings", IN_CARD, ""),
        Fault(
            "not one sentence, one picture and one number with its interval",
            IN_CARD + r".*?class=\"key-(?P<word>interval)",
            other_word("other"),
        ),
        Fault("not one sentence, one picture and one number with its interval", f"({IN_CARD}.*?)<svg.*?</svg>", r"\1"),
        Fault(
            "number of no firm row of the edition",
            IN_CARD + r".*?key-number[^>]*><a [^>]*data-row=\"\w+\|\d+\|(?P<word>all)",
            other_word("layer=gemeente"),
        ),
        Fault("large number differs from its row", IN_CARD + r".*?key-number\"><a [^>]*>(?P<digit>\d)", other_digit),
        Fault("interval differs from its row", IN_CARD + r".*?key-interval.*?tussen (?P<digit>\d)", other_digit),
        Fault("base or n differs from the row", IN_CARD + r".*?key-note[^<]*n\s=\s(?P<digit>\d)", other_digit),
        Fault("base or n differs from the row", IN_CARD + r"(.*?key-note[^<]*?) die ", r"\g<0>thuis "),
        Fault("sentence differs from its row", IN_CARD + r"\s*<h2>.*?(?P<digit>\d)\d?%", other_digit),
        Fault("sentence is not about the one number", f"({IN_CARD}\\s*<h2>.*?)</h2>", r"\1, en 7% niet</h2>"),
        Fault(
            "sentence is not about the one number",
            IN_CARD + r"\s*<h2>.*?data-row=\"(?P<word>any_aggression)",
            other_word("verbal"),
        ),
        Fault(
            "sentence of another base or indicator than its row",
            f"({IN_CARD}\\s*<h2>[^\\n]*?ambtsdragers) die agressie meemaakten,",
            r"\1",
        ),
        sometimes(
            "sentence tells another direction than the comparisons",
            IN_CARD + r"\s*<h2>[^\n]*, (?P<word>meer|minder) dan bij",
            other_word("meer", "minder"),
        ),
        sometimes(
            "sentence tells another direction than the comparisons",
            f"({IN_CARD}\\s*<h2>[^\\n]*), (?:meer|minder) dan bij de meting van \\d+",
            r"\1",
        ),
        Fault(
            "sentence tells another direction than the comparisons",
            f"({IN_CARD}\\s*<h2>[^\\n]*aangifte bij de politie)",
            r"\1, minder dan bij de meting van 2018",
        ),
        Fault("PDF without the sentence", f"({IN_CARD}\\s*<h2>)", r"\1Ook "),
    ],
    language: [
        Fault("straight apostrophe or quotation mark", r"(?<=<p>)(?=In )", "In 's-Graveland regent het. "),
        Fault("space before %", r"(<p>[^%<]*<a[^>]*>\d+)%", r"\1 %"),
        Fault("year for what happened", r"(?<=<p>)In (\w+) kreeg", r"In 2024 kreeg"),
        Fault("lower-case letter after a full stop", r"\. Het aandeel", ". het aandeel"),
        Fault("two spaces", r"\. Het aandeel", ".  Het aandeel"),
        Fault("n on another line than its number", r"(?<=key-note\">)([^<]*)n\s=\s", r"\1n = "),
        Fault("uncertainty by another name", r"(<p>[^<]*) van de ", r"\1 met een marge van de "),
        Fault("column that is named in English", r"(<th class=\"gt_col_heading[^>]*>)[^<]*", r"\1wave"),
        Fault("word twice", r" van de ", " van de de "),
        Fault("sentence without a full stop", r"\.</p>", "</p>"),
        Fault("sentence without a full stop", r"\.</figcaption>", "</figcaption>"),
        Fault("sentence without a capital", r"(?<=<p>)In ", "in "),
    ],
    privacy: [
        Fault("fetched from elsewhere", r'<script src="[^"]*site_libs', '<script src="https://example.org'),
        Fault(
            "fetched from elsewhere", r"<link rel=\"stylesheet\" href=\"", '<link rel="stylesheet" href="//example.org/'
        ),
        Fault("fetched from elsewhere", r"</head>", "<style>@import 'https://example.org/a.css';</style></head>"),
        Fault("kept in the browser", r"</body>", "<script>document.cookie = 'gezien=ja'</script></body>"),
    ],
}
