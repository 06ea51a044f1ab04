"""Reading the events of a manifest: who, which case, which facts, and what each event does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.documents import Path, Section
from engine.errors import ErrorCode, did_you_mean
from engine.law.citing import read_clause_ids
from engine.law.vocabulary import (
    CompleteUserTask,
    Corrects,
    Effect,
    EventDefinition,
    FactDefinition,
    PostLedger,
    SendMessage,
    StartProcess,
)


def _read_start(section: Section) -> Effect:
    return StartProcess(section.text("message"), section.text("key"))


def _read_message(section: Section) -> Effect:
    keep_days = section.whole("keep_days", 0, required=False)
    if keep_days < 0:
        section.problem(f"expected 0 or more days, but got {keep_days}.", "keep_days")
    otherwise = section.text("otherwise", required=False)
    if keep_days and otherwise:
        section.problem("a message is kept or another one is sent instead, not both.", "otherwise")
    return SendMessage(section.text("name"), section.text("key"), keep_days, otherwise)


def _read_user_task(section: Section) -> Effect:
    return CompleteUserTask(section.text("element"), section.text("key"))


def _read_ledger(section: Section) -> Effect:
    sign = section.choice("sign", ("received", "refund"), "received", required=False)
    reference = section.text("reference", required=False)
    return PostLedger(section.text("entry"), section.text("amount"), -1 if sign == "refund" else 1, reference)


EFFECTS: dict[str, Callable[[Section], Effect]] = {
    "start": _read_start,
    "message": _read_message,
    "user_task": _read_user_task,
    "ledger": _read_ledger,
}


def read_events(
    top: Section,
    facts: Mapping[str, FactDefinition],
    parties: Iterable[str],
    case_types: Iterable[str],
    cited: list[tuple[str, Path]],
) -> dict[str, EventDefinition]:
    """The key `events` of the manifest; clause ids met on the way are added to *cited* with their place."""
    known_parties, known_types = list(parties), list(case_types)
    return {
        name: _read_event(section, name, facts, known_parties, known_types, cited)
        for name, section in top.named_sections("events").items()
    }


def _read_event(
    section: Section,
    name: str,
    facts: Mapping[str, FactDefinition],
    parties: list[str],
    case_types: list[str],
    cited: list[tuple[str, Path]],
) -> EventDefinition:
    clauses = read_clause_ids(section, cited)
    requires, may_have = section.texts("requires"), section.texts("may_have")
    date_fact = section.text("date_fact", required=False)
    event = EventDefinition(
        name=name,
        meaning=section.text("meaning"),
        clauses=clauses,
        by=section.choice("by", parties),
        case_type=section.choice("case", case_types),
        requires=requires,
        may_have=may_have,
        does=_read_effects(section, {*requires, *may_have, *([date_fact] if date_fact else [])}, facts),
        date_fact=date_fact,
        corrects=_read_corrects(section, facts, requires, may_have),
        within_life=section.flag("within_life"),
    )
    section.close()
    for key, names in (
        ("requires", requires),
        ("may_have", may_have),
        ("date_fact", (date_fact,) if date_fact else ()),
    ):
        for fact in names:
            _check_fact(section, facts, fact, key)
    if date_fact in facts and facts[date_fact].type != "date":
        section.problem(f'"{date_fact}" is a {facts[date_fact].type}, but a date is needed.', "date_fact")
    for fact in requires:
        if fact in may_have:
            section.problem(f'"{fact}" stands under requires too.', "may_have", hint="keep it in one of the two lists")
    return event


def _read_effects(section: Section, own_facts: set[str], facts: Mapping[str, FactDefinition]) -> tuple[Effect, ...]:
    effects: list[Effect] = []
    for item in section.sections("does", required=True):
        if len(item.value) != 1:
            item.problem(
                f"expected one of {', '.join(EFFECTS)}, but got {len(item.value)} keys.", hint="one effect an item"
            )
            continue
        (kind,) = item.value
        inner = item.section(kind) if kind in EFFECTS else None
        if inner is None:
            item.asked.update(EFFECTS)
            item.close()
            continue
        effect = EFFECTS[kind](inner)
        inner.close()
        effects.append(effect)
        for key, kind_of_fact in (("key", "string"), ("amount", "number"), ("reference", "string")):
            fact = getattr(effect, key, "")
            if fact in own_facts and fact in facts and facts[fact].type != kind_of_fact:
                inner.problem(f'"{fact}" is a {facts[fact].type}, but a {kind_of_fact} is needed.', key)
            if fact and fact not in own_facts:
                inner.problem(
                    f'the event does not take the fact "{fact}".{did_you_mean(fact, own_facts)}',
                    key,
                    hint="name it under requires or may_have of this event",
                )
    return tuple(effects)


def _read_corrects(
    section: Section, facts: Mapping[str, FactDefinition], requires: tuple[str, ...], may_have: tuple[str, ...]
) -> Corrects | None:
    """`corrects: {reason: FACT, list: FACT, ledger: [FACT]}`: why, which must be given; what takes the list of
    corrections; and what is money of the ledger."""
    inner = section.section("corrects", required=False)
    if inner is None:
        return None
    corrects = Corrects(inner.text("reason"), inner.text("list"), inner.texts("ledger"))
    inner.close()
    for name in corrects.ledger:
        _check_fact(inner, facts, name, "ledger")
        if name in facts and facts[name].type != "number":
            inner.problem(f'"{name}" is a {facts[name].type}, but an amount is needed.', "ledger")
        if name not in may_have:
            inner.problem(f'the event does not correct "{name}".', "ledger", hint="name it under may_have")
    if corrects.reason not in requires:
        inner.problem(f'"{corrects.reason}" must be given with the event.', "reason", hint="name it under requires")
    _check_fact(inner, facts, corrects.list, "list")
    if corrects.list in facts and facts[corrects.list].type != "list":
        inner.problem(f'"{corrects.list}" is a {facts[corrects.list].type}, but a list is needed.', "list")
    return corrects


def _check_fact(section: Section, facts: Mapping[str, FactDefinition], name: str, key: str) -> None:
    if name not in facts:
        section.problem(
            f'no fact is called "{name}".{did_you_mean(name, facts)}',
            key,
            code=ErrorCode.LAW_UNKNOWN_FACT,
            hint="declare it under facts, or use a known name",
        )
