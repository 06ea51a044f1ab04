"""Documents of banks, taken in as files: NACHA returns and BAI2 statements, matched to receipts on the ledger.

Entry point: `take_bank_file(engine, package_id, data, file, actor)`. What an entry means is said by the manifest, key
`bank_documents` (`engine/law/bank.py`); nothing of a law stands in here. Reading order: entries.py (what both formats
give), nacha.py and return_codes.py, bai2.py, intake.py. Both readers are our own: they take the published layouts
strictly, recompute every count and total, and refuse a file with any fault as a whole.
"""

from engine.handlers.bank.bai2 import read_statement
from engine.handlers.bank.entries import BankDocument, BankEntry, EntryKind
from engine.handlers.bank.intake import BankFileResult, BankPort, EntryOutcome, read_bank_document, take_bank_file
from engine.handlers.bank.nacha import read_returns

__all__ = [
    "BankDocument",
    "BankEntry",
    "BankFileResult",
    "BankPort",
    "EntryKind",
    "EntryOutcome",
    "read_bank_document",
    "read_returns",
    "read_statement",
    "take_bank_file",
]
