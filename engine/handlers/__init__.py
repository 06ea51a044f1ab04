"""Handlers: what service tasks do, one Python function a job type. `HANDLERS` is the whole list.

A handler gets a job and read-only services and gives back variables and records (`contract.py`); it does no I/O, reads
no clock and makes no ids. Runtime writes what it returns in the transaction of the command.
Reading order: contract.py, steps.py, reading.py (headers and inputs), cases.py, actors.py, ledger.py,
deadline_values.py, limits.py, deadlines.py, exact_deadlines.py, closing.py, traces.py, reevaluation.py,
corrections_shown.py, corrections.py, messages.py, notices.py, directory.py, associations.py, consent.py; channels/
carries notices out into the world.

A new job type: write the function, add its definition and a line to `HANDLERS`, then run
`python -m tools.element_templates`.
"""

from __future__ import annotations

from engine.handlers.actors import ACTOR_RECORD, CASE_READ
from engine.handlers.associations import ASSOCIATION_GRANT, ASSOCIATION_READ, ASSOCIATION_REVOKE
from engine.handlers.cases import CASE_OPEN, CASE_RECORD, CASE_STATE, RECEIPT_NUMBER
from engine.handlers.channels import CHANNELS, ChannelAdapter, ChannelSettings, open_channels, read_channel_settings
from engine.handlers.closing import DEADLINE_CLOSE
from engine.handlers.consent import CONSENT_NOTE, CONSENT_OPEN, AnswerLink, build_token, read_token
from engine.handlers.consent import RECORD as CONSENT_RECORD
from engine.handlers.contract import HandlerDefinition
from engine.handlers.corrections import CORRECTION_APPLY, DECISION_REVIEW
from engine.handlers.deadlines import (
    DEADLINE_EARLIEST,
    DEADLINE_LATEST,
    DEADLINE_MET,
    DEADLINE_SET,
    DEADLINE_SET_CHOSEN,
)
from engine.handlers.directory import DIRECTORY_ENTER, DIRECTORY_SEARCH, Directory, directory_search, search_key
from engine.handlers.exact_deadlines import DEADLINE_SET_EXACT
from engine.handlers.ledger import LEDGER_BALANCE, LEDGER_POST
from engine.handlers.messages import MESSAGE_PUBLISH
from engine.handlers.notices import NOTICE_SEND, check_channels
from engine.handlers.notices import preview as preview_notice

HANDLERS: dict[str, HandlerDefinition] = {
    "case.open": CASE_OPEN,
    "case.state": CASE_STATE,
    "case.record": CASE_RECORD,
    "case.read": CASE_READ,
    "actor.record": ACTOR_RECORD,
    "receipt.number": RECEIPT_NUMBER,
    "deadline.set": DEADLINE_SET,
    "deadline.set_chosen": DEADLINE_SET_CHOSEN,
    "deadline.set_exact": DEADLINE_SET_EXACT,
    "deadline.latest": DEADLINE_LATEST,
    "deadline.earliest": DEADLINE_EARLIEST,
    "deadline.met": DEADLINE_MET,
    "deadline.close": DEADLINE_CLOSE,
    "notice.send": NOTICE_SEND,
    "decision.review": DECISION_REVIEW,
    "correction.apply": CORRECTION_APPLY,
    "message.publish": MESSAGE_PUBLISH,
    "ledger.post": LEDGER_POST,
    "ledger.balance": LEDGER_BALANCE,
    "directory.enter": DIRECTORY_ENTER,
    "directory.search": DIRECTORY_SEARCH,
    "association.grant": ASSOCIATION_GRANT,
    "association.revoke": ASSOCIATION_REVOKE,
    "association.read": ASSOCIATION_READ,
    "consent.open": CONSENT_OPEN,
    "consent.note": CONSENT_NOTE,
}

__all__ = [
    "CHANNELS",
    "CONSENT_RECORD",
    "HANDLERS",
    "AnswerLink",
    "ChannelAdapter",
    "ChannelSettings",
    "Directory",
    "build_token",
    "check_channels",
    "directory_search",
    "open_channels",
    "preview_notice",
    "read_channel_settings",
    "read_token",
    "search_key",
]
