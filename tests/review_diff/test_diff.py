"""What changed, as a reviewer reads it: one sentence for each change, with its clauses; layout is called layout."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import pytest

from engine.handlers.contract import Actor
from engine.review.diff import Change, LawDiff, Part, as_markdown, as_text, compare_packages
from engine.simulation import Scenario, Shelf, find_scenarios, load_scenario
from engine.wiring import open_engine
from tools.cli import main

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"
ACTOR = Actor("analyst", frozenset({"analyst"}))


@pytest.fixture
def law(tmp_path: Path) -> Path:
    copy = tmp_path / "law"
    shutil.copytree(MINI_LAW, copy)
    return copy


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@cache
def shelf() -> Shelf:
    return Shelf()


@cache
def scenarios() -> list[Scenario]:
    return [load_scenario(path, shelf()) for path in find_scenarios(MINI_LAW / "scenarios")]


def compare(law: Path) -> LawDiff:
    old, new = (shelf().load(folder / "package.yaml") for folder in (MINI_LAW, law))
    return compare_packages(old, new, scenarios())


def sentences(diff: LawDiff) -> list[str]:
    return [change.sentence for change in diff.changes]


CERTIFICATE_AMOUNT = '<outputEntry id="Rule_Certificate_Out1">\n          <text>5</text>'
CASES: list[tuple[str, str, str, Part, list[str]]] = [
    (
        "decisions/market_limits.dmn",
        CERTIFICATE_AMOUNT,
        CERTIFICATE_AMOUNT.replace("5", "8"),
        Part.LIMITS,
        ["the limit certificate of lmo:3(2) is 8 business days, was 5 business days"],
    ),
    (
        "decisions/stall_fee.dmn",
        "<text>120</text>",
        "<text>130</text>",
        Part.TABLES,
        ['the output "fee" of Rule_SmallStall of lmo:2(1) is 130, was 120'],
    ),
    (
        "decisions/stall_fee.dmn",
        '<inputExpression id="Decision_FeeOutcome_Input1_Expression" typeRef="number">',
        '<inputExpression id="Decision_FeeOutcome_Input1_Expression" typeRef="string">',
        Part.TABLES,
        [" as string, was ", " as number"],
    ),
    (
        "decisions/stall_fine.dmn",
        "noise costs EUR 40",
        "noise costs forty euros",
        Part.TABLES,
        ['the description of the rule Rule_Noise is "noise costs forty euros", was "noise costs EUR 40"'],
    ),
    (
        "stall_permit.bpmn",
        "=certificate_enclosed",
        "=not(certificate_enclosed)",
        Part.DIAGRAMS,
        [
            'the condition of the way "Yes" out of "Is the certificate there?" (Gateway_CertificateThere)'
            " is not(certificate_enclosed), was certificate_enclosed"
        ],
    ),
    (
        "stall_permit.bpmn",
        "=deadlines.certificate.due",
        "=deadlines.examination.due",
        Part.DIAGRAMS,
        [
            'the timer of "Last day over" (Event_LastDayOver) is deadlines.examination.due,'
            " was deadlines.certificate.due"
        ],
    ),
    (
        "stall_permit.bpmn",
        'key="limit" value="examination"',
        'key="limit" value="certificate"',
        Part.DIAGRAMS,
        [
            'the header limit of "Set the examination deadline" (Activity_SetExaminationDeadline)'
            " is certificate, was examination"
        ],
    ),
    (
        "stall_permit.bpmn",
        'name="No" sourceRef="Gateway_FeeEnough"',
        'name="Nein" sourceRef="Gateway_FeeEnough"',
        Part.DIAGRAMS,
        ['the label of the way "Nein" out of "Is the fee enough?" (Gateway_FeeEnough) is "Nein", was "No"'],
    ),
    (
        "law/calendar.yaml",
        "day: 3",
        "day: 4",
        Part.CALENDAR,
        ["the day of the holiday"],
    ),
    (
        "law/register.yaml",
        "actor: market office",
        "actor: keeper",
        Part.REGISTERS,
        ["the actor of lmo:2(2) is keeper, was market office"],
    ),
    (
        "law/register.yaml",
        "edition: first edition",
        "edition: second edition",
        Part.REGISTERS,
        ["the edition of the register lmo is second edition, was first edition"],
    ),
    (
        "notices/fine.md",
        "channels: [mail]",
        "channels: [print]",
        Part.NOTICES,
        ['the channels of the notice "fine" is print, was mail'],
    ),
    (
        "package.yaml",
        "values: [small, large]",
        "values: [small, medium, large]",
        Part.MANIFEST,
        ['values of the fact "stall_size" is small, medium, large, was small, large'],
    ),
    (
        "package.yaml",
        'office_opens: "09:00"',
        'office_opens: "08:30"',
        Part.MANIFEST,
        ["the hour at which the office opens is 08:30:00, was 09:00:00"],
    ),
    (
        "forms/examine_request.form",
        '"key": "certificate_enclosed"',
        '"key": "certificate_seen"',
        Part.FORMS,
        ['the form "examine_request" asks for certificate_seen as well'],
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "part", "expected"), CASES, ids=[f"{c[0]} {c[3]} {c[2][:24]}" for c in CASES]
)
def test_change_is_one_sentence_in_plain_words(
    law: Path, file: str, old: str, new: str, part: Part, expected: list[str]
) -> None:
    # given
    replace_in(law / file, old, new)

    # when
    diff = compare(law)

    # then
    assert {change.part for change in diff.changes} == {part}
    assert {change.file for change in diff.changes} == {file}
    for wanted in expected:
        assert any(wanted in said for said in sentences(diff)), sentences(diff)


def test_same_law_has_no_change() -> None:
    diff = compare(MINI_LAW)

    assert diff.changes == ()
    assert "Nothing changed." in as_text(diff)


def test_moved_shape_is_layout_only_and_touches_nothing(law: Path) -> None:
    # given
    replace_in(law / "stall_permit.bpmn", '<dc:Bounds x="152" y="122"', '<dc:Bounds x="252" y="122"')
    replace_in(law / "package.yaml", "# An invented law", "# A law that was invented")

    # when
    diff = compare(law)

    # then
    assert {(change.part, change.file, change.sentence) for change in diff.changes} == {
        (Part.LAYOUT, "stall_permit.bpmn", "only the drawing changed: positions, sizes or lines"),
        (Part.LAYOUT, "package.yaml", "only its writing changed: spaces, comments or the order of what has none"),
    }
    assert diff.clauses == ()
    assert diff.scenarios == ()
    assert "Nothing changed but layout and writing." in as_text(diff)


def test_rule_that_came_and_rule_that_went_are_told_with_their_cells(law: Path) -> None:
    replace_in(law / "decisions" / "stall_fine.dmn", 'rule id="Rule_Noise"', 'rule id="Rule_Loud"')

    said = sentences(compare(law))

    assert any(each.startswith("the rule Rule_Loud (when ") and each.endswith("is new") for each in said)
    assert any(each.startswith("the rule Rule_Noise (when ") and each.endswith("is gone") for each in said)


def test_element_that_was_added_is_told_once_and_its_flows_follow_from_it(law: Path) -> None:
    # given
    replace_in(
        law / "stall_permit.bpmn",
        '<bpmn:sequenceFlow id="Flow_StallGranted" sourceRef="Activity_SendPermit" targetRef="Event_StallGranted" />',
        '<bpmn:manualTask id="Activity_HandOver" name="Hand it over"><bpmn:documentation>[lmo:4]</bpmn:documentation>'
        "<bpmn:incoming>Flow_StallGranted</bpmn:incoming><bpmn:outgoing>Flow_HandedOver</bpmn:outgoing></bpmn:manualTask>"
        '<bpmn:sequenceFlow id="Flow_StallGranted" sourceRef="Activity_SendPermit" targetRef="Activity_HandOver" />'
        '<bpmn:sequenceFlow id="Flow_HandedOver" sourceRef="Activity_HandOver" targetRef="Event_StallGranted" />',
    )
    replace_in(
        law / "stall_permit.bpmn",
        "<bpmn:incoming>Flow_StallGranted</bpmn:incoming>\n    </bpmn:endEvent>",
        "<bpmn:incoming>Flow_HandedOver</bpmn:incoming>\n    </bpmn:endEvent>",
    )

    # when
    diff = compare(law)

    # then
    new = next(change for change in diff.changes if change.place == "Activity_HandOver")
    assert new == Change(
        Part.DIAGRAMS,
        "stall_permit.bpmn",
        "stall_permit",
        "Activity_HandOver",
        'the manual task "Hand it over" (Activity_HandOver) is new',
        ("lmo:4",),
    )
    assert not any("Flow_HandedOver" in said for said in sentences(diff))


def test_scenarios_that_expect_something_of_a_changed_clause_or_place_are_named(law: Path) -> None:
    replace_in(law / "decisions" / "market_limits.dmn", CERTIFICATE_AMOUNT, CERTIFICATE_AMOUNT.replace("5", "8"))

    diff = compare(law)

    assert diff.clauses == ("lmo:3(2)", "L-01")
    named = {Path(each.scenario).stem for each in diff.scenarios}
    assert named == {"certificate_in_time", "certificate_too_late"}


def test_markdown_is_a_table_of_changes_with_its_signs_escaped(law: Path) -> None:
    replace_in(law / "decisions" / "stall_fee.dmn", "<text>120</text>", "<text>120 * 2</text>")

    written = as_markdown(compare(law))

    assert written.startswith("# lantern_market: old to new\n")
    assert "## Tables" in written
    assert "### `decisions/stall_fee.dmn`" in written
    assert r"120 \* 2" in written


# ---- the command ----------------------------------------------------------------------------------------------------


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["diff", *arguments])
    return int(stopped.value.code or 0)


@pytest.fixture
def store(tmp_path: Path, law: Path) -> Path:
    """A store with two versions: the small law, and the one with a longer limit."""
    folder = tmp_path / "store"
    engine = open_engine(_made(folder) / "store.sqlite")
    engine.deploy(shelf().load(MINI_LAW / "package.yaml"), ACTOR)
    replace_in(law / "decisions" / "market_limits.dmn", CERTIFICATE_AMOUNT, CERTIFICATE_AMOUNT.replace("5", "8"))
    engine.deploy(shelf().load(law / "package.yaml"), ACTOR)
    engine.close()
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_stored_versions_are_compared_and_the_store_stays_as_it_was(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    before = {path.name: path.read_bytes() for path in store.iterdir()}

    # when
    code = run("store:1", "store:latest", "--store", str(store), "--exit-code", "--format", "json")

    # then
    data = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [change["sentence"] for change in data[0]["changes"]] == [
        "the limit certificate of lmo:3(2) is 8 business days, was 5 business days"
    ]
    assert data[0]["old"].startswith("lantern_market version 1 (stored, ")
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before


def test_stored_version_is_compared_with_a_folder_by_its_hash(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("store:1", "store:2", "--store", str(store), "--format", "json")
    hash_of_first = json.loads(capsys.readouterr().out)[0]["old"].partition("stored, ")[2].rstrip(")")

    code = run(f"store:lantern_market@{hash_of_first}", str(MINI_LAW), "--store", str(store), "--exit-code")

    assert code == 0
    assert "Nothing changed." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/nowhere", str(MINI_LAW)], "LAW_MANIFEST"),
        ([str(MINI_LAW / "law"), str(MINI_LAW)], "expected the manifest of a law package"),
        (["store:1", str(MINI_LAW), "--store", "/nowhere"], "STORE_IO"),
        ([str(MINI_LAW), str(MINI_LAW), "--format", "pdf"], "pdf"),
    ],
)
def test_nonsense_ends_with_two_and_says_what_was_expected(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(*arguments) == 2

    printed = capsys.readouterr().err
    assert said in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("wanted", ["store:9", "store:ffffffff", "store:other@1", "store:x"])
def test_unknown_stored_version_is_refused_with_those_that_there_are(
    store: Path, capsys: pytest.CaptureFixture[str], wanted: str
) -> None:
    assert run(wanted, str(MINI_LAW), "--store", str(store)) == 2

    printed = capsys.readouterr().err
    assert "LAW_UNKNOWN_PACKAGE" in printed
    assert "lantern_market@1" in printed


def test_file_that_is_no_store_and_broken_model_are_refused(
    tmp_path: Path, law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    folder = _made(tmp_path / "store")
    (folder / "store.sqlite").write_text("this is no database, whatever its name says" * 40, encoding="utf-8")
    replace_in(law / "stall_permit.bpmn", "<bpmn:process ", "<bpmn:proces ")

    # when, then
    assert run("store:1", str(MINI_LAW), "--store", str(folder)) == 2
    assert "STORE_IO" in capsys.readouterr().err
    assert run(str(MINI_LAW), str(law)) == 2
    assert "BPMN_XML" in capsys.readouterr().err
