"""The description of the API as a page: every operation with its fields, an example and what may refuse it.

Made from the OpenAPI document, so that it shows what the API takes, and on this server alone: no script, nothing from
elsewhere, which also serves where there is no way out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

Schema = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
PAGES: Mapping[str, str] = {
    "/outbox": "Outbox: the notices as their readers see them",
    "/consent": "Consent, for agents",
    "/consent/inbox": "Consent, for clients",
    "/login": "Log in with a key",
    "/openapi.json": "This description as OpenAPI, for tools",
}
_SENTENCE_END = re.compile(r"\.(?:\s|$)")
_CODE = re.compile(r"`([^`]+)`")
_BOUNDS: Mapping[str, str] = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "like {}",
    "format": "{}",
    "default": "default {}",
}


def reference_body(description: Schema) -> str:
    """The body of the page. *description* is an OpenAPI 3.1 document."""
    groups: dict[str, list[str]] = {tag["name"]: [] for tag in description.get("tags", [])}
    for path, item in description["paths"].items():
        for method in METHODS:
            if method in item:
                tag = item[method].get("tags", ["other"])[0]
                groups.setdefault(tag, []).append(_operation(method, path, item[method]))
    shown = {tag: operations for tag, operations in groups.items() if operations}
    schemas = description.get("components", {}).get("schemas", {})
    pages = "".join(f'<li><a href="{path}">{escape(says)}</a></li>' for path, says in PAGES.items())
    tags = "".join(f'<li><a href="#{_anchor(tag)}">{escape(tag)}</a></li>' for tag in shown)
    parts = [
        f'<div class="reference"><h1>{escape(description["info"]["title"])}: HTTP API</h1>',
        _paragraphs(description["info"].get("description", "")),
        f'<nav aria-label="Pages"><h2>Pages</h2><ul>{pages}</ul></nav>',
        f'<nav aria-label="Operations"><h2>Operations</h2><ul>{tags}<li><a href="#schemas">schemas</a></li></ul></nav>',
    ]
    for tag, operations in shown.items():
        parts += [f'<h2 id="{_anchor(tag)}">{escape(tag.capitalize())}</h2>', *operations]
    parts += ['<h2 id="schemas">Schemas</h2>', *(_schema(name, schemas[name]) for name in sorted(schemas)), "</div>"]
    return "\n".join(parts)


def _operation(method: str, path: str, operation: Schema) -> str:
    said = operation.get("description", "")
    permission = escape(operation.get("x-permission", ""))
    return (
        f"<details><summary><code>{method.upper()} {escape(path)}</code> "
        f"{_inline(_SENTENCE_END.split(said)[0])}</summary>{_target(operation['operationId'])}{_paragraphs(said)}"
        f"<p>Permission: <code>{permission}</code></p>"
        f"{_parameters(operation)}{_body(operation)}{''.join(_answers(operation))}</div></details>"
    )


def _parameters(operation: Schema) -> str:
    rows = [
        (each["name"], each["in"], each["schema"], each.get("required", False), each.get("description", ""))
        for each in operation.get("parameters", [])
    ]
    return _table(
        "Parameters", [(f"{name} ({place})", schema, needed, says) for name, place, schema, needed, says in rows]
    )


def _body(operation: Schema) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return "".join(
        f"<h3>Body: {escape(kind)}</h3><p>{_type(body['schema'])}</p>{_example(body)}" for kind, body in content.items()
    )


def _answers(operation: Schema) -> Iterator[str]:
    refusals = []
    for status, answer in operation["responses"].items():
        if status.startswith(("4", "5")):
            refusals.append(f"{status} {answer['description']}")
            continue
        kinds = answer.get("content", {}).items()
        yield f"<h3>Answer {escape(status)}: {escape(answer['description'])}</h3>"
        yield from (f"<p>{escape(kind)}: {_type(body.get('schema', {}))}</p>{_example(body)}" for kind, body in kinds)
    if refusals:
        yield f'<p>Refusals, as <a href="#schema-ProblemOut">problem details</a>: {escape(", ".join(refusals))}</p>'


def _example(body: Schema) -> str:
    if "example" not in body:
        return ""
    shown = body["example"]
    text = shown if isinstance(shown, str) else json.dumps(shown, indent=2, ensure_ascii=False)
    return f'<pre tabindex="0">{escape(text)}</pre>'


# ---- schemas --------------------------------------------------------------------------------------------------------


def _schema(name: str, schema: Schema) -> str:
    needed = schema.get("required", [])
    rows = [
        (field, each, field in needed, each.get("description", ""))
        for field, each in schema.get("properties", {}).items()
    ]
    fields = _table("Fields", rows) if rows else f"<p>{_type(schema)}</p>"
    return (
        f"<details><summary><code>{escape(name)}</code></summary>{_target(f'schema-{name}')}"
        f"{_paragraphs(schema.get('description', ''))}{fields}</div></details>"
    )


def _table(title: str, rows: list[tuple[str, Schema, bool, str]]) -> str:
    """A row for each name: its schema, whether it must be given, and what it says."""
    if not rows:
        return ""
    lines = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{_type(schema)}</td>'
        f"<td>{'yes' if needed else ''}</td><td>{_inline(says)}</td></tr>"
        for name, schema, needed, says in rows
    )
    head = "".join(f'<th scope="col">{each}</th>' for each in ("Name", "Type", "Required", "Meaning"))
    return f"<table><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _type(schema: Schema) -> str:
    """What a value may be, in words, as HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return "one of " + ", ".join(escape(json.dumps(each)) for each in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    inner = schema.get("additionalProperties")
    if isinstance(inner, Mapping) and inner:
        return f"object of {_type(inner)}"
    bounds = [says.format(escape(str(schema[key]))) for key, says in _BOUNDS.items() if key in schema]
    return ", ".join([escape(str(schema.get("type", "any value"))), *bounds])


# ---- words ----------------------------------------------------------------------------------------------------------


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_inline(each)}</p>" for each in text.strip().split("\n\n") if each)


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _target(name: str) -> str:
    """Begins what a link leads to, within the details: a browser then opens them."""
    return f'<div id="{escape(name)}">'


def _anchor(tag: str) -> str:
    return "tag-" + re.sub(r"[^a-z0-9]+", "-", tag.casefold())
