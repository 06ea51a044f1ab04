"""Transactions: all or nothing, one writer at a time, one instant each, ids that repeat in simulations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.clock import SimulatedClock
from engine.errors import EngineError, ErrorCode
from engine.store import CaseRow, Store, dump_tables
from tests.store.conftest import START


def case_row(case_id: str, now: datetime = START) -> CaseRow:
    return CaseRow(case_id, "hives", "apiary", f"key of {case_id}", "open", now)


def test_transaction_that_ends_normally_is_seen_by_the_next_reader(store: Store) -> None:
    with store.transaction("ada") as tx:
        tx.cases.add(case_row("c1"))

    with store.read() as snapshot:
        assert snapshot.cases.get("c1") == case_row("c1")


def test_transaction_that_raises_leaves_no_row_no_log_entry_and_no_number(store: Store) -> None:
    with store.read() as snapshot:
        before = dump_tables(snapshot)

    with pytest.raises(RuntimeError, match="stop"), store.transaction("ada") as tx:
        tx.cases.add(case_row("c1"))
        tx.log.append("fact", {})
        tx.next_number("letters")
        tx.new_id("case")
        raise RuntimeError("stop")

    with store.read() as snapshot:
        assert dump_tables(snapshot) == before


def test_what_was_read_is_kept_until_a_row_is_written_or_undone(store: Store) -> None:
    with store.transaction("ada") as tx:

        def known() -> list[str]:
            return tx.until_written("cases", lambda: [row.id for row in tx.cases.find(limit=10)])

        first = known()
        assert known() is first
        tx.connection.execute("SAVEPOINT attempt")
        tx.cases.add(case_row("c1"))
        assert (first, known()) == ([], ["c1"])

        tx.connection.execute("ROLLBACK TO attempt")
        tx.forget()

        assert known() == []


def test_snapshot_does_not_see_what_is_committed_after_it_began(store: Store) -> None:
    with store.read() as snapshot:
        assert snapshot.cases.get("c1") is None
        with store.transaction("ada") as tx:
            tx.cases.add(case_row("c1"))
        assert snapshot.cases.get("c1") is None


def test_second_writer_is_refused_as_busy_after_the_timeout(tmp_path: Path) -> None:
    first = Store.open(tmp_path / "store.db")
    second = Store.open(tmp_path / "store.db", busy_timeout_in_seconds=0.05)

    with (
        first.transaction("ada") as tx,
        pytest.raises(EngineError) as caught,
        second.transaction("bob"),
    ):
        tx.cases.add(case_row("c1"))

    assert caught.value.code is ErrorCode.STORE_BUSY
    assert caught.value.problem.location.file == str(tmp_path / "store.db")
    with second.transaction("bob") as tx:
        tx.cases.add(case_row("c2"))
    first.close()
    second.close()


def test_store_that_was_closed_refuses_commands(store: Store) -> None:
    store.close()

    with pytest.raises(EngineError) as caught, store.transaction("ada"):
        pass

    assert caught.value.code is ErrorCode.STORE_IO


def test_write_to_a_read_only_file_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = Store.open(path)
    with store._pool.connection() as database:
        database.conn.execute("PRAGMA query_only = ON")

    with pytest.raises(EngineError) as caught, store.transaction("ada") as tx:
        tx.cases.add(case_row("c1"))

    assert caught.value.code is ErrorCode.STORE_IO
    store.close()
    reopened = Store.open(path)
    with reopened.read() as snapshot:
        assert snapshot.cases.get("c1") is None
    reopened.close()


def test_full_disk_is_reported_and_nothing_of_the_command_stays(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = Store.open(path)
    with store._pool.connection() as database:
        pages = database.conn.execute("PRAGMA page_count").fetchone()[0]
        database.conn.execute(f"PRAGMA max_page_count = {pages + 1:d}")

    with pytest.raises(EngineError) as caught, store.transaction("ada") as tx:
        for number in range(1000):
            tx.cases.add(case_row(f"c{number}"))

    assert caught.value.code is ErrorCode.STORE_IO
    with store.read() as snapshot:
        assert snapshot.cases.find(limit=10) == []
    store.close()


@pytest.mark.usefixtures("waiting_for_the_disk")
def test_commit_is_durable_and_written_ahead(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "store.db")) as store, store.read() as snapshot:
        settings = {
            name: snapshot.database.conn.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_throwaway_store_does_not_wait_for_the_disk_and_keeps_what_was_committed(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.db", throwaway=True)
    with store.read() as snapshot:
        assert snapshot.database.conn.execute("PRAGMA synchronous").fetchone() == (0,)

    with store.transaction("ada") as tx:
        tx.cases.add(case_row("c1"))
    store.close()

    reopened = Store.open(tmp_path / "store.db")
    with reopened.read() as snapshot:
        assert snapshot.cases.get("c1") is not None
    reopened.close()


def test_row_that_refers_to_nothing_is_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.transaction("ada") as tx:
        tx.cases.link("no case", "no instance", tx.now)


def test_simulated_clock_stands_still_until_it_is_moved_and_is_kept(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.db", simulated_start=START)
    later = START + timedelta(days=400)
    with store.transaction("ada") as tx:
        assert tx.now == START
        tx.move_clock(later)
    store.close()

    reopened = Store.open(tmp_path / "store.db")
    assert reopened.is_simulated
    assert reopened.now() == later
    reopened.close()


def test_store_on_the_system_clock_refuses_to_become_simulated(tmp_path: Path) -> None:
    Store.open(tmp_path / "store.db").close()

    with pytest.raises(EngineError) as caught:
        Store.open(tmp_path / "store.db", simulated_start=START)

    assert caught.value.code is ErrorCode.RUN_CLOCK


def test_command_on_the_system_clock_takes_one_instant_from_the_given_clock(tmp_path: Path) -> None:
    clock = SimulatedClock(datetime(2031, 3, 3, 10, 0, tzinfo=UTC))
    store = Store.open(tmp_path / "store.db", clock=clock)

    with store.transaction("ada") as tx:
        clock.advance(timedelta(hours=1))
        assert tx.now == datetime(2031, 3, 3, 10, 0, tzinfo=UTC)
    assert store.now() == datetime(2031, 3, 3, 11, 0, tzinfo=UTC)
    store.close()


def test_ids_are_counted_in_a_simulated_store_and_random_in_another(store: Store, system_store: Store) -> None:
    with store.transaction("ada") as tx:
        assert [tx.new_id("case"), tx.new_id("case"), tx.new_id("job")] == ["case-1", "case-2", "job-1"]
    with system_store.transaction("ada") as tx:
        drawn = {tx.new_id("case") for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(each) > 20 for each in drawn)


def test_numbers_of_a_queue_have_no_hole_when_a_command_fails(store: Store) -> None:
    with store.transaction("ada") as tx:
        assert tx.next_number("letters") == 1
    with pytest.raises(RuntimeError), store.transaction("ada") as tx:
        assert tx.next_number("letters") == 2
        raise RuntimeError
    with store.transaction("ada") as tx:
        assert tx.next_number("letters") == 2
        assert tx.next_number("parcels") == 1
