"""Events of a law's vocabulary: typed, checked, and done in one transaction, as the manifest says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from engine.errors import ErrorCode, failure
from engine.feel import FeelDate, Value, to_plain
from engine.law import plain_reference
from engine.law.vocabulary import CompleteUserTask, Corrects, EventDefinition, PostLedger, SendMessage, StartProcess
from engine.runtime.associations import sign
from engine.runtime.command import Command
from engine.runtime.correcting import find_corrections
from engine.runtime.event_checks import check_event
from engine.runtime.log_kinds import LogKind
from engine.runtime.messages import correlate_message, is_awaited, start_by_message
from engine.runtime.packages import DeployedPackage
from engine.runtime.records import open_case, post_ledger, record_fact
from engine.runtime.tasks import complete_user_task, open_task_of_case
from engine.runtime.told import refuse_numbers, remember_numbers
from engine.runtime.values import checked_variables, feel_date, stored
from engine.runtime.views import EventResult
from engine.store import FactRow, LedgerRow


@dataclass(slots=True)
class _Raised:
    """An event on its way through its effects."""

    package: DeployedPackage
    event: EventDefinition
    facts: dict[str, Value]
    case_id: str | None
    case_key: str
    instance_ids: list[str] = field(default_factory=list)
    task_ids: list[str] = field(default_factory=list)


def raise_event(
    command: Command, package_id: str, event_name: str, given: Mapping[str, object], event_id: str | None
) -> EventResult:
    """Record the event and its facts, then do what the manifest says it does.

    The case is the one that the case type's key fact names; an event that starts a process opens it. An event id that
    was seen before does nothing.
    Errors: LAW_UNKNOWN_PACKAGE, LAW_UNKNOWN_EVENT, LAW_UNKNOWN_FACT, LAW_FACT_TYPE (all facts at once),
    LAW_HIDDEN_NUMBER, those of `check_event`, MSG_NOBODY, MSG_DUPLICATE, MSG_KEY, TASK_NOT_FOUND, TASK_FOUR_EYES,
    CASE_NOT_FOUND, CASE_CORRECTION; nothing is stored then.
    """
    if event_id is not None:
        seen = command.tx.receipts.find("event", event_id)
        if seen is not None:
            return EventResult(outcome="duplicate", **{k: _tuple(v) for k, v in json.loads(seen).items()})
    package = command.package(package_id)
    law = package.require_law()
    event = law.vocabulary.event(event_name)
    facts = checked_variables(
        law.vocabulary.read_facts(event_name, given),
        code=ErrorCode.LAW_FACT_TYPE,
        whose=f'the facts of "{event_name}"',
        bytes_allowed=command.settings.result_bytes,
    )
    numbers = law.vocabulary.numbers_told(facts)
    facts = law.vocabulary.hide(facts, partial(sign, command.settings, command.tx))
    if event.date_fact and facts.get(event.date_fact) is None:
        facts[event.date_fact] = feel_date(command.now.astimezone(package.time_zone).date())
    check_event(package, event, facts, command.now)
    key = _key_text(facts, law.case_types[event.case_type].key, event)
    row = command.tx.cases.with_key(package_id, event.case_type, key)
    hashes = {number.digest for number in law.vocabulary.hidden.values()}
    told = {name: value for name, value in facts.items() if name not in hashes}
    told["event_id"] = event_id
    keys = {each.key for each in law.case_types.values()}
    refuse_numbers(command, told, case_id=None if row is None else row.id, numbers=numbers, keys={*keys, "event_id"})
    if event.corrects is not None:
        facts[event.corrects.list] = find_corrections(command, package, event, facts, key, row)
    entry = command.record(
        LogKind.EVENT_RAISED,
        {
            "event": event.name,
            "meaning": event.meaning,
            "by": event.by,
            "case_key": key,
            "clauses": list(event.clauses),
            "facts": stored(facts),
        },
        case_id=None if row is None else row.id,
    )
    if row is None and any(isinstance(effect, StartProcess) for effect in event.does):
        row = open_case(command, package_id, event.case_type, key)
        command.tx.log.put_in_case(entry, row.id)
    remember_numbers(command, None if row is None else row.id, numbers)
    raised = _Raised(package, event, facts, None if row is None else row.id, key)
    if row is not None:
        _record_facts(command, raised, row.id)
    if event.corrects is not None and row is not None:
        _post_differences(command, raised, event.corrects, row.id)
    for effect in event.does:
        EFFECTS[type(effect)](command, raised, effect)
    result = EventResult(event.name, "done", raised.case_id, key, tuple(raised.instance_ids), tuple(raised.task_ids))
    if event_id is not None:
        outcome = {name: getattr(result, name) for name in ("event", "case_id", "case_key", "instance_ids", "task_ids")}
        command.tx.receipts.add("event", event_id, json.dumps(outcome), command.now)
    return result


def _record_facts(command: Command, raised: _Raised, case_id: str) -> None:
    """Each fact that is new, or differs from the present one, becomes a fact of the case."""
    present = command.tx.cases.facts(case_id)
    for name, value in raised.facts.items():
        if name in present and present[name].value == value:
            continue
        reason = _reason(raised, name) if name in present else ""
        record_fact(command, case_id, FactRow(name, value, command.now, raised.event.name, reason, None), ())


def _reason(raised: _Raised, name: str) -> str:
    corrects = raised.event.corrects
    if corrects is not None and name in raised.event.may_have:
        return str(raised.facts[corrects.reason])
    return f'"{raised.event.name}" gives another value'


def _start(command: Command, raised: _Raised, effect: StartProcess) -> None:
    key = _key_text(raised.facts, effect.key, raised.event)
    raised.instance_ids.extend(start_by_message(command, effect.message, key, raised.facts, case_id=raised.case_id))


def _message(command: Command, raised: _Raised, effect: SendMessage) -> None:
    key = _key_text(raised.facts, effect.key, raised.event)
    if effect.otherwise and not is_awaited(command, effect.name, key):
        raised.instance_ids.extend(
            start_by_message(command, effect.otherwise, key, raised.facts, case_id=raised.case_id, may_repeat=True)
        )
        return
    keep = timedelta(days=effect.keep_days) if raised.case_id is not None else timedelta(0)
    raised.instance_ids.extend(
        correlate_message(command, effect.name, key, raised.facts, case_id=raised.case_id, time_to_live=keep)
    )


def _user_task(command: Command, raised: _Raised, effect: CompleteUserTask) -> None:
    case_key = _key_text(raised.facts, effect.key, raised.event)
    task = open_task_of_case(command, raised.case_id, case_key, effect.element)
    raised.task_ids.append(task.id)
    raised.instance_ids.append(complete_user_task(command, task.id, raised.facts))


def _ledger(command: Command, raised: _Raised, effect: PostLedger) -> None:
    if raised.case_id is None:
        raise failure(
            ErrorCode.CASE_NOT_FOUND,
            f'there is no {raised.event.case_type} "{raised.case_key}" to post "{effect.entry}" to.',
            part=raised.event.name,
            hint="tell first of the event that opens it, then of this one with the date on which it happened",
        )
    amount = raised.facts.get(effect.amount)
    if amount is None:
        return  # the event may come without this money, and then posts none
    reference = raised.facts.get(effect.reference)
    details: dict[str, Value] = {}
    if isinstance(reference, str) and reference.strip():
        details["reference"] = plain_reference(reference)
    signed = amount * effect.sign if isinstance(amount, Decimal) else amount
    _post(command, raised, raised.case_id, effect.entry, signed, effect.amount, details)


def _post(
    command: Command, raised: _Raised, case_id: str, entry: str, amount: Value, name: str, details: Mapping[str, Value]
) -> None:
    """A line of the ledger, dated as the event. Errors: LAW_FACT_TYPE for what is no amount of money."""
    if not isinstance(amount, Decimal) or amount != amount.quantize(Decimal("0.01")):
        raise failure(
            ErrorCode.LAW_FACT_TYPE,
            f"expected an amount of money with at most two places, but got {to_plain(amount)}.",
            part=name,
        )
    on = raised.facts.get(raised.event.date_fact)
    day = (
        date(on.year, on.month, on.day)
        if isinstance(on, FeelDate)
        else command.now.astimezone(raised.package.time_zone).date()
    )
    line = LedgerRow(
        entry=entry,
        amount=amount.quantize(Decimal("0.01")),
        currency=raised.package.require_law().currency,
        on_date=day,
        details={"event": raised.event.name, "by": raised.event.by, **details},
        recorded_at=command.now,
    )
    post_ledger(command, case_id, line, raised.event.clauses)


def _post_differences(command: Command, raised: _Raised, corrects: Corrects, case_id: str) -> None:
    """Money that was recorded wrongly: the ledger keeps the wrong line, and gets one with the difference."""
    corrections = raised.facts[corrects.list]
    for item in corrections if isinstance(corrections, list) else ():
        if not isinstance(item, Mapping) or item["fact"] not in corrects.ledger:
            continue
        was, now = item["was"], item["now"]
        if isinstance(was, Decimal) and isinstance(now, Decimal):
            entry = corrects.entry_of(str(item["fact"]))
            reason = {"reason": raised.facts[corrects.reason]}
            _post(command, raised, case_id, entry, now - was, str(item["fact"]), reason)


EFFECTS: dict[type, Callable[[Command, _Raised, Any], None]] = {
    StartProcess: _start,
    SendMessage: _message,
    CompleteUserTask: _user_task,
    PostLedger: _ledger,
}


def _key_text(facts: Mapping[str, Value], name: str, event: EventDefinition) -> str:
    """The fact that names a case or correlates a message, as text. Errors: MSG_KEY."""
    value = facts.get(name)
    if isinstance(value, str) and value:
        return value
    if isinstance(value, Decimal):
        return str(to_plain(value))
    raise failure(
        ErrorCode.MSG_KEY,
        f'the event "{event.name}" needs a text or a number as "{name}" to find its case, but got {to_plain(value)!r}.',
        hint=f"give {name} with the event",
        part=name,
    )


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
