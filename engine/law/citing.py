"""The key `clause` of a section of the manifest: which clauses it cites, noted for the check against the registers."""

from __future__ import annotations

from engine.documents import Path, Section


def read_clause_ids(section: Section, cited: list[tuple[str, Path]], *, required: bool = True) -> tuple[str, ...]:
    """One id or a list of them; each is noted in *cited* with its place."""
    clauses = section.texts("clause", required=required)
    cited.extend((clause, (*section.path, "clause")) for clause in clauses)
    return clauses
