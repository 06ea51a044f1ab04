"""Values in and out: exact storage, plain forms, inputs of declared types."""

import copy
import datetime as py
import json
import pickle
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.errors import EngineError, ErrorCode
from engine.feel import (
    DaysTimeDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    Function,
    Range,
    Value,
    YearsMonthsDuration,
    compile_expression,
    convert_input,
    dump_value,
    format_value,
    from_python,
    invoke,
    load_value,
    to_plain,
    to_wire,
    wire_to_plain,
)

VALUES: list[Value] = [
    None,
    True,
    "a",
    Decimal("1.50"),
    Decimal("1E+10"),
    FeelDate(-999_999_999, 1, 1),
    FeelTime(1, 2, 3, 4, offset=-3723),
    FeelDateTime(FeelDate(2024, 2, 29), FeelTime(0, 0, 0, zone="Europe/Paris")),
    DaysTimeDuration(-90_000_000_000_001),
    YearsMonthsDuration(-14),
    Range(Decimal(1), Decimal(5), True, False),
    Range.of_test("!=", "a"),
    [None, [Decimal(1)]],
    {"b": Decimal(1), "a": {"number": "x"}},
    {"context": {"range": None}},
    {},
]


@pytest.mark.parametrize("value", VALUES, ids=format_value)
def test_stored_value_comes_back_exactly(value: Value) -> None:
    text = dump_value(value)
    loaded = load_value(text)
    assert loaded == value
    assert dump_value(loaded) == text


@pytest.mark.parametrize("value", VALUES, ids=format_value)
def test_plain_form_of_a_stored_value_is_that_of_the_value(value: Value) -> None:
    assert wire_to_plain(to_wire(value)) == to_plain(value)


def test_wire_form_is_the_documented_one() -> None:
    assert to_wire(Decimal("1.50")) == {"number": "1.50"}
    assert to_wire({"date": "x"}) == {"context": {"date": "x"}}
    assert to_wire(Range(Decimal(1), Decimal(5), True, False)) == {
        "range": ["[", {"number": "1"}, {"number": "5"}, ")"]
    }


def test_function_cannot_be_stored() -> None:
    with pytest.raises(EngineError) as raised:
        dump_value([Function(lambda: None)])
    assert raised.value.code is ErrorCode.FEEL_TYPE_MISMATCH


@pytest.mark.parametrize("text", ["", "{", '{"number": "x"}', '{"date": "2024-13-01"}', "1.5", '{"range": []}'])
def test_damaged_storage_is_refused(text: str) -> None:
    with pytest.raises(EngineError) as raised:
        load_value(text)
    assert raised.value.code is ErrorCode.FEEL_INVALID_ARGUMENT


@pytest.mark.parametrize("stored", [{"number": "x"}, {"number": 1}, {"date": "2024-13-01"}, 1.5, {"range": []}])
def test_damaged_storage_has_no_plain_form(stored: object) -> None:
    with pytest.raises(EngineError) as raised:
        wire_to_plain(stored)
    assert raised.value.code is ErrorCode.FEEL_INVALID_ARGUMENT


def test_python_values_become_feel_values() -> None:
    paris = py.datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Europe/Paris"))
    assert from_python({"a": (1, 0.1)}) == {"a": [Decimal(1), Decimal("0.1")]}
    moment = from_python(paris)
    assert isinstance(moment, FeelDateTime)
    assert str(moment) == "2024-07-01T12:00:00@Europe/Paris"
    assert moment.to_python() == paris
    assert from_python(py.timedelta(hours=25)) == DaysTimeDuration.of(days=1, hours=1)
    with pytest.raises(EngineError):
        from_python(float("nan"))
    with pytest.raises(EngineError):
        from_python({1: 2})


def test_plain_form_keeps_digits() -> None:
    assert to_plain([Decimal("3.00"), Decimal("0.1"), Decimal("0.1234567890123456789")]) == [
        3,
        0.1,
        "0.1234567890123456789",
    ]
    json.dumps(to_plain(Decimal("1E+6000")))


@pytest.mark.parametrize(
    ("value", "type_name", "expected"),
    [
        ("2024-02-29", "date", FeelDate(2024, 2, 29)),
        (py.date(2024, 2, 29), "date", FeelDate(2024, 2, 29)),
        ("P30D", "dayTimeDuration", DaysTimeDuration.of(days=30)),
        ("P1Y", "years and months duration", YearsMonthsDuration(12)),
        (["2024-02-29"], "list<date>", [FeelDate(2024, 2, 29)]),
        ("2024-02-29", "list<date>", None),
        ({"since": "2024-02-29", "x": 1}, "context<since: date>", {"since": FeelDate(2024, 2, 29), "x": Decimal(1)}),
        (12.5, "number", Decimal("12.5")),
        (None, "number", None),
        ([5], "number", Decimal(5)),
        (5, "Any", Decimal(5)),
    ],
)
def test_input_is_read_as_its_declared_type(value: object, type_name: str, expected: Value) -> None:
    if expected is None and value is not None:
        with pytest.raises(EngineError):
            convert_input(value, type_name)
    else:
        assert convert_input(value, type_name) == expected


def test_wrong_input_says_what_was_expected() -> None:
    with pytest.raises(EngineError) as raised:
        convert_input("2 400", "number")
    assert raised.value.problem.message == 'expected number, but got the string "2 400"'
    assert raised.value.code is ErrorCode.FEEL_TYPE_MISMATCH


def test_function_of_another_package_is_called_by_position_and_by_name() -> None:
    double = Function(lambda amount: amount * 2, ["amount"], name="double")
    context: dict[str, Value] = {"double": double}
    for text in ("double(4)", "double(amount: 4)"):
        assert compile_expression(text, context).evaluate(context).value == 8
    assert invoke(double, [Decimal(4)]) == 8
    assert invoke(double, {"amount": Decimal(4)}) == 8
    assert invoke(double, []) is None


def test_now_is_what_the_caller_says() -> None:
    now = py.datetime(2024, 5, 1, 9, 30, tzinfo=py.UTC)
    assert format_value(compile_expression("[now(), today()]").evaluate({}, now=now).value) == (
        "[2024-05-01T09:30:00Z, 2024-05-01]"
    )
    evaluation = compile_expression("now()").evaluate({})
    assert evaluation.value is None
    assert evaluation.warnings[0].message == "now(): this evaluation was given no current time"


def test_reason_inside_a_function_of_another_text_is_shown_at_the_call() -> None:
    defined = compile_expression('{padding: "........................", f: function(x) x + "a"}.f').evaluate({}).value
    evaluation = compile_expression("f(1)", ["f"]).evaluate({"f": defined})
    assert evaluation.value is None
    assert [(warning.span.start, warning.span.end) for warning in evaluation.warnings] == [(0, 4)]


def test_temporal_values_are_ordered_as_instants() -> None:
    early = FeelDateTime(FeelDate(2024, 1, 1), FeelTime(10, 0, 0, offset=7200))
    late = FeelDateTime(FeelDate(2024, 1, 1), FeelTime(9, 0, 0, offset=0))
    assert early < late and early <= late and late > early and late >= early
    assert max(early, late) is late
    assert FeelTime(10, 0, 0, offset=7200) < FeelTime(9, 0, 0, offset=0)
    assert FeelDate(-1, 12, 31) < FeelDate(0, 1, 1)
    with pytest.raises(TypeError):
        assert early < FeelDateTime(FeelDate(2024, 1, 1), FeelTime(9, 0, 0))


@pytest.mark.parametrize("date", [FeelDate(2024, 2, 29), FeelDate.from_ordinal(0), FeelDate(-44, 3, 15)])
def test_date_survives_copies_and_cannot_be_changed(date: FeelDate) -> None:
    for copied in (copy.deepcopy(date), pickle.loads(pickle.dumps(date)), replace(date)):
        assert copied == date
        assert hash(copied) == hash(date)
        assert copied.ordinal == date.ordinal

    for part in ("day", "python"):
        with pytest.raises((AttributeError, TypeError)):
            setattr(date, part, 1)


@pytest.mark.parametrize("value", ["\ud800", ["a", "\udfd6b"], {"\ud800": 1}, {"a": {"b": "\udc00"}}])
def test_half_of_a_surrogate_pair_is_no_text(value: object) -> None:
    for read in (from_python, lambda each: convert_input(each, "Any"), lambda each: convert_input(each, "string")):
        with pytest.raises(EngineError) as raised:
            read(value)

        assert raised.value.code is ErrorCode.FEEL_TYPE_MISMATCH
        str(raised.value).encode()


def test_filter_over_nothing_has_nothing_to_say() -> None:
    evaluation = compile_expression("some_list[item > 10 and item.due < 3]").evaluate({"some_list": []})

    assert (evaluation.value, evaluation.warnings) == ([], ())
