"""The small template language of notices: Jinja's syntax, cut down to placeholders, conditions and lists.

A template may print values, ask `if`, and walk a list with `for`. It cannot call functions, calculate, include files
or reach into objects; whatever else Jinja knows is refused at load with its line. Values are escaped for Markdown as
they are printed, so that what a person wrote in a form can never become a link, a heading or HTML; the HTML of a
notice is made from that Markdown with raw HTML switched off, which is why Jinja's own HTML escaping is not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2 import Template as JinjaTemplate
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import ErrorCode, Location, Problem, did_you_mean, failure
from engine.feel import FeelDate, FeelDateTime, FeelTime
from engine.law.formats import Currency, show_long_date, show_weekday

ALLOWED_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Test,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Const,
)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BLANKS = re.compile(r"\s+")


class UnprintableValue(TemplateError):
    """A value that has no agreed form in a notice, such as null or a list."""


class Template:
    """One template, read and checked: `render` gives its text for a set of values.

    `names` are those that its placeholders speak of; a field of a context stands as `context.field` too.
    """

    def __init__(
        self,
        environment: ImmutableSandboxedEnvironment,
        source: str,
        file: str,
        part: str,
        line: int,
        names: frozenset[str] = frozenset(),
    ) -> None:
        self._environment, self._source = environment, source
        self._file, self._part, self._line = file, part, line
        self.names = names

    def render(self, values: Mapping[str, Any]) -> str:
        """Errors: NOTICE_TEMPLATE with the line when a value is missing or cannot be printed."""
        try:
            return _compiled(self._environment, self._source).render(dict(values))
        except (TemplateError, TypeError) as error:
            raise failure(
                ErrorCode.NOTICE_TEMPLATE,
                f"the text cannot be filled in: {error}.",
                file=self._file,
                part=self._part,
                line=self._line_of(error),
                hint="give the value as an input of the task, record the fact first, or guard the place with an if",
            ) from error

    def _line_of(self, error: BaseException) -> int:
        line, trace = 1, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == "<template>":
                line = trace.tb_lineno
            trace = trace.tb_next
        return self._line + line - 1


class TemplateReader:
    """Builds the templates of one package, with its currency in the `money` filter."""

    def __init__(self, currency: Currency) -> None:
        self._markdown = _environment(currency, escape_markdown)
        self._plain = _environment(currency, _one_line)

    def read(
        self, source: str, file: str, part: str, *, line: int, known: Mapping[str, Iterable[str] | None], markdown: bool
    ) -> tuple[Template | None, list[Problem]]:
        """Read *source*, which begins at *line* of *file*.

        *known* maps each name that a placeholder may use to its fields, None where they are not known. The template is
        None when it has problems (NOTICE_TEMPLATE, LAW_UNKNOWN_FACT).
        """
        environment = self._markdown if markdown else self._plain
        try:
            tree = _parsed(environment, source)
        except TemplateSyntaxError as error:
            place = Location(file=file, part=part, line=line + error.lineno - 1)
            message = f"expected a placeholder of the form {{{{ name }}}}, but {error.message}."
            return None, [Problem(ErrorCode.NOTICE_TEMPLATE, message, place, hint="check the braces on this line")]
        problems = [
            Problem(code, message, Location(file=file, part=part, line=line + at - 1), hint=hint)
            for code, message, at, hint in _problems_of(tree, environment, known)
        ]
        return (None if problems else Template(environment, source, file, part, line, _names_in(tree))), problems


class _Environment(ImmutableSandboxedEnvironment):
    def __init__(self, currency: Currency, escape: Callable[[str], str]) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=partial(_print, escape=escape),
        )
        self.globals = {}
        self.filters = {
            "date": _date_filter,
            "weekday": _weekday_filter,
            "money": partial(_money_filter, currency=currency),
            "length": len,
            "join": _join_filter,
        }
        self.tests = {name: self.tests[name] for name in ("defined", "none")}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`a.b`: an entry of a context; the counters of a `for`. Nothing else has parts."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in ("index", "first", "last", "length"):
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)
        return self.undefined(f'there is no "{attribute}" in {_kind(obj)}', name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(f"there is no entry {argument!r} in {_kind(obj)}", name=str(argument))


# The same texts are read anew with each reading of the law that a rehearsal tries: Jinja's compiler is the slow part.
@lru_cache(maxsize=16)
def _environment(currency: Currency, escape: Callable[[str], str]) -> _Environment:
    return _Environment(currency, escape=escape)


@lru_cache(maxsize=4096)
def _parsed(environment: ImmutableSandboxedEnvironment, source: str) -> nodes.Template:
    return environment.parse(source)


@lru_cache(maxsize=4096)
def _compiled(environment: ImmutableSandboxedEnvironment, source: str) -> JinjaTemplate:
    """Compiled when it is rendered first: many are only read, to be checked."""
    return environment.from_string(source)


def escape_markdown(text: str) -> str:
    """*text* so that Markdown prints it as it is, on one line.

    >>> escape_markdown("[x](y) <b>")
    '\\\\[x\\\\]\\\\(y\\\\) \\\\<b\\\\>'
    """
    return _PUNCTUATION.sub(r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def show_in_notice(value: Any) -> str:
    """A FEEL value as a notice prints it without a filter. Errors: UnprintableValue."""
    match value:
        case bool() | None:
            raise UnprintableValue(f"{_kind(value)} has no words; use an if")
        case str():
            return value
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case FeelDate():
            return show_long_date(value.to_python())
        case FeelTime():
            return f"{value.hour:02}:{value.minute:02}"
        case FeelDateTime():
            raise UnprintableValue("a date and time can be read in two ways; use the filter date, or a due_date")
        case Undefined():
            raise UndefinedError(str(value._undefined_message))
        case _:
            raise UnprintableValue(f"{_kind(value)} cannot stand in a sentence; use a for or the filter join")


def _print(value: Any, *, escape: Callable[[str], str]) -> str:
    return escape(show_in_notice(value))


def _date_filter(value: Any) -> str:
    return show_long_date(_day(value, "date").to_python())


def _weekday_filter(value: Any) -> str:
    return show_weekday(_day(value, "weekday").to_python())


def _money_filter(value: Any, *, currency: Currency) -> str:
    if isinstance(value, Decimal):
        return currency.show(value)
    raise UnprintableValue(f"the filter money expected a number, but got {_kind(value)}")


def _join_filter(value: Any, separator: str = ", ") -> str:
    if not isinstance(value, list):
        raise UnprintableValue(f"the filter join expected a list, but got {_kind(value)}")
    return separator.join(show_in_notice(item) for item in value)


def _day(value: Any, name: str) -> FeelDate:
    if isinstance(value, FeelDateTime):
        return value.date
    if isinstance(value, FeelDate):
        return value
    raise UnprintableValue(f"the filter {name} expected a date, but got {_kind(value)}")


_KINDS: dict[type, str] = {bool: "a boolean", str: "a string", Decimal: "a number", list: "a list", dict: "a context"}


def _kind(value: Any) -> str:
    if isinstance(value, Undefined):
        raise UndefinedError(str(value._undefined_message))
    return "null" if value is None else _KINDS.get(type(value), f"a value of kind {type(value).__name__}")


Finding = tuple[ErrorCode, str, int, str]


def _problems_of(tree: nodes.Template, environment: _Environment, known: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _walk(tree, environment, {**known})


def _walk(node: nodes.Node, environment: _Environment, known: dict[str, Any]) -> Iterator[Finding]:
    code, hint = ErrorCode.NOTICE_TEMPLATE, "a template may print values, use if and for, and the filters of notices"
    if not isinstance(node, ALLOWED_NODES):
        yield code, f"{type(node).__name__.lower()} is not allowed in a notice.", node.lineno, hint
        return
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
        message = f'no fact or input is called "{node.name}".{did_you_mean(node.name, known)}'
        yield ErrorCode.LAW_UNKNOWN_FACT, message, node.lineno, "declare a process variable under inputs of the notice"
    for kind, table in ((nodes.Filter, environment.filters), (nodes.Test, environment.tests)):
        if isinstance(node, kind) and node.name not in table:
            message = f'no {kind.__name__.lower()} is called "{node.name}".{did_you_mean(node.name, table)}'
            yield code, message, node.lineno, f"known: {', '.join(table)}"
    if isinstance(node, nodes.Getattr):
        yield from _check_field(node, known)
    if isinstance(node, nodes.For):
        yield from _walk(node.iter, environment, known)
        inner = {**known, "loop": ("index", "first", "last", "length")}
        targets = [node.target] if isinstance(node.target, nodes.Name) else list(node.target.find_all(nodes.Name))
        inner.update({target.name: None for target in targets})
        for child in (*([node.test] if node.test else []), *node.body, *node.else_):
            yield from _walk(child, environment, inner)
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, environment, known)


def _names_in(tree: nodes.Template) -> frozenset[str]:
    names = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    fields = {
        f"{node.node.name}.{node.attr}" for node in tree.find_all(nodes.Getattr) if isinstance(node.node, nodes.Name)
    }
    return frozenset(names | fields)


def _check_field(node: nodes.Getattr, known: Mapping[str, Any]) -> Iterator[Finding]:
    """`name.field`, and for contexts of contexts (`name.*.field`) the field after any entry."""
    depth, base = 1, node.node
    while isinstance(base, nodes.Getattr):
        depth, base = depth + 1, base.node
    if node.attr.startswith("_"):
        yield (
            ErrorCode.NOTICE_TEMPLATE,
            f'no value has a field "{node.attr}".',
            node.lineno,
            "use a field of the context",
        )
        return
    if not isinstance(base, nodes.Name) or known.get(base.name) is None:
        return
    fields = known[base.name]
    if isinstance(fields, NamedEntries) and depth == 1 and node.attr not in fields.names:
        message = f'"{base.name}" has no entry "{node.attr}".{did_you_mean(node.attr, fields.names)}'
        yield ErrorCode.NOTICE_TEMPLATE, message, node.lineno, f"known entries: {', '.join(fields.names) or 'none'}"
    if depth == (2 if isinstance(fields, EachEntry) else 1) and node.attr not in fields:
        message = f'"{base.name}" has no field "{node.attr}".{did_you_mean(node.attr, fields)}'
        yield ErrorCode.NOTICE_TEMPLATE, message, node.lineno, f"known fields: {', '.join(fields) or 'none'}"


class EachEntry(tuple[str, ...]):
    """The fields of every entry of a context whose own entries are not known beforehand, such as `deadlines`."""


class NamedEntries(EachEntry):
    """The fields of every entry of a context whose entries are known beforehand as *names*, such as `limits`."""

    names: tuple[str, ...]

    def __new__(cls, names: Iterable[str], fields: Iterable[str]) -> NamedEntries:
        made = super().__new__(cls, fields)
        made.names = tuple(names)
        return made


__all__ = [
    "EachEntry",
    "NamedEntries",
    "SecurityError",
    "Template",
    "TemplateReader",
    "UnprintableValue",
    "escape_markdown",
    "show_in_notice",
]
