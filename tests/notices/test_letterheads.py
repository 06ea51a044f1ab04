"""Sender and recipient above a letter: in every form, in the window of an envelope, and never left out on paper."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from engine.errors import EngineError, ErrorCode
from engine.feel import Value
from engine.handlers.contract import NoticeIssued
from engine.law import HTML, PDF, TEXT, LawPackage, load_package, render_notice
from engine.law.pdf import WINDOW_HEIGHT, WINDOW_TOP
from tests.handlers.harbour import Bench, a_case, a_fact, failure_of, run
from tests.law.harbour import MANIFEST, harbour_package
from tests.law.test_notices import VALUES

ROOT = Path(__file__).resolve().parents[2]
LETTERS = 'letters: {sender: [Harbour <Office>, 1 Quay], recipient: "=concatenate([name], split(berth, \\", *\\"))"}'
ADDRESS: dict[str, Value] = {"master_name": "Ana & Rui", "berth": "Berth 7b, North Quay, Port"}
MILLIMETRES_PER_POINT = 25.4 / 72


def harbour_with(letters: str = LETTERS, paper: str = "a4") -> LawPackage:
    return harbour_package(MANIFEST=MANIFEST.replace("office_opens", f"paper: {paper}\n{letters}\noffice_opens", 1))


def test_every_form_shows_sender_and_recipient_above_the_text() -> None:
    source = harbour_with().notices["berth_refused"]

    rendered = render_notice(source, {**VALUES, **ADDRESS}, forms=(TEXT, HTML, PDF))

    assert rendered.texts[TEXT].startswith(
        "Harbour <Office>\n1 Quay\n\nAna & Rui\nBerth 7b\nNorth Quay\nPort\n\nRefusal of a berth\n"
    )
    page = rendered.texts[HTML]
    assert "<address>Harbour &lt;Office&gt;<br>1 Quay</address>\n<p>Ana &amp; Rui<br>Berth 7b<br>" in page
    assert page.index("</header>") < page.index("<h1>")
    letter = PdfReader(io.BytesIO(rendered.files[PDF])).pages[0].extract_text()
    assert letter.startswith("Harbour <Office>\n1 Quay\nAna & Rui\nBerth 7b\nNorth Quay\nPort\nRefusal of a berth\n")


def places(data: bytes) -> dict[str, float]:
    """How far below the top of its first page each text of a letter stands, in millimetres."""
    page = PdfReader(io.BytesIO(data)).pages[0]
    found: dict[str, float] = {}

    def note(text: str, outer: list[float], inner: list[float], *more: object) -> None:
        height = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        if text.strip():
            found[text.strip()] = (float(page.mediabox.height) - height) * MILLIMETRES_PER_POINT

    page.extract_text(visitor_text=note)
    return found


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_recipient_alone_stands_in_the_window_of_the_envelope(paper: str) -> None:
    source = harbour_with(paper=paper).notices["berth_refused"]

    below_top = places(render_notice(source, {**VALUES, **ADDRESS}, forms=(PDF,)).files[PDF])

    window = (WINDOW_TOP[paper], WINDOW_TOP[paper] + WINDOW_HEIGHT)
    seen = [text for text, place in below_top.items() if window[0] <= place <= window[1]]
    assert seen == ["Ana & Rui", "Berth 7b", "North Quay", "Port"]


def test_long_address_moves_the_text_down_and_is_not_printed_over() -> None:
    source = harbour_with().notices["berth_refused"]
    lines = [f"Line {number}" for number in range(1, 10)]

    below_top = places(render_notice(source, {**VALUES, **ADDRESS, "berth": ", ".join(lines)}, forms=(PDF,)).files[PDF])

    heights = [below_top[text] for text in ("1 Quay", "Ana & Rui", *lines, "Refusal of a berth")]
    assert all(below - above > 4 for above, below in pairwise(heights))


def test_letter_without_the_recipients_address_is_not_sent() -> None:
    facts = {"call_sign": "CQ7", "defects": ["hull"], "insured": False, "master_name": "Ana"}
    case = a_case(facts={name: a_fact(name, value) for name, value in facts.items()})
    given: dict[str, Value] = {"reason_code": "unsafe", "fine": VALUES["fine"], "deadlines": VALUES["deadlines"]}

    problem = failure_of("notice.send", {"notice": "berth_refused"}, Bench(own=case, package=harbour_with()), **given)

    assert problem.code == ErrorCode.NOTICE_CONTENT_MISSING
    assert problem.location.part == "recipient"
    assert 'must show the name and the postal address of the master, but the case holds no "berth".' in problem.message


def test_notice_that_goes_by_the_portal_alone_needs_no_postal_address() -> None:
    facts = {"call_sign": "CQ7", "defects": ["hull"], "insured": False, "master_name": "Ana"}
    case = a_case(facts={name: a_fact(name, value) for name, value in facts.items()})
    given: dict[str, Value] = {"reason_code": "unsafe", "fine": VALUES["fine"], "deadlines": VALUES["deadlines"]}
    bench = Bench(own=case, package=harbour_with())

    (issued,) = run("notice.send", {"notice": "berth_refused"}, bench, **given, notice_channel="portal").records

    assert isinstance(issued, NoticeIssued)
    assert issued.texts[TEXT].startswith("Harbour <Office>\n1 Quay\n\nRefusal of a berth\n")
    assert "<p>Ana" not in issued.texts[HTML]


@pytest.mark.parametrize(
    ("letters", "code", "said"),
    [
        ('letters: {sender: [x], recipient: "name"}', ErrorCode.LAW_MANIFEST, "expected FEEL beginning with ="),
        ('letters: {sender: [x], recipient: "=[nam]"}', ErrorCode.FEEL_UNKNOWN_NAME, 'Did you mean "name"?'),
        ('letters: {sender: [x], recipient: "=[name"}', ErrorCode.FEEL_SYNTAX, "expected"),
        ("letters: {sender: [x], receiver: y}", ErrorCode.LAW_MANIFEST, "known here: recipient, sender"),
        ("letters: [x]", ErrorCode.LAW_MANIFEST, "expected"),
    ],
)
def test_fault_in_the_letters_of_a_manifest_is_named(letters: str, code: ErrorCode, said: str) -> None:
    with pytest.raises(EngineError) as raised:
        harbour_with(letters)

    assert code in [problem.code for problem in raised.value.problems]
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("street", "lines"),
    [
        ("12 Elm Street, Hazard, Kentucky 41701", ["12 Elm Street", "Hazard, Kentucky 41701"]),
        ("4 Oak Road, Apt 3, Berea, Kentucky 40403", ["4 Oak Road", "Apt 3", "Berea, Kentucky 40403"]),
        ("Berea, Kentucky 40403", ["Berea, Kentucky 40403"]),
        ("General Delivery", ["General Delivery"]),
    ],
)
def test_shipped_law_puts_the_town_and_the_state_in_one_line(street: str, lines: list[str]) -> None:
    recipient = load_package(ROOT / "processes/kentucky_access/package.yaml").letterhead.recipient
    assert recipient is not None

    assert recipient.evaluate({"name": "Sam Hale", "street": street}).value == ["Sam Hale", *lines]
