"""The schema: fresh equals migrated, step by step, and what is no store of ours is refused untouched."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode
from engine.store import Store, check_chain, dump_schema
from engine.store.log import START_OF_CHAIN, commitment_of, hash_of
from engine.store.migrate import Migration, apply_migrations, schema_version, shipped_migrations, statements_of


def schema_of(path: Path) -> list[str]:
    store = Store.open(path)
    with store.read() as snapshot:
        schema = dump_schema(snapshot)
    store.close()
    return schema


def test_schema_migrated_one_step_at_a_time_equals_a_fresh_one(tmp_path: Path) -> None:
    migrations = shipped_migrations()
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    for count in range(1, len(migrations) + 1):
        apply_migrations(connection, migrations[:count], file="old.db")
        assert schema_version(connection) == count
    connection.close()

    assert schema_of(tmp_path / "old.db") == schema_of(tmp_path / "fresh.db")


def test_schema_of_a_store_opened_twice_is_unchanged(tmp_path: Path) -> None:
    first = schema_of(tmp_path / "store.db")

    assert schema_of(tmp_path / "store.db") == first


def test_every_table_is_strict(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.db")
    with store.read() as snapshot:
        tables = snapshot.database.conn.execute(
            "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
    store.close()

    assert len(tables) > 20
    assert [name for name, strict in tables if not strict] == []


def test_store_of_a_newer_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    Store.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()

    with pytest.raises(EngineError) as caught:
        Store.open(path)

    assert caught.value.code is ErrorCode.STORE_SCHEMA
    assert caught.value.problem.location.file == str(path)
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (999,)


def test_store_whose_tables_are_not_those_of_its_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "changed.db"
    Store.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE log RENAME COLUMN roles TO parts")
    connection.close()

    with pytest.raises(EngineError) as caught:
        Store.open(path)

    assert caught.value.code is ErrorCode.STORE_SCHEMA
    assert caught.value.problem.location.file == str(path)


def test_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()

    with pytest.raises(EngineError) as caught:
        Store.open(path)

    assert caught.value.code is ErrorCode.STORE_SCHEMA
    assert sqlite3.connect(path).execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 200, encoding="utf-8")

    with pytest.raises(EngineError) as caught:
        Store.open(path)

    assert caught.value.code is ErrorCode.STORE_IO


def test_path_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        Store.open(tmp_path / "missing" / "store.db")

    assert caught.value.code is ErrorCode.STORE_IO


def test_migration_that_fails_leaves_the_schema_as_it_was(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    broken = Migration(1, "0001_broken.sql", "CREATE TABLE one (a TEXT) STRICT;\nCREATE TABLE one (b TEXT) STRICT;\n")

    with pytest.raises(sqlite3.OperationalError):
        apply_migrations(connection, [broken], file="store.db")

    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert schema_version(connection) == 0


def test_statements_of_a_script_keep_triggers_whole() -> None:
    script = (
        "-- why\nCREATE TABLE a (b TEXT);\nCREATE TRIGGER t BEFORE DELETE ON a\nBEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\n"
    )

    assert [statement.split()[0:2] for statement in statements_of(script)] == [["--", "why"], ["CREATE", "TRIGGER"]]


def test_script_that_ends_within_a_statement_is_refused() -> None:
    with pytest.raises(EngineError) as caught:
        statements_of("CREATE TABLE a (\n  b TEXT\n")

    assert caught.value.code is ErrorCode.STORE_SCHEMA


def test_log_that_kept_its_payloads_apart_still_verifies_and_what_was_erased_stays_so(tmp_path: Path) -> None:
    path, before = tmp_path / "old.db", START_OF_CHAIN
    connection = sqlite3.connect(path, isolation_level=None)
    apply_migrations(connection, shipped_migrations()[:6], file="old.db")
    for seq, salt in enumerate((b"one", b"two", b"three"), 1):
        payload, row = f'[{{"number":{seq}}}]', (seq, "2030-01-01T00:00:00+00:00", "ada", "[]", None, None)
        commitment = commitment_of(salt, payload)
        visible = (*row, '[["fact",null]]')
        own = hash_of(before, visible, commitment)
        connection.execute("INSERT INTO log VALUES (?,?,?,?,?,?,?,?,?,?)", (*visible, commitment, before, own))
        connection.execute("INSERT INTO log_payload VALUES (?,?,?)", (seq, salt, payload))
        before = own
    connection.execute("DELETE FROM log_payload WHERE seq = 2")
    connection.close()

    store = Store.open(path)

    with store.read() as snapshot:
        assert [entry.data for entry in snapshot.history.all(limit=9)] == [{"number": 1}, None, {"number": 3}]
        report = check_chain(snapshot.history.links())
    assert (report.problems, report.entries, report.erased, report.head) == ((), 3, 1, before.hex())
    store.close()
