"""Rendering a notice: its data, its subject and texts, and the check that each required piece is really said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.feel import FeelDate, FeelDateTime, Value
from engine.law.formats import show_long_date, show_weekday
from engine.law.markdown import normalise, render_html, render_text
from engine.law.notices import NoticeSource, RequiredContent
from engine.law.templates import UnprintableValue, show_in_notice

TEXT, HTML = "text/plain", "text/html"


@dataclass(frozen=True, slots=True)
class RenderedNotice:
    """*texts* by media type; *required* says for each required piece which words were found in the text."""

    subject: str
    texts: Mapping[str, str]
    required: tuple[Mapping[str, Any], ...]


def render_notice(source: NoticeSource, values: Mapping[str, Value]) -> RenderedNotice:
    """Render *source* for *values* (names as in `BUILT_IN_NAMES`, the vocabulary and the notice's inputs).

    Errors: NOTICE_TEMPLATE when a placeholder cannot be filled; NOTICE_CONTENT_MISSING, one problem per piece, when the
    text lacks what the law demands. In both cases there is no notice.
    """
    context: dict[str, Value] = {**values, "reason_texts": {**source.reason_texts}}
    for name, expression in source.data.items():
        context[name] = expression.evaluate(context).value
    subject = " ".join(source.subject.render(context).split())
    markdown = source.body.render(context)
    text = render_text(markdown)
    found, missing = [], []
    said = normalise(f"{subject}\n{text}")
    for content in source.required:
        expected, reason = _expected_words(content, source, context)
        lacking = [words for words in expected if normalise(words) not in said]
        if reason or lacking:
            missing.append(_missing(content, source, reason or f"the text does not say {_quoted(lacking)}"))
        found.append({"id": content.id, "clauses": list(content.clauses), "expected": expected})
    if missing:
        raise EngineError(*missing)
    html = render_html(markdown, title=subject, language=source.language)
    return RenderedNotice(subject, {TEXT: text, HTML: html}, tuple(found))


def _expected_words(
    content: RequiredContent, source: NoticeSource, context: Mapping[str, Value]
) -> tuple[list[str], str]:
    """The words that must stand in the text, or why there are none."""
    result = content.value.evaluate(context)
    value = result.value
    items = value if isinstance(value, list) else [value]
    if not items or any(item is None or item == "" for item in items):
        because = f" ({'; '.join(result.reasons)})" if result.reasons else ""
        return [], f"={content.value.text} gave {'an empty list' if value == [] else 'no value'}{because}"
    try:
        return [_shown(item, content.shown_as, source) for item in items], ""
    except UnprintableValue as error:
        return [], f"={content.value.text} gave a value that no text can show: {error}"


def _shown(value: Value, shown_as: str, source: NoticeSource) -> str:
    day = value.date if isinstance(value, FeelDateTime) else value
    match shown_as, day:
        case "money", Decimal():
            return source.currency.show(day)
        case "date", FeelDate():
            return show_long_date(day.to_python())
        case "weekday", FeelDate():
            return show_weekday(day.to_python())
        case (("" | "text"), _):
            return show_in_notice(value)
    raise UnprintableValue(f"as {shown_as} does not fit {value!r}")


def _missing(content: RequiredContent, source: NoticeSource, why: str) -> Problem:
    return Problem(
        ErrorCode.NOTICE_CONTENT_MISSING,
        f'the notice "{source.type}" must state {content.meaning} (required content "{content.id}"), but {why}.',
        Location(file=source.file, part=f"required > {content.id}", clause=", ".join(content.clauses)),
        hint="put the content into the text of the notice, or give the task the value; nothing was sent",
    )


def _quoted(words: list[str]) -> str:
    return " and ".join(f'"{word}"' for word in words)
