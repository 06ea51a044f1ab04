"""What a bank document says, whatever its format: entries, each about one payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.errors import EngineError, ErrorCode, Location, Problem


class EntryKind(StrEnum):
    """`credit`: the money is there and may be used; `pending`: it is on its way; `return`: it went back to the payer.

    `debit` is any other money that left the account, `notification` a message about no money.
    """

    CREDIT = "credit"
    PENDING = "pending"
    RETURN = "return"
    DEBIT = "debit"
    NOTIFICATION = "notification"


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One entry. *references* are the numbers of the check or the transfer, as banks write them without leading zeros.

    *identity* is the entry's own, the same in every file that repeats it; *code* is the bank's reason or type, *line*
    where the entry stands in its file.
    """

    identity: str
    kind: EntryKind
    amount: Decimal
    on: date
    references: tuple[str, ...]
    code: str
    description: str
    line: int


@dataclass(frozen=True, slots=True)
class BankDocument:
    """One file as read: its format, the currency where it names one, and its entries in order."""

    format: str
    currency: str
    entries: tuple[BankEntry, ...]


class BankFindings:
    """The problems of one bank file. A file with any of them is refused whole."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Problem] = []

    def add(self, line: int | None, part: str, expected: str, got: str) -> None:
        message = f"expected {expected}, but got {got}."
        place = Location(file=self._file, line=line, part=part or None)
        self.problems.append(
            Problem(ErrorCode.BANK_FILE, message, place, hint="ask the bank for the file anew; nothing of it was taken")
        )

    def stop(self) -> EngineError:
        return EngineError(*self.problems)

    def raise_if_any(self) -> None:
        if self.problems:
            raise self.stop()


def date_of_two_digits(text: str, today: date) -> date | None:
    """The date that YYMMDD means: the one in the hundred years around *today*. None for no date.

    >>> date_of_two_digits("110308", date(2011, 4, 1))
    datetime.date(2011, 3, 8)
    """
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return None
    year = today.year - today.year % 100 + int(text[:2])
    year += -100 if year > today.year + 50 else 100 if year <= today.year - 50 else 0
    try:
        return date(year, int(text[2:4]), int(text[4:]))
    except ValueError:
        return None
