"""Every sentence that compares says what the comparison of its row says, and agrees with the printed numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.documents.facts import Compared, Row
from tests.documents.finished import Finding, Page, Publication, Sentence

#: The words of the verdicts in tables, charts and notes.
WORDS = {
    "higher": "hoger",
    "lower": "lager",
    "about_equal": "ongeveer gelijk",
    "small_difference": "klein verschil",
    "no_demonstrable_difference": "geen aantoonbaar verschil",
    "not_comparable": "niet vergelijkbaar",
    "too_few": "te weinig waarnemingen",
    "withheld": "niet getoond: herkenbaar",
}
#: What a line or sentence says in full where a comparison is withheld.
RECOGNISABLE = "niet getoond, omdat personen herkenbaar zouden zijn"
#: Verdicts that tell nothing of the other figure.
_UNTOLD = ("not_comparable", "too_few", "withheld")
_SAID = {
    "is hoger dan": "higher",
    "is lager dan": "lower",
    "is ongeveer gelijk aan": "about_equal",
    "verschilt weinig van": "small_difference",
    "verschilt niet aantoonbaar van": "no_demonstrable_difference",
    "is niet te vergelijken met": "not_comparable",
}
_VERB = f"(?P<verb>{'|'.join(_SAID)})"
_WHOLE = "(?P<whole>alle [^.()]+?)"
_FIGURE = r"(?: \(.+\))?\."
_WAVES = r"(?P<waves>\d{4}(?: \([^)]+\))?(?: en \d{4}(?: \([^)]+\))?)?)"
_FORMS = (
    re.compile(f"Dat aandeel {_VERB} (?:dat )?(?:bij )?{_WHOLE}{_FIGURE}"),
    re.compile(f"Het(?: aandeel)? {_VERB} (?:dat )?(?:bij )?de meting(?:en)? van {_WAVES}\\."),
    re.compile(f"Voor een vergelijking met {_WHOLE} zijn er te weinig waarnemingen\\."),
    re.compile(rf"Voor een vergelijking met de meting(?:en)? van {_WAVES} zijn er te weinig waarnemingen\."),
    re.compile(f"Een vergelijking met {_WHOLE} is (?P<secret>{RECOGNISABLE})\\."),
    re.compile(rf"Een vergelijking met de meting(?:en)? van {_WAVES} is (?P<secret>{RECOGNISABLE})\."),
)
_COMPARES = re.compile(
    r"\b(hoger|lager|meer dan bij|minder dan bij|aantoonbaar|gelijk aan|vergelij\w+|gestegen|gedaald)\b"
)
_GROUPS = re.compile(rf"Vergeleken met {_WHOLE} is het aandeel (?=(?:hoger|lager) bij )")
_OPENING = rf"Vergeleken met (?:de meting van (?P<wave>\d{{4}})|{_WHOLE}) "
#: Verdicts on several topics at once; without an opening they go on about what the sentence before opened with.
_LISTS = (
    ("higher", re.compile(rf"{_OPENING}is het aandeel hoger bij (?P<topics>.+?)(?: en lager bij .+)?\.")),
    ("lower", re.compile(rf"{_OPENING}is het aandeel (?:hoger bij .+ en )?lager bij (?P<topics>.+)\.")),
    ("about_equal", re.compile(rf"{_OPENING}is het aandeel bij (?P<topics>.+) ongeveer gelijk\.")),
    ("about_equal", re.compile(r"Bij (?P<topics>.+) is het aandeel ongeveer gelijk\.")),
    ("small_difference", re.compile(rf"{_OPENING}is het verschil bij (?P<topics>.+) klein\.")),
    ("small_difference", re.compile(r"Bij (?P<topics>.+) is het verschil klein\.")),
    ("no_demonstrable_difference", re.compile(rf"{_OPENING}is bij (?P<topics>.+) geen verschil aangetoond\.")),
    ("no_demonstrable_difference", re.compile(r"Bij (?P<topics>.+) is geen verschil aangetoond\.")),
    ("not_comparable", re.compile(rf"{_OPENING}is (?P<topics>.+) niet te vergelijken\.")),
    ("not_comparable", re.compile(r"Niet te vergelijken is (?P<topics>.+)\.")),
    ("too_few", re.compile(rf"{_OPENING}zijn er bij (?P<topics>.+) te weinig waarnemingen\.")),
    ("too_few", re.compile(r"Bij (?P<topics>.+) zijn er te weinig waarnemingen\.")),
    ("withheld", re.compile(rf"{_OPENING}is bij (?P<topics>.+) het verschil {RECOGNISABLE}\.")),
    ("withheld", re.compile(rf"Bij (?P<topics>.+) is het verschil {RECOGNISABLE}\.")),
)
#: Women and men of a function or layer, each beside all of it: which are higher or lower, or that neither is.
_WITHIN = re.compile(rf"Dat aandeel (?P<said>is bij .+?) dan bij {_WHOLE} \(\d+%\)\.")
_WITHIN_NEITHER = re.compile(rf"Dat aandeel verschilt (?P<said>bij .+?) van dat bij {_WHOLE} \(\d+%\)\.")
_NO_GROUPS = re.compile(r"Bij (?P<topic>.+) zijn (?P<only>geen|alleen kleine) verschillen tussen groepen aangetoond\.")


def findings(publication: Publication) -> Iterator[Finding]:
    """Sentences with a verdict, in every paragraph; a chapter's opening finding leads the paragraph below it."""
    for page in publication.parts:
        lead: Row | None = None
        for block, paragraph in zip(page.blocks, page.paragraphs, strict=True):
            subject, beside = lead, ""
            for sentence in paragraph:
                lists = _listed(sentence)
                form = next((match for each in _FORMS if (match := each.fullmatch(sentence.text))), None)
                told = _GROUPS.match(sentence.text) or _NO_GROUPS.fullmatch(sentence.text)
                within = _WITHIN.fullmatch(sentence.text) or _WITHIN_NEITHER.fullmatch(sentence.text)
                for said, match in lists:
                    parts = match.groupdict()
                    beside = parts.get("wave") or (page.comparator if parts.get("whole") else "") or beside
                    yield from _topics(page, sentence, subject, said, match, beside)
                if form:
                    yield from _verdict(page, sentence, form, subject)
                elif within:
                    yield from _within(page, sentence, within, subject)
                elif told and not lists:
                    yield from _groups(page, sentence, told.groupdict())
                elif _is_comparing(sentence) and not lists:
                    yield page.finding("comparison that cannot be checked", sentence.text)
                elif sentence.cited and not lists:
                    subject = page.facts.rows.get(sentence.cited[0].row)
            lead = subject if block.xpath("ancestor::*[contains(@class, 'finding')]") else None


def _listed(sentence: Sentence) -> list[tuple[str, re.Match[str]]]:
    """The verdicts that a sentence gives to topics; groups of people that differ are no topics."""
    if _GROUPS.match(sentence.text) and "(daar " not in sentence.text:
        return []
    return [(said, match) for said, each in _LISTS if (match := each.fullmatch(sentence.text))]


def _is_comparing(sentence: Sentence) -> bool:
    speaks_of_a_figure = sentence.cited or sentence.text.startswith(
        ("Dat ", "Het aandeel ", "Het is ", "Het verschilt ", "Voor een vergelijking", "Een vergelijking ")
    )
    return bool(speaks_of_a_figure and _COMPARES.search(sentence.text))


def _verdict(page: Page, sentence: Sentence, form: re.Match[str], subject: Row | None) -> Iterator[Finding]:
    """One verdict on the figure before it, beside the page's comparator or one or two waves, each with its figure."""
    if subject is None:
        yield page.finding("verdict without a figure before it", sentence.text)
        return
    parts = form.groupdict()
    said = _SAID.get(parts.get("verb") or "", "withheld" if parts.get("secret") else "too_few")
    waves, whole = re.findall(r"\b\d{4}\b", parts.get("waves") or ""), parts.get("whole")
    if whole and page.facts.called(page.comparator) != whole:
        yield page.finding("verdict against another whole than the page's", sentence.text)
    told = [] if said in _UNTOLD else sentence.cited
    printed = re.findall(r"(\d+)%", sentence.text)
    besides = waves or [page.comparator]
    for at, beside in enumerate(besides):
        compared = page.facts.compared(subject, beside)
        if compared is None or compared.verdict != said:
            yield page.finding("verdict differs from the comparison", f"{sentence.text} {compared} ({subject.id})")
        elif reason := contradiction(compared, page.facts.relevant["wave" if waves else "whole"]):
            yield page.finding("comparison contradicts itself", f"{sentence.text} {reason} ({subject.id})")
        if said in _UNTOLD:
            continue
        wave, domain = (int(beside), subject.domain) if waves else (subject.wave, beside)
        wanted = page.facts.row(subject.indicator, subject.answer, wave, domain)
        if len(told) != len(besides) or wanted is None or told[at].row != wanted.id:
            yield page.finding("verdict cites another row than it compares with", f"{sentence.text} ({subject.id})")
        elif subject.percent is not None and len(printed) == len(besides):
            difference = subject.percent - int(printed[at])
            if said in ("higher", "lower") and (difference > 0) != (said == "higher"):
                yield page.finding("verdict contradicts the printed numbers", f"{subject.text}. {sentence.text}")


def _topics(
    page: Page, sentence: Sentence, subject: Row | None, said: str, match: re.Match[str], beside: str
) -> Iterator[Finding]:
    """Topics that share a verdict: each has it, and names the figure of the wave or whole that it is set beside."""
    topics, start = match["topics"], match.start("topics")
    if subject is None or not beside:
        yield page.finding("verdict without a figure before it", sentence.text)
        return
    called = page.facts.topics
    left = re.sub(r" \((?:toen|daar) .*?%\)", "", topics)
    for topic, indicator in sorted(called.items(), key=lambda pair: -len(pair[0])):
        if not re.search(rf"(?:^|, | en ){re.escape(topic)}(?=$|, | en )", left):
            continue
        left = left.replace(topic, "", 1)
        own = page.facts.row(indicator, "", subject.wave, subject.domain)
        compared = page.facts.compared(own, beside) if own else None
        if own is None or compared is None or compared.verdict != said:
            yield page.finding("verdict differs from the comparison", f"{topic}: {sentence.text} {compared}")
            continue
        if reason := contradiction(compared, page.facts.relevant["wave" if beside.isdigit() else "whole"]):
            yield page.finding("comparison contradicts itself", f"{sentence.text} {reason} ({own.id})")
        wave, domain = (int(beside), own.domain) if beside.isdigit() else (own.wave, beside)
        wanted = page.facts.row(indicator, "", wave, domain)
        inside = (each for each in sentence.cited if start <= each.start < start + len(topics))
        cited = {each.row for each in inside}
        if said not in _UNTOLD and (wanted is None or wanted.id not in cited):
            yield page.finding("verdict cites another row than it compares with", f"{topic}: {sentence.text}")
    if re.sub(r"\ben\b|[, ]", "", left):
        yield page.finding("verdict on what is no indicator", f"{left}: {sentence.text}")


def _within(page: Page, sentence: Sentence, within: re.Match[str], subject: Row | None) -> Iterator[Finding]:
    """All groups that split a whole by the same variable are named: those higher or lower, or that none of them is."""
    if subject is None:
        yield page.finding("verdict without a figure before it", sentence.text)
        return
    whole, _, last = subject.domain.rpartition("&")
    variable = f"{whole}&{last.partition('=')[0]}="
    words = {"higher": "hoger", "lower": "lager"}
    names, differ = [], []
    alike: dict[str, list[str]] = {"weinig": [], "niet aantoonbaar": []}
    for domain in (domain for domain in page.facts.groups if whole and domain.startswith(variable)):
        row = page.facts.row(subject.indicator, subject.answer, subject.wave, domain)
        compared = page.facts.compared(row, whole) if row else None
        names.append(page.facts.groups[domain.rpartition("&")[2]]["label"].lower())
        if compared is None or compared.verdict in ("too_few", "withheld") or (row and not row.firm):
            yield page.finding("verdict differs from the comparison", f"{sentence.text} {compared} ({domain})")
        elif compared.verdict in words:
            differ.append(f"bij {names[-1]} {words[compared.verdict]}")
        else:
            how = "niet aantoonbaar" if compared.verdict == "no_demonstrable_difference" else "weinig"
            alike[how].append(names[-1])
    neither = " en ".join(f"bij {' en '.join(named)} {how}" for how, named in alike.items() if named)
    right = f"is {' en '.join(differ)}" if differ else neither
    if within["said"] != right:
        yield page.finding("verdict differs from the comparison", f"{sentence.text} Rather: {right} ({subject.id})")
    wanted = page.facts.row(subject.indicator, subject.answer, subject.wave, whole)
    if page.facts.called(whole) != within["whole"]:
        yield page.finding("verdict against another whole than the page's", sentence.text)
    if wanted is None or [cited.row for cited in sentence.cited] != [wanted.id]:
        yield page.finding("verdict cites another row than it compares with", f"{sentence.text} ({subject.id})")


def contradiction(compared: Compared, relevant: int) -> str:
    """Why a verdict cannot be that of its own printed difference and interval (points); "" if it can."""
    difference, low, high = compared.difference, compared.low, compared.high
    if difference is None or low is None or high is None:
        return "" if compared.verdict in _UNTOLD else "it has no difference"
    if compared.verdict in ("higher", "lower"):
        away = difference if compared.verdict == "higher" else -difference
        edge = low if compared.verdict == "higher" else -high
        return "" if away >= relevant and edge >= 0 else f"{difference} ({low} to {high})"
    if compared.verdict == "about_equal":
        return "" if max(abs(difference), abs(low), abs(high)) <= relevant else f"{difference} ({low} to {high})"
    return ""


def _groups(page: Page, sentence: Sentence, told: dict[str, str]) -> Iterator[Finding]:
    """A sentence that names the groups that differ from a whole: each with its verdict and name, and none left out."""
    whole, named, said, start = told.get("whole"), {}, "", 0
    about = page.facts.row(page.facts.topics.get(told.get("topic", ""), ""), "", page.edition, page.domain)
    for cited in sentence.cited:
        between = sentence.text[start : cited.start]
        start = cited.start + len(cited.words)
        for word in re.findall(r"\b(hoger|lager) bij\b", between):
            said = "higher" if word == "hoger" else "lower"
        row = page.facts.rows.get(cited.row)
        if row is None:
            continue
        named[row.domain] = said
        if not between.rstrip(" (").endswith(page.facts.groups[row.domain]["plural"]):
            yield page.finding("group named otherwise than its row", f"{between.strip(' (')} ({row.id})")
        if said not in {verdict.verdict for verdict in _against_wholes(page, row, whole)}:
            yield page.finding("verdict differs from the comparison", f"{sentence.text} ({row.id})")
        about = row
    if about is None:
        yield page.finding("verdict without a figure before it", sentence.text)
        return
    small = "small_difference"
    denied, met = {"higher", "lower", *([small] if told.get("only") == "geen" else [])}, set()
    for domain in page.domains:
        row = page.facts.row(about.indicator, about.answer, about.wave, domain)
        if row is None or domain == page.comparator or not _is_shown(page, domain) or not row.firm:
            continue
        verdicts = {each.verdict for each in _against_wholes(page, row, whole)}
        met |= verdicts
        if verdicts & denied and domain not in named:
            yield page.finding("group that differs is left out", f"{domain}: {sentence.text}")
    if told.get("only") == "alleen kleine" and small not in met:
        yield page.finding("small differences that no group has", sentence.text)


def _against_wholes(page: Page, row: Row, name: str | None) -> list[Compared]:
    """The comparisons of a row with the whole of this name, or with any."""
    wholes = (whole for whole in page.facts.wholes(row) if name in (None, page.facts.called(whole)))
    return [each for whole in wholes if (each := page.facts.compared(row, whole))]


def _is_shown(page: Page, domain: str) -> bool:
    """Whether target_groups.csv sets the domain beside the page's own group."""
    named = page.facts.set_beside(page.domain)
    return domain in named or " x ".join(part.partition("=")[0] for part in domain.split("&")) in named
