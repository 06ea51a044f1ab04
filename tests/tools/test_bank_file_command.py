"""`clauseflow bank-file`: what became of each entry, and what cannot be taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.law import LawPackage
from engine.wiring import open_engine
from tests.bank.hive_bank import DATA, hive_bank
from tests.runtime.conftest import ADA, START, apply_for_registration
from tests.runtime.hive_law import hive_law
from tests.tools.project import run_cli


def make_store(law: LawPackage) -> None:
    folder = Path(".clauseflow")
    folder.mkdir()
    engine = open_engine(folder / "store.sqlite", clock=START)
    engine.deploy(law, ADA)
    if "check_number" in law.vocabulary.facts:
        apply_for_registration(engine, deposit=10, check_number="1042")
    engine.close()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_bank_file_is_taken_and_each_entry_is_accounted_for(capsys: pytest.CaptureFixture[str]) -> None:
    make_store(hive_bank())

    assert run_cli("bank-file", DATA / "returns.ach") == 0

    out = capsys.readouterr().out
    assert "check returned (AP-1)" in out
    assert "no receipt bears" in out
    assert "4 entries: 1 raised, 2 unmatched, 1 noted, 0 duplicate." in out
    assert run_cli("bank-file", DATA / "returns.ach", "--package", "hive_law") == 0
    assert "4 entries: 0 raised, 0 unmatched, 1 noted, 3 duplicate." in capsys.readouterr().out


def test_bank_file_with_a_fault_ends_with_two_and_names_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    make_store(hive_bank())
    Path("cut.bai").write_bytes((DATA / "statement.bai").read_bytes()[:-20])

    assert run_cli("bank-file", "cut.bai") == 2

    err = capsys.readouterr().err
    assert "cut.bai" in err and "BANK_FILE" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no.ach",), "cannot be read"),
        ((str(DATA / "returns.ach"),), "expected one deployed law that takes documents of banks, but got none"),
        ((str(DATA / "returns.ach"), "--package", "hive_law"), "takes no documents of banks"),
        ((str(DATA / "returns.ach"), "--package", "hive_lore"), "hive_l"),
    ],
)
def test_what_cannot_be_taken_ends_with_two(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    make_store(hive_law())

    assert run_cli("bank-file", *arguments) == 2

    assert said in capsys.readouterr().err
