"""`verify`: an untouched store passes, a changed one is shown the place, an erased one still passes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from engine.errors import ErrorCode
from engine.handlers.contract import JobResult
from engine.runtime import Engine
from tests.runtime.conftest import ADA, apply_for_registration, inline
from tests.runtime.drawing import diagram, element, end, service, start, user_task
from tests.runtime.hive_law import hive_law


def filled(open_store: Callable[..., Engine]) -> Engine:
    engine = open_store()
    engine.deploy(hive_law(), ADA)
    apply_for_registration(engine)
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)
    engine.run_due()
    return engine


def test_store_that_nobody_touched_verifies(open_store: Callable[..., Engine]) -> None:
    report = filled(open_store).verify()

    assert report.ok
    assert report.entries > 50
    assert report.erased == 0


def test_number_with_more_digits_than_feel_has_is_kept_as_it_is_read_back(open_store: Callable[..., Engine]) -> None:
    third = Decimal("0." + "3" * 40)
    engine = open_store(handlers={"third": inline(lambda job, services: JobResult({"third": third}))})
    engine.deploy_files(
        {"p.bpmn": diagram("p", start(), service("A", "third"), user_task("T"), end(), flows="Start->A->T->End")}, ADA
    )

    view = engine.start_process("p", {}, ADA)

    assert view.variables["third"] == Decimal("0." + "3" * 34)
    assert engine.verify().problems == ()


def test_changed_payload_is_found(open_store: Callable[..., Engine], tmp_path: Path) -> None:
    filled(open_store).close()
    connection = sqlite3.connect(tmp_path / "store.db")
    connection.execute("DROP TRIGGER log_is_only_erased")
    (seq,) = connection.execute("SELECT min(seq) FROM log WHERE payload LIKE '%Mere%'").fetchone()
    connection.execute("UPDATE log SET payload = replace(payload, 'Mere', 'Hine') WHERE seq = ?", (seq,))
    connection.commit()
    connection.close()

    report = open_store(checked=False).verify()

    assert [(problem.code, problem.location.part) for problem in report.problems] == [
        (ErrorCode.STORE_CHAIN, f"log entry {seq}"),
        (ErrorCode.STORE_CHAIN, "case case-1"),
    ], "the entry is not what was hashed, and the record not what the entry now says"


def test_changed_notice_text_is_found(open_store: Callable[..., Engine], tmp_path: Path) -> None:
    filled(open_store).close()
    connection = sqlite3.connect(tmp_path / "store.db")
    connection.execute("UPDATE notice_text SET text = replace(text, '20.00', '2.00') WHERE media_type = 'text/plain'")
    connection.commit()
    connection.close()

    report = open_store(checked=False).verify()

    (problem,) = report.problems
    assert (problem.code, problem.location.part) == (ErrorCode.STORE_CHAIN, "notice notice-1")


def test_erased_payloads_are_counted_and_shown_as_erased(open_store: Callable[..., Engine]) -> None:
    engine = filled(open_store)
    (event,) = [entry for entry in engine.timeline() if entry.data.get("event") == "registration applied for"]
    with engine._store.transaction("compliance") as tx:
        tx.log.erase_payload(event.seq)

    report = engine.verify()

    assert report.ok
    erased = [entry for entry in engine.timeline(detail=True) if entry.what == "erased"]
    assert report.erased == len(erased) > 1, "the entries of one command about one case go together"
    (shown,) = [entry for entry in engine.timeline() if entry.seq == event.seq]
    assert (shown.what, shown.kind, shown.data) == ("erased", "event", {})


def test_state_that_was_changed_by_other_means_is_found_by_the_rebuild(
    open_store: Callable[..., Engine], tmp_path: Path
) -> None:
    filled(open_store).close()
    connection = sqlite3.connect(tmp_path / "store.db")
    connection.execute("UPDATE process_instance SET state = replace(state, 'Mere Tane', 'Hine Tane')")
    connection.commit()
    connection.close()

    report = open_store(checked=False).verify()

    (problem,) = report.problems
    assert (problem.code, problem.location.part) == (ErrorCode.STORE_CHAIN, "instance instance-1")


def test_every_instance_is_rebuilt_from_the_log(open_store: Callable[..., Engine]) -> None:
    engine = filled(open_store)
    apply_for_registration(engine, "AP-2")

    report = engine.verify()

    assert (report.ok, report.rebuilt) == (True, 2)


def test_instance_with_an_erased_command_is_not_rebuilt_and_no_fault(open_store: Callable[..., Engine]) -> None:
    engine = filled(open_store)
    started = [entry for entry in engine.timeline() if entry.what.startswith("Process started")]
    with engine._store.transaction("compliance") as tx:
        tx.log.erase_payload(started[0].seq)

    report = engine.verify()

    assert (report.ok, report.rebuilt) == (True, 0)
    assert report.erased > 0


def test_call_of_the_instant_of_a_new_deployment_is_rebuilt_with_the_version_that_was_called(
    open_store: Callable[..., Engine],
) -> None:
    """On a clock that stands still, only the log can tell which version the call took."""
    engine = open_store()
    call = element(
        "callActivity",
        "Call",
        '<bpmn:extensionElements><zeebe:calledElement processId="called"/></bpmn:extensionElements>',
    )
    caller = diagram("caller", start(), call, end(), flows="Start->Call->End")
    first = diagram("called", start(), user_task("First"), end(), flows="Start->First->End")
    second = diagram("called", start(), user_task("Second"), end(), flows="Start->Second->End")
    engine.deploy_files({"caller.bpmn": caller, "called.bpmn": first}, ADA)
    before = engine.start_process("caller", {}, ADA)
    engine.deploy_files({"called.bpmn": second}, ADA)
    after = engine.start_process("caller", {}, ADA)

    report = engine.verify()

    assert (report.problems, report.rebuilt) == ((), 2)
    assert [view.active_elements[-1][0] for view in (before, after)] == ["First", "Second"]


def test_log_says_in_which_roles_an_actor_acted(open_store: Callable[..., Engine]) -> None:
    engine = filled(open_store)

    roles = {(entry.actor, entry.roles) for entry in engine.timeline()}

    assert roles == {("ada", ("bee_officer",)), ("engine", ("engine",))}
