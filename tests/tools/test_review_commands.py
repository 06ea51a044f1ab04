"""`clauseflow trace --gate` and its formats, `explain` and `verify ARCHIVE`, as a reviewer calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.project import make_project, replace_in, run_cli
from tools.commands.progress import progress_bar


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch)


@pytest.fixture
def results(law: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """What two scenarios proved, written by `simulate`."""
    assert run_cli("simulate", *chosen(law), "--json", "results.json") == 0
    capsys.readouterr()
    return Path("results.json")


def chosen(law: Path) -> list[Path]:
    return [law / "scenarios" / "certificate_in_time.yaml", law / "scenarios" / "certificate_too_late.yaml"]


def with_scenarios(law: Path) -> list[str]:
    return [word for path in chosen(law) for word in ("--scenarios", str(path))]


# ---- the gate ----


def test_gate_is_open_and_says_what_it_judged(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("trace", "--gate")

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "9 clauses in force: 9 carried out." in out
    assert "0 findings; the gate is open." in out


def test_gate_closes_on_clauses_that_the_results_do_not_prove(
    law: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("trace", "--gate", "--results", results, *with_scenarios(law))

    # then
    captured = capsys.readouterr()
    assert code == 1
    assert "TRACE_UNPROVEN" in captured.out
    assert "Clause: lmo:5(1)" in captured.out
    assert "the gate is closed." in captured.out
    assert captured.err == ""


def test_gate_as_data_has_findings_with_code_place_and_clause(
    law: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("trace", "--gate", "--json", "--results", results, *with_scenarios(law))

    # then
    data = json.loads(capsys.readouterr().out)
    assert code == 1
    assert data["ok"] is False
    assert data["packages"]["lantern_market"]["clauses"] == 9
    assert {"code": "TRACE_UNPROVEN", "clause": "lmo:2(2)", "file": "law/register.yaml"}.items() <= {
        **data["findings"][0]
    }.items()


def test_gate_closes_before_playing_when_a_clause_that_does_not_exist_is_cited(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    replace_in(law / "stall_permit.bpmn", "[lmo:4]", "[lmo:44]")

    # when
    code = run_cli("trace", "--gate")

    # then
    captured = capsys.readouterr()
    assert code == 1
    assert 'no register knows the clause "lmo:44". Did you mean "lmo:4"?' in captured.out
    assert "not played, the findings above come first." in captured.out


def test_results_of_an_earlier_law_are_refused(law: Path, results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    replace_in(law / "decisions" / "stall_fee.dmn", "<text>200</text>", "<text>201</text>")

    # then
    assert run_cli("trace", "--results", results, *with_scenarios(law)) == 2
    assert "TRACE_RESULTS" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [("--gate", "--back"), ("--gate", "--clause", "4"), ("--store", "x"), ("--jobs", "0"), ("--format", "pdf")],
)
def test_options_that_do_not_go_together_end_with_two(
    law: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli("trace", *arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


# ---- formats ----


@pytest.mark.parametrize(
    ("form", "begins"), [("markdown", "# "), ("html", "<!DOCTYPE html>"), ("csv", "Sheet,Clause"), ("json", "[")]
)
def test_matrix_is_written_to_a_file_in_each_format(
    law: Path, results: Path, form: str, begins: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("trace", "--results", results, *with_scenarios(law), "--format", form, "--out", "matrix")

    # then
    assert code == 0
    assert "Written: matrix" in capsys.readouterr().out
    assert Path("matrix").read_text(encoding="utf-8").startswith(begins)


def test_file_that_cannot_be_written_ends_with_two(
    law: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments: list[str | Path] = [
        "--results",
        results,
        *with_scenarios(law),
        "--format",
        "csv",
        "--out",
        "no/such/m.csv",
    ]
    assert run_cli("trace", *arguments) == 2
    assert "the file cannot be written" in capsys.readouterr().err


# ---- a case, its page and its archive ----


@pytest.fixture
def store(law: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    scenario = law / "scenarios" / "certificate_too_late.yaml"
    assert run_cli("run", "--no-serve", "--store", "store", "--scenario", scenario) == 0
    capsys.readouterr()
    return Path("store")


def test_clause_with_a_store_lists_the_instances_that_it_touches(
    law: Path, results: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("trace", "--clause", "3(2)", "--store", store, "--results", results, *with_scenarios(law))

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "1 instance with something that cites it: 0 under way, 0 standing at such an element now." in out
    assert "R-2" in out


def test_case_is_explained_archived_and_verified(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    assert run_cli("explain", "R-2", "--store", store, "--out", "case.html", "--archive", "case.zip") == 0
    code = run_cli("verify", "case.zip", "--store", store)

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "Stall request R-2: record of the case" in Path("case.html").read_text(encoding="utf-8")
    assert "4 decisions evaluated again, 2 deadlines computed again." in out
    assert "Compared with the store, row by row." in out
    assert "The archive is intact." in out


def test_page_goes_to_standard_output_when_no_file_is_named(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli("explain", "R-2", "--store", store) == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")


def test_archive_that_was_changed_ends_with_one_and_says_where(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    assert run_cli("explain", "R-2", "--store", store, "--archive", "case.zip") == 0
    data = bytearray(Path("case.zip").read_bytes())
    data[-100] ^= 1
    Path("case.zip").write_bytes(data)

    # when
    code = run_cli("verify", "case.zip")

    # then
    captured = capsys.readouterr()
    assert code in (1, 2)
    assert "ARCHIVE_" in (captured.out if code == 1 else captured.err)


def test_report_on_an_archive_as_data(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    assert run_cli("explain", "R-2", "--store", store, "--archive", "case.zip") == 0
    capsys.readouterr()

    # when
    code = run_cli("verify", "case.zip", "--json")

    # then
    data = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (data["ok"], data["decisions"], data["compared_with_store"]) == (True, 4, False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "nobody", "--store", "store"), "RUN_NOT_FOUND"),
        (("explain", "R-2", "--store", "elsewhere"), "STORE_IO"),
        (("explain", "R-2", "--store", "store", "--archive", "no/folder/a.zip"), "STORE_IO"),
        (("verify", "nothing.zip"), "ARCHIVE_INVALID"),
        (("verify", "processes/lantern_market/package.yaml"), "package.yaml\nARCHIVE_INVALID"),
        (("verify", "--json"), "goes with an archive"),
    ],
)
def test_nonsense_is_refused_with_a_reason(
    store: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli(*arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("scenarios", "jobs", "said"),
    [
        (39, 1, ""),
        (40, 1, "Playing 40 scenarios, for about 10 seconds."),
        (480, 2, "Playing 480 scenarios, for about 60 seconds."),
        (968, 1, "Playing 968 scenarios, for about 5 minutes."),
    ],
)
def test_many_scenarios_are_not_played_before_it_is_said_how_long_they_take(
    scenarios: int, jobs: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress_bar(scenarios, jobs=jobs, sooner="with fewer") as tell:
        told = capsys.readouterr().err
        tell(1)

    assert told == (f"{said} In less time: with fewer.\n" if said else "")
    assert capsys.readouterr().out == ""
