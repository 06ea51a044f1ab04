"""Spoils FEEL texts: seeded, so that every run meets the same ones. The corpus is what the case files hold."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from engine.feel import BUILTIN_NAMES

CASES = Path(__file__).parents[1] / "feel" / "data"
PARTS = re.compile(r'@?"[^"]*"|\w+|\s+|\S')
SPICE_WORDS = r"""
+ - * / ** . .. , : ( ) [ ] { } < <= > >= = != -> ? @ " ' // /* */ \
and or in between instance of if then else for return some every satisfies function external not null
true false item partial number string list<number> context<a: function<number>->string
0 -1 0.5 1e6144 1e-6143 99999999999999999999999999999999999 "" "a" "\uD83D" [] {} [1..3] (<5)
@"2024-02-29" @"-999999999-01-01" @"P1Y" @"-PT1S" @"10:00:00@Europe/Paris" @"2024-01-31T24:00:00Z"
"""
SPICE = [
    *SPICE_WORDS.split(),
    *["a", "first\u00a0name", "days\u2003in\u2003weekend", "😀", "\x00", "\u202e", "é"],
    *sorted(BUILTIN_NAMES),
]


def corpus() -> list[str]:
    """The expressions of the case files under tests/feel, each once, in order."""
    found: dict[str, None] = {}
    for file in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))["cases"]:
            text = case.get("expression")
            if isinstance(text, str):
                found[text] = None
    return list(found)


def spoiled_texts(seed: int, count: int) -> Iterator[str]:
    """*count* texts, each one to four changes away from something that makes sense."""
    source = random.Random(seed)
    known = [PARTS.findall(text) for text in corpus()]
    for _ in range(count):
        parts = list(source.choice(known))
        for _ in range(source.randint(1, 4)):
            _spoil(parts, known, source)
        yield "".join(parts)[:400]


def _spoil(parts: list[str], known: list[list[str]], source: random.Random) -> None:
    at = source.randrange(len(parts) + 1)
    match source.randrange(8):
        case 0:
            del parts[at : at + source.randint(1, 3)]
        case 1:
            parts[at:at] = [source.choice(SPICE)]
        case 2:
            parts[at : at + 1] = [f" {source.choice(SPICE)} "]
        case 3:
            parts[at:at] = parts[at : at + source.randint(1, 6)]
        case 4:
            other = source.choice(known)
            first = source.randrange(len(other) + 1)
            parts[at:at] = other[first : first + source.randint(1, 12)]
        case 5:
            parts[at:] = parts[at:][::-1]
        case 6:
            depth = source.choice((1, 3, 40))
            opening, closing = source.choice((("(", ")"), ("[", "]"), ("{a: ", "}"), ("-", ""), ("not(", ")")))
            parts[:] = [opening * depth, *parts, closing * depth]
        case _:
            parts[at:at] = [chr(source.choice((source.randrange(32, 127), source.randrange(0x110000))))]
