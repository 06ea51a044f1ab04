"""String functions (DMN 1.5, 10.3.4.3) without patterns. Positions and lengths count code points."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.numbers import whole
from engine.feel.runtime import NullResult
from engine.feel.signature import Overload
from engine.feel.values import Value, kind_of


def substring(text: str, start: Decimal, length: Decimal | None) -> str:
    first = whole(start)
    if not first or abs(first) > len(text):
        raise NullResult(f"no character {start} in a string of {len(text)}")
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    count = whole(length)
    if count is None or count < 1:
        raise NullResult("the length must be a positive number")
    return text[begin : begin + count]


def string_length(text: str) -> Decimal:
    return Decimal(len(text))


def substring_before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


def substring_after(text: str, match: str) -> str:
    if not match:
        return text
    return text.partition(match)[2]


def contains(text: str, match: str) -> bool:
    return match in text


def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


def string_join(items: list[Value], delimiter: str | None) -> str:
    texts: list[str] = []
    for item in items:
        if isinstance(item, str):
            texts.append(item)
        elif item is not None:
            raise NullResult(f"the list holds {kind_of(item)}, not only strings")
    return (delimiter or "").join(texts)


_MATCH = "string: string, match: string"

FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "substring": (Overload(substring, "string: string, start position: number, length?: number?"),),
    "string length": (Overload(string_length, "string: string"),),
    "upper case": (Overload(str.upper, "string: string"),),
    "lower case": (Overload(str.lower, "string: string"),),
    "substring before": (Overload(substring_before, _MATCH),),
    "substring after": (Overload(substring_after, _MATCH),),
    "contains": (Overload(contains, _MATCH),),
    "starts with": (Overload(starts_with, _MATCH),),
    "ends with": (Overload(ends_with, _MATCH),),
    "string join": (Overload(string_join, "list: list, delimiter?: string?"),),
}
