"""ACH return files: read by position from a file laid by hand; any fault in it refuses it whole and is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.bank import EntryKind, read_returns
from tests.bank.hive_bank import DATA

FILE = (DATA / "returns.ach").read_text(encoding="ascii")
TODAY = date(2011, 3, 9)
Change = Callable[[list[str]], object]


def faults_of(text: str) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(EngineError) as raised:
        read_returns(text.encode("latin-1"), "returns.ach", TODAY)
    assert {problem.code for problem in raised.value.problems} == {ErrorCode.BANK_FILE}
    return [(found.location.line, found.location.part, found.message) for found in raised.value.problems]


def put(line: int, position: int, text: str) -> Change:
    """Write *text* over a record (counted from 1) from a position (counted from 1)."""

    def change(lines: list[str]) -> None:
        old = lines[line - 1]
        lines[line - 1] = old[: position - 1] + text + old[position - 1 + len(text) :]

    return change


def test_returns_are_read_with_reason_numbers_amount_and_date() -> None:
    document = read_returns(FILE.encode(), "returns.ach", TODAY)

    assert [(e.kind, e.code, e.amount, e.on, e.references, e.line) for e in document.entries] == [
        (EntryKind.RETURN, "R01", Decimal("10.00"), date(2011, 3, 8), ("42000010000007", "1042"), 3),
        (EntryKind.RETURN, "R08", Decimal("999.00"), date(2011, 3, 8), ("42000010000008", "1043"), 5),
        (EntryKind.RETURN, "R99", Decimal("25.00"), date(2011, 3, 7), ("42000010000009", "AP-9"), 9),
        (EntryKind.NOTIFICATION, "C01", Decimal("0.00"), date(2011, 3, 7), ("42000010000010", "AP-10"), 11),
    ]
    assert document.entries[0].description == "not enough money in the account, of a check"
    assert document.entries[2].description == "reason not known to us"


@pytest.mark.parametrize(
    "same",
    [
        FILE.replace("\n", "\r\n"),
        FILE.replace("\n", ""),
        FILE.removesuffix("\n"),
        FILE.replace("\n" + "9" * 94, ""),
    ],
    ids=["CRLF", "one line", "no last line end", "no filling"],
)
def test_file_is_the_same_however_its_records_are_parted(same: str) -> None:
    assert read_returns(same.encode(), "x", TODAY) == read_returns(FILE.encode(), "x", TODAY)


FAULTS: list[tuple[str, Change, int | None, str | None, str]] = [
    ("amount changed", put(3, 39, "1"), 7, "total debit (21-32)", 'expected 100901, but got "000000100900"'),
    ("bank changed", put(3, 4, "9"), 7, "entry hash (11-20)", "expected 106780048"),
    ("batch count", put(7, 5, "000005"), 7, "entry and addenda count (5-10)", 'expected 4, but got "000005"'),
    ("credit total", put(7, 44, "1"), 7, "total credit (33-44)", "expected 0"),
    ("batch number", put(7, 94, "7"), 7, "batch number (88-94)", "0000001"),
    ("file batches", put(14, 7, "3"), 14, "batch count (2-7)", "expected 2"),
    ("file blocks", put(14, 13, "3"), 14, "block count (8-13)", "expected 2"),
    ("file count", put(14, 21, "9"), 14, "entry and addenda count (14-21)", "expected 8"),
    ("file hash", put(14, 31, "0"), 14, "entry hash (22-31)", "expected 69794142"),
    ("file debit", put(14, 43, "1"), 14, "total debit (32-43)", "expected 103400"),
    ("file credit", put(14, 55, "1"), 14, "total credit (44-55)", "expected 0"),
    ("letters in an amount", put(3, 30, "ten"), 3, "amount (30-39)", 'got "ten0001000"'),
    ("no date", put(2, 70, "110230"), 2, "effective entry date (70-75)", '"110230"'),
    ("no file date", put(1, 24, "      "), 1, "file creation date (24-29)", "YYMMDD"),
    ("record size", put(1, 35, "080"), 1, "record size (35-37)", '094, but got "080"'),
    ("priority", put(1, 2, "02"), 1, "priority code (2-3)", "01"),
    ("short record", lambda lines: lines.__setitem__(2, lines[2][:-1]), 3, None, "94 characters, but got 93"),
    ("blank line", lambda lines: lines.insert(3, ""), 4, None, "94 characters, but got 0"),
    ("no return addenda", lambda lines: lines.pop(3), 3, None, "a return addenda after the entry"),
    ("two addenda", lambda lines: lines.insert(4, lines[3]), 5, "addenda type (2-3)", "an entry before it"),
    ("forward addenda", put(4, 2, "05"), 4, "addenda type (2-3)", 'an addenda of type 99 or 98, but got "05"'),
    ("addenda not announced", put(3, 79, "0"), 3, "addenda indicator (79-79)", "1, for a return"),
    ("trace", put(4, 7, "x"), 4, "original trace number (7-21)", "digits"),
    ("no batch header", lambda lines: lines.pop(1), 2, "record type", "batch header or file control, but got entry"),
    ("no batch control", lambda lines: lines.pop(6), 7, "record type", "entry or addenda or batch control"),
    ("unknown record", put(3, 1, "4"), 3, "record type", 'entry, but got a record of type "4"'),
    ("truncated", lambda lines: lines.__delitem__(slice(9, None)), None, None, "a file control at the end"),
    ("cut in a batch", lambda lines: lines.__delitem__(slice(5, None)), None, None, "a file control at the end"),
    ("more after the end", lambda lines: lines.__setitem__(14, lines[0]), 15, "record type", "nothing more"),
    ("one filling too few", lambda lines: lines.pop(), 19, None, "a whole block of ten"),
    ("no ASCII", put(3, 55, "RÉNÉ"), None, None, "ASCII"),
]


@pytest.mark.parametrize(
    ("change", "line", "part", "said"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_file_with_a_fault_is_refused_with_its_place(
    change: Change, line: int | None, part: str | None, said: str
) -> None:
    lines = FILE.split("\n")[:-1]
    change(lines)

    found = faults_of("\n".join(lines) + "\n")

    assert (line, part) in [(at, where) for at, where, _ in found], found
    assert any(said in message for _, _, message in found), found


@pytest.mark.parametrize("text", ["", "\n", "9" * 94, "101", "\x00" * 94])
def test_text_that_is_no_file_is_refused(text: str) -> None:
    assert faults_of(text)


def test_date_of_two_digits_lies_in_the_hundred_years_around_today() -> None:
    far = FILE.replace("110308067", "990308067")

    entry = read_returns(far.encode(), "x", TODAY).entries[0]

    assert entry.on == date(1999, 3, 8)
