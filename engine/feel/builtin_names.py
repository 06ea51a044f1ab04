"""The names of all built-in functions, which the parser must know because they hold blanks.

A list by itself, so that reading an expression needs no function; a test holds it equal to the tables in `builtins/`.
"""

from __future__ import annotations

BUILTIN_NAMES = frozenset(
    """
    date|date and time|time|number|string|duration|years and months duration|range|not|is
    substring|string length|upper case|lower case|substring before|substring after|replace|contains|starts with
    ends with|matches|split|string join
    list contains|count|min|max|sum|mean|all|any|sublist|append|concatenate|insert before|remove|list replace|reverse
    index of|union|distinct values|flatten|product|median|stddev|mode|sort
    decimal|floor|ceiling|round up|round down|round half up|round half down|abs|modulo|sqrt|log|exp|odd|even
    day of year|day of week|month of year|week of year|now|today
    get value|get entries|context|context put|context merge
    before|after|meets|met by|overlaps|overlaps before|overlaps after|finishes|finished by|includes|during|starts
    started by|coincides
    """.strip()
    .replace("\n", "|")
    .replace("|    ", "|")
    .split("|")
)
