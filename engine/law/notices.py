"""Notice sources (`processes/<law>/notices/*.md`): one Markdown text per notice type, with what it must contain.

The front matter names the type, the clause that demands the notice, the party it goes to, its channels, the limits of
time that it speaks of by their ids, and the required content: each piece with its clause and a FEEL expression for the
words that must stand in the rendered text. The body is Markdown with placeholders (`templates.py`). When a piece is
missing, rendering fails and nothing is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.documents import Findings, Path, Section, read_document
from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.law.expressions import FeelText, read_feel
from engine.law.formats import PAPERS, Currency
from engine.law.letterhead import NO_LETTERHEAD, Letterhead
from engine.law.templates import EachEntry, NamedEntries, Template, TemplateReader
from engine.law.vocabulary import FactDefinition

if TYPE_CHECKING:
    from engine.law.manifest import Party

FORMS_OF_VALUES = ("text", "date", "weekday", "money")
DEADLINE_FIELDS = (
    "limit_id",
    "clause",
    "started_on",
    "amount",
    "unit",
    "due_date",
    "due",
    "opens",
    "steps",
    "met_on",
)
IN_WORDS = "in_words"
"""The field of a limit, and of a deadline, that says its length as a sentence does: ``thirty days``."""
LIMITS = "limits"
LIMIT_FIELDS = ("limit_id", "amount", "unit", IN_WORDS)
# What a notice may speak of besides facts, inputs and its own data.
BUILT_IN_NAMES: Mapping[str, tuple[str, ...] | None] = {
    "deadlines": EachEntry((*DEADLINE_FIELDS, IN_WORDS)),
    LIMITS: NamedEntries((), LIMIT_FIELDS),
    "notice": ("id", "type", "title", "date"),
    "case": ("id", "type", "key", "state"),
    "reason_texts": None,
}


@dataclass(frozen=True, slots=True)
class RequiredContent:
    """One piece that the law demands in a notice. *shown_as* is how its value reads in the text."""

    id: str
    clauses: tuple[str, ...]
    meaning: str
    value: FeelText
    shown_as: str


@dataclass(frozen=True, slots=True)
class NoticeSource:
    """One notice type as its file declares it.

    *limits*: the names by which its text speaks of limits of time, with the id of each limit or FEEL that gives it.
    *address*: the parts of the address of the party that it goes to, with the fact of each.
    """

    type: str
    title: str
    file: str
    hash: str
    clauses: tuple[str, ...]
    to: str
    channels: tuple[str, ...]
    inputs: tuple[str, ...]
    reason_texts: Mapping[str, str]
    data: Mapping[str, FeelText]
    limits: Mapping[str, str | FeelText]
    required: tuple[RequiredContent, ...]
    subject: Template
    body: Template
    language: str
    currency: Currency
    paper: str
    letterhead: Letterhead
    address: Mapping[str, str]

    def text_of_reason(self, code: str) -> str | None:
        """The sentence for the applicant that this notice holds for a reason code, or None."""
        return self.reason_texts.get(code)


@dataclass(frozen=True, slots=True)
class NoticeSetting:
    """What a notice source is read against: the facts and parties of its package, its currency and language."""

    facts: Mapping[str, FactDefinition]
    parties: Mapping[str, Party]
    currency: Currency
    language: str
    paper: str = PAPERS[0]
    letterhead: Letterhead = NO_LETTERHEAD


def read_notice(
    data: bytes, file: str, setting: NoticeSetting, cited: list[tuple[str, Path, Findings]]
) -> NoticeSource:
    """Read one notice source. Errors, all at once: NOTICE_TEMPLATE, LAW_UNKNOWN_FACT, FEEL_SYNTAX with file and line.

    Clause ids are added to *cited* with their place, for the check against the registers.
    """
    front, body, body_line = _split(data, file)
    document = read_document(front, file, ErrorCode.NOTICE_TEMPLATE, first_line=2)
    findings, top = document.findings, document.section()
    notice_type, title = top.text("notice"), top.text("title", required=not top.has("subject"))
    inputs = top.texts("inputs")
    for index, name in enumerate(inputs):
        if name in BUILT_IN_NAMES:
            top.problem(
                f'"{name}" is a name that the engine fills itself.', "inputs", index, hint="rename the variable"
            )
    named: dict[str, tuple[str, ...] | None] = dict.fromkeys(inputs)
    # Only a context has fields; of the others it is known that they have none.
    named |= {name: None if fact.type == "context" else () for name, fact in setting.facts.items()}
    named |= BUILT_IN_NAMES
    limits_section = top.section(LIMITS, required=False)
    limits = (
        {} if limits_section is None else {name: _limit(limits_section, name, named) for name in limits_section.value}
    )
    named[LIMITS] = NamedEntries(limits, LIMIT_FIELDS)
    expressions = top.section("data", required=False)
    own = {} if expressions is None else {name: _feel(expressions, name, named) for name in expressions.value}
    all_names = {**named, **dict.fromkeys(own)}
    required = _read_required_contents(top, all_names, cited)
    clauses = _clauses(top, cited)
    texts_section = top.section("reason_texts", required=False)
    reason_texts = {} if texts_section is None else {code: texts_section.text(code) for code in texts_section.value}
    to, channels = top.choice("to", setting.parties), top.texts("channels", required=True)
    subject_source = top.text("subject", title, required=False)
    top.close()
    reader = TemplateReader(setting.currency)
    subject_line = findings.line_of(("subject",)) or 1
    subject, subject_problems = reader.read(
        subject_source, file, "subject", line=subject_line, known=all_names, markdown=False
    )
    text, text_problems = reader.read(body, file, "text", line=body_line, known=all_names, markdown=True)
    if not body.strip():
        findings.add("expected the text of the notice after the second ---, but there is none.")
    problems = [*findings.problems, *subject_problems, *text_problems]
    if problems or subject is None or text is None:
        raise EngineError(*problems)
    return NoticeSource(
        type=notice_type,
        title=title or notice_type,
        file=file,
        hash=hashlib.sha256(data).hexdigest(),
        clauses=clauses,
        to=to,
        channels=channels,
        inputs=inputs,
        reason_texts=reason_texts,
        data=own,
        limits=limits,
        required=required,
        subject=subject,
        body=text,
        language=setting.language,
        currency=setting.currency,
        paper=setting.paper,
        letterhead=setting.letterhead,
        address=setting.parties[to].address if to in setting.parties else {},
    )


def _split(data: bytes, file: str) -> tuple[bytes, str, int]:
    """Front matter, body, and the line on which the body begins."""
    try:
        lines = data.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        problem = Problem(
            ErrorCode.NOTICE_TEMPLATE, f"expected UTF-8 text, but byte {error.start} is not.", Location(file=file)
        )
        raise EngineError(problem) from error
    fences = [index for index, line in enumerate(lines) if line.strip() == "---"]
    if len(fences) < 2 or fences[0] != 0:
        raise EngineError(
            Problem(
                ErrorCode.NOTICE_TEMPLATE,
                "expected front matter between two lines ---, the first of them the first line of the file.",
                Location(file=file, line=1),
                hint="begin with ---, then notice, title, clause, to, channels and required, then --- and the text",
            )
        )
    end = fences[1]
    return "".join(lines[1:end]).encode(), "".join(lines[end + 1 :]), end + 2


def _read_required_contents(
    top: Section, names: Mapping[str, object], cited: list[tuple[str, Path, Findings]]
) -> tuple[RequiredContent, ...]:
    contents: dict[str, RequiredContent] = {}
    for section in top.sections("required", required=True):
        content = _read_required(section, names, cited)
        if content.id in contents:
            section.problem(f'the required content "{content.id}" is given twice.', "id")
        contents[content.id] = content
    return tuple(contents.values())


def _read_required(
    section: Section, names: Mapping[str, object], cited: list[tuple[str, Path, Findings]]
) -> RequiredContent:
    content = RequiredContent(
        id=section.text("id"),
        clauses=_clauses(section, cited),
        meaning=section.text("meaning"),
        value=_feel(section, "value", names),
        shown_as=section.choice("as", FORMS_OF_VALUES, "", required=False),
    )
    section.close()
    return content


def _clauses(section: Section, cited: list[tuple[str, Path, Findings]]) -> tuple[str, ...]:
    clauses = section.texts("clause", required=True)
    cited.extend((clause, (*section.path, "clause"), section.findings) for clause in clauses)
    return clauses


def _limit(section: Section, name: str, names: Mapping[str, object]) -> str | FeelText:
    """A limit by its id, or by FEEL that gives its id."""
    text = section.text(name)
    return _feel(section, name, names) if text.startswith("=") else text


def _feel(section: Section, key: str, names: Mapping[str, object]) -> FeelText:
    text = section.text(key)
    if section.has(key) and not text.startswith("="):
        section.problem(f'expected FEEL beginning with =, but got "{text}".', key, hint=f'write {key}: "=..."')
        return read_feel("null", names)[0]
    expression, problems = read_feel(text.removeprefix("=") or "null", names)
    place = (*section.path, key)
    section.findings.problems.extend(
        problem.at(file=section.findings.file, line=section.findings.line_of(place), part=".".join(map(str, place)))
        for problem in problems
    )
    return expression
