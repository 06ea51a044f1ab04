"""`clauseflow ask`: one answer, the list, batches, and what cannot be read."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.tools.project import make_project, run_cli


@pytest.fixture(autouse=True)
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch)


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Any:
    def type_text(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return type_text


def test_answer_comes_first_in_words_then_rules_and_clauses(type_in: Any, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    type_in("stall_size: large")

    # when
    code = run_cli("ask", "stall_fee", "--facts", "-")

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert out.splitlines()[0].startswith("EUR ")
    assert "Rules" in out and "Rule_" in out and "lmo:2(1)" in out
    assert out.index("Rules") < out.index("Clauses")


def test_answer_as_data_names_tables_by_their_hashes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    (tmp_path / "facts.json").write_text('{"stall_size": "small", "fee_paid": 1.5}', encoding="utf-8")

    # when
    code = run_cli("ask", "fee_outcome", "--facts", "facts.json", "--json", "--on", "2024-02-26")

    # then
    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (answer["on"], answer["facts"]["fee_paid"]) == ("2024-02-26", 1.5)
    assert set(answer["models"]) == {"decisions/stall_fee.dmn"}
    assert not list(tmp_path.rglob("store.sqlite"))


def test_list_shows_facts_with_types_an_answer_and_clauses(capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("ask", "--list")

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "stall_size  string, required: the size of the stall asked for; one of: small, large; e.g. small" in out
    assert "clauses    lmo:2(1)" in out
    assert out.rstrip().endswith("2 questions.")


def test_list_as_data_can_be_narrowed_to_one_question(capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("ask", "stall_fee", "--list", "--json")

    # then
    [listed] = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (listed["id"], listed["runs"]) == ("stall_fee", "Decision_StallFee")
    assert listed["example_answer"]["says"].startswith("EUR ")


def test_batch_of_json_lines_goes_on_past_bad_lines_and_counts_them(
    type_in: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    lines = [
        '{"stall_size": "small"}',
        "",
        "no json",
        '{"stall_size": "huge", "colour": "red"}',
        '{"stall_size": "small", "stall_size": "large"}',
        "[1]",
        '{"stall_size": NaN}',
        "[" * 100_000,
        '{"stall_size": "large"}',
    ]
    type_in("\n".join(lines))

    # when
    code = run_cli("ask", "stall_fee", "--batch", "-")

    # then
    captured = capsys.readouterr()
    answers = [json.loads(line) for line in captured.out.splitlines()]
    assert code == 1
    assert [answer["line"] for answer in answers] == [1, 3, 4, 5, 6, 7, 8, 9]
    assert [answer["line"] for answer in answers if "says" in answer] == [1, 9]
    assert sorted(each["code"] for each in answers[2]["problems"]) == ["LAW_FACT_TYPE", "LAW_UNKNOWN_FACT"]
    assert captured.err.strip() == "6 of 8 lines have no answer."


def test_batch_of_csv_reads_cells_by_the_types_of_the_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    rows = [
        "\ufeffstall_size,fee_paid,received_on",
        "small,120.50,2024-02-26",
        "small,much,",
        "small",
        "large,1,2024-02-30",
    ]
    (tmp_path / "many.csv").write_text("\r\n".join(rows), encoding="utf-8")

    # when
    code = run_cli("ask", "fee_outcome", "--batch", "many.csv", "--json")

    # then
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 1
    assert [answer["line"] for answer in answers] == [2, 3, 4, 5]
    assert answers[0]["facts"] == {"stall_size": "small", "fee_paid": 120.5, "received_on": "2024-02-26"}
    assert [answer["problems"][0]["code"] for answer in answers[1:]] == ["LAW_FACT_TYPE", "ASK_FACTS", "LAW_FACT_TYPE"]


def test_batch_without_bad_lines_writes_nothing_else(type_in: Any, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    type_in('{"stall_size": "small"}\n')

    # when
    code = run_cli("ask", "stall_fee", "--batch", "-")

    # then
    captured = capsys.readouterr()
    assert (code, captured.err, len(captured.out.splitlines())) == (0, "", 1)


def test_facts_with_a_day_that_does_not_exist_are_told_with_everything_else(
    type_in: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    type_in("{stal_size: small, fee_paid: -3, received_on: 2024-02-30}")

    # when
    code = run_cli("ask", "fee_outcome", "--facts", "-")

    # then
    told = capsys.readouterr().err
    assert code == 2
    for expected in ("ASK_FACTS", 'Did you mean "stall_size"?', "ASK_NEGATIVE", "ASK_FACT_MISSING"):
        assert expected in told


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), "ASK_UNKNOWN_QUESTION", "see clauseflow ask --list"),
        (("stall_fees",), "ASK_UNKNOWN_QUESTION", 'Did you mean "stall_fee"?'),
        (("stall_fee", "--facts", "nowhere.json"), "ASK_FACTS", "No such file"),
        (("stall_fee", "--batch", "nowhere.csv"), "ASK_FACTS", "No such file"),
        (("stall_fee", "--facts", "."), "ASK_FACTS", "directory"),
        (("stall_fee", "--on", "26 February"), "ASK_FACTS", "YYYY-MM-DD"),
        (("stall_fee", "--reading", "voluntary"), "ASK_READING", "KEY=VALUE"),
        (("stall_fee", "--reading", "a=b", "--reading", "a=c"), "ASK_READING", "each key once"),
        (("stall_fee", "--facts", "-", "--batch", "-"), "ASK_FACTS", "got both"),
        (("stall_fee", "--package", "nowhere"), "LAW_MANIFEST", "expected the manifest"),
    ],
)
def test_command_that_cannot_be_done_says_why(
    arguments: tuple[str, ...], code: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    ended = run_cli("ask", *arguments)

    # then
    told = capsys.readouterr()
    assert ended == 2
    assert told.out == ""
    assert code in told.err and says in told.err


def test_bytes_that_are_no_text_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    (tmp_path / "facts.yaml").write_bytes(b"stall_size: \xff\xfe")

    # when
    code = run_cli("ask", "stall_fee", "--facts", "facts.yaml")

    # then
    assert code == 2
    assert "ASK_FACTS" in capsys.readouterr().err


def test_heading_of_a_csv_that_names_a_fact_twice_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    (tmp_path / "many.csv").write_text("stall_size,stall_size\nsmall,large\n", encoding="utf-8")

    # when
    code = run_cli("ask", "stall_fee", "--batch", "many.csv")

    # then
    assert code == 2
    assert "each once" in capsys.readouterr().err
