"""Values in messages: as FEEL writes them, strings quoted, long ones cut."""

from __future__ import annotations

from engine.feel import Value, format_value, kind_of
from engine.feel.limits import LimitExceeded
from engine.feel.text import quote

_LONGEST = 200


def show(value: Value) -> str:
    """
    >>> show("2 400")
    '"2 400"'
    """
    try:
        text = quote(value) if isinstance(value, str) else format_value(value)
    except LimitExceeded:
        return f"a {kind_of(value)} too large to show"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
