"""Where a value does not fit its declared type: the first part that is missing, of another kind, or not allowed."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.types import ConstrainedType, ContextType, ListType, Type, conforms
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Misfit:
    """`path` leads from the value to the part, as FEEL would write it; empty when the value itself does not fit."""

    path: str
    expected: Type
    value: Value
    is_missing: bool = False

    @property
    def place(self) -> str:
        """For messages: ` for "Parcel.Origin"`, or nothing."""
        return f' for "{self.path}"' if self.path else ""


def first_misfit(value: Value, declared: Type, path: str = "") -> Misfit | None:
    """The first part of *value* that does not conform to *declared*, depth first; None when all of it does."""
    if value is None or conforms(value, declared):
        return None
    plain = declared
    while isinstance(plain, ConstrainedType):
        plain = plain.base
    if isinstance(plain, ContextType) and isinstance(value, dict):
        for name, each in plain.entries:
            inner = f"{path}.{name}" if path else name
            if name not in value:
                return Misfit(inner, each, None, is_missing=True)
            found = first_misfit(value[name], each, inner)
            if found is not None:
                return found
    elif isinstance(plain, ListType) and not isinstance(value, list):
        return first_misfit(value, plain.element, path)  # it may be the only item
    elif isinstance(plain, ListType) and isinstance(value, list):
        for number, item in enumerate(value, 1):
            found = first_misfit(item, plain.element, f"{path}[{number}]")
            if found is not None:
                return found
    return Misfit(path, declared, value)


def allowed_text(declared: Type) -> str:
    """The allowed values of a type as its item definition writes them, or those of the type that it stands for."""
    while isinstance(declared, ConstrainedType):
        if declared.text:
            return declared.text
        declared = declared.base
    return ""
