"""What stands above a letter: the sender's lines, and the recipient's name and postal address for the window.

The manifest says both under `letters`: the lines of the sender, and FEEL that makes the lines of the recipient of the
parts of a party's address. Each form of a notice shows them in its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from engine.documents import Section
from engine.feel import Value
from engine.law.expressions import FeelText, read_feel

if TYPE_CHECKING:
    from engine.law.manifest import Party


@dataclass(frozen=True, slots=True)
class Head:
    """The lines above one letter. Both may be empty."""

    sender: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()


NO_HEAD = Head()


@dataclass(frozen=True, slots=True)
class Letterhead:
    """*sender*: the lines of whoever writes. *recipient*: FEEL over *parts*, which are those of all addresses."""

    sender: tuple[str, ...] = ()
    recipient: FeelText | None = None
    parts: tuple[str, ...] = ()

    def address(self, facts: Mapping[str, str], values: Mapping[str, Value]) -> dict[str, Value]:
        """What `recipient` is asked about: each part by its name. *facts* names the fact of each part of a party."""
        return {part: values.get(facts[part]) if part in facts else None for part in self.parts}


NO_LETTERHEAD = Letterhead()


def read_letterhead(top: Section, parties: Mapping[str, Party]) -> Letterhead:
    """The section `letters` of a manifest. Problems: LAW_MANIFEST, those of FEEL."""
    section = top.section("letters", required=False)
    if section is None:
        return NO_LETTERHEAD
    parts = tuple(dict.fromkeys(part for party in parties.values() for part in party.address))
    sender, text = section.texts("sender"), section.text("recipient", required=False)
    section.close()
    if not text:
        return Letterhead(sender, None, parts)
    if not text.startswith("="):
        hint = 'write recipient: "=[name, street]"'
        section.problem(f'expected FEEL beginning with =, but got "{text}".', "recipient", hint=hint)
    recipient, problems = read_feel(text.removeprefix("="), parts)
    for problem in problems:
        hint = f"parts of addresses: {', '.join(parts) or 'none is declared under parties'}"
        section.problem(problem.message, "recipient", code=problem.code, hint=hint)
    return Letterhead(sender, recipient, parts)


def head_as_text(head: Head) -> str:
    """Each of the two blocks with an empty line after it.

    >>> head_as_text(Head(("The office",), ("Ana Reis", "1 Quay")))
    'The office\\n\\nAna Reis\\n1 Quay\\n\\n'
    """
    return "".join("\n".join(lines) + "\n\n" for lines in (head.sender, head.recipient) if lines)


def head_as_html(head: Head) -> str:
    """The sender as the page's contact (`address`), the recipient as a paragraph; empty without lines."""
    blocks = [
        f"<{tag}>{'<br>'.join(map(escape, lines))}</{tag}>\n"
        for tag, lines in (("address", head.sender), ("p", head.recipient))
        if lines
    ]
    return f"<header>\n{''.join(blocks)}</header>\n" if blocks else ""
