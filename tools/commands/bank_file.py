"""`clauseflow bank-file`: takes in a bank's file of returns or a statement, and says what became of each entry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.errors import ErrorCode, failure
from engine.handlers.bank import BankFileResult, EntryOutcome, take_bank_file
from engine.law import LawPackage
from engine.runtime import Engine
from tools.commands.common import DEFAULT_STORE, OPERATOR, StoreOption, opened_store, say

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A NACHA return file or a BAI2 statement.")]
PackageOption = Annotated[
    str | None, typer.Option("--package", help="The law that takes it; not needed when only one takes such files.")
]


def bank_file(file: FileArgument, package: PackageOption = None, store: StoreOption = DEFAULT_STORE) -> None:
    """Match each entry to a receipt and raise its event; what fits none becomes a user task. Again it does nothing."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise failure(ErrorCode.STORE_IO, f"the file cannot be read: {error.strerror}.", file=str(file)) from error
    with opened_store(store) as engine:
        law = _law_for(engine, package)
        result = take_bank_file(engine, law.id, data, file.name, OPERATOR)
    _show(result, law)


def _law_for(engine: Engine, package_id: str | None) -> LawPackage:
    if package_id is not None:
        return engine.package(package_id)
    taking = [law for law in engine.laws() if law.bank_documents is not None]
    if len(taking) != 1:
        names = ", ".join(law.id for law in taking) or "none"
        raise failure(
            ErrorCode.LAW_UNKNOWN_PACKAGE,
            f"expected one deployed law that takes documents of banks, but got {names}.",
            hint="name one with --package, or say bank_documents in its manifest",
        )
    return taking[0]


def _show(result: BankFileResult, law: LawPackage) -> None:
    say(f"{result.format}, SHA-256 {result.sha256}")
    for each in result.entries:
        entry = each.entry
        numbers = ", ".join(entry.references) or "no number"
        what = f"{entry.kind} {entry.code} of {law.money.show(entry.amount)}, {numbers}"
        say(f"line {entry.line}: {what}: {_outcome(each)}")
        if each.reason or entry.description:
            say(f"    {'; '.join(text for text in (each.reason, entry.description) if text)}")
    counts = ", ".join(f"{result.count(name)} {name}" for name in ("raised", "unmatched", "noted", "duplicate"))
    say(f"{len(result.entries)} entries: {counts}.")


def _outcome(each: EntryOutcome) -> str:
    return f"{each.event} ({each.case_key})" if each.outcome == "raised" else each.outcome
