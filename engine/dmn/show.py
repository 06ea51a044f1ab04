"""Values in messages: as FEEL writes them, strings quoted, long ones cut."""

from __future__ import annotations

from engine.feel import Value, format_value
from engine.feel.text import quote

_LONGEST = 200


def show(value: Value) -> str:
    """
    >>> show("2 400")
    '"2 400"'
    """
    text = quote(value) if isinstance(value, str) else format_value(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
