"""What becomes of a notice after it was sent: reports of carriers, mail servers and mail rooms.

A report is kept as a fact of the delivery and told to the process that waits for it. A notice that did not reach its
reader and that no process waits for starts what the manifest names under `on_undelivered`, or becomes an incident.
A delivery that had become an incident, because it may have arrived or not, is settled by the report that it did.
"""

from __future__ import annotations

from engine.errors import ErrorCode, Problem, did_you_mean, failure
from engine.feel import Value
from engine.handlers.contract import DELIVERY_OUTCOMES, DeliveryReport
from engine.runtime.command import Command
from engine.runtime.deliveries import tell_who_waits
from engine.runtime.incidents import raise_incident
from engine.runtime.log_kinds import LogKind
from engine.runtime.messages import publish_or_buffer
from engine.runtime.values import feel_date
from engine.store import DeliveryReportRow, DeliveryRow, NoticeRow

UNDELIVERED = frozenset({"bounced", "returned"})


def report_delivery(command: Command, report: DeliveryReport) -> bool:
    """Keep the report and tell who waits; False when a report of this id was seen before, which does nothing.

    Errors: RUN_NOT_FOUND for an unknown key; RUN_STATE when the delivery has not been sent; JOB_INPUT for an outcome
    that is none, or one that lies in the future.
    """
    if report.outcome not in DELIVERY_OUTCOMES:
        raise failure(
            ErrorCode.JOB_INPUT,
            f'expected one of {", ".join(DELIVERY_OUTCOMES)}, but got "{report.outcome}".'
            f"{did_you_mean(report.outcome, DELIVERY_OUTCOMES)}",
            part="outcome",
        )
    if report.at > command.now:
        raise failure(
            ErrorCode.JOB_INPUT,
            f"expected an instant not after {command.now.isoformat()}, but got {report.at.isoformat()}.",
            part="at",
            hint="a report says what has happened",
        )
    delivery = command.tx.deliveries.with_key(report.key)
    if delivery is None:
        raise failure(
            ErrorCode.RUN_NOT_FOUND,
            f'no delivery has the key "{report.key}".',
            hint="the key stands in the address file, in the text message and under the deliveries of a notice",
        )
    if any(earlier.id == report.id for earlier in command.tx.deliveries.reports(delivery.id)):
        return False
    if delivery.attempts == 0:
        raise failure(
            ErrorCode.RUN_STATE, f'the delivery "{report.key}" has not been sent yet.', hint="report what was sent"
        )
    notice = command.tx.notices.get(delivery.notice_id)
    if notice is None:
        raise failure(ErrorCode.STORE_SCHEMA, f"the delivery {delivery.id} has no notice.")
    command.tx.deliveries.add_report(
        DeliveryReportRow(
            report.id, delivery.id, report.outcome, report.at, report.reason, command.actor.id, command.now
        )
    )
    command.record(
        LogKind.NOTICE_REPORTED,
        {
            "notice_id": notice.id,
            "type": notice.type,
            "delivery_id": delivery.id,
            "channel": delivery.channel,
            "report_id": report.id,
            "outcome": report.outcome,
            "at": report.at.isoformat(),
            "reason": report.reason,
        },
        case_id=notice.case_id,
        instance_id=notice.instance_id,
    )
    if report.outcome == "delivered" and delivery.state == "failed":
        # What may have arrived or not did arrive: sending it again, as resolving the incident would, must not happen.
        command.tx.deliveries.mark_sent(delivery.id, at=report.at, facts={"report": report.id})
        command.tx.incidents.cancel_of_delivery(delivery.id, command.now)
    told = tell_who_waits(command, delivery, notice.case_id, report.outcome, report.reason)
    if report.outcome in UNDELIVERED and not told:
        _deal_with(command, notice, delivery, report)
    return True


def _deal_with(command: Command, notice: NoticeRow, delivery: DeliveryRow, report: DeliveryReport) -> None:
    """Nobody waits for a notice that did not arrive: the law's process for that, or an incident."""
    case = None if notice.case_id is None else command.tx.cases.get(notice.case_id)
    package = None if case is None else command.package(case.package_id)
    message = None if package is None else package.require_law().on_undelivered
    if case is None or package is None or message is None:
        problem = Problem(
            ErrorCode.NOTICE_UNDELIVERED,
            f"the notice {notice.type} by {delivery.channel} was {report.outcome}"
            f"{f': {report.reason}' if report.reason else ''}.",
            hint="correct the address, or reach the recipient otherwise; resolving the incident sends it again",
        )
        raise_incident(command, problem, case_id=notice.case_id, delivery_id=delivery.id)
        return
    variables: dict[str, Value] = {
        "case_key": case.key,
        "case_id": case.id,
        "case_type": case.type,
        "notice_id": notice.id,
        "notice_type": notice.type,
        "notice_dated": feel_date(notice.dated),
        "delivery_key": delivery.key,
        "delivery_channel": delivery.channel,
        "delivery_outcome": report.outcome,
        "delivery_reason": report.reason,
        "delivery_reported_on": feel_date(report.at.astimezone(package.time_zone).date()),
    }
    key = str(variables.get(message.key, delivery.key))
    command.agenda.append(
        lambda: publish_or_buffer(command, message.message, key, variables, case_id=case.id, may_repeat=True)
    )
