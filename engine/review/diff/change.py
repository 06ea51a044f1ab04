"""One change between two versions of a law, as a sentence with its place and clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

Named = TypeVar("Named")


class Part(StrEnum):
    """What of a law has changed, in the order of reports."""

    LIMITS = "limits of time"
    READINGS = "readings"
    TABLES = "tables"
    DIAGRAMS = "diagrams"
    NOTICES = "notices"
    CALENDAR = "calendars"
    FORMS = "forms"
    MANIFEST = "manifest"
    REGISTERS = "clause registers"
    LAYOUT = "layout only"


@dataclass(frozen=True, slots=True)
class Change:
    """`owner` is the process, decision, notice ... that `place` lies in; `clauses` are those of both versions."""

    part: Part
    file: str
    owner: str
    place: str
    sentence: str
    clauses: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "part": str(self.part),
            "file": self.file,
            "owner": self.owner,
            "place": self.place,
            "sentence": self.sentence,
            "clauses": list(self.clauses),
        }


def is_was(what: str, new: object, old: object) -> str:
    """
    >>> is_was("the amount", 45, 30), is_was("the timer", None, "P1D"), is_was("the timer", "P1D", "")
    ('the amount is 45, was 30', 'the timer is gone, was P1D', 'the timer is P1D, was not there')
    """
    if not shown(new):
        return f"{what} is gone, was {shown(old)}"
    return f"{what} is {shown(new)}, was {shown(old) or 'not there'}"


def shown(value: Any) -> str:
    """A value of a model in a sentence, empty for nothing; texts of one line, long ones cut."""
    match value:
        case None | "" | () | []:
            return ""
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{name}: {shown(each) or '-'}" for name, each in value.items())
        case tuple() | list() | frozenset():
            items = sorted(map(str, value)) if isinstance(value, frozenset) else value
            return ", ".join(shown(each) for each in items)
    text = " ".join(str(value).split())
    return text if len(text) <= 160 else f"{text[:157]}..."


def cited(*clauses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for each in clauses for clause in each))


def matched(old: Mapping[str, Named], new: Mapping[str, Named]) -> Iterator[tuple[str, Named | None, Named | None]]:
    """Name, old and new of each thing in either, in the order of the new version and then what is gone."""
    for name, each in new.items():
        yield name, old.get(name), each
    for name, each in old.items():
        if name not in new:
            yield name, each, None


def changed_fields(old: object, new: object, labels: Mapping[str, str]) -> Iterator[tuple[str, Any, Any]]:
    """Label, old and new value of each attribute of *labels* that differs."""
    for name, label in labels.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield label, before, after


def clauses_changed(old: Iterable[str], new: Iterable[str]) -> str | None:
    """What a place cites now and no longer, as the end of a sentence; None when it cites the same."""
    before, after = tuple(old), tuple(new)
    added = [clause for clause in after if clause not in before]
    gone = [clause for clause in before if clause not in after]
    if not added and not gone:
        return None
    said = []
    if added:
        said.append(f"cites {', '.join(added)} as well")
    if gone:
        said.append(f"no longer cites {', '.join(gone)}")
    return " and ".join(said)
