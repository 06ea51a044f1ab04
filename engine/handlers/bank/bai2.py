"""Statements in BAI2 (Cash Management Balance Reporting Specifications, Version 2): fields parted by commas.

    01 file header   02 group header   03 account   16 transaction   88 continuation
    49 account trailer   98 group trailer   99 file trailer

BAI2 was chosen before CAMT.054 because it is what a bank in the United States gives a public body for a previous day,
with the number of a check as the customer reference of its item. Every total and count is recomputed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from engine.handlers.bank.entries import BankDocument, BankEntry, BankFindings, EntryKind, date_of_two_digits
from engine.law import plain_reference

FORMAT = "BAI2"
_FOLLOWERS = {
    "": ("01",), "01": ("02",), "02": ("03",), "03": ("16", "49"), "16": ("16", "49"),
    "49": ("03", "98"), "98": ("02", "99"), "99": (),
}  # fmt: skip
_RETURNED_ITEMS = frozenset({"555", "557"})
"""Deposited item returned; individual ACH return item. 554, 556 and 558 are sums of such items."""
_GROUP_UPDATE = "1"
_DIGITS = 18


@dataclass(slots=True)
class _Record:
    """One logical record: its own line and those that continue it."""

    line: int
    code: str
    fields: list[str]
    lines: int = 1


@dataclass(slots=True)
class _Level:
    """What a trailer repeats: the sum in minor units, how many parts there are, and how many lines."""

    header: _Record
    sum: int = 0
    parts: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class _Transaction:
    code: str
    amount: int
    available: int
    bank_reference: str
    customer_reference: str
    text: str


@dataclass(slots=True)
class _State:
    file: _Level | None = None
    group: _Level | None = None
    account: _Level | None = None
    as_of: date | None = None
    currency: str = ""
    entries: list[BankEntry] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)


class _Reader:
    def __init__(self, file: str, today: date) -> None:
        self._findings = BankFindings(file)
        self._today = today
        self._state = _State()
        self._currencies: set[str] = set()

    def read(self, data: bytes) -> BankDocument:
        records = self._records(data)
        self._findings.raise_if_any()
        before = ""
        for record in records:
            if record.code not in _FOLLOWERS[before]:
                expected = " or ".join(_FOLLOWERS[before]) or "nothing more"
                self._findings.add(record.line, "record code", expected, f'"{record.code}"')
                raise self._findings.stop()
            _READ[record.code](self, record)
            self._findings.raise_if_any()
            before = record.code
        if before != "99":
            self._findings.add(None, "", "a file trailer 99 at the end", "the end of the file")
        if len(self._currencies) > 1:
            self._findings.add(None, "", "one currency", ", ".join(sorted(self._currencies)))
        self._findings.raise_if_any()
        return BankDocument(FORMAT, next(iter(self._currencies), ""), tuple(self._state.entries))

    def _records(self, data: bytes) -> list[_Record]:
        try:
            lines = data.decode("ascii").replace("\r\n", "\n").removesuffix("\n").split("\n")
        except UnicodeDecodeError as error:
            self._findings.add(None, "", "ASCII", f"byte {error.start} that is none")
            return []
        records: list[_Record] = []
        for number, line in enumerate(lines, 1):
            code, comma, rest = line.rstrip(" ").partition(",")
            ended = rest.endswith("/")
            if not comma or (code not in _FOLLOWERS and code != "88") or not code:
                self._findings.add(number, "", "a record code and a comma", f'"{line[:20]}"')
                continue
            if not ended and code not in ("16", "88"):
                self._findings.add(number, "", "a slash at the end of the record", f'"{line[-10:]}"')
            fields = rest.removesuffix("/").split(",")
            if code != "88":
                records.append(_Record(number, code, fields))
            elif not records:
                self._findings.add(number, "record code", "01", '"88"')
            else:
                records[-1].fields.extend(fields)
                records[-1].lines += 1
        return records

    # ---- fields ----------------------------------------------------------------------------------------------

    def _field(self, record: _Record, index: int) -> str:
        return record.fields[index].strip() if index < len(record.fields) else ""

    def _whole(self, record: _Record, index: int, name: str, *, signed: bool = False) -> int:
        text = self._field(record, index)
        digits = text.removeprefix("-" if text.startswith("-") else "+") if signed else text
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
            self._findings.add(record.line, name, "a whole number", f'"{text[:40]}"')
            return 0
        return int(text)

    def _date(self, record: _Record, text: str, name: str) -> date:
        found = date_of_two_digits(text, self._today)
        if found is None:
            self._findings.add(record.line, name, "a date as YYMMDD", f'"{text}"')
        return found or self._today

    def _close(self, record: _Record, level: _Level, counted: str | None) -> None:
        """Compare a trailer with what was read below its header; its own line counts."""
        level.lines += record.lines
        total, *rest = (level.sum, *([level.parts] if counted else []), level.lines)
        if self._whole(record, 0, "control total", signed=True) != total:
            self._findings.add(record.line, "control total", str(total), self._field(record, 0))
        names = [*([counted] if counted else []), "number of records"]
        for index, (name, expected) in enumerate(zip(names, rest, strict=True), 1):
            if self._whole(record, index, name) != expected:
                self._findings.add(record.line, name, str(expected), self._field(record, index))

    # ---- records ---------------------------------------------------------------------------------------------

    def _file_header(self, record: _Record) -> None:
        if self._field(record, 7) != "2":
            self._findings.add(record.line, "version number", "2", f'"{self._field(record, 7)}"')
        self._state.file = _Level(record, lines=record.lines)

    def _group_header(self, record: _Record) -> None:
        state = self._state
        if self._field(record, 2) != _GROUP_UPDATE:
            self._findings.add(record.line, "group status", "1, an update", f'"{self._field(record, 2)}"')
        state.group = _Level(record, lines=record.lines)
        state.as_of = self._date(record, self._field(record, 3), "as-of date")
        state.currency = self._field(record, 5) or "USD"

    def _account(self, record: _Record) -> None:
        state = self._state
        state.account = _Level(record, lines=record.lines)
        self._currencies.add(self._field(record, 1) or state.currency)
        index = 2
        while index < len(record.fields) and any(part.strip() for part in record.fields[index:]):
            amount = self._field(record, index + 1)
            state.account.sum += self._whole(record, index + 1, "amount", signed=True) if amount else 0
            index = self._after_funds(record, index + 3)

    def _after_funds(self, record: _Record, index: int) -> int:
        """The index after a funds type and what it brings with it."""
        kind = self._field(record, index)
        if kind in ("", "0", "1", "2", "Z"):
            return index + 1
        if kind in ("S", "V"):
            return index + (4 if kind == "S" else 3)
        if kind == "D":
            return index + 2 + 2 * self._whole(record, index + 1, "number of distributions")
        self._findings.add(record.line, "funds type", "0, 1, 2, S, V, D or Z", f'"{kind}"')
        return len(record.fields)

    def _transaction(self, record: _Record) -> None:
        state = self._state
        assert state.account is not None and state.as_of is not None  # the order of records was checked before
        state.account.lines += record.lines
        after = self._after_funds(record, 2)
        amount = self._whole(record, 1, "amount")
        found = _Transaction(
            code=self._field(record, 0),
            amount=amount,
            available=self._available(record, amount, state.as_of),
            bank_reference=self._field(record, after),
            customer_reference=self._field(record, after + 1),
            text=",".join(record.fields[after + 2 :]).strip(),
        )
        state.account.sum += found.amount
        if not (len(found.code) == 3 and found.code.isascii() and found.code.isdigit() and found.code >= "100"):
            self._findings.add(record.line, "type code", "three digits from 100", f'"{found.code}"')
            return
        state.entries.append(self._entry(record, found, state.as_of))

    def _entry(self, record: _Record, found: _Transaction, as_of: date) -> BankEntry:
        state = self._state
        assert state.account is not None
        account = self._field(state.account.header, 0)
        same = f"bai2:{account}:{as_of:%Y%m%d}:{found.code}:{found.amount}:{found.bank_reference}"
        same += f":{found.customer_reference}"
        state.seen[same] = state.seen.get(same, 0) + 1
        references = (found.customer_reference, found.bank_reference)
        return BankEntry(
            identity=f"{same}:{state.seen[same]}",
            kind=_kind(found),
            amount=Decimal(found.amount).scaleb(-2),
            on=as_of,
            references=tuple(plain_reference(text) for text in references if text),
            code=found.code,
            description=found.text,
            line=record.line,
        )

    def _available(self, record: _Record, amount: int, as_of: date) -> int:
        """How much of the amount may be used on the as-of date; nothing where the bank does not say."""
        match self._field(record, 2):
            case "0":
                return amount
            case "V":
                return amount if self._date(record, self._field(record, 3), "value date") <= as_of else 0
            case "S":
                return self._whole(record, 3, "immediate availability")
            case "D":
                pairs = range(4, min(4 + 2 * self._whole(record, 3, "number of distributions"), len(record.fields)), 2)
                return sum(
                    self._whole(record, at + 1, "amount") for at in pairs if self._whole(record, at, "days") == 0
                )
            case _:
                return 0

    def _account_trailer(self, record: _Record) -> None:
        account, group = self._state.account, self._state.group
        assert account is not None and group is not None
        self._close(record, account, None)
        group.sum, group.parts, group.lines = group.sum + account.sum, group.parts + 1, group.lines + account.lines

    def _group_trailer(self, record: _Record) -> None:
        group, file = self._state.group, self._state.file
        assert group is not None and file is not None
        self._close(record, group, "number of accounts")
        file.sum, file.parts, file.lines = file.sum + group.sum, file.parts + 1, file.lines + group.lines

    def _file_trailer(self, record: _Record) -> None:
        assert self._state.file is not None
        self._close(record, self._state.file, "number of groups")


_READ = {
    "01": _Reader._file_header,
    "02": _Reader._group_header,
    "03": _Reader._account,
    "16": _Reader._transaction,
    "49": _Reader._account_trailer,
    "98": _Reader._group_trailer,
    "99": _Reader._file_trailer,
}


def _kind(found: _Transaction) -> EntryKind:
    """Type codes to 399 are credits, from 400 debits. A credit counts when all of it may be used."""
    if found.code in _RETURNED_ITEMS:
        return EntryKind.RETURN
    if found.code >= "400":
        return EntryKind.DEBIT
    return EntryKind.CREDIT if found.available == found.amount else EntryKind.PENDING


def read_statement(data: bytes, file: str, today: date) -> BankDocument:
    """Read a statement. Errors: BANK_FILE with line and field; a file with any fault is refused whole."""
    return _Reader(file, today).read(data)
