"""Reading a scenario: plain YAML that an analyst writes in the words of the law, checked against its vocabulary.

Every problem of the file is shown at once, with its line. No event, fact or notice name stands here: the package knows
them, and a name that it does not know is refused with the nearest that it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.documents import Section, read_document
from engine.errors import EngineError, ErrorCode, did_you_mean, list_known
from engine.handlers import CHANNELS
from engine.handlers.contract import Actor
from engine.law import EventDefinition, LawPackage
from engine.law.readings import reading_faults
from engine.simulation.carrier_reports import CarrierReport, read_report
from engine.simulation.dates import When, read_when, show_short
from engine.simulation.expectation import Expectation
from engine.simulation.expecting import check_clause, read_date, read_expectations
from engine.simulation.names import collect_names, read_models

PLACES = {"start": "the start", "from": "the outage in line {}", "until": "the end of the outage in line {}"}


@dataclass(frozen=True, slots=True)
class ScenarioEvent:
    """One dated event: its name in the vocabulary, all its facts, who raises it, and the code of a wanted refusal.

    Who raises it has the role of the event's party; `by: NAME` tells persons of one party apart.
    """

    at: datetime
    name: str
    facts: Mapping[str, Any]
    actor: Actor
    refused: str | None = None
    path: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which the engine is down: no timer fires, no job is done, nothing comes in until *until*."""

    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as read. Instants are in UTC; the dates of expectations are days in the zone of the law.

    `channels_down` are channels that take no notice during the whole run; `readings` are those of the law's table of
    readings that have another value in this run. No event lies in an outage; one at its beginning comes before it.
    """

    file: str
    title: str
    clauses: tuple[str, ...]
    package_id: str
    start: datetime
    until: datetime | None
    events: tuple[ScenarioEvent, ...]
    expectations: tuple[Expectation, ...]
    channels_down: tuple[str, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    outages: tuple[Outage, ...] = ()
    reports: tuple[CarrierReport, ...] = ()


def read_scenario(data: bytes, file: str, find_package: Callable[[str], LawPackage]) -> Scenario:
    """Read one scenario; *find_package* gives the package of an id, or raises LAW_UNKNOWN_PACKAGE.

    Errors: all problems at once, as SCENARIO_INVALID, SCENARIO_DATE, LAW_UNKNOWN_EVENT, LAW_UNKNOWN_FACT,
    LAW_FACT_TYPE, LAW_UNKNOWN_NOTICE, LAW_UNKNOWN_CLAUSE, each with file, YAML path and line.
    """
    document = read_document(data, file, ErrorCode.SCENARIO_INVALID)
    top = document.section()
    package_id = top.text("package")
    document.findings.raise_if_any()
    try:
        package = find_package(package_id)
    except EngineError as error:
        raise EngineError(*(problem.at(file=file, part="package") for problem in error.problems)) from error
    return _Reader(top, package).read()


class _Reader:
    """One pass over one document; keeps the date of the last event and the keys that case labels stand for."""

    def __init__(self, top: Section, package: LawPackage) -> None:
        self.top = top
        self.package = package
        self.events = package.vocabulary.events
        self.labels: dict[str, str] = {}
        self.last: tuple[datetime, When, str] | None = None

    def read(self) -> Scenario:
        top, package = self.top, self.package
        title = top.text("title")
        cited = top.texts("clauses", required=True)
        for index, clause in enumerate(cited):
            check_clause(top, package, clause, "clauses", index)
        start = self._instant(top, "start")
        shared = self._facts(top, "facts", None)
        used: set[str] = set()
        events: list[ScenarioEvent] = []
        outages: list[Outage] = []
        reports: list[CarrierReport | None] = []
        for section in top.sections("events", required=True):
            if section.has("outage"):
                outages.extend(self._outage(section))
            elif section.has("report"):
                reports.append(read_report(section, self._instant(section, "on"), package.notices, self.labels))
            else:
                events.extend(self._event(section, shared, used))
        for name in shared:
            if name not in used:
                hint = "take it out, or give it in `with` where it belongs"
                top.problem(
                    f'no event of this scenario requires or may have the fact "{name}".', "facts", name, hint=hint
                )
        until = self._instant(top, "until") if top.has("until") else None
        down = top.texts("channels_down")
        for index, channel in enumerate(down):
            if channel not in CHANNELS:
                said = f'no channel is called "{channel}".{did_you_mean(channel, CHANNELS)}'
                top.problem(said, "channels_down", index, hint=f"channels: {', '.join(CHANNELS)}")
        chosen = self._readings()
        names = collect_names(package, read_models(package))
        expectations = read_expectations(top, package, names, self.labels)
        top.close()
        top.findings.raise_if_any()
        assert start is not None
        return Scenario(
            top.findings.file,
            title,
            cited,
            package.id,
            start,
            until,
            tuple(events),
            expectations,
            down,
            chosen,
            tuple(outages),
            tuple(report for report in reports if report is not None),
        )

    def _readings(self) -> dict[str, str]:
        section = self.top.section("readings", required=False)
        if section is None:
            return {}
        chosen = {key: section.text(key) for key in section.value}
        for key, said, hint in reading_faults(self.package, chosen):
            section.problem(said, key, hint=hint)
        return chosen

    # ---- dates ----

    def _instant(self, section: Section, key: str) -> datetime | None:
        """The instant under *key*, which may not lie before the last one that was read."""
        when: When | None = read_date(section, key, read_when)
        if when is None:
            return None
        instant = when.instant(self.package.time_zone, self.package.office_opens)
        if instant is None:
            said = f"on {show_short(when.day)} the clocks of {self.package.time_zone.key} skip {when.at}."
            section.problem(said, key, code=ErrorCode.SCENARIO_DATE, hint="give another time of that day")
            return None
        if self.last is not None and instant < self.last[0]:
            said = f"{_show_when(when)} lies before {_show_when(self.last[1])} ({self.last[2]})."
            hint = "put the events in order of time, none before the start or in an outage"
            section.problem(f"expected a later date, but {said}", key, code=ErrorCode.SCENARIO_DATE, hint=hint)
            return None
        place = PLACES.get(key, "the event in line {}").format(section.findings.line_of((*section.path, key)))
        self.last = (instant, when, place)
        return instant

    # ---- events ----

    def _outage(self, entry: Section) -> Iterator[Outage]:
        """`outage: {from, until}` among the events."""
        section = entry.section("outage")
        entry.close()
        if section is None:
            return
        at, until = self._instant(section, "from"), self._instant(section, "until")
        section.close()
        if at is None or until is None:
            return
        if at == until:
            section.problem("expected an end after the beginning of the outage, but got the same instant.", "until")
        yield Outage(at, until)

    def _event(self, section: Section, shared: Mapping[str, Any], used: set[str]) -> Iterator[ScenarioEvent]:
        at = self._instant(section, "on")
        name = section.text("event")
        label = section.optional_text("case")
        person = section.optional_text("by")
        refused = section.optional_text("refused")
        definition = self.events.get(name)
        if name and definition is None:
            known = self.events
            section.problem(
                f'the law knows no event "{name}".{did_you_mean(name, known)}',
                "event",
                code=ErrorCode.LAW_UNKNOWN_EVENT,
                hint=f"events in {self.package.file}: {list_known(name, known)}",
            )
        own = self._facts(section, "with", definition)
        section.close()
        if refused and refused not in set(ErrorCode):
            section.problem(f'"{refused}" is no error code.{did_you_mean(refused, ErrorCode)}', "refused")
        if definition is None:
            used.update(shared)
            return
        wanted = taken_facts(definition)
        used.update(fact for fact in wanted if fact in shared)
        if definition.corrects is not None:  # what it corrects stands with it, and the rest was told before
            wanted = tuple(fact for fact in wanted if fact not in definition.may_have)
        facts = {fact: shared[fact] for fact in wanted if fact in shared} | own
        self._name_case(definition, label, own, facts)
        if not refused:
            self._check_required(section, definition, facts)
        if at is None:
            return
        line = section.findings.line_of(section.path)
        path = f"events[{section.path[-1]}]"
        actor = Actor(person or definition.by, frozenset({definition.by}))
        yield ScenarioEvent(at, name, facts, actor, refused, path, line)

    def _name_case(
        self, definition: EventDefinition, label: str | None, own: Mapping[str, Any], facts: dict[str, Any]
    ) -> None:
        """`case: B` names a case: by the key that its first event gives, or by B itself; else its key does."""
        case_type = self.package.case_types.get(definition.case_type)
        if case_type is None:
            return
        if label is None:
            key = str(facts.get(case_type.key, ""))
            self.labels.setdefault(key, key)
            return
        if case_type.key in own:
            self.labels.setdefault(label, str(own[case_type.key]))
        facts[case_type.key] = own.get(case_type.key, self.labels.setdefault(label, label))

    def _check_required(self, section: Section, definition: EventDefinition, facts: Mapping[str, Any]) -> None:
        for fact in definition.requires:
            if fact not in facts and fact != definition.date_fact:
                section.problem(
                    f'the event "{definition.name}" requires the fact "{fact}", but there is none.',
                    hint=f"give {fact} in `with` of this event, or in `facts` for all events",
                    code=ErrorCode.LAW_UNKNOWN_FACT,
                )

    def _facts(self, section: Section, key: str, definition: EventDefinition | None) -> dict[str, Any]:
        """The facts under *key*, each known to the law, of its type, and fit for the event where there is one."""
        given = section.section(key, required=False)
        if given is None:
            return {}
        known = self.package.vocabulary.facts
        wanted = tuple(known) if definition is None else taken_facts(definition)
        facts: dict[str, Any] = {}
        for name, value in given.value.items():
            given.asked.add(name)
            if name not in known or name not in wanted:
                who = (
                    "the law knows"
                    if definition is None or name not in known
                    else f'the event "{definition.name}" takes'
                )
                said = f'{who} no fact "{name}".{did_you_mean(name, wanted)}'
                hint = f"facts in {self.package.file} that fit here: {list_known(name, wanted)}"
                given.problem(said, name, code=ErrorCode.LAW_UNKNOWN_FACT, hint=hint)
                continue
            if known[name].type == "string" and isinstance(value, int | Decimal | date) and not isinstance(value, bool):
                value = str(value)
            facts[name] = value
            try:
                self.package.vocabulary.convert(name, value)
            except EngineError as error:
                given.problem(error.problem.message, name, code=error.code, hint=error.problem.hint)
        return facts


def taken_facts(definition: EventDefinition) -> tuple[str, ...]:
    """The facts that an event requires or may have, in the order of the manifest."""
    dated = (definition.date_fact,) if definition.date_fact else ()
    return tuple(dict.fromkeys((*definition.requires, *definition.may_have, *dated)))


def _show_when(when: When) -> str:
    return show_short(when.day) + (f" {when.at.isoformat()[: 8 if when.at.second else 5]}" if when.at else "")
