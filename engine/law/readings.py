"""Other readings of unclear clauses: the law's own table of readings, with other values in force.

A table of readings has the outputs `key`, `value` and `allowed` (the values parted by ` | `). A scenario or a question
that says `readings: {key: value}` runs on the package in which that row has this value; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from engine.dmn.xml import parse_document
from engine.errors import did_you_mean, list_known
from engine.law.package import LawPackage

COLUMNS = ("key", "value", "allowed")
_PARTED_BY = "|"


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table of readings, with the text element that holds its value."""

    key: str
    allowed: tuple[str, ...]
    value: etree._Element


def find_readings(package: LawPackage) -> dict[str, tuple[str, ...]]:
    """Every reading of *package* by its key, with the values that it may have."""
    return dict(_options_in(_Content(package.content_hash, package)))


def with_readings(package: LawPackage, chosen: Mapping[str, str]) -> LawPackage:
    """*package* with the *chosen* readings in force, which it must have (`reading_faults`)."""
    if not chosen:
        return package
    files = files_with_readings(package, chosen)
    return package.with_decisions({name: data for name, data in files.items() if data is not package.files[name]})


def files_with_readings(package: LawPackage, chosen: Mapping[str, str]) -> dict[str, bytes]:
    """The files of *package*, the cells of the *chosen* readings with these values."""
    files = dict(package.files)
    for name, data in _models(package):
        root = parse_document(data, name)
        rows = [row for row in _rows(root) if row.key in chosen]
        for row in rows:
            row.value.text = f'"{chosen[row.key]}"'
        if rows:
            files[name] = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return files


def reading_faults(package: LawPackage, chosen: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """For each chosen reading that *package* does not have: its key, what is wrong, and what to do."""
    known = find_readings(package)
    for key, value in chosen.items():
        options = known.get(key)
        if options is None:
            said = f'the law has no reading "{key}".{did_you_mean(key, known)}'
            yield key, said, f"readings: {list_known(key, known) or 'none'}"
        elif value not in options:
            said = f'the reading "{key}" expected one of {", ".join(options)}, but got "{value}".'
            yield key, said + did_you_mean(value, options), "correct the value"


@dataclass(frozen=True, slots=True)
class _Content:
    """A package that is equal to another one when its files are."""

    hash: str
    package: LawPackage = field(compare=False)


@lru_cache(maxsize=8)
def _options_in(content: _Content) -> Mapping[str, tuple[str, ...]]:
    """Remembered, because each scenario that chooses readings asks for those of the same law."""
    models = _models(content.package)
    return {row.key: row.allowed for name, data in models for row in _rows(parse_document(data, name))}


def _models(package: LawPackage) -> Iterator[tuple[str, bytes]]:
    """The models that can hold a table of readings: those that name all of its columns."""
    for name, data in package.files.items():
        if name.endswith(".dmn") and all(f'"{column}"'.encode() in data for column in COLUMNS):
            yield name, data


def _rows(root: etree._Element) -> Iterator[_Row]:
    namespace = {"d": etree.QName(root).namespace}
    for table in root.iterfind(".//d:decisionTable", namespace):
        names = [output.get("name") for output in table.iterfind("d:output", namespace)]
        if not set(COLUMNS) <= set(names):
            continue
        key, value, allowed = (names.index(column) for column in COLUMNS)
        for rule in table.iterfind("d:rule", namespace):
            texts = rule.findall("d:outputEntry/d:text", namespace)
            yield _Row(_string(texts[key].text), options_of(texts[allowed].text), texts[value])


def options_of(cell: str | None) -> tuple[str, ...]:
    """The values that the output entry `allowed` of a table of readings lists."""
    return tuple(option.strip() for option in _string(cell).split(_PARTED_BY))


def _string(cell: str | None) -> str:
    return (cell or "").strip().strip('"')
