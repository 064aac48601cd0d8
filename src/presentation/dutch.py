"""How figures are said in Dutch: percentages, shares in words, numbers and verdicts."""

from __future__ import annotations

import math
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from analysis.errors import MonitorError

# Shares that have a word: percentage, word; "ruim" above and "bijna" below it, as far as `_NEAR` points.
_WORDS = (
    (20, "een vijfde"),
    (25, "een kwart"),
    (33, "een derde"),
    (50, "de helft"),
    (67, "twee derde"),
    (75, "driekwart"),
)
_NEAR = 3

VERDICTS = {
    "higher": "hoger",
    "lower": "lager",
    "about_equal": "ongeveer gelijk",
    "small_difference": "klein verschil",
    "no_demonstrable_difference": "geen aantoonbaar verschil",
    "not_comparable": "niet vergelijkbaar",
    "too_few": "te weinig waarnemingen",
    "withheld": "niet getoond: herkenbaar",
}

# The verbs with which `does` of an indicator of organisations begins, behind more than one: "6 van de 8 ... hebben".
_PLURALS = {
    **{"heeft": "hebben", "zegt": "zeggen", "weet": "weten", "laat": "laten", "let": "letten", "houdt": "houden"},
    **{"gaf": "gaven", "liet": "lieten", "maakt": "maken", "regelt": "regelen", "bespreekt": "bespreken"},
    **{"verplicht": "verplichten", "vernieuwde": "vernieuwden"},
}

SHORT_VERDICTS = VERDICTS | {
    "about_equal": "gelijk",
    "no_demonstrable_difference": "niet aantoonbaar",
    "too_few": "te weinig",
    "withheld": "geheim",
}

RECOGNISABLE = "niet getoond, omdat personen herkenbaar zouden zijn"
SIGNS = {
    "x": f"geheim: {RECOGNISABLE}",
    ".": "niet gevraagd",
    "/": "te weinig waarnemingen",
    "-": "nihil: dit kan niet voorkomen",
}


def percentage(percent: int) -> str:
    """A whole percentage (0-100) with its sign glued: 51%."""
    return f"{percent}%"


def points(difference: int) -> str:
    """A difference in percentage points, without its sign: "1 procentpunt", "4 procentpunten"."""
    return f"{abs(difference)} procentpunt{'' if abs(difference) == 1 else 'en'}"


def number(value: float) -> str:
    """A whole number as Dutch readers write it: 11.638."""
    return format_decimal(value, format="#,##0", locale="nl_NL")


def respondents(n: float) -> str:
    """How many answered, on one line: "n = 2.040"."""
    return f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number(n)}"


def decimal(value: float, digits: int = 2) -> str:
    """A number with a fixed number of decimals behind a comma, halves away from zero: 0,96."""
    rounded = math.copysign(math.floor(abs(value) * 10**digits + 0.5) / 10**digits, value)
    return format_decimal(rounded, format=f"#,##0.{'0' * digits}", locale="nl_NL")


def size(count: int) -> str:
    """The size of a file of `count` bytes, in thousands of them, "499 kB", or from 1,000 on in millions: "1,2 MB"."""
    kilobytes = max(1, math.floor(count / 1000 + 0.5))
    return f"{kilobytes} kB" if kilobytes < 1000 else f"{decimal(count / 1_000_000, 1)} MB"


def times(count: int) -> str:
    """How often, rounded down to two figures, so that it is never too much: 1.234 becomes "1.200 keer"."""
    step = 10 ** max(0, len(str(count)) - 2)
    return f"{number(count // step * step)} keer"


def day(value: date) -> str:
    """A date in full: 15 april 2024."""
    return format_date(value, format="d MMMM y", locale="nl_NL")


def share(percent: int) -> str:
    """A whole percentage in words where Dutch has a word for it, the figure in brackets: "ruim de helft (51%)".

    Shares without a word of their own are said as the figure alone: "45%".
    """
    if percent == 0:
        return "vrijwel niemand (0%)"
    if percent == 100:
        return "vrijwel iedereen (100%)"
    at, word = min(_WORDS, key=lambda pair: abs(pair[0] - percent))
    distance = percent - at
    if abs(distance) > _NEAR:
        return percentage(percent)
    degree = "" if distance == 0 else "ruim " if distance > 0 else "bijna "
    return f"{degree}{word} ({percentage(percent)})"


def is_bare(percent: int | None) -> bool:
    """Whether a share has no word: its sentence would open with a digit."""
    return percent is not None and share(percent) == percentage(percent)


def count(yes: int, n: int) -> str:
    """A count of a few, in front of whom it counts: "6 van de 8", "geen van de 8", "alle 8"."""
    if yes == 0:
        return f"geen van de {n}"
    return f"alle {n}" if yes == n > 1 else f"{yes} van de {n}"


def plural(verb: str) -> str:
    """The verb behind more than one: "hebben" for "heeft". Raises MonitorError for one that is not in the list."""
    if verb not in _PLURALS:
        raise MonitorError(
            "No plural of a verb",
            where=f"does: {verb} ...   in config/indicators.yml",
            expected=f"one of {', '.join(_PLURALS)}",
            got=verb,
            hint="counts are said of several: add the verb with its plural to src/presentation/dutch.py",
        )
    return _PLURALS[verb]


def interval(low: int, high: int) -> str:
    """The interval of a level: "tussen 44% en 58%"."""
    return f"tussen {percentage(low)} en {percentage(high)}"


def listing(items: list[str]) -> str:
    """An enumeration: "a, b en c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} en {items[-1]}"


def waves(named: str) -> str:
    """What a wave is called, or two of them together: "2024"; "2022 en 2024 samen" for "2022+2024"."""
    return f"{named.replace('+', ' en ')} samen" if "+" in named else named


def small(label: str) -> str:
    """A label inside a sentence: with a small first letter, which has the accent that a capital goes without."""
    return f"één{label[3:]}" if label.startswith("Eén ") else label[:1].lower() + label[1:]


def capital(sentence: str) -> str:
    """The sentence with its first letter a capital, behind an opening bracket of Markdown if there is one.

    The Dutch ij counts as one letter.
    """
    bracket, words = (sentence[:1], sentence[1:]) if sentence.startswith("[") else ("", sentence)
    letters = 2 if words.startswith("ij") else 1
    return bracket + words[:letters].upper() + words[letters:]
