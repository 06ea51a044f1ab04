"""The built-in functions of FEEL (DMN 1.5, 10.3.4): one file per family, each with a table `FUNCTIONS`.

To add one: write the function, add its row to the family's table and its name to `builtin_names.py`, add cases to
`tests/feel/data/`, and a line to `grammar.md` if it is no function of the standard.
"""

from __future__ import annotations

from engine.feel.builtins import (
    aggregation,
    boolean,
    contexts,
    conversion,
    lists,
    numeric,
    patterns,
    ranges,
    strings,
    temporal_functions,
)
from engine.feel.signature import BuiltinFunction

FAMILIES = (
    conversion,
    boolean,
    strings,
    patterns,
    numeric,
    lists,
    aggregation,
    contexts,
    temporal_functions,
    ranges,
)

BUILTINS: dict[str, BuiltinFunction] = {
    name: BuiltinFunction(name, overloads) for family in FAMILIES for name, overloads in family.FUNCTIONS.items()
}


def builtin_function(name: str) -> BuiltinFunction:
    """The built-in called *name*."""
    return BUILTINS[name]
