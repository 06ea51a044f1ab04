"""`clauseflow notice`: a preview in each form, what is missing, and what cannot be previewed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.law import load_package
from engine.law.extraction import extract_pdf_text
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.api.conftest import REQUEST
from tests.channels.messages import NOW
from tests.runtime.conftest import ADA
from tests.tools.project import make_project, replace_in, run_cli

STORE = Path(".clauseflow")


def make_store(law: Path, **facts: object) -> str:
    """A store in which one request for a stall was handed in; the instance of its process."""
    STORE.mkdir()
    engine: Engine = open_engine(STORE / "store.sqlite", clock=NOW, spool=STORE / "spool")
    engine.deploy(load_package(law / "package.yaml"), ADA)
    result = engine.raise_event("lantern_market", "stall requested", {**REQUEST, **facts}, ADA)
    engine.close()
    return result.instance_ids[0]


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch)


def test_notice_is_previewed_as_text_and_nothing_is_sent(law: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    instance = make_store(law)

    code = run_cli("notice", "request_returned", "--instance", instance)

    assert code == 0
    assert "Aiko Mori" in capsysbinary.readouterr().out.decode()
    engine = open_engine(STORE / "store.sqlite")
    assert engine.notices() == []
    engine.close()


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_notice_is_previewed_as_page_and_letter_into_a_file(law: Path, form: str) -> None:
    instance = make_store(law)

    code = run_cli("notice", "request_returned", "--instance", instance, "--format", form, "--out", f"x.{form}")

    written = Path(f"x.{form}").read_bytes()
    assert code == 0
    assert "Aiko Mori" in (extract_pdf_text(written) if form == "pdf" else written.decode())


def test_notice_that_lacks_a_required_piece_is_shown_with_what_is_missing(
    law: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    replace_in(law / "notices" / "request_returned.md", "{{ fee_paid | money }}", "your payment")
    instance = make_store(law)

    code = run_cli("notice", "request_returned", "--instance", instance)

    shown = capsysbinary.readouterr()
    assert code == 1
    assert "your payment" in shown.out.decode()
    assert "NOTICE_CONTENT_MISSING" in shown.err.decode() and "required > payment" in shown.err.decode()


def test_value_that_the_instance_does_not_hold_is_asked_for_and_may_be_given(
    law: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    source = law / "notices" / "request_returned.md"
    replace_in(source, "required:", "inputs: [clerk]\nrequired:")
    source.write_text(source.read_text(encoding="utf-8") + "\nSigned by {{ clerk }}.\n", encoding="utf-8")
    instance = make_store(law)

    assert run_cli("notice", "request_returned", "--instance", instance) == 2
    refused = capsysbinary.readouterr().err.decode()
    assert '"clerk"' in refused
    assert "give it with --input FILE" in refused

    Path("given.yaml").write_text("clerk: Jun Ota\n", encoding="utf-8")
    assert run_cli("notice", "request_returned", "--instance", instance, "--input", "given.yaml") == 0
    assert "Signed by Jun Ota." in capsysbinary.readouterr().out.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("request_retruned", "--instance", "instance-1"), 'Did you mean "request_returned"?'),
        (("request_returned", "--instance", "instance-99"), "instance-99"),
        (("request_returned", "--instance", "instance-1", "--out", "no/such/folder/x.txt"), "cannot be written"),
    ],
)
def test_what_cannot_be_previewed_ends_with_two_and_says_why(
    law: Path, capsysbinary: pytest.CaptureFixture[bytes], arguments: tuple[str, ...], said: str
) -> None:
    assert make_store(law) == "instance-1"

    assert run_cli("notice", *arguments) == 2

    assert said in capsysbinary.readouterr().err.decode()
