"""Law packages that are wrong: each problem with code, file, YAML path and line, all of them at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from engine.errors import EngineError, ErrorCode
from engine.law import load_package, package_from_files
from tests.law.harbour import (
    CALENDAR_NAME,
    FORM_NAME,
    LIMITS_NAME,
    MANIFEST,
    MANIFEST_NAME,
    NOTICE_NAME,
    PROCESS_NAME,
    REGISTER,
    REGISTER_NAME,
    harbour_files,
    harbour_package,
)

FAULTS = yaml.safe_load((Path(__file__).parent / "data/manifest_faults.yaml").read_text(encoding="utf-8"))
SHIPPED = Path(__file__).resolve().parents[2] / "processes/kentucky_access/package.yaml"


def write(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root / MANIFEST_NAME


def problems_of(**changed: str) -> EngineError:
    with pytest.raises(EngineError) as raised:
        harbour_package(**changed)
    return raised.value


def test_package_with_other_tables_holds_its_own_files_and_is_read_anew_in_nothing_else() -> None:
    files = harbour_files()
    other = {**files, LIMITS_NAME: files[LIMITS_NAME] + b"<!-- changed -->"}

    first, changed = package_from_files(files, MANIFEST_NAME), package_from_files(other, MANIFEST_NAME)

    assert (dict(first.files), dict(changed.files)) == (files, other)
    assert first.content_hash != changed.content_hash
    assert changed.notices is first.notices
    assert package_from_files(files, MANIFEST_NAME).content_hash == first.content_hash


def test_package_read_holds_what_its_files_say() -> None:
    package = harbour_package()

    assert (package.id, package.currency, package.calendar.id) == ("harbour", "EUR", "harbour")
    assert package.time_zone.key == "Europe/Lisbon"
    assert package.office_opens.isoformat() == "09:30:00"
    assert package.processes == (PROCESS_NAME,)
    assert package.decisions == (LIMITS_NAME,)
    assert package.main_scenario == "processes/harbour/scenarios/storm.yaml"
    assert package.forms["inspect_ship"].fields == ("defects", "insured")
    assert set(package.files) == {
        MANIFEST_NAME,
        CALENDAR_NAME,
        REGISTER_NAME,
        NOTICE_NAME,
        FORM_NAME,
        PROCESS_NAME,
        LIMITS_NAME,
    }
    assert package.clause("harbour:2(1)").limit == {"number": 3, "unit": "business days"}
    assert package.on_breach is not None and package.on_breach.message == "duty_missed"


def test_package_from_disk_equals_the_package_from_its_own_files(tmp_path: Path) -> None:
    loaded = load_package(write(tmp_path, harbour_files()))

    again = package_from_files(loaded.files, loaded.file)

    assert loaded.file == MANIFEST_NAME
    assert again.files == loaded.files
    assert again.content_hash == loaded.content_hash == harbour_package().content_hash
    assert again.hash == loaded.hash


def test_change_of_any_file_changes_the_content_hash() -> None:
    before = harbour_package().content_hash

    assert harbour_package(REGISTER=REGISTER.replace("Who is who", "Who was who")).content_hash != before


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["new"])
def test_wrong_manifest_is_refused_at_its_place(fault: dict[str, str]) -> None:
    assert fault["old"] in MANIFEST
    error = problems_of(MANIFEST=MANIFEST.replace(fault["old"], fault["new"], 1))

    wanted = (fault["part"], fault["code"])
    found = [problem for problem in error.problems if (problem.location.part, problem.code) == wanted]
    assert found, str(error)
    assert found[0].location.file == MANIFEST_NAME
    assert found[0].location.line is not None
    assert fault["said"] in f"{found[0].message} {found[0].hint}"


@pytest.mark.parametrize(
    ("old", "new", "part", "said"),
    [
        ("kind: definition", "kind: definiton", "clauses[0] > kind", 'Did you mean "definition"?'),
        ("status: found}", "status: heard}", "clauses[0] > status", "recalled"),
        ('id: "2(2)"', 'id: "2(1)"', "clauses[2] > id", "given twice"),
        ("actor: harbour office", "actr: harbour office", "clauses[1] > actr", 'Did you mean "actor"?'),
        ('in_force: ["2"]', 'in_force: ["7"]', "in_force[0]", "begins with"),
        ('"2": Arrival', '"2(1)": Arrival', "groups > 2(1)", "clause and a group"),
    ],
)
def test_wrong_register_is_refused_at_its_place(old: str, new: str, part: str, said: str) -> None:
    error = problems_of(REGISTER=REGISTER.replace(old, new, 1))

    found = [problem for problem in error.problems if problem.location.part == part]
    assert found, str(error)
    assert found[0].code == ErrorCode.LAW_REGISTER
    assert found[0].location.file == REGISTER_NAME
    assert said in found[0].message


def test_faults_in_several_files_are_reported_together() -> None:
    error = problems_of(
        MANIFEST=MANIFEST.replace("by: master", "by: captain"),
        REGISTER=REGISTER.replace("kind: definition", "kind: x"),
        FORM="[]",
        CALENDAR="calendar: x",
        NOTICE="no front matter",
    )

    assert {problem.location.file for problem in error.problems} == {
        MANIFEST_NAME,
        REGISTER_NAME,
        FORM_NAME,
        CALENDAR_NAME,
        NOTICE_NAME,
    }


def test_calendar_that_cites_an_unknown_clause_is_refused() -> None:
    calendar = harbour_files()[CALENDAR_NAME].decode().replace("[harbour:2(3)]", "[harbour:2(33)]")

    error = problems_of(CALENDAR=calendar)

    assert error.code == ErrorCode.LAW_UNKNOWN_CLAUSE
    assert error.problem.location.file == CALENDAR_NAME
    assert error.problem.location.clause == "harbour:2(33)"


@pytest.mark.parametrize("form", ["", "{", "[]", '{"id": 1, "components": []}', '{"id": "a"}', "[" * 100_000])
def test_form_that_is_no_form_is_refused(form: str) -> None:
    error = problems_of(FORM=form)

    assert error.code == ErrorCode.LAW_MANIFEST
    assert error.problem.location.file == FORM_NAME


def test_form_with_odd_components_is_read_for_the_fields_it_has() -> None:
    form = json.dumps({"id": "f", "components": [1, {"key": 2}, {"key": "a"}, {"components": "x"}]})

    assert harbour_package(FORM=form).forms["f"].fields == ("a",)


def test_manifest_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as raised:
        load_package(tmp_path / "package.yaml")
    assert raised.value.code == ErrorCode.LAW_MANIFEST

    with pytest.raises(EngineError) as raised:
        package_from_files(harbour_files(), "processes/harbour/packages.yaml")
    assert f'Did you mean "{MANIFEST_NAME}"?' in str(raised.value)


@pytest.mark.parametrize("data", [b"", b"\x00", b"- a", b"a: {b", b"package: \xff", b"? [a]: b", b"<xml/>"])
def test_file_that_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(EngineError) as raised:
        package_from_files({"package.yaml": data}, "package.yaml")

    assert {problem.code for problem in raised.value.problems} == {ErrorCode.LAW_MANIFEST}


def test_unknown_clause_and_notice_are_named_with_the_nearest() -> None:
    package = harbour_package()

    with pytest.raises(EngineError) as raised:
        package.clause("harbour:2(1")
    assert raised.value.code == ErrorCode.LAW_UNKNOWN_CLAUSE
    assert 'Did you mean "harbour:2(1)"?' in str(raised.value)

    with pytest.raises(EngineError) as raised:
        package.notice("berth_refusd")
    assert raised.value.code == ErrorCode.LAW_UNKNOWN_NOTICE
    assert 'Did you mean "berth_refused"?' in str(raised.value)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [("2", True), ("2(1)", True), ("2.log", True), ("21", False), ("3", False)],
)
def test_register_knows_which_clauses_are_in_force(clause: str, expected: bool) -> None:
    assert harbour_package().registers["harbour"].is_in_force(clause) is expected


def test_groups_and_readings_may_be_cited_and_are_no_clauses() -> None:
    index = harbour_package().clauses

    assert index.knows("harbour:2") and index.knows("R-7") and index.knows("none")
    assert not index.knows("R-70") and not index.knows("2(1)")
    assert "harbour:2" not in index.clauses and "harbour:2" in index.groups


def test_shipped_package_loads_with_every_cited_clause_known() -> None:
    package = load_package(SHIPPED)

    assert package.id == "kentucky_access"
    assert package.calendar.id == "kentucky_krs_2_110"
    assert package.clause("806:2(2)(a).log").kind == "obligation"
    assert all(source.required for source in package.notices.values())
