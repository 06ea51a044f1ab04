"""Every evaluation ends, whatever the expression: bounds are met early and aloud."""

import pytest

from engine.errors import EngineError, ErrorCode
from engine.feel import (
    Limits,
    Value,
    compile_expression,
    convert_input,
    dump_value,
    equal,
    format_value,
    from_python,
    parse_expression,
    to_plain,
)

DOUBLING = (
    "{a: [1, 1], " + ", ".join(f"{chr(98 + i)}: [{chr(97 + i)}, {chr(97 + i)}]" for i in range(24)) + ", z: %s}.z"
)
LONG = "{a: for i in 1..9000 return i, b: list replace(a, -1, 0), z: %s}.z"


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "for i in 1..90000, j in 1..90000 return 1",
        "sum(for i in 1..90000 return count(for j in 1..90000 return j))",
        "for i in 1..20000 return partial",
        "{f: function(x) f(x), r: f(1)}.r",
        DOUBLING % "string(y)",
        DOUBLING % "[y] = [[x, [w, w]]]",
        DOUBLING % "flatten(y)",
        DOUBLING % ("y instance of " + "list<" * 25 + "number" + ">" * 25),
        "for i in 1..20000 return if i = 1 then {} else context put(partial[-1], string(i), i)",
        "for i in 1..20000 return if i = 1 then [] else append(partial[-1], i)",
        "for i in 1..20000 return [" + "i, " * 999 + "i]",
        'for i in 1..9000 return if i = 1 then "" else partial[-1] + "' + "a" * 999 + '"',
        '{s: string join(for i in 1..9000 return "a"), z: for i in 1..90 return matches(s, "(a+)+b$")}.z',
        LONG % "every each in for i in 1..9000 return a satisfies each != b",
        LONG % "list contains(for i in 1..9000 return a, b)",
        LONG % "index of(for i in 1..9000 return a, b)",
        LONG % "b in (for i in 1..9000 return a)",
        LONG % "distinct values(for i in 1..9000 return a)",
        LONG % "(for i in 1..9000 return a)[is(item, b)]",
        LONG % "(for i in 1..9000 return a)[0.5 in item]",
        LONG % "(for i in 1..9000 return a)[min(item) = 0]",
        LONG % "(for i in 1..9000 return a)[item instance of list<string>]",
        LONG % "{f: function(l: list<number>) l, r: for i in 1..9000 return f(a)}",
        'replace(string join(for i in 1..1000 return "a"), "a", string join(for i in 1..2000 return "b"))',
    ],
)
def test_evaluation_that_outgrows_its_bounds_is_stopped(text: str) -> None:
    with pytest.raises(EngineError) as raised:
        compile_expression(text, limits=Limits(max_steps=60_000)).evaluate({})
    problem = raised.value.problem
    assert problem.code is ErrorCode.FEEL_LIMIT
    assert problem.location.text == text
    assert problem.location.span is not None and problem.location.span.end <= len(text)


def test_work_on_long_lists_that_is_done_a_few_times_stays_within_the_bounds() -> None:
    text = LONG % "[count(a), sum(a), a = b, list contains(a, 9000), count(distinct values([a, a, b])), a[-1] in a]"

    assert format_value(compile_expression(text).evaluate({}).value) == "[9000, 40504500, false, true, 2, true]"


@pytest.mark.parametrize("opening", ["(", "[", "-", "{a: ", "x[", "not(", "if ", "for a in ", "x in (", "function(a) "])
def test_text_nested_too_deeply_is_refused(opening: str) -> None:
    with pytest.raises(EngineError) as raised:
        parse_expression(opening * 3000)
    assert raised.value.code is ErrorCode.FEEL_LIMIT


@pytest.mark.parametrize("text", ["a" + ".b" * 5000, "f" + "()" * 5000, "a" + "[1]" * 5000])
def test_long_chain_is_refused(text: str) -> None:
    with pytest.raises(EngineError) as raised:
        compile_expression(text)
    assert raised.value.code is ErrorCode.FEEL_LIMIT


def test_long_sum_is_evaluated() -> None:
    assert format_value(compile_expression("1" + "+1" * 5000).evaluate({}).value) == "5001"


def test_long_text_is_refused() -> None:
    with pytest.raises(EngineError) as raised:
        compile_expression("1" * 100_001)
    assert raised.value.code is ErrorCode.FEEL_LIMIT


@pytest.mark.parametrize(
    "text",
    [
        "1e6144 * 10",
        "10 ** (10 ** 10)",
        '@"P999999999999999999D" * 1e20',
        "date(1e20, 1, 1)",
        "[1][1e6000]",
        "exp(1e9)",
    ],
)
def test_number_out_of_range_gives_null_with_a_reason(text: str) -> None:
    evaluation = compile_expression(text).evaluate({})
    assert evaluation.value is None
    assert evaluation.warnings


@pytest.mark.parametrize("use", [format_value, to_plain, dump_value, from_python, lambda v: convert_input(v, "Any")])
def test_value_nested_too_deeply_is_refused_everywhere(use: object) -> None:
    deep: Value = None
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(EngineError) as raised:
        use(deep)  # type: ignore[operator]
    assert raised.value.code is ErrorCode.FEEL_LIMIT
    with pytest.raises(EngineError):
        equal([deep, 1], [[deep], 1])


def test_warnings_are_bounded() -> None:
    evaluation = compile_expression("for i in 1..5000 return missing").evaluate({})
    assert len(evaluation.warnings) == 1000
