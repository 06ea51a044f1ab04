"""The dispatch tables are complete: every effect, record, timer and kind of log entry has its writer and its words."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

from engine.bpmn import Effect
from engine.handlers.contract import Record
from engine.law.vocabulary import Effect as EventEffect
from engine.runtime import LogKind, effects, events, records, schedule
from engine.runtime.timeline_words import WORDS

RUNTIME = Path(effects.__file__).parent


def test_every_effect_of_an_execution_has_a_writer() -> None:
    assert set(effects.WRITERS) == set(get_args(Effect))


def test_every_record_of_a_handler_has_a_writer() -> None:
    assert set(records.WRITERS) == set(get_args(Record))


def test_every_effect_of_an_event_has_a_writer() -> None:
    assert set(events.EFFECTS) == set(get_args(EventEffect))


def test_every_kind_of_timer_has_a_way_to_fire() -> None:
    assert set(schedule.FIRE) == {"element", "deadline", "start"}


def test_every_kind_of_log_entry_has_words_and_is_written_somewhere() -> None:
    assert set(WORDS) == set(LogKind)
    written = {
        node.attr
        for path in RUNTIME.glob("*.py")
        if path.name not in ("timeline_words.py", "timeline.py", "log_kinds.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "LogKind"
    }
    assert written == {kind.name for kind in LogKind}


def test_sql_stands_in_the_store_only() -> None:
    words = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")
    offenders = [
        path.name
        for path in RUNTIME.glob("*.py")
        if any(
            isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(words)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert offenders == []
