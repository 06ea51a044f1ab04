"""Sheets as Markdown, CSV and one HTML page that needs nothing else: no script, no style from elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from html import escape

from engine.review.trace_page import html_page
from engine.review.trace_sheets import Cell, Sheet


def to_markdown(title: str, sheets: Sequence[Sheet]) -> str:
    """Headings and pipe tables; lines of a cell are separated by `<br>`."""
    parts = [f"# {title}"]
    for sheet in sheets:
        lines = [f"## {sheet.title}", "", sheet.says, ""]
        lines.append(f"| {' | '.join(sheet.heads)} |")
        lines.append(f"|{'---|' * len(sheet.heads)}")
        lines.extend(f"| {' | '.join(_pipe(cell) for cell in row)} |" for row in sheet.rows)
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _pipe(cell: Cell) -> str:
    return "<br>".join(line.replace("\\", "\\\\").replace("|", "\\|") for line in cell) or "-"


def to_csv(title: str, sheets: Sequence[Sheet]) -> str:
    """RFC 4180, with the title of its sheet in the first column of every row and lines of a cell inside quotes."""
    out = io.StringIO()
    writer = csv.writer(out)
    for sheet in sheets:
        writer.writerow(("Sheet", *sheet.heads))
        for row in sheet.rows:
            writer.writerow((sheet.title, *("\n".join(_no_formula(line) for line in cell) for cell in row)))
    return out.getvalue()


def _no_formula(line: str) -> str:
    """A spreadsheet takes a text that begins so for a formula."""
    return f"'{line}" if line[:1] in ("=", "+", "@", "\t") else line


def to_html(title: str, sheets: Sequence[Sheet]) -> str:
    """One accessible page: headings, a list of contents, tables with captions and heads for rows and columns."""
    contents = "".join(f'<li><a href="#sheet-{n}">{escape(each.title)}</a></li>' for n, each in enumerate(sheets, 1))
    body = [f"<h1>{escape(title)}</h1>", f'<nav aria-label="Contents"><ul>{contents}</ul></nav>']
    for number, sheet in enumerate(sheets, 1):
        heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in sheet.heads)
        rows = "\n".join(_html_row(row) for row in sheet.rows)
        body.append(
            f'<section aria-labelledby="sheet-{number}"><h2 id="sheet-{number}">{escape(sheet.title)}</h2>'
            f'<div class="wide" tabindex="0" role="region" aria-label="{escape(sheet.title)}, table"><table>'
            f"<caption>{escape(sheet.says)}</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>\n{rows}\n</tbody></table></div></section>"
        )
    return html_page(title, "\n".join(body))


def _html_row(row: Sequence[Cell]) -> str:
    first, *others = row
    cells = "".join(f"<td>{_lines(cell)}</td>" for cell in others)
    return f'<tr><th scope="row">{_lines(first)}</th>{cells}</tr>'


def _lines(cell: Cell) -> str:
    if len(cell) > 1:
        return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in cell)}</ul>"
    return escape(cell[0]) if cell else '<span aria-label="none">–</span>'


FORMATS: Mapping[str, Callable[[str, Sequence[Sheet]], str]] = {
    "markdown": to_markdown,
    "html": to_html,
    "csv": to_csv,
}
