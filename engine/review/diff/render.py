"""A comparison for people: as text for a terminal, and as Markdown for a review."""

from __future__ import annotations

from collections.abc import Iterator

from engine.review.diff.change import Change, Part
from engine.review.diff.compare import LawDiff

CLAUSES_SHOWN = 4


def as_text(diff: LawDiff) -> str:
    return "\n".join(_text(diff)) + "\n"


def _text(diff: LawDiff) -> Iterator[str]:
    yield f"{diff.package}: {diff.old} -> {diff.new}"
    for part in Part:
        changes = diff.of(part)
        if changes:
            yield ""
            yield f"{str(part).capitalize()}"
            for file, found in _by_file(changes).items():
                yield f"  {file}"
                yield from (f"    - {change.sentence}{_cites(change)}" for change in found)
    yield ""
    yield from _sums(diff)
    if diff.scenarios:
        yield "Scenarios that expect something of it:"
        yield from (f"  {each.scenario}: {', '.join(each.because[:CLAUSES_SHOWN])}" for each in diff.scenarios)


def as_markdown(diff: LawDiff) -> str:
    return "\n".join(_markdown(diff)) + "\n"


def _markdown(diff: LawDiff) -> Iterator[str]:
    yield f"# {diff.package}: {diff.old} to {diff.new}"
    for part in Part:
        changes = diff.of(part)
        if changes:
            yield ""
            yield f"## {str(part).capitalize()}"
            for file, found in _by_file(changes).items():
                yield ""
                yield f"### `{file}`"
                yield ""
                yield from (f"- {_escaped(change.sentence)}{_cites(change)}" for change in found)
    yield ""
    yield "## Touched"
    yield ""
    yield from (f"- {line}" for line in _sums(diff))
    if diff.scenarios:
        yield ""
        yield "| Scenario | Title | Because of |"
        yield "| --- | --- | --- |"
        for each in diff.scenarios:
            because = ", ".join(each.because[:CLAUSES_SHOWN])
            yield f"| `{each.scenario}` | {_escaped(each.title)} | {because} |"


def _sums(diff: LawDiff) -> Iterator[str]:
    real = [change for change in diff.changes if change.part is not Part.LAYOUT]
    if not diff.changes:
        yield "Nothing changed."
        return
    if not real:
        yield "Nothing changed but layout and writing."
        return
    files = len({change.file for change in real})
    yield f"{len(real)} change{_s(len(real))} in {files} file{_s(files)}."
    if diff.clauses:
        yield f"Clauses: {', '.join(diff.clauses)}"


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _by_file(changes: tuple[Change, ...]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.file, []).append(change)
    return found


def _cites(change: Change) -> str:
    if not change.clauses:
        return ""
    more = f" and {len(change.clauses) - CLAUSES_SHOWN} more" if len(change.clauses) > CLAUSES_SHOWN else ""
    return f"  [{', '.join(change.clauses[:CLAUSES_SHOWN])}{more}]"


def _escaped(text: str) -> str:
    for sign in "\\`*_<>|":
        text = text.replace(sign, f"\\{sign}")
    return text
