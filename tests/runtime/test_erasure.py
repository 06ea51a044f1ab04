"""Erasing a case whose time is over: nothing of it is left in the file, and the chain still verifies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode
from engine.law import LawPackage
from engine.runtime import Engine
from engine.store import KeptAnswer, Reservation
from tests.runtime.conftest import ADA, apply_for_registration
from tests.runtime.hive_law import hive_files, hive_law

CLASS = (
    b"retention:\n  hive_record: {years: 7, meaning: invented, clause: 'bee:1'}\n\n"
    b"case_types:\n  apiary:\n    retention: hive_record"
)
OVER = datetime(2038, 4, 1, tzinfo=UTC)


def keeping_law() -> LawPackage:
    manifest = hive_files()["package.yaml"].replace(b"case_types:\n  apiary:", CLASS)
    return hive_law(package__yaml=manifest)


def ended_case(open_store: Callable[..., Engine], **options: object) -> tuple[Engine, str]:
    """A registration whose payment did not come, with its letters sent."""
    engine = open_store(**options)
    engine.deploy(keeping_law(), ADA)
    apply_for_registration(engine)
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)
    engine.advance_clock(datetime(2031, 6, 1, tzinfo=UTC), ADA)
    return engine, engine.cases()[0].id


def test_erased_case_leaves_no_word_of_a_person_in_the_file(open_store: Callable[..., Engine], tmp_path: Path) -> None:
    # given
    engine, case_id = ended_case(open_store)
    name = str(engine.case(case_id).facts["keeper_name"].value)
    told_once = KeptAnswer(b"command", 201, {}, f"{name} was told so".encode())
    engine.keep_answer(Reservation("ada", "key", b"command"), told_once)
    engine.advance_clock(OVER, ADA)
    notice = engine.notices(case_id)[0]
    assert told_once.body in _bytes(tmp_path)

    # when
    told = engine.erase_case(case_id, ADA, reason="its time is over")
    engine.compact()

    # then
    assert told.erased_at == OVER
    left = _bytes(tmp_path)
    assert name.encode() not in left
    assert hashlib.sha256(notice.texts["text/plain"].encode()).hexdigest().encode() not in left


def test_store_with_an_erased_case_still_verifies_and_says_what_was_there(open_store: Callable[..., Engine]) -> None:
    # given
    engine, case_id = ended_case(open_store)
    before = engine.timeline(case_id=case_id, detail=True)
    engine.advance_clock(OVER, ADA)

    # when
    engine.erase_case(case_id, ADA, reason="its time is over")

    # then
    report = engine.verify()
    assert report.ok
    assert report.erased > 0
    after = engine.timeline(case_id=case_id, detail=True)
    assert [entry.kind for entry in after[: len(before)]] == [entry.kind for entry in before]
    assert {entry.what for entry in after[:-1]} == {"erased"}
    assert after[-1].what == "Record of the case erased: its time is over"
    assert engine.case(case_id).facts == {}
    assert all(engine.instance(view.id).variables == {} for view in engine.instances())
    assert [notice.texts for notice in engine.notices(case_id)] == [{}]
    assert engine.notices(case_id)[0].deliveries[0].address == {}
    logged = engine.whole_log()
    assert logged.entries == tuple(engine.timeline(detail=True))
    assert logged.timeline == tuple(engine.timeline())
    assert logged.decisions == tuple(engine.decisions())


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (datetime(2031, 6, 2, tzinfo=UTC), "is kept until 2038-03-14"),
        (datetime(2038, 3, 13, tzinfo=UTC), "is kept until 2038-03-14"),
    ],
)
def test_record_whose_time_is_not_over_is_refused(open_store: Callable[..., Engine], at: datetime, says: str) -> None:
    # given
    engine, case_id = ended_case(open_store)
    engine.advance_clock(at, ADA)

    # when
    with pytest.raises(EngineError, match=says) as caught:
        engine.erase_case(case_id, ADA, reason="too early")

    # then
    assert caught.value.problem.code is ErrorCode.RUN_STATE
    assert engine.case(case_id).facts


def test_case_that_still_runs_is_refused(open_store: Callable[..., Engine]) -> None:
    # given
    engine = open_store()
    engine.deploy(keeping_law(), ADA)
    apply_for_registration(engine)
    case_id = engine.cases()[0].id

    # when / then
    with pytest.raises(EngineError, match="still runs"):
        engine.erase_case(case_id, ADA, reason="wanted away")


def test_case_without_a_class_is_kept_for_ever(open_store: Callable[..., Engine]) -> None:
    # given
    engine = open_store()
    engine.deploy(hive_law(), ADA)
    apply_for_registration(engine)
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)
    engine.advance_clock(datetime(2090, 1, 1, tzinfo=UTC), ADA)
    case_id = engine.cases()[0].id

    # when / then
    assert list(engine.records_due()) == []
    with pytest.raises(EngineError, match="has no class of retention"):
        engine.erase_case(case_id, ADA, reason="old")


@pytest.mark.parametrize("reason", ["", "   "])
def test_erasing_without_a_reason_is_refused(open_store: Callable[..., Engine], reason: str) -> None:
    engine, case_id = ended_case(open_store)
    engine.advance_clock(OVER, ADA)

    with pytest.raises(EngineError, match="expected a reason"):
        engine.erase_case(case_id, ADA, reason=reason)


def test_erased_case_is_due_no_more_and_is_not_erased_twice(open_store: Callable[..., Engine]) -> None:
    # given
    engine, case_id = ended_case(open_store)
    engine.advance_clock(OVER, ADA)
    assert [view.case_id for view in engine.records_due()] == [case_id]
    engine.erase_case(case_id, ADA, reason="its time is over")

    # when / then
    assert list(engine.records_due()) == []
    with pytest.raises(EngineError, match="was erased on 2038-04-01"):
        engine.erase_case(case_id, ADA, reason="again")


def test_class_that_nobody_declared_is_refused_with_the_nearest() -> None:
    manifest = hive_files()["package.yaml"].replace(
        b"case_types:\n  apiary:", CLASS.replace(b"retention: hive_", b"retention: hve_")
    )

    with pytest.raises(EngineError, match='no class of retention is called "hve_record"') as caught:
        hive_law(package__yaml=manifest)

    assert "hive_record" in str(caught.value)


def test_erasure_stands_in_the_log_with_who_and_why(open_store: Callable[..., Engine]) -> None:
    engine, case_id = ended_case(open_store)
    engine.advance_clock(OVER, ADA)

    engine.erase_case(case_id, ADA, reason="its time is over")

    [entry] = [each for each in engine.timeline(case_id=case_id) if each.kind == "case" and each.data]
    assert entry.data["retention"] == "hive_record"
    assert entry.clauses == ("bee:1",)


def _bytes(folder: Path) -> bytes:
    """The file of the store and its write-ahead log."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("store.db*")))
