"""What went wrong, as data: code, place, what was expected, what to do, which law.

Three channels, never mixed: a *problem* is found before running and blocks deployment when it is an error;
a *warning* explains a null that FEEL went on with; a *failure* stops an element and becomes an incident.
Imports nothing of ours.
"""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class ErrorCode(StrEnum):
    """Every code the project can show, prefixed by its stage. Codes are public and never change their meaning."""

    # FEEL: reading and evaluating expressions
    FEEL_SYNTAX = "FEEL_SYNTAX"
    FEEL_UNKNOWN_NAME = "FEEL_UNKNOWN_NAME"
    FEEL_UNKNOWN_FUNCTION = "FEEL_UNKNOWN_FUNCTION"
    FEEL_TYPE_MISMATCH = "FEEL_TYPE_MISMATCH"
    FEEL_INVALID_ARGUMENT = "FEEL_INVALID_ARGUMENT"
    FEEL_ARITHMETIC = "FEEL_ARITHMETIC"
    FEEL_NOT_FOUND = "FEEL_NOT_FOUND"
    FEEL_LIMIT = "FEEL_LIMIT"
    # DMN: reading and evaluating decision models
    DMN_XML = "DMN_XML"
    DMN_UNSUPPORTED = "DMN_UNSUPPORTED"
    DMN_INVALID = "DMN_INVALID"
    DMN_UNKNOWN_REFERENCE = "DMN_UNKNOWN_REFERENCE"
    DMN_UNKNOWN_DECISION = "DMN_UNKNOWN_DECISION"
    DMN_UNKNOWN_TYPE = "DMN_UNKNOWN_TYPE"
    DMN_CYCLE = "DMN_CYCLE"
    DMN_DUPLICATE = "DMN_DUPLICATE"
    DMN_HIT_POLICY = "DMN_HIT_POLICY"
    DMN_NO_RULE = "DMN_NO_RULE"
    DMN_INPUT_NOT_ALLOWED = "DMN_INPUT_NOT_ALLOWED"
    DMN_OUTPUT_NOT_ALLOWED = "DMN_OUTPUT_NOT_ALLOWED"
    DMN_NO_CLAUSE = "DMN_NO_CLAUSE"
    DMN_NO_ID = "DMN_NO_ID"
    DMN_TABLE = "DMN_TABLE"
    # BPMN: reading and executing diagrams
    BPMN_XML = "BPMN_XML"
    BPMN_UNSUPPORTED = "BPMN_UNSUPPORTED"
    BPMN_INVALID = "BPMN_INVALID"
    BPMN_DUPLICATE = "BPMN_DUPLICATE"
    BPMN_UNKNOWN_REFERENCE = "BPMN_UNKNOWN_REFERENCE"
    BPMN_UNKNOWN_JOB_TYPE = "BPMN_UNKNOWN_JOB_TYPE"
    BPMN_UNKNOWN_DECISION = "BPMN_UNKNOWN_DECISION"
    BPMN_UNKNOWN_PROCESS = "BPMN_UNKNOWN_PROCESS"
    BPMN_UNKNOWN_FORM = "BPMN_UNKNOWN_FORM"
    BPMN_EXPRESSION = "BPMN_EXPRESSION"
    BPMN_NO_FLOW = "BPMN_NO_FLOW"
    BPMN_UNHANDLED_ERROR = "BPMN_UNHANDLED_ERROR"
    BPMN_LIMIT = "BPMN_LIMIT"
    BPMN_STYLE = "BPMN_STYLE"
    BPMN_NO_CLAUSE = "BPMN_NO_CLAUSE"
    BPMN_SOUNDNESS = "BPMN_SOUNDNESS"
    # calendars and deadlines
    CAL_INVALID = "CAL_INVALID"
    CAL_YEAR_MISSING = "CAL_YEAR_MISSING"
    CAL_UNKNOWN = "CAL_UNKNOWN"
    CAL_UNKNOWN_LIMIT = "CAL_UNKNOWN_LIMIT"
    CAL_UNKNOWN_DEADLINE = "CAL_UNKNOWN_DEADLINE"
    # law packages: manifest, vocabulary, registers, notices
    LAW_MANIFEST = "LAW_MANIFEST"
    LAW_REGISTER = "LAW_REGISTER"
    LAW_UNKNOWN_CLAUSE = "LAW_UNKNOWN_CLAUSE"
    LAW_UNKNOWN_EVENT = "LAW_UNKNOWN_EVENT"
    LAW_UNKNOWN_FACT = "LAW_UNKNOWN_FACT"
    LAW_FACT_TYPE = "LAW_FACT_TYPE"
    LAW_HIDDEN_NUMBER = "LAW_HIDDEN_NUMBER"
    LAW_FACT_NEGATIVE = "LAW_FACT_NEGATIVE"
    LAW_FACT_CONTRADICTION = "LAW_FACT_CONTRADICTION"
    LAW_OUTSIDE_LIFE = "LAW_OUTSIDE_LIFE"
    LAW_UNKNOWN_NOTICE = "LAW_UNKNOWN_NOTICE"
    LAW_UNKNOWN_PACKAGE = "LAW_UNKNOWN_PACKAGE"
    # jobs, user tasks, notices, payments
    JOB_FAILED = "JOB_FAILED"
    JOB_NOT_FOUND = "JOB_NOT_FOUND"
    JOB_NOT_OPEN = "JOB_NOT_OPEN"
    JOB_RESULT = "JOB_RESULT"
    JOB_HEADER = "JOB_HEADER"
    JOB_INPUT = "JOB_INPUT"
    NOTICE_TEMPLATE = "NOTICE_TEMPLATE"
    NOTICE_CONTENT_MISSING = "NOTICE_CONTENT_MISSING"
    NOTICE_UNDELIVERED = "NOTICE_UNDELIVERED"
    BANK_FILE = "BANK_FILE"
    TASK_NOT_FOUND = "TASK_NOT_FOUND"
    TASK_COMPLETED = "TASK_COMPLETED"
    TASK_CLAIMED = "TASK_CLAIMED"
    TASK_FORM = "TASK_FORM"
    TASK_FOUR_EYES = "TASK_FOUR_EYES"
    CONSENT_PROSPECT_STOPPED = "CONSENT_PROSPECT_STOPPED"
    CONSENT_PROSPECT_WARNED = "CONSENT_PROSPECT_WARNED"
    # messages, timers, instances, cases
    MSG_NOBODY = "MSG_NOBODY"
    MSG_DUPLICATE = "MSG_DUPLICATE"
    MSG_KEY = "MSG_KEY"
    RUN_NOT_FOUND = "RUN_NOT_FOUND"
    RUN_STATE = "RUN_STATE"
    RUN_MOVE = "RUN_MOVE"
    RUN_MIGRATION = "RUN_MIGRATION"
    RUN_UNKNOWN_PROCESS = "RUN_UNKNOWN_PROCESS"
    RUN_CLOCK = "RUN_CLOCK"
    CASE_NOT_FOUND = "CASE_NOT_FOUND"
    CASE_CORRECTION = "CASE_CORRECTION"
    # questions that are asked of a law alone
    ASK_UNKNOWN_QUESTION = "ASK_UNKNOWN_QUESTION"
    ASK_QUESTION = "ASK_QUESTION"
    ASK_FACTS = "ASK_FACTS"
    ASK_FACT_MISSING = "ASK_FACT_MISSING"
    ASK_NEGATIVE = "ASK_NEGATIVE"
    ASK_CONTRADICTION = "ASK_CONTRADICTION"
    ASK_OUTSIDE_LIFE = "ASK_OUTSIDE_LIFE"
    ASK_READING = "ASK_READING"
    ASK_NO_ANSWER = "ASK_NO_ANSWER"
    # store
    STORE_SCHEMA = "STORE_SCHEMA"
    STORE_BUSY = "STORE_BUSY"
    STORE_CHAIN = "STORE_CHAIN"
    STORE_IO = "STORE_IO"
    # scenarios, review, API
    SCENARIO_INVALID = "SCENARIO_INVALID"
    SCENARIO_DATE = "SCENARIO_DATE"
    SCENARIO_FAILED = "SCENARIO_FAILED"
    TRACE_CLAUSE = "TRACE_CLAUSE"
    TRACE_MODELS = "TRACE_MODELS"
    TRACE_LAW = "TRACE_LAW"
    TRACE_SUPPRESSION = "TRACE_SUPPRESSION"
    TRACE_BLANK = "TRACE_BLANK"
    TRACE_UNPROVEN = "TRACE_UNPROVEN"
    TRACE_STANDING = "TRACE_STANDING"
    TRACE_RESULTS = "TRACE_RESULTS"
    ARCHIVE_INVALID = "ARCHIVE_INVALID"
    ARCHIVE_DIFFERS = "ARCHIVE_DIFFERS"
    API_REQUEST = "API_REQUEST"
    API_UNAUTHORIZED = "API_UNAUTHORIZED"
    API_FORBIDDEN = "API_FORBIDDEN"
    API_IDEMPOTENCY = "API_IDEMPOTENCY"
    API_IN_PROGRESS = "API_IN_PROGRESS"
    API_RATE_LIMIT = "API_RATE_LIMIT"
    API_CURSOR = "API_CURSOR"
    API_TOO_LARGE = "API_TOO_LARGE"
    API_MEDIA_TYPE = "API_MEDIA_TYPE"
    API_INTERNAL = "API_INTERNAL"
    API_NOT_READY = "API_NOT_READY"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points in the text of an expression."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Location:
    """Where: file, then element or decision and rule, then the part (cell, attribute, YAML path), then the text."""

    file: str | None = None
    element_id: str | None = None
    decision_id: str | None = None
    rule_id: str | None = None
    part: str | None = None
    clause: str | None = None
    line: int | None = None
    text: str | None = None
    span: Span | None = None

    def __str__(self) -> str:
        steps = [self.file, self.element_id, self.decision_id, self.rule_id, self.part]
        shown = " > ".join(step for step in steps if step)
        return f"{shown} (line {self.line})" if self.line is not None else shown

    def sort_key(self) -> tuple[str, int, str, str, str, str, int]:
        return (
            self.file or "",
            self.line or 0,
            self.element_id or "",
            self.decision_id or "",
            self.rule_id or "",
            self.part or "",
            self.span.start if self.span else 0,
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `message` says what happened (expected ... but got ...), `hint` what to do.

    A finding of a check also names its rule, says why it matters, and gives facts or a path that show it.
    """

    code: ErrorCode
    message: str
    location: Location = Location()
    severity: Severity = Severity.ERROR
    hint: str | None = None
    check: str | None = None
    why: str | None = None
    example: str | None = None

    def __str__(self) -> str:
        lines = [str(self.location)] if str(self.location) else []
        lines.append(f"{self.code}: {f'[{self.check}] ' if self.check else ''}{self.message}")
        text, span = self.location.text, self.location.span
        if text is not None:
            lines.extend(_quote(text, span))
        if self.example:
            lines.append(f"Example: {self.example}")
        if self.why:
            lines.append(f"Why: {self.why}")
        if self.hint:
            lines.append(f"Do: {self.hint}")
        if self.location.clause:
            lines.append(f"Clause: {self.location.clause}")
        return "\n".join(lines)

    def at(self, **parts: object) -> Problem:
        """Return the same problem with these parts of its location filled in where they were empty."""
        missing = {name: value for name, value in parts.items() if getattr(self.location, name) is None}
        return replace(self, location=replace(self.location, **missing))  # type: ignore[arg-type]

    def as_data(self) -> dict[str, object]:
        place = self.location
        data: dict[str, object] = {"code": str(self.code), "severity": str(self.severity), "message": self.message}
        for name in ("file", "element_id", "decision_id", "rule_id", "part", "clause", "line", "text"):
            value = getattr(place, name)
            if value is not None:
                data[name] = value
        if place.span is not None:
            data["span"] = [place.span.start, place.span.end]
        for name in ("hint", "check", "why", "example"):
            value = getattr(self, name)
            if value:
                data[name] = value
        return data


def _quote(text: str, span: Span | None) -> Iterable[str]:
    """The line of *text* that holds *span*, with carets under it."""
    if span is None:
        yield from (f"  {line}" for line in text.splitlines()[:3])
        return
    start_of_line = text.rfind("\n", 0, span.start) + 1
    end_of_line = text.find("\n", span.start)
    line = text[start_of_line : end_of_line if end_of_line >= 0 else len(text)]
    first = span.start - start_of_line
    length = max(1, min(span.end, start_of_line + len(line)) - span.start)
    left = max(0, first - 60)
    yield f"  {line[left : left + 100]}"
    yield "  " + " " * (first - left) + "^" * min(length, 100)


class EngineError(Exception):
    """The one exception of ours that crosses package borders: one or more problems, sorted by place."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("an EngineError needs at least one problem")
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda p: p.location.sort_key()))
        super().__init__("\n\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[EngineError], tuple[Problem, ...]]:
        return (type(self), self.problems)

    @property
    def code(self) -> ErrorCode:
        return self.problems[0].code

    @property
    def problem(self) -> Problem:
        return self.problems[0]


def failure(code: ErrorCode, message: str, *, hint: str | None = None, **location: object) -> EngineError:
    """Build an EngineError of one problem; keyword arguments fill its Location."""
    return EngineError(Problem(code, message, Location(**location), hint=hint))  # type: ignore[arg-type]


def places_of(error: BaseException) -> list[str]:
    """Where a bug came through, outermost first, as `file:line function`: for logs, which hold no values of a case."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that *name* was most likely meant to be, or None."""
    candidates: Sequence[str] = list(known)
    folded = {candidate.casefold(): candidate for candidate in candidates}
    matches = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """' Did you mean "x"?' or the empty string."""
    match = nearest(name, known)
    return f' Did you mean "{match}"?' if match else ""


def list_known(name: str, known: Iterable[str], most: int = 12) -> str:
    """The *known* names for a hint, in their order; of more than *most* those most like *name*, and how many others."""
    names = list(dict.fromkeys(known))
    if len(names) <= most:
        return ", ".join(names)
    closest = difflib.get_close_matches(name, names, n=most, cutoff=0.0)
    return f"{', '.join(closest)} and {len(names) - most} more"


def counted(number: int, what: str) -> str:
    """'1 scenario', '2 scenarios'."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
