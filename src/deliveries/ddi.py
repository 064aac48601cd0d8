"""The codebook in DDI-Lifecycle 3.3, for programs: questions, answers, routing, variables and their delivered names.

One study unit per survey. A question has an item for every period in which its wording and answers did not change; a
variable is a harmonised column, whose name in a delivery is a further name with the wave as its context. Elements and
their order: DDI Alliance, DDI-Lifecycle 3.3 XML Schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from lxml import etree

from analysis.questionnaire import Answer, Question, Questionnaire, Routing
from deliveries.codebook import (
    ASKED,
    DIFFERENTLY,
    NOT_ASKED,
    ORIGINS,
    Codebook,
    anchor,
    base_in_words,
    break_in_words,
    question_in_short,
)

AGENCY = "example.org"
_SPACES = {
    None: "ddi:instance:3_3",
    "c": "ddi:conceptualcomponent:3_3",
    "d": "ddi:datacollection:3_3",
    "l": "ddi:logicalproduct:3_3",
    "r": "ddi:reusable:3_3",
    "s": "ddi:studyunit:3_3",
}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_WITHOUT_ANSWER = {
    "no_answer": "Geen antwoord gegeven",
    "routed_out": "Vraag overgeslagen, want niet van toepassing",
    "not_asked": "Niet gevraagd in deze meting",
}
_YES_NO = {"yes": "Gekozen", "no": "Niet gekozen"}
Node: TypeAlias = etree._Element


@dataclass(frozen=True)
class Offered:
    """An answer as offered: the id of its category, which is another one under another label, and the label."""

    id: str
    answer: Answer
    label: str


@dataclass(frozen=True)
class Version:
    """A question as asked in `waves`: its wording and the answers that were offered."""

    id: str
    waves: tuple[int, ...]
    text: str
    answers: tuple[Offered, ...]


def ddi(codebook: Codebook, licences: Iterable[str]) -> bytes:
    """The codebook as a DDI instance in UTF-8; the same codebook gives the same bytes."""
    version = str(max(wave for asked in codebook.held for wave in codebook.waves(asked.survey)))
    return _Instance(codebook, ", ".join(sorted(set(licences))), version).bytes()


@dataclass(frozen=True, eq=False)
class _Instance:
    codebook: Codebook
    licence: str
    version: str

    def bytes(self) -> bytes:
        title = self.codebook.settings.title
        units = [self._study(one) for one in self.codebook.held]
        root = self._item("DDIInstance", "monitor", self._citation(f"{title}: codeboek"), *units)
        etree.indent(root, " ")
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"

    def _study(self, asked: Questionnaire) -> Node:
        survey, mark = asked.survey, self.codebook.settings.mark
        waves = self.codebook.waves(survey)
        abstract = f"{asked.title}. Metingen: {', '.join(map(str, waves))}. {mark}"
        years = [_node("r:StartDate", str(waves[0])), _node("r:EndDate", str(waves[-1]))]
        period = self._item("r:TemporalCoverage", f"period-{survey}", _node("r:ReferenceDate", *years))
        return self._item(
            "s:StudyUnit",
            f"study-{survey}",
            self._citation(f"{self.codebook.settings.title}: {asked.title}"),
            _content("r:Abstract", abstract),
            self._ref("r:UniverseReference", f"u-{survey}", "Universe"),
            _node("r:Coverage", period),
            _node("r:KindOfData", "Enquête" + (f". {mark}" if mark else "")),
            self._concepts(asked),
            self._collection(asked),
            self._product(asked),
        )

    def _concepts(self, asked: Questionnaire) -> Node:
        survey = asked.survey
        themes = sorted({question.theme for question in asked.questions})
        concepts = [
            self._named("c:Concept", "c:ConceptName", f"theme-{survey}-{theme}", self.codebook.theme(theme))
            for theme in themes
        ]
        everyone = self._named("c:Universe", "c:UniverseName", f"u-{survey}", "Iedereen die de vragenlijst kreeg")
        parts = [
            self._named("c:Universe", "c:UniverseName", name, words) for (_, words), name in self._bases[survey].items()
        ]
        return self._module(
            "c:ConceptualComponent",
            f"concepts-{survey}",
            "Onderwerpen en groepen",
            self._module("c:ConceptScheme", f"themes-{survey}", "Onderwerpen", *concepts),
            self._module("c:UniverseScheme", f"universes-{survey}", "Wie vragen kregen", everyone, *parts),
        )

    def _collection(self, asked: Questionnaire) -> Node:
        survey, waves = asked.survey, self.codebook.waves(asked.survey)
        items, constructs = [], []
        sequences: dict[int, list[Node]] = {wave: [] for wave in waves}
        for question in asked.questions:
            for version in self._versions(survey, question):
                items.append(self._question(survey, question, version))
                constructs.append(self._construct(asked, question, version))
            for wave, reference, branch in self._steps(asked, question):
                sequences[wave].append(reference)
                constructs += branch
        instruments = []
        for wave in waves:
            title = f"{asked.title} {wave}"
            constructs.append(self._module("d:Sequence", f"sequence-{survey}-{wave}", title, *sequences[wave]))
            start = self._ref("d:ControlConstructReference", f"sequence-{survey}-{wave}", "Sequence")
            instruments.append(
                self._named("d:Instrument", "d:InstrumentName", f"instrument-{survey}-{wave}", title, start)
            )
        return self._module(
            "d:DataCollection",
            f"collection-{survey}",
            asked.title,
            self._module("d:QuestionScheme", f"questions-{survey}", "Vragen", *items),
            self._module("d:ControlConstructScheme", f"flow-{survey}", "Volgorde en routes", *constructs),
            self._module("d:InstrumentScheme", f"instruments-{survey}", "Vragenlijsten per meting", *instruments),
        )

    def _question(self, survey: str, question: Question, version: Version) -> Node:
        text, origin = _dutch("d:Text", version.text), ORIGINS.get(question.origin, "gevraagd")
        many = str(len(version.answers)) if question.kind == "multiple" else "1"
        if version.answers:
            reference = self._ref("r:CodeListReference", f"codes-{version.id}", "CodeList")
            cardinality = _node("r:ResponseCardinality", minimumResponses="0", maximumResponses=many)
            domain = _node("d:CodeDomain", reference, cardinality)
        elif question.kind == "date":
            domain = _node("d:DateTimeDomain", _node("r:DateTypeCode", "date"))
        else:
            domain = _node("d:TextDomain")
        return self._item(
            "d:QuestionItem",
            version.id,
            _named("d:QuestionItemName", question.id),
            _content("r:Label", question_in_short(version.text)),
            _content("r:Description", f"{origin.capitalize()}: {', '.join(map(str, version.waves))}"),
            _node("d:QuestionText", _node("d:LiteralText", text)),
            domain,
            self._ref("r:ConceptReference", f"theme-{survey}-{question.theme}", "Concept"),
        )

    def _construct(self, asked: Questionnaire, question: Question, version: Version) -> Node:
        bases = dict.fromkeys(self._base(asked, question, wave) for wave in version.waves)
        return self._module(
            "d:QuestionConstruct",
            f"ask-{version.id}",
            question.id,
            self._ref("r:QuestionReference", version.id, "QuestionItem"),
            *(self._ref("r:UniverseReference", base, "Universe") for base in bases),
        )

    def _steps(self, asked: Questionnaire, question: Question) -> Iterable[tuple[int, Node, list[Node]]]:
        """Per wave what its sequence refers to, and the branch that this needs where a wave is the first to need it."""
        made: set[str] = set()
        tag = "d:ControlConstructReference"
        for version in self._versions(asked.survey, question):
            for wave in version.waves:
                routing = question.routing(wave)
                if routing is None:
                    yield wave, self._ref(tag, f"ask-{version.id}", "QuestionConstruct"), []
                    continue
                name = f"if-{version.id}-{self._base(asked, question, wave)}"
                then = self._ref("d:ThenConstructReference", f"ask-{version.id}", "QuestionConstruct")
                words = base_in_words(asked, routing, wave)
                rule = (_node("r:ProgramLanguage", "text"), _node("r:CommandContent", _rule(routing)))
                condition = _node("d:IfCondition", _content("r:Description", words), _node("r:Command", *rule))
                branch = self._module("d:IfThenElse", name, f"Alleen {words}", condition, then)
                yield wave, self._ref(tag, name, "IfThenElse"), [] if name in made else [branch]
                made.add(name)

    def _product(self, asked: Questionnaire) -> Node:
        survey = asked.survey
        categories = [self._category(f"a-{survey}-{name}", label, name in _WITHOUT_ANSWER) for name, label in _SHARED]
        lists = [
            self._codes(f"values-{survey}-options", "Gekozen of niet", [(o, f"a-{survey}-{o}") for o in _YES_NO]),
            self._codes(f"values-{survey}-none", "Geen antwoord", [(o, f"a-{survey}-{o}") for o in _WITHOUT_ANSWER]),
        ]
        variables = []
        for question in asked.questions:
            offered: dict[str, Offered] = {}
            for version in self._versions(survey, question):
                offered |= {one.id: one for one in version.answers}
                codes = [(_code(one.answer), one.id) for one in version.answers]
                lists += [self._codes(f"codes-{version.id}", question.id, codes)] if codes else []
            categories += [self._category(one.id, one.label, one.answer.missing) for one in offered.values()]
            if question.answers and question.kind != "multiple":
                newest = {one.answer.id: one.id for one in offered.values()}
                lists.append(self._codes(f"values-{survey}-{question.id}", question.id, list(newest.items())))
            variables += [self._variable(asked, question, column) for column in question.columns]
        none = self._ref("r:CodeListReference", f"values-{survey}-none", "CodeList")
        empty = _node("r:MissingCodeRepresentation", none)
        missing = self._module("r:ManagedMissingValuesRepresentation", f"missing-{survey}", "Geen antwoord", empty)
        return self._module(
            "l:LogicalProduct",
            f"product-{survey}",
            asked.title,
            self._module("l:CategoryScheme", f"categories-{survey}", "Antwoorden", *categories),
            self._module("l:CodeListScheme", f"lists-{survey}", "Codes", *lists),
            self._module("r:ManagedRepresentationScheme", f"managed-{survey}", "Geen antwoord", missing),
            self._module("l:VariableScheme", f"variables-{survey}", "Variabelen", *variables),
        )

    def _variable(self, asked: Questionnaire, question: Question, column: str) -> Node:
        survey, versions = asked.survey, self._versions(asked.survey, question)
        names = self.codebook.names(survey, column)
        told = [_named("l:VariableName", column, isPreferred="true")]
        told += [
            _named("l:VariableName", name, isPreferred="false", context=str(wave))
            for wave, name in names.items()
            if name not in (NOT_ASKED, DIFFERENTLY)
        ]
        label = question_in_short(versions[-1].text if versions else question.wording(max(question.text)))
        if question.kind == "multiple":
            label += f" {question.label(column.partition('__')[2])}"
        notes = [" ".join(break_in_words(row)) for row in self.codebook.breaks_of(survey, question.id, column)]
        notes += [f"Anders gevraagd: {wave}" for wave, name in names.items() if name == DIFFERENTLY]
        bases = dict.fromkeys(self._base(asked, question, wave) for version in versions for wave in version.waves)
        return self._item(
            "l:Variable",
            f"v-{survey}-{column}",
            *told,
            _content("r:Label", label),
            *([_content("r:Description", ". ".join(notes))] if notes else []),
            *(self._ref("r:UniverseReference", base, "Universe") for base in bases),
            self._ref("r:ConceptReference", f"theme-{survey}-{question.theme}", "Concept"),
            *(self._ref("r:QuestionReference", version.id, "QuestionItem") for version in versions),
            _node("l:VariableRepresentation", *self._representation(survey, question)),
        )

    def _representation(self, survey: str, question: Question) -> list[Node]:
        if not question.answers:
            date = _node("r:DateTimeRepresentation", _node("r:DateTypeCode", "date"))
            return [date if question.kind == "date" else _node("r:TextRepresentation")]
        name = "options" if question.kind == "multiple" else question.id
        codes = self._ref("r:CodeListReference", f"values-{survey}-{name}", "CodeList")
        missing = [answer.id for answer in question.answers if answer.missing]
        marks = {"missingValue": " ".join(missing)} if missing else {}
        marks["classificationLevel"] = "Ordinal" if question.kind == "scale" else "Nominal"
        return [
            _node("r:CodeRepresentation", codes, **marks),
            self._ref("l:MissingValuesReference", f"missing-{survey}", "ManagedMissingValuesRepresentation"),
        ]

    def _versions(self, survey: str, question: Question) -> list[Version]:
        def said(wave: int) -> tuple[str, tuple[Offered, ...]]:
            return question.wording(wave), tuple(
                Offered(_category_id(survey, question, answer, wave), answer, answer.wording(wave))
                for answer in question.answers
                if answer.offered(wave)
            )

        periods = self.codebook.periods(survey, question, said)
        return [Version(f"{anchor(survey, question)}-{one.waves[0]}", one.waves, *one.said) for one in periods]

    @cached_property
    def _bases(self) -> dict[str, dict[tuple[str, str], str]]:
        """Per survey who was asked, as rule and in the words of the wave -> id of the universe.

        The id names the first wave and question that asked them: a later wave adds ids and changes none.
        """
        found: dict[str, dict[tuple[str, str], str]] = {}
        for asked in self.codebook.held:
            mine = found.setdefault(asked.survey, {})
            states = {question.id: self.codebook.asked(asked.survey, question) for question in asked.questions}
            for wave in self.codebook.waves(asked.survey):
                for question in asked.questions:
                    routing = question.routing(wave) if states[question.id][wave] == ASKED else None
                    if routing is not None:
                        said = _rule(routing), base_in_words(asked, routing, wave)
                        mine.setdefault(said, f"u-{asked.survey}-{question.id}-{wave}")
        return found

    def _base(self, asked: Questionnaire, question: Question, wave: int) -> str:
        """Id of the universe of a question in a wave that asked it."""
        routing = question.routing(wave)
        if routing is None:
            return f"u-{asked.survey}"
        return self._bases[asked.survey][_rule(routing), base_in_words(asked, routing, wave)]

    def _category(self, name: str, label: str, missing: bool) -> Node:
        node = self._named("l:Category", "l:CategoryName", name, label)
        if missing:
            node.set("isMissing", "true")
        return node

    def _codes(self, name: str, label: str, codes: Sequence[tuple[str, str]]) -> Node:
        nodes = []
        for value, category in codes:
            meant = self._ref("r:CategoryReference", category, "Category")
            nodes.append(self._item("l:Code", f"{name}-{value}", meant, _node("r:Value", value)))
        return self._module("l:CodeList", name, label, *nodes)

    def _citation(self, title: str) -> Node:
        mark, licence = self.codebook.settings.mark, self.licence
        marked = [_named("r:SubTitle", mark)] if mark else []
        return _node("r:Citation", _named("r:Title", title), *marked, _named("r:Copyright", f"Licentie: {licence}"))

    def _named(self, tag: str, name_tag: str, name: str, label: str, *rest: Node) -> Node:
        return self._item(tag, name, _named(name_tag, label), _content("r:Label", label), *rest)

    def _module(self, tag: str, name: str, label: str, *rest: Node) -> Node:
        return self._item(tag, name, _content("r:Label", label), *rest)

    def _item(self, tag: str, name: str, *rest: Node) -> Node:
        """An element that has an identity of its own."""
        return _node(tag, *self._identity(name), *rest)

    def _ref(self, tag: str, name: str, kind: str) -> Node:
        return _node(tag, *self._identity(name), _node("r:TypeOfObject", kind))

    def _identity(self, name: str) -> list[Node]:
        return [_node("r:Agency", AGENCY), _node("r:ID", name), _node("r:Version", self.version)]


def _category_id(survey: str, question: Question, answer: Answer, wave: int) -> str:
    """Id of an answer under its label of a wave; a label that is not the newest carries the first wave that had it."""
    name = f"a-{survey}-{question.id}-{answer.id}"
    if isinstance(answer.label, str) or answer.wording(wave) == answer.wording():
        return name
    return f"{name}-{max(year for year in answer.label if year <= wave)}"


def _code(answer: Answer) -> str:
    return answer.id if answer.code is None else str(answer.code)


_SHARED = (*_YES_NO.items(), *_WITHOUT_ANSWER.items())


def _rule(routing: Routing) -> str:
    """The routing over harmonised columns, as a program could read it."""
    told = [f"{name} in ({', '.join(answers)})" for name, answers in routing.conditions]
    return (" or " if routing.any else " and ").join(told)


def _node(tag: str, *inside: Node | str, **attributes: str) -> Node:
    space, _, name = tag.rpartition(":")
    node = etree.Element(f"{{{_SPACES[space or None]}}}{name}", attributes, nsmap=_SPACES if not space else None)
    for one in inside:
        if isinstance(one, str):
            node.text = one
        else:
            node.append(one)
    return node


def _dutch(tag: str, words: str) -> Node:
    node = _node(tag, words)
    node.set(_LANG, "nl")
    return node


def _content(tag: str, words: str) -> Node:
    return _node(tag, _dutch("r:Content", words))


def _named(tag: str, words: str, **attributes: str) -> Node:
    return _node(tag, _dutch("r:String", words), **attributes)
