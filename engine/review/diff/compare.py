"""Two versions of a law side by side: every change as a sentence, with the clauses and scenarios that it touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.reading.xml import read_xml
from engine.dmn.xml import parse_document
from engine.law import LawPackage
from engine.review.diff.change import Change, Part, cited
from engine.review.diff.diagrams import diagram_changes
from engine.review.diff.law import calendar_changes, form_changes, manifest_changes, notice_changes, register_changes
from engine.review.diff.tables import table_changes
from engine.simulation import Scenario, read_models

TIME_LIMIT = "time_limit"
OF_THE_LAW: tuple[Callable[[LawPackage, LawPackage], Iterable[Change]], ...] = (
    notice_changes,
    calendar_changes,
    form_changes,
    manifest_changes,
    register_changes,
)
DRAWINGS = frozenset({"BPMNDiagram", "DMNDI"})


@dataclass(frozen=True, slots=True)
class Touched:
    """A scenario that expects something of a changed clause or place."""

    scenario: str
    title: str
    because: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {"scenario": self.scenario, "title": self.title, "because": list(self.because)}


@dataclass(frozen=True, slots=True)
class LawDiff:
    """The changes from *old* to *new*, which are names for people, in the order of `Part`."""

    old: str
    new: str
    package: str
    changes: tuple[Change, ...]
    scenarios: tuple[Touched, ...]

    def of(self, part: Part) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.part is part)

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of all changes that are more than layout, each once."""
        return cited(*(change.clauses for change in self.changes if change.part is not Part.LAYOUT))

    def as_data(self) -> dict[str, object]:
        return {
            "old": self.old,
            "new": self.new,
            "package": self.package,
            "changes": [change.as_data() for change in self.changes],
            "clauses": list(self.clauses),
            "scenarios": [each.as_data() for each in self.scenarios],
        }


def compare_packages(
    old: LawPackage, new: LawPackage, scenarios: Iterable[Scenario] = (), *, names: tuple[str, str] = ("old", "new")
) -> LawDiff:
    """Errors: EngineError when a model of either cannot be read."""
    before, after = read_models(old), read_models(new)
    limits = frozenset(filter(None, (package.parameters.get(TIME_LIMIT) for package in (old, new))))
    diagrams = ({each.file: each for each in models.diagrams} for models in (before, after))
    tables = ({each.file: each for each in models.decisions} for models in (before, after))
    changes = [
        *table_changes(*tables, limits=limits),
        *diagram_changes(*diagrams),
        *(change for compare in OF_THE_LAW for change in compare(old, new)),
    ]
    changes.extend(_layout_changes(old, new, {change.file for change in changes}))
    order = list(Part)
    changes.sort(key=lambda change: order.index(change.part))
    return LawDiff(*names, new.id, tuple(changes), tuple(_touched(changes, scenarios)))


def _layout_changes(old: LawPackage, new: LawPackage, told: set[str]) -> Iterator[Change]:
    """Files that differ and of which nothing was told: only the drawing, or what no reader of it sees."""
    for name, data in new.files.items():
        if name in told or name not in old.files or old.files[name] == data:
            continue
        if name.endswith((".bpmn", ".dmn")) and _without_drawing(old.files[name], name) == _without_drawing(data, name):
            said = "only the drawing changed: positions, sizes or lines"
        else:
            said = "only its writing changed: spaces, comments or the order of what has none"
        yield Change(Part.LAYOUT, name, name, name, said)


def _without_drawing(data: bytes, name: str) -> bytes:
    root = parse_document(data, name) if name.endswith(".dmn") else read_xml(data, name)
    for child in list(root):
        if isinstance(child.tag, str) and etree.QName(child).localname in DRAWINGS:
            root.remove(child)
    return etree.tostring(root, method="c14n")


def _touched(changes: Iterable[Change], scenarios: Iterable[Scenario]) -> Iterator[Touched]:
    """The scenarios with an expectation of a changed place, or of a clause of a change."""
    real = [change for change in changes if change.part is not Part.LAYOUT]
    places = {change.place for change in real}
    clauses = set(cited(*(change.clauses for change in real)))
    for scenario in scenarios:
        because: dict[str, None] = {}
        for expectation in scenario.expectations:
            for name in (expectation.subject, *expectation.terms.get("rule", ())):
                if name in places:
                    because[name] = None
            because.update(dict.fromkeys(clause for clause in expectation.clauses if clause in clauses))
        if because:
            yield Touched(scenario.file, scenario.title, tuple(because))
