"""The official text of a law, from a copy that the reviewer names: it is shown beside our words and shipped nowhere.

Two forms are read: a CSV file with a column `id` and one called `text` (or `official_text`), and a plain text whose
paragraphs open with the marks of an outline: ``Section 2.``, ``(1)``, ``(a)``, ``1.``, ``a.``, ``(i)``, one or several.
Which depth a mark stands at is told by the register: a paragraph belongs where its marks give a clause that there is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ErrorCode, failure
from engine.law import Register

OfficialText = Mapping[str, str]
"""The text of each clause by its id without the register's prefix."""

_SECTION = re.compile(r"^(?:Section|Sec\.|Article|Art\.|§)\s*(\d+[A-Za-z]?)\.?\s*(.*)$", re.DOTALL)
_HEADING = re.compile(r"^([^()]{1,120}?\.)\s+(\(\w+\).*)$", re.DOTALL)
_MARK = re.compile(r"^(?:\((\w{1,5})\)|(\d{1,3})\.|([a-z]{1,2})\.)\s*(.*)$", re.DOTALL)
_SPLIT = re.compile(r"\.[a-z_]{3,}$")
_OPENS = r"[-*•]\s|(?:\(\w{1,5}\)|\d{1,3}\.|[a-z]{1,2}\.)\s|(?:Section|Sec\.|Article|Art\.|§)\s*\d"
_BREAK = re.compile(rf"\n\s*\n|\n(?=\s*(?:{_OPENS}))")
_BULLET = re.compile(r"^[-*•]\s+")
TEXT_COLUMNS = ("text", "official_text")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    marks: tuple[str, ...]
    text: str
    section: bool


def read_official(path: Path, register: Register) -> OfficialText:
    """The official text by clause id. Errors: LAW_REGISTER for a file that cannot be read or holds no clause of it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise failure(
            ErrorCode.LAW_REGISTER, f"the official text cannot be read: {error.strerror}.", file=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise failure(
            ErrorCode.LAW_REGISTER, "the official text is not UTF-8.", file=str(path), hint="save it as UTF-8 text"
        ) from error
    found = _from_table(text) if path.suffix.lower() == ".csv" else _from_outline(text, register)
    known = {name: each for name, each in found.items() if name in register.clauses or name in register.groups}
    if not known:
        raise failure(
            ErrorCode.LAW_REGISTER,
            f"no paragraph of it is a clause of the register {register.prefix} ({register.title}).",
            file=str(path),
            hint="expected CSV with the columns id and text, or paragraphs that open with Section 1., (1), (a), 1., a.",
        )
    return known


def text_for(official: OfficialText, clause_id: str) -> str:
    """The text of the clause; that of the whole one, where the register splits it by a word such as `.log`."""
    return official.get(clause_id) or official.get(_SPLIT.sub("", clause_id), "")


def _from_table(text: str) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(text))
    column = next((name for name in TEXT_COLUMNS if name in (rows.fieldnames or ())), "")
    return {str(row.get("id", "")).strip(): str(row[column] or "").strip() for row in rows if column and row.get("id")}


def _from_outline(text: str, register: Register) -> dict[str, str]:
    known = _beginnings(register)
    found: dict[str, str] = {}
    path: tuple[str, ...] = ()
    for paragraph in _paragraphs(text):
        place = _place(paragraph, path, known)
        if place is None:
            continue
        path = place
        name = _joined(path)
        found[name] = f"{found[name]} {paragraph.text}" if name in found else paragraph.text
    return found


def _place(paragraph: _Paragraph, path: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...] | None:
    """Where the paragraph stands: below as much of the last path as gives a clause that there is."""
    if paragraph.section:
        return paragraph.marks if _joined(paragraph.marks) in known else None
    if not paragraph.marks:
        return path or None
    for depth in range(len(path), 0, -1):
        # A mark that continues its own list takes the place of the last one, and does not go below it.
        candidate = (*path[:depth], *paragraph.marks)
        if _joined(candidate) in known:
            return candidate
    return path or None


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    for block in _BREAK.split(text):
        words = _BULLET.sub("", " ".join(block.split()))
        if not words:
            continue
        marks: list[str] = []
        section = _SECTION.match(words)
        if section:
            marks.append(section[1])
            heading = _HEADING.match(section[2])
            words = heading[2] if heading else section[2]
        while (mark := _MARK.match(words)) is not None:
            marks.append(f"({mark[1]})" if mark[1] else mark[2] or mark[3])
            words = mark[4]
        yield _Paragraph(tuple(marks), words, section is not None)


def _joined(marks: tuple[str, ...]) -> str:
    """``2``, ``(2)``, ``(e)``, ``2``, ``b`` -> ``2(2)(e)2.b``: as the registers write it."""
    return "".join(f".{each}" if each.isalpha() else each for each in marks)


def _beginnings(register: Register) -> frozenset[str]:
    """Every id of the register and what it lies below, so that a paragraph above its clauses has a place too."""
    parts = re.compile(r"^\w+|\(\w+\)|\d+|\.[a-z]{1,2}(?![a-z])")
    found = set()
    for name in (*register.clauses, *register.groups):
        so_far = ""
        for part in parts.findall(name):
            so_far += part
            found.add(so_far)
    return frozenset(found)
