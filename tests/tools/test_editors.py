"""The check of shipped files with the editors' libraries: what counts as a change, and the lint."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import editors

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"

CASES = [
    ("<a x='1'><b/></a>", "<a x='1'>\n  <b/>\n</a>", []),
    ("<p:a xmlns:p='urn:x'/>", "<a xmlns='urn:x'/>", []),
    ("<decisionTable hitPolicy='UNIQUE'/>", "<decisionTable/>", []),
    (
        "<decisionTable hitPolicy='FIRST'/>",
        "<decisionTable/>",
        ["/decisionTable has the attributes {'hitPolicy': 'FIRST'}, after it {}"],
    ),
    ("<a><b id='one'>x</b></a>", "<a><b id='one'>y</b></a>", ['/a/b[one] holds the text "x", after it "y"']),
    ("<a><b/><c/></a>", "<a><c/><b/></a>", ["/a/b becomes c", "/a/c becomes b"]),
    ("<a><b/></a>", "<a/>", ["/a holds ['b'], after it []"]),
    ("<a><!-- why --></a>", "<a/>", ["/a holds ['a comment'], after it []"]),
]


@pytest.mark.parametrize(("one", "other", "differences"), CASES)
def test_comparison_finds_lost_content_and_forgives_blanks_prefixes_and_defaults(
    one: str, other: str, differences: list[str]
) -> None:
    assert list(editors.compare_xml(one, other)) == differences


def test_models_of_the_invented_law_survive_the_editors_and_a_bad_diagram_does_not(tmp_path: Path) -> None:
    # given
    good = sorted([*MINI_LAW.rglob("*.bpmn"), *MINI_LAW.rglob("*.dmn")])
    bad = tmp_path / "bad.bpmn"
    text = (MINI_LAW / "stall_fine.bpmn").read_text(encoding="utf-8")
    bad.write_text(text.replace('<zeebe:taskDefinition type="case.open" />', "<zeebe:unknown />"), encoding="utf-8")

    # when
    try:
        findings = editors.check_files([*good, bad])
    except editors.Skipped as reason:
        pytest.skip(f"the editors' libraries are not to be had: {reason}")

    # then
    assert {finding.path for finding in findings} == {str(bad)}
    assert any("Activity_OpenReport" in finding.message for finding in findings)


def test_machine_without_node_and_pip_says_that_it_skips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    # when
    with pytest.raises(editors.Skipped) as caught:
        editors.prepare(tmp_path)

    # then
    assert "neither node and npm nor pip" in str(caught.value)
