"""The command line: what each subcommand prints, and its exit codes 0, 1 and 2."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.tools.project import make_project, replace_in, run_cli
from tools.cli import COMMANDS, GROUPS
from tools.commands.common import OPERATOR, opened_store

ROOT = Path(__file__).parents[2]

SCENARIOS = Path("processes/lantern_market/scenarios")


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch)


# ---- simulate ----


def test_simulate_of_a_folder_prints_one_line_a_scenario_and_ends_well(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("simulate", SCENARIOS)

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert out.count("ok      ") == 4
    assert "4 scenarios played, 0 failed." in out


def test_simulate_of_a_differing_expectation_ends_with_one_and_shows_the_difference(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    replace_in(law / "scenarios" / "certificate_in_time.yaml", "due: 2024-03-07", "due: 2024-03-06")

    # when
    code = run_cli("simulate", SCENARIOS / "certificate_in_time.yaml")

    # then
    out = capsys.readouterr().out
    assert code == 1
    assert "FAILED  A missing certificate comes on the last day and the stall is granted" in out
    assert "expected  deadline certificate, due: 2024-03-06 (Wednesday) (line 24)" in out
    assert "but got   due: 2024-03-07 (Thursday)" in out
    assert "clause    lmo:3(2); L-01" in out


def test_simulate_of_an_unreadable_scenario_ends_with_two_and_plays_the_others(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    replace_in(law / "scenarios" / "fee_short.yaml", "event: stall requested", "event: stall requestd")

    # when
    code = run_cli("simulate", SCENARIOS)

    # then
    printed = capsys.readouterr()
    assert code == 2
    assert "3 scenarios played, 0 failed." in printed.out
    assert 'LAW_UNKNOWN_EVENT: the law knows no event "stall requestd". Did you mean "stall requested"?' in printed.err
    assert "fee_short.yaml > events[0] > event (line 7)" in printed.err
    assert "Traceback" not in printed.err


def test_simulate_in_two_processes_prints_the_same_in_the_same_order(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    run_cli("simulate", SCENARIOS)
    alone = capsys.readouterr().out

    # when
    code = run_cli("simulate", SCENARIOS, "-j", "2")

    # then
    assert code == 0
    assert capsys.readouterr().out == alone


def test_simulate_plays_the_models_as_they_are_at_each_call(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    assert run_cli("simulate", SCENARIOS / "certificate_in_time.yaml") == 0
    replace_in(law / "notices" / "fine.md", "{{ report_number }}", "{{ report_numbr }}")

    # when
    code = run_cli("simulate", SCENARIOS / "certificate_in_time.yaml")

    # then
    assert code == 2
    assert "1 file cannot be read." in capsys.readouterr().out


def test_simulate_verbose_prints_the_timeline_and_reopening_changes_nothing(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    run_cli("simulate", "-v", SCENARIOS / "certificate_in_time.yaml")
    straight = capsys.readouterr().out
    run_cli("simulate", "-v", "--reopen", SCENARIOS / "certificate_in_time.yaml")
    reopened = capsys.readouterr().out

    # then
    assert "Wednesday 28 February 2024 ─" in straight
    assert "Activity_AskForCertificate" in straight
    assert straight == reopened


# ---- run, and what can be asked of its store ----


def test_run_plays_the_main_scenario_and_leaves_a_store_that_can_be_asked(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("run", "--no-serve", "--store", "store")

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "Deployed Lantern Market Ordinance (invented)" in out
    assert "ok      A missing certificate" in out
    assert Path("store/store.sqlite").is_file()

    # and
    assert run_cli("verify", "--store", "store") == 0
    assert "unbroken" in capsys.readouterr().out
    assert run_cli("deadlines", "--store", "store") == 0
    listed = capsys.readouterr().out
    assert "2024-03-07" in listed
    assert "lmo:3(2)" in listed
    assert run_cli("deadlines", "--breached", "--store", "store") == 0
    assert "No deadlines." in capsys.readouterr().out
    assert run_cli("worker", "--once", "--store", "store") == 0
    assert "0 pieces of work done." in capsys.readouterr().out


def test_run_twice_prints_the_same_and_replaces_the_simulated_store(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    run_cli("run", "--no-serve", "--store", "store")
    first = capsys.readouterr().out
    run_cli("run", "--no-serve", "--store", "store")
    second = capsys.readouterr().out

    # then
    assert first == second


def test_run_never_replaces_a_store_on_the_clock_of_the_machine(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    assert run_cli("deploy", law, "--store", "store") == 0
    capsys.readouterr()

    # when
    code = run_cli("run", "--no-serve", "--store", "store")

    # then
    assert code == 2
    assert "RUN_CLOCK: expected a simulated store in store" in capsys.readouterr().err
    assert run_cli("verify", "--store", "store") == 0


def test_run_never_replaces_a_store_that_somebody_works_on(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    assert run_cli("run", "--no-serve", "--store", "store") == 0
    capsys.readouterr()

    with opened_store(Path("store")) as engine:
        # when
        code = run_cli("run", "--no-serve", "--store", "store")
        beside = run_cli("verify", "--store", "store")

        # then
        assert (code, beside) == (2, 0)
        assert "STORE_BUSY: another process works on the store in store." in capsys.readouterr().err
        assert engine.verify().ok

    assert run_cli("run", "--no-serve", "--store", "store") == 0


def test_run_with_a_failing_scenario_ends_with_one(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    replace_in(law / "scenarios" / "certificate_in_time.yaml", "state: granted, on: 2024-03-07", "state: lapsed")

    # when
    code = run_cli("run", "--no-serve", "--store", "store")

    # then
    assert code == 1
    assert "states reached: granted on 2024-03-07 (Thursday)" in capsys.readouterr().out


def test_run_outside_a_project_says_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    monkeypatch.chdir(tmp_path)

    # when
    code = run_cli("run", "--no-serve")

    # then
    assert code == 2
    assert "SCENARIO_INVALID: expected a law package" in capsys.readouterr().err


def test_serve_on_a_taken_port_is_refused_before_anything_is_done(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    from tools.service import listen

    with listen(0) as taken:
        # when
        code = run_cli("run", "--store", "store", "--port", str(taken.getsockname()[1]))

    # then
    assert code == 2
    assert "cannot be had" in capsys.readouterr().err
    assert not Path("store").exists()


# ---- deploy ----


@pytest.mark.parametrize("path", [".", "package.yaml", "stall_fine.bpmn", "decisions/stall_fee.dmn"])
def test_deploy_takes_manifest_folder_or_a_model_of_the_package(
    law: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("deploy", law / path, "--store", "store")
    first = capsys.readouterr().out
    again = run_cli("deploy", law / path, "--store", "store")

    # then
    assert (code, again) == (0, 0)
    assert "version 1 deployed" in first
    assert "process stall_permit version 1" in first
    assert "already deployed, nothing changed" in capsys.readouterr().out


def test_deploy_of_a_broken_model_shows_every_problem_and_stores_nothing(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    run_cli("deploy", law, "--store", "store")
    replace_in(law / "stall_permit.bpmn", 'type="case.open"', 'type="case.opne"')
    replace_in(law / "stall_fine.bpmn", 'decisionId="Decision_Fine"', 'decisionId="Decision_Fin"')
    capsys.readouterr()

    # when
    code = run_cli("deploy", law, "--store", "store")

    # then
    said = capsys.readouterr().err
    assert code == 2
    assert "BPMN_UNKNOWN_JOB_TYPE" in said
    assert "BPMN_UNKNOWN_DECISION" in said
    assert "Activity_OpenRequest" in said
    run_cli("deadlines", "--store", "store")
    assert "No deadlines." in capsys.readouterr().out


def test_instances_in_a_state_that_there_is_not_are_refused_with_those_that_there_are(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    run_cli("deploy", law, "--store", "store")
    capsys.readouterr()

    # when
    code = run_cli("instances", "--status", "finished", "--store", "store")

    # then
    assert code == 2
    assert "'completed'" in capsys.readouterr().err
    assert run_cli("instances", "--status", "completed", "--store", "store") == 0
    assert "No instances." in capsys.readouterr().out


@pytest.mark.parametrize("person", ["bad name!", "engine", "link:token-1", "", "a" * 101])
def test_key_is_not_given_to_a_name_under_which_nobody_may_act(
    law: Path, person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli("deploy", law, "--store", "store") == 0
    capsys.readouterr()

    assert run_cli("keys", "add", person, "--role", "market_clerk", "--store", "store") == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "nobody may act under the name" in printed.err
    with opened_store(Path("store")) as engine:
        assert not engine.has_api_keys()


@pytest.mark.parametrize("words", [(), ("simulate",), ("keys",), ("keys", "add")])
def test_help_is_had_by_its_short_name_too(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(*words, "-h") == 0
    short = capsys.readouterr().out
    assert run_cli(*words, "--help") == 0

    assert short == capsys.readouterr().out
    assert "Usage: clauseflow" in short


def test_key_of_a_store_at_the_end_of_the_calendar_is_refused_with_what_to_do(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    run_cli("run", "--no-serve", "--store", "store")
    with opened_store(Path("store")) as engine:
        engine.advance_clock(datetime(9999, 12, 31, tzinfo=UTC), OPERATOR)
    capsys.readouterr()

    # when
    code = run_cli("keys", "add", "ada", "--role", "market_clerk", "--days", "90", "--store", "store")

    # then
    refused = capsys.readouterr().err
    assert code == 2
    assert "RUN_CLOCK" in refused
    assert "without --days" in refused
    assert run_cli("keys", "add", "ada", "--role", "market_clerk", "--store", "store") == 0
    given_out = capsys.readouterr()
    assert given_out.out.startswith("cfk_key-1.")
    assert "not shown again" in given_out.err


def test_deploy_of_a_model_that_no_package_lists_is_refused(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    (law / "stray.dmn").write_text("<definitions/>", encoding="utf-8")

    # when
    code = run_cli("deploy", law / "stray.dmn", "--store", "store")

    # then
    assert code == 2
    assert "LAW_UNKNOWN_PACKAGE: no law package lists the model" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["verify", "deadlines", "worker"])
def test_command_on_a_store_that_is_not_there_ends_with_two(
    law: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli(command, "--store", "nowhere")

    # then
    assert code == 2
    assert "STORE_IO: expected a store in nowhere" in capsys.readouterr().err
    assert not Path("nowhere").exists()


# ---- check and trace ----


def test_check_of_the_project_finds_no_error(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("check")

    # then
    assert code == 0
    assert "packages lantern_market; 6 models, 4 scenarios. 0 errors" in capsys.readouterr().out


def test_check_shows_what_is_wrong_in_all_files_at_once_and_ends_with_one(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    replace_in(law / "stall_permit.bpmn", "[lmo:4]", "[lmo:44]")
    replace_in(law / "scenarios" / "fee_short.yaml", "state: returned", "state: retruned")

    # when
    code = run_cli("check")

    # then
    said = capsys.readouterr().out
    assert code == 1
    assert 'no register knows the clause "lmo:44"' in said
    assert 'Did you mean "returned"?' in said


def test_trace_prints_the_matrix_with_what_is_proven_and_what_is_open(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("trace")

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "lmo:3(3)" in out
    assert "certificate_too_late" in out
    assert "9 clauses: 9 proven, 0 out of scope with a reason, 0 open." in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_trace_of_one_clause_shows_all_that_touches_it(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("trace", "--clause", "5(3)")

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "1 clause: 1 proven, 0 out of scope with a reason, 0 open." in out
    assert "stall_fine > Activity_DecideLateFine" in out
    assert "notice fine_overdue" in out
    assert "lmo:5(2)" not in out


def test_trace_of_an_unknown_clause_is_refused_with_the_nearest(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("trace", "--clause", "lmo:5(9)")

    # then
    assert code == 2
    assert 'LAW_UNKNOWN_CLAUSE: no register knows the clause "lmo:5(9)"' in capsys.readouterr().err


def test_trace_back_lists_places_with_clauses_and_scenarios(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("trace", "--back")

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "rule Rule_FireLane" in out
    assert "places that cite a clause" in out


# ---- all ----


def test_every_command_has_a_help_text(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        assert run_cli(name, "--help") == 0
        out = capsys.readouterr().out
        assert f"clauseflow {name}" in out
        assert len(out.splitlines()) > 5


def test_help_names_every_command_with_its_whole_line_and_loads_none() -> None:
    # given
    ask = "import sys; from tools.cli import main\ntry:\n    main(['--help'])\nfinally:\n    print(*sys.modules)"

    # when
    ended = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    # then
    *listed, loaded = ended.stdout.splitlines()
    for name, subcommand in {**COMMANDS, **GROUPS}.items():
        assert any(line.split() == [name, *subcommand.line.split()] for line in listed), name
    assert "tools.commands" not in loaded
    assert "engine.runtime" not in loaded


def test_output_that_nobody_can_take_is_told_without_a_traceback() -> None:
    ask = [sys.executable, "-m", "tools.cli", "ask", "--list"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(ask, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT)

    assert ended.returncode == 2
    assert ended.stderr.startswith("STORE_IO: the machine refuses to read or write: No space left on device.\nDo: ")
    assert "Traceback" not in ended.stderr


def test_output_to_a_terminal_of_ascii_alone_is_escaped(law: Path) -> None:
    ask = [sys.executable, "-m", "tools.cli", "simulate", "processes/lantern_market/scenarios/fee_short.yaml", "-v"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}

    ended = subprocess.run(ask, capture_output=True, text=True, env=environment)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\\u2500" in ended.stdout


def test_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli("--version") == 0
    assert capsys.readouterr().out == f"clauseflow {version('clauseflow')}\n"


def test_unknown_command_and_missing_argument_end_with_two(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli("simulte") == 2
    assert run_cli("simulate") == 2
    assert "Traceback" not in capsys.readouterr().err
