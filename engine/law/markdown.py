"""From the Markdown of a notice to HTML, and to plain text made from the same tokens, so they agree."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.law.letterhead import NO_HEAD, Head, head_as_html, head_as_text

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
</head>
<body>
{head}{body}</body>
</html>
"""


def parse_markdown(markdown: str) -> list[Token]:
    """The block tokens of a notice, from which each of its texts is made."""
    return _MARKDOWN.parse(markdown)


def render_html(markdown: str, *, title: str, language: str, head: Head = NO_HEAD) -> str:
    """A whole HTML page; raw HTML inside the Markdown is shown, not obeyed."""
    body = _MARKDOWN.render(markdown)
    return _PAGE.format(language=html.escape(language), title=html.escape(title), head=head_as_html(head), body=body)


def render_text(markdown: str, head: Head = NO_HEAD) -> str:
    """Plain text: paragraphs parted by empty lines, list items with their mark, links with their address.

    >>> render_text("# Notice\\n\\nPay **now**:\\n\\n1. by check\\n2. by transfer\\n")
    'Notice\\n\\nPay now:\\n\\n1. by check\\n2. by transfer\\n'
    """
    blocks: list[str] = []
    writer = _TextWriter(blocks)
    for token in parse_markdown(markdown):
        writer.add(token)
    return head_as_text(head) + "\n".join(blocks).strip() + "\n"


def normalise(text: str) -> str:
    """Text with every run of blanks as one space, for comparing what must be said with what is said.

    A citation may go on in the next line at a parenthesis; blanks there do not count.

    >>> normalise("Section 5(2)\\n(a)  applies")
    'Section 5(2)(a) applies'
    """
    return re.sub(r"\)\s+\(", ")(", re.sub(r"\s+", " ", text)).strip()


class _TextWriter:
    """Walks the block tokens; keeps the indent and the mark of the list item that it is in."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._prefixes: list[str] = []
        self._counters: list[int | None] = []
        self._mark: str | None = None
        self._tight = False
        self._cells: list[str] = []
        self._in_cell = False

    def add(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._counters.append(None)
            case "ordered_list_open":
                self._counters.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._counters.pop()
                if not self._counters:
                    self._blank()
            case "list_item_open":
                self._open_item()
            case "list_item_close":
                self._flush_mark()
                self._prefixes.pop()
            case "blockquote_open":
                self._prefixes.append("> ")
            case "blockquote_close":
                self._prefixes.pop()
            case "paragraph_open":
                self._tight = token.hidden
            case "tr_open":
                self._cells = []
            case "th_open" | "td_open":
                self._in_cell = True
            case "th_close" | "td_close":
                self._in_cell = False
            case "tr_close":
                self._write(" | ".join(self._cells), blank=False)
            case "table_close":
                self._blank()
            case "hr":
                self._write("----", blank=True)
            case "fence" | "code_block":
                self._write(token.content.rstrip("\n"), blank=True)
            case "inline":
                self._write_inline(token)

    def _open_item(self) -> None:
        counter = self._counters[-1]
        mark = "- " if counter is None else f"{counter}. "
        if counter is not None:
            self._counters[-1] = counter + 1
        self._mark = "".join(self._prefixes) + mark
        self._prefixes.append(" " * len(mark))

    def _write_inline(self, token: Token) -> None:
        text = _inline_text(token.children or [])
        if self._in_cell:
            self._cells.append(text)
        else:
            self._write(text, blank=not self._tight)
            self._tight = False

    def _write(self, text: str, *, blank: bool) -> None:
        prefix = "".join(self._prefixes)
        for line in text.split("\n"):
            self._lines.append((self._mark if self._mark is not None else prefix) + line)
            self._mark = None
        if blank:
            self._blank()

    def _flush_mark(self) -> None:
        if self._mark is not None:
            self._lines.append(self._mark.rstrip())
            self._mark = None

    def _blank(self) -> None:
        if self._lines and self._lines[-1]:
            self._lines.append("")


def _inline_text(children: Sequence[Token]) -> str:
    parts: list[str] = []
    targets: list[str] = []
    for child in children:
        match child.type:
            case "text" | "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "image":
                parts.append(child.content)
            case "link_open":
                targets.append(str(child.attrGet("href") or ""))
            case "link_close":
                parts.append(f" ({targets.pop()})")
    return "".join(parts)
