"""Scenarios as stories: what happens day by day, and what the law is expected to do on each of these days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path

from engine.law import LawPackage
from engine.review.explain_markup import pairs, table
from engine.review.explain_words import show_day
from engine.review.publish.links import Links
from engine.review.trace_results import Played
from engine.simulation import Expectation, Scenario
from engine.simulation.values import show_value

# How an expectation reads; {} is the thing that it names.
EXPECTED: Mapping[str, str] = {
    "notice": "the notice {} is sent",
    "no_notice": "no notice {} is sent",
    "deadline": "the limit {} is set",
    "no_deadline": "no limit {} is set",
    "decision": "the decision {} is taken",
    "state": "the case becomes {}",
    "no_state": "the case does not become {}",
    "ledger": "the ledger takes an entry {}",
    "no_ledger": "the ledger takes no entry {}",
    "fact": "the fact {} is on record",
    "task": "a person has the task {}",
    "element": "the procedure passes {}",
    "no_element": "the procedure does not pass {}",
    "incident": "the case stops with {}",
}
_DAY_TERMS = ("on", "due", "opened_on", "open_on", "done_on", "started_on", "met_on", "by", "after", "before")


def scenarios_body(scenarios: Sequence[Scenario], runs: Mapping[str, Played], links: Links) -> str:
    """The list of all stories, by the folder that holds them."""
    parts = []
    for folder, group in groupby(scenarios, key=_folder):
        rows = "\n".join(
            f'<tr><th scope="row"><a href="{links.scenarios[each.file]}">{escape(each.title)}</a></th>'
            f"<td>{links.cite(each.clauses)}</td><td>{_outcome(runs.get(each.file))}</td></tr>"
            for each in group
        )
        parts.append(f"<h2>{escape(folder)}</h2>")
        parts.append(table(f"Stories of {folder}", ("Story", "Clauses", "When played"), rows))
    return f"<p>{len(scenarios)} scenarios.</p>" + "\n".join(parts)


def _folder(scenario: Scenario) -> str:
    """In words, the folder that holds it; the folder above where its own says nothing."""
    folder = Path(scenario.file).parent
    return (folder if folder.name != "scenarios" else folder.parent).name.replace("_", " ")


def _outcome(run: Played | None) -> str:
    if run is None:
        return "not played"
    return "holds" if run.holds else "<strong>does not hold</strong>"


def scenario_body(scenario: Scenario, run: Played | None, package: LawPackage, links: Links) -> str:
    """One story. Days are days where the law is in force."""
    zone = package.time_zone
    told: list[tuple[str, str]] = [
        ("Begins", show_day(scenario.start.astimezone(zone).date())),
        ("When played", "not played" if run is None else "holds" if run.holds else "does not hold"),
    ]
    told += [(f"Reading chosen: {name}", value) for name, value in scenario.readings.items()]
    told += [("Channels that are down", ", ".join(scenario.channels_down))] if scenario.channels_down else []
    lines: list[tuple[date | None, int, str]] = []
    before: dict[str, object] = {}
    for event in scenario.events:
        local = event.at.astimezone(zone)
        fresh = {name: value for name, value in event.facts.items() if before.get(name) != value}
        before |= event.facts
        facts = pairs([(name.replace("_", " "), show_value(value)) for name, value in fresh.items()]) if fresh else ""
        refused = f"; it is refused with {escape(event.refused)}" if event.refused else ""
        named = escape(event.name.replace("_", " "))
        lines.append((local.date(), 0, f"<li><strong>{local:%H:%M}: {named}</strong>{refused}{facts}</li>"))
    for outage in scenario.outages:
        down, up = outage.at.astimezone(zone), outage.until.astimezone(zone)
        lines.append(
            (down.date(), 0, f"<li><strong>{down:%H:%M}: the engine is down until {up:%Y-%m-%d %H:%M}</strong></li>")
        )
    for report in scenario.reports:
        local = report.at.astimezone(zone)
        why = f" ({escape(report.reason)})" if report.reason else ""
        lines.append((local.date(), 0, f"<li><strong>{local:%H:%M}: {escape(str(report))}</strong>{why}</li>"))
    for expectation in scenario.expectations:
        lines.append((_day(expectation), 1, f"<li>Expected: {_expected(expectation, package, links)}</li>"))
    return pairs(told) + f"<p>{links.cite(scenario.clauses)}</p>" + _days(lines)


def _days(lines: Iterable[tuple[date | None, int, str]]) -> str:
    dated = sorted(((day, order, text) for day, order, text in lines if day), key=lambda line: line[:2])
    parts = [
        f'<h2>{escape(show_day(day))}</h2><ul class="story">{"".join(text for _, _, text in group)}</ul>'
        for day, group in groupby(dated, key=lambda line: line[0])
    ]
    whenever = [text for day, _, text in lines if day is None]
    if whenever:
        parts.append(f'<h2>On no day in particular</h2><ul class="story">{"".join(whenever)}</ul>')
    return "\n".join(parts)


def _day(expectation: Expectation) -> date | None:
    return next((expectation.terms[term] for term in _DAY_TERMS if term in expectation.terms), None)


def _expected(expectation: Expectation, package: LawPackage, links: Links) -> str:
    said = EXPECTED[expectation.kind].format(_subject(expectation, package, links))
    terms = "; ".join(f"{term.replace('_', ' ')} {_term(value)}" for term, value in expectation.terms.items())
    case = f" (case {escape(expectation.case)})" if expectation.case else ""
    return f"{said}{case}{f': {escape(terms)}' if terms else ''}{links.cite(expectation.clauses)}"


def _subject(expectation: Expectation, package: LawPackage, links: Links) -> str:
    name = escape(expectation.subject)
    if expectation.kind in ("notice", "no_notice") and expectation.subject in package.notices:
        return f'<a href="notices.html#{name}">{escape(package.notices[expectation.subject].title or name)}</a>'
    if expectation.kind == "decision" and expectation.subject in links.decisions:
        return f'<a href="{links.decisions[expectation.subject]}">{escape(links.names[expectation.subject])}</a>'
    return f"<code>{name}</code>"


def _term(value: object) -> str:
    """What is expected, as words: a day, or each of the texts that a notice says."""
    if isinstance(value, date):
        return show_day(value)
    if isinstance(value, list | tuple) and value:
        return " and ".join(_term(each) for each in value)
    return show_value(value)
