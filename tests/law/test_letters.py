"""Letters: the PDF is tagged, the same twice, says what the plain text says, and runs nothing from a case."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from engine.errors import EngineError, ErrorCode
from engine.feel import FeelDate, Value
from engine.law import HTML, PDF, TEXT, letters, preview_notice, render_notice
from engine.law.extraction import extract_html_text, extract_pdf_text
from engine.law.markdown import normalise, render_html, render_text
from engine.law.pdf import Letter, build_program, render_pdf
from tests.law.harbour import NOTICE, harbour_package
from tests.law.test_notices import VALUES

LETTER = Letter("A letter", "en", "a4", date(2011, 3, 8))
EVERYTHING = """\
### Steps

Read *this* and **that**, at once,\\
or `later`:

- one
  - two
- three

1. first

2. second

> quoted

| a | b |
|---|---|
| c | d |

----

    code

See [the law](https://example.org/law), ![a picture](x.png) and #strike[*this*] $x$ @me <label> \\ "it's".
"""


def test_letters_that_are_set_at_once_and_after_a_broken_one_are_those_that_are_set_alone() -> None:
    texts = [f"{EVERYTHING}\n\nNumber {number}" for number in range(12)]
    with pytest.raises(EngineError):
        render_pdf("no font has \U0001f409", LETTER)

    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(lambda text: render_pdf(text, LETTER), texts))

    assert at_once == [render_pdf(text, LETTER) for text in texts]
    assert len(set(at_once)) == len(texts)


def letter_of(notice: str = NOTICE, **values: Value) -> bytes:
    source = harbour_package(NOTICE=notice).notices["berth_refused"]
    return render_notice(source, {**VALUES, **values}, forms=(TEXT, HTML, PDF)).files[PDF]


def test_letter_is_kept_in_memory_by_a_process_that_said_it_rehearses_and_by_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(letters, "_keeping", False)
    assert letters.set_letter(EVERYTHING, LETTER)[0] is not letters.set_letter(EVERYTHING, LETTER)[0]

    letters.keep_letters()

    assert letters.set_letter(EVERYTHING, LETTER)[0] is letters.set_letter(EVERYTHING, LETTER)[0]
    assert letters.set_letter(EVERYTHING, LETTER) != letters.set_letter(EVERYTHING, replace(LETTER, title="Another"))


def test_letter_is_a_tagged_pdf_with_title_language_and_the_date_of_the_notice() -> None:
    reader = PdfReader(io.BytesIO(letter_of()))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Ship CQ7 is refused"
    assert reader.metadata["/CreationDate"].startswith("D:20110308")


def test_letter_of_the_same_notice_is_the_same_to_the_byte() -> None:
    assert letter_of() == letter_of()
    assert letter_of() != letter_of(master_name="Rui Reis")


def test_letter_says_what_the_plain_text_says() -> None:
    source = harbour_package().notices["berth_refused"]

    rendered = render_notice(source, VALUES, forms=(TEXT, HTML, PDF))

    text = normalise(rendered.texts[TEXT])
    assert normalise(extract_pdf_text(rendered.files[PDF])) == text
    assert normalise(extract_html_text(rendered.texts[HTML])) == normalise(
        text.replace("1. hull 2. anchor", "hull anchor")
    )


def test_letter_shows_every_kind_of_block_and_no_markup_of_the_typesetter() -> None:
    said = normalise(extract_pdf_text(render_pdf(EVERYTHING, LETTER)))

    expected = normalise(render_text(EVERYTHING).replace("> quoted", "quoted").replace("a | b\nc | d", "a b c d"))
    assert said == expected.replace("----", "").replace("- ", "• ").replace("• two", "‣ two").replace("  ", " ")
    assert "#strike[this] $x$ @me <label>" in said


def test_words_of_a_case_never_become_a_program() -> None:
    evil = 'Ana"); #import "@preview/x:1.0.0" \\ #read("/etc/passwd") \x00 $ `'

    said = normalise(extract_pdf_text(letter_of(master_name=evil)))

    assert '#import "@preview/x:1.0.0" \\ #read("/etc/passwd")' in said
    program = build_program("# x\n\n[a](https://e.org/%22)", LETTER)
    assert "import" not in program and "include" not in program and "read(" not in program


def test_long_letter_reads_on_across_its_pages() -> None:
    sentence = "The owner repairs the hull before the ship leaves the harbour, whatever the weather is."
    markdown = "# Orders\n\n" + "\n\n".join(f"{number}: {sentence}" for number in range(90)) + "\n\n" + sentence * 60

    data = render_pdf(markdown, LETTER)

    assert len(PdfReader(io.BytesIO(data)).pages) > 3
    assert normalise(extract_pdf_text(data)) == normalise(render_text(markdown))
    assert "1 / " in PdfReader(io.BytesIO(data)).pages[0].extract_text()


def test_words_with_hyphens_are_read_whole_wherever_a_line_or_a_page_ends() -> None:
    words = "The harbour-master re-elected by first-class owners signs section 12B-015 off-peak."
    markdown = "\n\n".join(" ".join([words[start:].partition(" ")[2], *[words] * 9]) for start in range(40))

    data = render_pdf(markdown, LETTER)

    assert len(PdfReader(io.BytesIO(data)).pages) > 5
    assert normalise(extract_pdf_text(data)) == normalise(render_text(markdown))


def test_letters_that_are_read_at_once_say_what_each_of_them_says() -> None:
    letters_written = [render_pdf(f"{EVERYTHING}\n\nNumber {number}", LETTER) for number in range(8)]

    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(extract_pdf_text, letters_written * 5))

    assert at_once == [extract_pdf_text(letter) for letter in letters_written] * 5


def test_letter_with_a_character_that_no_font_has_is_refused() -> None:
    with pytest.raises(EngineError) as raised:
        letter_of(master_name="漢字")

    assert raised.value.code == ErrorCode.NOTICE_TEMPLATE
    assert "cannot be set as a letter" in str(raised.value)


def test_heading_without_a_word_is_left_out() -> None:
    assert extract_pdf_text(render_pdf("# \n\n## Why\n\nSo.", LETTER)).split() == ["Why", "So."]


def test_letter_without_a_date_is_refused() -> None:
    with pytest.raises(EngineError) as raised:
        preview_notice(
            harbour_package(NOTICE=NOTICE.replace(", {{ notice.date | weekday }} {{ notice.date }}", "")).notices[
                "berth_refused"
            ],
            {**VALUES, "notice": {"id": "1"}},
            forms=(PDF,),
        )

    assert "needs the date of the notice" in str(raised.value)


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("us-letter", 612)])
def test_letter_is_set_on_the_paper_of_the_law(paper: str, width: int) -> None:
    source = replace(harbour_package().notices["berth_refused"], paper=paper)

    rendered = render_notice(source, VALUES, forms=(PDF,))

    assert round(PdfReader(io.BytesIO(rendered.files[PDF])).pages[0].mediabox.width) == width


def test_piece_that_stands_only_in_the_subject_is_not_said() -> None:
    notice = NOTICE.replace("subject: Ship", "subject: Your ship is not safe to moor. Ship")
    notice = notice.replace("{{ reason_texts[reason_code] }} ", "")
    source = harbour_package(NOTICE=notice).notices["berth_refused"]

    rendered = preview_notice(source, VALUES, forms=(TEXT, HTML, PDF))

    (problem,) = rendered.missing
    assert problem.code == ErrorCode.NOTICE_CONTENT_MISSING
    assert "the text and the page and the letter do not say" in problem.message


def test_words_in_the_head_of_a_page_are_not_read() -> None:
    page = render_html("# One\n\nTwo **three** four\n\n- five", title="Head", language="en")

    assert extract_html_text(page) == "One\nTwo three four\nfive"
    assert FeelDate(2011, 3, 8).to_python() == LETTER.dated
