"""Context functions (DMN 1.5, 10.3.4.9)."""

from __future__ import annotations

from engine.errors import ErrorCode
from engine.feel.runtime import NullResult
from engine.feel.signature import Overload
from engine.feel.values import Value, kind_of

Context = dict[str, Value]


def get_value(context: Context, key: str) -> Value:
    if key not in context:
        raise NullResult(f'no entry "{key}"', ErrorCode.FEEL_NOT_FOUND)
    return context[key]


def get_value_at(context: Context, keys: list[Value]) -> Value:
    value: Value = context
    for key in _path(keys):
        if not isinstance(value, dict):
            raise NullResult(f'{kind_of(value)} has no entry "{key}"', ErrorCode.FEEL_NOT_FOUND)
        value = get_value(value, key)
    return value


def get_entries(context: Context) -> list[Value]:
    return [{"key": key, "value": value} for key, value in context.items()]


def build_context(entries: list[Value]) -> Context:
    result: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry or not isinstance(entry.get("key"), str):
            raise NullResult("each entry must be a context with a key and a value")
        key = entry["key"]
        if not isinstance(key, str) or key in result:
            raise NullResult(f'the key "{key}" stands twice')
        result[key] = entry["value"]
    return result


def put(context: Context, key: str, value: Value) -> Context:
    return {**context, key: value}


def put_at(context: Context, keys: list[Value], value: Value) -> Context:
    """*context* with the entry at the path *keys* set; all but the last key must lead to a context."""
    path = _path(keys)
    inner: Value = context
    chain: list[Context] = []
    for key in path:
        if not isinstance(inner, dict):
            raise NullResult(f'no context to put "{key}" into')
        chain.append(inner)
        inner = inner.get(key)
    result = value
    for each, key in zip(reversed(chain), reversed(path), strict=True):
        result = {**each, key: result}
    return result if isinstance(result, dict) else context


def _path(keys: list[Value]) -> list[str]:
    path = [key for key in keys if isinstance(key, str)]
    if not path or len(path) < len(keys):
        raise NullResult("keys must be a list of strings, and not empty")
    return path


def merge(contexts: list[Value]) -> Context:
    result: Context = {}
    for each in contexts:
        if not isinstance(each, dict):
            raise NullResult(f"the list holds {kind_of(each)}, not only contexts")
        result.update(each)
    return result


FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "get value": (
        Overload(get_value, "m: context, key: string"),
        Overload(get_value_at, "context: context, keys: list"),
    ),
    "get entries": (Overload(get_entries, "m: context"),),
    "context": (Overload(build_context, "entries: list"),),
    "context put": (
        Overload(put, "context: context, key: string, value: any"),
        Overload(put_at, "context: context, keys: list, value: any"),
    ),
    "context merge": (Overload(merge, "contexts: list"),),
}
