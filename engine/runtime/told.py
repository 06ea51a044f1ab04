"""What is told to the engine, looked through for numbers of people before anything of it is stored.

A law says which numbers it never stores (the key `hidden` of a fact). Wherever somebody writes one with marks between
its groups, or in any way the number of a person who is known here, the command is refused. Known are the numbers that
came with events: of each the store has a keyed hash beside its case, which is erased with that.

Whoever sees some cases only must not learn by a refusal who is known. To them the numbers of their own command and case
count, and as many digits in a row wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import EngineError
from engine.feel import Value
from engine.handlers.contract import Actor
from engine.law import HiddenNumber, LawPackage, mask_numbers, not_taken, numbers_in, texts_of
from engine.runtime.associations import sign

if TYPE_CHECKING:
    from engine.runtime.command import Command
    from engine.runtime.packages import Packages
    from engine.runtime.settings import Settings
    from engine.store import Snapshot

KIND = "number of a person"
"""The type under which the keyed hashes stand among the search keys, in a package of no name."""

_SUSPECT = re.compile(r"(?:\d[\W_]{0,3}){4}")
"""The least that is looked at closely: most texts hold no four digits together."""
_CASES = 1000


def is_suspect(text: str) -> bool:
    """Whether *text* has as many digits together as `refuse_numbers` looks at: it asks first, as every command does."""
    return _SUSPECT.search(text) is not None


def refuse_numbers(
    command: Command,
    told: Mapping[str, Value],
    *,
    case_id: str | None = None,
    numbers: Sequence[str] = (),
    keys: Container[str] = (),
) -> None:
    """Look through *told*, by the name under which each value comes.

    *case_id* is the case that it is told in, *numbers* are those of people that the same command tells where they
    belong; under *keys* stand names of records, which may be numbers of as many digits.
    Errors: LAW_HIDDEN_NUMBER for each value, which is not repeated.
    """
    suspects: list[tuple[str, str]] = []
    for name, value in told.items():
        if is_suspect(name):
            suspects.append((name, name))
        suspects += [(name, text) for text in texts_of(value) if is_suspect(text)]
    if not suspects:
        return
    watch = Watch(command.tx, command.parts.packages, command.settings)
    limited = not sees_all(command.actor, watch.laws)
    problems = {}
    for name, text in suspects:
        which = watch.spelled(text) or watch.told_here(text, case_id, numbers)
        if not limited:
            which = which or watch.known(text)
        elif name not in keys and text != command.actor.id:
            which = which or watch.in_a_row(text)
        if which:
            problems[name] = not_taken("a name" if _SUSPECT.search(name) else name, which)
    if problems:
        raise EngineError(*problems.values())


def remember_numbers(command: Command, case_id: str | None, numbers: Sequence[str]) -> None:
    """The numbers that an event of the case told: from now on they are known."""
    if case_id is not None and numbers:
        keys = [_key(command.settings, command.tx, digits) for digits in numbers]
        command.tx.search_keys.add("", KIND, case_id, keys)


def sees_all(actor: Actor, laws: Sequence[LawPackage]) -> bool:
    """Whether one of the actor's roles sees all cases; who has no role of a law sees what the caller lets them."""
    known = [law.roles[role] for role in actor.roles for law in laws if role in law.roles]
    return not known or any(role.sees == "all" for role in known)


@dataclass(frozen=True, slots=True)
class _Hidden:
    which: str
    number: HiddenNumber


class Watch:
    """The numbers that the deployed laws hide, held against texts."""

    def __init__(self, snapshot: Snapshot, packages: Packages, settings: Settings) -> None:
        self._snapshot = snapshot
        self._settings = settings
        rows = snapshot.deployments.latest_of_each_package()
        latest = (packages.latest(snapshot, row.package_id).law for row in rows)
        self.laws = [law for law in latest if law is not None]
        by_groups = {
            number.groups: _Hidden(which, number)
            for law in reversed(self.laws)
            for which, number in law.vocabulary.hidden.items()
        }
        self._hidden = tuple(by_groups.values())

    def spelled(self, text: str) -> str:
        """The fact whose number *text* spells with marks between its groups; empty for none."""
        return next((each.which for each in self._hidden if re.search(each.number.spelling, text)), "")

    def known(self, text: str) -> str:
        """The fact whose number of somebody who is known stands in *text*; empty for none."""
        return next((which for which, _, digits in self._candidates(text) if self._cases(digits)), "")

    def told_here(self, text: str, case_id: str | None, numbers: Sequence[str]) -> str:
        """The same for *numbers* and for those of the case alone."""
        for which, _, digits in self._candidates(text):
            if digits in numbers or (case_id is not None and case_id in self._cases(digits)):
                return which
        return ""

    def in_a_row(self, text: str) -> str:
        """The fact with a number of as many digits as stand in a row in *text*, as a word of their own; empty for none.

        In a word with letters they are an id.
        """
        words = ((each.which, rf"\b\d{{{each.number.digits}}}\b") for each in self._hidden)
        return next((which for which, word in words if re.search(word, text)), "")

    def cut(self, text: str) -> str:
        """*text* of somebody else with each number cut to its ending that is spelled with marks, or known."""
        text = mask_numbers({each.which: each.number for each in self._hidden}, text)
        for _, number, digits in self._candidates(text):
            if self._cases(digits):
                between = r"[\W_]*"
                text = re.sub(between.join(digits), f"***{number.ending_of(digits)}", text)
        return text

    def _candidates(self, text: str) -> Iterator[tuple[str, HiddenNumber, str]]:
        for each in self._hidden:
            for digits in numbers_in(text, each.number.digits):
                yield each.which, each.number, digits

    def _cases(self, digits: str) -> list[str]:
        key = _key(self._settings, self._snapshot, digits)
        return self._snapshot.search_keys.find("", KIND, key, limit=_CASES)


def _key(settings: Settings, snapshot: Snapshot, digits: str) -> str:
    return sign(settings, snapshot, f"{KIND}, {len(digits)} digits", digits)
