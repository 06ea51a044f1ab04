"""A letter with its words: set as a PDF and read back, which are the slow parts of a notice.

Each letter holds what one person is told, and a record may be erased at any time, from another process too: a process
that serves keeps none in its memory. One that plays invented cases in stores that it throws away sets the same letters
many times over; it says so with `keep_letters`.
"""

from __future__ import annotations

from functools import lru_cache

from engine.law.extraction import extract_pdf_text
from engine.law.markdown import normalise
from engine.law.pdf import Letter, render_pdf

_KEPT = 64


def set_letter(markdown: str, letter: Letter) -> tuple[bytes, str]:
    """The PDF of a letter, and its words as a reader meets them, normalised. Errors: as `render_pdf`."""
    return _set_before(markdown, letter) if _keeping else _set_and_read(markdown, letter)


def keep_letters() -> None:
    """From now on this process keeps the last letters that it set, until it ends."""
    global _keeping
    _keeping = True


def _set_and_read(markdown: str, letter: Letter) -> tuple[bytes, str]:
    data = render_pdf(markdown, letter)
    return data, normalise(extract_pdf_text(data))


_set_before = lru_cache(maxsize=_KEPT)(_set_and_read)
_keeping = False
