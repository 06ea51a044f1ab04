"""What becomes of a delivery comes back: into the ledger once, to the process that waits, else to a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from engine.clock import SimulatedClock
from engine.errors import EngineError, ErrorCode
from engine.handlers.channels import TextGateway, TextGatewaySettings, sign_body
from engine.handlers.contract import DeliveryReport
from engine.runtime import Engine
from tests.channels.hive_by_email import bill, hive_by_email
from tests.runtime.conftest import ADA, START, Recorder
from tests.runtime.drawing import catch_message, diagram, end, message_start

Open = Callable[..., Engine]
REPORT = DeliveryReport("report-1", "notice-1.1", "returned", START, "moved away")


def sent_bill(open_store: Open, *, with_process: bool = True, **channels: object) -> Engine:
    engine = open_store(channels={"email": Recorder(), **channels})
    bill(engine, hive_by_email(with_process=with_process))
    engine.run_due()
    return engine


def outcomes(engine: Engine) -> list[tuple[str, str, str]]:
    (notice,) = engine.notices()
    return [(report.outcome, report.reason, report.reported_by) for report in notice.deliveries[0].reports]


def test_delivery_that_arrived_is_a_fact_of_the_ledger(open_store: Open) -> None:
    engine = sent_bill(open_store)

    taken = engine.report_delivery(replace(REPORT, outcome="delivered", reason=""), ADA)

    assert taken is True
    assert outcomes(engine) == [("delivered", "", "ada")]
    assert engine.incidents() == [] and engine.user_tasks(element_id="Activity_FindKeeper") == []
    assert "Notice bill by email was delivered" in [entry.what for entry in engine.timeline()]


def test_report_that_comes_twice_counts_once(open_store: Open) -> None:
    engine = sent_bill(open_store)

    assert [engine.report_delivery(REPORT, ADA), engine.report_delivery(REPORT, ADA)] == [True, False]

    assert len(outcomes(engine)) == 1
    assert len(engine.user_tasks(element_id="Activity_FindKeeper")) == 1


@pytest.mark.parametrize("outcome", ["bounced", "returned"])
def test_notice_that_did_not_arrive_starts_what_the_manifest_names(open_store: Open, outcome: str) -> None:
    engine = sent_bill(open_store)

    engine.report_delivery(replace(REPORT, outcome=outcome), ADA)

    (task,) = engine.user_tasks(element_id="Activity_FindKeeper")
    variables = engine.instance(task.instance_id).variables
    assert variables["delivery_outcome"] == outcome
    assert variables["delivery_reason"] == "moved away"
    assert (variables["case_key"], variables["notice_type"]) == ("AP-1", "bill")
    assert engine.instance(task.instance_id).case_id == engine.notices()[0].case_id
    assert engine.incidents() == []


def test_notice_that_did_not_arrive_becomes_an_incident_where_no_process_is_named(open_store: Open) -> None:
    engine = sent_bill(open_store, with_process=False)

    engine.report_delivery(REPORT, ADA)

    (incident,) = engine.incidents()
    assert incident.code == ErrorCode.NOTICE_UNDELIVERED
    assert "returned: moved away" in incident.message
    engine.resolve_incident(incident.id, ADA, reason="address corrected")
    engine.run_due()
    assert engine.notices()[0].deliveries[0].attempts == 2


def test_process_that_waits_for_the_delivery_learns_it_and_nobody_else(open_store: Open) -> None:
    # given a process that waits for what becomes of the notice that it sends
    waiting = diagram(
        "waiting",
        message_start("Event_Asked", "asked", clause="[bee:3]"),
        catch_message("Event_Heard", "notice_delivery", clause="[bee:3]"),
        end("Event_Done", clause="[bee:3]"),
        flows="Event_Asked->Event_Heard->Event_Done",
        messages={"asked": None, "notice_delivery": '="notice-1"'},
    )
    engine = sent_bill(open_store)
    engine.deploy_files({"waiting.bpmn": waiting}, ADA)
    (instance_id,) = engine.publish_message("asked", "1", {}, ADA).instance_ids
    assert engine.instance(instance_id).status == "active"

    # when the notice bounces
    engine.report_delivery(replace(REPORT, outcome="bounced"), ADA)

    # then the process goes on with the outcome, and no user task is made
    instance = engine.instance(instance_id)
    assert instance.status == "completed"
    assert instance.variables["delivery_outcome"] == "bounced"
    assert engine.user_tasks(element_id="Activity_FindKeeper") == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"key": "notice-9.1"}, ErrorCode.RUN_NOT_FOUND),
        ({"outcome": "lost"}, ErrorCode.JOB_INPUT),
        ({"at": START + timedelta(days=1)}, ErrorCode.JOB_INPUT),
    ],
)
def test_report_that_cannot_be_is_refused_and_keeps_nothing(
    open_store: Open, changed: dict[str, object], code: ErrorCode
) -> None:
    engine = sent_bill(open_store)

    with pytest.raises(EngineError) as raised:
        engine.report_delivery(replace(REPORT, **changed), ADA)  # type: ignore[arg-type]

    assert raised.value.code == code
    assert outcomes(engine) == []


def test_report_of_what_was_not_sent_yet_is_refused(open_store: Open) -> None:
    engine = open_store(channels={"email": Recorder()})
    bill(engine, hive_by_email())

    with pytest.raises(EngineError) as raised:
        engine.report_delivery(REPORT, ADA)

    assert raised.value.code == ErrorCode.RUN_STATE


def test_callback_of_a_carrier_is_checked_and_kept_under_its_name(open_store: Open) -> None:
    # given a gateway that reports on the channel
    secret = b"a secret of the bee office"
    settings = TextGatewaySettings("https://texts.example/send", secret)
    gateway = TextGateway(settings, SimulatedClock(START), httpx.MockTransport(lambda request: httpx.Response(200)))
    engine = sent_bill(open_store, text=gateway)
    body = json.dumps({"id": "e-1", "key": "notice-1.1", "outcome": "delivered", "at": START.isoformat()}).encode()

    # when it calls back, twice, and a forger calls
    headers = sign_body(secret, body, START)
    assert [engine.take_callback("text", body, headers) for _ in range(2)] == [True, False]
    with pytest.raises(EngineError) as raised:
        engine.take_callback("text", body, sign_body(b"another secret", body, START))

    # then the ledger holds one report
    assert raised.value.code == ErrorCode.API_UNAUTHORIZED
    assert outcomes(engine) == [("delivered", "", "carrier:text")]


@pytest.mark.parametrize("channel", ["email", "pigeon"])
def test_callback_on_a_channel_without_a_reporting_carrier_is_refused(open_store: Open, channel: str) -> None:
    with pytest.raises(EngineError) as raised:
        sent_bill(open_store).take_callback(channel, b"{}", {})

    assert raised.value.code == ErrorCode.RUN_NOT_FOUND
