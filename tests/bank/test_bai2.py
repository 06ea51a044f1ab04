"""BAI2 statements: read from a file laid by hand; any fault in it refuses it whole and is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.bank import EntryKind, read_statement
from tests.bank.hive_bank import DATA

FILE = (DATA / "statement.bai").read_text(encoding="ascii")
TODAY = date(2011, 3, 9)


def faults_of(text: str) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(EngineError) as raised:
        read_statement(text.encode("latin-1"), "statement.bai", TODAY)
    assert {problem.code for problem in raised.value.problems} == {ErrorCode.BANK_FILE}
    return [(found.location.line, found.location.part, found.message) for found in raised.value.problems]


def test_items_are_read_with_kind_amount_numbers_and_text() -> None:
    document = read_statement(FILE.encode(), "statement.bai", TODAY)

    assert document.currency == "NZD"
    assert [(e.kind, e.code, e.amount, e.references, e.line) for e in document.entries] == [
        (EntryKind.CREDIT, "115", Decimal("10.00"), ("1042", "B0001"), 4),
        (EntryKind.PENDING, "115", Decimal("10.00"), ("1044", "B0002"), 5),
        (EntryKind.CREDIT, "301", Decimal("25.00"), ("7001", "B0003"), 6),
        (EntryKind.PENDING, "115", Decimal("30.00"), ("1045", "B0004"), 8),
        (EntryKind.PENDING, "115", Decimal("40.00"), ("1046",), 9),
        (EntryKind.RETURN, "555", Decimal("10.00"), ("1042", "B0005"), 10),
        (EntryKind.DEBIT, "475", Decimal("7.00"), ("2001", "B0006"), 11),
        (EntryKind.CREDIT, "142", Decimal("5.00"), ("AP-1", "B0007"), 14),
    ]
    assert document.entries[0].description == "DEPOSITED CHECK 1042, MERE TANE"
    assert document.entries[2].description == "LOCKBOX, ITEM 3,SECOND LINE OF TEXT"
    assert {entry.on for entry in document.entries} == {date(2011, 3, 7)}


@pytest.mark.parametrize(
    ("funds", "kind"),
    [
        ("0,", EntryKind.CREDIT),
        (",", EntryKind.PENDING),
        ("1,", EntryKind.PENDING),
        ("V,110307,1200,", EntryKind.CREDIT),
        ("V,110308,,", EntryKind.PENDING),
        ("S,1000,0,0,", EntryKind.CREDIT),
        ("S,999,1,0,", EntryKind.PENDING),
        ("D,1,0,1000,", EntryKind.CREDIT),
        ("D,2,0,400,2,600,", EntryKind.PENDING),
    ],
)
def test_credit_counts_when_all_of_it_may_be_used(funds: str, kind: EntryKind) -> None:
    changed = FILE.replace("16,115,1000,0,B0001", f"16,115,1000,{funds}B0001")

    entry = read_statement(changed.encode(), "x", TODAY).entries[0]

    assert (entry.kind, entry.references) == (kind, ("1042", "B0001"))


def test_same_item_twice_in_a_statement_is_two_entries() -> None:
    twice = FILE.replace("16,475,700,,B0006,2001,CHECK PAID/\n", "16,475,700,,B0006,2001,CHECK PAID/\n" * 2)
    twice = twice.replace("49,150855,10/", "49,151555,11/").replace("98,151355,2,15/", "98,152055,2,16/")
    twice = twice.replace("99,151355,1,17/", "99,152055,1,18/")

    identities = [entry.identity for entry in read_statement(twice.encode(), "x", TODAY).entries]

    assert len(set(identities)) == len(identities) == 9


FAULTS: list[tuple[str, str, int | None, str | None, str]] = [
    ("16,115,1000,0", "16,115,1001,0", 12, "control total", "expected 150856, but got 150855"),
    ("49,150855,10/", "49,150855,9/", 12, "number of records", "expected 10, but got 9"),
    ("98,151355,2,15/", "98,151355,3,15/", 16, "number of accounts", "expected 2, but got 3"),
    ("98,151355,2,15/", "98,151356,2,15/", 16, "control total", "expected 151355"),
    ("99,151355,1,17/", "99,151355,1,16/", 17, "number of records", "expected 17"),
    ("99,151355,1,17/", "99,151355,2,17/", 17, "number of groups", "expected 1"),
    ("99,151355,1,17/\n", "", None, None, "a file trailer 99 at the end"),
    ("98,151355,2,15/\n99,151355,1,17/\n", "", None, None, "a file trailer 99 at the end"),
    ("49,500,3/\n", "", 15, "record code", 'expected 16 or 49, but got "98"'),
    ("02,HIVEOFFICE", "05,HIVEOFFICE", 2, None, "a record code and a comma"),
    ("02,HIVEOFFICE,042000013,1", "02,HIVEOFFICE,042000013,2", 2, "group status", '1, an update, but got "2"'),
    ("110307,2359", "110237,2359", 2, "as-of date", "YYMMDD"),
    (",80,,2/", ",80,,3/", 1, "version number", '2, but got "3"'),
    ("16,115,1000,0", "16,115,ten,0", 4, "amount", 'a whole number, but got "ten"'),
    ("16,115,1000,0", "16,115,10.00,0", 4, "amount", "10.00"),
    ("16,115,1000,0", "16,115,-1000,0", 4, "amount", "-1000"),
    ("16,115,1000,0", f"16,115,{'9' * 5000},0", 4, "amount", "a whole number"),
    ("16,115,1000,0", "16,11X,1000,0", 4, "type code", "three digits"),
    ("16,115,1000,0", "16,115,1000,Q", 4, "funds type", "0, 1, 2, S, V, D or Z"),
    ("V,110308,,", "V,110399,,", 5, "value date", "110399"),
    ("D,2,0,1000,1,2000", "D,x,0,1000,1,2000", 8, "number of distributions", "a whole number"),
    ("03,5550100,NZD,010,150000", "03,5550100,NZD,010,15O000", 3, "amount", "15O000"),
    ("03,5550200,NZD", "03,5550200,USD", None, None, "one currency, but got NZD, USD"),
    ("MERE TANE", "MÉRE TANE", None, None, "ASCII"),
    ("03,5550200,NZD,,,,/", "03,5550200,NZD,,,,", 13, None, "a slash at the end"),
    ("98,151355,2,15/\n99", "98,151355,2,15/\n\n99", 17, None, "a record code and a comma"),
]


@pytest.mark.parametrize(("old", "new", "line", "part", "said"), FAULTS, ids=lambda value: str(value)[:24])
def test_file_with_a_fault_is_refused_with_its_place(
    old: str, new: str, line: int | None, part: str | None, said: str
) -> None:
    assert old in FILE

    found = faults_of(FILE.replace(old, new, 1))

    assert (line, part) in [(at, where) for at, where, _ in found], found
    assert any(said in message for _, _, message in found), found


@pytest.mark.parametrize("text", ["", "\n", "88,x/\n", "01,", "16,115,1000,0,a,b,c/", "\x00"])
def test_text_that_is_no_file_is_refused(text: str) -> None:
    assert faults_of(text)
