"""N9: what people are told is in plain words. Each notice is measured as its source has it, on all its branches."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.law import LawPackage, NoticeSource, load_package
from tests.notices.plain_language import HARDEST_GRADE, LONGEST_SENTENCE, grade, longest, sentences, syllables

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    (package, source)
    for package in (load_package(manifest) for manifest in sorted(ROOT.glob("processes/*/package.yaml")))
    for source in package.notices.values()
]


def words_of(package: LawPackage, source: NoticeSource) -> str:
    """Every sentence that the notice can say: its text on all branches, a short word for each value, its reasons."""
    body = package.files[source.file].decode("utf-8").split("---\n", 2)[2]
    spoken = re.sub(r"\{\{.*?\}\}", "Xy", re.sub(r"\{%.*?%\}", "\n\n", body, flags=re.S), flags=re.S)
    return "\n\n".join([spoken, *source.reason_texts.values()])


@pytest.mark.parametrize(("package", "source"), SOURCES, ids=[source.type for _, source in SOURCES])
def test_notice_reads_no_harder_than_the_eighth_grade(package: LawPackage, source: NoticeSource) -> None:
    text = words_of(package, source)

    assert sentences(text)
    assert grade(text) <= HARDEST_GRADE
    assert len(longest(text)) <= LONGEST_SENTENCE, " ".join(longest(text))


def test_measure_tells_officialese_from_plain_words() -> None:
    plain = "We did not get your premium. Please pay by March 8, 2011. Then your coverage goes on."
    official = (
        "Notwithstanding the aforementioned determination, the administrator's consideration of supplementary"
        " documentation is contingent upon its submission antecedent to expiration of the applicable period of"
        " eligibility for reconsideration."
    )

    assert grade(plain) < HARDEST_GRADE < grade(official)
    assert [len(each) for each in sentences(plain)] == [6, 5, 5]


def test_citations_dates_and_markup_are_no_part_of_a_sentence() -> None:
    text = (
        "You may **appeal** (806 KAR 17:320, Section 6(1)(a)) by *April 7, 2011.* Write to us.\n- one item of a list\n"
    )

    assert sentences(text) == [
        ["You", "may", "appeal", "by", "that", "day"],
        ["Write", "to", "us"],
        ["one", "item", "of", "a", "list"],
    ]


@pytest.mark.parametrize(
    ("word", "count"), [("table", 2), ("made", 1), ("premium", 2), ("coverage", 3), ("we", 1), ("eye", 1), ("see", 1)]
)
def test_syllables_are_counted_by_groups_of_vowels(word: str, count: int) -> None:
    assert syllables(word) == count
