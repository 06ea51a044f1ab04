"""FEEL values as JSON text, exactly: what was written is what is read, to the type and the last digit."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.feel import Value, dump_value, load_value


def dump_values(values: Mapping[str, Value]) -> str:
    return json.dumps({name: dump_value(value) for name, value in values.items()}, ensure_ascii=False)


def load_values(text: str) -> dict[str, Value]:
    return {name: load_value(stored) for name, stored in json.loads(text).items()}


def dump_one(value: Value) -> str:
    return json.dumps(dump_value(value), ensure_ascii=False)


def load_one(text: str) -> Value:
    return load_value(json.loads(text))
