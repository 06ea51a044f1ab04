"""Where a path ended though there is no end event: told from what was completed and what a sequence flow left."""

from __future__ import annotations

import pytest

from engine.simulation.observation import find_stranded

Completed = dict[str, tuple[str | None, str | None, str]]

CASES: list[tuple[str, Completed, set[str], list[str]]] = [
    ("a task that a flow left", {"1": ("p", "Activity_A", "userTask")}, {"1"}, []),
    ("a task that none left", {"1": ("p", "Activity_A", "userTask")}, set(), ["1"]),
    ("a task of two runs, left once", {"1": ("p", "A", "task"), "2": ("q", "A", "task")}, {"2"}, ["1"]),
    ("an end event", {"1": ("p", "Event_E", "endEvent")}, set(), []),
    ("a process", {"1": ("p", "p", "process")}, set(), []),
    ("an event sub-process", {"1": ("p", "SubProcess_S", "eventSubProcess")}, set(), []),
    ("a sub-process", {"1": ("p", "SubProcess_S", "subProcess")}, set(), ["1"]),
    ("a link", {"1": ("p", "Event_L", "intermediateThrowEvent")}, set(), []),
    (
        "runs of a loop that a flow left",
        {"1": ("p", "A", "userTask"), "2": ("p", "A", "userTask"), "3": ("p", "A", "multiInstanceBody")},
        {"3"},
        [],
    ),
    ("a loop that none left", {"1": ("p", "A", "userTask"), "2": ("p", "A", "loopBody")}, set(), ["2"]),
    ("a gateway that none left", {"1": ("p", "Gateway_G", "exclusiveGateway")}, set(), ["1"]),
]


@pytest.mark.parametrize(
    ("completed", "left", "stranded"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_path_is_stranded_where_no_flow_left_what_is_no_end(
    completed: Completed, left: set[str], stranded: list[str]
) -> None:
    assert list(find_stranded(completed, left)) == stranded
