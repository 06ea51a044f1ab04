"""Job types of the directory of people: `directory.enter`, `directory.search`. And the port behind the search.

The default directory is the store: people are cases of one type. They are looked for by a keyed hash of a few facts,
so that the index tells nothing; each person found is then compared fact by fact, and whether that is a match is for a
table to say. What the search gives out are words of comparison only, never what is on file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.feel import Value
from engine.handlers.contract import (
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    SearchKeysSet,
    Services,
)
from engine.handlers.reading import case_of, header, header_list, refuse_input
from engine.law import LawPackage

AGREES, DIFFERS, NOT_GIVEN, NOT_ON_FILE = "agrees", "differs", "not given", "not on file"


class Signs(Protocol):
    def sign(self, purpose: str, text: str) -> str: ...


class Directory(Protocol):
    """Where people are looked for. Another directory than the store is given to `directory_search`."""

    def find(self, services: Services, case_type: str, criteria: Mapping[str, Value]) -> Sequence[Mapping[str, Value]]:
        """The people who agree in all of *criteria*: each with its facts, its `key` and the `state` of its case."""
        ...


class StoredDirectory:
    """The people that `directory.enter` has entered into the store."""

    def find(self, services: Services, case_type: str, criteria: Mapping[str, Value]) -> Sequence[Mapping[str, Value]]:
        found = services.cases_by_search_key(case_type, search_key(services, case_type, criteria))
        return [
            {**{name: fact.value for name, fact in case.facts.items()}, "key": case.key, "state": case.state}
            for case in found
        ]


def enter_person(job: Job, services: Services) -> JobResult:
    """Make the case of this process instance findable by the facts of the header."""
    case = case_of(job, services)
    names = header_list(job, "by")
    criteria = {name: job.variables.get(name) for name in names}
    for name, value in criteria.items():
        if value is None:
            refuse_input(job, name, "a value to find the person by", value)
    key = search_key(services, case.type, criteria)
    return JobResult(
        records=(SearchKeysSet((key,)),), summary=f"{case.type} {case.key} can be found by {' and '.join(names)}"
    )


def directory_search(directory: Directory) -> HandlerDefinition:
    """The job type `directory.search` on *directory*."""

    def search(job: Job, services: Services) -> JobResult:
        law: LawPackage = services.law()
        case_type = header(job, "case_type", law.case_types)
        criteria = job.variables.get("criteria")
        if not isinstance(criteria, Mapping):
            refuse_input(job, "criteria", "a context of what is searched for", criteria)
        by = {name: criteria.get(name) for name in header_list(job, "by")}
        states = header_list(job, "states") if job.headers.get("states") else []
        missing = [name for name, value in by.items() if value is None]
        people = [] if missing else directory.find(services, case_type, by)
        compared: list[Value] = [
            {
                "key": person["key"],
                **{name: compare(criteria.get(name), person.get(name)) for name in header_list(job, "compare")},
            }
            for person in people
            if not states or person["state"] in states
        ]
        return JobResult(variables={"people_found": compared}, summary=f"{len(compared)} looked at")

    return HandlerDefinition(
        job_type="directory.search",
        label="Search the directory of people",
        meaning="Looks for people and compares each one found, fact by fact: agrees, differs, not given, not on file.",
        kind=HandlerKind.INLINE,
        run=search,
        headers=(
            Field("case_type", "the case type of people, as declared in the manifest"),
            Field("by", "facts that find a person, parted by commas; all must be given"),
            Field("compare", "facts to compare, parted by commas"),
            Field("states", "only people whose case is in one of these states, parted by commas", required=False),
        ),
        inputs=(Field("criteria", "a context: what is searched for, by the names of the facts"),),
        outputs=(Field("people_found", "one context a person: key, and for each fact how it compares", False),),
    )


def search_key(signer: Signs, case_type: str, criteria: Mapping[str, Value]) -> str:
    """A keyed hash of the values in *criteria*, in the order of their names."""
    text = "\n".join(f"{name}={normalise(criteria[name])}" for name in sorted(criteria))
    return signer.sign(f"search key of {case_type}", text)


def compare(given: Value, on_file: Value) -> str:
    """How what was given compares with what is on file; of a list on file one entry must agree.

    >>> compare(" Mary  ellen", "MARY ELLEN"), compare("A-2", ["A-1", "A-2"]), compare(None, "x"), compare("x", None)
    ('agrees', 'agrees', 'not given', 'not on file')
    """
    if given is None or given == "":
        return NOT_GIVEN
    held = [item for item in (on_file if isinstance(on_file, list) else [on_file]) if item is not None]
    if not held:
        return NOT_ON_FILE
    wanted = normalise(given)
    return AGREES if any(normalise(item) == wanted for item in held) else DIFFERS


def normalise(value: Value) -> str:
    """Letters without regard to case and width, blanks as one: how people write the same name."""
    text = value if isinstance(value, str) else str(value)
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


DIRECTORY_SEARCH = directory_search(StoredDirectory())
DIRECTORY_ENTER = HandlerDefinition(
    job_type="directory.enter",
    label="Enter a person into the directory",
    meaning="Makes the person's case findable by some of its facts, under a keyed hash.",
    kind=HandlerKind.INLINE,
    run=enter_person,
    headers=(Field("by", "facts to find the person by, parted by commas; each is taken from its variable"),),
)
