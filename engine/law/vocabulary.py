"""The words of a law: its facts with their types, and its events with what each of them does.

Scenarios, the API and notices speak in these words only. Names, types and effects come from the manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean, list_known
from engine.feel import Value
from engine.law.expressions import convert_fact
from engine.law.hidden import HiddenNumber, hide_numbers, read_number

FACT_TYPES = (
    "string",
    "number",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
    "list",
    "context",
)


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One fact: *type* is a FEEL type, *items* the type of a list's items, *values* the only values allowed.

    One that is *hidden* is told with events and never stored; what is kept instead stands in `hidden.py`. *holds* is
    `name` or `address` for a text in which no number of a person can stand. One that is *past* is a date that an event
    never brings before it has come. *also* are other words for its values, each with the value that it stands for.
    """

    name: str
    type: str
    meaning: str
    clauses: tuple[str, ...]
    values: tuple[str, ...] = ()
    unit: str = ""
    items: str = ""
    hidden: HiddenNumber | None = None
    holds: str = ""
    past: bool = False
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StartProcess:
    """Publish *message* so that a message start event begins a process; *key* is the fact that names the case."""

    message: str
    key: str


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Publish message *name* with the value of the fact *key* as correlation key.

    When no instance waits for it yet, it is kept for *keep_days* days; 0 refuses it, unless *otherwise* names a message
    that then starts a process with the same key.
    """

    name: str
    key: str
    keep_days: int = 0
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class CompleteUserTask:
    """Complete the open user task of *element* in an instance of the case that the fact *key* names."""

    element: str
    key: str


@dataclass(frozen=True, slots=True)
class PostLedger:
    """Post the value of the fact *amount* under *entry*; a *sign* of -1 posts money going out.

    The fact *reference* holds the number of the check or the transfer, by which a bank knows the payment.
    """

    entry: str
    amount: str
    sign: int = 1
    reference: str = ""


Effect = StartProcess | SendMessage | CompleteUserTask | PostLedger


@dataclass(frozen=True, slots=True)
class Corrects:
    """The event corrects facts on record: *reason* is the fact that says why, *list* takes what was and what is.

    *ledger* names the facts that are money of the ledger: of these the difference is posted as a line of its own.
    """

    reason: str
    list: str
    ledger: tuple[str, ...] = ()

    def entry_of(self, fact: str) -> str:
        """The entry of the line with the difference."""
        return f"{fact}_corrected"


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """One thing that can happen: who brings it about, which case it belongs to, its facts, what it does.

    An event that *corrects* takes under `may_have` the facts that it may correct. One *within_life* happens only while
    the law is in force, by the decision that the manifest names as its life.
    """

    name: str
    meaning: str
    clauses: tuple[str, ...]
    by: str
    case_type: str
    requires: tuple[str, ...]
    may_have: tuple[str, ...]
    does: tuple[Effect, ...]
    date_fact: str = ""
    corrects: Corrects | None = None
    within_life: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All facts and events of one package. *file* is the manifest, for error messages."""

    file: str
    facts: Mapping[str, FactDefinition]
    events: Mapping[str, EventDefinition]

    def brought_by(self, event: EventDefinition) -> tuple[str, ...]:
        """The facts that a process or a task gets with *event*: for a hidden number what is kept of it."""
        own = (event.date_fact, event.corrects.list if event.corrects is not None else "")
        names: list[str] = []
        for name in (*event.requires, *event.may_have, *own):
            hidden = self.facts[name].hidden if name in self.facts else None
            names.extend(filter(None, (name,) if hidden is None else (hidden.digest, hidden.ending)))
        return tuple(names)

    def fact(self, name: str) -> FactDefinition:
        """Errors: LAW_UNKNOWN_FACT with the nearest name."""
        if name not in self.facts:
            raise EngineError(self.unknown_fact(name))
        return self.facts[name]

    def event(self, name: str) -> EventDefinition:
        """Errors: LAW_UNKNOWN_EVENT with the nearest name."""
        if name not in self.events:
            message = f'no event is called "{name}".{did_you_mean(name, self.events)}'
            hint = f"known events: {list_known(name, sorted(self.events))}"
            raise EngineError(Problem(ErrorCode.LAW_UNKNOWN_EVENT, message, Location(file=self.file), hint=hint))
        return self.events[name]

    def unknown_fact(self, name: str) -> Problem:
        message = f'no fact is called "{name}".{did_you_mean(name, self.facts)}'
        hint = f"declare it under facts in {self.file}, or use a known name"
        return Problem(ErrorCode.LAW_UNKNOWN_FACT, message, Location(part=name), hint=hint)

    def convert(self, name: str, value: object) -> Value:
        """A fact's value as a FEEL value of its declared type.

        Errors: LAW_UNKNOWN_FACT; LAW_FACT_TYPE with the fact, what was expected and what was given.
        """
        definition = self.fact(name)
        if definition.hidden is not None and value is not None:
            return read_number(name, definition.meaning, definition.hidden, value)
        return convert_fact(definition, value)

    def hide(self, values: Mapping[str, Value], sign: Callable[[str, str], str]) -> dict[str, Value]:
        """*values* with what is kept of each hidden number in its place. Errors: LAW_FACT_TYPE, LAW_HIDDEN_NUMBER."""
        hidden = self.hidden
        told = {name: self.convert(name, value) if name in hidden else value for name, value in values.items()}
        people = {name for name, fact in self.facts.items() if fact.holds}
        return hide_numbers(hidden, told, sign, people)

    def numbers_told(self, values: Mapping[str, Value]) -> list[str]:
        """The digits of each hidden number among *values*. Errors: LAW_FACT_TYPE."""
        told = (self.convert(name, values[name]) for name in self.hidden if values.get(name) is not None)
        return [digits for digits in told if isinstance(digits, str)]

    @property
    def hidden(self) -> dict[str, HiddenNumber]:
        """The numbers that are never stored, by the fact by which they are told."""
        return {name: fact.hidden for name, fact in self.facts.items() if fact.hidden is not None}

    def read_facts(self, event_name: str, given: Mapping[str, object]) -> dict[str, Value]:
        """The facts of one event, typed. A fact of the event's date may be left out; the caller fills it.

        Errors, all at once: LAW_UNKNOWN_EVENT; LAW_UNKNOWN_FACT for a fact that is unknown or does not belong to the
        event; LAW_FACT_TYPE for a value of the wrong type and for a required fact that is missing.
        """
        event = self.event(event_name)
        belonging = (*event.requires, *event.may_have, *([event.date_fact] if event.date_fact else []))
        problems: list[Problem] = []
        values: dict[str, Value] = {}
        for name, value in given.items():
            try:
                if name in self.facts and name not in belonging:
                    problems.append(self._foreign_fact(event, name, belonging))
                else:
                    values[name] = self.convert(name, value)
            except EngineError as error:
                problems.extend(error.problems)
        for name in event.requires:
            if (name not in given or given[name] is None) and name != event.date_fact:
                problems.append(self._missing_fact(event, name))
        if problems:
            raise EngineError(*problems)
        return values

    def _foreign_fact(self, event: EventDefinition, name: str, belonging: tuple[str, ...]) -> Problem:
        message = f'the fact "{name}" does not belong to the event "{event.name}".{did_you_mean(name, belonging)}'
        hint = f"the event takes: {list_known(name, belonging)}"
        return Problem(ErrorCode.LAW_UNKNOWN_FACT, message, Location(part=name), hint=hint)

    def _missing_fact(self, event: EventDefinition, name: str) -> Problem:
        definition = self.facts[name]
        message = f'the event "{event.name}" requires the fact "{name}" ({definition.meaning}), but it was not given.'
        place = Location(part=name, clause=", ".join(event.clauses) or None)
        return Problem(ErrorCode.LAW_FACT_TYPE, message, place, hint=f"give {name} as {definition.type}")
