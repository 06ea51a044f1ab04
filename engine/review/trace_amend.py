"""What would be touched by amending a clause: all that cites it or what lies below it, and the cases under way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import ErrorCode, did_you_mean, failure
from engine.law import Clause
from engine.review.coverage import QUESTION, Citation, Coverage
from engine.review.trace import CARRIES_OUT, Row, Runs, build_trace, covers
from engine.runtime import Engine

_PAGE = 5000
_WORDS_OF_CITATIONS = frozenset({"section", "sections", "sec", "subsection", "paragraph", "clause"})


@dataclass(frozen=True, slots=True)
class Touched:
    """One live or past instance that stands at, or has gone through, what cites the clause."""

    instance_id: str
    case_key: str
    status: str
    stands_at: tuple[str, ...]
    passed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amendment:
    """Everything that *ref*, a clause or a group of clauses, touches in one package.

    A question is touched when it cites the clause, and when it runs a decision or a process that does.
    *readings* are the choices for clauses below *ref*, each with the places that cite it; *instances* is None when no
    store was looked at.
    """

    ref: str
    text: str
    rows: tuple[Row, ...]
    citations: tuple[Citation, ...]
    readings: Mapping[str, tuple[Citation, ...]]
    instances: tuple[Touched, ...] | None = None

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(row.clause for row in self.rows)

    def of_kind(self, kind: str) -> tuple[Citation, ...]:
        """The places of one kind, each once."""
        places = {(each.owner, each.place): each for each in reversed(self.citations) if each.kind == kind}
        return tuple(reversed(places.values()))

    def as_data(self) -> dict[str, object]:
        return {
            "clause": self.ref,
            "text": self.text,
            "clauses": [row.as_data() for row in self.rows],
            "touched": [
                {"kind": each.kind, "owner": each.owner, "place": each.place, "label": each.label}
                for each in self.citations
            ],
            "readings": {name: [each.place for each in cited] for name, cited in self.readings.items()},
            "instances": None
            if self.instances is None
            else [
                {
                    "instance": each.instance_id,
                    "case": each.case_key,
                    "status": each.status,
                    "stands_at": list(each.stands_at),
                    "passed": list(each.passed),
                }
                for each in self.instances
            ],
        }


def build_amendment(coverage: Coverage, results: Runs, ref: str, *, engine: Engine | None = None) -> Amendment:
    """What amending *ref* (`prefix:id` of a clause or a group) touches; with *engine* also in its store."""
    rows = build_trace(coverage, results, prefixes=[ref])
    index = coverage.package.clauses
    text = index.clauses[ref].text if ref in index.clauses else index.groups.get(ref, "")
    refs = frozenset([ref, *(row.clause.ref for row in rows), *(name for name in index.groups if covers(ref, name))])
    citations = tuple(citation for citation in coverage.citations if citation.clause in refs)
    owners = {each.owner for each in citations if each.kind in CARRIES_OUT}
    citations += tuple(
        Citation(ref, QUESTION, each.id, each.id, each.asks, each.place)
        for each in coverage.package.questions.by_id.values()
        if each.runs in owners and refs.isdisjoint(each.clauses)
    )
    readings: dict[str, tuple[Citation, ...]] = {
        name: coverage.of(name) for row in rows for name in row.clause.readings
    }
    instances = None if engine is None else touched_instances(engine, coverage.package.id, refs)
    return Amendment(ref, " ".join(text.split()), rows, citations, dict(sorted(readings.items())), instances)


def resolve_clause(wanted: str, coverages: Iterable[Coverage]) -> str:
    """The clause or group that a person means: with or without the register's prefix, the word Section, and spaces.

    Errors: LAW_UNKNOWN_CLAUSE with the nearest id, and when two registers hold such a clause.
    """
    known: dict[str, str] = {}
    for coverage in coverages:
        index = coverage.package.clauses
        known.update({ref: clause.citation for ref, clause in index.clauses.items()})
        known.update({ref: "" for ref in index.groups if ref not in known})
    if wanted in known:
        return wanted
    steps = _steps(wanted)
    found = [ref for ref, citation in known.items() if steps and _means(steps, ref, citation)]
    if len(found) == 1:
        return found[0]
    if found:
        raise failure(
            ErrorCode.LAW_UNKNOWN_CLAUSE,
            f'"{wanted}" may be {" or ".join(found)}.',
            hint="write it with the register's prefix",
        )
    nearest = did_you_mean(wanted, [*known, *(ref.partition(":")[2] for ref in known)])
    raise failure(
        ErrorCode.LAW_UNKNOWN_CLAUSE,
        f'no register knows the clause "{wanted}".{nearest}',
        hint="write it as in the models, with or without the register's prefix",
    )


def _means(steps: tuple[str, ...], ref: str, citation: str) -> bool:
    """Whether *steps* are those of the id, after as much of the citation's words as the person wrote."""
    own, whole = _steps(ref.partition(":")[2]), _steps(citation)
    return steps in (own, _steps(ref)) or (len(steps) >= len(own) and whole[-len(steps) :] == steps)


def _steps(text: str) -> tuple[str, ...]:
    """The numbers and letters of a citation, without what is said around them.

    >>> _steps("Section 2 (2)(e) 2.b") == _steps("2(2)(e)2.b")
    True
    """
    parts = re.findall(r"[0-9]+|[a-z]+", text.casefold())
    return tuple(part for part in parts if part not in _WORDS_OF_CITATIONS)


def touched_instances(engine: Engine, package_id: str, refs: frozenset[str]) -> tuple[Touched, ...]:
    """The instances of a package in whose log something cites one of *refs*, in order of their first such entry.

    What an instance stands at has begun and has not ended; what it has passed is done, decided, set or sent.
    """
    standing: dict[str, dict[str, str]] = {}
    passed: dict[str, dict[str, None]] = {}
    after = 0
    while page := engine.timeline(after=after, limit=_PAGE, detail=True):
        after = page[-1].seq
        for entry in page:
            instance_id = entry.instance_id
            if instance_id is None or entry.element_id is None or refs.isdisjoint(entry.clauses):
                continue
            state, element_instance = entry.data.get("state"), str(entry.data.get("element_instance_id", ""))
            is_scope = entry.data.get("type") == "process"
            if state == "activated" and not is_scope:
                standing.setdefault(instance_id, {})[element_instance] = entry.element_id
            elif state in ("completed", "terminated"):
                standing.get(instance_id, {}).pop(element_instance, None)
            if (state == "completed" and not is_scope) or entry.kind in _DONE:
                passed.setdefault(instance_id, {})[entry.decision_id or entry.element_id] = None
    return tuple(_read_touched(engine, package_id, standing, passed))


_DONE = frozenset({"decision", "deadline", "notice", "payment", "state"})


def _read_touched(
    engine: Engine,
    package_id: str,
    standing: Mapping[str, Mapping[str, str]],
    passed: Mapping[str, Mapping[str, None]],
) -> Iterable[Touched]:
    for instance_id in dict.fromkeys([*passed, *standing]):
        at: Sequence[str] = tuple(dict.fromkeys(standing.get(instance_id, {}).values()))
        gone = tuple(passed.get(instance_id, {}))
        instance = engine.instance(instance_id)
        if instance.package_id != package_id or not (at or gone):
            continue
        key = "" if instance.case_id is None else engine.case(instance.case_id).key
        stands = tuple(at) if instance.ended_at is None else ()
        yield Touched(instance_id, key, instance.status, stands, gone)
