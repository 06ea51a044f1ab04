"""The job type `notice.send`: a notice is rendered, checked for what the law demands in it, and issued to its channels.

When a required piece is missing nothing is issued: the job fails with NOTICE_CONTENT_MISSING and becomes an incident.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.calendars import show_date
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import FeelDate, Value
from engine.handlers.channels import CHANNELS
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
from engine.handlers.reading import case_of, header, refuse_for, refuse_input, today
from engine.law import LawPackage, NoticeSource, RenderedNotice, render_notice


def send_notice(job: Job, services: Services) -> JobResult:
    """Render the notice of the header for this case, dated with the job's date in the law's zone."""
    law: LawPackage = services.law()
    source = law.notices[header(job, "notice", law.notices)]
    case = case_of(job, services)
    for name in source.inputs:
        if job.variables.get(name) is None:
            refuse_input(job, name, f'the value that the notice "{source.type}" is written with', None)
    notice_id, dated = services.new_id("notice"), today(job, services)
    try:
        rendered = render_notice(source, _values(job, services, case, source, notice_id, dated))
    except EngineError as error:
        refuse_for(job, error)
    deliveries = tuple(Delivery(channel, _address(law, source, case, job)) for channel in source.channels)
    issued = NoticeIssued(
        notice_id=notice_id,
        notice_type=source.type,
        dated=dated,
        subject=rendered.subject,
        texts=rendered.texts,
        required=rendered.required,
        deliveries=deliveries,
        source_hash=source.hash,
    )
    sent: dict[str, Value] = {"id": notice_id, "type": source.type, "dated": FeelDate.from_python(dated)}
    return JobResult(
        variables={"notice_sent": sent},
        records=(issued,),
        summary=f"{source.title}, dated {show_date(dated)}, to {source.to} by {' and '.join(source.channels)}",
        arithmetic=_stated(rendered),
    )


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
    return {**values, VARIABLE: deadlines_in_sight(job, services), "notice": notice, "case": record}


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
    outputs=(Field("notice_sent", "id, type and dated", required=False),),
)
