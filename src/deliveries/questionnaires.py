"""A questionnaire as its wave put it, for the annex of a report."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.questionnaire import COUNTED, Question, Questionnaire, Routing
from deliveries.codebook import escaped, led_alike, listed, read_codebook


def annex(wave: int, survey: str = COUNTED) -> str:
    """Markdown: per theme the questions of a wave in their order, numbered, with who was asked and the answers.

    The last of them stay together, so that no page has only the end of a questionnaire.
    """
    codebook = read_codebook()
    asked = codebook.questionnaires[survey]
    questions = [one for one in asked.questions if one.origin == "asked" and (one.waves is None or wave in one.waves)]
    numbers = {question.id: number for number, question in enumerate(questions, start=1)}
    parts, theme = [], None
    for question in questions:
        if question.theme != theme:
            theme = question.theme
            parts.append(f"### {codebook.theme(theme)}")
        parts.append(f"**{numbers[question.id]}. {escaped(question.wording(wave))}** {_about(question, wave)}")
        routing = question.routing(wave)
        if routing is not None:
            parts.append(f"[{escaped(_only(asked, routing, wave, numbers))}]{{.key-note}}")
    last = max(len(parts) - 6, *(at for at, part in enumerate(parts, start=1) if part.startswith("###")))
    return "\n\n".join([*parts[:last], "::: {.together}", *parts[last:], ":::"])


def _only(asked: Questionnaire, routing: Routing, wave: int, numbers: Mapping[str, int]) -> str:
    """For whom a question was, by the numbers of earlier ones: in full it would repeat the same long question."""
    word = "of" if routing.any else "en"
    parts = []
    for given, questions in led_alike(asked, routing, wave).items():
        before = [str(numbers[question.id]) for question in questions if question.id in numbers]
        parts.append(f"{f'bij vraag {listed(before, word)}' if before else 'in het adressenbestand'} {given}")
    return f"Alleen voor wie {f'; {word} '.join(parts)}."


def _about(question: Question, wave: int) -> str:
    """The answers, one behind the other; whether several may be chosen, the question says itself."""
    answers = [escaped(answer.wording(wave)) for answer in question.answers if answer.offered(wave)]
    return f"{' · '.join(answers)}." if answers else ""
