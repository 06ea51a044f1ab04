"""What changed in the rest of a law: notices, calendar, forms, the manifest with its vocabulary, clause registers."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from engine.calendars import BusinessCalendar, Holiday
from engine.law import Clause, LawPackage, NoticeSource, Register
from engine.law.forms import Form
from engine.review.diff.change import Change, Part, changed_fields, cited, is_was, matched, shown

NOTICE: Mapping[str, str] = {
    "title": "the title",
    "clauses": "the clauses",
    "to": "the party it goes to",
    "channels": "the channels",
    "inputs": "the inputs",
    "language": "the language",
    "paper": "the paper",
    "reason_texts": "the texts of reasons",
}
CALENDAR: Mapping[str, str] = {
    "id": "the calendar",
    "title": "the title of the calendar",
    "first_year": "the first year of the calendar",
    "last_year": "the last year of the calendar",
    "weekend": "the weekend",
    "weekend_citation": "the source of the weekend",
    "clauses": "the clauses of the calendar",
}
HOLIDAY: Mapping[str, str] = {
    "name": "the name",
    "citation": "the source",
    "rule": "the day",
    "valid_from": "the first day on which it is law",
    "valid_to": "the day from which it is law no longer",
    "moves": "where it moves",
    "every_years": "how often it is kept",
    "counted_from": "the year it is counted from",
}
PACKAGE: Mapping[str, str] = {
    "id": "the id of the package",
    "title": "the title of the package",
    "language": "the language",
    "time_zone": "the time zone",
    "money": "the currency",
    "letterhead": "the letterhead",
    "office_opens": "the hour at which the office opens",
    "parameters": "the decisions for parameters",
    "on_breach": "what a missed duty starts",
    "on_undelivered": "what an undelivered notice starts",
    "bank_documents": "what the bank's documents mean",
    "main_scenario": "the main scenario",
}
# The lists of the manifest: where they stand in the package, and how one of them is called.
LISTS: tuple[tuple[str, Callable[[LawPackage], Mapping[str, Any]], str], ...] = (
    ("facts", lambda package: package.vocabulary.facts, "fact"),
    ("events", lambda package: package.vocabulary.events, "event"),
    ("parties", lambda package: package.parties, "party"),
    ("roles", lambda package: package.roles, "role"),
    ("case_types", lambda package: package.case_types, "case type"),
)
CLAUSE: Mapping[str, str] = {
    "citation": "the citation",
    "kind": "the kind",
    "home": "the home",
    "text": "the text",
    "status": "the status",
    "actor": "the actor",
    "trigger": "the trigger",
    "limit": "the number",
    "readings": "the list of readings",
    "corrects": "the correction",
    "where": "the list of sources",
    "safe_to_rely": "the note on reliance",
    "used_by": "the list of users",
    "manual": "the list of tasks of people",
    "out_of_scope": "the reason out of scope",
}
assert {*CLAUSE, "ref", "id"} == {each.name for each in fields(Clause)}, "an attribute of clauses is not told"
REGISTER: Mapping[str, str] = {
    "title": "the title",
    "edition": "the edition",
    "source": "the source",
    "groups": "the list of headings",
}
LINES_SHOWN = 6


def notice_changes(old: LawPackage, new: LawPackage) -> Iterator[Change]:
    for name, was, now in matched(old.notices, new.notices):
        notice = now or was
        assert notice is not None
        clauses = cited(*(_notice_clauses(each) for each in (now, was) if each is not None))
        for said in _whether(f'the notice "{name}"', was, now) or _notice_sentences(name, was, now, old, new):
            yield Change(Part.NOTICES, notice.file, name, name, said, clauses)


def _notice_sentences(
    name: str, was: NoticeSource | None, now: NoticeSource | None, old: LawPackage, new: LawPackage
) -> Iterator[str]:
    assert was is not None and now is not None
    for label, before, after in changed_fields(was, now, NOTICE):
        yield is_was(f'{label} of the notice "{name}"', after, before)
    pieces = ({each.id: each for each in notice.required} for notice in (was, now))
    for piece, before, after in matched(*pieces):
        yield from _whether(f'the required content "{piece}" of the notice "{name}"', before, after)
        if before is not None and after is not None and _plain(before) != _plain(after):
            yield is_was(f'the required content "{piece}" of the notice "{name}"', _plain(after), _plain(before))
    data = ({key: each.text for key, each in notice.data.items()} for notice in (was, now))
    for key, before_text, after_text in matched(*data):
        if before_text != after_text:
            yield is_was(f'the value "{key}" of the notice "{name}"', after_text, before_text)
    limits = ({key: _plain(each) for key, each in notice.limits.items()} for notice in (was, now))
    for key, before_limit, after_limit in matched(*limits):
        if before_limit != after_limit:
            yield is_was(f'the limit "{key}" of the notice "{name}"', after_limit, before_limit)
    lines = [_body(package.files[notice.file]) for package, notice in ((old, was), (new, now))]
    yield from _text_sentences(f'the notice "{name}"', *lines)


def _text_sentences(what: str, old: list[str], new: list[str]) -> Iterator[str]:
    """Which lines a text says now and no longer; the first few of them."""
    delta = [line for line in difflib.ndiff(old, new) if line[:2] in ("- ", "+ ") and line[2:].strip()]
    for line in delta[:LINES_SHOWN]:
        verb = "says now" if line[0] == "+" else "says no longer"
        yield f'{what} {verb}: "{shown(line[2:])}"'
    if len(delta) > LINES_SHOWN:
        yield f"{what} differs in {len(delta) - LINES_SHOWN} more lines"


def _body(data: bytes) -> list[str]:
    """The lines after the front matter."""
    text = data.decode("utf-8")
    return text.split("\n---", 1)[-1].splitlines()


def calendar_changes(old: LawPackage, new: LawPackage) -> Iterator[Change]:
    was, now = old.calendar, new.calendar

    def change(place: str, sentence: str) -> Change:
        return Change(Part.CALENDAR, now.file, now.id, place, sentence, cited(now.clauses, was.clauses))

    for label, before, after in changed_fields(was, now, CALENDAR):
        yield change(now.id, is_was(label, after, before))
    for name, before_day, after_day in matched(_holidays(was), _holidays(now)):
        day = after_day or before_day
        assert day is not None
        called = f'the holiday "{day.name}"'
        for said in _whether(called, before_day, after_day):
            yield change(name, said)
        if before_day is not None and after_day is not None:
            for label, before, after in changed_fields(before_day, after_day, HOLIDAY):
                yield change(name, is_was(f"{label} of {called}", _plain(after), _plain(before)))


def _holidays(calendar: BusinessCalendar) -> dict[str, Holiday]:
    return {each.id: each for each in calendar.holidays}


def form_changes(old: LawPackage, new: LawPackage) -> Iterator[Change]:
    for name, was, now in matched(old.forms, new.forms):
        form = now or was
        assert form is not None
        for said in _whether(f'the form "{name}"', was, now) or _form_sentences(was, now):
            yield Change(Part.FORMS, form.file, name, name, said)


def _form_sentences(was: Form | None, now: Form | None) -> Iterator[str]:
    assert was is not None and now is not None
    added = [key for key in now.fields if key not in was.fields]
    gone = [key for key in was.fields if key not in now.fields]
    if added:
        yield f'the form "{now.id}" asks for {", ".join(added)} as well'
    if gone:
        yield f'the form "{now.id}" asks no longer for {", ".join(gone)}'
    if was.not_by != now.not_by:
        yield is_was(f'who may not fill in the form "{now.id}"', now.not_by, was.not_by)
    if not added and not gone and json.dumps(was.data, sort_keys=True) != json.dumps(now.data, sort_keys=True):
        yield f'the wording or layout of the form "{now.id}" changed'


def manifest_changes(old: LawPackage, new: LawPackage) -> Iterator[Change]:
    for label, before, after in changed_fields(old, new, PACKAGE):
        yield Change(Part.MANIFEST, new.file, new.id, label, is_was(label, _plain(after), _plain(before)))
    for section, read, called in LISTS:
        for name, was, now in matched(read(old), read(new)):
            clauses = cited(*(getattr(each, "clauses", ()) for each in (now, was) if each is not None))
            for said in _whether(f'the {called} "{name}"', was, now) or _differences(
                f'the {called} "{name}"', was, now
            ):
                yield Change(Part.MANIFEST, new.file, section, name, said, clauses)
    if _plain(old.questions) != _plain(new.questions):
        yield Change(Part.MANIFEST, new.file, new.id, "questions", "the questions that people may ask changed")


def _differences(what: str, old: Any, new: Any) -> Iterator[str]:
    """Each attribute that differs, by its own name."""
    for each in fields(new):
        before, after = (_plain(getattr(side, each.name)) for side in (old, new))
        if before != after:
            yield is_was(f"{each.name.replace('_', ' ')} of {what}", after, before)


def register_changes(old: LawPackage, new: LawPackage) -> Iterator[Change]:
    for prefix, was, now in matched(old.registers, new.registers):
        register = now or was
        assert register is not None
        if was is not None and now is not None:
            for label, older, newer in changed_fields(was, now, REGISTER):
                said = is_was(f"{label} of the register {prefix}", newer, older)
                yield Change(Part.REGISTERS, register.file, prefix, prefix, said)
        clauses = [_in_force(each) if each is not None else {} for each in (was, now)]
        for ref, before, after in matched(*clauses):
            for said in _clause_sentences(ref, before, after):
                yield Change(Part.REGISTERS, register.file, prefix, ref, said, (ref,))


def _clause_sentences(ref: str, before: tuple[Clause, bool] | None, after: tuple[Clause, bool] | None) -> Iterator[str]:
    yield from _whether(f"the clause {ref}", before, after)
    if before is None or after is None:
        return
    for label, was, now in changed_fields(before[0], after[0], CLAUSE):
        yield is_was(f"{label} of {ref}", now, was)
    if before[1] != after[1]:
        yield f"the clause {ref} is {'in force now' if after[1] else 'in force no longer'}"


def _in_force(register: Register) -> dict[str, tuple[Clause, bool]]:
    return {clause.ref: (clause, register.is_in_force(clause.id)) for clause in register.clauses.values()}


# ---- words ----------------------------------------------------------------------------------------------------------


def _whether(what: str, old: object | None, new: object | None) -> list[str]:
    if new is None:
        return [f"{what} is gone"]
    return [f"{what} is new"] if old is None else []


def _notice_clauses(notice: NoticeSource) -> tuple[str, ...]:
    return cited(notice.clauses, *(each.clauses for each in notice.required))


def _plain(value: Any) -> Any:
    """A value that is made of named parts, as these parts; places in files left out."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name.replace("_", " "): _plain(getattr(value, each.name)) for each in fields(value)}
        return {name: part for name, part in parts.items() if part not in (None, "", (), {}) and name not in _PLACES}
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value


_PLACES = frozenset({"line", "place", "file", "span", "code", "expression"})
