"""Reason codes of ACH returns (Nacha Operating Rules, Appendix Four), in our own words.

A code that is not here is no mistake of the file: the rules add some now and then; such a return goes to a person.
"""

from __future__ import annotations

RETURN_REASONS: dict[str, str] = {
    "R01": "not enough money in the account",
    "R02": "account closed",
    "R03": "no account, or it cannot be found",
    "R04": "account number cannot be one",
    "R05": "consumer account debited by a corporate entry without authorization",
    "R06": "returned at the request of the originating bank",
    "R07": "authorization revoked",
    "R08": "payment stopped",
    "R09": "money in the account, but not collected yet",
    "R10": "customer says the entry was not authorized",
    "R11": "customer says the entry differs from the authorization",
    "R12": "account sold to another bank",
    "R13": "routing number cannot be one",
    "R14": "representative payee died or can no longer act",
    "R15": "account holder died",
    "R16": "account frozen",
    "R17": "file record with errors that cannot be processed",
    "R20": "account takes no such entries",
    "R21": "company identification cannot be one",
    "R22": "individual identification number cannot be one",
    "R23": "credit refused by the receiver",
    "R24": "duplicate entry",
    "R29": "corporate customer says the entry was not authorized",
    "R31": "return agreed between the banks",
    "R33": "return of an XCK entry",
    "R37": "source document was presented for payment too",
    "R38": "payment stopped on the source document",
    "R39": "source document not fit for conversion",
    "R51": "represented check not fit, or authorization missing",
    "R52": "payment stopped on the represented check",
    "R53": "represented check was presented for payment too",
}
CHECK_NUMBER_CODES = frozenset({"ARC", "BOC", "POP", "RCK", "XCK"})
"""Entry classes that stand for a paper check: their identification field begins with the number of the check."""
