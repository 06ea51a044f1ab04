"""Numbers of people that a law needs and that are never stored: the key `hidden` of a fact.

    social_security_number:
      type: string
      hidden: {groups: [3, 2, 4], digest: social_security_digest, ending: social_security_last_four}

Whoever tells an event gives the number itself. What is kept are two other facts: a keyed hash, by which equal numbers
are told (a law that compares none leaves it out), and the last group of digits, by which people tell it. No message
ever repeats the number, and an event that spells one in any other fact is refused.

As many digits without anything between them may be another number, such as that of a check: they are refused in facts
that hold a name or an address (the key `holds`), and wherever they are the number of somebody who is known, which
`engine.runtime.told` can tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.documents import Section
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import Value

SEPARATORS = r"[ .\-/\u00a0\u2010-\u2015]"
"""What people write between the groups of a number."""

HOLDS = ("name", "address")
"""What a text may hold in which no number of a person can stand."""

_RUN = re.compile(r"\d+")
_WIDEST_GAP = 3


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

    @property
    def bare(self) -> str:
        """A pattern for as many digits in a row."""
        return rf"(?<!\d)\d{{{self.digits}}}(?!\d)"

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
    hidden: Mapping[str, HiddenNumber],
    facts: Mapping[str, Value],
    sign: Callable[[str, str], str],
    people: Container[str] = (),
) -> dict[str, Value]:
    """*facts* with the keyed hash and the ending of each hidden number in its place.

    *sign* takes a purpose and a text; *people* are the facts that hold names and addresses.
    Errors: LAW_HIDDEN_NUMBER for each other fact that spells such a number, or has as many digits in such a place.
    """
    problems = [
        not_taken(name, which)
        for which, number in hidden.items()
        for name, value in facts.items()
        if name not in hidden and any(_stands_in(number, text, name in people) for text in texts_of(value))
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


def numbers_in(text: str, digits: int) -> Iterator[str]:
    """Every number of *digits* digits that *text* may spell: runs of digits with at most three marks between them."""
    runs = [(match.start(), match.end(), _plain(match[0])) for match in _RUN.finditer(text)]
    for first, (_, end, number) in enumerate(runs):
        for start, next_end, more in runs[first + 1 :]:
            if len(number) >= digits or start - end > _WIDEST_GAP or any(each.isalpha() for each in text[end:start]):
                break
            number, end = number + more, next_end
        if len(number) == digits:
            yield number


def texts_of(value: Value) -> Iterator[str]:
    """Every text in *value*, the names of entries too, and whole numbers as they are written."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Decimal):
        if value == value.to_integral_value():
            written = f"{value:f}".partition(".")[0].lstrip("-")
            yield from (zeros + written for zeros in ("", "0", "00"))  # a number has lost those it began with
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield str(name)
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)


def not_taken(name: str, which: str) -> Problem:
    """LAW_HIDDEN_NUMBER, which tells where the number stands and never repeats it."""
    number = which.replace("_", " ")
    return Problem(
        ErrorCode.LAW_HIDDEN_NUMBER,
        f'"{name}" holds what reads as a {number}, which is never stored.',
        Location(part=name),
        hint=f"leave it out; a {number} is given as {which}, with the event that takes it, and nowhere else",
    )


def _stands_in(number: HiddenNumber, text: str, of_a_person: bool) -> bool:
    return bool(re.search(number.spelling, text) or (of_a_person and re.search(number.bare, text)))


def _plain(digits: str) -> str:
    """Digits of any script as 0 to 9."""
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(each)) for each in digits)
