"""The job type `notice.send`: a notice is rendered, checked for what the law demands in it, and issued to its channels.

When a required piece is missing nothing is issued: the job fails with NOTICE_CONTENT_MISSING and becomes an incident.
`preview` renders the same notice for the same job and issues nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from engine.calendars import show_date
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import FeelDate, Value
from engine.handlers.channels import CHANNELS, ON_PAPER
from engine.handlers.contract import (
    CaseView,
    Delivery,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    NoticeIssued,
    Services,
)
from engine.handlers.deadline_values import VARIABLE, deadlines_in_sight
from engine.handlers.limits import find_limit
from engine.handlers.reading import case_of, header, refuse_for, refuse_input, today
from engine.law import (
    HTML,
    IN_WORDS,
    LIMITS,
    PDF,
    TEXT,
    LawPackage,
    NoticeSource,
    RenderedNotice,
    preview_notice,
    render_notice,
    show_limit,
)

CHANNEL = "notice_channel"


def send_notice(job: Job, services: Services) -> JobResult:
    """Render the notice of the header for this case, dated with the job's date in the law's zone."""
    law: LawPackage = services.law()
    source = law.notices[header(job, "notice", law.notices)]
    case = case_of(job, services)
    _check_inputs(job, source)
    notice_id, dated, channels = services.new_id("notice"), today(job, services), _channels(job, source)
    values = _values(job, services, case, source, notice_id, dated)
    forms = (TEXT, HTML, PDF) if ON_PAPER.intersection(channels) else (TEXT, HTML)
    try:
        rendered = render_notice(source, values, forms=forms)
    except EngineError as error:
        refuse_for(job, error)
    deliveries = tuple(Delivery(channel, _address(law, source, case, job)) for channel in channels)
    issued = NoticeIssued(
        notice_id=notice_id,
        notice_type=source.type,
        dated=dated,
        subject=rendered.subject,
        texts=rendered.texts,
        required=rendered.required,
        deliveries=deliveries,
        source_hash=source.hash,
        files=rendered.files,
    )
    sent: dict[str, Value] = {
        "id": notice_id,
        "type": source.type,
        "dated": FeelDate.from_python(dated),
        "sha256": hashlib.sha256(rendered.texts[TEXT].encode()).hexdigest(),
    }
    return JobResult(
        variables={"notice_sent": sent},
        records=(issued,),
        summary=f"{source.title}, dated {show_date(dated)}, to {source.to} by {' and '.join(channels)}",
        arithmetic=_stated(rendered),
    )


def _channels(job: Job, source: NoticeSource) -> tuple[str, ...]:
    """All channels of the notice, or the one of them that the input `notice_channel` chooses."""
    chosen = job.variables.get(CHANNEL)
    if chosen is None:
        return source.channels
    if not isinstance(chosen, str) or chosen not in source.channels:
        refuse_input(job, CHANNEL, f'one of the channels of "{source.type}" ({", ".join(source.channels)})', chosen)
    return (chosen,)


def preview(job: Job, services: Services, *, forms: Iterable[str] = (TEXT, HTML, PDF)) -> RenderedNotice:
    """The notice of the header as it would go out now; what it lacks stands in `missing`.

    Errors: JobFailure for what keeps it from being written at all.
    """
    law: LawPackage = services.law()
    source = law.notices[header(job, "notice", law.notices)]
    case = case_of(job, services)
    _check_inputs(job, source)
    try:
        values = _values(job, services, case, source, "preview", today(job, services))
        return preview_notice(source, values, forms=forms)
    except EngineError as error:
        refuse_for(job, error)


def _check_inputs(job: Job, source: NoticeSource) -> None:
    for name in source.inputs:
        if job.variables.get(name) is None:
            refuse_input(job, name, f'the value that the notice "{source.type}" is written with', None)


def check_channels(law: LawPackage) -> list[Problem]:
    """A problem for each channel of a notice that no adapter serves; for use when a package is deployed."""
    return [
        Problem(
            ErrorCode.NOTICE_TEMPLATE,
            f'no channel is called "{channel}".{did_you_mean(channel, CHANNELS)}',
            Location(file=source.file, part=f"channels[{index}]"),
            hint=f"known channels: {', '.join(CHANNELS)}",
        )
        for source in law.notices.values()
        for index, channel in enumerate(source.channels)
        if channel not in CHANNELS
    ]


def _values(
    job: Job, services: Services, case: CaseView, source: NoticeSource, notice_id: str, dated: date
) -> dict[str, Value]:
    """What the notice may speak of: facts of the case, over them the variables of the task, then the engine's own."""
    notice: dict[str, Value] = {
        "id": notice_id,
        "type": source.type,
        "title": source.title,
        "date": FeelDate.from_python(dated),
    }
    record: dict[str, Value] = {"id": case.id, "type": case.type, "key": case.key, "state": case.state}
    values: dict[str, Value] = {name: fact.value for name, fact in case.facts.items()}
    values.update(job.variables)
    deadlines = {name: _told(entry) for name, entry in deadlines_in_sight(job, services).items()}
    values = {**values, VARIABLE: deadlines, "notice": notice, "case": record}
    return {**values, LIMITS: _limits(job, services, source, values, dated)}


def _told(deadline: Value) -> Value:
    """A deadline with its length in words."""
    if isinstance(deadline, Mapping):
        amount, unit = deadline.get("amount"), deadline.get("unit")
        if isinstance(amount, Decimal) and isinstance(unit, str):
            return {**deadline, IN_WORDS: show_limit(int(amount), unit)}
    return deadline


def _limits(
    job: Job, services: Services, source: NoticeSource, values: Mapping[str, Value], dated: date
) -> dict[str, Value]:
    """The limits of time that the notice speaks of, as they are in force on its date."""
    told: dict[str, Value] = {}
    for name, given in source.limits.items():
        limit_id = given if isinstance(given, str) else given.evaluate(values).value
        if not isinstance(limit_id, str):
            refuse_input(
                job, f"{LIMITS}.{name}", f'the id of a limit, as the notice "{source.type}" needs it', limit_id
            )
        found = find_limit(job, services, limit_id, dated, part=f"{LIMITS} > {name}")
        told[name] = {
            "limit_id": limit_id,
            "amount": Decimal(found.amount),
            "unit": found.unit,
            IN_WORDS: show_limit(found.amount, found.unit),
        }
    return told


def _address(law: LawPackage, source: NoticeSource, case: CaseView, job: Job) -> Mapping[str, str]:
    """The address of the party: the facts that the manifest names for it, as far as the case or the task knows them."""
    address = {"party": source.to}
    for part, fact in law.parties[source.to].address.items():
        known = case.facts.get(fact)
        value = known.value if known is not None else job.variables.get(fact)
        if value is not None:
            address[part] = str(value)
    return address


def _stated(rendered: RenderedNotice) -> tuple[str, ...]:
    return tuple(
        f"states {item['id']}: {'; '.join(item['expected'])} [{'; '.join(item['clauses'])}]"
        for item in rendered.required
    )


NOTICE_SEND = HandlerDefinition(
    job_type="notice.send",
    label="Send a notice",
    meaning="Writes a notice from its source and the case, checks that it says what the law demands, and sends it.",
    kind=HandlerKind.INLINE,
    run=send_notice,
    headers=(Field("notice", "the notice type, as its source declares it"),),
    inputs=(Field(CHANNEL, "the one of its channels to send it by; all of them when left out", required=False),),
    outputs=(Field("notice_sent", "id, type, dated, and the SHA-256 of the plain text", required=False),),
)
