"""[noun-form] Sub-processes and call activities are named by a noun, "Income verification"; verbs are for tasks.

English has words that are both. A name counts as a verb and its object when an article or the like stands right behind
its first word, or when its first word is never a noun. Event sub-processes are named by what happened, and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.style.page import Page
from engine.bpmn.model import ElementType
from engine.errors import Problem

NAMED = frozenset({ElementType.SUB_PROCESS, ElementType.CALL_ACTIVITY})
ARTICLES = "the a an this that these those his her its their our your whether what which who whom how all any each"
"""What stands behind a verb, and not behind a noun."""
FIRST = "after before during with without of on in at for from by under what all both each every"
"""What is no verb, and can stand first with an article behind it."""
VERBS = (
    "assess calculate choose collect compute confirm consider create decide determine ensure evaluate examine find "
    "inform investigate notify obtain prepare receive send tell validate verify"
)
"""Verbs that are never nouns."""
_BEHIND_A_VERB, _NO_VERBS, _VERBS = (frozenset(words.split()) for words in (ARTICLES, FIRST, VERBS))


def check_noun_form(page: Page) -> Iterator[Problem]:
    for _, element in page.elements():
        words = element.name.casefold().split()
        if element.type in NAMED and words and _is_verb_form(words):
            yield page.problem(
                element.id,
                f'expected a noun as the name of a {element.type.value}, but got "{element.name}".',
                'name what is done below, such as "Income verification"',
                element.line,
            )


def _is_verb_form(words: list[str]) -> bool:
    if words[0] in _VERBS:
        return True
    gerund = words[0].endswith("ing")
    return len(words) > 1 and words[1] in _BEHIND_A_VERB and words[0] not in _NO_VERBS and not gerund
