"""The matrix in every format: the same cells, safe in each, and a page that needs nothing else."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from engine.law import load_package
from engine.review import (
    FORMATS,
    Sheet,
    amendment_sheets,
    back_sheet,
    build_amendment,
    build_back_trace,
    build_trace,
    matrix_sheet,
    read_coverage,
)
from tests.review.market import MANIFEST, market_runs

COVERAGE = read_coverage(load_package(MANIFEST))
MATRIX = matrix_sheet("Lantern Market", build_trace(COVERAGE, market_runs(), in_force_only=True))
HOSTILE = Sheet(
    "A | B <b>",
    'says "<script>"',
    ("One", "Two"),
    ((("=1+1", "a|b"), ("<img onerror=x>", "\\|")), (("plain",), ())),
)


def test_matrix_says_how_many_clauses_are_proven_left_out_and_open() -> None:
    assert MATRIX.says == "9 clauses: 9 proven, 0 out of scope with a reason, 0 open."


def test_row_of_the_matrix_holds_clause_words_standing_places_and_scenarios() -> None:
    # when
    row = next(row for row in MATRIX.rows if row[0][0] == "lmo:3(2)")
    cells = dict(zip(MATRIX.heads, row, strict=True))

    # then
    assert cells["Clause"] == ("lmo:3(2)", "Lantern Market Ordinance 3(2)")
    assert cells["Stands"] == ("carried out",)
    assert "stall_permit > Activity_AskForCertificate" in cells["Elements"]
    assert cells["Parameters"] == ("Decision_MarketLimit > Rule_Certificate",)
    assert "certificate_request > last_day" in cells["Notices"]
    assert len(cells["Scenarios"]) == 2
    assert cells["Still open"] == ()


def test_csv_read_back_gives_the_cells() -> None:
    # when
    rows = list(csv.reader(io.StringIO(FORMATS["csv"]("Matrix", [MATRIX]))))

    # then
    assert rows[0] == ["Sheet", *MATRIX.heads]
    assert len(rows) == 1 + len(MATRIX.rows)
    assert rows[4][1].split("\n") == ["lmo:3(2)", "Lantern Market Ordinance 3(2)"]


def test_csv_cell_is_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(FORMATS["csv"]("x", [HOSTILE]))))
    assert rows[1][1] == "'=1+1\na|b"


def test_markdown_row_keeps_its_columns_whatever_a_cell_holds() -> None:
    # when
    text = FORMATS["markdown"]("x", [HOSTILE])
    lines = [line for line in text.splitlines() if line.startswith("|")]

    # then
    assert all(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3 for line in lines)


class Reader(HTMLParser):
    """Counts tags and keeps what is open, so that a page that does not nest fails."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read_page(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("sheets", [[MATRIX], [HOSTILE], [MATRIX, HOSTILE]])
def test_page_is_well_formed_has_heads_captions_and_language_and_loads_nothing(sheets: list[Sheet]) -> None:
    # when
    page = read_page(FORMATS["html"]("A <title>", sheets))
    tags = [tag for tag, _ in page.seen]

    # then
    assert tags.count("table") == tags.count("caption") == len(sheets)
    assert ("html", {"lang": "en"}) in page.seen
    assert not {"script", "link", "img", "iframe"} & set(tags)
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in page.seen if tag == "th")
    ids = [attributes["id"] for _, attributes in page.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"] for tag, attributes in page.seen if tag == "a"}
    assert targets <= {f"#{name}" for name in ids}


def test_back_sheet_leads_from_places_to_clauses_and_scenarios() -> None:
    # when
    sheet = back_sheet("Back", build_back_trace(COVERAGE, market_runs()))
    rows = {row[0][0]: row for row in sheet.rows}

    # then
    where = "element stall_permit > Activity_SetCertificateDeadline"
    assert rows[where][2] == ("lmo:3(2)", "L-01")
    assert len(rows[where][3]) == 2
    assert rows["notice fine_overdue"][3] != ()


def test_sheets_of_an_amendment_name_each_kind_of_thing_that_is_touched() -> None:
    titles = [sheet.title for sheet in amendment_sheets(build_amendment(COVERAGE, market_runs(), "lmo:3(2)"))]

    assert titles == [
        "Clauses under lmo:3(2)",
        "Elements of diagrams",
        "Parameters",
        "Notices",
        "Words of the vocabulary",
        "Readings",
    ]
