"""FEEL expressions: one evaluation against a hand-written lambda over the same values and zen-engine's compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import zen

from engine.feel import FeelDate, Value, compile_expression
from tests.benchmarks.measure import race
from tests.benchmarks.report import OURS, Group, Target

LAMBDA, ZEN = "lambda", "zen-engine"
NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144)
add, multiply, divide = NUMBERS.add, NUMBERS.multiply, NUMBERS.divide
ONE, TWO, TEN, EIGHTEEN = Decimal(1), Decimal(2), Decimal(10), Decimal(18)
VAT = Decimal("1.19")


@dataclass(frozen=True)
class Typical:
    """One expression in FEEL, in Python and in zen-engine's language, with the facts that it needs and no others."""

    feel: str
    python: Callable[[Mapping[str, Any]], Any]
    zen: str
    facts: Mapping[str, Value]


AMOUNTS: list[Value] = [Decimal("12.50"), Decimal(30), Decimal("7.25"), Decimal(99)]
TYPICAL = (
    Typical(
        "a + b > c",
        lambda f: add(f["a"], f["b"]) > f["c"],
        "a + b > c",
        {"a": Decimal("2.5"), "b": Decimal(2), "c": Decimal(3)},
    ),
    Typical("x in [1..10]", lambda f: ONE <= f["x"] <= TEN, "x in [1..10]", {"x": Decimal(5)}),
    Typical(
        'if a > 1 then "y" else "n"',
        lambda f: "y" if f["a"] > ONE else "n",
        "a > 1 ? 'y' : 'n'",
        {"a": Decimal("2.5")},
    ),
    Typical(
        'person.age >= 18 and person.address.city = "Bonn"',
        lambda f: f["person"]["age"] >= EIGHTEEN and f["person"]["address"]["city"] == "Bonn",
        "person.age >= 18 and person.address.city == 'Bonn'",
        {"person": {"age": Decimal(42), "address": {"city": "Bonn"}}},
    ),
    Typical(
        'status in ("paid", "waived")',
        lambda f: f["status"] in ("paid", "waived"),
        "status in ['paid', 'waived']",
        {"status": "waived"},
    ),
    Typical(
        "premium * 1.19 / months",
        lambda f: divide(multiply(f["premium"], VAT), f["months"]),
        "premium * 1.19 / months",
        {"premium": Decimal("420.00"), "months": Decimal(12)},
    ),
    Typical("sum(amounts)", lambda f: _sum(f["amounts"]), "sum(amounts)", {"amounts": AMOUNTS}),
    Typical(
        "count(amounts[item > 10])",
        lambda f: Decimal(len([each for each in f["amounts"] if each > TEN])),
        "len(filter(amounts, # > 10))",
        {"amounts": AMOUNTS},
    ),
    Typical(
        "some each in amounts satisfies each > 50",
        lambda f: any(each > 50 for each in f["amounts"]),
        "some(amounts, # > 50)",
        {"amounts": AMOUNTS},
    ),
    Typical(
        'date(received) + duration("P30D")',
        lambda f: _read_date(f["received"]).plus_days(30),
        "d(received).add(30, 'day')",
        {"received": "2024-01-31"},
    ),
)


def _sum(values: list[Decimal]) -> Decimal:
    total = values[0]
    for value in values[1:]:
        total = add(total, value)
    return total


def _read_date(text: str) -> FeelDate:
    year, month, day = text.split("-")
    return FeelDate(int(year), int(month), int(day))


def measure_expressions(quick: bool) -> list[Group]:
    group = Group(
        "FEEL expressions: one evaluation",
        "Compiled before. Lambda and FEEL compute on the same Decimals of 34 digits; zen-engine gets its own numbers.",
    )
    for each in TYPICAL:
        expression = compile_expression(each.feel, each.facts)
        compiled = zen.compile_expression(each.zen)
        theirs = {name: _plain(value) for name, value in each.facts.items()}
        _check_same(each, expression.evaluate(each.facts).value, each.python(each.facts), compiled.evaluate(theirs))
        figures = race(
            {
                OURS: lambda run=expression.evaluate, facts=each.facts: run(facts),  # type: ignore[misc]
                LAMBDA: lambda run=each.python, facts=each.facts: run(facts),  # type: ignore[misc]
                ZEN: lambda run=compiled.evaluate, facts=theirs: run(facts),  # type: ignore[misc]
            },
            rounds=7 if quick else 21,
        )
        group.add(each.feel, figures, Target(LAMBDA, 5, at_most=True), Target(ZEN, 1))
    group.note += f"{_where_the_time_goes()}"
    return [group]


def _where_the_time_goes() -> str:
    """What stands between an expression and a lambda, measured with expressions that compute next to nothing."""
    facts: dict[str, Value] = {"a": ONE, "b": TWO}
    read, negated = compile_expression("a", facts), compile_expression("-(-a)", facts)
    once = race(
        {
            "lambda": lambda run=lambda f: f["a"]: run(facts),  # type: ignore[misc]
            "read": lambda run=read.evaluate: run(facts),  # type: ignore[misc]
            "negated": lambda run=negated.evaluate: run(facts),  # type: ignore[misc]
        },
        rounds=7,
    )
    fixed, node = (once["read"] - once["lambda"]) * 1e9, (once["negated"] - once["read"]) / 2 * 1e9
    return (
        f"\nBeyond the lambda, {fixed:.0f} ns are spent once an evaluation (the call, a frame for variables, a result "
        f"that can carry\nwarnings) and up to {node:.0f} ns for each node (a Python call, the check that operands are "
        "numbers, decimal arithmetic)."
    )


def _plain(value: Any) -> Any:
    """The value as zen-engine takes it: its binding knows no Decimal."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value


def _check_same(each: Typical, ours: Any, python: Any, theirs: Any) -> None:
    if ours != python:
        raise RuntimeError(f"{each.feel}: {ours!r} is not {python!r}")
    same = (
        str(theirs).startswith(str(ours))
        if isinstance(ours, FeelDate)
        else float(ours) == float(theirs)
        if isinstance(ours, Decimal)
        else ours == theirs
    )
    if not same:
        raise RuntimeError(f"{each.feel}: {ours!r} is not {theirs!r} as zen-engine says")
