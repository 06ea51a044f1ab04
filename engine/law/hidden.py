"""Numbers of people that a law needs and that are never stored: the key `hidden` of a fact.

    social_security_number:
      type: string
      hidden: {groups: [3, 2, 4], digest: social_security_digest, ending: social_security_last_four}

Whoever tells an event gives the number itself. What is kept are two other facts: a keyed hash, by which equal numbers
are told (a law that compares none leaves it out), and the last group of digits, by which people tell it. No message
ever repeats the number, and an event that spells one in any other fact is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.documents import Section
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import Value

SEPARATORS = r"[ .\-/\u00a0\u2010-\u2015]"
"""What people write between the groups of a number."""


@dataclass(frozen=True, slots=True)
class HiddenNumber:
    """A number of digits in *groups*; kept in its place are the facts *ending* and, unless it is empty, *digest*."""

    groups: tuple[int, ...]
    digest: str
    ending: str

    @property
    def digits(self) -> int:
        return sum(self.groups)

    @property
    def spelling(self) -> str:
        """A pattern for the number as it is spelled with something between its groups."""
        between = f"{SEPARATORS}{{1,3}}"
        return rf"(?<!\d){between.join(rf'[0-9]{{{count}}}' for count in self.groups)}(?!\d)"

    def ending_of(self, digits: str) -> str:
        return digits[-self.groups[-1] :]


def read_hidden(section: Section) -> HiddenNumber | None:
    """The key `hidden` of a fact. Problems go into the findings of *section*."""
    own = section.section("hidden", required=False)
    if own is None:
        return None
    raw = own.take("groups", (list,), [], required=True)
    groups = tuple(count for count in raw if type(count) is int and 1 <= count <= 9)
    if len(groups) < 2 or len(groups) != len(raw):
        own.problem(
            "expected the numbers of digits of two or more groups, each from 1 to 9.",
            "groups",
            hint="such as groups: [3, 2, 4]",
        )
        groups = (1, 1)
    number = HiddenNumber(groups, own.text("digest", required=False), own.text("ending"))
    own.close()
    return number


def check_hidden(section: Section, name: str, number: HiddenNumber, types: Mapping[str, str]) -> None:
    """The facts that are kept must be declared, and be texts."""
    if types.get(name) != "string":
        section.problem(f"a number that is hidden is a string, but the type is {types.get(name)}.", "type")
    for key, kept in (("digest", number.digest), ("ending", number.ending)):
        if (kept or key == "ending") and types.get(kept) != "string":
            section.problem(
                f'no fact of type string is called "{kept}".{did_you_mean(kept, types)}',
                "hidden",
                key,
                code=ErrorCode.LAW_UNKNOWN_FACT,
                hint="declare the fact under facts",
            )


def read_number(name: str, meaning: str, number: HiddenNumber, value: object) -> str:
    """The digits of *value*, however it is spelled. Errors: LAW_FACT_TYPE, which does not repeat it."""
    digits = re.sub(SEPARATORS, "", value) if isinstance(value, str) else ""
    if re.fullmatch(rf"[0-9]{{{number.digits}}}", digits):
        return digits
    message = f'the fact "{name}" expected a text of {number.digits} digits, but got something else.'
    hint = f"{name} is {meaning}; what was given is not repeated here"
    raise EngineError(Problem(ErrorCode.LAW_FACT_TYPE, message, Location(part=name), hint=hint))


def hide_numbers(
    hidden: Mapping[str, HiddenNumber], facts: Mapping[str, Value], sign: Callable[[str, str], str]
) -> dict[str, Value]:
    """*facts* with the keyed hash and the ending of each hidden number in its place.

    *sign* takes a purpose and a text. Errors: LAW_FACT_TYPE for each other fact that spells such a number.
    """
    problems = [
        _spelled(name, which)
        for which, number in hidden.items()
        for name, value in facts.items()
        if name not in hidden and any(re.search(number.spelling, text) for text in _texts(value))
    ]
    if problems:
        raise EngineError(*problems)
    kept = {name: value for name, value in facts.items() if name not in hidden}
    for name, number in hidden.items():
        digits = facts.get(name)
        if isinstance(digits, str):
            if number.digest:
                kept[number.digest] = sign(name.replace("_", " "), digits)
            kept[number.ending] = number.ending_of(digits)
    return kept


def mask_numbers(hidden: Mapping[str, HiddenNumber], text: str) -> str:
    """*text* of somebody else, such as a bank, with each hidden number that it spells cut to its ending."""
    for number in hidden.values():
        for spelled in re.findall(number.spelling, text):
            text = text.replace(spelled, f"***{number.ending_of(spelled)}")
    return text


def _spelled(name: str, which: str) -> Problem:
    return Problem(
        ErrorCode.LAW_FACT_TYPE,
        f'the fact "{name}" holds what reads as a {which.replace("_", " ")}, which is never stored.',
        Location(part=name),
        hint=f"give it as {which} where the event takes that, and nowhere else",
    )


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
