"""What a carrier or the mail room says in a scenario of a notice that was sent: `report: returned` among the events.

`{on, report: returned, notice: TYPE, channel, case, reason}` speaks of the last copy of that notice that was sent by
then, in that case and by that channel where they are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.documents import Section
from engine.errors import ErrorCode, did_you_mean
from engine.handlers.contract import DELIVERY_OUTCOMES, Actor, DeliveryReport
from engine.runtime import Engine
from engine.simulation.expectation import Difference
from engine.simulation.observation import EVERYTHING

CARRIER = Actor("carrier")


@dataclass(frozen=True, slots=True)
class CarrierReport:
    """One report: *case* is the key of the case, *channel* may be empty for any."""

    at: datetime
    outcome: str
    notice: str
    channel: str
    case: str
    reason: str
    path: str
    line: int | None

    def __str__(self) -> str:
        told = f'report that the notice "{self.notice}" was {self.outcome}'
        return told + (f" (case {self.case})" if self.case else "")


def read_report(
    section: Section, at: datetime | None, notices: Mapping[str, object], labels: Mapping[str, str]
) -> CarrierReport | None:
    """The report in *section*, whose instant was read already; problems go to its findings, None without an instant."""
    outcome = section.choice("report", DELIVERY_OUTCOMES)
    notice = section.text("notice")
    label = section.text("case", required=False)
    channel, reason = section.text("channel", required=False), section.text("reason", required=False)
    section.close()
    if notice and notice not in notices:
        said = f'the package knows no notice "{notice}".{did_you_mean(notice, notices)}'
        section.problem(said, "notice", code=ErrorCode.LAW_UNKNOWN_NOTICE)
    if at is None:
        return None
    line = section.findings.line_of(section.path)
    path = f"events[{section.path[-1]}]"
    return CarrierReport(at, outcome, notice, channel, labels.get(label, label), reason, path, line)


def tell_report(engine: Engine, report: CarrierReport) -> Difference | None:
    """Report it to *engine*; a difference when there is nothing that it could speak of. Errors: as the engine."""
    keys = {case.id: case.key for case in engine.cases(limit=EVERYTHING)} if report.case else {}
    sent = [
        delivery
        for notice in engine.notices(limit=EVERYTHING)
        if notice.type == report.notice and (not report.case or keys.get(notice.case_id or "") == report.case)
        for delivery in notice.deliveries
        if delivery.state == "sent" and report.channel in ("", delivery.channel)
    ]
    if not sent:
        return Difference(f"{report}", "no such notice was sent by then", (), report.path, report.line)
    told = DeliveryReport(f"report:{report.path}", sent[-1].key, report.outcome, report.at, report.reason)
    engine.report_delivery(told, CARRIER)
    return None
