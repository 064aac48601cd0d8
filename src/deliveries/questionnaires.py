"""A questionnaire as its wave put it, for the annex of a report."""

from __future__ import annotations

from analysis.questionnaire import COUNTED, Question
from deliveries.codebook import base_in_words, escaped, read_codebook


def annex(wave: int, survey: str = COUNTED) -> str:
    """Markdown: per theme the questions of a wave in their order, numbered, with who was asked and the answers."""
    codebook = read_codebook()
    asked = codebook.questionnaires[survey]
    questions = [one for one in asked.questions if one.origin == "asked" and (one.waves is None or wave in one.waves)]
    numbers = {question.id: number for number, question in enumerate(questions, start=1)}
    parts, theme = [], None
    for question in questions:
        if question.theme != theme:
            theme = question.theme
            parts.append(f"### {codebook.theme(theme)}")
        who = base_in_words(asked, question.routing(wave), wave, numbers=numbers)
        only = f" [Alleen voor {escaped(who)}.]{{.key-note}}" if who != "iedereen" else ""
        parts.append(f"**{numbers[question.id]}. {escaped(question.wording(wave))}** {_about(question, wave)}{only}")
    return "\n\n".join(parts)


def _about(question: Question, wave: int) -> str:
    """The answers, one behind the other; how many a respondent may give."""
    answers = [escaped(answer.wording(wave)) for answer in question.answers if answer.offered(wave)]
    several = " Meer antwoorden mogelijk." if question.kind == "multiple" else ""
    return f"{' · '.join(answers)}.{several}" if answers else ""
