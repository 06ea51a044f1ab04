"""[unverified-parameter] Figures and readings in use that nobody has verified. [unverified-clause] Clauses not seen."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import ErrorCode, Location, Problem
from engine.review.checks.review import Review
from engine.review.checks.status_rows import IDENTIFIER, StatusRow, status_rows

SETTLED = ("verified", "official", "found")


def check_unverified_parameter(review: Review) -> Iterator[Problem]:
    grouped: dict[tuple[str, str], list[StatusRow]] = {}
    for row in status_rows(review.context):
        if row.status not in SETTLED:
            grouped.setdefault((row.decision.id, row.status), []).append(row)
    for (decision_id, status), rows in grouped.items():
        names = [row.outputs.get(IDENTIFIER) or row.rule.id for row in rows]
        yield Problem(
            ErrorCode.TRACE_LAW,
            f'{len(rows)} {"row has" if len(rows) == 1 else "rows have"} the status "{status}": {", ".join(names)}.',
            Location(file=rows[0].model.file, decision_id=decision_id),
            hint="verify them, and change the status of the rows",
        )


def check_unverified_clause(review: Review) -> Iterator[Problem]:
    package = review.context.package
    cited = {citation.clause for citation in review.context.coverage.citations}
    for register in package.registers.values():
        grouped: dict[str, list[str]] = {}
        for clause in register.clauses.values():
            if clause.ref in cited and clause.status not in SETTLED:
                grouped.setdefault(clause.status, []).append(clause.ref)
        for status, refs in grouped.items():
            yield Problem(
                ErrorCode.TRACE_LAW,
                f'{len(refs)} cited {"clause has" if len(refs) == 1 else "clauses have"} the status "{status}": '
                f"{', '.join(refs)}.",
                Location(file=register.file, part="clauses"),
                hint="read the official text, and change the status",
            )
