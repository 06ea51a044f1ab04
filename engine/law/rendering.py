"""Rendering a notice: its data, its subject and forms, and the check that each required piece is really said.

What is judged is the text that is read back from each rendered form: the plain text, the page, the letter. A piece that
stands only in the subject, in a title or in the template is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.feel import FeelDate, FeelDateTime, Value
from engine.law.expressions import FeelText
from engine.law.extraction import extract_html_text
from engine.law.formats import show_long_date, show_weekday
from engine.law.letterhead import Head
from engine.law.letters import set_letter
from engine.law.markdown import normalise, render_html, render_text
from engine.law.notices import NoticeSource, RequiredContent
from engine.law.pdf import Letter
from engine.law.templates import UnprintableValue, show_in_notice

TEXT, HTML, PDF = "text/plain", "text/html", "application/pdf"


@dataclass(frozen=True, slots=True)
class RenderedNotice:
    """*texts* and *files* by media type; *required* says for each piece that the law demands which words say it.

    *missing* has a problem for each piece that a rendered form does not say; such a notice must not be sent.
    """

    subject: str
    texts: Mapping[str, str]
    required: tuple[Mapping[str, Any], ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    missing: tuple[Problem, ...] = ()


def render_notice(
    source: NoticeSource, values: Mapping[str, Value], *, forms: Iterable[str] = (TEXT, HTML)
) -> RenderedNotice:
    """Render *source* for *values* (names as in `BUILT_IN_NAMES`, the vocabulary and the notice's inputs).

    *forms* are the media types wanted; for `PDF` the value `notice` must hold the date of the letter.
    Errors: NOTICE_TEMPLATE when a placeholder cannot be filled or the letter cannot be set; NOTICE_CONTENT_MISSING, one
    problem per piece, when a form lacks what the law demands. In both cases there is no notice.
    """
    rendered = preview_notice(source, values, forms=forms)
    if rendered.missing:
        raise EngineError(*rendered.missing)
    return rendered


def preview_notice(
    source: NoticeSource, values: Mapping[str, Value], *, forms: Iterable[str] = (TEXT, HTML)
) -> RenderedNotice:
    """As `render_notice`, but what is missing is told and not raised. Errors: NOTICE_TEMPLATE."""
    context: dict[str, Value] = {**values, "reason_texts": {**source.reason_texts}}
    for name, expression in source.data.items():
        context[name] = expression.evaluate(context).value
    subject = " ".join(source.subject.render(context).split())
    recipient, unknown = _recipient(source, context)
    head = Head(source.letterhead.sender, tuple(recipient))
    markdown = source.body.render(context)
    texts: dict[str, str] = {}
    files: dict[str, bytes] = {}
    said: dict[str, str] = {}
    for form in forms:
        if form == PDF:
            letter = Letter(subject, source.language, source.paper, _dated(source, context), head)
            files[form], said[form] = set_letter(markdown, letter)
        else:
            texts[form] = _WRITERS[form](markdown, subject, source, head)
            said[form] = normalise(_TEXT_READERS[form](texts[form]))
    found, missing = [], []
    if files and source.letterhead.recipient is not None:
        lack = unknown or _lack(recipient, said)
        if lack:
            missing.append(_no_address(source, lack))
    for content in source.required:
        expected, reason = _expected_words(content, source, context)
        lack = reason or _lack(expected, said)
        if lack:
            missing.append(_missing(content, source, lack))
        found.append({"id": content.id, "clauses": list(content.clauses), "expected": expected})
    return RenderedNotice(subject, texts, tuple(found), files, tuple(missing))


_WRITERS: dict[str, Callable[[str, str, NoticeSource, Head], str]] = {
    TEXT: lambda markdown, subject, source, head: render_text(markdown, head),
    HTML: lambda markdown, subject, source, head: render_html(
        markdown, title=subject, language=source.language, head=head
    ),
}
_TEXT_READERS: dict[str, Callable[[str], str]] = {TEXT: str, HTML: extract_html_text}
_FORM_NAMES = {TEXT: "the text", HTML: "the page", PDF: "the letter"}


def _dated(source: NoticeSource, context: Mapping[str, Value]) -> date:
    notice = context.get("notice")
    day = notice.get("date") if isinstance(notice, Mapping) else None
    if not isinstance(day, FeelDate):
        raise EngineError(
            Problem(
                ErrorCode.NOTICE_TEMPLATE,
                f'the letter "{source.type}" needs the date of the notice, but got {day!r}.',
                Location(file=source.file),
            )
        )
    return day.to_python()


def _lack(expected: list[str], said: Mapping[str, str]) -> str:
    """What no reader of a form would find in it; empty when every form says everything."""
    lacks: dict[str, list[str]] = {}
    for form, text in said.items():
        lacking = [words for words in expected if normalise(words) not in text]
        if lacking:
            lacks.setdefault(_quoted(lacking), []).append(_FORM_NAMES[form])
    return "; ".join(
        f"{' and '.join(forms)} {'does' if len(forms) == 1 else 'do'} not say {words}" for words, forms in lacks.items()
    )


def _recipient(source: NoticeSource, context: Mapping[str, Value]) -> tuple[list[str], str]:
    """The lines of the recipient, or why there are none."""
    recipient = source.letterhead.recipient
    if recipient is None:
        return [], ""
    lines, reason = _words(recipient, "", source, source.letterhead.address(source.address, context))
    asked = {source.address[name.name] for name in recipient.code.free_names if name.name in source.address}
    absent = sorted(fact for fact in asked if context.get(fact) in (None, ""))
    return lines, f"the case holds no {_quoted(absent)}" if reason and absent else reason


def _expected_words(
    content: RequiredContent, source: NoticeSource, context: Mapping[str, Value]
) -> tuple[list[str], str]:
    """The words that must stand in the text, or why there are none."""
    return _words(content.value, content.shown_as, source, context)


def _words(
    expression: FeelText, shown_as: str, source: NoticeSource, context: Mapping[str, Value]
) -> tuple[list[str], str]:
    result = expression.evaluate(context)
    value = result.value
    items = value if isinstance(value, list) else [value]
    if not items or any(item is None or item == "" for item in items):
        because = f" ({'; '.join(result.reasons)})" if result.reasons else ""
        return [], f"={expression.text} gave {'an empty list' if value == [] else 'no value'}{because}"
    try:
        return [_shown(item, shown_as, source) for item in items], ""
    except UnprintableValue as error:
        return [], f"={expression.text} gave a value that no text can show: {error}"


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


def _no_address(source: NoticeSource, why: str) -> Problem:
    return Problem(
        ErrorCode.NOTICE_CONTENT_MISSING,
        f'the letter "{source.type}" must show the name and the postal address of the {source.to}, but {why}.',
        Location(file=source.file, part="recipient", clause=", ".join(source.clauses)),
        hint="record the address in the case, or see how letters of the manifest make the lines; nothing was sent",
    )


def _quoted(words: list[str]) -> str:
    return " and ".join(f'"{word}"' for word in words)
