"""Rows as they were written are read back; queues give what is due, in order, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.feel import FeelDate, Value
from engine.store import (
    CaseRow,
    DeadlineRow,
    DeliveryRow,
    DeploymentRow,
    FactRow,
    InstanceRow,
    JobRow,
    LedgerRow,
    MessageRow,
    NoticeRow,
    Store,
    Transaction,
    sha256_of,
)
from tests.store.conftest import START

VALUES: dict[str, Value] = {
    "nothing": None,
    "number": Decimal("0.1000000000000000000000000000000001"),
    "day": FeelDate(2031, 3, 4),
    "list": [True, "yes", {"deep": Decimal(-7)}],
}
HOUR = timedelta(hours=1)


def add_instance(tx: Transaction, instance_id: str = "i1") -> None:
    if tx.deployments.latest("bees") is None:
        tx.deployments.add(DeploymentRow("d1", "bees", 1, "h", None, START, "ada"), {"p.bpmn": ("hash", b"<x/>")})
    tx.instances.add(InstanceRow(instance_id, "p", "hash", "bees", None, None, "active", "{}", START, None))


def job(job_id: str, available_at: datetime = START, **changes: object) -> JobRow:
    row = JobRow(
        id=job_id,
        kind="worker",
        state="open",
        instance_id="i1",
        element_id="A",
        element_instance_id=f"i1.{job_id}",
        element_name="Act",
        clauses=("bee:1", "R-1"),
        type="far",
        headers={"colour": "rot ☂"},
        variables=VALUES,
        retries=3,
        attempts=0,
        available_at=available_at,
        created_at=START,
    )
    return row._replace(**changes)


def test_job_is_read_back_as_it_was_written(store: Store) -> None:
    written = job("j1", candidate_groups=("a", "b"), due=START + HOUR, form_id="f", assignee="bob")
    with store.transaction("ada") as tx:
        add_instance(tx)
        tx.jobs.add(written)

    with store.read() as snapshot:
        assert snapshot.jobs.get("j1") == written


def test_jobs_are_leased_in_the_order_in_which_they_became_available_and_only_once(store: Store) -> None:
    with store.transaction("ada") as tx:
        add_instance(tx)
        tx.jobs.add(job("late", START - HOUR))
        tx.jobs.add(job("early", START - 2 * HOUR))
        tx.jobs.add(job("future", START + HOUR))
        tx.jobs.add(job("other", START - HOUR, type="other"))

        first = tx.jobs.lease("w1", types=["far"], now=START, until=START + HOUR, limit=10)
        second = tx.jobs.lease("w2", types=["far"], now=START, until=START + HOUR, limit=10)

    assert [(row.id, row.lease_owner, row.attempts) for row in first] == [("early", "w1", 1), ("late", "w1", 1)]
    assert second == []


def test_job_whose_lease_has_ended_is_leased_again(store: Store) -> None:
    with store.transaction("ada") as tx:
        add_instance(tx)
        tx.jobs.add(job("j1"))
        tx.jobs.lease("w1", types=["far"], now=START, until=START + HOUR, limit=1)

        assert tx.jobs.lease("w2", types=["far"], now=START + HOUR / 2, until=START + HOUR, limit=1) == []
        (again,) = tx.jobs.lease("w2", types=["far"], now=START + HOUR, until=START + 2 * HOUR, limit=1)

    assert (again.lease_owner, again.attempts) == ("w2", 2)


def test_next_available_is_the_earliest_of_waiting_jobs_and_ending_leases(store: Store) -> None:
    with store.transaction("ada") as tx:
        add_instance(tx)
        assert tx.jobs.next_available(["far"]) is None
        tx.jobs.add(job("j1", START))
        tx.jobs.lease("w1", types=["far"], now=START, until=START + HOUR, limit=1)
        tx.jobs.add(job("j2", START + 2 * HOUR))

        assert tx.jobs.next_available(["far"]) == START + HOUR
        assert tx.jobs.next_available(["other"]) is None


def test_timers_due_at_one_instant_come_in_the_order_in_which_they_were_set(store: Store) -> None:
    with store.transaction("ada") as tx:
        add_instance(tx)
        for name, due in (("b", START), ("a", START), ("c", START - HOUR), ("d", START + HOUR)):
            tx.timers.schedule_element(
                instance_id="i1", timer_id=name, element_id="T", element_instance_id="i1.1", due=due
            )
        fired = []
        while (row := tx.timers.first_due(START)) is not None:
            fired.append(row.timer_id)
            tx.timers.remove(row.id)

        assert fired == ["c", "b", "a"]
        assert tx.timers.next_due() == START + HOUR


def test_deadline_that_is_set_again_has_one_timer(store: Store) -> None:
    with store.transaction("ada") as tx:
        tx.cases.add(CaseRow("c1", "bees", "apiary", "1", "open", START))
        tx.timers.schedule_deadline(case_id="c1", deadline="visit", due=START)
        tx.timers.schedule_deadline(case_id="c1", deadline="visit", due=START + HOUR)

        assert (tx.timers.count(), tx.timers.next_due()) == (1, START + HOUR)
        tx.timers.cancel_deadline("c1", "visit")
        assert tx.timers.count() == 0


def test_buffered_message_is_found_until_it_expires(store: Store) -> None:
    message = MessageRow("m1", "bell", "k", VALUES, START, START + HOUR)
    with store.transaction("ada") as tx:
        tx.messages.buffer(message)

        assert tx.messages.oldest("bell", "k", START) == message
        assert tx.messages.oldest("bell", "other", START) is None
        assert tx.messages.oldest("bell", "k", START + HOUR) is None
        assert tx.messages.first_expired(START) is None
        assert tx.messages.first_expired(START + HOUR) == message


def test_present_fact_of_a_name_is_the_last_recorded_and_all_stay(store: Store) -> None:
    facts = [FactRow("hives", Decimal(number), START, "letter", "", date(2031, 3, number)) for number in (1, 2, 3)]
    with store.transaction("ada") as tx:
        tx.cases.add(CaseRow("c1", "bees", "apiary", "1", "open", START))
        for fact in facts:
            tx.cases.add_fact("c1", fact)

        assert tx.cases.facts("c1") == {"hives": facts[2]}
        assert tx.cases.fact_history("c1") == facts


def test_ledger_keeps_amounts_to_the_cent(store: Store) -> None:
    line = LedgerRow("fee", Decimal("-1234567.10"), "NZD", date(2031, 3, 4), VALUES, START)
    with store.transaction("ada") as tx:
        tx.cases.add(CaseRow("c1", "bees", "apiary", "1", "open", START))
        tx.cases.post("c1", line)

        assert tx.cases.ledger("c1") == [line]
        assert str(tx.cases.ledger("c1")[0].amount) == "-1234567.10"


def test_deadline_is_read_back_with_its_changes(store: Store) -> None:
    row = DeadlineRow(
        case_id="c1",
        name="visit",
        limit_id="visit",
        clause="bee:2",
        duty=True,
        started_on=date(2031, 3, 4),
        amount=3,
        unit="business days",
        due_date=date(2031, 3, 8),
        due=START + HOUR,
        opens=START,
        calendar="bee_office",
        steps=("one", "two"),
        parameter_hash="abc",
        met_on=None,
        breached=False,
        set_at=START,
    )
    with store.transaction("ada") as tx:
        tx.cases.add(CaseRow("c1", "bees", "apiary", "1", "open", START))
        tx.deadlines.put(row)
        tx.deadlines.add_change("c1", "visit", "extended", START)
        tx.deadlines.set_breached("c1", "visit")
        tx.deadlines.set_met("c1", "visit", date(2031, 3, 9))

        expected = replace(row, breached=True, met_on=date(2031, 3, 9), changes=("extended",))
        assert tx.deadlines.get("c1", "visit") == expected
        assert tx.deadlines.find(breached=True, limit=10) == [expected]
        assert tx.deadlines.find(breached=False, limit=10) == []
        assert tx.deadlines.find(open_only=True, limit=10) == []


def test_notice_keeps_its_exact_texts_and_an_altered_one_is_found(store: Store) -> None:
    texts = {"text/html": "<p>ä\r\n</p>", "text/plain": "ä\r\n  "}
    row = NoticeRow(
        id="n1",
        case_id=None,
        instance_id=None,
        type="bill",
        dated=date(2031, 3, 4),
        subject="Bill",
        required=({"id": "amount"},),
        source_hash="abc",
        issued_at=START,
        texts=texts,
        sha256={name: sha256_of(text) for name, text in texts.items()},
    )
    with store.transaction("ada") as tx:
        tx.notices.add(row)
        assert tx.notices.get("n1") == row
        assert list(tx.notices.altered_texts()) == []
        tx.database.conn.execute("UPDATE notice_text SET text = 'ae' WHERE media_type = 'text/plain'")
        assert list(tx.notices.altered_texts()) == [("n1", "text/plain")]


def test_delivery_goes_from_queue_to_lease_to_sent(store: Store) -> None:
    with store.transaction("ada") as tx:
        tx.notices.add(
            NoticeRow("n1", None, None, "bill", date(2031, 3, 4), "Bill", (), "abc", START, {}, {}),
        )
        tx.deliveries.add(DeliveryRow("d1", "n1", "mail", {"name": "Mere"}, "n1.1", "queued", 0, 5, START))
        assert tx.deliveries.next_available() == START

        (leased,) = tx.deliveries.lease("w1", now=START, until=START + HOUR, limit=5)
        assert (leased.state, leased.attempts, leased.address) == ("sending", 1, {"name": "Mere"})
        assert tx.deliveries.lease("w2", now=START, until=START + HOUR, limit=5) == []
        assert tx.deliveries.lost(START, limit=5) == []
        assert tx.deliveries.lost(START + HOUR, limit=5) == [leased]
        tx.deliveries.mark_sent("d1", at=START + HOUR, facts={"file": "a"})

        (sent,) = tx.deliveries.of_notice("n1")
        assert (sent.state, sent.sent_at, sent.facts) == ("sent", START + HOUR, {"file": "a"})
        assert tx.deliveries.next_available() is None


def test_same_content_under_two_names_is_stored_once(store: Store) -> None:
    with store.transaction("ada") as tx:
        row = DeploymentRow("d1", "bees", 1, "h", "package.yaml", START, "ada")
        tx.deployments.add(row, {"a.bpmn": ("hash", b"<x/>"), "b.bpmn": ("hash", b"<x/>")})

        assert tx.deployments.files("d1") == {"a.bpmn": b"<x/>", "b.bpmn": b"<x/>"}
        assert tx.deployments.content("hash") == b"<x/>"
        assert tx.database.conn.execute("SELECT count(*) FROM file_blob").fetchone() == (1,)
        assert tx.deployments.latest("bees") == row


def test_receipt_of_a_sender_id_is_kept_by_its_kind(store: Store) -> None:
    with store.transaction("ada") as tx:
        tx.receipts.add("message", "7", "{}", START)

        assert tx.receipts.find("message", "7") == "{}"
        assert tx.receipts.find("event", "7") is None
