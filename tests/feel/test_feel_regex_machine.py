"""The linear machine finds what Python's backtracking engine finds, on patterns that both can run."""

import re
from re import _parser  # type: ignore[attr-defined]

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel.regex_machine import MAX_WORK, RegexMachine, TooMuchWork, build

patterns = st.recursive(
    st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "^", "$"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        inner.map(lambda each: f"({each}a)"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "{1,3}", "{2}"])).map(
            lambda pair: f"(?:{pair[0]}b){pair[1]}"
        ),
    ),
    max_leaves=5,
)


def machine_of(pattern: str) -> RegexMachine:
    compiled = re.compile(pattern)
    machine = build(_parser.parse(pattern), compiled.flags, compiled.groups)
    assert machine is not None
    return machine


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(patterns, st.text("ab\n", max_size=8))
def test_machine_finds_what_the_backtracking_engine_finds(pattern: str, text: str) -> None:
    expected = [match.span() for match in re.compile(pattern).finditer(text)]
    found = [edges[:2] for edges in machine_of(pattern).find_all(text, [MAX_WORK])]
    if any(start == end for start, end in expected):  # the engines go on differently after an empty match
        found, expected = found[:1], expected[:1]
    assert found == expected


def test_machine_keeps_the_last_round_of_a_group() -> None:
    (edges,) = machine_of("(?:(a)|b)+").find_all("abab", [MAX_WORK])
    assert edges == (0, 4, 2, 3)


def test_machine_stops_when_there_is_too_much_to_do() -> None:
    machine = machine_of("(?:a?){400}b")
    with pytest.raises(TooMuchWork):
        list(machine.find_all("a" * 50_000, [MAX_WORK]))


def test_back_reference_has_no_machine() -> None:
    assert build(_parser.parse(r"(a)\1"), 0, 1) is None
