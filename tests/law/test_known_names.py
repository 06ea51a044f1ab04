"""What a hint lists: every known name while they are few, and of many those most like what was written."""

from __future__ import annotations

from engine.errors import list_known


def test_few_names_are_all_listed_in_their_order() -> None:
    assert list_known("plann", ["plan", "channel", "amount"]) == "plan, channel, amount"


def test_of_many_names_those_most_like_the_given_one_come_first() -> None:
    names = [f"payment_{number}" for number in range(40)] + ["plan"]

    listed = list_known("plann", names, most=3)

    assert listed.startswith("plan, payment_")
    assert listed.endswith(" and 38 more")


def test_nothing_like_it_still_lists_some() -> None:
    assert list_known("ü", ["a", "b", "c"], most=2).endswith(" and 1 more")
