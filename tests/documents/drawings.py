"""Every chart says, in its text alternative and in its own letters, what its rows say and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import html

from tests.documents.facts import WHOLE_OF_PROVINCES, Row
from tests.documents.finished import Finding, Page, Publication
from tests.documents.verdicts import WORDS

_VALUE = re.compile(
    r"(?P<text>\d+%|\d+ van de \d+\b(?! groepen)|"
    r"(?:[Mm]inder|[Mm]eer) dan \d+%|x niet getoond|/ te weinig waarnemingen|- nihil)"
    r"(?: \((?:(?:tussen (?P<low>\d+)% en (?P<high>\d+)%)?(?:, )?(?P<indicative>indicatief)?)\))?"
    rf"(?: \((?P<verdict>{'|'.join(WORDS.values())})\))?"
    r"(?:, n = (?P<n>[\d.]*\d))?"
)
_SIGNS = {"x": "x niet getoond", "/": "/ te weinig waarnemingen", "-": "- nihil"}
_SINCE = re.compile(
    r"(hoger|lager|ongeveer gelijk|weinig anders) (?:dan bij|aan) de meting(?:en)? van (\d{4}(?: en \d{4})?)"
)
_VERDICT = re.compile(rf"; oordeel: ({'|'.join(WORDS.values())})")
_NOTHING_DIFFERS = re.compile(r"\b[Gg]een (?:aantoonba|provincie verschilt)")
_LITTLE_DIFFERS = re.compile(r"\b(?:[Aa]lleen kleine|hooguit weinig)\b")


@dataclass
class _Drawing:
    """A chart's text alternative while it is read: what the words so far are about, and the rows met."""

    page: Page
    alt: str
    indicator: str
    answer: str = ""
    domain: str = ""
    wave: int = 0
    about: str = ""
    rows: list[Row] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)


def findings(publication: Publication) -> Iterator[Finding]:
    """The drawings of every page; a drawing without figures has its name and nothing else to check."""
    for page in publication.parts:
        for svg in drawings(page):
            alt = " ".join(svg.get("aria-label", "").split())
            if not alt:
                yield page.finding("drawing without a text alternative", "".join(svg.itertext())[:80])
            elif _VALUE.search(alt) or ". Basis: " in alt:
                yield from _drawing(page, svg, alt)


def drawings(page: Page) -> list[html.HtmlElement]:
    """The pictures of a page: drawings that are more than the mark of a verdict."""
    return page.main.xpath(".//svg[not(@aria-hidden='true')]")


def letters(svg: html.HtmlElement) -> str:
    """The words in a drawing, those broken over lines joined."""
    return " ".join(" ".join(svg.itertext()).split())


def _drawing(page: Page, svg: html.HtmlElement, alt: str) -> Iterator[Finding]:
    indicator = _indicator(page, alt)
    if indicator is None:
        yield page.finding("drawing of an unknown indicator", alt[:120])
        return
    about = _group(page, alt, indicator)
    seen = _Drawing(page, alt, indicator, domain=about, wave=page.edition, about=about)
    yield from _values(seen)
    yield from _verdicts(seen)
    yield from _title(seen)
    yield from _base(seen)
    yield from _letters(page, svg, seen)


def _indicator(page: Page, alt: str) -> str | None:
    """The indicator that a text alternative names first."""
    labels = {row["label"]: name for name, row in page.facts.indicators.items()}
    places = {alt.find(label): label for label in sorted(labels, key=len) if label in alt}
    if alt.startswith("Gestapelde staven"):
        return "severity_all"
    return labels[places[min(places)]] if places else None


def _group(page: Page, alt: str, indicator: str) -> str:
    """The domain that a drawing is about: the page's, or on a page of organisations a kind that its base names."""
    if page.product != "organisations":
        return page.domain
    base = page.facts.indicators[indicator]["base"]["words"]
    named = [d for d in page.domains if f"Basis: {base.format(group=page.facts.groups[d]['plural'])}, " in alt]
    return next(iter(named), page.domain)


def _values(seen: _Drawing) -> Iterator[Finding]:
    """Each value, its interval and its mark for indicative equal the row that the words before it name."""
    end = 0
    for match in _VALUE.finditer(seen.alt):
        before = seen.alt[end : match.start()]
        end = match.end()
        if "maakte als laatste een ernstig" in seen.alt[match.end() : match.end() + 40].replace(") ", ""):
            row = seen.page.facts.row("serious", "", seen.page.edition, seen.page.domain)
        else:
            _name(seen, before)
            row = seen.page.facts.row(seen.indicator, seen.answer, seen.wave, seen.domain)
        words = f"{before[-60:]}{match[0]}"
        if row is None:
            yield seen.page.finding("value in a drawing without a row", words)
            continue
        seen.rows.append(row)
        if row.domain not in seen.page.domains or row.wave > seen.page.edition:
            yield seen.page.finding("drawing of another group than the page's", words)
        if match["text"].lower() != _SIGNS.get(row.sign, row.text).lower():
            yield seen.page.finding("value in a drawing differs from its row", f"{words} ({row.id}: {row.text})")
        bounds = (row.low, row.high) if match["low"] else (None, None)
        if match["low"] and (int(match["low"]), int(match["high"])) != bounds:
            yield seen.page.finding("interval in a drawing differs from its row", f"{words} ({row.id})")
        if bool(match["indicative"]) != row.indicative and (match["low"] or match["indicative"]):
            yield seen.page.finding("indicative in a drawing without saying so, or the reverse", f"{words} ({row.id})")
        if match["n"] and int(match["n"].replace(".", "")) != row.n:
            yield seen.page.finding("n in a drawing differs from its row", f"{words} ({row.id})")
        if match["verdict"]:
            seen.verdicts[row.id] = match["verdict"]


def _name(seen: _Drawing, before: str) -> None:
    """Take from the words before a value what they are about: wave, group, answer, indicator, from the right."""
    facts = seen.page.facts
    words = before.rstrip()
    while True:
        words = words.rstrip(": ")
        year = re.search(r"\b(20\d\d)$", words)
        if year and int(year[1]) in {wave for wave, _ in facts.response}:
            seen.wave, words = int(year[1]), words[: year.start()]
            continue
        if words.endswith("in totaal"):
            seen.indicator, seen.answer, words = "any_aggression", "", words[: -len("in totaal")]
            continue
        names = {group["label"].lower(): ("domain", "") for group in facts.groups.values()}
        names |= {row["label"].lower(): ("indicator", name) for name, row in facts.indicators.items()}
        about = "severity_all" if seen.alt.startswith("Gestapelde staven") else seen.indicator
        names |= {label.lower(): ("answer", answer) for label, answer in facts.answers[about].items()}
        found = max((name for name in names if _ends_with(words, name)), key=len, default=None)
        if found is None:
            return
        kind, value = names[found]
        if kind == "domain":
            seen.domain = facts.group_called(found, seen.page.domains) or facts.group_called(found, facts.groups) or ""
        elif kind == "indicator":
            seen.indicator, seen.answer = value, ""
        else:
            seen.indicator, seen.answer = about, value
        words = words[: -len(found)]


def _ends_with(words: str, name: str) -> bool:
    before = words[-len(name) - 1 : -len(name)]
    return words.lower().endswith(name) and (not before or not before.isalnum())


def _verdicts(seen: _Drawing) -> Iterator[Finding]:
    """The verdicts in a text alternative, each beside the value that it is about."""
    facts, page = seen.page.facts, seen.page
    for match in _VERDICT.finditer(seen.alt):
        said = len(_VALUE.findall(seen.alt[: match.start()]))
        subject = next((row for row in reversed(seen.rows[:said]) if row.domain == page.domain), None)
        if subject:
            seen.verdicts[subject.id] = match[1]
    for identifier, word in seen.verdicts.items():
        row = facts.rows[identifier]
        whole = "province=*" if row.domain.startswith("province=") else page.comparator
        compared = facts.compared(row, whole)
        if compared is None or WORDS[compared.verdict] != word:
            yield page.finding("verdict in a drawing differs from the comparison", f"{word} ({identifier}) {compared}")


def _title(seen: _Drawing) -> Iterator[Finding]:
    """The finding in a drawing's title: since which wave, or that nothing differs."""
    page = seen.page
    title = seen.alt.split("Basis: ")[0]
    own = page.facts.row(seen.indicator, seen.answer, page.edition, page.domain)
    for word, wave in ((word, wave) for word, waves in _SINCE.findall(title) for wave in waves.split(" en ")):
        compared = page.facts.compared(own, wave) if own else None
        if compared is None or WORDS[compared.verdict] != {"weinig anders": "klein verschil"}.get(word, word):
            yield page.finding("title differs from the comparison", f"{title} {compared}")
    yield from _named(seen, title)
    yield from _numbered(seen, title)
    yield from _majorities(seen, title)
    little = _LITTLE_DIFFERS.search(title)
    if not little and not _NOTHING_DIFFERS.search(title):
        return
    group = re.compile("province=" if re.search("provincies? verschil", title) else re.escape(page.domain) + "$")
    among_groups, verdicts = "tussen groepen" in title, set()
    for row in (row for row in seen.rows if row.wave == page.edition and bool(group.match(row.domain)) != among_groups):
        wholes = page.facts.wholes(row) if among_groups else [page.comparator, "province=*"]
        for other in _waves(page, row) if "verandering" in title else wholes:
            compared = page.facts.compared(row, other)
            verdicts.add(compared.verdict if compared else "")
            if compared and compared.verdict in ("higher", "lower", *([] if little else ["small_difference"])):
                yield page.finding("title says that nothing differs", f"{title} {row.id} {compared}")
    if little and "small_difference" not in verdicts:
        yield page.finding("title says that something differs", title)


def _base(seen: _Drawing) -> Iterator[Finding]:
    """The base line names the base of the rows drawn, and the n of one of them."""
    facts, page = seen.page.facts, seen.page
    match = re.search(r"Basis: (.+?), \w+ (\d{4}); n = ([\d.]+)\.", seen.alt)
    drawn = [row for row in seen.rows if row.wave == page.edition]
    if not match:
        if drawn and "n = " not in seen.alt:
            yield page.finding("drawing without a base", seen.alt[:160])
        return
    subject = seen.about if any(row.domain == seen.about for row in drawn) else WHOLE_OF_PROVINCES
    mine = [row for row in drawn if row.domain == subject]
    mine += [facts.rows[f"{row.indicator}|{row.wave}|{subject}"] for row in drawn if not mine]
    if int(match[3].replace(".", "")) not in {row.n for row in mine}:
        yield page.finding("base line with the n of no row drawn", f"{match[0]} {seen.alt[:120]}")
    place = f" in {facts.groups[page.domain]['label']}" if page.product == "province" else ""
    names = facts.groups[subject]
    group = names.get("members", names["plural"]) + place
    for row in mine:
        if match[1] != (right := facts.indicators[row.indicator]["base"]["words"].format(group=group)):
            yield page.finding("base line of another base than the row's", f"{match[0]} not {right} ({row.id})")


def _named(seen: _Drawing, title: str) -> Iterator[Finding]:
    """A title that names what differs names all of it: groups, provinces, or indicators beside the whole."""
    facts, page = seen.page.facts, seen.page
    verdicts = {row: _verdict_of(page, row) for row in seen.rows if row.wave == page.edition}
    groups = {row: verdict for row, verdict in verdicts.items() if row.domain not in _no_groups(page)}
    said = re.finditer(r"\b(hoger|lager) bij (.+?)(?= en lager bij |\. )", title)
    named = [(match[2], ("higher" if match[1] == "hoger" else "lower",), "domain") for match in said]
    named += [(match[1], ("higher", "lower"), "domain") for match in re.finditer(r": (.+?) wijk(?:t|en) af van", title)]
    if " dan bij alle " in title and not _NOTHING_DIFFERS.search(title):
        groups = {row: verdict for row, verdict in verdicts.items() if row.domain == page.domain}
        parts = re.findall(r"(?:^|\. | en )((?:(?! hoger| lager)[^.])+) (hoger|lager)(?= en | dan bij alle )", title)
        named += [(words, ("higher" if word == "hoger" else "lower",), "indicator") for words, word in parts]
    for words, wanted, kind in named:
        left = words.lower()
        names = facts.groups if kind == "domain" else facts.indicators
        rows = [row for row, verdict in groups.items() if verdict in wanted]
        for label in (names[getattr(row, kind)][_name_of(row, kind)] for row in rows):
            if label.lower() not in left:
                yield page.finding("title leaves out what differs", f"{label}: {title}")
            left = left.replace(label.lower(), "")
        if re.sub(r"\ben\b|[, ]", "", left).replace(facts.indicators[seen.indicator]["label"].lower() + ":", ""):
            yield page.finding("title names what does not differ", f"{left}: {title}")


def _name_of(row: Row, kind: str) -> str:
    """Which of its names a title uses: a label only where it is a noun."""
    nouns = ("layer=", "function_group=", "gender=", "province=")
    return "label" if kind == "indicator" or (row.domain.startswith(nouns) and "&" not in row.domain) else "plural"


def _numbered(seen: _Drawing, title: str) -> Iterator[Finding]:
    """A title that says how many: measures that most have, or groups that differ."""
    if match := re.search(
        r"(?:(\d+|Geen) van deze|Alle) (\d+) maatregelen kom(?:t|en) voor bij meer dan de helft", title
    ):
        drawn = [row for row in seen.rows if row.domain == seen.about]
        most = sum((row.low or 0) > 50 or row.text.startswith("meer dan") for row in drawn)
        said = int(match[2]) if not match[1] else int(match[1]) if match[1].isdigit() else 0
        if (said, int(match[2])) != (most, len(drawn)):
            yield seen.page.finding("title with another number than is drawn", f"{title} {most} of {len(drawn)}")
    if match := re.search(r": bij (\d+) van de (\d+) groepen hoger of lager", title):
        left_out = _no_groups(seen.page)
        groups = [row for row in seen.rows if row.domain not in left_out and row.wave == seen.page.edition]
        differ = sum(_verdict_of(seen.page, row) in ("higher", "lower") for row in groups)
        if (int(match[1]), int(match[2])) != (differ, len(groups)):
            yield seen.page.finding("title with another number than is drawn", f"{title} {differ} of {len(groups)}")


def _majorities(seen: _Drawing, title: str) -> Iterator[Finding]:
    """The bars of one question are named after all answers of which the interval lies above a half."""
    answers = [row for row in seen.rows if row.answer and row.domain == seen.about]
    if not seen.alt.startswith("Staafdiagram") or len(answers) < len(seen.rows):
        return
    named = re.search(r": (?:meer dan de helft zegt (“[^”]+”)|(“.+”) gelden elk voor meer dan de helft)\. ", title)
    words = re.findall("“(.+?)”", (named[1] or named[2]) if named else "")
    labels = seen.page.facts.answers[seen.indicator].items()
    said = [{answer for label, answer in labels if label.lower() == one.lower()} for one in words]
    most = [row.answer for row in answers if row.firm and (row.low or 0) > 50]
    if len(said) != len(most) or not all(answer in one for one, answer in zip(said, most, strict=True)):
        yield seen.page.finding("title names other answers than most gave", f"{title} {most}")


def _no_groups(page: Page) -> set[str]:
    """What is drawn beside groups and is none of them: the comparator, and the page's own unless its kind are all."""
    among = page.domain.partition("=")[0] in page.facts.set_beside(page.domain)
    return {page.comparator} | (set() if among else {page.domain})


def _verdict_of(page: Page, row: Row) -> str:
    """The verdict of a row against the whole to which it belongs."""
    found = [page.facts.compared(row, whole) for whole in page.facts.wholes(row)]
    return found[0].verdict if found and found[0] else ""


def _waves(page: Page, row: Row) -> list[str]:
    """The waves that a title about change speaks of: the one before and the first."""
    waves = sorted({wave for wave, _ in page.facts.response if wave < row.wave})
    return [str(wave) for wave in (waves[-1], waves[0])]


def _letters(page: Page, svg: html.HtmlElement, seen: _Drawing) -> Iterator[Finding]:
    """The percentages drawn are those of the text alternative, besides one axis from 0% in even steps."""
    drawn = Counter(re.findall(r"\d+%", letters(svg)))
    told = Counter(match for each in _VALUE.finditer(seen.alt) for match in re.findall(r"\d+%", each["text"]))
    title = seen.alt.split(". ")[1]
    if "".join(title.split()) not in "".join(letters(svg).split()):
        yield page.finding("title that is not drawn", title)
    missing = told - drawn
    if missing:
        yield page.finding("value that is not drawn", f"{sorted(missing)}: {seen.alt[:100]}")
    axis = sorted(int(tick[:-1]) for tick in (drawn - told).elements())
    if axis and not any(axis == list(range(0, step * len(axis), step)) for step in (5, 10, 20, 25, 50)):
        yield page.finding("percentage drawn that no row gives", f"{axis}: {seen.alt[:100]}")
