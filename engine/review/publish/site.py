"""All pages of the site: one folder per package, an index above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath

from engine.bpmn import Diagram
from engine.calendars import BusinessCalendar
from engine.clauses import for_reader
from engine.law import LawPackage
from engine.review.coverage import Coverage
from engine.review.explain_markup import pairs
from engine.review.publish.diagram_pages import diagram_body
from engine.review.publish.law_pages import calendar_body, matrix_body, register_body
from engine.review.publish.links import Links, page_of_diagram, page_of_register, page_of_table, parameter_tables
from engine.review.publish.notice_pages import notices_body
from engine.review.publish.official import OfficialText
from engine.review.publish.scenario_pages import scenario_body, scenarios_body
from engine.review.publish.table_pages import decision_section, table_body
from engine.review.trace import Row, build_trace
from engine.review.trace_page import html_page
from engine.review.trace_results import Played
from engine.simulation import Scenario

_STYLE = """
nav.site { border-bottom: 1px solid #8a8a8a; margin-bottom: 1rem; padding-bottom: .4rem; }
nav.site a { margin-right: 1rem; }
nav ul { columns: 18rem; }
.picture { border: 1px solid #8a8a8a; }
svg { display: block; font: 12px "Liberation Sans", Arial, Helvetica, sans-serif; }
svg .shape { fill: #fff; stroke: #1b1b1b; stroke-width: 1.5; }
svg .thick { stroke-width: 3.5; }
svg .flow { fill: none; stroke: #1b1b1b; stroke-width: 1.3; }
svg a:focus .shape, svg a:hover .shape { fill: #dcebfa; }
svg .label { text-anchor: middle; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
svg .sign { text-anchor: middle; font-size: 15px; }
svg .mark { font-size: 12px; }
ol.steps > li { margin: .7rem 0; }
:target { background: #fff3cd; }
th.number { min-width: 3rem; }
td.then, th.then { background: #f3f7fb; }
td code { white-space: pre-wrap; overflow-wrap: break-word; }
th.why { min-width: 17rem; }
dl.law dt { font-weight: bold; margin-top: .5rem; }
blockquote { margin: .4rem 0; padding: .1rem 1rem; border-left: 4px solid #8a8a8a; }
ul.story > li { margin: .4rem 0; }
@media print { .picture svg { max-width: 100%; height: auto; } }
"""


@dataclass(frozen=True, slots=True)
class SiteInput:
    """One package with what its scenarios say and did, and official texts by the prefix of their register."""

    coverage: Coverage
    scenarios: Sequence[Scenario]
    runs: Sequence[Played]
    official: Mapping[str, OfficialText] = field(default_factory=dict)


def publish_site(packages: Sequence[SiteInput]) -> dict[str, bytes]:
    """Every page by its path below the site's folder."""
    pages: dict[str, bytes] = {"index.html": _index(packages).encode()}
    for each in packages:
        for name, page in _package_pages(each).items():
            pages[f"{each.coverage.package.id}/{name}"] = page.encode()
    return pages


def _index(packages: Sequence[SiteInput]) -> str:
    items = "".join(
        f'<li><a href="{escape(each.coverage.package.id)}/index.html">{escape(each.coverage.package.title)}</a></li>'
        for each in packages
    )
    return html_page("Laws", f"<h1>Laws</h1><ul>{items}</ul>", style=_STYLE)


MENU = (
    ("index.html", "Overview"),
    ("diagrams.html", "Procedures"),
    ("tables.html", "Decisions"),
    ("parameters.html", "Parameters and readings"),
    ("laws.html", "Clauses"),
    ("matrix.html", "Coverage"),
    ("notices.html", "Notices"),
    ("scenarios.html", "Stories"),
    ("calendars.html", "Calendars"),
)


def _package_pages(given: SiteInput) -> dict[str, str]:
    package, models = given.coverage.package, given.coverage.models
    links = Links(given.coverage, [each.file for each in given.scenarios])
    rows = build_trace(given.coverage, given.runs, in_force_only=True)
    row_of = {row.clause.ref: row for row in rows}
    runs = {run.file: run for run in given.runs}
    pages: dict[str, str] = {}

    def add(name: str, title: str, body: str, kind: str = "") -> None:
        pages[name] = _page(package, name, title, body, kind)

    titles = _titles(models.diagrams)
    for diagram in models.diagrams:
        body = diagram_body(package.files[diagram.file], diagram.file, diagram.processes, links)
        add(page_of_diagram(diagram.file), titles[diagram.file], body, "procedure")
    for model in models.decisions:
        body = table_body(package.files[model.file], model, links, given.official)
        add(page_of_table(model.file), model.name, body, "decisions")
    for register in package.registers.values():
        text = given.official.get(register.prefix, {})
        add(page_of_register(register.prefix), register.title, register_body(register, row_of, links, text))
    add("index.html", package.title, _overview(given, rows))
    add("diagrams.html", "Procedures", _listed(_diagrams(models.diagrams, titles)))
    add("tables.html", "Decisions", _listed((page_of_table(m.file), m.name, m.description) for m in models.decisions))
    registers = package.registers.values()
    add("laws.html", "Clauses", _listed((page_of_register(r.prefix), r.title, r.edition) for r in registers))
    add("matrix.html", "Coverage of the clauses in force", matrix_body(rows, links))
    with_status = [decision_section(each, model, links, home=False) for model, each in parameter_tables(given.coverage)]
    add("parameters.html", "Parameters and readings", "\n".join(with_status) or "<p>The law has none.</p>")
    add("notices.html", "Notices", notices_body(package, links))
    calendars = [calendar_body(each, _years(given, each)) for each in package.calendars.values()]
    add("calendars.html", "Calendars", "\n".join(calendars))
    add("scenarios.html", "Stories", scenarios_body(given.scenarios, runs, links))
    for scenario in given.scenarios:
        body = scenario_body(scenario, runs.get(scenario.file), package, links)
        add(links.scenarios[scenario.file], scenario.title, body, "story")
    return pages


def _page(package: LawPackage, name: str, title: str, body: str, kind: str) -> str:
    """The *kind* tells apart pages that bear one name: a procedure and the decisions that it asks for."""
    current = ' aria-current="page"'
    menu = "".join(f'<a href="{page}"{current if page == name else ""}>{words}</a> ' for page, words in MENU)
    head = f'<nav class="site" aria-label="Site"><a href="../index.html">Laws</a> {menu}</nav><h1>{escape(title)}</h1>'
    named = f"{title} ({kind})" if kind else title
    whole = title if title == package.title else f"{named} - {package.title}"
    return html_page(whole, f"{head}\n{body}", language=package.language, style=_STYLE)


def _overview(given: SiteInput, rows: Sequence[Row]) -> str:
    package, models = given.coverage.package, given.coverage.models
    holding = sum(run.holds for run in given.runs)
    counts = [
        ("Procedures", str(len(package.processes))),
        ("Decisions", str(len(package.decisions))),
        ("Rules", str(sum(len(each.rules) for model in models.decisions for each in model.decisions))),
        ("Clauses in force", f"{len(rows)}, of which {sum(row.proven for row in rows)} are proven by a story"),
        ("Stories", f"{len(given.scenarios)}, of which {holding} hold" if given.runs else str(len(given.scenarios))),
        ("Time zone and currency", f"{package.time_zone.key}, {package.currency}"),
        ("State of all files (SHA-256)", package.content_hash),
    ]
    return pairs(counts) + "<h2>Questions that it answers</h2>" + _questions(given)


def _questions(given: SiteInput) -> str:
    asked = [each.asks for each in given.coverage.package.questions.by_id.values()]
    return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in asked)}</ul>" if asked else "<p>None are listed.</p>"


def _diagrams(diagrams: Iterable[Diagram], titles: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for diagram in diagrams:
        said = " ".join(for_reader(each.documentation) for each in diagram.processes.values())
        yield page_of_diagram(diagram.file), titles[diagram.file], said


def _titles(diagrams: Iterable[Diagram]) -> dict[str, str]:
    """The title of each diagram by its file; those that share their name are told apart by their file."""
    names = {each.file: " and ".join(part.name or part.id for part in each.processes.values()) for each in diagrams}
    shared = {name for name, count in Counter(names.values()).items() if count > 1}
    return {file: f"{name} ({PurePosixPath(file).stem})" if name in shared else name for file, name in names.items()}


def _listed(entries: Iterable[tuple[str, str, str]]) -> str:
    items = "".join(
        f'<dt><a href="{page}">{escape(name)}</a></dt><dd>{escape(said)}</dd>'
        for page, name, said in sorted(entries, key=lambda entry: entry[1].casefold())
    )
    return f'<dl class="law">{items}</dl>'


def _years(given: SiteInput, calendar: BusinessCalendar) -> Sequence[int]:
    """The years that stories begin in, as far as the calendar knows them; else its first."""
    years = sorted({each.start.year for each in given.scenarios})
    return [year for year in years if calendar.first_year <= year <= calendar.last_year] or [calendar.first_year]
