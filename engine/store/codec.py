"""FEEL values as JSON text, exactly: what was written is what is read, to the type and the last digit."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel import Value, from_wire, to_wire
from engine.json_text import decode_json
from engine.json_text import encode_json as encode_json


def dump_values(values: Mapping[str, Value]) -> str:
    return encode_json({name: to_wire(value) for name, value in values.items()})


def load_values(text: str) -> dict[str, Value]:
    return {name: from_wire(stored) for name, stored in decode_json(text).items()}


def dump_one(value: Value) -> str:
    return encode_json(to_wire(value))


def load_one(text: str) -> Value:
    return from_wire(decode_json(text))
