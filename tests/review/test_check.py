"""Everything wrong is found at once: packages that cannot be read, models, clauses, scenarios, empty paths."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.errors import ErrorCode, Severity
from engine.review import check_paths, default_paths
from engine.review.check import scenarios_at

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"
CLAUSE_WITHOUT_CITATION = (
    '  - {id: "5(4)", text: A fine may be forgiven., citation: Ordinance 5(4), kind: permission, '
    "home: decision, status: found}\n"
)


@pytest.fixture
def law(tmp_path: Path) -> Path:
    copy = tmp_path / "processes" / "lantern_market"
    shutil.copytree(MINI_LAW, copy)
    return copy


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


CASES = [
    ("package.yaml", "time_zone: Asia/Tokyo", "time_zone: Asia/Tokio", "LAW_MANIFEST", "package.yaml"),
    ("package.yaml", "notices/fine.md", "notices/fin.md", "LAW_MANIFEST", "package.yaml"),
    ("law/calendar.yaml", "day: 3", "day: 32", "CAL_INVALID", "law/calendar.yaml"),
    ("law/register.yaml", "kind: definition", "kind: definitoin", "LAW_REGISTER", "law/register.yaml"),
    ("notices/fine.md", "{{ report_number }}", "{{ report_numbr }}", "LAW_UNKNOWN_FACT", "notices/fine.md"),
    ("notices/fine.md", "channels: [mail]", "channels: [maill]", "NOTICE_TEMPLATE", "notices/fine.md"),
    ("stall_permit.bpmn", "[lmo:4]", "[lmo:44]", "LAW_UNKNOWN_CLAUSE", "stall_permit.bpmn"),
    ("stall_permit.bpmn", "=certificate_enclosed", "=certificate_enclsed", "FEEL_UNKNOWN_NAME", "stall_permit.bpmn"),
    ("stall_permit.bpmn", "<bpmn:process ", "<bpmn:proces ", "BPMN_XML", "stall_permit.bpmn"),
    ("decisions/stall_fee.dmn", "[lmo:2(2)]", "[lmo:2(7)]", "LAW_UNKNOWN_CLAUSE", "decisions/stall_fee.dmn"),
    (
        "decisions/stall_fee.dmn",
        "fee_paid - stall_fee",
        "fee_paid - stall_fe",
        "FEEL_UNKNOWN_NAME",
        "decisions/stall_fee.dmn",
    ),
    ("scenarios/fee_short.yaml", "start: 2024-04-07", "start: 2024-04-08", "SCENARIO_DATE", "scenarios/fee_short.yaml"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "place"), CASES)
def test_broken_file_is_found_with_its_code_and_place(
    law: Path, file: str, old: str, new: str, code: str, place: str
) -> None:
    # given
    replace_in(law / file, old, new)

    # when
    report = check_paths([law])

    # then
    assert code in {str(problem.code) for problem in report.errors}, [str(problem) for problem in report.problems]
    assert any(str(problem.location.file).endswith(place) for problem in report.errors)


def test_right_package_has_no_finding_and_is_counted(law: Path) -> None:
    # when
    report = check_paths([law])

    # then
    assert report.problems == ()
    assert (report.packages, report.models, report.scenarios) == (("lantern_market",), 6, 4)


def test_problems_of_model_and_scenario_are_shown_together_in_order_of_place(law: Path) -> None:
    # given
    replace_in(law / "stall_fine.bpmn", "[lmo:5(3)]", "[lmo:5(33)]")
    replace_in(law / "scenarios" / "fee_short.yaml", "event: stall requested", "event: stal requested")

    # when
    report = check_paths([law])

    # then
    assert [problem.code for problem in report.errors] == [ErrorCode.LAW_UNKNOWN_EVENT, ErrorCode.LAW_UNKNOWN_CLAUSE]


def test_file_of_a_package_is_checked_within_it_and_told_alone(law: Path) -> None:
    # given
    replace_in(law / "stall_fine.bpmn", "[lmo:5(3)]", "[lmo:5(33)]")
    replace_in(law / "law" / "register.yaml", "groups:", f"{CLAUSE_WITHOUT_CITATION}groups:")

    # when
    report = check_paths([law / "stall_fine.bpmn"])

    # then
    assert (report.packages, report.models) == (("lantern_market",), 1)
    assert [(problem.code, problem.location.file) for problem in report.problems] == [
        (ErrorCode.LAW_UNKNOWN_CLAUSE, "stall_fine.bpmn")
    ]


def test_folder_of_tables_is_checked_within_the_package_that_names_them(law: Path) -> None:
    # given
    (law / "decisions" / "stray.dmn").write_text("<definitions", encoding="utf-8")

    # when
    report = check_paths([law / "decisions"])

    # then
    assert (report.packages, report.models) == (("lantern_market",), 4)
    assert [problem.location.file for problem in report.problems] == [str(law / "decisions" / "stray.dmn")]


def test_what_keeps_the_package_of_a_file_from_deployment_is_told_of_other_files_too(law: Path) -> None:
    # given
    replace_in(law / "stall_permit.bpmn", "=certificate_enclosed", "=certificate_enclsed")

    # when
    report = check_paths([law / "stall_fine.bpmn"])

    # then
    assert [problem.location.file for problem in report.errors] == ["stall_permit.bpmn"]


def test_file_beside_its_manifest_is_not_checked_twice(law: Path) -> None:
    # when
    report = check_paths([law, law / "stall_fine.bpmn"])

    # then
    assert (report.problems, report.models) == ((), 6)


def test_file_below_a_manifest_that_is_no_yaml_is_told_so(law: Path) -> None:
    # given
    (law / "package.yaml").write_text("package: [", encoding="utf-8")

    # when
    report = check_paths([law / "stall_fine.bpmn"])

    # then
    assert ErrorCode.LAW_MANIFEST in {problem.code for problem in report.errors}


def test_clause_in_force_without_citation_is_a_warning_and_no_error(law: Path) -> None:
    # given
    replace_in(law / "law" / "register.yaml", "groups:", f"{CLAUSE_WITHOUT_CITATION}groups:")

    # when
    report = check_paths([law])

    # then
    (problem,) = report.warnings
    assert report.errors == ()
    assert problem.severity is Severity.WARNING
    assert problem.code is ErrorCode.TRACE_CLAUSE


@pytest.mark.parametrize(
    ("name", "said"),
    [("empty", "it holds none."), ("not there", "nothing is there."), ("a.md", "it is none of these.")],
)
def test_path_without_anything_to_check_is_a_finding(tmp_path: Path, name: str, said: str) -> None:
    # given
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")

    # when
    report = check_paths([tmp_path / name])

    # then
    [problem] = report.errors
    assert problem.location.file == str(tmp_path / name)
    assert problem.message.endswith(f"but {said}")


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("notices/fine.md", "{{ report_number }}", "{{ report_numbr }}", ErrorCode.LAW_UNKNOWN_FACT),
        ("law/register.yaml", "groups:", f"{CLAUSE_WITHOUT_CITATION}groups:", ErrorCode.TRACE_CLAUSE),
        ("law/calendar.yaml", "day: 3", "day: 32", ErrorCode.CAL_INVALID),
    ],
)
def test_other_file_of_a_package_is_checked_within_it_too(
    law: Path, file: str, old: str, new: str, code: ErrorCode
) -> None:
    assert check_paths([law / file]).problems == ()
    replace_in(law / file, old, new)

    report = check_paths([law / file])

    assert code in {problem.code for problem in report.problems}
    assert {problem.location.file for problem in report.problems} == {file}
    assert (report.models, report.scenarios) == (0, 0)


def test_default_paths_are_the_shipped_packages_and_the_test_scenarios(law: Path) -> None:
    # given
    root = law.parents[1]
    scenarios = root / "tests" / "scenarios"
    scenarios.mkdir(parents=True)
    shutil.copy(MINI_LAW / "scenarios" / "fee_short.yaml", scenarios)

    # when
    paths = default_paths(root)

    # then
    assert paths == [law, scenarios]
    assert check_paths(paths).scenarios == 5
    assert default_paths(root, [law / "package.yaml", MINI_LAW / "package.yaml"]) == [law, scenarios, MINI_LAW]


def test_folder_below_the_scenarios_is_looked_into(tmp_path: Path) -> None:
    below = tmp_path / "scenarios" / "section_1"
    below.mkdir(parents=True)
    shutil.copy(MINI_LAW / "scenarios" / "fee_short.yaml", below)

    assert scenarios_at([below]) == [below / "fee_short.yaml"]


def test_style_of_a_diagram_is_told_although_another_one_keeps_the_package_from_deployment(law: Path) -> None:
    replace_in(law / "stall_permit.bpmn", "=certificate_enclosed", "=certificate_enclsed")
    replace_in(law / "stall_fine.bpmn", 'name="Send the fine"', 'name=""')

    report = check_paths([law])

    told = {(Path(each.location.file or "").name, str(each.code), each.severity) for each in report.problems}
    assert ("stall_permit.bpmn", "FEEL_UNKNOWN_NAME", Severity.ERROR) in told
    assert ("stall_fine.bpmn", "BPMN_STYLE", Severity.WARNING) in told
