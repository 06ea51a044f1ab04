"""Reading YAML that people write: strictly, with the place of every value, all problems at once.

Used for manifests, registers, calendars and scenarios. What plain YAML loaders let pass is refused here: a key given
twice, a key that nobody knows, an alias, a tag. Numbers with a point become Decimal, never float; only `true` and
`false` are booleans; `12:30` and `010` stay text and digits. Entry points: `read_document`, then `Document.section`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml

from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean, failure

MAX_DEPTH = 60
Path = tuple[str | int, ...]


def show_path(path: Path) -> str:
    """`("events", "paid", "does", 0)` as a person writes it: ``events > paid > does[0]``."""
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f"{' > ' if shown else ''}{step}"
    return shown


class Findings:
    """The problems of one file, collected so that a reader sees all of them at once."""

    def __init__(self, file: str, code: ErrorCode, first_line: int = 1) -> None:
        self.file = file
        self.code = code
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self._offset = first_line - 1

    def add(
        self,
        message: str,
        path: Path = (),
        *,
        hint: str | None = None,
        code: ErrorCode | None = None,
        clause: str | None = None,
    ) -> None:
        place = Location(file=self.file, part=show_path(path) or None, line=self.line_of(path), clause=clause)
        self.problems.append(Problem(code or self.code, message, place, hint=hint))

    def line_of(self, path: Path) -> int | None:
        while path and path not in self.lines:
            path = path[:-1]
        line = self.lines.get(path)
        return None if line is None else line + self._offset

    def raise_if_any(self) -> None:
        if self.problems:
            raise EngineError(*self.problems)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file as read: its value and where each part of it stands."""

    file: str
    value: Any
    findings: Findings

    def section(self) -> Section:
        """The whole document as one mapping."""
        return Section(self.value, (), self.findings)


def read_document(data: bytes, file: str, code: ErrorCode, *, first_line: int = 1) -> Document:
    """Parse *data* as one YAML document. Errors: *code* with file and line; syntax errors are raised at once."""
    findings = Findings(file, code, first_line)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bad_line = data[: error.start].count(b"\n") + first_line
        said = f"expected UTF-8 text, but byte {error.start} is not."
        raise failure(code, said, file=file, line=bad_line, hint="save the file as UTF-8") from error
    try:
        node = _compose(text)
        value = None if node is None else _value(node, (), findings)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + first_line
        said = error.problem or error.context or "it cannot be read"
        tab = "\\t" in said
        hint = "indent with spaces, not with tabs" if tab else "check indentation, colons and quotes near this line"
        raise failure(
            code, f"expected YAML, but a reader of it says: {said}.", file=file, line=line, hint=hint
        ) from error
    except yaml.YAMLError as error:
        raise EngineError(
            Problem(
                code, f"expected YAML, but {error}", Location(file=file), hint="remove the character that is not text"
            )
        ) from error
    return Document(file, value, findings)


class _Loader(yaml.SafeLoader):
    """YAML's safe loader with fewer guesses about what a plain word means."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


class _FastLoader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """The same in C. It serves for files that are right; the words for what is wrong are those of the other."""

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


_DIGITS = "0123456789"
_PLAIN: tuple[tuple[str, str, str, Callable[[str], Any]], ...] = (
    # tag, pattern, the characters it may begin with ("" alone for an empty value), value
    ("!null", r"~|null|", "~n", lambda text: None),
    ("!bool", r"true|false", "tf", lambda text: text == "true"),
    ("!int", r"[-+]?(0|[1-9][0-9]*)", f"-+{_DIGITS}", int),
    ("!decimal", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", f"-+{_DIGITS}", Decimal),
    ("!date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", _DIGITS, date.fromisoformat),
)
_BUILD = {tag: build for tag, _, _, build in _PLAIN}
for _tag, _pattern, _first, _build in _PLAIN:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z"), [*_first, *([""] if _tag == "!null" else [])])


@lru_cache(maxsize=256)
def _compose(text: str) -> yaml.Node | None:
    """The nodes of *text*; nobody changes them, so the files of a law are composed once however often they are read."""
    try:
        return _compose_with(text, _FastLoader)
    except yaml.YAMLError:
        return _compose_with(text, _Loader)


def _compose_with(text: str, loader: type[yaml.SafeLoader]) -> yaml.Node | None:
    _refuse_deep_nesting(text, loader)
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


def _refuse_deep_nesting(text: str, loader: type[yaml.SafeLoader]) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        refusal = None
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                refusal = f"it is nested deeper than {MAX_DEPTH} levels"
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            refusal = "it uses an alias (*name); write the value out"
        if refusal:
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem=refusal, problem_mark=mark)


def _value(node: yaml.Node, path: Path, findings: Findings) -> Any:
    findings.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key is not plain text", problem_mark=key_node.start_mark)
            key = key_node.value
            if key in result:
                findings.add(f'"{key}" is given twice.', (*path, key), hint="keep one of the two")
                continue
            result[key] = _value(value_node, (*path, key), findings)
            findings.lines[(*path, key)] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, index), findings) for index, item in enumerate(node.value)]
    if node.tag not in _BUILD:
        if node.tag != "tag:yaml.org,2002:str":
            findings.add(f'the tag "{node.tag}" is not allowed.', path, hint="write the value without a tag")
        return node.value
    try:
        return _BUILD[node.tag](node.value)
    except ValueError as error:
        findings.add(
            f'expected a date, but got "{node.value}": {error}.', path, hint="write a day that exists, as YYYY-MM-DD"
        )
        return node.value


_KINDS: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    Decimal: "a number",
    date: "a date (YYYY-MM-DD)",
    dict: "a mapping",
    list: "a list",
}


def show_value(value: Any) -> str:
    """A value of a document in an error message, with its kind."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return f"{_KINDS[type(value)]} of {len(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        f'the text "{value}"' if isinstance(value, str) else f"{_KINDS.get(type(value), type(value).__name__)}: {value}"
    )


@dataclass
class Section:
    """One mapping of a document, taken apart key by key. `close` makes a problem of every key that was not asked for.

    Each taker returns the value, or its default after recording a problem; so one pass finds every problem.
    """

    value: Any
    path: Path
    findings: Findings
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.value, Mapping):
            self.findings.add(f"expected a mapping of names to values, but got {show_value(self.value)}.", self.path)
            self.value = {}
            self.asked = set()

    def problem(self, message: str, *keys: str | int, hint: str | None = None, code: ErrorCode | None = None) -> None:
        self.findings.add(message, (*self.path, *keys), hint=hint, code=code)

    def has(self, name: str) -> bool:
        self.asked.add(name)
        return self.value.get(name) is not None

    def raw(self, name: str) -> Any:
        """The value under *name* as it stands, None when absent."""
        self.asked.add(name)
        return self.value.get(name)

    def take(self, name: str, kinds: tuple[type, ...], default: Any, *, required: bool) -> Any:
        value = self.raw(name)
        if value is None:
            if required:
                others = [key for key in self.value if key not in self.asked]
                self.problem(f'"{name}" is missing.{did_you_mean(name, others)}', hint=f"add {name}: ... here")
            return default
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            expected = " or ".join(_KINDS[kind] for kind in kinds)
            self.problem(f"expected {expected}, but got {show_value(value)}.", name)
            return default
        return value

    def text(self, name: str, default: str = "", *, required: bool = True) -> str:
        value = self.take(name, (str, int, Decimal, date), default, required=required)
        return value if isinstance(value, str) else str(value)

    def optional_text(self, name: str) -> str | None:
        return self.text(name, required=False) or None

    def flag(self, name: str, default: bool = False) -> bool:
        return bool(self.take(name, (bool,), default, required=False))

    def whole(self, name: str, default: int = 0, *, required: bool = True) -> int:
        return int(self.take(name, (int,), default, required=required))

    def day(self, name: str, *, required: bool = True) -> date | None:
        found: date | None = self.take(name, (date,), None, required=required)
        return found

    def time_of_day(self, name: str) -> time | None:
        value = self.text(name)
        if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
            return time.fromisoformat(value)
        if self.has(name):
            self.problem(f'expected a time of day, but got "{value}".', name, hint='write it as "08:00"')
        return None

    def choice(self, name: str, allowed: Iterable[str], default: str = "", *, required: bool = True) -> str:
        options = list(allowed)
        value = self.text(name, default, required=required)
        if self.has(name) and value not in options:
            self.problem(
                f'expected one of {", ".join(options)}, but got "{value}".{did_you_mean(value, options)}', name
            )
            return default
        return value

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        value = self.take(name, (list, str), [], required=required)
        result = []
        for index, item in enumerate([value] if isinstance(value, str) else value):
            if isinstance(item, str | int) and not isinstance(item, bool):
                result.append(str(item))
            else:
                self.problem(f"expected text, but got {show_value(item)}.", name, index)
        return tuple(result)

    def section(self, name: str, *, required: bool = True) -> Section | None:
        if not self.has(name):
            self.take(name, (dict,), None, required=required)
            return None
        return Section(self.value[name], (*self.path, name), self.findings)

    def sections(self, name: str, *, required: bool = False) -> list[Section]:
        """A list of mappings."""
        items = self.take(name, (list,), [], required=required)
        return [Section(item, (*self.path, name, index), self.findings) for index, item in enumerate(items)]

    def named_sections(self, name: str, *, required: bool = False) -> dict[str, Section]:
        """A mapping of names to mappings."""
        items = self.take(name, (dict,), {}, required=required)
        return {key: Section(item, (*self.path, name, key), self.findings) for key, item in items.items()}

    def close(self) -> None:
        """Report every key that nobody asked for, with the nearest key that this place knows."""
        for key in self.value:
            if key not in self.asked:
                known = sorted(self.asked)
                self.problem(
                    f'"{key}" is not known here.{did_you_mean(key, known)}', key, hint=f"known here: {', '.join(known)}"
                )
