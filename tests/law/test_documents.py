"""YAML read strictly: what plain words mean, what is refused, and where each value stands."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents import read_document
from engine.errors import EngineError, ErrorCode


def value_of(text: str) -> object:
    document = read_document(text.encode(), "x.yaml", ErrorCode.LAW_MANIFEST)
    assert document.findings.problems == []
    return document.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("True", "True"),
        ("12", 12),
        ("-7", -7),
        ("010", "010"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("1000.00", Decimal("1000.00")),
        (".5", ".5"),
        ("1e3", "1e3"),
        ("2011-03-08", date(2011, 3, 8)),
        ("2011-03-08 14:30", "2011-03-08 14:30"),
        ('"2011-03-08"', "2011-03-08"),
        ("null", None),
        ("~", None),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
    ],
)
def test_plain_word_means_one_thing(text: str, expected: object) -> None:
    found = value_of(text)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"a: 1\nb: J\xfcrgen\n", 2, "save the file as UTF-8"),
        (b"a: 1\n\tb: 2\n", 2, "indent with spaces"),
        (b"a: 1\nb: [1\n", 3, "check indentation"),
    ],
)
def test_file_that_cannot_be_read_is_refused_at_its_line(data: bytes, line: int, says: str) -> None:
    with pytest.raises(EngineError) as refused:
        read_document(data, "x.yaml", ErrorCode.LAW_MANIFEST)

    assert refused.value.problem.location.line == line
    assert says in str(refused.value.problem.hint)


def test_price_keeps_its_places() -> None:
    assert str(value_of("1000.00")) == "1000.00"


def test_section_takes_values_with_problems_at_their_lines() -> None:
    text = "title: 5\ncount: many\nopens: 25:00\nday: soon\nflag: maybe\nlist: {a: 1}\nsub: [1]\nextra: 1\n"
    document = read_document(text.encode(), "x.yaml", ErrorCode.LAW_MANIFEST)
    top = document.section()

    taken = (
        top.text("title"),
        top.whole("count"),
        top.time_of_day("opens"),
        top.day("day"),
        top.flag("flag"),
        top.texts("list"),
    )
    section = top.section("sub")
    top.close()

    assert taken == ("5", 0, None, None, False, ())
    assert section is not None and section.value == {}
    shown = {problem.location.part: problem.location.line for problem in document.findings.problems}
    assert shown == {"count": 2, "opens": 3, "day": 4, "flag": 5, "list": 6, "sub": 7, "extra": 8}


def test_time_of_day_is_read_with_or_without_quotes() -> None:
    top = read_document(b'a: "08:00"\nb: 23:59\n', "x.yaml", ErrorCode.LAW_MANIFEST).section()

    assert (top.time_of_day("a"), top.time_of_day("b")) == (time(8), time(23, 59))


@given(st.text(max_size=200))
def test_any_text_gives_a_document_or_an_error_of_ours(text: str) -> None:
    try:
        document = read_document(text.encode("utf-8", "replace"), "x.yaml", ErrorCode.LAW_MANIFEST)
    except EngineError as error:
        assert error.code == ErrorCode.LAW_MANIFEST
    else:
        document.section().close()


@given(st.binary(max_size=100))
def test_any_bytes_give_a_document_or_an_error_of_ours(data: bytes) -> None:
    try:
        read_document(data, "x.yaml", ErrorCode.LAW_MANIFEST)
    except EngineError as error:
        assert error.code == ErrorCode.LAW_MANIFEST
