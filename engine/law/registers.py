"""Clause registers (`decisions/law/*.yaml`): every clause of a law in our own words, with citation, actor and kind.

A model cites a clause as `prefix:id`, e.g. `[act:3(1)(a)]`. Readings (ids without a prefix, e.g. `R-02`) are choices
among readings of an unclear clause; a register names the readings that touch each clause.

A clause in force is carried out by what cites it. Otherwise the register says how it stands: a definition names what
uses it, a clause that a person carries out names the user tasks, and one that is not carried out gives the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.documents import Section, read_document
from engine.errors import ErrorCode

KINDS = ("definition", "computation", "obligation", "permission", "effect", "eligibility test")
HOMES = ("data definition", "computation", "decision", "process step", "deadline", "notice content")
STATUSES = ("found", "recalled", "not found")
LEFT_OUT = ("definition", "permission")
"""The kinds of clauses that may be out of scope: they oblige nobody, and change and test nothing."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. *ref* is how models cite it; *limit* is the number that it sets, as data.

    *used_by* are ids of elements, rules, decisions, notices or words of the vocabulary that use a definition, *manual*
    user tasks by which a person carries the clause out, *out_of_scope* why it is not carried out here.
    """

    ref: str
    id: str
    text: str
    citation: str
    kind: str
    home: str
    status: str
    actor: str = ""
    trigger: str = ""
    readings: tuple[str, ...] = ()
    limit: Mapping[str, Any] = field(default_factory=dict)
    corrects: str = ""
    where: tuple[str, ...] = ()
    safe_to_rely: str = ""
    used_by: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()
    out_of_scope: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """One register. *groups* are headings: citing one is allowed and proves nothing."""

    prefix: str
    title: str
    edition: str
    source: str
    file: str
    in_force: tuple[str, ...]
    clauses: Mapping[str, Clause]
    groups: Mapping[str, str]

    def is_in_force(self, clause_id: str) -> bool:
        """Whether a prefix in force covers *clause_id*: `2` covers `2(2)` and `2.log`, not `21`."""
        return any(
            clause_id == prefix
            or (clause_id.startswith(prefix) and (prefix.endswith(")") or clause_id[len(prefix)] in "(."))
            for prefix in self.in_force
        )


def read_register(data: bytes, file: str) -> Register:
    """Read one register. Errors: LAW_REGISTER with YAML path and line, all problems at once."""
    document = read_document(data, file, ErrorCode.LAW_REGISTER)
    top = document.section()
    prefix, title = top.text("register"), top.text("title")
    edition, source = top.text("edition", required=False), top.text("source", required=False)
    clauses: dict[str, Clause] = {}
    for section in top.sections("clauses", required=True):
        clause = _read_clause(section, prefix)
        if clause.id in clauses:
            section.problem(
                f'the clause "{clause.id}" is given twice.', "id", hint="split one clause by a suffix: .log"
            )
        clauses[clause.id] = clause
    groups: dict[str, str] = {}
    grouped = top.section("groups", required=False)
    if grouped is not None:
        groups = {name: grouped.text(name) for name in grouped.value}
        for name in groups.keys() & clauses.keys():
            grouped.problem(f'"{name}" is a clause and a group at once.', name, hint="keep it in one of the two places")
    in_force = top.texts("in_force")
    for index, start in enumerate(in_force):
        if start not in groups and not any(clause_id.startswith(start) for clause_id in clauses):
            top.problem(f'no clause of this register begins with "{start}".', "in_force", index)
    top.close()
    document.findings.raise_if_any()
    return Register(prefix, title, edition, source, file, in_force, clauses, groups)


def _read_clause(section: Section, prefix: str) -> Clause:
    clause_id = section.text("id")
    limit = section.section("limit", required=False)
    clause = Clause(
        ref=f"{prefix}:{clause_id}",
        id=clause_id,
        text=section.text("text"),
        citation=section.text("citation"),
        kind=section.choice("kind", KINDS),
        home=section.choice("home", HOMES),
        status=section.choice("status", STATUSES),
        actor=section.text("actor", required=False),
        trigger=section.text("trigger", required=False),
        readings=section.texts("readings"),
        limit={} if limit is None else dict(limit.value),
        corrects=section.text("corrects", required=False),
        where=section.texts("where"),
        safe_to_rely=section.text("safe_to_rely", required=False),
        used_by=section.texts("used_by"),
        manual=section.texts("manual"),
        out_of_scope=section.text("out_of_scope", required=False),
    )
    _check_standing(section, clause)
    section.close()
    return clause


def _check_standing(section: Section, clause: Clause) -> None:
    """A clause stands in one way only, and only what demands nothing of anybody may be left out."""
    given = [name for name in ("used_by", "manual", "out_of_scope") if getattr(clause, name)]
    if len(given) > 1:
        section.problem(
            f"expected one of {' and '.join(given)}, but got both.", given[1], hint="keep the one that holds"
        )
    if clause.used_by and clause.kind != "definition":
        section.problem(
            f"expected used_by at a definition only, but this is a clause of kind {clause.kind}.",
            "used_by",
            hint="cite the clause where it is carried out",
        )
    if clause.out_of_scope and clause.kind not in LEFT_OUT:
        section.problem(
            f"a clause of kind {clause.kind} cannot be out of scope.",
            "out_of_scope",
            hint="carry it out and cite it there, or name the user task by which a person does, under manual",
        )
