"""The job type `message.publish`: one process tells another that something happened, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping

from engine.handlers.contract import (
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    MessagePublished,
    Services,
)
from engine.handlers.reading import header, optional_header, refuse_input

CASES = ("own", "other")
KEPT = ("yes", "no")


def publish_message(job: Job, services: Services) -> JobResult:
    """Publish the message of the header under `key`, with `payload` as its variables.

    A process that it starts belongs to the case of this one; with the header `case` = other it opens or joins its own.
    With `kept` = no nobody takes it later: what it would start, and runs already for this key, goes on alone.
    """
    name = header(job, "message")
    case = optional_header(job, "case", "own", CASES)
    kept = optional_header(job, "kept", "yes", KEPT) == "yes"
    key = job.variables.get("key")
    if not isinstance(key, str) or not key.strip():
        refuse_input(job, "key", "a string, the correlation key", key)
    payload = job.variables.get("payload")
    if payload is not None and not isinstance(payload, Mapping):
        refuse_input(job, "payload", "a context of variables, or nothing", payload)
    record = MessagePublished(name, key, dict(payload or {}), same_case=case == "own", kept=kept)
    return JobResult(records=(record,), summary=f'Published the message "{name}" for {key}')


MESSAGE_PUBLISH = HandlerDefinition(
    job_type="message.publish",
    label="Publish a message",
    meaning="Publishes a message that another process waits for or starts with, in the same transaction.",
    kind=HandlerKind.INLINE,
    run=publish_message,
    headers=(
        Field("message", "the name of the message"),
        Field("case", "other: what it starts opens or joins a case of its own", False, CASES),
        Field("kept", "no: only for whoever waits now, and for what it may start now", False, KEPT),
    ),
    inputs=(
        Field("key", "the correlation key, as a string"),
        Field("payload", "a context; its entries become the variables of whoever takes the message", False),
    ),
)
