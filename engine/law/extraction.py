"""Reading back the words of what was rendered: of the HTML page and of the PDF letter, as their reader meets them.

Whether a notice says what the law demands is judged on these texts, never on the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from html.parser import HTMLParser
from threading import Lock

_ONE_AT_A_TIME = Lock()  # PDFium is not to be used by two threads at once
_HYPHEN_AT_END = "\x02"
"""What PDFium makes of a hyphen at the end of a line and of the line break behind it."""
_UNSEEN = frozenset({"head", "style", "script"})
_INLINE = frozenset({"a", "b", "code", "em", "i", "span", "strong"})


def extract_html_text(page: str) -> str:
    """The visible words of an HTML page; blocks are parted by line breaks, the head is left out.

    >>> extract_html_text("<html><head><title>t</title></head><body><p>Pay <b>now</b></p><p>or not</p></body></html>")
    'Pay now\\nor not'
    """
    reader = _VisibleText()
    reader.feed(page)
    reader.close()
    lines = ("".join(reader.parts)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


class _VisibleText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self.parts.append("\n")


def extract_pdf_text(data: bytes) -> str:
    """The words of a PDF letter in reading order, without the page numbers at the foot of each page."""
    import pypdfium2  # needed for letters only, and slow to load

    with _ONE_AT_A_TIME, closing(pypdfium2.PdfDocument(data)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    lines: list[str] = []
    for number, page in enumerate(pages, 1):
        said = page.rstrip().removesuffix(f"{number} / {len(pages)}")
        lines.extend(line.strip() for line in said.replace(_HYPHEN_AT_END, "-").splitlines())
    return join_lines(lines)


def join_lines(lines: Sequence[str]) -> str:
    """The lines of a letter as one text. Letters are set without hyphenation: a hyphen at the end belongs to the word.

    >>> join_lines(["section 12B-", "015 and", "section 9"])
    'section 12B-015 and\\nsection 9'
    """
    text = ""
    for line in lines:
        inside_a_word = text[-1:] == "-" and text[-2:-1].isalnum()
        text += line if inside_a_word or not text else f"\n{line}"
    return text
