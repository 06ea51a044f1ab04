"""From the Markdown of a notice to a letter: a tagged PDF (PDF/UA-1), set by Typst from a program made here.

Words of a notice reach Typst only inside string literals, so that nothing in a case can be read as Typst markup, and
the program imports no package. Only the fonts inside the Typst wheel are used, and the creation date is the date of
the notice: the same notice gives the same bytes. Entry point: `render_pdf`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typst
from markdown_it.tree import SyntaxTreeNode

from engine.errors import ErrorCode, failure
from engine.law.letterhead import NO_HEAD, Head
from engine.law.markdown import parse_markdown

_NOWHERE = Path(__file__).parent
"""Typst wants folders for files and packages; this one holds neither, and the program asks for none."""

_IDLE: list[typst.Compiler] = []
"""Compilers that have looked up their fonts. Each serves one thread at a time; a list takes and gives atomically."""

MARGIN = 25
"""Of every page, in millimetres; a window envelope shows the address from here on."""
WINDOW_TOP: Mapping[str, int] = {"us-letter": 61, "a4": 63}
"""Where the address begins below the top of the sheet, in millimetres: in the window of a No. 10 envelope (7/8 inch
from its left edge, 1/2 inch from its lower one), however the sheet slides in it, or where DIN 5008 form B has it."""
WINDOW_HEIGHT = 27
LINE_HEIGHT = 6
"""Of one line of an address with the space below it, rounded up."""

_HEAD = """\
#set document(title: {title}, date: datetime(year: {year}, month: {month}, day: {day}))
#set page(paper: {paper}, margin: {margin}mm, numbering: "1 / 1")
#set text(lang: {language}, font: "Libertinus Serif", size: 12pt, hyphenate: false, ligatures: false)
#set par(leading: 0.7em, spacing: 1.2em)
#set list(indent: 1em)
#set enum(indent: 1em)
#show list: set block(above: 1em, below: 1.2em)
#show enum: set block(above: 1em, below: 1.2em)
#set table(stroke: 0.5pt)
#show heading: set block(above: 1.6em, below: 0.9em)
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 2): set text(size: 13pt)
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter needs besides its text. *title* is that of the document, *paper* one of `formats.PAPERS`."""

    title: str
    language: str
    paper: str
    dated: date
    head: Head = NO_HEAD


def render_pdf(markdown: str, letter: Letter) -> bytes:
    """The letter as PDF/UA-1. Errors: NOTICE_TEMPLATE when it cannot be set, such as for a character without a font."""
    try:
        return _set(build_program(markdown, letter))
    except typst.TypstError as error:
        raise failure(
            ErrorCode.NOTICE_TEMPLATE,
            f"the notice cannot be set as a letter: {error}",
            hint="use letters that the shipped fonts have, and no pictures",
        ) from error


def _set(program: str) -> bytes:
    try:
        compiler = _IDLE.pop()
    except IndexError:
        compiler = typst.Compiler(
            root=str(_NOWHERE),
            package_path=str(_NOWHERE),
            package_cache_path=str(_NOWHERE),
            ignore_system_fonts=True,
            font_paths=[],
        )
    letter = compiler.compile(program.encode(), format="pdf", pdf_standards="ua-1")
    assert isinstance(letter, bytes), "one letter is one PDF"
    _IDLE.append(compiler)
    return letter


def build_program(markdown: str, letter: Letter) -> str:
    """The Typst program of a letter: fixed settings, then one function call for each block of the text."""
    language, _, _ = letter.language.partition("-")
    head = _HEAD.format(
        title=quote(letter.title),
        year=letter.dated.year,
        month=letter.dated.month,
        day=letter.dated.day,
        paper=quote(letter.paper),
        margin=MARGIN,
        language=quote(language.lower()),
    )
    tree = SyntaxTreeNode(parse_markdown(markdown))
    return head + _blocks_of(letter) + "".join(f"#{block}\n" for block in _Setter().blocks(tree.children))


def _blocks_of(letter: Letter) -> str:
    """The sender above the window, the recipient in it; without a recipient the text follows right upon the sender."""
    sender, recipient = letter.head.sender, letter.head.recipient
    if not recipient:
        return f"#{_lines(sender)}\n" if sender else ""
    above = WINDOW_TOP[letter.paper] - MARGIN
    return _block(sender, above) + _block(recipient, WINDOW_HEIGHT)


def _block(lines: Sequence[str], height: int) -> str:
    """Lines of an address on a part of the page that is *height* millimetres high, or as high as they need."""
    height = max(height, LINE_HEIGHT * len(lines))
    return f"#block(height: {height}mm, above: 0pt, below: 0pt, {_lines(lines)})\n"


def _lines(lines: Iterable[str]) -> str:
    """Lines of an address as one paragraph."""
    inner = "; linebreak(); ".join(f"text({quote(line)})" for line in lines)
    return f"par(leading: 0.5em, {{{inner}}})"


def quote(text: str) -> str:
    r"""*text* as a Typst string literal.

    >>> print(quote('say "yes" \\ no'))
    "say \"yes\" \\ no"
    """
    escaped = re.sub(r'[\\"\x00-\x1f\x7f]', _escape, text)
    return f'"{escaped}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return f"\\{character}" if character in '\\"' else f"\\u{{{ord(character):x}}}"


class _Setter:
    """Writes function calls for nodes. Keeps the level of the last heading: levels must not skip one (PDF/UA-1)."""

    def __init__(self) -> None:
        self._level = 0

    def blocks(self, nodes: Iterable[SyntaxTreeNode]) -> Iterator[str]:
        for node in nodes:
            yield _SET[node.type](self, node)

    def _content(self, nodes: Iterable[SyntaxTreeNode]) -> str:
        return "{" + "; ".join(self.blocks(nodes)) + "}"

    def root(self, node: SyntaxTreeNode) -> str:
        return self._content(node.children)

    def heading(self, node: SyntaxTreeNode) -> str:
        """A heading without a word, as an empty placeholder leaves it, is none: PDF/UA-1 forbids it."""
        if not any(part.content.strip() for part in node.walk() if part.type in ("text", "code_inline", "image")):
            return "none"
        self._level = min(int(node.tag[1:]), self._level + 1)
        return f"heading(level: {self._level}, {self._content(node.children)})"

    def paragraph(self, node: SyntaxTreeNode) -> str:
        inner = self._content(node.children)
        return inner if node.hidden else f"par({inner})"

    def bullet_list(self, node: SyntaxTreeNode) -> str:
        return f"list({self._items(node)})"

    def ordered_list(self, node: SyntaxTreeNode) -> str:
        return f"enum(start: {int(node.attrs.get('start', 1))}, {self._items(node)})"

    def _items(self, node: SyntaxTreeNode) -> str:
        tight = all(part.hidden for item in node.children for part in item.children if part.type == "paragraph")
        items = ", ".join(self._content(item.children) for item in node.children)
        return f"tight: {'true' if tight else 'false'}, {items}"

    def blockquote(self, node: SyntaxTreeNode) -> str:
        return f"quote(block: true, {self._content(node.children)})"

    def line(self, node: SyntaxTreeNode) -> str:
        return "line(length: 100%, stroke: 0.5pt)"

    def code(self, node: SyntaxTreeNode) -> str:
        return f"raw({quote(node.content.rstrip(chr(10)))}, block: true)"

    def table(self, node: SyntaxTreeNode) -> str:
        head, *bodies = node.children
        (header,) = head.children
        cells = [self._content(cell.children) for body in bodies for row in body.children for cell in row.children]
        heads = ", ".join(self._content(cell.children) for cell in header.children)
        return f"table(columns: {len(header.children)}, table.header({heads}), {', '.join(cells)})"

    def text(self, node: SyntaxTreeNode) -> str:
        return f"text({quote(node.content)})"

    def code_inline(self, node: SyntaxTreeNode) -> str:
        return f"raw({quote(node.content)})"

    def soft_break(self, node: SyntaxTreeNode) -> str:
        return 'text(" ")'

    def hard_break(self, node: SyntaxTreeNode) -> str:
        return "linebreak()"

    def strong(self, node: SyntaxTreeNode) -> str:
        return f"strong({self._content(node.children)})"

    def emphasis(self, node: SyntaxTreeNode) -> str:
        return f"emph({self._content(node.children)})"

    def link(self, node: SyntaxTreeNode) -> str:
        """The words and, because nobody can follow a link on paper, the address behind them."""
        address = str(node.attrs.get("href", ""))
        shown = self._content(node.children)
        return f"{{link({quote(address)}, {shown}); text({quote(f' ({address})')})}}" if address else shown

    def image(self, node: SyntaxTreeNode) -> str:
        """The words that stand for a picture: a notice reads no files."""
        return f"text({quote(node.content)})"


_SET: dict[str, Callable[[_Setter, SyntaxTreeNode], str]] = {
    "inline": _Setter.root,
    "heading": _Setter.heading,
    "paragraph": _Setter.paragraph,
    "bullet_list": _Setter.bullet_list,
    "ordered_list": _Setter.ordered_list,
    "blockquote": _Setter.blockquote,
    "hr": _Setter.line,
    "fence": _Setter.code,
    "code_block": _Setter.code,
    "table": _Setter.table,
    "text": _Setter.text,
    "code_inline": _Setter.code_inline,
    "softbreak": _Setter.soft_break,
    "hardbreak": _Setter.hard_break,
    "strong": _Setter.strong,
    "em": _Setter.emphasis,
    "link": _Setter.link,
    "image": _Setter.image,
}
