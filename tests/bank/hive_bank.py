"""The invented beekeeping law with a bank: deposits by check, cleared or returned, and entries that fit nothing."""

from __future__ import annotations

from pathlib import Path

from engine.law import LawPackage, package_from_files
from tests.runtime.drawing import diagram, end, message_start, user_task
from tests.runtime.hive_law import hive_files

DATA = Path(__file__).parent / "data"
SETTLEMENT = diagram(
    "bank_entry_settlement",
    message_start("Event_EntryUnmatched", "bank_entry_unmatched", clause="[bee:3]"),
    user_task("Activity_SettleEntry", "bee_officer", clause="[bee:3]"),
    end("Event_EntrySettled", clause="[bee:3]"),
    flows="Event_EntryUnmatched->Activity_SettleEntry->Event_EntrySettled",
    messages={"bank_entry_unmatched": None},
)
FACTS = """\
  check_number: {type: string, meaning: the number of the check, clause: "bee:3"}
  cleared_on: {type: date, meaning: when the check cleared, clause: "bee:3"}
  returned_amount: {type: number, meaning: the amount that went back, clause: "bee:3"}
  bank_entry: {type: string, meaning: the number of an entry, clause: "bee:3"}
  bank_amount: {type: number, meaning: its amount, clause: "bee:3"}
  bank_note: {type: string, meaning: what the bank says, clause: "bee:3"}
  bank_reason: {type: string, meaning: why it fits nothing, clause: "bee:3"}

events:
  check cleared:
    meaning: the bank has the money
    clause: "bee:3"
    by: bee_office
    case: apiary
    date_fact: cleared_on
    requires: [apiary_number]
    does:
      - message: {name: check_cleared, key: apiary_number, keep_days: 90}
  check returned:
    meaning: the bank sends the check back
    clause: "bee:3"
    by: bee_office
    case: apiary
    requires: [apiary_number, returned_amount, check_number]
    does:
      - ledger: {entry: check_returned, amount: returned_amount, sign: refund, reference: check_number}
  bank entry unmatched:
    meaning: an entry of the bank fits no receipt
    clause: "bee:3"
    by: bee_office
    case: bank_entry
    requires: [bank_entry, bank_amount, bank_reason]
    may_have: [bank_note]
    does:
      - start: {message: bank_entry_unmatched, key: bank_entry}
"""
BANK = """\
bank_documents:
  receipts: [deposit]
  matched:
    - {kind: credit, case: apiary, event: check cleared, facts: {apiary_number: case_key, cleared_on: "on"}}
    - kind: return
      case: apiary
      event: check returned
      facts: {apiary_number: case_key, returned_amount: amount, check_number: reference}
  unmatched:
    event: bank entry unmatched
    facts: {bank_entry: id, bank_amount: amount, bank_note: description, bank_reason: reason}
"""


def hive_bank(*changes: tuple[str, str]) -> LawPackage:
    """The package; *changes* replace texts of its manifest."""
    files = hive_files(bank_entry_settlement=SETTLEMENT)
    manifest = files["package.yaml"].decode()
    manifest = manifest.replace("may_have: [deposit]", "may_have: [deposit, check_number]")
    manifest = manifest.replace("amount: deposit}", "amount: deposit, reference: check_number}")
    manifest = manifest.replace(
        "case_types:\n",
        'case_types:\n  bank_entry: {key: bank_entry, meaning: an entry of the bank, clause: "bee:3"}\n',
    )
    manifest = manifest.replace("\nevents:\n", FACTS) + BANK
    for old, new in changes:
        assert old in manifest, old
        manifest = manifest.replace(old, new, 1)
    files["package.yaml"] = manifest.encode()
    return package_from_files(files, "package.yaml")
