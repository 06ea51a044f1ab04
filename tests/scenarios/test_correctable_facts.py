"""Which facts may be corrected stands in the events and in the table of their kinds: both name the same ones."""

from __future__ import annotations

import re
from pathlib import Path

from engine.law import load_package

ROOT = Path(__file__).resolve().parents[2]
LAW = load_package(ROOT / "processes/kentucky_access/package.yaml")
TABLE = (ROOT / "decisions/kentucky_access/correction.dmn").read_text(encoding="utf-8")


def test_every_fact_that_an_event_may_correct_has_a_kind_and_no_other() -> None:
    correcting = [event for event in LAW.vocabulary.events.values() if event.corrects is not None]
    correctable = {name for event in correcting for name in event.may_have}
    (allowed,) = re.findall(r'id="Input_FactKind_Fact_Values"><text>(.*?)</text>', TABLE)

    assert correctable == set(re.findall(r'"([^"]+)"', allowed))


def test_every_record_that_people_decide_on_can_be_corrected_and_both_tasks_answered() -> None:
    completed = {
        (event.case_type, effect.element)
        for event in LAW.vocabulary.events.values()
        for effect in event.does
        if hasattr(effect, "element")
    }
    corrected = {event.case_type for event in LAW.vocabulary.events.values() if event.corrects is not None}

    assert corrected == {"application", "enrollment", "dependent", "appeal", "claim"}
    for case_type in corrected:
        assert {(case_type, "Activity_DecideOnCorrection"), (case_type, "Activity_CarryOutCorrection")} <= completed
