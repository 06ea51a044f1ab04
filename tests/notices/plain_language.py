"""How hard a text is to read: its sentences, their length, and the school grade by the Flesch-Kincaid formula.

Grade = 0.39 * words per sentence + 11.8 * syllables per word - 15.59 (Kincaid and others, 1975). Citations of law and
dates are no prose and are left out; a heading or an item of a list is a sentence of its own.
"""

from __future__ import annotations

import re

HARDEST_GRADE = 8.0
LONGEST_SENTENCE = 35
"""What a notice may ask of its reader: the eighth grade, and words in one sentence."""

_CITATION = re.compile(
    r"\((?:[^()]|\([^()]*\))*(?:KAR|KRS|Section|U\.S\.C|CFR)(?:[^()]|\([^()]*\))*\)"  # in parentheses, which may nest
    r"|\b\d+ (?:KAR|CFR) [\d:.]+[^,.;\s]*"
    r"|\bKRS [\dA-Z.:\-]+(?:\(\w+\))*"
)
_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_VOWELS = re.compile(r"[aeiouy]+")
_END = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z0-9\"“])|\n\s*\n|\n(?=\s*(?:[-#>|]|\d+\.))")
_SHORT = re.compile(r"\b(?:No|St|Mr|Ms|Dr|U\.S)\.")


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence of *text*; sentences of one or two words are labels, and left out."""
    plain = re.sub(r"(?m)^(\s*)\* ", r"\1- ", text)
    plain = re.sub(r"[*_`]+", "", plain)
    prose = _SHORT.sub(lambda match: match[0].replace(".", ""), _DATE.sub("that day", _CITATION.sub("", plain)))
    found = [_WORD.findall(sentence) for sentence in _END.split(prose)]
    return [words for words in found if len(words) > 2]


def syllables(word: str) -> int:
    """By groups of vowels; a last e is silent, unless an l before it makes a syllable of its own.

    >>> [syllables(word) for word in ("table", "made", "day", "notice")]
    [2, 1, 1, 2]
    """
    plain = word.lower()
    count = len(_VOWELS.findall(plain))
    if plain.endswith("e") and not plain.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(1, count)


def grade(text: str) -> float:
    """The school grade; 0 for a text without sentences."""
    found = sentences(text)
    words = [word for sentence in found for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def longest(text: str) -> list[str]:
    """The words of the longest sentence."""
    return max(sentences(text), key=len, default=[])
