"""What an SPSS file says of its own columns and codes, held against the questions and answers of config."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache

from analysis.errors import MonitorError
from analysis.questionnaire import NO, YES, Question, Questionnaire
from deliveries.cells import Cells, Column, canonical, counted, printable
from deliveries.columns import EVERY, NO_ANSWER, NO_COLUMN, Delivered

# A label that is as like a text as this is that text, typed wrong; one that is less like every text means none of them:
# "Ernsitg" is "Ernstig", and "1x" for "Eén keer" is for a person to judge.
_ALIKE = 0.8
_CUT_OFF = 0.99  # how like a text its own beginning is
_BEGINS = 20  # letters of a label that was cut off which tell what it began
_NUMBER = re.compile(r"^\S{1,12}[.:)]?\s+")  # "Q14a. " or "vr_06 " before a label
_NUMBERED = re.compile(r"(?i:\b(?:vraag|question|item|blok)\W*[\d.]+)|^\W*[\d.]+\w?(?:\s*[.:)–-]|\s+(?=[A-Z]))")
_WORD = re.compile(r"[^\W\d]\w*|\d{1,3}(?:\.\d{3})+(?!\d)|\d+")  # "vr_06" and "Q14a" are names, "24mnd" is 24
_COUNTED = ("twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf")
_COUNTS = {word: str(count) for count, word in enumerate(_COUNTED, 2)}
_COUNTS |= {"achttien": "18", "twintig": "20", "vierentwintig": "24", "half": "½", "halfjaar": "½", "anderhalf": "1½"}
_ONE = ("een", "eén", "één")  # a number, or only an article
_DENIALS = {"niet", "geen", "nooit"}
_PAIRS = ("eerste laatste", "gaf kreeg", "geeft krijgt", "meer minder", "korter langer", "jonger ouder", "wel niet")
_PAIRS += ("ja nee", "eens oneens", "tevreden ontevreden", "veilig onveilig", "binnen buiten", "dagen weken maanden")
_OPPOSITES = [set(pair.split()) for pair in (*_PAIRS, "altijd nooit", "goed slecht", "met zonder", "man vrouw")]
_TICKED = ("Yes", "Selected", "Aangevinkt", "Geselecteerd", "Ja", "Genoemd")
_NOT_TICKED = ("No", "Not selected", "Niet aangevinkt", "Niet geselecteerd", "Nee", "Niet genoemd")


def labelled(cells: Cells) -> dict[str, int]:
    """How many columns there are, and how many of them have a label of their question and labels of their codes."""
    columns = cells.columns.values()
    of_codes = sum(len(column.labels) > 0 for column in columns)
    return {"columns": len(columns), "question": sum(column.question != "" for column in columns), "codes": of_codes}


def check_columns_mean(cells: Cells, delivered: Delivered, questionnaire: Questionnaire) -> Iterator[MonitorError]:
    """Find columns whose label in the file is the text of another question than variables.csv takes them for.

    Two columns with the same codes that change places would else change two series without a trace. A label is that
    of another question when it is a text of the questionnaire to the letter, or the beginning of one, whatever its
    signs, its capitals and the number before it. It is its own question asked differently when half of its words are
    those of the question and a number or an opposite is not. One in other words tells nothing.
    """
    held = [question for question in questionnaire.questions if delivered.names(question)]
    now = dict(pair for question in held for pair in _texts(question, delivered, ()))
    asked = dict(pair for question in held for pair in _texts(question, delivered, question.text.values()))
    found: dict[tuple[str, str], list[str]] = {}
    for name, texts in asked.items():
        column = cells.columns.get(delivered.columns[name])
        if column is None or not column.question or _is_one_of(column.question, now[name]):
            continue
        others = [other for other, theirs in asked.items() if _is_one_of(column.question, theirs)]
        if others and name not in others:
            where = f"variables.csv, {name}, column {delivered.columns[name]}"
            got = f"{column.question!r}, which is that of {others[0]}"
            hint = "find out which column holds which question; then mend variables.csv or get another file"
            title, expected = "Label in the file is that of another question", f"{texts[-1]!r}   from the questionnaire"
            yield delivered.wrong(title, where=where, expected=expected, got=got, hint=hint)
        elif differs := _asked_differently(column.question, " ".join(now[name]), str(delivered.wave)):
            found.setdefault((now[name][0], ", ".join(sorted(differs))), []).append(name)
    for (text, differs), names in found.items():
        title, where = "Label in the file asks something else", _places(delivered, names)
        got = f"{differs}: in {cells.columns[delivered.columns[names[0]]].question!r}"
        hint = "ask the producer what was asked; then get another file, or give the question its text of this wave"
        yield delivered.wrong(title, where=where, expected=f"{text!r}   from the questionnaire", got=got, hint=hint)


def _texts(question: Question, delivered: Delivered, earlier: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Per delivered column of a question the texts that may stand above it: earlier ones, then the wave's own.

    Above an option: its own text, that of the question, or both.
    """
    asked = [*earlier, question.wording(delivered.wave)]
    if question.kind != "multiple" or delivered.delimited(question):
        yield from ((name, asked) for name in question.columns if delivered.columns.get(name) not in (None, *NO_COLUMN))
        return
    for option in delivered.offered(question):
        labels = _labels(option.label)
        both = [text for label in labels for one in asked for text in (f"{one} {label}", f"{label} ({one})")]
        yield f"{question.id}__{option.id}", [*asked, *labels, *both]


def _is_one_of(label: str, texts: Iterable[str]) -> bool:
    told = ["".join(_words(one)) for one in (label, _NUMBER.sub("", label))]
    whole = ["".join(_words(text)) for text in texts]
    return any(one == text or (len(one) >= _BEGINS and text.startswith(one)) for one in told for text in whole)


def _asked_differently(label: str, text: str, wave: str) -> set[str]:
    """Numbers and opposites in a label in whose place the text has others; none where its words are not the text's."""
    said, known = _words(_NUMBERED.sub(" ", label)), _words(text)
    shared = [word in known for word in said if not word.isnumeric()]
    if 2 * sum(shared) < len(shared):
        return set()
    article = {"1"} if _ONE[0] in known and not _numbers(known) - _numbers(said) else set()
    return _numbers(said) - _numbers(known) - {wave} - article | _turned(said, known)


def _turned(said: Iterable[str], known: Iterable[str]) -> set[str]:
    """Words that are said in the place of their opposites."""
    here, there = set(said) - set(known), set(known) - set(said)
    return set().union(*(pair & here for pair in _OPPOSITES if pair & there))


@cache
def _words(text: str) -> tuple[str, ...]:
    """Words and numbers of a text, all small; number words as digits, but for "een"."""
    words = [str(word).replace(".", "") for word in _WORD.findall(text.casefold().replace("t/m", "tot en met"))]
    return tuple(_ONE[0] if word in _ONE else _COUNTS.get(word, word) for word in words)


def _numbers(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.isnumeric()}


def check_codes_mean(cells: Cells, delivered: Delivered, questionnaire: Questionnaire) -> Iterator[MonitorError]:
    """Find codes whose label in the file is not that of the answer that config gives to the code.

    It may be that of another answer, like none, or like the right one but for a number, a denial or an opposite. One
    that is only typed wrong or cut off passes, and so does one that a row of answers.csv accepts, with "code=label" as
    its code. What many columns have in common is found once.
    """
    found: dict[tuple[str, str, str, str, str, str], list[str]] = {}
    for question, name, column in _coded(cells, delivered, questionnaire):
        codes, wordings = delivered.answers(question, name), _wordings(question, name, delivered)
        for code, label in ((canonical(code), printable(label.strip())) for code, label in column.labels.items()):
            own = codes.get(code)
            if own is None or label in ("", code) or codes.get(f"{code}={label}") == own:
                continue
            if told := _told(code, label, own, wordings):
                known = f"{wordings.get(own, [own])[-1]!r} ({own})"
                found.setdefault((*told, known, code, label, own), []).append(name)
    for (title, got, known, code, label, own), names in found.items():
        of = {name.partition("__")[0] for name in names}
        row = delivered.row(EVERY if len(of) > 1 else of.pop(), f"{code}={label}", own)
        where = f"{_places(delivered, names)}, code {code}"
        expected = f"a label like {known}   from the questionnaire or answers.csv"
        hint = f"ask the producer what the code means; mend it in answers.csv, or accept the label by a row: {row}"
        yield delivered.wrong(title, where=where, expected=expected, got=got, hint=hint)


def _told(code: str, label: str, own: str, wordings: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    """What is wrong with a label, and what it is instead."""
    forms = {label, re.sub(rf"^{re.escape(code)}\s*(?:[.:=)-]\s*|\s(?=[A-Z]))", "", label)} - {""}  # "1. Ja" says "Ja"
    alike = {answer: max(_alike(form, text) for form in forms for text in texts) for answer, texts in wordings.items()}
    best = max(alike, key=lambda answer: alike[answer])
    if alike[best] >= _ALIKE and alike[best] > alike.get(own, 0.0):
        return "Label in the file means another answer", f"{label!r}, which is like {wordings[best][-1]!r} ({best})"
    near = [(form, text) for form in forms for text in wordings.get(own, ()) if _alike(form, text) >= _ALIKE]
    if own == NO_ANSWER or any(_says(form, text) for form, text in near):
        return None
    if near:
        return "Label in the file has another number or an opposite", f"{label!r}"
    return "Label in the file is like no answer", f"{label!r}"


def _coded(cells: Cells, delivered: Delivered, questionnaire: Questionnaire) -> Iterator[tuple[Question, str, Column]]:
    """Every delivered column of codes once, with its question and the first of its harmonised names."""
    for question in questionnaire.questions:
        names = [name for name in question.columns if delivered.columns.get(name) in cells.columns]
        first = {delivered.columns[name]: name for name in reversed(names)}
        yield from (
            (question, name, cells.columns[column]) for column, name in reversed(first.items()) if question.answers
        )


def _wordings(question: Question, name: str, delivered: Delivered) -> Mapping[str, Sequence[str]]:
    """The labels that a code of each answer may have."""
    if question.kind != "multiple" or delivered.delimited(question):
        return {option.id: _labels(option.label) for option in question.answers}
    option = next(option for option in question.answers if name == f"{question.id}__{option.id}")
    return {YES: [*_labels(option.label), *_TICKED], NO: _NOT_TICKED}


def _labels(label: str | dict[int, str]) -> list[str]:
    return [label] if isinstance(label, str) else list(label.values())


@cache
def _alike(one: str, other: str) -> float:
    """How alike two labels are, 0-1 (Ratcliff and Obershelp), whatever their capitals and signs."""
    said, text = (" ".join("1" if word == _ONE[0] else word for word in _words(label)) for label in (one, other))
    if said and said != text and text.startswith(said):
        return _CUT_OFF
    return SequenceMatcher(None, said, text, autojunk=False).ratio() if said else 0.0


def _says(label: str, text: str) -> bool:
    """Whether the numbers and denials in a label are those of a text, or of its beginning, and no word its opposite."""
    said, known = _words(label), _words(text)
    mine, theirs = (_numbers(words) | _DENIALS.intersection(words) for words in (said, known))
    other = mine - theirs if _alike(label, text) == _CUT_OFF else mine ^ theirs
    return not _turned(said, known) and not other - ({"1"} if _ONE[0] in (*said, *known) else set())


def check_valid_codes(cells: Cells, delivered: Delivered, questionnaire: Questionnaire) -> Iterator[MonitorError]:
    """Find answers whose code the file declares user-missing: who made it did not take them for answers."""
    found: dict[object, tuple[str, list[str]]] = {}
    for question, name, column in _coded(cells, delivered, questionnaire):
        none = {NO_ANSWER, *(option.id for option in question.answers if option.missing)}
        codes = [(code, answer) for code, answer in delivered.answers(question, name).items() if answer not in none]
        valid = ", ".join(f"{code} ({answer})" for code, answer in codes if column.declares_missing(code))
        if valid:
            found.setdefault(column.missing, (valid, []))[1].append(name)
    for valid, names in found.values():
        title, where = "Code of an answer is declared missing", _places(delivered, names)
        expected, got = "user-missing: only codes of answers that say nothing", f"user-missing: {valid}"
        hint = "ask the producer what the code means; then mend answers.csv or get another file"
        yield delivered.wrong(title, where=where, expected=expected, got=got, hint=hint)


def _places(delivered: Delivered, names: Sequence[str]) -> str:
    more = f" and {counted(len(names) - 1, 'more column')}" if names[1:] else ""
    return f"column {delivered.columns[names[0]]} ({names[0]}){more}"
