"""A form-js form as an HTML form: its texts, its fields, and a button for each way on.

A radio group is a question with a button for each answer. Dates that the law fills in itself are left out by the
caller. Texts may name a variable, `{{client_name}}`; everything is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from engine.feel import Value, to_plain
from engine.law import Form

_VARIABLE = re.compile(r"\{\{\s*([a-z_][a-z0-9_.]*)\s*\}\}")
Component = Mapping[str, Any]


def render_form(
    form: Form,
    action: str,
    *,
    variables: Mapping[str, Value] | None = None,
    hidden: Mapping[str, str] | None = None,
    leave_out: Iterable[str] = (),
    cancel: str = "",
) -> str:
    """The HTML of *form*, posted to *action*; its button of action `reset` posts to *cancel* where that is given."""
    known, skipped = dict(variables or {}), set(leave_out)
    texts: list[str] = []
    fields: list[str] = []
    buttons: list[Component] = []
    resets: list[Component] = []
    for component in form.data["components"]:
        if component.get("key") in skipped:
            continue
        kind = str(component.get("type"))
        if kind == "text":
            texts.append(_text(component, known))
        elif kind == "button":
            (resets if component.get("action") == "reset" else buttons).append(component)
        elif kind == "radio":
            fields.append(f"<p><strong>{escape(str(component['label']))}</strong></p>")
            buttons.extend({**each, "key": component["key"]} for each in component["values"])
        else:
            fields.append(FIELDS.get(kind, _input)(component))
    own = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in (hidden or {}).items()
    )
    ways = "".join(_button(each) for each in buttons)
    reset = "".join(_reset(each, cancel) for each in resets)
    inner = f'{own}{"".join(fields)}<div class="buttons">{ways}{reset}</div>' if buttons else ""
    posted = f'<form method="post" action="{escape(action)}">{inner}</form>' if inner else ""
    return "".join(texts) + posted


def _text(component: Component, variables: Mapping[str, Value]) -> str:
    """`# Heading` and paragraphs, one a line; one that shows a variable is to be read out and stands apart."""
    lines = []
    for line in str(component.get("text", "")).splitlines():
        shown = _VARIABLE.sub(lambda match: _show(match[1], variables), escape(line.lstrip("# ")))
        quoted = ' class="spoken"' if _VARIABLE.search(line) else ""
        lines.append(f"<h1>{shown}</h1>" if line.startswith("#") else f"<p{quoted}>{shown}</p>")
    return "".join(lines)


def _show(path: str, variables: Mapping[str, Value]) -> str:
    value: Any = variables
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return escape("" if value is None else str(to_plain(value)))


def _label(component: Component) -> tuple[str, str, str]:
    """The id of a field, its label, and the attribute that makes it required."""
    key = str(component["key"])
    label = str(component.get("label") or component.get("dateLabel") or key)
    required = bool(component.get("validate", {}).get("required"))
    star = " *" if required else ""
    return key, f'<label for="{escape(key)}">{escape(label)}{star}</label>', " required" if required else ""


def _input(component: Component) -> str:
    key, label, required = _label(component)
    return f'{label}<input id="{escape(key)}" name="{escape(key)}" maxlength="200" autocomplete="off"{required}>'


def _date(component: Component) -> str:
    key, label, required = _label(component)
    return f'{label}<input id="{escape(key)}" name="{escape(key)}" type="date"{required}>'


def _select(component: Component) -> str:
    key, label, required = _label(component)
    options = "".join(
        f'<option value="{escape(str(each["value"]))}">{escape(str(each["label"]))}</option>'
        for each in component["values"]
    )
    return (
        f'{label}<select id="{escape(key)}" name="{escape(key)}"{required}><option value=""></option>{options}</select>'
    )


FIELDS: Mapping[str, Callable[[Component], str]] = {"textfield": _input, "datetime": _date, "select": _select}


def _button(component: Component) -> str:
    label = escape(str(component["label"]))
    if "key" not in component:
        return f'<button type="submit">{label}</button>'
    name, value = escape(str(component["key"])), escape(str(component["value"]))
    return f'<button type="submit" name="{name}" value="{value}">{label}</button>'


def _reset(component: Component, cancel: str) -> str:
    label = escape(str(component["label"]))
    if not cancel:
        return f'<button type="reset" class="plain">{label}</button>'
    return f'<button type="submit" class="plain" formaction="{escape(cancel)}" formnovalidate>{label}</button>'
