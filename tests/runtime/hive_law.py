"""The invented beekeeping law of `hive_law/`, with its two diagrams drawn here."""

from __future__ import annotations

from pathlib import Path

from engine.law import LawPackage, package_from_files
from tests.runtime.drawing import (
    catch_message,
    catch_timer,
    diagram,
    end,
    event_gateway,
    message_start,
    rule_task,
    service,
    user_task,
)

FOLDER = Path(__file__).parent / "hive_law"

REGISTRATION = diagram(
    "hive_registration",
    message_start("Event_Applied", "registration_applied", clause="[bee:1]"),
    service("Activity_OpenCase", "case.open", {"case_type": "apiary"}, clause="[bee:1]"),
    service("Activity_SetVisit", "deadline.set", {"limit": "visit"}, {"start": "=received_on"}, clause="[bee:2]"),
    user_task("Activity_VisitApiary", "bee_officer", clause="[bee:2]"),
    service("Activity_MeetVisit", "deadline.met", {"deadline": "visit"}, clause="[bee:2]"),
    rule_task("Activity_DecideFee", "Decision_HiveFee", "fee", clause="[bee:3]"),
    service("Activity_SetPayment", "deadline.set", {"limit": "payment"}, clause="[bee:3]"),
    service("Activity_SendBill", "notice.send", {"notice": "bill"}, clause="[bee:3]"),
    event_gateway("Gateway_PaidOrOver"),
    catch_message("Event_BillPaid", "bill_paid", clause="[bee:3]"),
    catch_timer("Event_PaymentOver", "=deadlines.payment.due", clause="[bee:3]"),
    service("Activity_Register", "case.state", {"state": "registered"}, clause="[bee:1]"),
    service("Activity_Lapse", "case.state", {"state": "lapsed"}, clause="[bee:3]"),
    end("Event_Registered", clause="[bee:1]"),
    end("Event_Lapsed", clause="[bee:3]"),
    flows="Event_Applied->Activity_OpenCase->Activity_SetVisit->Activity_VisitApiary->Activity_MeetVisit"
    "->Activity_DecideFee->Activity_SetPayment->Activity_SendBill->Gateway_PaidOrOver;"
    "Gateway_PaidOrOver->Event_BillPaid->Activity_Register->Event_Registered;"
    "Gateway_PaidOrOver->Event_PaymentOver->Activity_Lapse->Event_Lapsed",
    messages={"registration_applied": None, "bill_paid": "=apiary_number"},
)

DELAY_REPORT = diagram(
    "delay_report",
    message_start("Event_DutyMissed", "duty_missed", clause="[bee:2]"),
    user_task("Activity_ExplainDelay", "bee_officer", clause="[bee:2]"),
    end("Event_Explained", clause="[bee:2]"),
    flows="Event_DutyMissed->Activity_ExplainDelay->Event_Explained",
    messages={"duty_missed": None},
)


def hive_files(**more_diagrams: bytes) -> dict[str, bytes]:
    """The files of the package; *more_diagrams* are added to it by process id."""
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
    drawn = {f"{process_id}.bpmn": data for process_id, data in more_diagrams.items()}
    listed = "".join(f", {name}" for name in drawn).encode()
    files["package.yaml"] = files["package.yaml"].replace(b"delay_report.bpmn]", b"delay_report.bpmn" + listed + b"]")
    return {**files, "hive_registration.bpmn": REGISTRATION, "delay_report.bpmn": DELAY_REPORT, **drawn}


def hive_law(**replaced: bytes) -> LawPackage:
    """The package; *replaced* gives other contents by file name, with `__` for the dot."""
    files = hive_files()
    files.update({name.replace("__", "."): data for name, data in replaced.items()})
    return package_from_files(files, "package.yaml")
