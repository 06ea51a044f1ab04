"""The matrix as sheets: a head and rows of cells, each cell a list of lines. Every format is made from these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import counted
from engine.review.coverage import CALENDAR, ELEMENT, MANIFEST, NOTICE, PARAMETER, QUESTION, RULE, Citation
from engine.review.trace import BackRow, Row, Standing
from engine.review.trace_amend import Amendment, Touched

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its title and a sentence on what it says; the first cell of a row names the row."""

    title: str
    says: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


BRIEF_HEADS = ("Clause", "Stands", "Carried out by", "Proven by", "Still open")
MATRIX_HEADS = ("Clause", "Says", "Stands", "Elements", "Rules", "Parameters", "Notices", "Scenarios", "Still open")


def matrix_sheet(title: str, rows: Sequence[Row], *, brief: bool = False) -> Sheet:
    """From the clauses to the models and the scenarios; *brief* leaves out words and owners, for a terminal."""
    proven = sum(row.proven for row in rows)
    left_out = sum(row.standing is Standing.OUT_OF_SCOPE for row in rows)
    still_open = sum(bool(row.open) for row in rows)
    says = f"{counted(len(rows), 'clause')}: {proven} proven, {left_out} out of scope with a reason, {still_open} open."
    if brief:
        return Sheet(title, says, BRIEF_HEADS, tuple(_brief_row(row) for row in rows))
    return Sheet(title, says, MATRIX_HEADS, tuple(_matrix_row(row) for row in rows))


def _brief_row(row: Row) -> tuple[Cell, ...]:
    named = row.clause.manual or row.clause.used_by
    places = named or tuple(dict.fromkeys(_short(each) for each in row.citations))
    proving = tuple(dict.fromkeys(Path(proof.file).stem for proof in row.proofs if proof.proves))
    return ((row.clause.ref,), (str(row.standing),), places, proving, row.open)


def _short(citation: Citation) -> str:
    """Elements and rules are found by their id; other places need to say in what they lie."""
    if citation.kind in (ELEMENT, RULE, PARAMETER):
        return citation.place
    return f"{citation.kind} {_place(citation)}"


def _matrix_row(row: Row) -> tuple[Cell, ...]:
    clause = row.clause
    stands = str(row.standing)
    if clause.out_of_scope:
        stands = f"{stands}: {' '.join(clause.out_of_scope.split())}"
    named = clause.manual or clause.used_by
    if named:
        stands = f"{stands}: {', '.join(named)}"
    proving = dict.fromkeys(proof.file for proof in row.proofs if proof.proves)
    reaching = len({proof.file for proof in row.proofs if proof.reaches and not proof.proves} - proving.keys())
    return (
        (clause.ref, clause.citation),
        (" ".join(clause.text.split()),),
        (stands,),
        _places(row.citations, ELEMENT),
        _places(row.citations, RULE),
        _places(row.citations, PARAMETER),
        _places(row.citations, NOTICE),
        (*(_scenario(file) for file in proving), *([f"and {reaching} more reach it"] if reaching else [])),
        row.open,
    )


def _places(citations: Iterable[Citation], *kinds: str) -> Cell:
    return tuple(dict.fromkeys(_place(each) for each in citations if each.kind in kinds))


def _place(citation: Citation) -> str:
    return citation.owner if citation.place == citation.owner else f"{citation.owner} > {citation.place}"


def _scenario(file: str) -> str:
    """The file as seen from the working directory, where it lies below it."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def back_sheet(title: str, rows: Sequence[BackRow], *, brief: bool = False) -> Sheet:
    """From the places of the models to the clauses; *brief* leaves out owners, for a terminal."""
    reached = sum(bool(row.scenarios) for row in rows)
    says = f"{counted(len(rows), 'place')} that cite a clause, {reached} of them reached by a scenario."
    cells = tuple(
        (
            (f"{row.kind} {row.place if brief or row.place == row.owner else f'{row.owner} > {row.place}'}",),
            (row.label,),
            row.clauses,
            tuple(Path(file).stem if brief else _scenario(file) for file in row.scenarios),
        )
        for row in rows
    )
    return Sheet(title, says, ("Where", "What", "Clauses", "Scenarios"), cells)


AMENDED_KINDS = (
    (ELEMENT, "Elements of diagrams"),
    (RULE, "Decisions and rules"),
    (PARAMETER, "Parameters"),
    (NOTICE, "Notices"),
    (QUESTION, "Questions that are asked alone"),
    (MANIFEST, "Words of the vocabulary"),
    (CALENDAR, "Calendar"),
)


def amendment_sheets(amendment: Amendment, *, brief: bool = False) -> tuple[Sheet, ...]:
    """What amending one clause touches, one sheet for each kind of thing that there is any of."""
    sheets = [matrix_sheet(f"Clauses under {amendment.ref}", amendment.rows, brief=brief)]
    for kind, title in AMENDED_KINDS:
        cited = amendment.of_kind(kind)
        if cited:
            rows = tuple(((_place(each),), (each.label,), _cites(amendment, each)) for each in cited)
            sheets.append(Sheet(title, f"{len(rows)} to look at.", ("Where", "What", "Cites"), rows))
    if amendment.readings:
        read: tuple[tuple[Cell, ...], ...] = tuple(
            ((name,), tuple(dict.fromkeys(_place(each) for each in cited)) or ("nothing cites it",))
            for name, cited in amendment.readings.items()
        )
        says = f"{counted(len(read), 'reading')} of what is not clear; an amendment may settle it."
        sheets.append(Sheet("Readings", says, ("Reading", "Where it is relied on"), read))
    if amendment.instances is not None:
        sheets.append(_instances_sheet(amendment.instances))
    return tuple(sheets)


def _cites(amendment: Amendment, place: Citation) -> Cell:
    here = (place.kind, place.owner, place.place)
    return tuple(
        dict.fromkeys(each.clause for each in amendment.citations if (each.kind, each.owner, each.place) == here)
    )


def _instances_sheet(instances: Sequence[Touched]) -> Sheet:
    standing = sum(bool(each.stands_at) for each in instances)
    live = sum(each.status in ("active", "suspended") for each in instances)
    says = (
        f"{counted(len(instances), 'instance')} with something that cites it: {live} under way,"
        f" {standing} standing at such an element now."
    )
    rows = tuple(
        ((each.instance_id,), (each.case_key or "-",), (each.status,), each.stands_at, each.passed)
        for each in instances
    )
    return Sheet("Instances in the store", says, ("Instance", "Case", "Status", "Stands at", "Has passed"), rows)
