"""`clauseflow erase`: lists what is due, erases only with a reason, and says why a record stays."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.wiring import open_engine
from tests.runtime.conftest import ADA, START, apply_for_registration
from tests.runtime.test_erasure import OVER, keeping_law
from tests.tools.project import run_cli


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """One case that ended in 2031 and one that still runs, seen on the day when the first one's time is over."""
    engine = open_engine(tmp_path / "store.sqlite", clock=START, spool=tmp_path / "spool")
    engine.deploy(keeping_law(), ADA)
    apply_for_registration(engine)
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)
    engine.advance_clock(datetime(2031, 6, 1, tzinfo=UTC), ADA)
    apply_for_registration(engine, "AP-2")
    engine.advance_clock(OVER, ADA)
    engine.close()
    return tmp_path


def test_due_records_are_listed_and_nothing_is_erased_without_a_reason(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    codes = [run_cli("erase", "--due", "--store", store) for _ in range(2)]

    # then
    out = capsys.readouterr().out
    assert codes == [0, 0]
    assert out.count("AP-1") == 2
    assert "AP-2" not in out
    assert "2038-03-14" in out


def test_reason_erases_what_is_due(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("erase", "--due", "--store", store, "--reason", "its time is over")

    # then
    assert code == 0
    assert "erased 2038-04-01" in capsys.readouterr().out
    assert run_cli("erase", "--due", "--store", store) == 0
    assert "No record is due" in capsys.readouterr().out
    assert run_cli("verify", "--store", store) == 0


def test_case_that_runs_is_shown_with_the_hindrance_and_refused(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    assert run_cli("erase", "case-2", "--store", store) == 0
    assert "still runs" in capsys.readouterr().out

    # when
    code = run_cli("erase", "case-2", "--store", store, "--reason", "now")

    # then
    assert code == 2
    assert "still runs" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [(), ("case-1", "--due")])
def test_neither_or_both_ways_of_choosing_are_refused(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run_cli("erase", *arguments, "--store", store) == 2
    assert "name cases, or say --due" in capsys.readouterr().err
