"""[limit-row] A row of the time limits that gives no deadline: no whole number, no known unit, no known way to count.

What a cell computes is left alone. A row with `null` for amount and unit says that there is no such limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.calendars import Unit
from engine.calendars.deadlines import FIRST_DAY, MONTH_ENDS, ROLLS
from engine.dmn import Decision, Model, Rule
from engine.dmn.checks.tables import TableAnalysis
from engine.errors import ErrorCode, Location, Problem, did_you_mean
from engine.feel import Value
from engine.handlers.exact_deadlines import UNITS
from engine.handlers.limits import PARAMETER
from engine.review.checks.review import Review

AMOUNT, UNIT = "amount", "unit"
WORDS = {UNIT: (*map(str, Unit), *UNITS), "roll": ROLLS, "first_day": FIRST_DAY, "month_end": MONTH_ENDS}
"""What stands in the columns of words; those after the unit may be left out."""
NOTHING = "null"


def check_limit_row(review: Review) -> Iterator[Problem]:
    wanted = review.context.package.parameters.get(PARAMETER)
    for analysis in review.context.tables:
        found = review.context.decisions.get(analysis.table.place.decision_id or "")
        if found is not None and analysis.table.place.decision_id == wanted:
            for number, rule in enumerate(analysis.rules):
                yield from _of_row(*found, rule, analysis, number)


def _of_row(model: Model, decision: Decision, rule: Rule, analysis: TableAnalysis, number: int) -> Iterator[Problem]:
    held: dict[str, Value] = {}
    texts = {AMOUNT: "", UNIT: ""}
    for column, entry, output in zip(
        analysis.output_columns, rule.output_entries, analysis.outputs[number], strict=True
    ):
        texts[column.name] = entry.text.strip()
        if output.constant is not None:
            held[column.name] = output.constant.value
    if texts[AMOUNT] == texts[UNIT] == NOTHING:
        return
    for name, text in texts.items():
        value = held.get(name)
        if value is None and text not in ("", NOTHING):
            continue  # computed
        allowed = WORDS.get(name, ())
        if name == AMOUNT and not (isinstance(value, Decimal) and value == value.to_integral_value()):
            expected, near = "a whole number", ""
        elif name in WORDS and value not in allowed and (name == UNIT or value is not None):
            expected = "one of " + ", ".join(f'"{word}"' for word in allowed if word)
            near = did_you_mean(value, allowed) if isinstance(value, str) else ""
        else:
            continue
        yield Problem(
            ErrorCode.TRACE_LAW,
            f'{rule.id} expected "{name}" to be {expected}, but got {text or "an empty cell"}.{near}',
            Location(file=model.file, decision_id=decision.id, rule_id=rule.id, part=f'output "{name}"'),
            hint="write what the clause says, or null for amount and unit where there is no such limit",
        )
