"""Operator commands at the command line: what they print, their exit codes, and the actor and reason in the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.handlers.contract import Actor
from engine.wiring import open_engine
from tests.runtime.drawing import diagram, end, service, start, user_task
from tests.tools.project import run_cli

FIRST = diagram("p", start(), user_task("Ask"), end(), flows="Start->Ask->End")
SECOND = diagram("p", start(), user_task("Enquire"), user_task("Look"), end(), flows="Start->Enquire->Look->End")
BROKEN = diagram("q", start(), service("Open", "case.open", {"case_type": "none"}), end(), flows="Start->Open->End")
ADA = Actor("ada")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with two instances of p on version 1, of which version 2 is deployed."""
    engine = open_engine(tmp_path / "store.sqlite")
    engine.deploy_files({"p.bpmn": FIRST}, ADA)
    for _ in range(2):
        engine.start_process("p", {}, ADA)
    engine.deploy_files({"p.bpmn": SECOND}, ADA)
    engine.close()
    return tmp_path


def ids(store: Path) -> list[tuple[str, str]]:
    """Each instance with the element instance at which it stands."""
    engine = open_engine(store / "store.sqlite")
    found = [(view.id, view.active_elements[0][1]) for view in engine.instances()]
    engine.close()
    return found


def last_entry(store: Path, instance_id: str, word: str) -> tuple[str, str]:
    engine = open_engine(store / "store.sqlite")
    entry = [each for each in engine.timeline(instance_id=instance_id) if word in each.what][-1]
    assert engine.verify().ok
    engine.close()
    return entry.what, entry.actor


def test_instance_is_suspended_resumed_and_moved_to_its_end(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (instance_id, element_instance_id), _ = ids(store)
    given = ("--store", store, "--by", "bea")

    codes = [
        run_cli("suspend", instance_id, "--reason", "a complaint", *given),
        run_cli("instances", "--store", store, "--status", "suspended"),
        run_cli("resume", instance_id, "--reason", "settled", "--credit-timers", *given),
        run_cli("move", instance_id, element_instance_id, "End", "--reason", "answered by letter", *given),
    ]

    out = capsys.readouterr().out
    assert codes == [0, 0, 0, 0]
    assert f"{instance_id} (p): suspended, at Ask" in out
    assert f"{instance_id} (p): active, at Ask" in out
    assert f"{instance_id} (p): completed" in out
    assert last_entry(store, instance_id, "suspended") == ("Process suspended: a complaint", "bea")
    assert last_entry(store, instance_id, "moved") == ("Token moved from Ask to End: answered by letter", "bea")


def test_instance_is_cancelled_with_the_reason_in_the_log(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (first, _), _ = ids(store)

    code = run_cli("cancel", first, "--reason", "sent in error", "--by", "bea", "--store", store)
    again = run_cli("cancel", first, "--reason", "sent in error", "--store", store)

    said = capsys.readouterr()
    assert (code, again) == (0, 2)
    assert f"{first} (p): terminated" in said.out
    assert "RUN_" in said.err
    what, actor = last_entry(store, first, "sent in error")
    assert (actor, "sent in error" in what) == ("bea", True)


def test_migration_is_planned_then_applied_and_tells_what_cannot_be_done(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    (first, element_instance_id), (second, _) = ids(store)

    # when
    refused = run_cli("migrate", "p", "--plan", "--store", store)
    said = capsys.readouterr()
    planned = run_cli("migrate", "p", "--map", "Ask=Enquire", "--store", store)
    applied = run_cli(
        "migrate", "p", "--apply", "--map", "Ask=Enquire", "--instance", first, "--reason", "new", "--store", store
    )

    # then
    out = capsys.readouterr().out
    assert (refused, planned, applied) == (1, 0, 0)
    assert f"{first} (version 1) cannot be migrated" in said.out
    assert "RUN_MIGRATION: Ask" in said.out and 'the new version has no element "Ask"' in said.out
    assert said.err == ""
    assert "p: 0 can be migrated to version 2, 2 left alone." in said.out
    assert f"  Ask -> Enquire ({element_instance_id})" in out
    assert "p: 2 can be migrated to version 2." in out
    assert "p: 1 migrated to version 2." in out
    assert last_entry(store, first, "migrated") == ("Process migrated from version 1 to 2: new", "operator")
    assert ids(store)[1][0] == second


def test_incident_is_resolved_at_the_command_line(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = open_engine(store / "store.sqlite")
    engine.deploy_files({"q.bpmn": BROKEN}, ADA)
    instance = engine.start_process("q", {}, ADA)
    (incident,) = engine.incidents()
    engine.close()

    run_cli("instances", "--store", store)
    listed = capsys.readouterr().out
    code = run_cli("resolve", incident.id, "--reason", "try again", "--store", store)

    out = capsys.readouterr().out
    assert code == 0
    assert f"{incident.id} at {incident.element_id} of {instance.id}: {incident.code}" in listed
    assert f"{incident.id}: resolved" in out
    assert f"{instance.id} (q): active, at Open" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("suspend", "instance-9", "--reason", "why"), "RUN_NOT_FOUND"),
        (("migrate", "q"), "RUN_UNKNOWN_PROCESS"),
        (("migrate", "p", "--apply"), "JOB_INPUT"),
        (("migrate", "p", "--map", "Ask"), "expected OLD=NEW"),
        (("suspend", "instance-9"), "--reason"),
    ],
)
def test_command_that_cannot_be_done_ends_with_two_and_the_reason(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert run_cli(*arguments, "--store", store) == 2
    assert said in capsys.readouterr().err
