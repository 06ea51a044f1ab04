"""What all checks across models share: the package, its data flow and its possible values, each worked out once."""

from __future__ import annotations

from functools import cached_property

from engine.review.checks.context import ReviewContext
from engine.review.checks.data_flow import DataFlow
from engine.review.checks.possible_values import PossibleValues


class Review:
    """One package under review."""

    def __init__(self, context: ReviewContext) -> None:
        self.context = context

    @cached_property
    def flow(self) -> DataFlow:
        return DataFlow(self.context)

    @cached_property
    def values(self) -> PossibleValues:
        return PossibleValues(self.context, self.flow)
