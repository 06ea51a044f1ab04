"""Broken files at the command line: each gets an error with file, place, what was expected and what to do, and the
store that was there before is unchanged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.tools.project import make_project, replace_in, run_cli

DIAGRAM = "stall_permit.bpmn"
MANIFEST = "package.yaml"
CALENDAR = "law/calendar.yaml"
TABLE = "decisions/stall_fee.dmn"

# what is broken, file, text, text instead, what the error must hold
BROKEN: list[tuple[str, str, str, str, list[str]]] = [
    ("broken XML", DIAGRAM, "</bpmn:process>", "", ["BPMN_XML", DIAGRAM, "line"]),
    (
        "a DOCTYPE",
        DIAGRAM,
        "<bpmn:definitions",
        '<!DOCTYPE x [<!ENTITY e "e">]><bpmn:definitions',
        ["BPMN_XML", "DOCTYPE"],
    ),
    ("an unknown element", DIAGRAM, "<bpmn:businessRuleTask", "<bpmn:bussinessRuleTask", ["BPMN_", DIAGRAM]),
    ("an unknown job type", DIAGRAM, 'type="case.open"', 'type="case.opn"', ["BPMN_UNKNOWN_JOB_TYPE", "case.open"]),
    (
        "a syntax error in a condition",
        DIAGRAM,
        '>=fee_outcome.outcome = "enough"<',
        '>=fee_outcome.outcome = = "enough"<',
        ["FEEL_SYNTAX", "Flow_FeeEnough_Yes", "^"],
    ),
    (
        "an unknown name in a condition",
        DIAGRAM,
        '>=fee_outcome.outcome = "enough"<',
        '>=fee_outcom.outcome = "enough"<',
        ["FEEL_UNKNOWN_NAME", "Flow_FeeEnough_Yes", "fee_outcome"],
    ),
    (
        "an unknown function in a condition",
        DIAGRAM,
        '>=fee_outcome.outcome = "enough"<',
        '>=lowercase(fee_outcome.outcome) = "enough"<',
        ["FEEL_UNKNOWN_FUNCTION", "Flow_FeeEnough_Yes", "lower case"],
    ),
    (
        "a decision that does not exist",
        DIAGRAM,
        'decisionId="Decision_FeeOutcome"',
        'decisionId="Decision_FeeOutcom"',
        ["BPMN_UNKNOWN_DECISION", "Decision_FeeOutcome"],
    ),
    ("a table that is no XML", TABLE, "</definitions>", "", ["DMN_XML", TABLE]),
    ("a rule without a clause", TABLE, "[lmo:2(1)]", "", ["DMN_NO_CLAUSE", TABLE, "Rule_"]),
    ("a clause that no register knows", TABLE, "[lmo:2(1)]", "[lmo:2(9)]", ["LAW_UNKNOWN_CLAUSE", "lmo:2(9)"]),
    ("a manifest with an unknown key", MANIFEST, "currency: EUR", "curency: EUR", ["LAW_MANIFEST", "currency", "line"]),
    ("a manifest that is no YAML", MANIFEST, "currency: EUR", "currency: [EUR", ["LAW_MANIFEST", MANIFEST]),
    ("a zone that does not exist", MANIFEST, "Asia/Tokyo", "Asia/Tokio", ["LAW_MANIFEST", "Asia/Tokyo"]),
    ("a calendar without weekend", CALENDAR, "\nweekend:", "\nweekendd:", ["CAL_INVALID", CALENDAR, "weekend"]),
]


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch)


def dump(store: Path) -> list[str]:
    with closing(sqlite3.connect(store / "store.sqlite")) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(("case", "file", "old", "new", "said"), BROKEN, ids=[broken[0] for broken in BROKEN])
def test_deploy_of_a_broken_file_says_what_and_where_and_leaves_the_store(
    law: Path, capsys: pytest.CaptureFixture[str], case: str, file: str, old: str, new: str, said: list[str]
) -> None:
    # given
    assert run_cli("deploy", law, "--store", "store") == 0
    before = dump(Path("store"))
    replace_in(law / file, old, new)
    capsys.readouterr()

    # when
    exit_code = run_cli("deploy", law, "--store", "store")

    # then
    assert exit_code == 2
    error = capsys.readouterr().err
    for part in [*said, "Do: "]:
        assert part in error, error
    assert dump(Path("store")) == before
