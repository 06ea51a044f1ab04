"""Notice sources: read strictly, rendered from values, and refused when a required piece is not said."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from engine.errors import EngineError, ErrorCode
from engine.feel import FeelDate, FeelDateTime, FeelTime, Value
from engine.law import HTML, TEXT, Currency, render_notice
from engine.law.markdown import render_text
from tests.law.harbour import NOTICE, NOTICE_NAME, harbour_package

FAULTS = yaml.safe_load((Path(__file__).parent / "data/notice_faults.yaml").read_text(encoding="utf-8"))
DEADLINE: dict[str, Value] = {"due_date": FeelDate(2011, 4, 7)}
VALUES: dict[str, Value] = {
    "call_sign": "CQ7",
    "master_name": "Ana Reis",
    "defects": ["hull", "anchor"],
    "insured": False,
    "reason_code": "unsafe",
    "fine": Decimal(1250),
    "deadlines": {"repair": DEADLINE},
    "notice": {"id": "notice-1", "type": "berth_refused", "title": "x", "date": FeelDate(2011, 3, 8)},
    "case": {"id": "case-1", "type": "call", "key": "CQ7", "state": ""},
}
TEXT_OF_NOTICE = """\
Refusal of a berth

To Ana Reis, Tuesday March 8, 2011.

Your ship is not safe to moor. Your fine is €1,250.00.

1. hull
2. anchor

Repair your ship by Thursday, April 7, 2011.
"""


def render(notice: str = NOTICE, **values: Value) -> dict[str, str]:
    source = harbour_package(NOTICE=notice).notices["berth_refused"]
    rendered = render_notice(source, {**VALUES, **values})
    return {**rendered.texts, "subject": rendered.subject}


def failure_of(notice: str = NOTICE, **values: Value) -> EngineError:
    with pytest.raises(EngineError) as raised:
        render(notice, **values)
    return raised.value


def line_of(notice: str, text: str) -> int:
    """The line of the file on which *text* begins, counted from 1."""
    return notice[: notice.index(text)].count("\n") + 1


def test_notice_is_rendered_as_text_and_html_from_one_source() -> None:
    texts = render()

    assert texts["subject"] == "Ship CQ7 is refused"
    assert texts[TEXT] == TEXT_OF_NOTICE
    assert "<strong>€1,250.00</strong>" in texts[HTML]
    assert '<html lang="en">' in texts[HTML]
    assert "<title>Ship CQ7 is refused</title>" in texts[HTML]


def test_condition_shows_its_part_only_when_it_holds() -> None:
    assert "Ask your insurer." in render(insured=True)[TEXT]
    assert "Ask your insurer." not in render(insured=False)[TEXT]


def test_required_content_is_reported_with_the_words_found() -> None:
    source = harbour_package().notices["berth_refused"]

    found = {item["id"]: item["expected"] for item in render_notice(source, VALUES).required}

    assert found == {
        "reason": ["Your ship is not safe to moor."],
        "last_day": ["April 7, 2011"],
        "fine": ["€1,250.00"],
        "defects": ["hull", "anchor"],
    }


@pytest.mark.parametrize(
    ("old", "new", "piece", "said"),
    [
        ("{{ reason_texts[reason_code] }}", "", "reason", "Your ship is not safe to moor."),
        ("**{{ fine | money }}**", "known", "fine", "€1,250.00"),
        ("**{{ fine | money }}**", "**{{ fine }}**", "fine", "€1,250.00"),
        (", {{ last_day }}.", ".", "last_day", "April 7, 2011"),
        ("{{ loop.index }}. {{ defect }}", "- one", "defects", '"hull" and "anchor"'),
        ("{{ loop.index }}. {{ defect }}", "{% if loop.first %}{{ defect }}{% endif %}", "defects", '"anchor"'),
    ],
)
def test_notice_without_a_required_piece_is_not_rendered(old: str, new: str, piece: str, said: str) -> None:
    assert old in NOTICE
    error = failure_of(NOTICE.replace(old, new))

    assert [problem.code for problem in error.problems] == [ErrorCode.NOTICE_CONTENT_MISSING]
    assert error.problem.location.file == NOTICE_NAME
    assert error.problem.location.part == f"required > {piece}"
    assert error.problem.location.clause in ("harbour:3", "harbour:2(2)")
    assert said in error.problem.message


def test_every_missing_piece_is_named() -> None:
    error = failure_of(NOTICE.split("# Refusal")[0] + "Sorry.\n")

    assert len(error.problems) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [("defects", []), ("defects", None), ("defects", ["hull", None])],
)
def test_required_piece_without_a_value_is_missing(name: str, value: Value) -> None:
    notice = NOTICE.replace("{% for defect in defects %}\n{{ loop.index }}. {{ defect }}\n{% endfor %}", "")

    error = failure_of(notice, **{name: value})

    assert error.code == ErrorCode.NOTICE_CONTENT_MISSING
    assert "required > defects" in str(error)


@pytest.mark.parametrize(
    ("values", "place", "said"),
    [
        ({"fine": "much"}, "{{ fine |", "the filter money expected a number"),
        ({"fine": None}, "{{ fine |", "the filter money expected a number, but got null"),
        ({"master_name": None}, "To {{ master_name", "null"),
        ({"master_name": ["a"]}, "To {{ master_name", "a list cannot stand in a sentence"),
        ({"master_name": True}, "To {{ master_name", "use an if"),
        ({"master_name": FeelDateTime(FeelDate(2011, 1, 1), FeelTime(0, 0, 0))}, "To {{ master_name", "two ways"),
        ({"reason_code": "cursed"}, "{{ reason_texts[", "no entry 'cursed'"),
        ({"defects": Decimal(3)}, "{% for", "Decimal"),
        ({"deadlines": {}}, "{{ last_day |", "weekday expected a date, but got null"),
    ],
)
def test_placeholder_that_cannot_be_filled_is_an_error_with_its_line(
    values: dict[str, Value], place: str, said: str
) -> None:
    error = failure_of(**values)

    assert error.code == ErrorCode.NOTICE_TEMPLATE
    assert error.problem.location.line == line_of(NOTICE, place)
    assert said in str(error)


def test_value_that_is_not_given_is_an_error() -> None:
    source = harbour_package().notices["berth_refused"]
    values = {name: value for name, value in VALUES.items() if name != "master_name"}

    with pytest.raises(EngineError) as raised:
        render_notice(source, values)

    assert raised.value.code == ErrorCode.NOTICE_TEMPLATE
    assert "master_name" in str(raised.value)


def test_what_a_person_wrote_never_becomes_markup() -> None:
    name = "<script>alert(1)</script> [x](http://evil) **b**\n# h\n\n- i `c` &amp; {{ 1 }}"

    texts = render(master_name=name)

    assert "<script>" not in texts[HTML]
    assert "<a " not in texts[HTML]
    assert texts[HTML].count("<h1>") == 1
    assert "To <script>alert(1)</script> [x](http://evil) **b** # h - i `c` &amp; {{ 1 }}, Tuesday" in texts[TEXT]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["new"])
def test_wrong_source_is_refused_at_load_with_its_line(fault: dict[str, str]) -> None:
    assert fault["old"] in NOTICE
    notice = NOTICE.replace(fault["old"], fault["new"], 1)
    with pytest.raises(EngineError) as raised:
        harbour_package(NOTICE=notice)

    found = [problem for problem in raised.value.problems if fault["said"] in str(problem)]
    assert found, str(raised.value)
    assert found[0].code == fault["code"]
    assert found[0].location.file == NOTICE_NAME
    assert found[0].location.line == line_of(notice, fault["new"])


@pytest.mark.parametrize(
    ("currency", "amount", "expected"),
    [
        (Currency("USD", symbol="$"), Decimal("1000"), "$1,000.00"),
        (Currency("USD"), Decimal("-0.5"), "-USD 0.50"),
        (Currency("JPY", places=0, symbol="¥"), Decimal("1234567"), "¥1,234,567"),
        (Currency("EUR", symbol="€"), Decimal("2.005"), "€2.00"),
    ],
)
def test_amount_reads_as_the_currency_says(currency: Currency, amount: Decimal, expected: str) -> None:
    assert currency.show(amount) == expected


def test_plain_text_keeps_lists_quotes_tables_and_links() -> None:
    markdown = """\
Read *this*:

- one
  - two

> quoted

| a | b |
|---|---|
| c | d |

See [the law](https://example.org/law).
"""

    assert render_text(markdown) == (
        "Read this:\n\n- one\n  - two\n\n> quoted\n\na | b\nc | d\n\nSee the law (https://example.org/law).\n"
    )
