"""Every number in running text and key figures is that of its row, and may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

from tests.documents.facts import Row
from tests.documents.finished import Cited, Finding, Page, Publication, Sentence
from tests.documents.method import OTHER_RULES
from tests.documents.verdicts import RECOGNISABLE, WORDS

#: Shares that Dutch has a word for, as percentages.
SHARES = {
    "een tiende": 10,
    "een vijfde": 20,
    "een kwart": 25,
    "een derde": 100 / 3,
    "de helft": 50,
    "twee derde": 200 / 3,
    "driekwart": 75,
}
#: One in so many, where that is what the percentage rounds to.
ONE_IN = {"een op de zeven": 7, "een op de negen": 9, "een op de tien": 10, "een op de elf": 11, "een op de twaalf": 12}
#: "ruim" and "bijna" reach this many points; nobody calls 58% "ruim de helft".
REACH = 5
#: Percentages in running text that are no result: the response (checked apart), the limit of a bracket, and errata,
#: which tell what was published before; what they say of now was held against the rows when those were made.
EXCEPTIONS = (
    OTHER_RULES,
    re.compile(r"de respons is \d+%"),
    re.compile(r"deed \d+% mee; bij de meting van \d{4} was dat \d+%"),
    re.compile(r"“(minder|meer) dan \d+%”"),
    re.compile(r"\b(was|is nu) (minder dan |meer dan )?\d+% \([^()]*n\s=\s\d+[^()]*\)"),
    re.compile(r"<5% zeldzaam"),
    re.compile(r">95% bijna iedereen"),
    re.compile(r"in \d+% van de gevallen (gelijk|goed)"),
)
_PERCENT = re.compile(r"\d+\s*%")
_COUNT = re.compile(r"\b(?:(?:\d+|[Gg]een) van de|[Aa]lle) \d+ (?=deelnemende |(?:[^\W\d]+,? )+die deze vraag )")
_OF_KINDS = re.compile(r"(\d+) van de (\d+) (.+?)(?=,? \d| en \d|\.$)")
_RESPONSE = re.compile(r"([\d.]+) van de ([\d.]+) aangeschreven .*?; de respons is (\d+)%")
_TOOK_PART = re.compile(r"deed (\d+)% mee; bij de meting van (\d{4}) was dat (\d+)%")
#: Why a figure is not in the text, and the sign or the indication that its row then has.
_WITHHELD = (
    (re.compile(r"is het aantal waarnemingen te klein voor een vaste uitspraak"), "indicative"),
    (re.compile(r"omdat personen herkenbaar zouden zijn: "), "x"),
    (re.compile(r"te weinig waarnemingen om een percentage te noemen"), "/"),
    (
        re.compile(r"(Niet gevraagd in deze meting|In deze meting anders gevraagd, en daarom niet vergelijkbaar): "),
        None,
    ),
)
_PROTECTED = re.compile(
    r"Van de ([\d.]+) cijfers die voor de meting van (\d{4}) waren bedoeld, zijn er ([\d.]+) geheim: "
    r"([\d.]+) om het cijfer zelf, en ([\d.]+) omdat"
)
_MERGED = re.compile(r"Nog ([\d.]+) cijfers zijn samengenomen")
#: What the attack on the figures of the build found, and where its own numbers stand.
_ATTACKED = {
    re.compile(r"haalde uit de cijfers ([\d.]+) verschillende uitspraken"): lambda told: told["claims"],
    re.compile(r"viel daarmee ([\d.]+) aantallen"): lambda told: told["targets"],
    re.compile(r"in (\d+)% van de gevallen gelijk"): lambda told: int(100 * told["hit_rate"]["published"] + 0.5),
    re.compile(r"in (\d+)% van de gevallen goed"): lambda told: int(100 * told["hit_rate"]["headline"] + 0.5),
}
_REACHABLE = re.compile(r"Bij dit cijfer is een verschil met .+ van minder dan ongeveer (\d+) procentpunt(en)? ")


def findings(publication: Publication) -> Iterator[Finding]:
    """Numbers in sentences and in key figures, and percentages that cite no row."""
    for page in publication.parts:
        for paragraph in page.paragraphs:
            for sentence in paragraph:
                yield from _cited(page, sentence)
                yield from _uncited(page, sentence)
                yield from _response(page, sentence)
                yield from _withheld(page, sentence)
                yield from _protected(page, sentence)
            yield from _smallest_difference(page, paragraph)
            yield from _relevant(page, " ".join(sentence.text for sentence in paragraph))
        for card in page.main.xpath(".//*[contains(concat(' ', @class, ' '), ' key-figure ')]"):
            yield from _card(page, card)


def disagreement(words: str, row: Row) -> str:
    """Why these words do not say what the row says; "" if they do."""
    said = words.lower()
    if match := re.fullmatch(r"tussen (\d+)% en (\d+)%", said):
        same = (int(match[1]), int(match[2])) == (row.low, row.high)
        return "" if same else f"the interval is {row.low} to {row.high}"
    if said == (row.text.lower() if row.count is None else _counted(row.count, row.n)):
        return ""
    match = re.fullmatch(r"(?:([a-z ]+) \()?(\d+)%\)?", said)
    if not match or (match[1] is None) == said.endswith(")"):
        return f"the row says {row.text}"
    percent = int(match[2])
    if percent != row.percent:
        return f"the percentage is {row.percent}"
    return word_does_not_fit(match[1], percent) if match[1] else ""


def _counted(count: int, n: int | None) -> str:
    """A count as a sentence says it."""
    return f"geen van de {n}" if not count else f"alle {n}" if count == n else f"{count} van de {n}"


def word_does_not_fit(word: str, percent: int) -> str:
    """Why a share in words is not this percentage: too far from it, on its wrong side, or another share is nearer."""
    if word in ("vrijwel niemand", "vrijwel iedereen"):
        return "" if percent in ((0, 1) if word.endswith("niemand") else (99, 100)) else f"{word} is not {percent}%"
    if word in ONE_IN:
        return "" if round(100 / ONE_IN[word]) == percent else f"{word} is not {percent}%"
    degree, _, name = word.partition(" ") if word.startswith(("ruim ", "bijna ")) else ("", "", word)
    if name not in SHARES:
        return f"no share is called {word}"
    share = SHARES[name]
    sides = {"": abs(percent - share) < 1, "ruim": share < percent <= share + REACH}
    sides["bijna"] = share - REACH <= percent < share
    nearest = min(abs(percent - other) for other in SHARES.values())
    return "" if sides[degree] and abs(percent - share) == nearest else f"{word} is not {percent}%"


def _cited(page: Page, sentence: Sentence) -> Iterator[Finding]:
    for cited in sentence.cited:
        row = page.facts.rows.get(cited.row)
        if row is None:
            yield page.finding("row does not exist", f"{cited.row}: {sentence.text}")
            continue
        if reason := disagreement(cited.words, row):
            yield page.finding("number differs from its row", f"{cited.words}, but {reason} ({row.id})")
        if cited.words.startswith("tussen ") and not sentence.text[: cited.start].endswith(f"{row.margin}: "):
            yield page.finding("interval called otherwise than its row's", f"{sentence.text} ({row.id})")
        if not row.firm:
            yield page.finding("figure may not stand in prose", f"{cited.words} ({row.id}): {sentence.text}")
        yield from _belongs(page, cited, row)


def _belongs(page: Page, cited: Cited, row: Row) -> Iterator[Finding]:
    if row.wave > page.edition:
        yield page.finding("wave later than the edition", f"{cited.words} ({row.id})")
    if row.domain not in page.domains:
        yield page.finding("figure of another group than the page's", f"{cited.words} ({row.id})")


def _uncited(page: Page, sentence: Sentence) -> Iterator[Finding]:
    covered = [(each.start, each.start + len(each.words)) for each in sentence.cited]
    covered += [match.span() for exception in EXCEPTIONS for match in exception.finditer(sentence.text)]
    for rule, pattern in (("percentage", _PERCENT), ("count", _COUNT)):
        for match in pattern.finditer(sentence.text):
            if not any(start <= match.start() and match.end() <= end + 1 for start, end in covered):
                yield page.finding(f"{rule} that cites no row", sentence.text)


def _response(page: Page, sentence: Sentence) -> Iterator[Finding]:
    response = page.facts.response
    if match := _TOOK_PART.search(sentence.text):
        now, before = response[page.edition, page.domain], response[int(match[2]), page.domain]
        if (int(match[1]), int(match[3])) != (now.percent, before.percent):
            yield page.finding("response differs from its row", sentence.text)
    if re.match(r"Het zijn .*\d van de \d", sentence.text):
        yield from _took_part(page, sentence)
    match = _RESPONSE.search(sentence.text)
    if not match:
        if "respons is" in sentence.text:
            yield page.finding("response that cannot be checked", sentence.text)
        return
    row = response[page.edition, page.domain]
    said = tuple(int(number.replace(".", "")) for number in match.groups())
    if said != (row.responded, row.invited, row.percent):
        yield page.finding("response differs from its row", f"{sentence.text} {row}")


def _took_part(page: Page, sentence: Sentence) -> Iterator[Finding]:
    """Every kind of organisation that was asked, with how many of how many took part."""
    said = {(int(match[1]), int(match[2]), match[3]) for match in _OF_KINDS.finditer(sentence.text)}
    rows = {d: row for (wave, d), row in page.facts.response.items() if wave == page.edition and d.startswith("layer=")}
    if said != {(row.responded, row.invited, page.facts.groups[domain]["plural"]) for domain, row in rows.items()}:
        yield page.finding("response differs from its row", f"{sentence.text} {said}")


def _withheld(page: Page, sentence: Sentence) -> Iterator[Finding]:
    """Figures that a sentence says it cannot give are indeed not to be given, for that reason."""
    facts = page.facts
    for pattern, reason in _WITHHELD:
        if not pattern.search(sentence.text):
            continue
        labels = re.findall("“(.+?)”", sentence.text)
        called = {row["label"].lower(): name for name, row in facts.indicators.items()}
        rows = [facts.row(called.get(label.lower()) or label, "", page.edition, page.domain) for label in labels]
        reasons = [
            row and ("indicative" if row.indicative and not row.sign else row.sign) for row in rows
        ]  # None: no row
        if set(reasons) != {reason}:
            yield page.finding("figure withheld for another reason than its row's", f"{sentence.text} {reasons}")
        if match := re.search(r"de (figuur|tabel) geeft een indicatie", sentence.text):
            where = ".//svg/@aria-label" if match[1] == "figuur" else ".//table//th//text()"
            shown = " ".join(page.main.xpath(where)).lower()
            for label in (label for label in labels if label.lower() not in shown):
                yield page.finding("indication that is not where the sentence says", f"{label}: {sentence.text}")


def _protected(page: Page, sentence: Sentence) -> Iterator[Finding]:
    """How many figures of a wave were planned and are secret, as its rows say and the build; what the attack found."""
    if match := _MERGED.search(sentence.text):
        newest = max(row["wave"] for row in page.facts.protection["waves"])
        rows = [row for row in page.facts.protection["waves"] if row["wave"] == newest]
        right = sum(page.facts.became(row["survey"], newest)["merged"] for row in rows)
        if int(match[1].replace(".", "")) != right or right != sum(row["merged"] for row in rows):
            yield page.finding("counts of protection differ from the rows", f"{sentence.text} {right}")
    for pattern, told in _ATTACKED.items():
        match, right = pattern.search(sentence.text), told(page.facts.attack)
        if match and (int(match[1].replace(".", "")) != right or not page.facts.attack["passes"]):
            yield page.finding("numbers of the attack differ from what it found", f"{sentence.text} {right}")
    if not (match := _PROTECTED.search(sentence.text)):
        return
    planned, wave, secret, alone, beside = (int(number.replace(".", "")) for number in match.groups())
    rows = [row for row in page.facts.protection["waves"] if row["wave"] == wave]
    became = [page.facts.became(row["survey"], wave) for row in rows]
    right = [sum(row[name] for row in became) for name in ("planned", "secret")]
    right += [sum(row[name] for row in rows) for name in ("alone", "beside")]
    if [planned, secret, alone, beside] != right or secret != alone + beside:
        yield page.finding("counts of protection differ from the rows", f"{sentence.text} {right}")


def _smallest_difference(page: Page, paragraph: list[Sentence]) -> Iterator[Finding]:
    """What a sheet could have shown at all: the smallest difference of the comparison that the page makes first."""
    for place, sentence in enumerate(paragraph):
        if not (match := _REACHABLE.match(sentence.text)):
            continue
        before = [cited for each in paragraph[:place] for cited in each.cited]
        row = (
            page.facts.rows.get(before[0].row)
            if before
            else page.facts.row("any_aggression", "", page.edition, page.domain)
        )
        previous = max((w for (w, d) in page.facts.response if w < page.edition and d == "all"), default=0)
        compared = page.facts.compared(row, page.comparator or previous) if row else None
        if compared is None or compared.smallest != int(match[1]):
            yield page.finding("smallest difference differs from its row", f"{sentence.text} {compared}")


def _relevant(page: Page, text: str) -> Iterator[Finding]:
    """From how many points a difference counts: what families.yml says."""
    match = re.search(r"ten minste (\d+) procentpunten? tussen metingen, (\d+) procentpunten? tussen groepen", text)
    if match and [int(match[1]), int(match[2])] != [page.facts.relevant[kind] for kind in ("wave", "whole")]:
        yield page.finding("difference that counts is another than in families.yml", match[0])


def _card(page: Page, card: html.HtmlElement) -> Iterator[Finding]:
    """A key figure: its number, interval and n, whether it is called indicative, and its verdicts."""
    text = " ".join(card.text_content().split())
    numbers = card.xpath(".//*[contains(@class, 'key-number')]//*[@data-row]")
    if not numbers:
        if card.find(".//svg") is None:
            yield page.finding("key figure without a row", text)
        return
    row = page.facts.rows.get(numbers[0].get("data-row"))
    words = numbers[0].text_content().strip()
    if row is None or row.domain != page.domain or row.wave != page.edition:
        yield page.finding("key figure of another group or wave", text)
        return
    if reason := disagreement(words, row):
        yield page.finding("key figure differs from its row", f"{words}, but {reason} ({row.id})")
    notes = [" ".join(note.text_content().split()) for note in card.xpath(".//*[contains(@class, 'key-note')]")]
    called = any(note.startswith("indicatief") for note in notes)
    if called != row.indicative:
        yield page.finding("key figure is indicative without saying so, or the reverse", text)
    for note in notes:
        yield from _note(page, note, row)


def _note(page: Page, note: str, row: Row) -> Iterator[Finding]:
    verdict = re.fullmatch(r"(?:meting van (\d{4})|(.+)) \((.+)\): (.+)", note)
    interval = re.fullmatch(rf"{row.margin}: (tussen .+?); n = ([\d.]+)", note)
    if interval:
        if disagreement(interval[1], row) or int(interval[2].replace(".", "")) != row.n:
            yield page.finding("key figure's interval or n differs from its row", f"{note} ({row.id})")
    elif verdict:
        wave, whole, figure, word = verdict.groups()
        domain = row.domain if wave else page.comparator
        other = page.facts.row(row.indicator, row.answer, int(wave or row.wave), domain)
        compared = page.facts.compared(row, wave or page.comparator)
        if whole and page.facts.called(page.comparator) != whole:
            yield page.finding("key figure beside another whole than the page's", note)
        if other is None or disagreement(figure, other):
            yield page.finding("key figure's comparison differs from its row", f"{note} ({row.id})")
        if compared is None or WORDS[compared.verdict] != word or not row.firm:
            yield page.finding("key figure's verdict differs from the comparison", f"{note} {compared}")
    elif silent := re.fullmatch(rf"(?:meting van (\d{{4}})|(.+)): (te weinig waarnemingen|{RECOGNISABLE})", note):
        compared = page.facts.compared(row, silent[1] or page.comparator)
        if compared is None or compared.verdict != ("withheld" if silent[3] == RECOGNISABLE else "too_few"):
            yield page.finding("key figure's verdict differs from the comparison", f"{note} {compared}")
    elif _PERCENT.search(note):
        yield page.finding("percentage that cites no row", note)
