"""Where each thing stands on the site: clauses, readings, elements, rules, notices, scenarios, as links."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path, PurePosixPath

from engine.dmn import Decision, Model
from engine.dmn.model import DecisionTable
from engine.law import Clause
from engine.review.checks.status_rows import STATUS
from engine.review.coverage import CALENDAR, ELEMENT, NOTICE, PARAMETER, RULE, Citation, Coverage
from engine.review.explain_markup import anchor_of, short_citation

MOST_CITED = 12


def page_of_diagram(file: str) -> str:
    return f"diagram-{PurePosixPath(file).stem}.html"


def page_of_table(file: str) -> str:
    return f"table-{PurePosixPath(file).stem}.html"


def page_of_register(prefix: str) -> str:
    return f"law-{re.sub(r'[^A-Za-z0-9]+', '-', prefix)}.html"


class Links:
    """Links of one package; its pages lie side by side in one folder."""

    def __init__(self, coverage: Coverage, scenarios: Sequence[str]) -> None:
        package, models = coverage.package, coverage.models
        self.clauses: Mapping[str, Clause] = package.clauses.clauses
        self.groups: Mapping[str, str] = package.clauses.groups
        self.decisions = {
            decision.id: f"{page_of_table(model.file)}#{escape(decision.id)}"
            for model in models.decisions
            for decision in model.decisions
        }
        self.names = {each.id: each.name for model in models.decisions for each in model.decisions}
        self.names |= {
            name: process.name or name for diagram in models.diagrams for name, process in diagram.processes.items()
        }
        self.variables = dict(_variables(models.decisions, self.decisions))
        self.rules = {
            (decision.id, rule.id): f"{page_of_table(model.file)}#{escape(rule.id)}"
            for model in models.decisions
            for decision in model.decisions
            for rule in decision.rules
        }
        self.processes = {
            process: page_of_diagram(diagram.file) for diagram in models.diagrams for process in diagram.processes
        }
        self.readings: dict[str, str] = {}
        for _, decision in tables_with_status(coverage):
            for rule in decision.rules:
                for ref in rule.clauses:
                    if ":" not in ref:
                        self.readings.setdefault(ref, self.rules[decision.id, rule.id])
        self.scenarios = scenario_pages(scenarios)

    def cite(self, refs: Iterable[str], most: int = MOST_CITED) -> str:
        """The clauses as links to their words, in brackets; nothing when there is none."""
        shown = list(dict.fromkeys(refs))
        links = [self.clause(ref) for ref in shown[:most]]
        if len(shown) > most:
            links.append(f"and {len(shown) - most} more")
        return f' <span class="cite">[{"; ".join(links)}]</span>' if links else ""

    def clause(self, ref: str) -> str:
        """One clause or reading as a link; plain where nothing tells of it."""
        if ref in self.clauses:
            text = short_citation(self.clauses[ref].citation)
            return f'<a href="{self.href_of_clause(ref)}">{escape(text)}</a>'
        if ref in self.groups:
            return f'<a href="{self.href_of_clause(ref)}">{escape(ref)}</a>'
        if ref in self.readings:
            return f'<a href="{self.readings[ref]}">reading {escape(ref)}</a>'
        return escape(ref)

    def href_of_clause(self, ref: str) -> str:
        return f"{page_of_register(ref.partition(':')[0])}#{anchor_of(ref)}"

    def citation(self, cited: Citation) -> str:
        """The place that cites a clause, as a link to it."""
        label = cited.label if len(cited.label) <= 100 else f"{cited.label[:97]}..."
        href = self._href(cited)
        words = f"{cited.kind} {escape(label or cited.place)}"
        return f'<a href="{href}">{words}</a>' if href else words

    def _href(self, cited: Citation) -> str:
        if cited.kind == ELEMENT and cited.owner in self.processes:
            anchor = "" if cited.place == cited.owner else f"#{escape(cited.place)}"
            return f"{self.processes[cited.owner]}{anchor}"
        if cited.kind in (RULE, PARAMETER):
            return self.rules.get((cited.owner, cited.place)) or self.decisions.get(cited.owner, "")
        if cited.kind == NOTICE:
            return f"notices.html#{escape(cited.owner)}"
        return "calendars.html" if cited.kind == CALENDAR else ""


def _variables(models: Iterable[Model], hrefs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The names that the result of just one decision of all models bears, with its place."""
    found: dict[str, list[str]] = {}
    for decision in (decision for model in models for decision in model.decisions):
        found.setdefault(decision.variable.name, []).append(decision.id)
    yield from ((name, hrefs[ids[0]]) for name, ids in found.items() if len(ids) == 1)


def parameter_tables(coverage: Coverage) -> Iterator[tuple[Model, Decision]]:
    """What the manifest names as parameters, then every other table whose rows have a status."""
    named = coverage.package.parameters.values()
    every = [(model, decision) for model in coverage.models.decisions for decision in model.decisions]
    yield from (pair for pair in every if pair[1].id in named)
    yield from (pair for pair in tables_with_status(coverage) if pair[1].id not in named)


def tables_with_status(coverage: Coverage) -> Iterator[tuple[Model, Decision]]:
    """The tables whose rows say how sure they are: readings of unclear clauses, and dated parameters."""
    for model in coverage.models.decisions:
        for decision in model.decisions:
            table = decision.expression
            if isinstance(table, DecisionTable) and any(output.name == STATUS for output in table.outputs):
                yield model, decision


def scenario_pages(files: Sequence[str]) -> dict[str, str]:
    """A page name for each scenario file: its path below what all of them share."""
    if not files:
        return {}
    paths = [Path(file).resolve().as_posix() for file in files]
    shared = posixpath.commonpath([posixpath.dirname(path) for path in paths])
    return {
        file: f"scenario-{re.sub(r'[^A-Za-z0-9]+', '-', posixpath.relpath(path, shared).removesuffix('.yaml'))}.html"
        for file, path in zip(files, paths, strict=True)
    }
