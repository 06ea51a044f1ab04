"""Messages and signals: correlated, buffered, started by, counted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.errors import EngineError, ErrorCode
from engine.runtime import Engine
from engine.runtime.messages import publish_or_buffer
from tests.runtime.conftest import ADA, START, apply_for_registration, dump, pending
from tests.runtime.drawing import (
    catch_message,
    diagram,
    element,
    end,
    message_start,
    root,
    script,
    signal,
    signal_start,
    start,
    user_task,
)
from tests.runtime.hive_law import hive_law

WAITER = diagram("waiter", start(), catch_message("M", "bell"), end(), flows="Start->M->End", messages={"bell": "=key"})
STARTED = diagram(
    "started", message_start("S", "order"), user_task("T"), end(), flows="S->T->End", messages={"order": None}
)


def test_message_reaches_the_instance_with_its_name_and_key_and_no_other(loose: Callable[..., Engine]) -> None:
    engine = loose(WAITER)
    first = engine.start_process("waiter", {"key": "k-1"}, ADA)
    second = engine.start_process("waiter", {"key": "k-2"}, ADA)

    result = engine.publish_message("bell", "k-2", {"rung": True}, ADA)

    assert (result.outcome, result.instance_ids) == ("correlated", (second.id,))
    assert engine.instance(first.id).status == "active"
    assert engine.instance(second.id).variables["rung"] is True


def test_number_as_correlation_key_is_matched_by_its_text(loose: Callable[..., Engine]) -> None:
    engine = loose(WAITER)
    engine.start_process("waiter", {"key": Decimal("17")}, ADA)

    assert engine.publish_message("bell", "17", {}, ADA).outcome == "correlated"


def test_message_goes_to_the_instance_of_a_process_that_has_waited_longest(loose: Callable[..., Engine]) -> None:
    engine = loose(WAITER)
    ids = [engine.start_process("waiter", {"key": "k"}, ADA).id for _ in range(3)]

    reached = [engine.publish_message("bell", "k", {}, ADA).instance_ids for _ in range(3)]

    assert reached == [(each,) for each in ids]


def test_same_message_id_twice_counts_once(loose: Callable[..., Engine]) -> None:
    engine = loose(WAITER)
    first = engine.start_process("waiter", {"key": "k"}, ADA)
    second = engine.start_process("waiter", {"key": "k"}, ADA)
    engine.publish_message("bell", "k", {}, ADA, message_id="m-1")
    before = dump(engine)

    again = engine.publish_message("bell", "k", {}, ADA, message_id="m-1")

    assert (again.outcome, again.instance_ids) == ("duplicate", (first.id,))
    assert dump(engine) == before
    assert engine.instance(second.id).status == "active"


def test_message_id_of_a_refused_message_may_be_used_again(loose: Callable[..., Engine]) -> None:
    engine = loose(WAITER)
    with pytest.raises(EngineError):
        engine.publish_message("bell", "k", {}, ADA, message_id="m-1")
    engine.start_process("waiter", {"key": "k"}, ADA)

    assert engine.publish_message("bell", "k", {}, ADA, message_id="m-1").outcome == "correlated"


def test_message_with_a_time_to_live_waits_for_its_receiver(loose: Callable[..., Engine]) -> None:
    engine = loose(WAITER)
    result = engine.publish_message("bell", "k", {"rung": True}, ADA, time_to_live=timedelta(hours=1))
    assert result.outcome == "buffered"
    engine.advance_clock(START + timedelta(minutes=59), ADA)

    instance = engine.start_process("waiter", {"key": "k"}, ADA)

    assert (instance.status, instance.variables["rung"]) == ("completed", True)
    assert pending(engine)["message"] == 0


def test_message_that_nobody_reads_in_its_time_expires_and_the_log_says_so(loose: Callable[..., Engine]) -> None:
    engine = loose(WAITER)
    engine.publish_message("bell", "k", {}, ADA, time_to_live=timedelta(hours=1))
    assert engine.next_due() == START + timedelta(hours=1)

    engine.advance_clock(START + timedelta(hours=1), ADA)

    assert pending(engine)["message"] == 0
    assert [entry.what for entry in engine.timeline()][-1] == 'Message "bell" expired unread'
    assert engine.start_process("waiter", {"key": "k"}, ADA).status == "active"


def test_buffered_message_is_read_by_one_receiver_and_the_oldest_is_read_first(loose: Callable[..., Engine]) -> None:
    engine = loose(WAITER)
    for number in (1, 2):
        engine.publish_message("bell", "k", {"number": number}, ADA, time_to_live=timedelta(hours=1))

    instances = [engine.start_process("waiter", {"key": "k"}, ADA) for _ in range(3)]

    assert [instance.status for instance in instances] == ["completed", "completed", "active"]
    assert [instance.variables.get("number") for instance in instances] == [Decimal(1), Decimal(2), None]


def test_message_starts_a_process_and_a_second_one_of_the_same_key_waits_for_its_end(
    loose: Callable[..., Engine],
) -> None:
    engine = loose(STARTED)
    result = engine.publish_message("order", "k", {"size": 2}, ADA)
    assert result.outcome == "started"
    (instance_id,) = result.instance_ids
    assert engine.instance(instance_id).variables["size"] == Decimal(2)
    before = dump(engine)

    with pytest.raises(EngineError) as caught:
        engine.publish_message("order", "k", {}, ADA)

    assert caught.value.code is ErrorCode.MSG_DUPLICATE
    assert instance_id in str(caught.value)
    assert dump(engine) == before
    engine.complete_user_task(engine.user_tasks()[0].id, {}, ADA)
    assert engine.publish_message("order", "k", {}, ADA).outcome == "started"


def test_message_that_was_kept_starts_the_next_instance_of_its_key_when_the_one_before_has_ended(
    loose: Callable[..., Engine],
) -> None:
    engine = loose(STARTED)
    engine.publish_message("order", "k", {"size": 1}, ADA)
    for size in (2, 3):
        result = engine.publish_message("order", "k", {"size": size}, ADA, time_to_live=timedelta(days=1))
        assert result.outcome == "buffered"

    engine.complete_user_task(engine.user_tasks(state="open")[0].id, {}, ADA)
    (second,) = engine.instances(status="active")
    engine.cancel_instance(second.id, ADA, reason="a mistake")
    (third,) = engine.instances(status="active")

    sizes = [engine.instance(each.id).variables["size"] for each in (second, third)]
    assert sizes == [Decimal(2), Decimal(3)]
    assert pending(engine)["message"] == 0


def test_instance_that_a_kept_message_starts_belongs_to_the_case_that_it_was_published_for(
    open_store: Callable[..., Engine],
) -> None:
    # given a case for which two messages of one key were published, the second while the first is at work
    engine = open_store()
    engine.deploy(hive_law(), ADA)
    engine.deploy_files({"started.bpmn": STARTED}, ADA)
    case_id = apply_for_registration(engine)
    for size in (1, 2):
        with engine._command(ADA) as command:
            publish_or_buffer(command, "order", "k", {"size": Decimal(size)}, case_id=case_id)
    assert pending(engine)["message"] == 1

    # when the first has ended
    (task,) = [task for task in engine.user_tasks(state="open") if task.process_id == "started"]
    engine.complete_user_task(task.id, {}, ADA)

    # then the second belongs to the case, too
    second = engine.instances(process_id="started", status="active")[0]
    assert (second.case_id, second.variables["size"]) == (case_id, Decimal(2))
    assert engine.verify().problems == ()


def test_messages_without_a_key_each_start_an_instance(loose: Callable[..., Engine]) -> None:
    engine = loose(STARTED)

    outcomes = [engine.publish_message("order", "", {}, ADA).outcome for _ in range(3)]

    assert outcomes == ["started"] * 3
    assert len(engine.instances(status="active")) == 3


def test_message_for_nobody_says_what_is_awaited_under_its_key(loose: Callable[..., Engine]) -> None:
    engine = loose(WAITER)
    instance = engine.start_process("waiter", {"key": "k"}, ADA)

    with pytest.raises(EngineError) as caught:
        engine.publish_message("bells", "k", {}, ADA)

    assert caught.value.code is ErrorCode.MSG_NOBODY
    assert 'Did you mean "bell"?' in str(caught.value)
    assert f'"bell" at M ({instance.id})' in (caught.value.problem.hint or "")


def test_signal_reaches_all_that_wait_and_starts_what_begins_with_it(loose: Callable[..., Engine]) -> None:
    waiting = root(
        diagram(
            "waiting",
            start(),
            '<bpmn:intermediateCatchEvent id="C"><bpmn:signalEventDefinition signalRef="Signal_alarm"/>'
            "</bpmn:intermediateCatchEvent>",
            end(),
            flows="Start->C->End",
        ),
        signal("alarm"),
    )
    begun = root(diagram("begun", signal_start("S", "alarm"), end(), flows="S->End"), signal("alarm"))
    engine = loose(waiting, begun)
    ids = [engine.start_process("waiting", {}, ADA).id for _ in range(2)]

    reached = engine.broadcast_signal("alarm", {"loud": True}, ADA)

    assert reached[:2] == tuple(ids)
    assert [instance.status for instance in engine.instances()] == ["completed"] * 3
    assert all(instance.variables["loud"] is True for instance in engine.instances())
    assert len(engine.broadcast_signal("alarm", {}, ADA)) == 1, "nobody waits any more, one is started"


def test_signal_thrown_by_one_instance_reaches_another_in_the_same_command(loose: Callable[..., Engine]) -> None:
    waiting = root(
        diagram(
            "waiting",
            start(),
            '<bpmn:intermediateCatchEvent id="C"><bpmn:signalEventDefinition signalRef="Signal_alarm"/>'
            "</bpmn:intermediateCatchEvent>",
            end(),
            flows="Start->C->End",
        ),
        signal("alarm"),
    )
    throwing = root(
        diagram(
            "throwing",
            start(),
            script("Say", "=1", "said"),
            '<bpmn:endEvent id="End"><bpmn:signalEventDefinition signalRef="Signal_alarm"/></bpmn:endEvent>',
            flows="Start->Say->End",
        ),
        signal("alarm"),
    )
    engine = loose(waiting, throwing)
    instance = engine.start_process("waiting", {}, ADA)

    engine.start_process("throwing", {}, ADA)

    assert engine.instance(instance.id).status == "completed"


def test_same_event_id_twice_counts_once_and_is_answered_as_before(hive: Engine) -> None:
    given = {"apiary_number": "AP-1", "keeper_name": "Mere Tane", "hives": 4}
    first = hive.raise_event("hive_law", "registration applied for", given, ADA, event_id="letter-1")
    before = dump(hive)

    again = hive.raise_event("hive_law", "registration applied for", given, ADA, event_id="letter-1")

    assert again.outcome == "duplicate"
    assert (again.case_id, again.instance_ids) == (first.case_id, first.instance_ids)
    assert dump(hive) == before


def test_event_whose_message_may_be_kept_waits_for_its_receiver(open_store: Callable[..., Engine]) -> None:
    manifest = (
        hive_law().files["package.yaml"].replace(b"{name: bill_paid, key", b"{name: bill_paid, keep_days: 5, key")
    )
    engine = open_store()
    engine.deploy(hive_law(package__yaml=manifest), ADA)
    case_id = apply_for_registration(engine)

    engine.raise_event("hive_law", "bill paid", {"apiary_number": "AP-1", "paid": 20}, ADA)
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)

    assert engine.case(case_id).state == "registered"


def test_event_whose_message_nobody_awaits_starts_what_it_names_otherwise(open_store: Callable[..., Engine]) -> None:
    manifest = (
        hive_law()
        .files["package.yaml"]
        .replace(
            b"{name: bill_paid, key: apiary_number}", b"{name: bill_paid, key: apiary_number, otherwise: stray_bill}"
        )
    )
    engine = open_store()
    engine.deploy(hive_law(package__yaml=manifest), ADA)
    stray = diagram(
        "stray",
        message_start("S", "stray_bill"),
        user_task("T"),
        end(),
        flows="S->T->End",
        messages={"stray_bill": None},
    )
    engine.deploy_files({"stray.bpmn": stray}, ADA)
    apply_for_registration(engine)

    first = engine.raise_event("hive_law", "bill paid", {"apiary_number": "AP-1", "paid": 20}, ADA)
    second = engine.raise_event("hive_law", "bill paid", {"apiary_number": "AP-1", "paid": 30}, ADA)

    started = {*first.instance_ids, *second.instance_ids}
    assert len(started) == 2
    assert {engine.instance(instance_id).process_id for instance_id in started} == {"stray"}


def test_listener_that_does_not_interrupt_reads_all_messages_that_came_before_it(loose: Callable[..., Engine]) -> None:
    ring = element(
        "boundaryEvent",
        "Ring",
        '<bpmn:messageEventDefinition messageRef="Message_bell"/>',
        attachedToRef="T",
        cancelActivity="false",
    )
    parts = (start(), user_task("T"), ring, script("Count", "=rung + 1", "rung"), end(), end("Counted"))
    flows = "Start->T->End;Ring->Count->Counted"
    engine = loose(diagram("waiter", *parts, flows=flows, messages={"bell": "=key"}))
    for _ in range(3):
        assert engine.publish_message("bell", "k", {}, ADA, time_to_live=timedelta(hours=1)).outcome == "buffered"

    instance_id = engine.start_process("waiter", {"key": "k", "rung": Decimal(0)}, ADA).id

    assert engine.instance(instance_id).variables["rung"] == 3
    assert engine.publish_message("bell", "k", {}, ADA).instance_ids == (instance_id,)
    engine.complete_user_task(engine.user_tasks()[0].id, {}, ADA)
    assert engine.instance(instance_id).status == "completed"
    assert not any(pending(engine).values())
