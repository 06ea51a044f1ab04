"""ACH return files (Nacha Operating Rules, Appendices One and Four): records of 94 characters, read by position.

    1 file header   5 batch header   6 entry   7 addenda (99: return, 98: notification of change)
    8 batch control   9 file control, and lines of 9 that fill the last block of ten

Every count, hash and total is recomputed. Positions below are those of the published layouts, counted from 1. Returns
of international entries (IAT), which carry more addenda, are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from engine.handlers.bank.entries import BankDocument, BankEntry, BankFindings, EntryKind, date_of_two_digits
from engine.handlers.bank.return_codes import CHECK_NUMBER_CODES, RETURN_REASONS
from engine.law import plain_reference

FORMAT = "NACHA returns"
LENGTH, BLOCK = 94, 10
_FOLLOWERS = {"": "1", "1": "59", "5": "6", "6": "678", "7": "678", "8": "59", "9": ""}
_NAMES = {
    "1": "file header",
    "5": "batch header",
    "6": "entry",
    "7": "addenda",
    "8": "batch control",
    "9": "file control",
}
_FIXED = (
    (2, 3, "priority code", "01"),
    (35, 37, "record size", "094"),
    (38, 39, "blocking factor", "10"),
    (40, 40, "format code", "1"),
)
_HASH_DIGITS = 10**10


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    text: str

    @property
    def kind(self) -> str:
        return self.text[0]

    def field(self, first: int, last: int) -> str:
        """Positions *first* to *last*, counted from 1 and both included, as in the layouts."""
        return self.text[first - 1 : last]


@dataclass(slots=True)
class _Sums:
    """What controls repeat: entries and addenda, the hash of routing numbers, debits and credits in cents."""

    count: int = 0
    hash: int = 0
    debit: int = 0
    credit: int = 0

    def add(self, other: _Sums) -> None:
        self.count += other.count
        self.hash += other.hash
        self.debit += other.debit
        self.credit += other.credit


@dataclass(slots=True)
class _Batch:
    header: _Record
    on: date
    sums: _Sums = field(default_factory=_Sums)
    open_entry: _Record | None = None


class _Reader:
    def __init__(self, file: str, today: date) -> None:
        self._findings = BankFindings(file)
        self._today = today
        self._total = _Sums()
        self._batches = 0
        self._entries: list[BankEntry] = []
        self._batch: _Batch | None = None
        self._created = today
        self._lines = 0

    def read(self, data: bytes) -> BankDocument:
        records = self._records(data)
        self._findings.raise_if_any()
        before = ""
        for record in records:
            if record.kind not in _FOLLOWERS[before]:
                expected = " or ".join(_NAMES[kind] for kind in _FOLLOWERS[before]) or "nothing more"
                got = _NAMES.get(record.kind, f'a record of type "{record.kind}"')
                self._findings.add(record.line, "record type", expected, got)
                raise self._findings.stop()
            _READ[record.kind](self, record)
            self._findings.raise_if_any()
            before = record.kind
        if before != "9":
            self._findings.add(None, "", "a file control at the end", "the end of the file")
        self._check_blocks(len(records))
        self._findings.raise_if_any()
        return BankDocument(FORMAT, "", tuple(self._entries))

    def _records(self, data: bytes) -> list[_Record]:
        try:
            text = data.decode("ascii")
        except UnicodeDecodeError as error:
            self._findings.add(None, "", "ASCII", f"byte {error.start} that is none")
            return []
        lines = list(_lines(text))
        records = []
        for number, line in enumerate(lines, 1):
            if len(line) != LENGTH:
                self._findings.add(number, "", f"a record of {LENGTH} characters", f"{len(line)}")
            records.append(_Record(number, line))
        self._lines = len(records)
        while records and records[-1].text == "9" * LENGTH:
            records.pop()
        return records

    # ---- numbers and dates -----------------------------------------------------------------------------------

    def _number(self, record: _Record, first: int, last: int, name: str) -> int:
        text = record.field(first, last)
        if not (text.isascii() and text.isdigit()):
            self._findings.add(record.line, f"{name} ({first}-{last})", "digits", f'"{text}"')
            return 0
        return int(text)

    def _same(self, record: _Record, first: int, last: int, name: str, expected: int) -> None:
        got = record.field(first, last)
        if not (got.isascii() and got.isdigit()) or int(got) != expected:
            self._findings.add(record.line, f"{name} ({first}-{last})", str(expected), f'"{got}"')

    # ---- records ---------------------------------------------------------------------------------------------

    def _file_header(self, record: _Record) -> None:
        for first, last, name, expected in _FIXED:
            if record.field(first, last) != expected:
                self._findings.add(record.line, f"{name} ({first}-{last})", expected, f'"{record.field(first, last)}"')
        self._created = self._date(record, 24, 29, "file creation date") or self._today

    def _date(self, record: _Record, first: int, last: int, name: str) -> date | None:
        text = record.field(first, last)
        found = date_of_two_digits(text, self._today)
        if found is None:
            self._findings.add(record.line, f"{name} ({first}-{last})", "a date as YYMMDD", f'"{text}"')
        return found

    def _batch_header(self, record: _Record) -> None:
        blank = not record.field(70, 75).strip()
        on = self._created if blank else self._date(record, 70, 75, "effective entry date")
        self._batch = _Batch(record, on or self._created)

    def _entry(self, record: _Record) -> None:
        batch = self._own_batch()
        self._close_entry(batch)
        code = self._number(record, 2, 3, "transaction code")
        amount = self._number(record, 30, 39, "amount")
        batch.sums.add(_Sums(1, self._number(record, 4, 11, "receiving bank"), *_debit_and_credit(code, amount)))
        self._number(record, 80, 94, "trace number")
        if record.field(79, 79) != "1":
            self._findings.add(record.line, "addenda indicator (79-79)", "1, for a return", f'"{record.field(79, 79)}"')
        batch.open_entry = record

    def _addenda(self, record: _Record) -> None:
        batch = self._own_batch()
        batch.sums.count += 1
        entry, kind = batch.open_entry, record.field(2, 3)
        if entry is None or kind not in _ADDENDA:
            expected = "an entry before it" if entry is None else "an addenda of type 99 or 98"
            self._findings.add(record.line, "addenda type (2-3)", expected, f'"{kind}"')
            return
        self._number(record, 7, 21, "original trace number")
        batch.open_entry = None
        self._entries.append(self._read_entry(batch, entry, record, _ADDENDA[kind]))

    def _read_entry(self, batch: _Batch, entry: _Record, addenda: _Record, kind: EntryKind) -> BankEntry:
        code = addenda.field(4, 6)
        entry_class = batch.header.field(51, 53)
        number = entry.field(40, 48) if entry_class == "POP" else entry.field(40, 54)
        references = [addenda.field(7, 21), number]
        told = RETURN_REASONS.get(code, "reason not known to us") if kind is EntryKind.RETURN else "change announced"
        return BankEntry(
            identity=f"nacha:{entry.field(80, 94)}:{addenda.field(7, 21)}:{code}:{entry.field(30, 39)}",
            kind=kind,
            amount=Decimal(int(entry.field(30, 39))).scaleb(-2),
            on=batch.on,
            references=tuple(plain_reference(text) for text in references if text.strip()),
            code=code,
            description=f"{told}{', of a check' if entry_class in CHECK_NUMBER_CODES else ''}",
            line=entry.line,
        )

    def _close_entry(self, batch: _Batch) -> None:
        if batch.open_entry is not None:
            self._findings.add(batch.open_entry.line, "", "a return addenda after the entry", "none")
            batch.open_entry = None

    def _batch_control(self, record: _Record) -> None:
        batch = self._own_batch()
        self._close_entry(batch)
        sums = batch.sums
        self._same(record, 5, 10, "entry and addenda count", sums.count)
        self._same(record, 11, 20, "entry hash", sums.hash % _HASH_DIGITS)
        self._same(record, 21, 32, "total debit", sums.debit)
        self._same(record, 33, 44, "total credit", sums.credit)
        if record.field(88, 94) != batch.header.field(88, 94):
            self._findings.add(
                record.line, "batch number (88-94)", batch.header.field(88, 94), f'"{record.field(88, 94)}"'
            )
        self._total.add(sums)
        self._batches += 1
        self._batch = None

    def _file_control(self, record: _Record) -> None:
        self._same(record, 2, 7, "batch count", self._batches)
        self._same(record, 8, 13, "block count", -(-self._lines // BLOCK))
        self._same(record, 14, 21, "entry and addenda count", self._total.count)
        self._same(record, 22, 31, "entry hash", self._total.hash % _HASH_DIGITS)
        self._same(record, 32, 43, "total debit", self._total.debit)
        self._same(record, 44, 55, "total credit", self._total.credit)

    def _own_batch(self) -> _Batch:
        assert self._batch is not None  # the order of records was checked before
        return self._batch

    def _check_blocks(self, records: int) -> None:
        if self._lines % BLOCK and self._lines != records:
            self._findings.add(self._lines, "", "lines of 9 up to a whole block of ten", f"{self._lines} records")


_READ = {
    "1": _Reader._file_header,
    "5": _Reader._batch_header,
    "6": _Reader._entry,
    "7": _Reader._addenda,
    "8": _Reader._batch_control,
    "9": _Reader._file_control,
}
_ADDENDA = {"99": EntryKind.RETURN, "98": EntryKind.NOTIFICATION}


def read_returns(data: bytes, file: str, today: date) -> BankDocument:
    """Read a return file. Errors: BANK_FILE with line and position; a file with any fault is refused whole."""
    return _Reader(file, today).read(data)


def _lines(text: str) -> Iterator[str]:
    """The records: one a line, or all in one line as some banks send them."""
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(lines) == 1 and len(lines[0]) > LENGTH and len(lines[0]) % LENGTH == 0:
        return (lines[0][start : start + LENGTH] for start in range(0, len(lines[0]), LENGTH))
    return iter(lines)


def _debit_and_credit(code: int, cents: int) -> tuple[int, int]:
    """Second digits 0 to 4 of a transaction code are credits, 5 to 9 debits."""
    return (0, cents) if code % 10 < 5 else (cents, 0)
