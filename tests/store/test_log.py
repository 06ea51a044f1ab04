"""The audit log: chained, append-only, erasable, and unforgiving to whoever changes it by other means."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import ErrorCode
from engine.store import Store, check_chain, dump_tables
from engine.store.verify import ChainReport
from tests.store.conftest import START


def write_entries(store: Store, count: int = 5) -> None:
    for number in range(count):
        with store.transaction("ada") as tx:
            tx.log.append("fact", {"number": number}, case_id="c1", element_id=f"e{number}")


def report_of(store: Store) -> ChainReport:
    with store.read() as snapshot:
        return check_chain(snapshot.history.links())


def test_chain_of_untouched_entries_verifies(store: Store) -> None:
    write_entries(store)

    report = report_of(store)

    assert (report.entries, report.erased, report.problems) == (5, 0, ())
    assert len(report.head) == 64


def test_entries_of_one_transaction_are_chained_in_their_order(store: Store) -> None:
    with store.transaction("ada") as tx:
        for name in ("first", "second", "third"):
            tx.log.append(name, {})

    with store.read() as snapshot:
        assert [(entry.seq, entry.kind) for entry in snapshot.history.all(limit=10)] == [
            (1, "first"),
            (2, "second"),
            (3, "third"),
        ]
    assert report_of(store).problems == ()


def test_entries_of_one_command_about_one_instance_are_one_row(store: Store) -> None:
    with store.transaction("ada", {"clerk", "auditor"}) as tx:
        for kind, instance_id in (("a", "i1"), ("b", "i1"), ("c", "i2"), ("d", "i1")):
            tx.log.append(kind, {"kind": kind}, instance_id=instance_id, element_id=f"E_{kind}")

    with store.read() as snapshot:
        rows = [(link.seq, link.roles) for link in snapshot.history.links()]
        of_first = snapshot.history.of_instance("i1", limit=10)
        later = snapshot.history.of_instance("i1", after=1, limit=1)
        of_kind = snapshot.history.of_kind("b", limit=10)

    assert rows == [(2, '["auditor","clerk"]'), (3, '["auditor","clerk"]'), (4, '["auditor","clerk"]')]
    assert [(entry.seq, entry.kind, entry.element_id, entry.data) for entry in of_first] == [
        (1, "a", "E_a", {"kind": "a"}),
        (2, "b", "E_b", {"kind": "b"}),
        (4, "d", "E_d", {"kind": "d"}),
    ]
    assert [entry.seq for entry in later] == [2]
    assert [(entry.seq, entry.roles) for entry in of_kind] == [(2, ("auditor", "clerk"))]
    assert report_of(store).entries == 4


def test_entry_learns_the_case_that_its_command_opens_later(store: Store) -> None:
    with store.transaction("ada") as tx:
        tx.log.append("instance.started", {}, instance_id="i1")
        tx.log.append("instance.started", {}, instance_id="i2")
        tx.log.give_case("i1", "c1")

    with store.read() as snapshot:
        assert [entry.case_id for entry in snapshot.history.all(limit=10)] == ["c1", None]
    assert report_of(store).problems == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET actor = 'other' WHERE seq = 2",
        "DELETE FROM log WHERE seq = 2",
        "INSERT OR REPLACE INTO log SELECT seq, at, 'other', roles, case_id, instance_id, entries, commitment,"
        " prev_hash, hash, salt, payload FROM log WHERE seq = 2",
        "UPDATE log SET payload = '{}' WHERE seq = 2",
        "UPDATE log SET salt = x'00' WHERE seq = 2",
        "UPDATE log SET salt = NULL, payload = NULL, actor = 'other' WHERE seq = 2",
        "UPDATE log SET salt = NULL, payload = NULL, case_id = 'other' WHERE seq = 2",
        "UPDATE log SET salt = NULL, payload = NULL, hash = x'00' WHERE seq = 2",
        "UPDATE log SET payload = NULL WHERE seq = 2",
    ],
)
def test_statement_that_changes_the_log_is_refused(store: Store, statement: str) -> None:
    write_entries(store)

    with pytest.raises(sqlite3.IntegrityError), store.transaction("mallory") as tx:
        tx.database.conn.execute(statement)

    assert report_of(store).problems == ()


TAMPERING = {
    "a changed kind": ['UPDATE log SET entries = \'[["other","e2"]]\' WHERE seq = 3'],
    "a list of kinds that is none": ["UPDATE log SET entries = 'other' WHERE seq = 3"],
    "a changed actor": ["UPDATE log SET actor = 'bob' WHERE seq = 3"],
    "a changed role": ["UPDATE log SET roles = '[\"judge\"]' WHERE seq = 3"],
    "a changed instant": ["UPDATE log SET at = '2031-03-03T08:00:00.000000+00:00' WHERE seq = 3"],
    "a moved case": ["UPDATE log SET case_id = 'c2' WHERE seq = 3"],
    "a changed payload": ["UPDATE log SET payload = '[{\"number\":9}]' WHERE seq = 3"],
    "a changed salt": ["UPDATE log SET salt = x'00' WHERE seq = 3"],
    "a removed entry": ["DELETE FROM log WHERE seq = 3"],
    "a removed first entry": ["DELETE FROM log WHERE seq = 1"],
    "a changed hash": ["UPDATE log SET hash = x'00' WHERE seq = 3"],
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_with_triggers_removed_is_found_and_the_entry_named(tmp_path: Path, name: str) -> None:
    store = Store.open(tmp_path / "store.db", simulated_start=START)
    write_entries(store)
    store.close()
    connection = sqlite3.connect(tmp_path / "store.db")
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in TAMPERING[name]:
        connection.execute(statement)
    connection.commit()
    connection.close()

    reopened = Store.open(tmp_path / "store.db")
    problems = report_of(reopened).problems
    reopened.close()

    assert problems
    assert {problem.code for problem in problems} == {ErrorCode.STORE_CHAIN}
    named = {problem.location.part for problem in problems}
    assert named & {"log entry 2", "log entry 3", "log entry 4"}


def test_entry_cut_from_the_end_changes_the_head_of_the_chain(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.db", simulated_start=START)
    write_entries(store)
    noted = report_of(store).head
    store.close()
    connection = sqlite3.connect(tmp_path / "store.db")
    connection.execute("DROP TRIGGER log_is_never_deleted")
    connection.execute("DELETE FROM log WHERE seq = 5")
    connection.commit()
    connection.close()

    reopened = Store.open(tmp_path / "store.db")
    assert report_of(reopened).head != noted
    reopened.close()


def test_erased_payload_is_gone_and_the_chain_still_verifies(store: Store) -> None:
    write_entries(store)
    head = report_of(store).head

    with store.transaction("ada") as tx:
        tx.log.erase_payload(2)

    report = report_of(store)
    assert (report.erased, report.problems, report.head) == (1, (), head)
    with store.read() as snapshot:
        assert [entry.data is None for entry in snapshot.history.all(limit=10)] == [False, True, False, False, False]
        assert '"number":1' not in "".join(dump_tables(snapshot)["log"])


def test_same_payload_twice_has_two_commitments(system_store: Store) -> None:
    for _ in range(2):
        with system_store.transaction("ada") as tx:
            tx.log.append("fact", {})

    with system_store.read() as snapshot:
        first, second = snapshot.history.links()
    assert first.commitment != second.commitment


def test_two_simulated_stores_with_the_same_commands_have_the_same_chain(tmp_path: Path) -> None:
    heads = []
    for name in ("one.db", "two.db"):
        store = Store.open(tmp_path / name, simulated_start=START)
        write_entries(store)
        heads.append(report_of(store).head)
        store.close()

    assert heads[0] == heads[1]


def test_history_of_a_case_is_paged_by_sequence(store: Store) -> None:
    write_entries(store, 7)

    with store.read() as snapshot:
        first = snapshot.history.of_case("c1", limit=4)
        rest = snapshot.history.of_case("c1", after=first[-1].seq, limit=4)

    assert [entry.seq for entry in (*first, *rest)] == [1, 2, 3, 4, 5, 6, 7]
    assert first[0].at == datetime(2031, 3, 3, 9, 0, tzinfo=UTC)


def test_actors_of_a_kind_in_a_case_are_each_named_once_in_the_order_of_their_first(store: Store) -> None:
    # given
    for actor, kind, case_id in (
        ("cy", "task.completed", "c2"),
        ("bob", "task.completed", "c1"),
        ("ada", "task.completed", "c1"),
        ("bob", "task.completed", "c1"),
        ("dan", "event.raised", "c1"),
    ):
        with store.transaction(actor) as tx:
            tx.log.append(kind, {}, case_id=case_id)

    # when
    with store.read() as snapshot:
        of_case = snapshot.history.actors_of_kind("task.completed", case_id="c1")
        of_none = snapshot.history.actors_of_kind("task.completed", case_id="c3")

    # then
    assert (of_case, of_none) == (("bob", "ada"), ())
