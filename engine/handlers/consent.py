"""Job types of consent: `consent.open` begins an attempt to obtain it, `consent.note` writes on in its record.

The record of an attempt is evidence: one context that holds who asked whom for what, by which channel, with which text
(the notice's id and hash), when each step was taken and what came of it. It is the fact `consent_record` of the case;
each step is a new version, so that the history of the case shows all of them. Instants are those of the server's clock.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone

from engine.feel import FeelDateTime, Value
from engine.handlers.contract import (
    Fact,
    FactRecorded,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    Services,
)
from engine.handlers.reading import case_of, header, optional_header, refuse_input, today

RECORD = "consent_record"
ANSWER_PATH = "/consent/answer/"
PURPOSE = "answer to a request for consent"
_SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """What a link to answer by says: the case and the attempt that it belongs to, and the channel that it went by."""

    case_id: str
    attempt_number: str
    channel: str


def build_token(link: AnswerLink, sign: Callable[[str, str], str]) -> str:
    """The last part of the address of *link*: what it says, and the signature without which it opens nothing."""
    text = _SEPARATOR.join((link.case_id, link.attempt_number, link.channel))
    return f"{text}{_SEPARATOR}{sign(PURPOSE, text)}"


def read_token(token: str, sign: Callable[[str, str], str]) -> AnswerLink | None:
    """What a signed token says; None when it is none of ours. The comparison takes the same time for any signature."""
    text, _, signature = token.rpartition(_SEPARATOR)
    parts = text.split(_SEPARATOR)
    if len(parts) != 3 or not hmac.compare_digest(sign(PURPOSE, text).encode(), signature.encode()):
        return None
    return AnswerLink(*parts)


def open_attempt(job: Job, services: Services) -> JobResult:
    """Draw a number for an attempt, sign the link to answer it by, and begin its record with `entries`."""
    case = case_of(job, services)
    form = header(job, "form")
    number = services.new_id("attempt")
    channel = job.variables.get("channel")
    link = AnswerLink(case.id, number, channel if isinstance(channel, str) and channel else "portal")
    record: dict[str, Value] = {
        "attempt_number": number,
        "form": form,
        **_entries(job),
        "requested_by": job.actor.id,
        "requested_at": _now(job, services),
    }
    return JobResult(
        variables={
            RECORD: record,
            "attempt_number": number,
            "answer_link": f"{services.public_url}{ANSWER_PATH}{build_token(link, services.sign)}",
        },
        records=(_version(job, services, record),),
        summary=f"Attempt {number} ({form}) begun",
    )


def note_in_record(job: Job, services: Services) -> JobResult:
    """Add `entries`, and the instant under the name of the header `stamp`, to the record of the present attempt."""
    case = case_of(job, services)
    fact = case.facts.get(RECORD)
    own = job.variables.get(RECORD)
    if not isinstance(own, Mapping) and fact is not None:
        own = fact.value
    if not isinstance(own, Mapping):
        refuse_input(job, RECORD, "the record that consent.open began", own)
    entries = _entries(job)
    record: dict[str, Value] = {**own, **entries}
    stamp = optional_header(job, "stamp", "")
    if stamp:
        record[stamp] = _now(job, services)
    said = "; ".join(f"{name} = {value}" for name, value in entries.items() if isinstance(value, str))
    return JobResult(
        variables={RECORD: record},
        records=(_version(job, services, record),),
        summary=f"Attempt {record.get('attempt_number')}: {said or stamp}",
    )


def _entries(job: Job) -> dict[str, Value]:
    value = job.variables.get("entries")
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        refuse_input(job, "entries", "a context, or nothing", value)
    return dict(value)


def _now(job: Job, services: Services) -> FeelDateTime:
    """The instant of the job with the law's offset of that day."""
    offset = job.now.astimezone(services.time_zone).utcoffset() or timedelta(0)
    return FeelDateTime.from_python(job.now.astimezone(timezone(offset)))


def _version(job: Job, services: Services, record: Mapping[str, Value]) -> FactRecorded:
    source = f"{job.process_id} > {job.element_id}"
    value: Value = dict(record)
    return FactRecorded(Fact(RECORD, value, job.now, source, job.element_name, today(job, services)))


CONSENT_OPEN = HandlerDefinition(
    job_type="consent.open",
    label="Begin an attempt to obtain consent",
    meaning="Draws the number of an attempt, signs the link that answers it, and begins its record of evidence.",
    kind=HandlerKind.INLINE,
    run=open_attempt,
    headers=(Field("form", "the form of consent, such as electronic or verbal"),),
    inputs=(
        Field("entries", "a context: who asks whom, for what, how long, how to take it back", required=False),
        Field("channel", "the channel that the link goes by; portal when left out", required=False),
    ),
    outputs=(
        Field(RECORD, "the record of the attempt", required=False),
        Field("attempt_number", "the number of the attempt", required=False),
        Field("answer_link", "the address at which the client answers", required=False),
    ),
)

CONSENT_NOTE = HandlerDefinition(
    job_type="consent.note",
    label="Write on in the record of an attempt",
    meaning="Adds entries, and the instant if wanted, to the record of the present attempt.",
    kind=HandlerKind.INLINE,
    run=note_in_record,
    headers=(Field("stamp", "the name under which the instant is kept", required=False),),
    inputs=(Field("entries", "a context of what is added", required=False),),
    outputs=(Field(RECORD, "the record of the attempt", required=False),),
)
