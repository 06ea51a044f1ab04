"""What a run prints: measurements in groups, each with the others' figures, ratios and targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OURS = "clauseflow"


@dataclass(frozen=True)
class Target:
    """`ratio` is the least that *against* must take of our time (or the most, with *at_most*, of our own figure)."""

    against: str
    ratio: float
    at_most: bool = False

    def met(self, figures: Mapping[str, float]) -> bool:
        return self.value(figures) <= self.ratio if self.at_most else self.value(figures) >= self.ratio

    def value(self, figures: Mapping[str, float]) -> float:
        if self.at_most:
            return figures[OURS] / figures[self.against]
        return figures[self.against] / figures[OURS]

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.ratio:g} × {self.against}"


@dataclass(frozen=True)
class Line:
    """One measurement: seconds (or another unit) of each contestant, ours among them."""

    what: str
    figures: Mapping[str, float]
    targets: tuple[Target, ...] = ()
    unit: str = "s"


@dataclass
class Group:
    title: str
    note: str = ""
    lines: list[Line] = field(default_factory=list)

    def add(self, what: str, figures: Mapping[str, float], *targets: Target, unit: str = "s") -> None:
        self.lines.append(Line(what, figures, targets, unit))


def render(groups: list[Group]) -> str:
    """All groups as text, then the targets that were missed."""
    parts: list[str] = []
    for group in groups:
        parts += [f"\n{group.title}", "=" * len(group.title)]
        parts += [group.note] if group.note else []
        parts += _table(group)
    missed = [
        f"  {line.what}: {target.value(line.figures):.2f}, wanted {target}"
        for group in groups
        for line in group.lines
        for target in line.targets
        if not target.met(line.figures)
    ]
    count = sum(len(line.targets) for group in groups for line in group.lines)
    parts += ["", f"{count - len(missed)} of {count} targets met."]
    parts += ["Missed:", *missed] if missed else []
    return "\n".join(parts)


def _table(group: Group) -> list[str]:
    others = list(dict.fromkeys(name for line in group.lines for name in line.figures if name != OURS))
    rows = [["", OURS, *(cell for name in others for cell in (name, "ratio")), "target"]]
    for line in group.lines:
        row = [line.what, show(line.figures.get(OURS), line.unit)]
        for name in others:
            figure = line.figures.get(name)
            ratio = "" if figure is None or not line.figures.get(OURS) else f"{figure / line.figures[OURS]:.2f}"
            row += [show(figure, line.unit), ratio]
        verdicts = [f"{target} {'met' if target.met(line.figures) else 'MISSED'}" for target in line.targets]
        rows.append([*row, "; ".join(verdicts)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column in (0, len(row) - 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def show(figure: float | None, unit: str) -> str:
    """The figure with a fitting prefix."""
    if figure is None:
        return ""
    if unit == "s":
        for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
            if figure * factor >= 1:
                return f"{figure * factor:.3g} {name}" if figure * factor < 100 else f"{figure * factor:,.0f} {name}"
        return f"{figure * 1e9:.0f} ns"
    if unit == "bytes":
        return f"{figure:,.0f} B" if figure < 10_000 else f"{figure / 1024:,.0f} KiB"
    return f"{figure:,.0f} {unit}" if figure >= 100 else f"{figure:.3g} {unit}"
