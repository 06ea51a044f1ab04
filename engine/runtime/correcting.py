"""Events that correct facts: each must stand in the case record, and one at least with another value."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import EngineError, ErrorCode, Location, Problem, failure
from engine.feel import Value, format_value
from engine.law import LawPackage
from engine.law.vocabulary import EventDefinition
from engine.runtime.command import Command
from engine.runtime.event_checks import check_corrected
from engine.runtime.packages import DeployedPackage
from engine.store import CaseRow


def find_corrections(
    command: Command,
    package: DeployedPackage,
    event: EventDefinition,
    facts: Mapping[str, Value],
    key: str,
    case: CaseRow | None,
) -> list[Value]:
    """What the event corrects, as contexts with `fact`, `meaning`, `was` and `now`.

    A fact that has the given value already is left alone.
    Errors: CASE_NOT_FOUND; CASE_CORRECTION for each fact that is not on record, and when nothing differs; those of
    `check_corrected`.
    """
    law = package.require_law()
    if case is None:
        raise failure(ErrorCode.CASE_NOT_FOUND, f'there is no {event.case_type} "{key}" to correct.', part=event.name)
    present = command.tx.cases.facts(case.id)
    given = [name for name in event.may_have if name in facts and name != event.date_fact]
    unknown = [name for name in given if name not in present]
    if unknown:
        raise EngineError(*(_not_on_record(law, name, event, key) for name in unknown))
    wrong = [name for name in given if present[name].value != facts[name]]
    if not wrong:
        right = "".join(f" {name} is {format_value(facts[name])} already." for name in given)
        raise failure(
            ErrorCode.CASE_CORRECTION,
            f'the event "{event.name}" corrects nothing in the {event.case_type} "{key}".{right}',
            hint=f"give the right value of one of: {', '.join(event.may_have)}",
            part=event.name,
        )
    record = {name: row.value for name, row in present.items()}
    check_corrected(package, event, {name: facts[name] for name in wrong}, record, command.now)
    return [
        {"fact": name, "meaning": law.vocabulary.facts[name].meaning, "was": present[name].value, "now": facts[name]}
        for name in wrong
    ]


def _not_on_record(law: LawPackage, name: str, event: EventDefinition, key: str) -> Problem:
    meaning = law.vocabulary.facts[name].meaning
    message = (
        f'the fact "{name}" ({meaning}) is not on record in the {event.case_type} "{key}": there is nothing wrong yet.'
    )
    hint = "record it with the event that it belongs to"
    return Problem(ErrorCode.CASE_CORRECTION, message, Location(part=name), hint=hint)
