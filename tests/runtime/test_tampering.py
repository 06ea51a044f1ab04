"""`verify` finds a row that was changed by other means than the engine, whatever table it stands in."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from engine.errors import ErrorCode, Problem
from engine.handlers.contract import Field, HandlerDefinition, HandlerKind, Job, JobFailure, JobResult, Services
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.runtime.conftest import ADA, START, apply_for_registration, inline
from tests.runtime.drawing import (
    boundary_timer,
    catch_message,
    diagram,
    element,
    end,
    parallel,
    root,
    service,
    signal,
    start,
    user_task,
)
from tests.runtime.hive_law import hive_law

WAITING = root(
    diagram(
        "waiting",
        start(),
        parallel("All"),
        user_task("Ask"),
        boundary_timer("Remind", "Ask", "R3/PT1H", "timeCycle", cancel=False),
        service("Work", "work", {"how": "well"}),
        service("Fail", "fail", retries=1),
        catch_message("Hear", "go"),
        element("intermediateCatchEvent", "See", '<bpmn:signalEventDefinition signalRef="Signal_seen"/>'),
        *(end(f"End{number}") for number in range(6)),
        flows="Start->All;All->Ask->End1;Remind->End0;All->Work->End2;All->Fail->End5;All->Hear->End3;All->See->End4",
        messages={"go": "=key"},
    ),
    signal("seen"),
)
LAID = "instance_id = 'instance-3'"
WAITS = "instance_id = 'instance-2'"
LATER = "'2031-03-09T11:00:00.000000+00:00'"
# what is changed: table, assignment (none: the rows go) and condition; without a condition a statement of its own
CHANGES: dict[str, tuple[str, str, str]] = {
    "state of an instance": ("process_instance", "state = replace(state, 'Hear', 'Heer')", "id = 'instance-2'"),
    "status of an instance": ("process_instance", "status = 'completed'", "id = 'instance-2'"),
    "diagram of an instance": (
        "process_instance",
        "hash = (SELECT hash FROM process_version WHERE process_id <> 'waiting' LIMIT 1)",
        "id = 'instance-2'",
    ),
    "case of an instance": ("process_instance", "case_id = 'case-1'", "id = 'instance-2'"),
    "start key of an instance": ("process_instance", "start_key = 'AP-9'", "id = 'instance-2'"),
    "start of an instance": ("process_instance", f"started_at = {LATER}", "id = 'instance-2'"),
    "end of an instance": ("process_instance", f"ended_at = {LATER}", "id = 'instance-2'"),
    "end of a suspension": ("process_instance", "suspended_at = NULL", "id = 'instance-3'"),
    "instant that is none": ("process_instance", "started_at = 'noon'", "id = 'instance-2'"),
    "job that is gone": ("job", "", f"{WAITS} AND element_id = 'Work'"),
    "type of a job": ("job", "type = 'wrok'", f"{WAITS} AND element_id = 'Work'"),
    "header of a job": ("job", "headers = replace(headers, 'well', 'ill')", f"{WAITS} AND element_id = 'Work'"),
    "variables of a job": ("job", "variables = replace(variables, 'k-1', 'k-2')", f"{WAITS} AND element_id = 'Work'"),
    "variables that cannot be read": ("job", "variables = '{'", f"{WAITS} AND element_id = 'Work'"),
    "job that was stopped": ("job", "state = 'open'", f"{WAITS} AND element_id = 'Fail'"),
    "job that is not held": ("job", "held_at = NULL", f"{LAID} AND element_id = 'Work'"),
    "user task that is done": ("job", "state = 'completed'", f"{WAITS} AND element_id = 'Ask'"),
    "groups of a user task": ("job", "candidate_groups = '[\"thieves\"]'", f"{WAITS} AND element_id = 'Ask'"),
    "assignee of a user task": ("job", "assignee = 'mallory'", f"{WAITS} AND element_id = 'Ask'"),
    "due instant of a timer": ("timer", f"due = {LATER}", WAITS),
    "timer that is gone": ("timer", "", WAITS),
    "timer that is not held": ("timer", "held_at = NULL", LAID),
    "element of a timer": ("timer", "element_id = 'Ask'", WAITS),
    "key of a subscription": ("subscription", "key = 'k-9'", f"{WAITS} AND kind = 'message'"),
    "name of a subscription": ("subscription", "name = 'sean'", f"{WAITS} AND kind = 'signal'"),
    "subscription that is gone": ("subscription", "", f"{WAITS} AND kind = 'signal'"),
    "subscription that is not held": ("subscription", "held_at = NULL", LAID),
    "state of a case": ("case_record", "state = 'revoked'", "id = 'case-1'"),
    "key of a case": ("case_record", "key = 'AP-9'", "id = 'case-1'"),
    "value of a fact": ("fact", "value = replace(value, 'Mere', 'Hine')", "name = 'keeper_name'"),
    "source of a fact": ("fact", "source = 'hearsay'", "name = 'keeper_name'"),
    "fact that is gone": ("fact", "", "name = 'keeper_name'"),
    "last day of a deadline": ("deadline", "due_date = '2031-12-24'", "name <> ''"),
    "arithmetic of a deadline": ("deadline", "steps = '[]'", "name <> ''"),
    "breach of a deadline": ("deadline", "breached = 1 - breached", "name <> ''"),
    "day on which a deadline was met": ("deadline", "met_on = '2031-03-02'", "name <> ''"),
    "change of a deadline": (
        "deadline_change",
        "INSERT INTO deadline_change (case_id, name, changed_at, what)"
        f" SELECT case_id, name, {LATER}, 'It was put off.' FROM deadline LIMIT 1",
        "",
    ),
    "timer of a deadline": ("timer", "", "kind = 'deadline'"),
    "sending of a notice": ("delivery", f"sent_at = {LATER}", "sent_at IS NOT NULL"),
    "what was said of a sending": ("delivery", "facts = '{}'", "sent_at IS NOT NULL"),
    "notice that was not sent": ("delivery", "state = 'queued', sent_at = NULL", "sent_at IS NOT NULL"),
    "notice that never went out": (
        "delivery",
        f"INSERT INTO delivery SELECT 'delivery-9', notice_id, channel, address, 'k', 'sent', 1, 0, {LATER}, NULL,"
        f" NULL, {LATER}, '{{}}' FROM delivery LIMIT 1",
        "",
    ),
    "report on a notice": (
        "delivery_report",
        f"INSERT INTO delivery_report SELECT id, 'r-1', 'delivered', {LATER}, '', 'mallory', {LATER}"
        " FROM delivery LIMIT 1",
        "",
    ),
    "somebody who may see a case": (
        "association",
        "INSERT INTO association (id, case_id, holder, role, basis, granted_at)"
        f" VALUES ('association-9', 'case-1', 'mallory', 'bee_officer', 'none', {LATER})",
        "",
    ),
    "line of the ledger": (
        "ledger",
        "INSERT INTO ledger (case_id, entry, amount, currency, on_date, details, recorded_at)"
        f" VALUES ('case-1', 'fee', '1.00', 'USD', '2031-03-04', '{{}}', {LATER})",
        "",
    ),
    "deployed table": (
        "file_blob",
        "content = CAST(replace(CAST(content AS TEXT), 'bee', 'wasp') AS BLOB)",
        "hash IN (SELECT hash FROM deployment_file WHERE name LIKE '%.dmn')",
    ),
    "file of a deployment": (
        "deployment_file",
        "hash = (SELECT hash FROM deployment_file WHERE name LIKE '%.yaml' LIMIT 1)",
        "name LIKE '%.dmn'",
    ),
    "version of a deployment": ("deployment", "version = 9", "package_id = 'hive_law'"),
    "hash of a deployment": ("deployment", "hash = 'f00'", "package_id = 'hive_law'"),
    "diagram of a process": (
        "process_version",
        "hash = (SELECT hash FROM process_version WHERE process_id <> 'waiting' LIMIT 1)",
        "process_id = 'waiting'",
    ),
    "message that starts a process": ("start_subscription", "name = 'other'", "kind = 'message'"),
    "start that is gone": ("start_subscription", "", "kind = 'message'"),
    "date of a notice": ("notice", "dated = '2031-01-01'", "id = 'notice-1'"),
    "text of a notice and its hash": (
        "notice_text",
        "text = 'Nothing.', sha256 = 'b5f4c3a6c0a8d39c4e0d4d9a8ae9c2a7e5b7d0a17bbbd3d1e1b4f7a3ef1f0f4a'",
        "notice_id = 'notice-1'",
    ),
}


def _fail(job: Job, services: Services) -> JobResult:
    raise JobFailure(Problem(ErrorCode.JOB_FAILED, "it is broken"))


HOW = Field("how", "how it is done", required=False)
WORK = HandlerDefinition("", "work", "", HandlerKind.WORKER, lambda job, services: JobResult({}), headers=(HOW,))
HANDLERS = {"work": WORK, "fail": inline(_fail)}


def opened(store: Path) -> Engine:
    return open_engine(store, spool=store.parent / "spool", clock=START, handlers=HANDLERS)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two cases and a notice, an instance that waits in every way, and one that was suspended so."""
    store = tmp_path_factory.mktemp("filled") / "store.db"
    engine = opened(store)
    engine.deploy(hive_law(), ADA)
    apply_for_registration(engine)
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)
    engine.run_due()
    engine.deploy_files({"waiting.bpmn": WAITING}, ADA)
    engine.start_process("waiting", {"key": "k-1"}, ADA)
    engine.suspend_instance(engine.start_process("waiting", {"key": "k-1"}, ADA).id, ADA, reason="a strike")
    apply_for_registration(engine, "AP-2")
    assert engine.verify().problems == ()
    engine.close()
    return store


def test_store_that_was_only_copied_verifies(filled: Path, tmp_path: Path) -> None:
    shutil.copy(filled, tmp_path / "store.db")

    engine = opened(tmp_path / "store.db")
    report = engine.verify()
    engine.close()

    assert (report.problems, report.rebuilt) == ((), 4)


@pytest.mark.parametrize("name", CHANGES)
def test_row_that_was_changed_by_other_means_is_found(filled: Path, tmp_path: Path, name: str) -> None:
    table, assignment, where = CHANGES[name]
    store = tmp_path / "store.db"
    shutil.copy(filled, store)
    connection = sqlite3.connect(store)
    done = f"UPDATE {table} SET {assignment}" if assignment else f"DELETE FROM {table}"
    changed = connection.execute(f"{done} WHERE {where}" if where else assignment).rowcount
    connection.commit()
    connection.close()

    engine = opened(store)
    report = engine.verify()
    engine.close()

    assert changed > 0, "the test changes something"
    assert {problem.code for problem in report.problems} == {ErrorCode.STORE_CHAIN}


def test_row_that_cannot_be_read_is_told_and_the_others_are_checked_all_the_same(filled: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    shutil.copy(filled, store)
    connection = sqlite3.connect(store)
    connection.execute(f"UPDATE timer SET due = 'soon' WHERE {WAITS}")
    connection.execute(f"UPDATE subscription SET key = 'k-9' WHERE {LAID} AND kind = 'message'")
    connection.commit()
    connection.close()

    engine = opened(store)
    report = engine.verify()
    engine.close()

    assert [problem.location.part for problem in report.problems] == ["instance instance-2", "instance instance-3"]
